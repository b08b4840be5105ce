"""What does another process say of one stack? As JSON, and back as a plan; what was looked at is for us to say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ultrastack.model.decoding import decode, encode, parse
from ultrastack.model.estate import Reference, StackPlan
from ultrastack.model.graph import Graph
from ultrastack.model.place import Problem
from ultrastack.model.plan import Note, Plan
from ultrastack.model.stack_file import StackFile

from .plan import plan_of


@dataclass(frozen=True)
class Answer:
    """What running the program has told; no stage after it."""

    name: str
    graph: Graph | None = None
    description: str = ""
    notes: tuple[Note, ...] = ()
    file: StackFile | None = None
    problems: tuple[Problem, ...] = ()
    failed: str = ""
    ours: bool = False
    references: tuple[Reference, ...] = ()
    not_set: Mapping[str, str] = field(default_factory=dict)


def write(one: StackPlan) -> str:
    plan = one.plan
    rest = (one.problems, one.failed, one.ours, one.references, one.not_set)
    if plan is None:
        return json.dumps(encode(Answer(one.name, None, "", (), None, *rest)))
    return json.dumps(encode(Answer(one.name, plan.graph, plan.description, plan.notes, plan.file, *rest)))


def read(text: str | bytes) -> StackPlan:
    """Raises ValueError in words for what is no such answer."""
    said: Answer = decode(Answer, parse(text), "the answer")
    plan: Plan | None = None
    if said.graph is not None:
        plan = plan_of(said.graph, file=said.file, description=said.description, notes=said.notes)
    return StackPlan(said.name, plan, said.problems, said.failed, said.ours, said.references, said.not_set)
