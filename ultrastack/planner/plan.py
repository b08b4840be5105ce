"""From a stack's name to a Plan, stage by stage. READ FIRST.

stage        takes                                 gives                          must not
run_program  the project's own program, overrides  Graph, the stack file as read  touch network, credentials, the clock
select       Graph, names of steps                 the names, checked             cut the graph: references would break

check         Graph, the stack file, rules          findings, coverage (judged.py)         raise for what it finds
before_up     Graph                                 what to look at before `up`            claim that it is missing

After `run_program` everything is plain data in, plain data out: no Pulumi. The stages stand beside each other; rules
about changes read what diff.py found. Until a stage exists (prices), or was not asked, NOT_CHECKED says so everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from ultrastack.model.graph import Graph
from ultrastack.model.place import Place, Problem, Refused
from ultrastack.model.plan import Note, Plan
from ultrastack.model.stack_file import StackFile

from .overrides import override_notes
from .program import run_program
from .stack_facts import stack_file

if TYPE_CHECKING:
    from ultrastack.language.reading import Reading

BASE = "nothing, all new"
CHECKED = ("the stack file", "every argument")
CHECKED_PROGRAM = ("that the program runs",)  # any other Pulumi program
NOT_CHECKED = ("prices", "rules", "what exists in the account")


def plan(root: Path, stack: str, *, overrides: Sequence[str] = (), steps: Sequence[str] = ()) -> Plan:
    """The plan of a stack of the project in `root`; raises Refused with every problem of the stack file.

    `overrides` are NAME=VALUE, for questions only; `steps` are names of steps, none means all.
    """
    return plan_with_reading(root, stack, overrides=overrides, steps=steps)[0]


def plan_with_reading(
    root: Path, stack: str, *, overrides: Sequence[str] = (), steps: Sequence[str] = ()
) -> tuple[Plan, Reading | None]:
    """The same, with the stack file as read: who plans many looks there for what one needs of another."""
    graph, reading = run_program(root, stack, overrides)
    made = plan_of(
        graph,
        file=stack_file(reading) if reading is not None else None,
        description=reading.description if reading else "",
        notes=(*notices(reading), *override_notes(stack, overrides)),
    )
    return replace(made, selected=select(graph, steps)), reading


def plan_of(graph: Graph, *, file: StackFile | None, description: str = "", notes: Sequence[Note] = ()) -> Plan:
    """What running a program has told, before any other stage."""
    return Plan(
        graph=graph,
        base=BASE,
        description=description,
        checked=CHECKED if file is not None else CHECKED_PROGRAM,
        not_checked=NOT_CHECKED,
        notes=tuple(notes),
        file=file,
    )


def notices(reading: Reading | None) -> tuple[Note, ...]:
    """What reading found worth knowing, though no reason to refuse."""
    return tuple(
        Note(f"{n.place}  {n.what}" + f"; {n.fix}" * bool(n.fix)) for n in (reading.notices if reading else ())
    )


def select(graph: Graph, steps: Sequence[str]) -> tuple[str, ...]:
    """The steps that were asked for, in the order of the stack file."""
    names = [s.name for s in graph.steps]
    problems = []
    for word in dict.fromkeys(steps):
        if word not in names:
            near = get_close_matches(word, names, n=1)
            there = f"the steps are: {', '.join(names)}" if names else "the program has no steps"
            fix = f"use '{near[0]}'; {there}" if near else there
            problems.append(Problem(Place(f"--step {word}"), f"no step '{word}' in {graph.stack}", fix))
    if problems:
        raise Refused(*problems)
    return tuple(n for n in names if n in steps)
