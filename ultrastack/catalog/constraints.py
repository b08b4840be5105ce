"""Which values does an input of a resource take? Words, numbers, lengths and patterns of the clouds' own API models.

Several may speak of one input. The API's model and CloudFormation's schema describe the same API: where they disagree
the wider one counts. What the provider checks itself it refuses before it asks, so that counts alone.
"""

from __future__ import annotations

import difflib
import functools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..model.values import Asset, ResourceReference, Secret, Unknown
from .overlays import once
from .rows import Sourced, load

Speaker = Literal["api", "cloudformation", "provider"]
_MARKS = (Unknown, Secret, Asset, ResourceReference)
_POSITION = re.compile(r"""\[(\d+|\*|"(?:[^"\\]|\\.)*")\]""")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, kw_only=True)
class Constraint(Sourced):
    """What one source says about the values of one input; empty: it says nothing of that kind.

    In a list, all but `count` speak of each element.
    """

    KEY: ClassVar = ("type", "path", "by")

    type: str
    path: str  # members of blocks are dotted, without the positions in lists
    by: Speaker
    words: str
    range: str
    length: str
    count: str
    pattern: str
    note: str

    @property
    def values(self) -> tuple[str, ...]:
        """The words one by one."""
        return tuple(self.words.split("|")) if self.words else ()


@dataclass(frozen=True)
class PropertyConstraint:
    """What all sources say about one input."""

    type: str
    path: str
    rows: tuple[Constraint, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """The words that it takes; of several lists of the API's all of them. Empty: nobody has a list."""
        own = next((row.values for row in self.rows if row.by == "provider" and row.values), ())
        return own or tuple(dict.fromkeys(word for row in self.rows for word in row.values))

    def complaint(self, value: Any) -> str:
        """Why no cloud would take that value, in words; "" if one would, or if nobody can tell."""
        if isinstance(value, Mapping):
            return self._of_several(len(value))
        if isinstance(value, list | tuple):
            return self._of_several(len(value)) or next((said for one in value if (said := self._of_one(one))), "")
        return self._of_one(value)

    def _of_several(self, count: int) -> str:
        said = self._refused("count", lambda row: _outside(count, row.count))
        return said and f"{count} are too {'many' if count > bounds(said)[1] else 'few'}: {_in_words(said)}"

    def _of_one(self, value: Any) -> str:
        if value is None or isinstance(value, (bool, Mapping, *_MARKS)):
            return ""
        shown, number = _shown(value), _number(value)
        if self._refused("words", lambda row: str(value) not in row.values):
            near = difflib.get_close_matches(value, self.values, n=1) if isinstance(value, str) else ()
            hint = f"did you mean '{near[0]}'?" if near else f"they are {_listed(self.values)}"
            return f"{shown} is none of the known values; {hint}"
        if number is not None and (said := self._refused("range", lambda row: _outside(number, row.range))):
            return f"{shown} is {'above' if number > bounds(said)[1] else 'below'} the limit: {_in_words(said)}"
        if not isinstance(value, str):
            return ""
        if said := self._refused("length", lambda row: _outside(len(value), row.length)):
            much = "many" if len(value) > bounds(said)[1] else "few"
            return f"{len(value)} characters are too {much}: {_in_words(said)}"
        if said := self._refused("pattern", lambda row: not _matches(row.pattern, value)):
            what = next((row.note for row in self.rows if row.pattern == said and row.by == "provider"), "")
            return f"{shown} is not what is needed: {what}" if what else f"{shown} does not match {said}"
        return ""

    def _refused(self, kind: str, refuses: Callable[[Constraint], bool]) -> str:
        """What refuses it: a check of the provider, else what all descriptions of the API that speak of it say."""
        speaking = [row for row in self.rows if getattr(row, kind)]
        own = next((row for row in speaking if row.by == "provider" and refuses(row)), None)
        if own:
            return str(getattr(own, kind))
        others = [row for row in speaking if row.by != "provider"]
        if kind == "words" and len(others) < len(speaking):  # a word of the provider's own means something to it
            return ""
        if not others or not all(refuses(row) for row in others):
            return ""
        said = [str(getattr(row, kind)) for row in others]
        return said[0] if kind in ("words", "pattern") else max(said, key=_width)


ByType = Mapping[str, Mapping[str, PropertyConstraint]]
_NOTHING: Mapping[str, PropertyConstraint] = {}


def constraints_of(token: str) -> Mapping[str, PropertyConstraint]:
    """Path -> what is known of its values, for the inputs of a type; empty for a type that nobody knows."""
    by_type = {"aws": _of_aws, "gcp": _of_google}.get(token.partition(":")[0])
    return by_type().get(token, _NOTHING) if by_type else _NOTHING


def constraint_of(token: str, path: str) -> PropertyConstraint | None:
    """The same for one input, also as a diff writes it (`networkInterfaces[0].nicType`); None: nobody has said."""
    return constraints_of(token).get(_POSITION.sub("", path))


def input_complaints(token: str, inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Place and complaint, for everything in a resource's inputs that no cloud would take."""
    known = constraints_of(token)
    if known:
        yield from _complaints(known, inputs, "", "")


def _complaints(
    known: Mapping[str, PropertyConstraint], value: Any, path: str, place: str
) -> Iterator[tuple[str, str]]:
    about = known.get(path)
    elements = value if isinstance(value, list | tuple) else None
    if about and (said := about.complaint(value if elements is None else [None] * len(elements))):
        yield place, said
    if elements is None:
        yield from _in_block(known, value, path, place)
        return
    for i, one in enumerate(elements):
        if isinstance(one, Mapping):  # a block: how many members it has is not what `count` speaks of
            yield from _in_block(known, one, path, f"{place}[{i}]")
        elif about and (said := about.complaint(one)):
            yield f"{place}[{i}]", said


def _in_block(known: Mapping[str, PropertyConstraint], value: Any, path: str, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _complaints(known, one, f"{path}.{name}".lstrip("."), f"{place}.{name}".lstrip("."))


@once
def aws_constraints() -> tuple[Constraint, ...]:
    return load(Constraint, "constraints_aws.csv")


@once
def gcp_constraints() -> tuple[Constraint, ...]:
    return load(Constraint, "constraints_gcp.csv")


@once
def _of_aws() -> ByType:
    return _by_type(aws_constraints())


@once
def _of_google() -> ByType:
    return _by_type(gcp_constraints())


def _by_type(rows: Iterable[Constraint]) -> ByType:
    found: dict[str, dict[str, list[Constraint]]] = {}
    for row in rows:
        found.setdefault(row.type, {}).setdefault(row.path, []).append(row)
    return {
        token: {path: PropertyConstraint(token, path, tuple(said)) for path, said in paths.items()}
        for token, paths in found.items()
    }


def bounds(said: str) -> tuple[float, float]:
    """`1..64`, `0..`, `..8`: the least and the most; nothing said is no limit."""
    least, _, most = said.partition("..")
    return float(least) if least else -math.inf, float(most) if most else math.inf


def _outside(number: float, said: str) -> bool:
    least, most = bounds(said)
    return not least <= number <= most


def _width(said: str) -> float:
    least, most = bounds(said)
    return most - least


def _in_words(said: str) -> str:
    least, _, most = said.partition("..")
    return f"{least} to {most}" if least and most else f"at least {least}" if least else f"at most {most}"


def _shown(value: Any) -> str:
    text = repr(value)
    return f"{text[:60]}...{text[-1]}" if isinstance(value, str) and len(text) > 64 else text


def _number(value: Any) -> float | None:
    """A number, also one that is written as a text, as budgets have their amounts."""
    if isinstance(value, int | float):
        return value
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # the models' \d and \w mean ASCII, and their $ is the end, not before a last line break
    whole = re.sub(r"(?<!\\)((?:\\\\)*)\$$", r"\1\\Z", pattern)
    return re.compile(whole, re.ASCII)


def _matches(pattern: str, text: str) -> bool:
    return bool(_compiled(pattern).search(text))


def _listed(words: tuple[str, ...]) -> str:
    few = ", ".join(words[:12])
    return f"{few} and {len(words) - 12} more" if words[12:] else few
