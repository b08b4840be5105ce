"""`options`: what shall Pulumi do with the resources of a step?

`protect` and `retain_on_delete` reach a component's children by themselves. The others would silently do nothing on a
component, so they name the child they mean by its role.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from ..model.place import Place, Refused
from .forms import Form
from .problems import Problems, key_place
from .scope import Scope
from .source import Node
from .values import nearest


def _duration(text: str) -> str:
    if not re.fullmatch(r"(\d+(\.\d+)?(h|m|s|ms))+", text):
        raise ValueError("must be a duration; fix: as 20m or 1h30m")
    return text


Duration = Annotated[str, AfterValidator(_duration)]


class Timeouts(Form):
    """How long the provider may take."""

    create: Duration | None = Field(default=None, description="For making it, as 20m.")
    update: Duration | None = Field(default=None, description="For a change in place, as 20m.")
    delete: Duration | None = Field(default=None, description="For deleting it, as 20m.")


class ChildOptions(Form):
    """Options of one child of a component."""

    import_id: str | None = Field(default=None, alias="import", description="Id of an existing resource to take over.")
    ignore_changes: list[str] | None = Field(default=None, description="Inputs whose changes are ignored.")
    replace_on_changes: list[str] | None = Field(default=None, description="Inputs whose change replaces the resource.")
    delete_before_replace: bool | None = Field(
        default=None, description="Delete the old one before the new one is made."
    )
    custom_timeouts: Timeouts | None = Field(default=None, description="How long the provider may take.")
    protect: bool | None = Field(default=None, description="Refuse to delete it.")
    retain_on_delete: bool | None = Field(default=None, description="Leave it in the cloud when it is deleted here.")


class StepOptions(Form):
    """Options of a step."""

    protect: bool | None = Field(default=None, description="Refuse to delete what the step has made.")
    retain_on_delete: bool | None = Field(default=None, description="Leave it in the cloud when it is deleted here.")
    depends_on: str | list[str] | None = Field(default=None, description="Earlier steps that must be finished first.")
    children: dict[str, ChildOptions] = Field(default={}, description="Options of single children, by their role.")


def as_written(node: Node, named: Container[str], scope: Scope) -> Node:
    """The options, with names of looped steps in `depends_on` kept as they are written: all rounds are meant.

    Where the step itself has such an item, `a-{{ item }}` is the one round of that item.
    """
    written = node.child("depends_on")
    if written is None or written.kind == "map":
        return node
    kept = (
        replace(written, value=[_kept(one, named, scope) for one in written.value])
        if written.kind == "list"
        else (_kept(written, named, scope))
    )
    return replace(node, value={**node.value, "depends_on": kept})


def _kept(node: Node, named: Container[str], scope: Scope) -> Node:
    if node.kind != "text" or "{{" not in node.value or node.value not in named:
        return node
    try:
        scope.evaluate(node)
    except Refused:
        return replace(node, kind="plain")  # a text that is no expression
    return node


def depends_on(
    options: StepOptions,
    node: Node,
    own: str | None,
    named: Mapping[str, list[str]],
    later: Callable[[], set[str]],
    problems: Problems,
) -> tuple[str, ...]:
    """The Pulumi names that the step waits for: of a looped step, or an include, all of theirs."""
    wanted = options.depends_on or []
    found: list[str] = []
    for i, name in enumerate([wanted] if isinstance(wanted, str) else wanted):
        written = node.child("depends_on")
        place = (written.child(i) if written is not None and written.kind == "list" else written) or node
        if name in named:
            found += named[name]
        elif name == own:
            problems.note(place.place, f"'{name}' is this step itself", "remove it, or name an earlier step")
        elif name in later():
            problems.note(place.place, f"'{name}' is a later step; steps depend on earlier ones only", "move the steps")
        else:
            problems.note(place.place, f"no earlier step '{name}' to depend on", nearest(name, named))
    return tuple(dict.fromkeys(found))


def check_roles(options: StepOptions, node: Node, word: str, roles: Mapping[str, str], problems: Problems) -> None:
    """Does the component have such children? A role that it does not know would be dropped in silence."""
    children = node.child("children")
    for role, given in options.children.items():
        place = _place(children, role, node)
        if not any(fnmatch.fnmatchcase(role, known) for known in roles):
            problems.note(key_place(place, role), f"{word} has no child '{role}'", nearest(role, roles))
        elif given.import_id is not None and any(c in role for c in "*?["):
            problems.note(
                key_place(place, role),
                f"'import' takes over one resource, but '{role}' may mean several",
                "name one child",
            )


def _place(children: Node | None, role: str, node: Node) -> Place:
    return children.keys.get(role, children.place) if children is not None else node.place


def resource_options(child: ChildOptions) -> dict[str, Any]:
    """As pulumi.ResourceOptions takes them; custom_timeouts still as a mapping."""
    given = child.model_dump(exclude_none=True)
    if "import_id" in given:
        given["import_"] = given.pop("import_id")
    for word in ("ignore_changes", "replace_on_changes"):
        if word in given:
            given[word] = [camel_path(p) for p in given[word]]
    return given


def camel_path(path: str) -> str:
    """root_block_device.volume_size -> rootBlockDevice.volumeSize: the engine's names; the SDK turns only the first.

    What stands in brackets, or below tags and labels, is data and stays.
    """
    parts = re.split(r"(\[.*?\]|\.)", path)
    data = False
    for i, part in enumerate(parts):
        if data or part.startswith("[") or part == ".":
            continue
        parts[i] = re.sub(r"_([a-z0-9])", lambda m: m[1].upper(), part)
        data = part in ("tags", "tags_all", "tagsAll", "labels")
    return "".join(parts)
