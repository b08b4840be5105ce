"""What stands in a YAML file of this room, and where? `levels.yaml` and `accepted.yaml` are read with it.

Scalars stay texts: `off` is a level here, and no boolean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import yaml

from ultrastack.model.place import Place, Problem, Refused

BYTES = 1_000_000
LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")  # YAML's; str.splitlines() has more, and places would drift
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Written:
    """One value of a file."""

    kind: Literal["map", "list", "text", "nothing"]
    place: Place
    text: str = ""
    map: Mapping[str, Written] = field(default_factory=dict)
    keys: Mapping[str, Place] = field(default_factory=dict)  # where each key of a map stands
    items: Sequence[Written] = ()


def read(path: Path, shown: str = "") -> Written:
    """The content of a file, `shown` by that name; Refused for one that is no YAML or has a key twice."""
    shown = shown or path.name
    try:
        content = path.read_bytes()
        if len(content) > BYTES:
            raise Refused(Problem(Place(shown), f"is larger than {BYTES // 1_000_000} MB", "make it shorter"))
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(Problem(Place(shown), "is not UTF-8 text", "save the file as UTF-8")) from None
    except OSError as e:
        why = (e.strerror or "no reason given").lower()
        raise Refused(Problem(Place(shown), f"cannot be read: {why}", f"ls -l {shown}")) from None
    return parse(text, shown)


def parse(text: str, shown: str) -> Written:
    lines = LINE_END.split(text)
    try:
        root = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as e:
        raise Refused(_syntax(e, shown, lines)) from None
    except RecursionError:
        raise Refused(Problem(Place(shown), "is nested too deeply", "write it flat")) from None
    if root is None:
        return Written("nothing", Place(shown, 1, 1, 1, lines[0]))
    problems: list[Problem] = []
    try:
        made = _made(root, shown, lines, problems)
    except RecursionError:  # an alias inside its own anchor
        raise Refused(Problem(Place(shown), "refers to itself", "write it out, without an alias")) from None
    if problems:
        raise Refused(*problems)
    return made


def _made(node: Any, shown: str, lines: list[str], problems: list[Problem]) -> Written:
    place = _place(node.start_mark, node.end_mark, shown, lines)
    if isinstance(node, yaml.ScalarNode):
        empty = not node.style and node.value in ("", "~", "null")
        return Written("nothing" if empty else "text", place, node.value)
    if isinstance(node, yaml.SequenceNode):
        return Written("list", place, items=tuple(_made(one, shown, lines, problems) for one in node.value))
    found: dict[str, Written] = {}
    keys: dict[str, Place] = {}
    for key, value in node.value:
        at = _place(key.start_mark, key.end_mark, shown, lines)
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(at, "a key must be a text", "put it in quotes"))
        elif key.value in found:
            what = f"'{key.value}' is written twice, first at {keys[key.value]}"
            problems.append(Problem(at, what, "remove one of the two"))
        else:
            found[key.value], keys[key.value] = _made(value, shown, lines, problems), at
    return Written("map", place, map=found, keys=keys)


def _place(start: Any, end: Any, shown: str, lines: list[str]) -> Place:
    width = end.column - start.column if end.line == start.line else 1
    return Place(shown, start.line + 1, start.column + 1, max(1, width), _line(lines, start.line))


def _line(lines: list[str], number: int) -> str:
    return lines[number] if 0 <= number < len(lines) else ""


def _syntax(error: yaml.YAMLError, shown: str, lines: list[str]) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    words = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    place = Place(shown, mark.line + 1, mark.column + 1, 1, _line(lines, mark.line)) if mark else Place(shown)
    return Problem(place, f"this is no YAML: {words}", "mend the line, or the one above it")


def nearest(word: str, words: Iterable[str]) -> str:
    """A fix for a misspelt word: the nearest one, else what there is."""
    known = sorted(words)
    near = get_close_matches(word, known, 1, 0.6) or [one for one in known if len(word) > 2 and one.startswith(word)]
    if near:
        return f"use '{near[0]}'"
    more = f", and {len(known) - 12} more" if len(known) > 12 else ""
    return "one of: " + ", ".join(known[:12]) + more if known else ""
