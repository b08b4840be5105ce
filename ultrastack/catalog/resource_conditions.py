"""Does this change fulfil the condition under which a property replaces its resource? Yes, no, or nobody can tell.

The tables write a condition in words for people and as a test for us. A test is alternatives with `or` between them,
each made of terms with `and` between them:

    falls  rises              a number, or a version, that becomes lower or higher
    appears  goes             was not set before, is not set any more
    empties  fills            a list or a block that loses its last member, or gets its first
    loses-items               a list without one of the members that it had
    narrows                   an address range that does not contain the earlier one
    [not] from A to B         this very change of value, or any but this
    [not] appears             as above, turned round
    is-set  is-set PATH  is-unset PATH          in the new inputs; without PATH the property itself
    is PATH VALUE  is-not PATH VALUE            in the new inputs
    was PATH VALUE                              in the old inputs
    same PATH                 another input stays as it is
    kind-changes PATH PATH... not the same ones of these inputs are set
    undecided                 only the cloud can tell
    members                   the block says nothing itself, its members do
    region                    the effective region changes; whoever compares inputs has put it into them
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Inputs = Mapping[str, Any]


def _nothing_is_opaque(_value: Any) -> bool:
    return False


@dataclass(frozen=True)
class InputChange:
    """One input, before and after; None where it is not set. `opaque` tells values that are unknown or hidden."""

    path: str
    old: Any
    new: Any
    before: Inputs = field(default_factory=dict)
    after: Inputs = field(default_factory=dict)
    opaque: Callable[[Any], bool] = _nothing_is_opaque


def decided(test: str, change: InputChange) -> bool | None:
    """None: this needs something that the inputs do not say."""
    if not test:
        return None
    return _any(_all(_term(term.split(), change) for term in one.split(" and ")) for one in test.split(" or "))


def is_test(test: str) -> bool:
    """Whether a test is written in the words above."""
    terms = [_negated(term.split()) for one in test.split(" or ") for term in one.split(" and ")]
    return all(words and words[0] in _TERMS and len(words) - 1 in _WORDS.get(words[0], (0,)) for words in terms)


def _term(words: Sequence[str], change: InputChange) -> bool | None:
    (word, *rest), turned = _negated(words), words[0] == "not"
    found = _TERMS[word](rest, change)
    return found if found is None else found != turned


def _negated(words: Sequence[str]) -> Sequence[str]:
    return words[1:] if words[:1] == ["not"] else words


def _any(found: Any) -> bool | None:
    answers = list(found)
    return True if True in answers else None if None in answers else False


def _all(found: Any) -> bool | None:
    answers = list(found)
    return False if False in answers else None if None in answers else True


def _rising(change: InputChange) -> int | None:
    """1: higher, -1: lower, 0: neither."""
    old, new = _ordered(change.old), _ordered(change.new)
    if old is None or new is None or change.opaque(change.old) or change.opaque(change.new):
        return None
    return (new > old) - (new < old)


def _ordered(value: Any) -> tuple[float, ...] | None:
    """A number or a version as something that can be compared."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return tuple(float(part) for part in str(value).split(".")) if isinstance(value, str) else (float(value),)
    except (TypeError, ValueError):
        return None


def _falls(_rest: Sequence[str], change: InputChange) -> bool | None:
    rising = _rising(change)
    return None if rising is None else rising < 0


def _rises(_rest: Sequence[str], change: InputChange) -> bool | None:
    rising = _rising(change)
    return None if rising is None else rising > 0


def _narrows(_rest: Sequence[str], change: InputChange) -> bool | None:
    try:
        old, new = ipaddress.ip_network(change.old), ipaddress.ip_network(change.new)
    except (TypeError, ValueError):  # unknown, or no address range
        return None
    return old.version != new.version or not old.subnet_of(new)  # type: ignore[arg-type]


def _loses_items(_rest: Sequence[str], change: InputChange) -> bool | None:
    if change.new is None:
        return bool(change.old)
    if not isinstance(change.old, list) or not isinstance(change.new, list):
        return None
    if any(change.opaque(one) for one in [*change.old, *change.new]):
        return None
    return any(one not in change.new for one in change.old)


def _empties(_rest: Sequence[str], change: InputChange) -> bool | None:
    return None if change.opaque(change.new) or change.opaque(change.old) else bool(change.old) and not change.new


def _fills(_rest: Sequence[str], change: InputChange) -> bool | None:
    return None if change.opaque(change.new) or change.opaque(change.old) else bool(change.new) and not change.old


def _from_to(rest: Sequence[str], change: InputChange) -> bool | None:
    """`from A to B`"""
    return _all([_equal(change.old, rest[0], change), _equal(change.new, rest[2], change)])


def _is_set(rest: Sequence[str], change: InputChange) -> bool | None:
    return (_at(change.after, rest[0]) if rest else change.new) is not None


def _kind_changes(rest: Sequence[str], change: InputChange) -> bool | None:
    return {name for name in rest if name in change.before} != {name for name in rest if name in change.after}


def _same(rest: Sequence[str], change: InputChange) -> bool | None:
    old, new = _at(change.before, rest[0]), _at(change.after, rest[0])
    return None if change.opaque(old) or change.opaque(new) else bool(old == new)


def _equal(value: Any, word: str, change: InputChange) -> bool | None:
    if change.opaque(value):
        return None
    return (str(value).lower() if isinstance(value, bool) else str(value)) == word


def _not(found: bool | None) -> bool | None:
    return None if found is None else not found


def _at(inputs: Inputs, path: str) -> Any:
    """A member of blocks; of repeated ones of the first that has it."""
    found: Any = inputs
    for name in path.split("."):
        if isinstance(found, list):
            found = next((one for one in found if isinstance(one, Mapping) and name in one), None)
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


_WORDS: Mapping[str, Sequence[int]] = {  # how many follow, where any do
    "from": (3,),
    "is": (2,),
    "is-not": (2,),
    "is-set": (0, 1),
    "is-unset": (1,),
    "kind-changes": range(1, 9),
    "same": (1,),
    "was": (2,),
}

_TERMS: Mapping[str, Callable[[Sequence[str], InputChange], bool | None]] = {
    "falls": _falls,
    "rises": _rises,
    "narrows": _narrows,
    "appears": lambda rest, change: change.old is None,
    "goes": lambda rest, change: change.new is None,
    "empties": _empties,
    "fills": _fills,
    "loses-items": _loses_items,
    "from": _from_to,
    "is-set": _is_set,
    "is-unset": lambda rest, change: _at(change.after, rest[0]) is None,
    "is": lambda rest, change: _equal(_at(change.after, rest[0]), rest[1], change),
    "is-not": lambda rest, change: _not(_equal(_at(change.after, rest[0]), rest[1], change)),
    "was": lambda rest, change: _equal(_at(change.before, rest[0]), rest[1], change),
    "same": _same,
    "kind-changes": _kind_changes,
    "undecided": lambda rest, change: None,
    "members": lambda rest, change: False,
    "region": lambda rest, change: True,
}
