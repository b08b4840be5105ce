"""How does a stack file look once the findings that have one right answer are mended?

Only the values themselves are touched, so comments and layout stay: PyYAML says where each begins and ends. A library
that writes YAML again lost: it moves flow mappings, quotes and indentation that nobody asked it to move.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ultrastack.model.finding import Finding
from ultrastack.model.place import Place, Problem, Refused
from ultrastack.model.plan import Plan
from ultrastack.model.stack_file import FileStep, StackFile

_ANCHOR = re.compile(r"&\S+\s+")
INDENT = 2  # columns of a mapping that nobody has begun yet


@dataclass(frozen=True)
class Mended:
    """One stack file before and after."""

    path: Path
    file: str  # as reports name it
    before: str
    after: str

    @property
    def diff(self) -> str:
        """Unified, as `git apply` and `patch -p1` take it."""
        lines = (_lines(self.before), _lines(self.after))
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in difflib.unified_diff(*lines, f"a/{self.file}", f"b/{self.file}")
        )

    def write(self) -> None:
        try:
            self.path.write_text(self.after, encoding="utf-8", newline="")  # line ends stay as they are
        except OSError as e:
            why = (e.strerror or "no reason given").lower()
            raise Refused(Problem(Place(self.file), f"cannot be written: {why}", f"ls -l {self.file}")) from None


def _lines(text: str) -> list[str]:
    """As `git` and `patch` count them; str.splitlines() knows more ends."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


@dataclass(frozen=True)
class Edit:
    """One value to write: over what stands at a place, or (`key`) into the mapping of the key that stands there."""

    place: Place
    value: Any
    key: str = ""


def mend(root: Path, plans: Sequence[Plan]) -> list[Mended]:
    """The files that change, by name. What is accepted or in the baseline is left alone; so is a value for which two
    findings want different things, and one that is computed."""
    wanted: dict[str, dict[tuple[int, int, str], Edit | None]] = {}
    for plan in plans:
        if plan.judgement is None or plan.file is None:
            continue
        for edit in (e for f in plan.judgement.findings if f.counts for e in _edits(f, plan.file)):
            place = (edit.place.line, edit.place.column, edit.key)
            same = wanted.setdefault(edit.place.file, {})
            same[place] = edit if same.get(place, edit) == edit else None
    return [made for file, edits in sorted(wanted.items()) if (made := _mended(root, file, list(edits.values())))]


def _edits(finding: Finding, file: StackFile) -> Iterator[Edit]:
    step = file.step(finding.step)
    for name, value in finding.remedy.items() if step else ():
        assert step is not None
        argument = name.removeprefix(f"{step.component}.")
        if argument == name:
            continue  # of another component: the rule also speaks of resources that other nouns make
        yield from _edit(step, argument, value)


def _edit(step: FileStep, argument: str, value: Any) -> Iterator[Edit]:
    if argument in step.places:
        yield Edit(step.places[argument], value)
        return
    above, _, key = argument.rpartition(".")
    if value is None:
        return
    if not above:
        yield Edit(step.place, value, key)
    else:  # the value of an outer argument that is not written is written with it
        yield from _edit(step, above, {key: value}) if above not in step.places else ()


def _mended(root: Path, file: str, edits: Sequence[Edit | None]) -> Mended | None:
    path = root / file
    if not path.is_file():  # a value of --set, or of the stack's config
        return None
    with path.open(encoding="utf-8", newline="") as given:
        before = after = given.read()
    # from the end, so that what is edited moves no place that is still to come
    for edit in sorted((e for e in edits if e is not None), key=_position, reverse=True):
        span = _span(yaml.compose(after, Loader=yaml.SafeLoader), after, edit)
        if span is not None:
            start, end, text = span
            made = after[:start] + text + after[end:]
            after = made if _is_yaml(made) else after
    return Mended(path, file, before, after) if after != before else None


def _position(edit: Edit) -> tuple[int, int, str]:
    return edit.place.line, edit.place.column, edit.key


def _is_yaml(text: str) -> bool:
    """Not where an alias has lost its anchor, or a flow mapping a value that was never written."""
    try:
        yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return False
    return True


def _span(tree: yaml.Node | None, text: str, edit: Edit) -> tuple[int, int, str] | None:
    """Which characters become which; None where what stands there is no value that can be replaced as a whole."""
    for key, value in _pairs(tree):
        if edit.key and _stands(key, edit.place):
            return _insertion(text, key, value, edit)
        if not edit.key and _stands(value, edit.place):
            if edit.value is None:
                return _removal(text, key, value)
            scalar = isinstance(value, yaml.ScalarNode) and "{{" not in value.value and "\n" not in value.value
            start, end = value.start_mark.index, value.end_mark.index
            anchor = _ANCHOR.match(text, start)  # an alias may name it
            return (anchor.end() if anchor else start, end, _flow(edit.value)) if scalar else None
    return None


def _pairs(node: yaml.Node | None) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Every key with its value; an element of a list stands for its own key."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key, value
            yield from _pairs(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield value, value
            yield from _pairs(value)


def _stands(node: yaml.Node, place: Place) -> bool:
    return node.start_mark.line + 1 == place.line and node.start_mark.column + 1 == place.column


def _insertion(text: str, key: yaml.Node, value: yaml.Node, edit: Edit) -> tuple[int, int, str] | None:
    """Into a mapping, after its last entry, as its other entries are written."""
    said = f"{edit.key}: {_flow(edit.value)}"
    if isinstance(value, yaml.MappingNode) and value.flow_style:
        last = value.value[-1][1].end_mark.index if value.value else value.start_mark.index + 1
        return last, last, f", {said}" if value.value else said
    if isinstance(value, yaml.MappingNode):
        first, last = value.value[0][0], value.value[-1][1]
        end, newline = _end_of_line(text, _last_character(text, last))
        return end, end, newline + " " * first.start_mark.column + said
    if isinstance(value, yaml.ScalarNode) and not value.value:  # nothing stands after the word
        end, newline = _end_of_line(text, key.end_mark.index)
        return end, end, newline + " " * (key.start_mark.column + INDENT) + said
    return None


def _end_of_line(text: str, start: int) -> tuple[int, str]:
    """Where the line ends that a character stands in, and how lines end in this file."""
    end = text.find("\n", start)
    if end < 0:
        end = len(text)
    elif end > start and text[end - 1] == "\r":
        end -= 1
    return end, "\r\n" if "\r\n" in text else "\n"


def _last_character(text: str, node: yaml.Node) -> int:
    """A block's end mark stands where the next token begins: comments and blank lines between are not its own."""
    while isinstance(node, (yaml.MappingNode, yaml.SequenceNode)) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    end: int = node.end_mark.index
    if text[end - 1 : end] != "\n":
        return end
    return max(node.start_mark.index, end - 2 if text[end - 2 : end] == "\r\n" else end - 1)


def _removal(text: str, key: yaml.Node, value: yaml.Node) -> tuple[int, int, str] | None:
    """A line of its own goes as a whole; in a flow mapping the comma goes with it."""
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    end = text.find("\n", value.end_mark.index)
    end = len(text) if end < 0 else end + 1
    alone = (
        not text[start : key.start_mark.index].strip() and not text[value.end_mark.index : end].split("#")[0].strip()
    )
    if alone and value.start_mark.line == value.end_mark.line:
        return start, end, ""
    if text[value.end_mark.index : value.end_mark.index + 2] == ", ":
        return key.start_mark.index, value.end_mark.index + 2, ""
    before = text[: key.start_mark.index].rstrip()
    return (len(before) - 1, value.end_mark.index, "") if before.endswith(",") else None


def _flow(value: Any) -> str:
    """As it is written in a stack file; JSON is YAML, with quotes only where they are needed."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        plain = yaml.safe_dump(value, default_flow_style=True, width=10**6, allow_unicode=True)
        word = plain.removesuffix("...\n").rstrip("\n") if plain.endswith("...\n") else plain.rstrip("\n")
        return word if not any(sign in value for sign in ",[]{}#:") else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
