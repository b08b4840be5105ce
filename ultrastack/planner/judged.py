"""What do the rules say of a stack, of a state file, of many stacks? Each ends as a Plan with its judgement."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ultrastack.model.change import Change
from ultrastack.model.estate import StackPlan
from ultrastack.model.finding import Finding
from ultrastack.model.graph import SCHEMA, Graph, from_json
from ultrastack.model.place import Place, Problem, Refused
from ultrastack.model.plan import Plan

from .many import plan_one

if TYPE_CHECKING:
    from ultrastack.model.stack_file import StackFile
    from ultrastack.policies.world import Costs, World

    from .rules import RuleSet


@dataclass(frozen=True)
class Asked:
    """How to judge. `now` has a time zone; None: the rules do not know the time."""

    now: datetime | None = None
    profile: str | None = None  # None: the stack's own
    rules: tuple[str, ...] = ()  # ids or topics; none: all
    baseline: Path | None = None  # findings that stand in this file do not count
    rules_from: str = ""  # a git revision; "": what lies here
    packs: tuple[Path, ...] = ()  # third-party CrossGuard packs, asked beside ours
    against: Path | None = None  # an earlier graph or export: what the change rules compare with


RULES = "rules"
CHANGES = "changes: name what is there with --against"


def judged(plan: Plan, *, root: Path, asked: Asked) -> Plan:
    """The plan of a stack, with what the rules say; raises Refused for what cannot be used to judge by."""
    old = earlier_graph(asked.against) if asked.against is not None else None
    return judged_by(rules_asked(root, asked), plan, asked=asked, old=old)


def rules_asked(root: Path, asked: Asked) -> RuleSet:
    """What judges, loaded once for many stacks."""
    from .rules import load_rules, rules_of_revision

    return (rules_of_revision(root, asked.rules_from) if asked.rules_from else load_rules(root)).only(asked.rules)


def judged_by(
    rules: RuleSet,
    plan: Plan,
    *,
    asked: Asked,
    old: Graph | None = None,
    changes: Sequence[Change] | None = None,
    there: Mapping[str, StackFile] | None = None,
    exact: bool = True,
) -> Plan:
    """The same, of rules that are loaded. `old`: the earlier graph, for rules about changes; `changes`: to that, if
    somebody has looked already; `there`: stack files as they are at the revision that the rules are of;
    `exact`: as World has it.
    """
    from ultrastack.policies.world import World

    from .before_up import before_up

    world = World(plan.graph, exact, asked.now, plan.file)
    made = replace(plan, before_up=before_up(world))
    return _judged(made, world, rules, asked, old, changes, there)


def judged_state(graph: Graph, file: Path, root: Path, asked: Asked) -> Plan:
    """The same of a stack that exists: its export, or a preview of it."""
    from ultrastack.policies.world import World

    plan = Plan(graph=graph, base=str(file), checked=("the resources in the file",))
    old = earlier_graph(asked.against) if asked.against is not None else None
    return _judged(plan, World(graph, exact=False, now=asked.now), rules_asked(root, asked), asked, old)


def _judged(
    plan: Plan,
    world: World,
    rules: RuleSet,
    asked: Asked,
    old: Graph | None,
    changes: Sequence[Change] | None = None,
    there: Mapping[str, StackFile] | None = None,
) -> Plan:
    from .check import check

    before = None
    if old is not None:
        before, changes = _earlier_world(old, asked), changes if changes is not None else _changes(old, world.graph)
    others = None
    if asked.packs:
        from ultrastack.engine.foreign_pack import findings_of

        others = [_placed(f, world) for pack in asked.packs for f in findings_of(pack, world.graph)]
    judgement = check(
        world,
        rules,
        profile=asked.profile,
        changes=changes,
        before=before,
        costs=costs(world),
        baseline=asked.baseline,
        others=others,
        there=there,
    )
    return replace(
        plan,
        judgement=judgement,
        checked=(*plan.checked, RULES),
        not_checked=tuple(one for one in plan.not_checked if one != RULES),
    )


def _placed(finding: Finding, world: World) -> Finding:
    """A pack knows resources only; here their step is known."""
    from ultrastack.policies.places import placed

    resource = world.graph.by_urn.get(finding.urn)
    step = resource.step if resource is not None else ""
    return replace(finding, step=step, place=finding.place or placed(world, step, finding.path))


def costs(world: World) -> Costs:
    """What can be known without prices: what was paid for capacity blocks. Everything else is unpriced, not free."""
    from ultrastack.policies.world import Costs

    file = world.file
    if file is None:
        return Costs(world, Decimal(0), tuple(s.name for s in world.subjects if s.resource.kind == "custom"))
    paid = {id_: usd for step in file.steps if not step.left_out for id_, usd in _paid(step.arguments)}
    return Costs(world, sum(paid.values(), Decimal(0)), tuple(s.name for s in file.steps if not s.left_out))


def _paid(value: Any) -> Iterator[tuple[str, Decimal]]:
    """Blocks by id, wherever they stand in a step's arguments: one that two steps name is paid once."""
    if isinstance(value, Mapping):
        if isinstance(value.get("upfront_usd"), (int, float)) and isinstance(value.get("id"), str):
            yield value["id"], Decimal(str(value["upfront_usd"]))
        for inner in value.values():
            yield from _paid(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _paid(inner)


def _earlier_world(old: Graph, asked: Asked) -> World:
    from ultrastack.policies.world import World

    exact = any(r.references for r in old.resources)  # a graph of ours; an export knows no nested sources
    return World(old, exact=exact, now=asked.now)


def _changes(old: Graph, new: Graph) -> Sequence[Change]:
    from .diff import diff

    return diff(old, new)


def earlier_graph(file: Path) -> Graph:
    """A graph, a plan in JSON that holds one, or the export of a stack; raises Refused."""
    from .state_graph import graph_of_state

    try:
        data = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return graph_of_state(file)  # which says what is wrong with it
    if isinstance(data, dict) and isinstance(data.get("graph"), dict):
        data = data["graph"]
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        return graph_of_state(file)
    try:
        return from_json(data)
    except ValueError as e:
        raise Refused(
            Problem(Place(str(file)), str(e), "write it again: ultrastack plan STACK --format json")
        ) from None


def judge_one(root: Path, name: str, overrides: Sequence[str], asked: Asked) -> StackPlan:
    """As plan_one, for `plan_many`: one stack, whose every failure is words."""
    return plan_one(root, name, overrides, partial(judged, root=root, asked=asked))
