"""How do code-scanning services read findings? SARIF 2.1.0: a rule's help, places in the stack file, fingerprints.

A check that could not be decided is a result of kind `open`; what was accepted is suppressed, with who and why; a rule
that failed itself is a notification, since it says nothing about the stack.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from ultrastack import __version__
from ultrastack.model.finding import Finding
from ultrastack.model.place import Place
from ultrastack.model.plan import Plan

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"mandatory": "error", "advisory": "warning", "off": "note"}
FINGERPRINT = "ultrastack/v1"


def render(plans: Sequence[Plan]) -> str:
    return json.dumps(data(plans), indent=1, ensure_ascii=False) + "\n"


def data(plans: Sequence[Plan]) -> dict[str, Any]:
    """One run; the stack is part of a fingerprint, so that dev and prod keep their own alerts."""
    found = [(plan, f) for plan in plans if plan.judgement is not None for f in plan.judgement.findings]
    rules = {f.rule: f for _, f in reversed(found)}
    ids = sorted(rules)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "ultrastack",
                "semanticVersion": __version__,
                "rules": [_rule(rules[id_]) for id_ in ids],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"PROJECT": {"description": {"text": "The folder with Pulumi.yaml."}}},
        "results": [_result(plan, f, ids) for plan, f in found if f.verdict != "broken"],
    }
    broken = [f for _, f in found if f.verdict == "broken"]
    run["invocations"] = [{"executionSuccessful": not broken, "toolExecutionNotifications": list(_said(broken))}]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(f: Finding) -> dict[str, Any]:
    more = "".join(f"\n- <{one}>" if one.startswith("http") else f"\n- {one}" for one in f.references)
    help_ = f"{f.why}\n\nfix: {f.fix}" + (f"\n\nreferences:{more}" if more else "")
    made: dict[str, Any] = {
        "id": f.rule,
        "shortDescription": {"text": f.title},
        "fullDescription": {"text": f.why or f.title},
        "help": {"text": help_, "markdown": help_},
        "defaultConfiguration": {"level": LEVELS[f.level]},
        "properties": {"tags": [f.topic]},
    }
    if addresses := [one for one in f.references if one.startswith("http")]:
        made["helpUri"] = addresses[0]
    return made


def _result(plan: Plan, f: Finding, ids: list[str]) -> dict[str, Any]:
    open_ = f.verdict == "undecided"
    made: dict[str, Any] = {
        "ruleId": f.rule,
        "ruleIndex": ids.index(f.rule),
        "kind": "open" if open_ else "fail",
        "level": "none" if open_ else LEVELS[f.level],
        "message": {"text": ": ".join(filter(None, (f.name or f.step, f.message))).replace("](", "] (")},  # no link
        "locations": [_location(plan, f)],
        "partialFingerprints": {FINGERPRINT: f"{plan.graph.stack}/{f.id}"},
    }
    if f.known:
        made["baselineState"] = "unchanged"
    if f.accepted is not None:
        said = f"{f.accepted.reason} ({f.accepted.owner}, until {f.accepted.until})"
        made["suppressions"] = [{"kind": "external", "status": "accepted", "justification": said}]
    return made


def _location(plan: Plan, f: Finding) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if f.place is not None and f.place.file:
        made["physicalLocation"] = {"artifactLocation": {"uri": _uri(f.place.file), "uriBaseId": "PROJECT"}}
        if f.place.line:
            made["physicalLocation"]["region"] = _region(f.place)
    if f.urn or not made:
        name = f.urn or plan.graph.stack
        made["logicalLocations"] = [
            {"fullyQualifiedName": name, "name": f.name or plan.graph.stack, "kind": "resource"}
        ]
    return made


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": max(1, place.column),
        "endColumn": max(1, place.column) + max(1, place.width),
    }


def _uri(file: str) -> str:
    from urllib.parse import quote

    return quote(file)


def _said(broken: Iterable[Finding]) -> Iterable[dict[str, Any]]:
    for f in broken:
        yield {"level": "error", "message": {"text": f"{f.rule}: {f.message}"}, "descriptor": {"id": f.rule}}
