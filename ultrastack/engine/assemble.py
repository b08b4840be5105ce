"""How does what the monitor has heard become a graph? In an order that does not depend on who registered first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..model.graph import Graph, Resource
from ..model.step import Step
from .monitor import Monitor
from .urns import ROOT

Key = tuple[int, int, list[tuple[int, int, str]]]


def graph_of(monitor: Monitor, references: Mapping[str, dict[str, tuple[str, ...]]]) -> Graph:
    """`references`: URN -> path -> URNs, as References.resolve gives them."""
    made, record = [], monitor.record
    for r in record.resources.values():
        step = record.step_of[r.urn]
        made.append(
            replace(
                r,
                outputs=record.outputs.get(r.urn, {}),
                references=references.get(r.urn, {}),
                step=step.name if step else "",
            )
        )
    root = next((r for r in made if r.type == ROOT), None)
    steps = tuple(record.steps.values())
    return Graph(
        project=monitor.project,
        stack=monitor.stack,
        organization=monitor.organization,
        resources=_ordered(made, steps),
        outputs=record.outputs.get(root.urn, {}) if root else {},
        steps=steps,
        messages=tuple(record.messages),
    )


def _ordered(made: Sequence[Resource], steps: Sequence[Step]) -> tuple[Resource, ...]:
    """Stack, providers, then step by step, parents before their children."""
    rank = {s.name: i for i, s in enumerate(steps)}
    kinds = {"stack": 0, "provider": 1}
    children: dict[str, list[Resource]] = {}
    urns = {r.urn for r in made}
    for r in made:
        children.setdefault(r.parent if r.parent in urns else "", []).append(r)

    def key(r: Resource) -> Key:
        return kinds.get(r.kind, 2), rank.get(r.step, len(rank)), _natural(r.urn)

    ordered: list[Resource] = []
    waiting = sorted(children.get("", ()), key=key, reverse=True)
    while waiting:
        r = waiting.pop()
        ordered.append(r)
        waiting += sorted(children.get(r.urn, ()), key=key, reverse=True)
    return tuple(sorted(ordered, key=lambda r: kinds.get(r.kind, 2)))


def _natural(text: str) -> list[tuple[int, int, str]]:
    """node-2 before node-10."""
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in re.split(r"(\d+)", text) if p]
