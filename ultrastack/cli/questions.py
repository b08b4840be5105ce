"""How is something asked: an option answers, else a terminal, else the command says which option is missing?"""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

Check = Callable[[str], str]  # what is wrong with an answer; empty if nothing is


class Questions:
    """Asks one thing after the other; without a terminal it collects what is missing."""

    def __init__(self) -> None:
        self.terminal = sys.stdin.isatty()
        self.missing: list[str] = []

    def ask(self, option: str, text: str, given: str | None, check: Check, default: str | None = None) -> str:
        """The answer, checked at once: an option that cannot be is refused, an answer is asked for again."""
        if given is not None:
            if problem := check(given):
                raise click.UsageError(f"{option}: {problem}")
            return given
        if not self.terminal:
            self.missing.append(option)
            return ""
        answer: str = click.prompt(text, default=default, value_proc=_checked(check), err=True)
        return answer

    def done(self) -> None:
        """Raises click.UsageError with every option that a run without a terminal needs."""
        if self.missing:
            raise click.UsageError(f"nobody can be asked here, so say it with {', '.join(self.missing)}")


def _checked(check: Check) -> Callable[[str], str]:
    def convert(value: str) -> str:
        value = value.strip()
        if problem := check(value):
            raise click.UsageError(problem)
        return value

    return convert
