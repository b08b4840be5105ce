"""Which machines would be started in a capacity block that has ended by now? The cloud has nothing to start them in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ultrastack.model.graph import Graph, value_to_json
from ultrastack.model.operation import MAKES, Operation
from ultrastack.model.place import Place, Problem

FIX = "`launch: false` for it, or take it out of the step; if the block was extended, write its new `ends_at`"


def ended_blocks(done: Sequence[Operation], graph: Graph, now: datetime) -> Iterator[Problem]:
    """One for each block. `now` has a time zone; when a block ends is what the step says of it."""
    made = [one for one in done if one.op in MAKES and one.holds == "capacity"]
    for component in graph.resources:
        if component.kind != "component" or not component.step:
            continue
        for block in _blocks(component.inputs):
            if datetime.fromisoformat(block["ends_at"]) > now:
                continue
            names = [one.name for one in made if one.step == component.step and _uses(graph, one, block["id"])]
            if names:
                step = graph.step(component.step)
                more = f" and {len(names) - 1} more" if len(names) > 1 else ""
                what = (
                    f"{names[0]}{more} would be started in capacity block {block['id']}, "
                    f"which ended at {block['ends_at']}"
                )
                yield Problem(step.place if step else Place(component.step), what, FIX)


def _blocks(value: Any) -> Iterator[Mapping[str, str]]:
    """Wherever they stand in a component's arguments."""
    if isinstance(value, Mapping):
        if isinstance(value.get("ends_at"), str) and isinstance(value.get("id"), str):
            yield value
        for inner in value.values():
            yield from _blocks(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _blocks(inner)


def _uses(graph: Graph, one: Operation, block: str) -> bool:
    """Whether a machine names the block itself, or the resource group that its reservation is in."""
    resource = graph.by_urn.get(one.urn)
    return resource is not None and json.dumps(block) in json.dumps(
        {key: value_to_json(value) for key, value in resource.inputs.items()}
    )
