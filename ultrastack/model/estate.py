"""What is there to say about many stacks at once? Their plans, and what they need of each other, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .place import Place, Problem
from .plan import Plan


@dataclass(frozen=True)
class Reference:
    """One `stack_output('organization/project/stack', 'key')` of a stack file."""

    place: Place
    stack: str  # the full name
    output: str  # "" where only the stack is known: a program that reads no stack file of ours


@dataclass(frozen=True)
class StackPlan:
    """What came of planning one stack: a plan, or its problems, or how the attempt itself ended."""

    name: str
    plan: Plan | None = None
    problems: tuple[Problem, ...] = ()
    failed: str = ""  # words for what is no fault of the stack file: the program's error, a process that died
    ours: bool = False  # `failed` is a failure of ultrastack or of the machine, not of the program
    references: tuple[Reference, ...] = ()
    # of the NAME=VALUE that were given, those whose variable this stack has not, with what to type instead
    not_set: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Estate:
    """All stacks that were planned together."""

    project: str
    stacks: tuple[StackPlan, ...]  # in the order they were asked for
    order: tuple[tuple[str, ...], ...] = ()  # to bring up those that read each other, group by group; empty in a circle
    warnings: tuple[Problem, ...] = ()  # of references between the stacks

    def planned(self) -> Iterator[tuple[StackPlan, Plan]]:
        return ((one, one.plan) for one in self.stacks if one.plan is not None)

    def refused(self) -> Iterator[StackPlan]:
        return (one for one in self.stacks if one.plan is None)
