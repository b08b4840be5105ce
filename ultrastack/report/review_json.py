"""What does a program read that wants a change? All of it as JSON; its JSON Schema is written here, too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from ultrastack.model.change import Change, Harm, Kind, PropertyChange, Risk
from ultrastack.model.comparison import Comparison, FindingsChange, TagsChange
from ultrastack.model.estate import StackPlan
from ultrastack.model.finding import Level, Verdict
from ultrastack.model.graph import Value, value_to_json
from ultrastack.model.picture import Mark, Node, NodeKind, Picture
from ultrastack.model.plan import Plan
from ultrastack.model.requirement import Kind as Requires
from ultrastack.model.review import Review

from . import before_up
from . import review_outline as outline
from .findings_json import finding, of_judgement

SCHEMA = "https://ultrastack.invalid/schema/review"  # a name, not an address
VERSION = 1


def render(review: Review) -> str:
    return json.dumps(data(review), indent=1, ensure_ascii=False) + "\n"


def data(review: Review) -> dict[str, Any]:
    ran = review.confinement
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "project": review.project,
        "base": review.base,
        "rules_from": review.rules_from,
        "verdict": outline.verdict(review),
        "sandbox": {"mode": ran.mode, "enforced": list(ran.enforced), "not_enforced": list(ran.not_enforced)}
        if ran is not None
        else None,
        "notes": _notes(review.notes),
        "stacks": {one.name: _stack(one) for one in review.stacks},
    }


def _notes(notes: Any) -> list[dict[str, Any]]:
    return [{"text": n.text, "commands": list(n.commands)} for n in notes]


def _stack(one: StackPlan) -> dict[str, Any]:
    plan = one.plan
    if plan is None or plan.comparison is None:
        problems = [{"place": str(p.place), "what": p.what, "fix": p.fix} for p in one.problems]
        return {"planned": False, "problems": problems, "failed": one.failed}
    return {"planned": True, **_plan(plan, plan.comparison)}


def _plan(plan: Plan, said: Comparison) -> dict[str, Any]:
    return {
        "verdict": outline.stack_verdict(plan),
        "base": plan.base,
        "description": plan.description,
        "counts": dict(outline.counts(said)),
        "harms": [{"harm": harm, "certain": sure, "changes": n} for (harm, sure), n in outline.harms(said).items()],
        "new_mandatory": outline.new_mandatory(plan),
        "changes": [_change(one) for one in said.changes],
        "findings": _findings(said.findings) if said.findings is not None else None,
        "tags": [_tags(one) for one in said.tags],
        "cost": None,  # nothing is priced yet, which is not zero
        "picture": _picture(said.picture),
        "checked": list(plan.checked),
        "not_checked": list(plan.not_checked),
        "judgement": {k: v for k, v in of_judgement(plan.judgement).items() if k != "findings"}
        if plan.judgement is not None
        else None,
        "before_up": before_up.data(plan.before_up),
        "notes": _notes(plan.notes),
    }


def _change(one: Change) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "urn": one.resource.urn,
        "moved_from": one.moved_from,
        "type": one.resource.type,
        "name": one.resource.name,
        "step": one.resource.step,
        "old_goes_first": one.old_goes_first,
        "properties": [_property(p) for p in one.properties],
        "risks": [_risk(r) for r in one.risks],
    }


def _property(one: PropertyChange) -> dict[str, Any]:
    said: dict[str, Any] = {"path": one.path, "replaces": one.replaces, "because": one.because}
    return said | _given("before", one.old) | _given("after", one.new)


def _given(key: str, value: Value) -> dict[str, Any]:
    """Left out where it was, or is, not given."""
    return {} if value is None else {key: value_to_json(value)}


def _risk(one: Risk) -> dict[str, Any]:
    return {"harm": one.harm, "certain": one.certain, "why": one.why, "ways_out": list(one.ways_out)}


def _findings(said: FindingsChange) -> dict[str, Any]:
    return {name: [finding(one) for one in getattr(said, name)] for name in ("new", "still", "gone", "unclear")}


def _tags(one: TagsChange) -> dict[str, Any]:
    changed = {key: {"before": before, "after": after} for key, (before, after) in sorted(one.changed.items())}
    lost = dict(sorted(one.lost.items()))
    return {
        "urn": one.resource.urn,
        "name": one.resource.name,
        "lost": lost,
        "changed": changed,
        "untagged": one.untagged,
    }


def _picture(picture: Picture | None) -> dict[str, Any] | None:
    if picture is None:
        return None
    links = [{"source": link.source, "target": link.target, "label": link.label} for link in picture.links]
    return {"nodes": [_node(one) for one in picture.nodes], "links": links, "left_out": picture.left_out}


def _node(one: Node) -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": one.kind,
        "label": one.label,
        "details": list(one.details),
        "count": one.count,
        "mark": one.mark,
        "children": [_node(child) for child in one.children],
    }


# ---- the schema -----------------------------------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12, of what `render` writes; docs/review.schema.json is made of it."""
    text, flag, number = {"type": "string"}, {"type": "boolean"}, {"type": "integer", "minimum": 0}
    texts = _list(text)
    notes = _list(_object({"text": text, "commands": texts}))
    planned = {
        "planned": {"const": True},
        "verdict": text,
        "base": text | {"description": "What this stack is compared with."},
        "description": text,
        "counts": {"type": "object", "propertyNames": {"enum": list(get_args(Kind))}, "additionalProperties": number},
        "harms": _list(_object({"harm": {"enum": list(get_args(Harm))}, "certain": flag, "changes": number})),
        "new_mandatory": number | {"description": "Mandatory findings that the base does not have: these stop."},
        "changes": _list({"$ref": "#/$defs/change"}),
        "findings": _or_null(
            _object({name: _list({"$ref": "#/$defs/finding"}) for name in ("new", "still", "gone", "unclear")})
        ),
        "tags": _list({"$ref": "#/$defs/tags"}),
        "cost": {"type": "null", "description": "Nothing is priced yet, which is not zero."},
        "picture": _or_null({"$ref": "#/$defs/picture"}),
        "checked": texts,
        "not_checked": texts,
        "judgement": _or_null({"$ref": "#/$defs/judgement"}),
        "before_up": _list({"$ref": "#/$defs/requirement"}),
        "notes": notes,
    }
    problem = _object({"place": text, "what": text, "fix": text})
    failed = {"planned": {"const": False}, "problems": _list(problem), "failed": text}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "What a change does to the stacks of a project",
        **_object(
            {
                "schema": {"const": SCHEMA},
                "version": {"const": VERSION},
                "project": text,
                "base": text,
                "rules_from": text | {"description": "Revision whose rules judge; empty: those that lie here."},
                "verdict": text,
                "sandbox": _or_null(_object({"mode": text, "enforced": texts, "not_enforced": texts})),
                "notes": notes,
                "stacks": {"type": "object", "additionalProperties": {"oneOf": [_object(planned), _object(failed)]}},
            }
        ),
        "$defs": _defs(text, flag, texts),
    }


def _defs(text: Any, flag: Any, texts: Any) -> dict[str, Any]:
    value = {
        "description": "As in a graph: {$unknown: true}, {$secret: true}, {$asset: …}, {$resource: URN} are marks."
    }
    risk = _object({"harm": {"enum": list(get_args(Harm))}, "certain": flag, "why": text, "ways_out": texts})
    one = {"path": text, "replaces": {"enum": ["yes", "no", "may"]}, "because": text}
    changed = {"type": "object", "additionalProperties": _object({"before": text, "after": text})}
    named = {"urn": text, "name": text}
    node = {
        "key": text,
        "kind": {"enum": list(get_args(NodeKind))},
        "label": text,
        "details": texts,
        "count": {"type": "integer", "minimum": 1},
        "mark": {"enum": list(get_args(Mark))},
        "children": _list({"$ref": "#/$defs/node"}),
    }
    return {
        "change": _object(
            {
                "kind": {"enum": list(get_args(Kind))},
                **named,
                "moved_from": text | {"description": "The URN that it had; empty: the same."},
                "type": text,
                "step": text,
                "old_goes_first": flag,
                "properties": _list(_object(one, {"before": value, "after": value})),
                "risks": _list(risk),
            }
        ),
        **_of_rules(text, flag, texts),
        "tags": _object(
            {**named, "lost": {"type": "object", "additionalProperties": text}, "changed": changed, "untagged": flag}
        ),
        "picture": _object(
            {
                "nodes": _list({"$ref": "#/$defs/node"}),
                "links": _list(_object({"source": text, "target": text, "label": text})),
                "left_out": text,
            }
        ),
        "node": _object(node),
    }


def _of_rules(text: Any, flag: Any, texts: Any) -> dict[str, Any]:
    """As findings_json.py and before_up.py write them."""
    number = {"type": "integer", "minimum": 0}
    place = {"$ref": "#/$defs/place"}
    finding = dict.fromkeys(("id", "rule", "title", "message", "why", "fix", "path", "step", "needs"), text)
    accepted = _object({"reason": text, "owner": text, "until": {"type": "string", "format": "date"}, "place": place})
    remedy = {"type": "object", "additionalProperties": True, "description": "Argument -> its new value."}
    counted = ("mandatory", "advisory", "accepted", "in_baseline", "broken")
    checked = ("rules", "checks", "passed", "failed", "undecided", "broken")
    needs = {"type": "object", "additionalProperties": number, "description": "What would decide -> how many checks."}
    requirement = dict.fromkeys(("what", "target", "code", "unit", "note", "command"), text)
    return {
        "place": _or_null(_object({"file": text, "line": number, "column": number, "width": number})),
        "finding": _object(
            {
                **finding,
                "verdict": {"enum": list(get_args(Verdict))},
                "level": {"enum": list(get_args(Level))},
                "counts": flag | {"description": "Nobody has accepted it, and it is not older than the baseline."},
                "references": texts,
                "resource": _or_null(_object({"urn": text, "type": text, "name": text})),
                "place": place,
                "in_baseline": flag,
                "notes": texts,
            },
            {"accepted": accepted, "remedy": remedy},
        ),
        "judgement": _object(
            {
                "verdict": text,
                "profile": text,
                "rules_from": text,
                "counts": _object(dict.fromkeys(counted, number)),
                "coverage": _object({**dict.fromkeys(checked, number), "needs": needs}),
            }
        ),
        "requirement": _object(
            {
                **requirement,
                "kind": {"enum": list(get_args(Requires))},
                "amount": {"type": ["number", "null"], "description": "In `unit`; null: nobody can count it."},
                "by": texts,
            }
        ),
    }


def _object(properties: Mapping[str, Any], also: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All of `properties` are there, those of `also` may be, and nothing else is."""
    return {
        "type": "object",
        "properties": {**properties, **(also or {})},
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _or_null(one: Any) -> dict[str, Any]:
    return {"oneOf": [one, {"type": "null"}]}
