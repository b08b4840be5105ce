"""The way through Pulumi's own service for packs (`pulumi_policy`): a rule as one of its policies.

Our pack answers the engine itself (policies/pack.py says why). Here the SDK's service decodes the same requests, so a
mistake in how ours reads them would show. Two things it does otherwise: it opens secrets before a policy sees them, and
it hands stack policies outputs. So secrets are sent as unknown here, and a first policy keeps the inputs, as our pack
does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyResource,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.policy import _PolicyAnalyzerServicer
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError, _is_unknown

from tests.policies.cases import Case, graph_of
from tests.policies.routes import OURS, worst
from ultrastack.engine.foreign_pack import analyze_requests, stack_request
from ultrastack.model.graph import Graph, Options, Resource
from ultrastack.model.values import UNKNOWN
from ultrastack.policies.checking import Outcome, asked, outcomes
from ultrastack.policies.pack import PROVIDER, ROOT, _Told
from ultrastack.policies.rule import Rule
from ultrastack.policies.world import Subject, World

CANNOT_RUN = "during preview: "  # how the service says that a policy read something unknown


def of_sdk(rule: Rule, case: Case) -> str:
    """What Pulumi's own service answers to the requests that the engine would send."""
    asking = _Asking(rule, case)
    mandatory = EnforcementLevel.MANDATORY
    service = _PolicyAnalyzerServicer("cases", "1.0.0", asking.policies(), mandatory)
    graph = graph_of(case.resources, case.providers)
    answers = [service.Analyze(one, None) for one in analyze_requests(graph)]
    whole = service.AnalyzeStack(stack_request(graph), None)
    assert rule.check is not None
    if rule.check.kind == "graph":
        answers = [whole]
    return worst(_of_answer(one) for one in answers)


def _of_answer(answer: Any) -> str:
    said = [one for one in answer.diagnostics if one.policyName == "rule"]
    if not said:
        return "not applicable" if "rule" in {one.policy_name for one in answer.not_applicable} else "pass"
    return worst("broken" if OURS in d.message else "undecided" if CANNOT_RUN in d.message else "fail" for d in said)


class _Asking:
    """One rule as policies of the SDK."""

    def __init__(self, rule: Rule, case: Case):
        assert rule.check is not None
        self.rule, self.case, self.types = rule, case, rule.check.types
        self.inputs: dict[str, dict[str, Any]] = {}

    def policies(self) -> list[Any]:
        assert self.rule.check is not None
        keeping = ResourceValidationPolicy("inputs", "Keeps what was analysed.", self._keep)
        if self.rule.check.kind == "resource":
            return [keeping, ResourceValidationPolicy("rule", self.rule.title, self._resource)]
        return [keeping, StackValidationPolicy("rule", self.rule.title, self._stack)]

    def _keep(self, args: ResourceValidationArgs, report: Any) -> None:
        self.inputs[args.urn] = opened(args.props)

    def _resource(self, args: ResourceValidationArgs, report: Any) -> None:
        token = args.resource_type
        if token == ROOT or token.startswith(PROVIDER) or not {token, "*"} & set(self.types):
            args.not_applicable()
        made = _resource(args, self.inputs[args.urn])
        alone = Subject(made, None, opened(args.provider.props) if args.provider else {})
        _say([asked(self.rule, alone, alone)], args, report)

    def _stack(self, args: StackValidationArgs, report: Any) -> None:
        resources = []
        for one in args.resources:
            inputs = self.inputs.get(one.urn)
            made = _resource(one, inputs or {})
            resources.append(
                replace(
                    made,
                    kind="read" if inputs is None else made.kind,
                    parent=one.parent.urn if one.parent else "",
                    outputs=(outputs := opened(one.props)),
                    id=outputs["id"] if isinstance(outputs.get("id"), str) else "",
                    dependencies=tuple(d.urn for d in one.dependencies),
                    property_dependencies={k: tuple(d.urn for d in v) for k, v in one.property_dependencies.items()},
                )
            )
        world = World(Graph("cases", "case", resources=tuple(resources)), exact=False, now=self.case.now)
        _say(list(outcomes([self.rule], world, {self.rule.id: "mandatory"})), args, report)


def _say(found: list[Outcome], args: Any, report: Any) -> None:
    """In the words of the SDK: a violation, an unknown value that was read, nothing to say."""
    verdict = worst(one.verdict for one in found)
    if verdict == "not applicable":
        args.not_applicable()
    if verdict == "undecided":
        raise UnknownValueError(UNKNOWN_STRING_VALUE, [_needs(found)])
    if verdict == "broken":
        report(f"{OURS}: {next(one.why for one in found if one.why)}")
    for one in found:
        for said in one.said:
            if said.verdict == "fail":
                report(said.message)


def _needs(found: list[Outcome]) -> str:
    return next(said.needs for one in found for said in one.said if said.verdict == "undecided")


def _resource(one: PolicyResource | ResourceValidationArgs, inputs: dict[str, Any]) -> Resource:
    token = one.resource_type
    kind = "stack" if token == ROOT else "provider" if token.startswith(PROVIDER) else "custom"
    times = one.opts.custom_timeouts
    options: Options = _Told(
        protect=one.opts.protect,
        delete_before_replace=one.opts.delete_before_replace,
        aliases=tuple(one.opts.aliases),
        ignore_changes=tuple(one.opts.ignore_changes),
        additional_secret_outputs=tuple(one.opts.additional_secret_outputs),
        custom_timeouts={
            name: f"{seconds:g}s"
            for name in ("create", "update", "delete")
            if (seconds := getattr(times, f"{name}_seconds"))
        },
    )
    return Resource(
        urn=one.urn,
        type=token,
        name=one.name,
        kind=kind if one.provider or kind != "custom" else "component",  # type: ignore[arg-type]
        provider=one.provider.urn if one.provider else "",
        inputs=inputs,
        options=options,
    )


def opened(given: Any) -> Any:
    """Plain data from behind the SDK's proxies, which raise where something unknown is read."""
    if isinstance(given, Mapping):
        inner = given if isinstance(given, dict) else given["__target"]
        return {key: opened(one) for key, one in inner.items()}
    if isinstance(given, list | tuple):
        return [opened(one) for one in given]
    if hasattr(given, "_ListProxy__target"):
        return [opened(one) for one in given["__target"]]
    if _is_unknown(given):
        return UNKNOWN
    return int(given) if isinstance(given, float) and given.is_integer() else given
