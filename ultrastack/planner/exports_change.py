"""Which exports of a stack differ? Other stacks read them, and no resource has to change for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ultrastack.model.estate import StackPlan
from ultrastack.model.graph import Graph
from ultrastack.model.plan import Note
from ultrastack.model.values import Asset, ResourceReference, Secret, Unknown, Value

SHOWN = 5  # names; the rest as a number


def exports_notes(stacks: Iterable[StackPlan]) -> Iterator[Note]:
    """One for each stack that stood before and still stands; by names alone, since a value may say too much."""
    for one in stacks:
        said = one.plan.comparison if one.plan is not None else None
        if one.plan is None or said is None or not said.old.resources or not one.plan.graph.resources:
            continue
        if words := [*_words(said.old, one.plan.graph)]:
            yield Note(f"the exports of {one.name}, which other stacks may read, differ; {'; '.join(words)}")


def _words(old: Graph, new: Graph) -> Iterator[str]:
    was, now = old.outputs, new.outputs
    if gone := sorted(set(was) - set(now)):
        yield f"gone: {_listed(gone)}"
    if came := sorted(set(now) - set(was)):
        yield f"new: {_listed(came)}"
    if other := sorted(name for name in set(was) & set(now) if _differs(was[name], now[name])):
        yield f"other values: {_listed(other)}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _differs(old: Value, new: Value) -> bool:
    """Where both are known; a name that only the cloud knows may be any."""
    if isinstance(old, (Unknown, Secret)) or isinstance(new, (Unknown, Secret)):
        return False
    if isinstance(old, (Asset, ResourceReference)) or isinstance(new, (Asset, ResourceReference)):
        return False
    if isinstance(old, dict) and isinstance(new, dict):
        return set(old) != set(new) or any(_differs(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) != len(new) or any(map(_differs, old, new))
    return old != new
