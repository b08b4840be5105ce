"""What does a program read that wants the plan? The whole plan as JSON, with a schema and a version."""

from __future__ import annotations

import json
from typing import Any

from ultrastack.model.graph import to_json
from ultrastack.model.plan import Plan

from . import before_up
from .findings_json import of_judgement
from .verdict import counts, verdict

SCHEMA = "https://ultrastack.invalid/schema/plan"  # a name, not an address
VERSION = 1


def render(plan: Plan) -> str:
    return json.dumps(data(plan), indent=1, ensure_ascii=False) + "\n"


def data(plan: Plan) -> dict[str, Any]:
    """The graph is always whole; `counts` and `selected_steps` say what was asked for."""
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "project": plan.graph.project,
        "stack": plan.graph.stack,
        "description": plan.description,
        "base": plan.base,
        "verdict": verdict(plan),
        "counts": counts(plan),
        "selected_steps": list(plan.selected),
        "checked": list(plan.checked),
        "not_checked": list(plan.not_checked),
        "judgement": of_judgement(plan.judgement) if plan.judgement is not None else None,
        "before_up": before_up.data(plan.before_up),
        "notes": [{"text": n.text, "commands": list(n.commands)} for n in plan.notes],
        "graph": to_json(plan.graph),
    }
