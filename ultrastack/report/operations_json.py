"""What does a program read that wants a rehearsal? All of it as JSON, with a schema and a version."""

from __future__ import annotations

import json
from typing import Any

from ultrastack.model.operation import Loss, Operation, Reason, Rehearsal
from ultrastack.model.values import given_fields, value_to_json

from .operations_verdict import counts, findings, verdict

SCHEMA = "https://ultrastack.invalid/schema/rehearsal"  # a name, not an address
VERSION = 1


def render(made: Rehearsal) -> str:
    return json.dumps({"schema": SCHEMA, "version": VERSION, **_data(made)}, indent=1, ensure_ascii=False) + "\n"


def _data(made: Rehearsal) -> dict[str, Any]:
    return {
        "project": made.project,
        "stack": made.stack,
        "operation": made.operation,
        "base": made.base,
        "verdict": verdict(made),
        "findings": findings(made),
        "counts": counts(made),
        "stopped_by": [given_fields(one) for one in made.stops],
        "losses": [_loss_data(loss) for loss in made.losses],
        "cannot_compare": [given_fields(one) for one in made.hidden],
        "operations": [_operation_data(one, made) for one in made.operations if one.op != "same"],
        "notes": list(made.notes),
        **({"fail_at": made.fail_at, "left": [given_fields(one) for one in made.left]} if made.fail_at else {}),
        **({"next": _data(made.next)} if made.next is not None else {}),
    }


def _loss_data(loss: Loss) -> dict[str, Any]:
    return {
        "urn": loss.operation.urn,
        "holds": loss.operation.holds,
        "certain": loss.certain,
        "replaced": loss.replaced,
        "because": [_reason_data(one) for one in loss.because],
        "by": loss.by,
        "ways_out": list(loss.ways_out),
    }


def _operation_data(one: Operation, made: Rehearsal) -> dict[str, Any]:
    place = made.places.get(one.step)
    found = given_fields(one) | {"reasons": [_reason_data(reason) for reason in one.reasons]}
    return found | ({"place": str(place)} if place else {})


def _reason_data(one: Reason) -> dict[str, Any]:
    return given_fields(one) | {"old": value_to_json(one.old), "new": value_to_json(one.new)}
