"""What do the stacks of a project need of each other: in which order do they come up, and is it all there?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter

from ultrastack.model.estate import Estate, Reference, StackPlan
from ultrastack.model.place import Problem, in_order

Needs = Mapping[str, Mapping[str, Reference]]  # stack -> the stacks that it reads, each with the first place


def estate(project: str, stacks: Sequence[StackPlan], known: Collection[str]) -> Estate:
    """`known`: names of all stacks of the project, planned or not."""
    needs = {one.name: _needs(one, project) for one in stacks}
    warnings = [w for one in stacks for w in _missing(one, project, {s.name: s for s in stacks}, known)]
    order, circle = _order(needs)
    return Estate(project, tuple(stacks), order, (*in_order(warnings), *circle))


def _needs(stack: StackPlan, project: str) -> dict[str, Reference]:
    """Of this project alone; what another project has to be first, nobody here knows."""
    found: dict[str, Reference] = {}
    for one in stack.references:
        if (name := _own(one, project)) is not None:
            found.setdefault(name, one)
    return found


def _own(reference: Reference, project: str) -> str | None:
    """organization/project/stack; the organization is the backend's, which no file names."""
    _, of, name = reference.stack.split("/")
    return name if of == project else None


def _missing(
    stack: StackPlan, project: str, planned: Mapping[str, StackPlan], known: Collection[str]
) -> Iterator[Problem]:
    for one in stack.references:
        name = _own(one, project)
        if name is None:
            continue
        if name not in known:
            near = get_close_matches(name, list(known), 1, 0.5)
            fix = f"use '{near[0]}'" if near else "the stacks are: " + ", ".join(sorted(known))
            yield Problem(one.place, f"{stack.name} reads stack '{name}', which this project has not", fix)
        elif one.output and (other := planned.get(name)) and other.plan and one.output not in other.plan.graph.outputs:
            outputs = sorted(other.plan.graph.outputs)
            near = get_close_matches(one.output, outputs, 1, 0.5)
            there = f"it has: {', '.join(outputs)}" if outputs else "it has none"
            fix = f"use '{near[0]}'" if near else f"add it to the `outputs` of {name}; {there}"
            yield Problem(one.place, f"{stack.name} reads '{one.output}' of {name}, which has no such output", fix)


def _order(needs: Needs) -> tuple[tuple[tuple[str, ...], ...], tuple[Problem, ...]]:
    """Groups of the planned stacks that read each other, each after those that it reads; what is wrong in a circle."""
    within = {name: [n for n in asked if n in needs] for name, asked in needs.items()}
    read = {n for names in within.values() for n in names}
    sorter = TopologicalSorter({name: names for name, names in within.items() if names or name in read})
    try:
        sorter.prepare()
    except CycleError as e:
        names = list(reversed(e.args[1]))  # graphlib names each before those that read it
        first = needs[names[0]][names[1]]
        what = f"the stacks wait for each other in a circle: {' -> '.join(names)}"
        return (), (Problem(first.place, what, "move what both need into a stack of its own"),)
    groups = []
    while sorter.is_active():
        ready = sorter.get_ready()
        groups.append(tuple(name for name in needs if name in ready))
        sorter.done(*ready)
    return tuple(groups), ()
