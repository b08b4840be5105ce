"""Which inputs of a resource differ, where exactly, and does that replace it?

The real providers compare the program's inputs with what they know of the cloud. A state has both: the inputs of the
last `up`, and the outputs, where the cloud's own values are. What the provider filled in by itself it noted under
`__defaults`, on every level of blocks; the program did not set that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ...catalog import InputChange, ResourceType, Verdict
from ..paths import at, parts
from ..wire import SIGNATURE, UNKNOWN_TEXT
from .meaning import Meaning, chosen, is_block, revealed

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ELEMENT = re.compile(r"\[\d+\]$")
_OF_A_LIST = {"empties", "fills", "loses-items"}  # of the conditions in catalog/resource_conditions.py

Kind = Literal["add", "delete", "update"]
Difference = tuple[str, Kind, Any, Any]  # path, kind, old and new value


@dataclass(frozen=True)
class Change:
    path: str  # in Pulumi's notation: networkInterfaces[0].subnetId, tags["a.b"]
    kind: Kind
    replace: bool


def changes(
    row: ResourceType | None,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    state: Mapping[str, Any],
    ignored: Sequence[str] = (),
) -> list[Change]:
    """The smallest parts that differ: inputs before and after, the outputs in the state, paths under `ignoreChanges`.

    What may replace is taken to do so: a rehearsal may warn too often, never too seldom.
    """
    before, after, state = revealed(before), revealed(after), revealed(state)
    found = []
    for path, kind, old, new in differences(row, before, after, state, ignored):
        one = InputChange(path, old, new, before, after, opaque)
        found.append(Change(path, kind, row is None or verdict(row, one).replaces != "no"))
    return found


def differences(
    row: ResourceType | None,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    state: Mapping[str, Any],
    ignored: Sequence[str] = (),
) -> Iterator[Difference]:
    """The same with their values, without a verdict; of inputs without Pulumi's mark of secrets."""
    for one in _Comparison(row).of_blocks("", before, after, state):
        if not lies_in(one[0], ignored):
            yield one


def verdict(row: ResourceType, change: InputChange) -> Verdict:
    """What the tables say of one difference; an element of a list is asked for the list where they speak of that."""
    own, found = row.replaces(change.path), row.verdict(change)
    if found.because == (own,) and _OF_A_LIST & set(own.test.split()) and _ELEMENT.search(change.path):
        path = _ELEMENT.sub("", change.path)  # such a condition speaks of the list, not of its element
        old, new = at(change.before, path), at(change.after, path)
        found = row.verdict(InputChange(path, old, new, change.before, change.after, change.opaque))
    return found


class _Comparison:
    """Of two values of one type, and what the state holds there."""

    def __init__(self, row: ResourceType | None):
        self.row = row
        self.meaning = Meaning(row)

    def of_blocks(self, path: str, old: Mapping[str, Any], new: Mapping[str, Any], state: Any) -> Iterator[Difference]:
        set_before, set_after = chosen(old), chosen(new)
        for key in sorted({*set_before, *set_after}):
            inner = _below(path, key)
            if not path and self._only_an_output(key):
                continue
            there = state.get(key) if is_block(state) else None
            if key not in set_before:
                yield from self._appears(inner, old.get(key) if there is None else there, new[key])
            elif key not in set_after:
                yield from self._goes(inner, old[key], new.get(key))
            else:
                yield from self._of_values(inner, old[key], new[key], there)

    def _appears(self, path: str, there: Any, new: Any) -> Iterator[Difference]:
        """The program begins to set what the cloud may hold already: only what differs from that is a change."""
        held = there is not None and there not in ([], {})
        if self.meaning.same(path, there, new) or self.meaning.as_unset(path, new) and (not held or not (there or new)):
            return
        if held and is_block(there) and is_block(new):  # of a map the program decides every key
            yield from self.of_blocks(path, there if self.meaning.is_map(path) else {}, new, there)
        else:
            yield path, "update" if held else "add", there if held else None, new

    def _goes(self, path: str, old: Any, default: Any) -> Iterator[Difference]:
        """The program stops setting it: a default takes its place, or the cloud keeps what it has."""
        if default is not None:
            if not self.meaning.same(path, old, default):
                yield path, "update", old, default
        elif not (self.row is not None and self.row.computed(path)) and not self.meaning.as_unset(path, old):
            yield path, "delete", old, self.meaning.default(path)

    def _of_values(self, path: str, old: Any, new: Any, there: Any) -> Iterator[Difference]:
        if self.meaning.same(path, old, new):
            return
        old, new = (self.meaning.as_document(path, one) for one in (old, new))
        old, new = _one_block(old, new), _one_block(new, old)
        if is_block(old) and is_block(new):
            yield from self.of_blocks(path, old, new, _one_block(there, new))
        elif isinstance(old, list) and isinstance(new, list):
            if self.meaning.unordered(path, old, there):
                yield from self._of_sets(path, old, new)
            else:
                yield from self._of_lists(path, old, new, there)
        elif isinstance(new, (list, Mapping)) or not self.meaning.same(path, there, new):
            yield path, "update", old, new

    def _of_lists(self, path: str, old: list[Any], new: list[Any], there: Any) -> Iterator[Difference]:
        known = there if isinstance(there, list) and len(there) == len(old) else [None] * len(old)
        for i in range(max(len(old), len(new))):
            if i >= len(old):
                yield f"{path}[{i}]", "add", None, new[i]
            elif i >= len(new):
                yield f"{path}[{i}]", "delete", old[i], None
            else:
                yield from self._of_values(f"{path}[{i}]", old[i], new[i], known[i])

    def _of_sets(self, path: str, old: list[Any], new: list[Any]) -> Iterator[Difference]:
        """An element has no identity but its value, so one comes and one goes; at one position it is an update."""
        gone = {i: one for i, one in enumerate(old) if not self.meaning.among(path, one, new)}
        come = {i: one for i, one in enumerate(new) if not self.meaning.among(path, one, old)}
        for i in sorted({*gone, *come}):
            kind: Kind = "update" if i in gone and i in come else "add" if i in come else "delete"
            yield f"{path}[{i}]", kind, gone.get(i), come.get(i)

    def _only_an_output(self, key: str) -> bool:
        """`tagsAll`: the real Check writes it among the inputs, made of the tags and the provider's own."""
        return self.row is not None and key in self.row.outputs and self.row.about(key) is None


def lies_in(path: str, ignored: Sequence[str]) -> bool:
    """`*` stands for any position or key."""
    own = list(parts(path))
    return any(
        len(one) <= len(own) and all(a in ("*", b) for a, b in zip(one, own, strict=False))
        for one in (list(parts(path)) for path in ignored)
    )


def opaque(value: Any) -> bool:
    return value == UNKNOWN_TEXT or (isinstance(value, Mapping) and SIGNATURE in value)


def _one_block(value: Any, other: Any) -> Any:
    """A list of one block is that block, if the other side writes it so: another version of the SDK may."""
    return value[0] if is_block(other) and isinstance(value, list) and len(value) == 1 else value


def _below(path: str, key: str) -> str:
    if _PLAIN_KEY.fullmatch(key):
        return f"{path}.{key}" if path else key
    return path + '["' + key.replace('"', '\\"') + '"]'
