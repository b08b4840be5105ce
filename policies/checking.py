"""What do the rules say about one world? Each is asked about each thing that it speaks of; none can hide another."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ultrastack.model.change import Change
from ultrastack.model.finding import Level

from .rule import NotApplicable, Rule, Said, Undecided
from .world import Costs, Subject, SubjectChange, World


@dataclass(frozen=True)
class Outcome:
    """One check: one rule about one resource, or about the whole (`subject` is None)."""

    rule: Rule
    subject: Subject | None
    verdict: Literal["pass", "fail", "undecided", "not applicable", "broken"]
    said: tuple[Said, ...] = ()  # what failed, and what could not be decided
    why: str = ""  # of a broken one


def outcomes(
    rules: Iterable[Rule],
    world: World,
    levels: Mapping[str, Level] | None = None,
    *,
    changes: Sequence[Change] | None = None,
    before: World | None = None,
    costs: Costs | None = None,
) -> Iterator[Outcome]:
    """Rule by rule, in the graph's order. `levels` by id: what is off is not asked.

    `changes` lead from the world `before` to this one; without them no change rule is asked, nor a cost rule without
    `costs`.
    """
    for rule in rules:
        check = rule.check
        if check is None or check.kind == "judgement" or (levels or {}).get(rule.id, rule.level) == "off":
            continue  # a rule about the judging itself is asked when all others were: judging.py
        if check.kind == "cost":
            if costs is not None:
                yield asked(rule, None, costs)
        elif check.kind == "change":
            for change in changes or ():
                if change.resource.type in check.types or "*" in check.types:
                    yield _of_change(rule, change, before, world, changes or ())
        elif not check.types:
            yield asked(rule, None, world)
        else:
            for subject in world.of_type(*check.types):
                if subject.resource.kind == "read":
                    continue  # not this program's: whoever makes it answers for it
                alone = check.kind == "resource"
                yield asked(rule, subject, world.alone_of[subject.urn] if alone else subject)


def _of_change(rule: Rule, change: Change, before: World | None, world: World, beside: Sequence[Change]) -> Outcome:
    old = before.by_urn.get(change.old.urn) if before is not None and change.old is not None else None
    new = world.by_urn.get(change.new.urn) if change.new is not None else None
    if old is None and new is None:
        old = Subject(change.resource)
    return asked(rule, new or old, SubjectChange(change, old, new, beside))


def asked(rule: Rule, subject: Subject | None, about: Any) -> Outcome:
    """What one rule says of one thing; `subject` is what it is said of."""
    assert rule.check is not None
    said: list[Said] = []
    try:
        _collect(rule.check.look, about, said)
    except Undecided as e:
        said.append(e.said)
    except NotApplicable:
        if not said:
            return Outcome(rule, subject, "not applicable")
    except (Exception, SystemExit) as e:  # a rule's own mistake is ours, and hides no other rule
        return Outcome(rule, subject, "broken", why=_why(e))
    if not said:
        return Outcome(rule, subject, "pass")
    failed = any(one.verdict == "fail" for one in said)
    return Outcome(rule, subject, "fail" if failed else "undecided", tuple(said))


def _collect(look: Callable[..., Iterable[Said] | None], about: Any, said: list[Said]) -> None:
    for one in look(about) or ():
        if not isinstance(one, Said):
            raise TypeError(f"a check yields fail(...) or cannot_decide(...), not {type(one).__name__}")
        if not isinstance(one.message, str):
            raise TypeError(f"a message is a text, not {type(one.message).__name__}")
        said.append(one)


def _why(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} (line {last.lineno} of {last.filename.rpartition('/')[2]})"
