"""How does Pulumi itself ask the rules? As a CrossGuard pack, `pulumi up --policy-pack policies`: each rule a policy.

A rule about one resource is asked before that resource is created; one about the whole graph when all are known. Rules
about changes and costs are not asked here: Pulumi tells a pack neither. The engine's calls are answered by a service of
our own: that of `pulumi_policy` opens secrets before a rule could see that they are any, and decodes every resource
anew for each policy.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent import futures
from datetime import UTC, date, datetime
from typing import Any, get_args

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

from ultrastack.engine.wire import values
from ultrastack.model.finding import Level
from ultrastack.model.graph import Graph, Kind, Options, Resource, Value
from ultrastack.model.place import Refused

from .checking import Outcome, asked, outcomes
from .finder import BrokenRule, find_usable_rules
from .pack_profile import Profile, levels_for, profile_of
from .rule import Rule
from .said import Said, Undecided
from .world import Subject, World

NAME, VERSION = "ultrastack", "0.1.0"
SETTINGS = "profile"  # the policy that has no rule: its config says how strict the others are
MAX_MESSAGE_BYTES = 400 * 2**20  # as the engine's own servers
WORKERS = 4
ROOT = "pulumi:pulumi:Stack"
PROVIDER = "pulumi:providers:"
UNTOLD = frozenset(  # sdk/proto/pulumi/analyzer.proto of pulumi v3.259: AnalyzerResourceOptions has the others
    "retain_on_delete deleted_with import_id replace_on_changes replace_with replacement_trigger version"
    " plugin_download_url hide_diffs".split()
)
_LEVELS: dict[Level, Any] = {
    "advisory": analyzer_pb2.ADVISORY,
    "mandatory": analyzer_pb2.MANDATORY,
    "off": analyzer_pb2.DISABLED,
}
_WORDS: dict[Any, Level] = {number: level for level, number in _LEVELS.items()} | {analyzer_pb2.REMEDIATE: "mandatory"}


def serve() -> None:
    """Answers the engine until it ends this process; the first line of every plugin is its port."""
    rules, broken = find_usable_rules()
    project, stack = (os.environ.get(name, "") for name in ("PULUMI_PROJECT", "PULUMI_STACK"))  # Pulumi's own host
    pack = Pack(rules, profile_of(project, stack), broken)
    pack.of = (project, stack)
    server = grpc.server(
        futures.ThreadPoolExecutor(WORKERS), options=[("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)]
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(pack, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    gc.freeze()  # what is loaded stays to the end
    gc.enable()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()


class Pack(analyzer_pb2_grpc.AnalyzerServicer):
    """One run of the engine. `now`: the time that the rules know; None: that of the clock."""

    def __init__(
        self,
        rules: Sequence[Rule],
        profile: Profile,
        broken: Sequence[BrokenRule] = (),
        now: datetime | None = None,
    ):
        self.rules = {r.id: r for r in rules if r.check is not None and r.check.kind in ("resource", "graph")}
        self.broken = broken
        self.now = now
        # a profile may name what cannot be asked here
        self._known = [*rules, *(Rule("", "off", "", "", id=_id(one)) for one in broken)]
        self._of_type: dict[str, tuple[Rule, ...]] = {}
        self._rest: dict[str, Any] = {}  # type -> a response that names the rules which have nothing to say of it
        self._inputs: dict[str, dict[str, Value]] = {}  # as analysed; AnalyzeStack hands outputs, mostly unknown
        self._parents: dict[str, str] = {}
        self.of = ("", "")  # project and stack whose profile it is
        self._judge_by(profile)

    def _judge_by(self, profile: Profile) -> None:
        self.profile = profile
        self.reported = levels_for(profile.name, self._known, {})
        self.levels = self.reported

    # ---- the pack itself

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:
        policies = [_policy(rule, self.reported[rule.id]) for rule in self.rules.values()]
        return analyzer_pb2.AnalyzerInfo(
            name=NAME, version=VERSION, supportsConfig=True, policies=[_settings(self.profile), *policies]
        )

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def ConfigureStack(self, request: Any, context: Any) -> Any:
        """Comes first of all; `policy analyze` asks of a file and does not call it."""
        if self.of != (request.project, request.stack):
            self._judge_by(profile_of(request.project, request.stack))
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Configure(self, request: Any, context: Any) -> Any:
        """`--policy-pack-config`: its profile and levels win over the stack's own, a policy's own word over both."""
        given = request.policyConfig
        config = json_format.MessageToDict(given[SETTINGS].properties) if SETTINGS in given else {}
        try:
            asked_for = levels_for(config.get("profile") or self.profile.name, self._known, config.get("levels") or {})
        except Refused as e:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{e}")
        told = {one: _WORDS[given[one].enforcementLevel] for one in self.rules if one in given}
        self.levels = {**asked_for, **{one: level for one, level in told.items() if level != self.reported[one]}}
        self._of_type.clear()
        self._rest.clear()
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    # ---- resources

    def Remediate(self, request: Any, context: Any) -> Any:
        return analyzer_pb2.RemediateResponse()

    def Analyze(self, request: Any, context: Any) -> Any:
        made = self._heard(request)
        response = analyzer_pb2.AnalyzeResponse()
        response.CopyFrom(self._nothing_to_say(made.type))
        if rules := self._rules_of(made.type):
            provider = values(request.provider.properties) if request.HasField("provider") else {}
            alone = Subject(made, None, provider)
            self._add(response, (asked(rule, alone, alone) for rule in rules), "")
        return response

    def AnalyzeStack(self, request: Any, context: Any) -> Any:
        world = World(self.graph(request.resources), exact=False, now=self._time())
        response = analyzer_pb2.AnalyzeResponse()
        graph_rules = [rule for rule in self.rules.values() if rule.check and rule.check.kind == "graph"]
        found = list(outcomes(graph_rules, world, self.levels))
        self._add(response, found, next((r.urn for r in world.graph.resources if r.kind == "stack"), ""))
        spoke = {one.rule.id for one in found if one.verdict != "not applicable"}
        silent = [rule.id for rule in graph_rules if rule.id not in spoke]
        response.not_applicable.extend(analyzer_pb2.PolicyNotApplicable(policy_name=one) for one in silent)
        response.diagnostics.extend(_unusable(one) for one in self.broken)
        return response

    def _time(self) -> datetime:
        return self.now or datetime.now(UTC)

    def _today(self) -> date:
        return (self.now or datetime.now(UTC)).date()

    def graph(self, resources: Iterable[Any]) -> Graph:
        """What the program asked for, with outputs where there are any; in the order in which it was analysed."""
        heard = {one.urn: one for one in resources}
        order = [urn for urn in self._inputs if urn in heard]
        first = next(iter(heard), "urn:pulumi:::")
        stack, project = first.removeprefix("urn:pulumi:").split("::")[:2]
        made = tuple(self._final(heard[urn]) for urn in [*order, *(set(heard) - set(order))])
        return Graph(project, stack, resources=made)

    def _heard(self, request: Any) -> Resource:
        self._inputs[request.urn] = inputs = _without_notes(values(request.properties))
        self._parents[request.urn] = request.options.parent
        return self._resource(request, inputs, {}, ())

    def _final(self, one: Any) -> Resource:
        self._parents[one.urn] = one.parent
        inputs = self._inputs.get(one.urn)
        outputs = _without_notes(values(one.properties))
        return self._resource(one, inputs, outputs, tuple(one.dependencies))

    def _resource(
        self, one: Any, inputs: dict[str, Value] | None, outputs: dict[str, Value], dependencies: tuple[str, ...]
    ) -> Resource:
        """`inputs` are None of what is only read: the engine analyses what it would make."""
        named = outputs.get("id")
        of_property = getattr(one, "propertyDependencies", {})
        return Resource(
            urn=one.urn,
            type=one.type,
            name=one.name,
            kind=_kind(one, inputs is None),
            parent=self._parents[one.urn],
            provider=one.provider.urn if one.HasField("provider") else "",
            inputs=inputs or {},
            outputs=outputs,
            id=named if isinstance(named, str) else "",
            dependencies=dependencies,
            property_dependencies={key: tuple(them.urns) for key, them in of_property.items()},
            options=_options(one.options),
            step=self._step(one.urn),
        )

    def _step(self, urn: str) -> str:
        """The name of the topmost component above it: a stack file's steps stand directly below the stack."""
        found = ""
        while urn and (token := urn.split("::")[2].rpartition("$")[2]) != ROOT:
            found = urn if token not in ("", ROOT) else found
            urn = self._parents.get(urn, "")
        return found.split("::", 3)[3] if found else ""

    # ---- what is said

    def _rules_of(self, token: str) -> tuple[Rule, ...]:
        if token not in self._of_type:
            self._of_type[token] = tuple(
                rule
                for rule in self.rules.values()
                if rule.check is not None
                and token != ROOT
                and not token.startswith(PROVIDER)
                and rule.check.kind == "resource"
                and (token in rule.check.types or "*" in rule.check.types)
                and self.levels[rule.id] != "off"
            )
        return self._of_type[token]

    def _nothing_to_say(self, token: str) -> Any:
        if token not in self._rest:
            speaking = {rule.id for rule in self._rules_of(token)}
            silent = [r.id for r in self.rules.values() if r.check and r.check.kind == "resource"]
            self._rest[token] = analyzer_pb2.AnalyzeResponse(
                not_applicable=[
                    analyzer_pb2.PolicyNotApplicable(policy_name=one)
                    for one in (SETTINGS, *silent)
                    if one not in speaking
                ]
            )
        return self._rest[token]

    def _add(self, response: Any, found: Iterable[Outcome], whole: str) -> None:
        """`whole`: the URN of what is said of no resource."""
        for one in found:
            if one.verdict == "not applicable" and one.rule.check and one.rule.check.kind == "resource":
                response.not_applicable.append(analyzer_pb2.PolicyNotApplicable(policy_name=one.rule.id))
            level = self.levels[one.rule.id]
            for said in _shown(one, level):
                subject = said.where.subject if said.where is not None and said.where.has_subject else one.subject
                step = subject.resource.step if subject is not None else said.step
                failed = said.verdict == "fail"
                accepted = self.profile.accepted(one.rule.id, step, self._today()) if failed else ""
                response.diagnostics.append(
                    analyzer_pb2.AnalyzeDiagnostic(
                        policyName=one.rule.id,
                        policyPackName=NAME,
                        policyPackVersion=VERSION,
                        description=one.rule.title,
                        message=_message(one.rule, said) + (f"\n  accepted {accepted}" if accepted else ""),
                        urn=subject.urn if subject is not None else whole,
                        enforcementLevel=_LEVELS[level] if failed and not accepted else analyzer_pb2.ADVISORY,
                    )
                )


def _shown(one: Outcome, level: Level) -> Iterator[Said]:
    if one.verdict == "broken":
        yield Said("undecided", f"the rule itself failed, which is our mistake and not yours: {one.why}")
    for said in one.said:
        if said.verdict == "fail" or level == "mandatory":
            yield said


def _message(rule: Rule, said: Said) -> str:
    at = said.where.at(said.at) if said.where is not None else said.at
    if said.verdict != "fail":
        return f"{rule.id}: {said.message}"
    return f"{rule.id}: {said.message}" + f" ({at})" * bool(at) + f"\n  {rule.why}\n  fix: {said.fix or rule.fix}"


def _id(one: BrokenRule) -> str:
    return f"{one.file.parent.name}.{one.file.stem}"


def _unusable(one: BrokenRule) -> Any:
    return analyzer_pb2.AnalyzeDiagnostic(
        policyName=_id(one),
        policyPackName=NAME,
        policyPackVersion=VERSION,
        message=f"this rule cannot be used: {one}",
        enforcementLevel=analyzer_pb2.ADVISORY,
    )


def _policy(rule: Rule, level: Level) -> Any:
    assert rule.check is not None
    alone = rule.check.kind == "resource"
    return analyzer_pb2.PolicyInfo(
        name=rule.id,
        displayName=rule.title,
        description=f"{rule.title}. {rule.why}",
        enforcementLevel=_LEVELS[level],
        policy_type=analyzer_pb2.POLICY_TYPE_RESOURCE if alone else analyzer_pb2.POLICY_TYPE_STACK,
        tags=[rule.id.partition(".")[0]],
        remediation_steps=rule.fix,
        url=next((one for one in rule.references if one.startswith("https://")), ""),
    )


def _settings(profile: Profile) -> Any:
    info = analyzer_pb2.PolicyInfo(
        name=SETTINGS,
        description=f"how strict the rules are: {profile.name}",
        enforcementLevel=analyzer_pb2.ADVISORY,
        policy_type=analyzer_pb2.POLICY_TYPE_RESOURCE,
    )
    info.configSchema.properties.update(
        {
            "profile": {"type": "string"},
            "levels": {"type": "object", "additionalProperties": {"enum": list(get_args(Level))}},
        }
    )
    return info


# ---- what the engine tells --------------------------------------------------------------------------------------


def _kind(one: Any, only_read: bool) -> Kind:
    if one.type == ROOT:
        return "stack"
    if one.type.startswith(PROVIDER):
        return "provider"
    if only_read:
        return "read"
    return "custom" if one.HasField("provider") else "component"


class _Told(Options):
    """What Pulumi does not tell a pack cannot be decided by whoever asks for it."""

    def __getattribute__(self, name: str) -> Any:
        if name in UNTOLD:
            raise Undecided(f"the option `{name}`, which Pulumi does not tell a policy pack")
        return super().__getattribute__(name)


def _options(given: Any) -> Options:
    times = given.customTimeouts
    return _Told(
        protect=given.protect,
        delete_before_replace=given.deleteBeforeReplace if given.deleteBeforeReplaceDefined else None,
        aliases=tuple(given.aliases),
        ignore_changes=tuple(given.ignoreChanges),
        additional_secret_outputs=tuple(given.additionalSecretOutputs),
        custom_timeouts={
            name: f"{seconds:g}s"
            for name in ("create", "update", "delete", "read")
            if (seconds := getattr(times, name))
        },
    )


def _without_notes(found: Mapping[str, Value]) -> dict[str, Value]:
    """Without the providers' own notes in checked inputs (`__defaults`), in blocks too."""
    return {key: _plain(value) for key, value in found.items() if not key.startswith("__")}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return _without_notes(value)
    return [_plain(one) for one in value] if isinstance(value, list) else value
