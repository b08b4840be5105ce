"""How is a stack planned whose program nobody trusts? In a sandbox; what comes back is looked at before it is used.

A program that plans itself can lie: it can leave out a resource here that it would make in an `up`. What it cannot do
is reach anything, or make the reader of its answer fail.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from ultrastack.model.decoding import decode, parse
from ultrastack.model.estate import StackPlan
from ultrastack.model.graph import Graph
from ultrastack.model.place import Place
from ultrastack.model.stack_file import StackFile
from ultrastack.sandbox import Ended, Limits, NotConfined, python_view, run_confined

from .answer import read

MOST_RESOURCES = 50_000
MOST_STACKS = 1_000
DEEPEST = 50  # resources below each other
MOST_CHARACTERS = 10_000  # of a failure in words
MOST_PROBLEMS = 1_000
STACK = re.compile(r"[A-Za-z0-9_.-]{1,100}")  # https://www.pulumi.com/docs/iac/concepts/stacks/
FOLDERS = ("stacks", "examples")
LIMITS = Limits()
ENDED = {
    "time": "it took longer than {0.seconds:g} s",
    "memory": "it needed more than {0.memory_mib:,} MiB of memory",
    "files": "it wrote more than {0.written_mib:,} MiB",
    "output": "its answer is larger than {0.output_bytes:,} bytes",
}


def plan_confined(root: Path, name: str, overrides: Sequence[str] = (), *, limits: Limits = LIMITS) -> StackPlan:
    """As plan_one; whatever the program does, the answer is a plan or words."""
    try:
        found = read(_asked(root, {"stack": name, "overrides": list(overrides)}, limits))
        _check_words(found)
        if found.plan is not None:
            _check(found.plan.graph, name)
            _check_file(found.plan.file, name)
    except ValueError as e:
        return StackPlan(name, failed=f"the program could not be planned in the sandbox: {e}"[:MOST_CHARACTERS])
    if found.name != name or found.ours:
        return StackPlan(name, failed=f"the program ended itself: {found.failed}"[:MOST_CHARACTERS])
    return found


def stacks_confined(root: Path, *, limits: Limits = LIMITS) -> list[str]:
    """The names of a project's stacks; raises ValueError in words."""
    found: tuple[str, ...] = decode(tuple[str, ...], parse(_asked(root, {}, limits)), "the names of the stacks")
    if len(found) > MOST_STACKS:
        raise ValueError(f"it has {len(found):,} stacks; {MOST_STACKS:,} are looked at")
    if not all(STACK.fullmatch(one) for one in found):
        raise ValueError("one of its stacks has a name that Pulumi does not take")
    return list(found)


def _asked(root: Path, question: dict[str, Any], limits: Limits) -> bytes:
    command = [sys.executable, "-I", "-m", "ultrastack.planner.confined_child"]
    try:
        done = run_confined(command, python_view(root), stdin=json.dumps(question).encode(), limits=limits)
    except NotConfined as e:
        raise ValueError(f"no sandbox could be made: {e}") from None
    if done.why or done.code != 0 or not done.output:
        raise ValueError(_how(done, limits))
    return done.output


def _how(done: Ended, limits: Limits) -> str:
    if done.why:
        return ENDED.get(done.why, done.why).format(limits)
    said = done.errors.strip().splitlines()[-1:]
    return f"it ended with {done.code} and gave no answer" + (f": {said[0]}" if said else "")


def _check_file(file: StackFile | None, name: str) -> None:
    """The profile and what is accepted are looked up by this name in the revision that judges."""
    if file is not None and file.file not in [f"{folder}/{name}.yaml" for folder in FOLDERS]:
        raise ValueError(f"it answered with the stack file {file.file!r}")


def _check_words(one: StackPlan) -> None:
    """A problem is shown with its line and a caret below: both are there."""
    if len(one.problems) > MOST_PROBLEMS:
        raise ValueError(f"it has {len(one.problems):,} problems; {MOST_PROBLEMS:,} are looked at")
    plan = one.plan
    for place in _places((one.problems, one.references, *((plan.graph.steps, plan.file) if plan is not None else ()))):
        columns = place.column + place.width
        if min(place.line, place.column, place.width) < 0 or place.excerpt and columns > len(place.excerpt) + 2:
            raise ValueError(f"it names a place that is none: {place.line}:{place.column}")


def _places(data: object) -> Iterator[Place]:
    if isinstance(data, Place):
        yield data
    elif isinstance(data, Mapping):
        for one in data.values():
            yield from _places(one)
    elif isinstance(data, tuple):
        for one in data:
            yield from _places(one)
    elif is_dataclass(data):
        for one in fields(data):
            yield from _places(getattr(data, one.name))


def _check(graph: Graph, name: str) -> None:
    """What our own engine never makes, and others here rely on."""
    if graph.stack != name:
        raise ValueError(f"it answered for the stack {graph.stack!r}")
    if len(graph.resources) > MOST_RESOURCES:
        raise ValueError(f"it has {len(graph.resources):,} resources; {MOST_RESOURCES:,} are looked at")
    if len(graph.by_urn) != len(graph.resources):
        raise ValueError("two of its resources have one URN")
    above = {one.urn: one.parent for one in graph.resources}
    if not all(urn.startswith("urn:pulumi:") and urn.count("::") >= 3 for urn in above):
        raise ValueError("a resource has no URN")
    left = set(above)
    for _ in range(DEEPEST):  # level by level: a resource whose parent is settled is settled itself
        left = {urn for urn in left if above[urn] in left}
        if not left:
            return
    raise ValueError(f"its resources stand in a circle, or deeper than {DEEPEST} below each other")
