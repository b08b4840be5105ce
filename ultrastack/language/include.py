"""`include`: how do the steps of another file become steps of this one?

It sees the stack's variables and what it is handed in the step's `vars`, not the registers around it. Its own registers
stay inside; what it shares stands in its `outputs`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..model.place import Place, Problem, Refused
from .extends import project_file
from .forms import usable
from .frame import Frame, Round
from .keywords import TOP, Keyword
from .merge import merge, to_node
from .problems import key_place
from .register import announce_outer
from .source import Node, load
from .values import Register
from .vars import check_names

INSIDE: Mapping[str, Keyword] = {word: TOP[word] for word in ("description", "abstract", "steps", "outputs")}
Walk = Callable[[Mapping[str, Node], Frame], Mapping[str, Any]]


def included(
    part: Mapping[str, Node], name: str, round_: Round, frame: Frame, tags: Any, provider: str, walk: Walk
) -> Register | None:
    """Reads the file's steps under the include's name; gives its outputs, or None if it was refused."""
    run, word = frame.run, part["include"]
    problems = len(run.problems.found)
    opened = run.problems.attempt(lambda: _opened(word, frame))
    if opened is None:
        return None
    file, top = opened
    parts = _parts(top, frame)
    handed = _handed(part.get("vars"), round_, frame, word.place)
    scope = run.top.child("include vars", handed)
    announce_outer(frame.scope.registers, scope.registers)
    merged_tags, tag_nodes = tags
    inner = Frame(
        run,
        scope,
        parts.get("steps"),
        f"{frame.prefix}{name}-",
        merged_tags,
        tag_nodes,
        provider,
        open=(*frame.open, file),
    )
    outputs = walk(parts, inner)
    return Register(name, outputs) if len(run.problems.found) == problems else None


def _opened(word: Node, frame: Frame) -> tuple[str, Node]:
    file = project_file(word, "include", word.place.file, frame.run.root)
    if file in frame.open:
        circle = " -> ".join([*frame.open[frame.open.index(file) :], file])
        raise Refused(Problem(word.place, f"'{word.value}' includes itself: {circle}", "remove it from one of them"))
    top = load(frame.run.root / file, frame.run.root)
    if top.kind != "map":
        raise Refused(Problem(word.place, f"'{word.value}' must hold a mapping with `steps`", "steps: [...]"))
    noted: list[Problem] = []
    made = merge(None, top, problems=noted)
    frame.run.problems.add(*noted)
    frame.run.doubled.update(problem.place for problem in noted)
    return file, made


def _parts(top: Node, frame: Frame) -> dict[str, Node]:
    """What an included file may say; the rest belongs into the stack file or on the include."""
    known = dict(top.value)
    for key in top.value:
        if key in TOP and key not in INSIDE:
            known.pop(key)
            what = f"'{key}' has no place in an included file"
            frame.run.problems.note(key_place(top.keys[key], key), what, _instead(key))
    if "steps" not in top.value:
        frame.run.problems.note(
            Place(top.place.file), "an included file needs `steps`", "steps: [{name: ..., aws.network: {...}}]"
        )
    trimmed = Node("map", known, top.place, keys=top.keys)
    return usable(trimmed, INSIDE, "an included file", frame.run.problems)


def _instead(key: str) -> str:
    on_step = {"vars": "vars", "tags": "tags", "accept": "accept"}
    if key == "vars":
        return "hand them in: write `vars` on the step that includes it"
    return f"write `{on_step[key]}` on its steps" if key in on_step else "write it in the stack file"


def _handed(node: Node | None, round_: Round, frame: Frame, place: Place) -> dict[str, Node]:
    """The step's `vars`, computed out here: inside, the names that they use are not known."""
    found = {}
    for key, value in check_names(node, frame.scope, frame.run.declared, frame.run.problems).items():
        known = frame.run.problems.attempt(lambda value=value: (round_.scope.evaluate(value),))  # type: ignore[misc]
        if known is not None:
            found[key] = to_node(known[0], value.place, "include vars")
        else:
            found[key] = to_node(None, value.place, "include vars")
    return found
