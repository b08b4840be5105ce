"""What does a program read that wants the findings? All of them as JSON, with a schema and a version."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ultrastack.model.finding import Finding, Judgement
from ultrastack.model.place import Place
from ultrastack.model.plan import Plan

from . import findings_outline as outline

SCHEMA = "https://ultrastack.invalid/schema/findings"  # a name, not an address
VERSION = 1


def render(plans: Sequence[Plan]) -> str:
    return json.dumps(data(plans), indent=1, ensure_ascii=False) + "\n"


def data(plans: Sequence[Plan]) -> dict[str, Any]:
    judged = [(plan, plan.judgement) for plan in plans if plan.judgement is not None]
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "stacks": [{"project": p.graph.project, "stack": p.graph.stack, **of_judgement(j)} for p, j in judged],
    }


def of_judgement(judgement: Judgement) -> dict[str, Any]:
    c = judgement.coverage
    return {
        "verdict": outline.verdict(judgement),
        "profile": judgement.profile,
        "rules_from": judgement.rules_from,
        "counts": {level: len(judgement.at(level)) for level in outline.LEVELS}
        | {
            "accepted": len(outline.accepted(judgement)),
            "in_baseline": len(outline.in_baseline(judgement)),
            "broken": len(judgement.broken),
        },
        "coverage": {
            "rules": c.rules,
            "checks": c.checks,
            "passed": c.passed,
            "failed": c.failed,
            "undecided": c.undecided,
            "broken": c.broken,
            "needs": dict(c.needs),
        },
        "findings": [finding(f) for f in judgement.findings],
    }


def finding(f: Finding) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": f.id,
        "rule": f.rule,
        "verdict": f.verdict,
        "level": f.level,
        "counts": f.counts,
        "title": f.title,
        "message": f.message,
        "why": f.why,
        "fix": f.fix,
        "references": list(f.references),
        "resource": {"urn": f.urn, "type": f.type, "name": f.name} if f.urn else None,
        "path": f.path,
        "step": f.step,
        "place": place(f.place),
        "needs": f.needs,
        "in_baseline": f.known,
        "notes": list(f.notes),
    }
    if f.accepted is not None:
        said["accepted"] = {
            "reason": f.accepted.reason,
            "owner": f.accepted.owner,
            "until": f.accepted.until.isoformat(),
            "place": place(f.accepted.place),
        }
    if f.remedy:
        said["remedy"] = dict(f.remedy)
    return said


def place(where: Place | None) -> dict[str, Any] | None:
    if where is None:
        return None
    return {"file": where.file, "line": where.line, "column": where.column, "width": where.width}
