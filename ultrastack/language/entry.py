"""What is written in one entry of `steps`, and can it be a step?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..model.place import Place
from .finder import BrokenComponent
from .foreign import STEP as FOREIGN
from .foreign import our_word
from .forms import wrong_shape
from .frame import Frame
from .keywords import STEP
from .problems import key_place
from .quoting import spaced
from .source import Node
from .values import nearest

TAKES = {
    "include": frozenset("name description include when loop as register tags vars provider".split()),
    "assert": frozenset("name description assert when loop as vars".split()),
}
DECISIVE = frozenset("when loop as vars".split())  # without them nothing more can be said about the step


@dataclass(frozen=True)
class Entry:
    """A step as written: its usable keywords and the one thing that it does."""

    node: Node
    part: Mapping[str, Node]
    word: str  # include, assert, or a component's
    place: Place  # of that word

    @property
    def is_component(self) -> bool:
        return self.word not in TAKES


def read_entry(node: Node, frame: Frame) -> Entry | None:
    problems, components = frame.run.problems, frame.run.components
    if node.kind != "map":
        sort = {"list": "a list", "text": "a text"}.get(node.kind, "a single value")
        better = spaced(node.value) if node.kind == "text" else ""
        fix = f"put a space after the colon: - {better}" if better else "- name: net"
        problems.note(node.place, f"a step is a mapping, and this is {sort}", fix)
        return None
    part: dict[str, Node] = {}
    things: list[str] = []
    unknown = unread = False
    for key, value in node.value.items():
        if key in components:
            things.append(key)
            part[key] = value
        elif key not in STEP:
            unknown = True
            _note_unknown(key, node, frame)
        else:
            if key in TAKES:
                things.append(key)
            if problem := wrong_shape(STEP[key], value, node.keys[key]):
                problems.add(problem)
                unread = unread or key in DECISIVE
            elif not (value.kind == "plain" and value.value is None):
                part[key] = value
    if len(things) != 1:
        _note_things(things, unknown, node, frame)
        return None
    word = things[0]
    if word not in part or unread:
        return None
    entry = Entry(node, part, word, key_place(node.keys[word], word))
    return entry if _fits(entry, frame) else None


def _note_unknown(key: str, node: Node, frame: Frame) -> None:
    place, components = key_place(node.keys[key], key), frame.run.components
    if "." in key:
        frame.run.problems.note(place, f"there is no component '{key}'", nearest(key, components))
        return
    if word := _whose_argument(key, node, frame):
        what = f"'{key}' is an argument of {word}, not a keyword of the step"
        frame.run.problems.note(place, what, f"indent it, so that it stands below '{word}:'")
        return
    short = {word.partition(".")[2]: word for word in components}
    fix = f"use '{short[key]}'" if key in short else our_word(key, FOREIGN, STEP)
    frame.run.problems.note(place, f"unknown keyword '{key}' in a step", fix)


def _whose_argument(key: str, node: Node, frame: Frame) -> str:
    """The step's component, if it takes an argument of this name."""
    for word in node.value:
        if (found := frame.run.components.get(word)) is not None:
            try:
                return word if key in found.load().Args.model_fields else ""
            except BrokenComponent:  # told where the step is made
                return ""
    return ""


def _note_things(things: list[str], unknown: bool, node: Node, frame: Frame) -> None:
    problems = frame.run.problems
    if len(things) > 1:
        words = " and ".join(f"'{t}'" for t in things)
        place = key_place(node.keys[things[1]], things[1])
        below = node.keys[things[0]].file != node.keys[things[1]].file
        fix = f"{things[0]}: null takes away what the extended file says" if below else "write two steps"
        problems.note(place, f"a step does one thing, but this one has {words}", fix)
    elif not unknown:  # else the unknown word was meant to be it
        fix = nearest("", frame.run.components) or "write one in components/"
        name = node.child("name")
        what = "this step" if name is None else f"the step '{name.value}'"
        problems.note(node.place, f"{what} has no component, `include` or `assert`", fix)


def _fits(entry: Entry, frame: Frame) -> bool:
    problems, part = frame.run.problems, entry.part
    if entry.is_component:
        if (
            part[entry.word].kind not in ("map", "plain")
            or part[entry.word].kind == "plain"
            and part[entry.word].value is not None
        ):
            node = part[entry.word]
            dashes = node.kind == "list" and all(one.kind == "map" for one in node.value)
            better = spaced(node.value) if node.kind == "text" else ""
            fix = "remove the '- ' before each argument" if dashes else f"{entry.word}: {{{better or '...'}}}"
            problems.note(node.place, f"the arguments of {entry.word} are a mapping", fix)
            return False
    else:
        for key in entry.node.value:
            if key in STEP and key not in TAKES[entry.word]:
                place = key_place(entry.node.keys[key], key)
                problems.note(place, f"'{key}' does nothing on '{entry.word}'", _better(key, entry.word))
    if "name" not in entry.node.value and entry.word != "assert":
        suggestion = entry.word.partition(".")[2].replace("_", "-") if entry.is_component else "region"
        problems.note(entry.place, f"a step with '{entry.word}' needs a name", f"name: {suggestion}")
        return False
    return "name" in part or entry.word == "assert"


def _better(key: str, word: str) -> str:
    if word == "include" and key in ("options", "formerly", "schedule", "accept"):
        return "write it on the steps of the included file"
    return "remove it"
