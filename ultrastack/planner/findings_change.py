"""What do the rules say that they did not say before, and what not any more? A finding is known by what it is about.

That is its rule, its resource and its input, as for its id; several that are alike are matched by their words first,
then by their number. It is also new where it counts only now: nobody accepts it any more, it has left the baseline, or
it has become mandatory. One that somebody accepts from now on still holds.

What failed before and is not found now is gone only if its rule could tell: where the rule is broken, or cannot decide
any more, that is unclear. Both judgements must have asked the same rules, else one that was not asked looks right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ultrastack.model.comparison import FindingsChange
from ultrastack.model.finding import Finding, Judgement

Key = tuple[str, str, str]  # rule, resource or step, input without positions in lists
_POSITION = re.compile(r"\[\d+\]")
_NOTHING: Mapping[str, str] = MappingProxyType({})


def findings_change(old: Judgement, new: Judgement, *, moved: Mapping[str, str] = _NOTHING) -> FindingsChange:
    """`moved` leads from the URN of what has another name now to the one that it had."""
    return _Comparing(old, new, moved).change()


class _Comparing:
    def __init__(self, old: Judgement, new: Judgement, moved: Mapping[str, str]):
        self.old, self.new = old.findings, new.findings
        self.moved = moved
        self.names = {_name(now): _name(before) for now, before in moved.items()}  # a step's component is called alike
        self.broken = {one.rule for one in self.new if one.verdict == "broken"}
        self.before = {_key(one) for one in self.old if one.verdict == "undecided"}
        self.undecided: dict[tuple[str, str], list[Key]] = {}
        for one in self.new:
            if one.verdict == "undecided":
                key = self._earlier_key(one)
                self.undecided.setdefault(key[:2], []).append(key)

    def change(self) -> FindingsChange:
        pairs = self._pairs()  # place in today's -> the earlier one
        fails = [(at, one) for at, one in enumerate(self.new) if one.verdict == "fail"]
        came = {at for at, one in fails if at not in pairs or _counts_now(pairs[at], one)}
        matched = {id(one) for one in pairs.values()}
        lost = [one for one in self.old if one.verdict == "fail" and id(one) not in matched]
        unclear = {id(one) for one in lost if self._cannot_tell(one)}
        return FindingsChange(
            new=tuple(one for at, one in fails if at in came),
            still=tuple(one for at, one in fails if at not in came),
            gone=tuple(one for one in lost if id(one) not in unclear),
            unclear=tuple(one for one in lost if id(one) in unclear),
        )

    def _pairs(self) -> dict[int, Finding]:
        before: dict[Key, list[Finding]] = {}
        for one in self.old:
            if one.verdict == "fail":
                before.setdefault(_key(one), []).append(one)
        now: dict[Key, list[int]] = {}
        for at, one in enumerate(self.new):
            if one.verdict == "fail":
                now.setdefault(self._earlier_key(one), []).append(at)
        return {at: one for key, places in now.items() for at, one in self._matched(places, before.get(key, []))}

    def _matched(self, places: list[int], before: list[Finding]) -> Iterator[tuple[int, Finding]]:
        """The same words first, so that of several alike ones the right one is gone."""
        left, waiting = list(before), []
        for at in places:
            words = _unordered(self.new[at].message)
            same = next((one for one in left if _unordered(one.message) == words), None)
            if same is None:
                waiting.append(at)
            else:
                left.remove(same)
                yield at, same
        yield from zip(waiting, left, strict=False)

    def _cannot_tell(self, gone: Finding) -> bool:
        rule, about, path = _key(gone)
        if rule in self.broken:  # for whichever resource: nobody knows what else it would have said
            return True
        # another input that could not be decided before either does not stand for this one
        return any(_related(key[2], path) or key not in self.before for key in self.undecided.get((rule, about), ()))

    def _earlier_key(self, one: Finding) -> Key:
        """As it would have been under the earlier names."""
        rule, about, path = _key(one)
        if one.urn:
            about = _stack_free(self.moved.get(one.urn, one.urn))
        elif one.step:
            about = self.names.get(one.step, one.step)
        return rule, about, path


def _counts_now(before: Finding, now: Finding) -> bool:
    if not now.counts:
        return False
    return not before.counts or (before.level != "mandatory" and now.level == "mandatory")


def _key(one: Finding) -> Key:
    return one.rule, _stack_free(one.urn) or one.step, _unordered(one.path)


def _stack_free(urn: str) -> str:
    return urn.split("::", 2)[-1]


def _name(urn: str) -> str:
    return urn.split("::", 3)[-1]


def _unordered(text: str) -> str:
    return _POSITION.sub("[]", text)


def _related(one: str, other: str) -> bool:
    """The same input, one inside the other, or the whole resource."""
    return one == other or _holds(one, other) or _holds(other, one)


def _holds(outer: str, inner: str) -> bool:
    return not outer or inner.startswith((f"{outer}.", f"{outer}["))
