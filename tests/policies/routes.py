"""The ways to a verdict: our graph, the pack, a state file, the SDK, the real CLI. All but the first and last here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import analyzer_pb2

from tests.policies.cases import Case, graph_of
from ultrastack.engine.foreign_pack import analyze_requests, seconds, stack_request, wire
from ultrastack.engine.wire import OF_SECRET, SIGNATURE, UNKNOWN_TEXT
from ultrastack.model.graph import Graph, Resource, Secret
from ultrastack.planner.state_graph import graph_of_state
from ultrastack.policies.checking import outcomes
from ultrastack.policies.pack import Pack
from ultrastack.policies.pack_profile import Profile
from ultrastack.policies.rule import Rule
from ultrastack.policies.world import World

SECRET_TEXT = "hunter2"
ORDER = ("broken", "fail", "undecided", "pass", "not applicable")
OURS = "the rule itself failed"  # how the pack says so


def worst(verdicts: Iterable[str]) -> str:
    found = set(verdicts) or {"not applicable"}
    return next(v for v in ORDER if v in found)


def left_out(case: Case, rule: Rule) -> str:
    """Why a case has one way only; "" if it has all."""
    assert rule.check is not None
    if rule.check.kind not in ("resource", "graph"):
        return f"a rule about {rule.check.kind}: Pulumi tells a pack none"
    if case.stack:
        return "a whole stack file"
    return ""


# ---- the pack's service, as the engine calls it


class PackAt(Pack):
    """At a time that a test says (None: nobody knows it), with every rule at the level mandatory."""

    at: datetime | None = None

    def _time(self) -> Any:
        return self.at

    def _judge_by(self, profile: Profile) -> None:
        self.profile = profile
        self.levels = self.reported = dict.fromkeys(self.rules, "mandatory")


def of_service(rule: Rule, case: Case) -> str:
    """What the pack's own service answers to the requests that the engine would send."""
    pack = PackAt([rule], Profile())
    pack.at = case.now
    graph = graph_of(case.resources, case.providers)
    answers = [pack.Analyze(one, None) for one in analyze_requests(graph, SECRET_TEXT)]
    whole = pack.AnalyzeStack(stack_request(graph, SECRET_TEXT), None)
    assert rule.check is not None
    if rule.check.kind == "graph":
        answers = [whole]
    return worst(_of_answer(rule, one) for one in answers)


def _of_answer(rule: Rule, answer: Any) -> str:
    said = [verdict_of(one.enforcementLevel == analyzer_pb2.MANDATORY, one.message) for one in answer.diagnostics]
    if said:
        return worst(said)
    return "not applicable" if rule.id in {one.policy_name for one in answer.not_applicable} else "pass"


def verdict_of(mandatory: bool, message: str) -> str:
    """Of one diagnostic, where every rule is mandatory: what cannot be decided is only advised."""
    return "fail" if mandatory else "broken" if OURS in message else "undecided"


# ---- a state file


def of_state(rule: Rule, case: Case, folder: Path) -> str:
    file = folder / "state.json"
    file.write_text(json.dumps(state_of(graph_of(case.resources, case.providers))))
    world = World(graph_of_state(file), exact=False, now=case.now)
    return worst(one.verdict for one in outcomes([rule], world, {rule.id: "mandatory"}))


def state_of(graph: Graph) -> dict[str, Any]:
    """As `pulumi stack export` writes it, but with what is unknown still unknown."""
    return {
        "version": 3,
        "deployment": {"manifest": {"time": "2026-11-21T00:00:00Z"}, "resources": [_state(r) for r in graph.resources]},
    }


def _state(one: Resource) -> dict[str, Any]:
    given = {
        "urn": one.urn,
        "custom": one.kind in ("custom", "provider", "read"),
        "id": one.id or (UNKNOWN_TEXT if one.kind in ("custom", "provider") else ""),
        "type": one.type,
        "inputs": saved(one.inputs),
        "outputs": saved({**({} if one.kind == "component" else one.inputs), **one.outputs}),
        "parent": one.parent,
        "external": one.kind == "read",
        "dependencies": list(one.dependencies),
        "propertyDependencies": {k: list(v) for k, v in one.property_dependencies.items()},
        "provider": f"{one.provider}::{UNKNOWN_TEXT}" if one.provider else "",
        "protect": one.options.protect,
        "retainOnDelete": one.options.retain_on_delete,
        "ignoreChanges": list(one.options.ignore_changes),
        "aliases": list(one.options.aliases),
        "customTimeouts": {name: seconds(text) for name, text in one.options.custom_timeouts.items()},
        "replaceOnChanges": list(one.options.replace_on_changes),
        "replacementTrigger": saved(one.options.replacement_trigger),
    }
    return {k: v for k, v in given.items() if v or k in ("urn", "type", "custom")}


def saved(value: Any) -> Any:
    """As the engine saves it; secrets in the clear, as with --show-secrets."""
    match value:
        case Secret():
            return {SIGNATURE: OF_SECRET, "plaintext": json.dumps(SECRET_TEXT)}
        case dict():
            return {k: saved(v) for k, v in value.items()}
        case list() | tuple():
            return [saved(v) for v in value]
        case _:
            return wire(value, SECRET_TEXT)
