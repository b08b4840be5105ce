"""Which request does a Google resource become, and what does Google's API say about each of its inputs?

gcp_requests.yaml says by which call a type is created and where its inputs go in that call's body; an input that it
does not name goes to the member of the same name. What is there: gcp_documents.py; what is wrong: gcp_values.py.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from . import Constraint
from .gcp_documents import Method, Node, method
from .gcp_sdk import sdk_inputs

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Target:
    """Where an input goes: a member of the body."""

    path: tuple[str, ...]  # from the body's root; lists have no index
    node: Node
    form: str = ""  # how it is written there, if not as it is: see `as` in gcp_requests.yaml
    key: str = ""  # of a list that becomes a map: the member that names its elements


@dataclass(frozen=True)
class Call:
    """How a type is created."""

    token: str
    method: Method
    parameters: Mapping[str, str]  # name -> text with inputs in braces
    targets: Mapping[str, Target]  # dotted input -> its place in the body
    only_parameters: frozenset[str]  # inputs that stand in parameters alone
    unsent: Mapping[str, str]  # dotted input -> why no request has it
    unplaced: tuple[str, ...]  # dotted inputs that the API does not have where they were looked for: the map is wrong
    root: Target = field(repr=False)
    not_missed: Mapping[str, str]  # dotted member that the model asks for -> why no input has to give it
    autoname: str  # the input that Pulumi makes up, "" for none
    lower_cased: bool  # whether it does so in small letters
    stale: tuple[str, ...]  # inputs that the map names and the SDK does not have


def tokens() -> tuple[str, ...]:
    """The types that are mapped."""
    return tuple(_map()["types"])


@functools.cache
def call(token: str) -> Call:
    """KeyError for a type that is not mapped."""
    said = _map()["types"][token]
    documents = tuple(_map()["documents"][said["call"].partition(".")[0]])
    found = method(documents, said["call"])
    parameters = {name: f"{{{name}}}" for name in sorted(found.required)} | said.get("parameters", {})
    body = found.body or Node((("", {"type": "object", "properties": {}}),), "nothing")
    root = _place(Target((), body), said.get("at", "."))
    unsent = {**_map()["everywhere"], **said.get("unsent", {})}
    places = _Places(Target((), body), root, said.get("inputs", {}), unsent, _named(parameters))
    inputs = sdk_inputs(token)
    places.take(inputs)
    named = {*said.get("inputs", {}), *said.get("unsent", {})}
    return Call(
        token=token,
        method=found,
        parameters=parameters,
        targets=places.targets,
        only_parameters=frozenset(places.only_parameters),
        unsent={path: why for path, why in places.why.items() if path in inputs},
        unplaced=tuple(places.unplaced),
        root=root,
        not_missed=said.get("not missed", {}),
        autoname=said.get("autoname", "name" if "name" in inputs else ""),
        lower_cased=said.get("lower-cased", False),
        stale=tuple(sorted(named - set(inputs))),
    )


# names that are written as they are; others may be written as links, of which the provider sends the last part
_PLAIN = frozenset({"project", "region", "zone", "location"})


def constraints_of(token: str) -> Iterator[tuple[str, Constraint]]:
    """Dotted input -> what the API says of its value, or of its elements; only what limits them."""
    made = call(token)
    for path, target in made.targets.items():
        yield from ((path, found) for found in _limits_at(target))
    for name, text in made.parameters.items():
        said = made.method.parameters[name].constraint
        if text == f"{{{name}}}" and name in made.only_parameters & _PLAIN and _limits(said):
            yield name, said


def constraint_of(token: str, path: str) -> Constraint | None:
    """What Google's API says of an input's value, in a list of its elements; None: it takes any value of its type."""
    target = call(token).targets.get(path)
    found = list(_limits_at(target)) if target else []
    return found[-1] if found else None


def _limits_at(target: Target) -> Iterator[Constraint]:
    """Of the value, and of the elements if it is a list; nothing if the value is written in another form."""
    node = target.node
    while not target.form:
        if node.kind != "any" and _limits(node.constraint):
            yield node.constraint
        if node.kind not in ("list", "map"):
            return
        node = node.element


def _limits(found: Constraint) -> bool:
    return bool(found.enum or found.pattern or found.bound)


class _Places:
    """Walks the inputs of a type, parents first, and finds the place of each in the body."""

    def __init__(
        self,
        body: Target,
        root: Target,
        renames: Mapping[str, Any],
        unsent: Mapping[str, str],
        in_parameters: frozenset[str],
    ):
        self.body, self.root, self.renames, self.given_why, self.in_parameters = (
            body,
            root,
            renames,
            unsent,
            in_parameters,
        )
        self.targets: dict[str, Target] = {}
        self.only_parameters: set[str] = set()
        self.why: dict[str, str] = {}
        self.unplaced: list[str] = []

    def take(self, inputs: Mapping[str, Any]) -> None:
        for path in inputs:
            parent, _, name = path.rpartition(".")
            if parent in self.why:
                self.why[path] = self.why[parent]
                continue
            if parent and parent not in self.targets:  # it was not found, so nothing in it can be
                continue
            if path in self.given_why:
                self.why[path] = self.given_why[path]
                continue
            above = self.targets[parent] if parent else self.root
            said = self.renames.get(path, name)
            said = {"to": said} if isinstance(said, str) else {"to": name, **said}
            try:
                place = _place(self.body if said["to"].startswith("/") else above, said["to"].lstrip("/"))
            except KeyError:
                place = None
            sent = place is not None and (path in self.renames or not place.node.answered_only)
            if sent and place is not None:
                self.targets[path] = Target(place.path, place.node, said.get("as", ""), said.get("key", ""))
            elif path in self.in_parameters:
                self.only_parameters.add(path)
            else:
                self.unplaced.append(path)


def _place(above: Target, to: str) -> Target:
    """The member that a dotted path leads to; `.` is where one is. Raises KeyError."""
    node, path = above.node, above.path
    if above.form == "keyed":  # the members of a map's elements
        node = node.element
    for name in [] if to == "." else to.split("."):
        while node.kind == "list":
            node = node.element
        node = node.element if node.kind == "map" else node.members[name]
        path = (*path, name)
    return Target(path, node)


def _named(parameters: Mapping[str, str]) -> frozenset[str]:
    return frozenset(name for text in parameters.values() for name in re.findall(r"{(\w+)/?}", text))


@functools.cache
def _map() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((HERE / "gcp_requests.yaml").read_text(encoding="utf-8"))
    return found
