"""May this `up` be done? A plain yes for what is made and changed; what would be lost is named."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

import click

from ultrastack.model.operation import Loss
from ultrastack.model.place import Place, Problem, Refused

NAMED = 3  # up to so many losses each name is typed; of more, the stack's name and their number


def terminal() -> bool:
    """Can somebody be asked? The question goes to stderr, so that stdout may be a file."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def agree(stack: str, losses: Sequence[Loss], yes: bool, may_lose: Sequence[str]) -> bool:
    """Whether somebody was asked; raises Refused where the answer is no, or nobody can be asked.

    `yes` covers what loses nothing; `may_lose` are names of resources, or URNs where a name is not clear.
    """
    open_losses = uncovered(losses, may_lose)
    if not terminal():
        if problems := [*_not_named(stack, open_losses), *([] if yes or losses else [_no_yes(stack)])]:
            raise Refused(*problems)
        return False
    if open_losses:
        _typed(stack, open_losses)
        return True
    if yes or losses:  # who named every loss on the command line has said yes to the rest
        return False
    if not click.confirm(f"Do this to {stack}?", default=False, err=True):
        raise Refused(_not_confirmed(stack, "the answer was not yes"))
    return True


def uncovered(losses: Sequence[Loss], may_lose: Sequence[str]) -> list[Loss]:
    """Those that no word names; a name that two of them bear names neither."""
    bearers = Counter(name for name, _ in {(one.operation.name, one.operation.urn) for one in losses})
    return [
        one
        for one in losses
        if one.operation.urn not in may_lose and (one.operation.name not in may_lose or bearers[one.operation.name] > 1)
    ]


def word_for(loss: Loss, losses: Sequence[Loss]) -> str:
    """What --may-lose takes for it."""
    others = {one.operation.urn for one in losses if one.operation.name == loss.operation.name}
    return loss.operation.name if len(others) == 1 else loss.operation.urn


def _typed(stack: str, losses: Sequence[Loss]) -> None:
    names = list(dict.fromkeys(word_for(one, losses) for one in losses))
    many = len(names) > NAMED
    for word in [f"{stack} {len(names)}"] if many else names:
        what = f"the stack's name and how many are lost ({word})" if many else word
        answer = click.prompt(f"Type {what} to go on", default="", show_default=False, err=True)
        if answer.strip() != word:
            raise Refused(_not_confirmed(stack, f"{answer.strip()!r} is not {word!r}"))


def _not_named(stack: str, losses: Sequence[Loss]) -> list[Problem]:
    if not losses:
        return []
    words = list(dict.fromkeys(word_for(one, losses) for one in losses))
    what = f"this `up` would lose {', '.join(words)}, and nobody can be asked here"
    flags = " ".join(f"--may-lose '{word}'" if "$" in word else f"--may-lose {word}" for word in words)
    return [Problem(Place(f"ultrastack up {stack}"), what, f"if that is meant: {flags}")]


def _no_yes(stack: str) -> Problem:
    what = "nobody can be asked here, since this is no terminal"
    return Problem(Place(f"ultrastack up {stack}"), what, "--yes does it unasked; it never covers what would be lost")


def _not_confirmed(stack: str, why: str) -> Problem:
    return Problem(Place(f"ultrastack up {stack}"), f"not confirmed: {why}")
