"""How does the clouds' stand-in answer the engine? One call of Pulumi's provider protocol, one method.

It keeps nothing and calls nobody: the state is the engine's own, look-ups are answered from a file. Every answer
follows from the request, so two runs give the same state. One process serves any package, since requests name types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent import futures
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from ..wire import UNKNOWN_TEXT
from .answers import Answers
from .changes import changes
from .checks import Asked, checked, refused_by_the_cloud
from .cloud import Cloud, Refused
from .engine_log import Warn, warn_nobody
from .failing import FailAt
from .made import REGION_WHEN_UNSET, added, held, identity, outputs, repeated, seed_of
from .meaning import DEFAULTS, revealed
from .names import Mode, Proposal
from .placing import placed
from .replacing import deletes_first, unchangeable
from .structs import laid_over, plain, struct
from .types import known, shape_of

MAX_MESSAGE_BYTES = 400 * 2**20  # as the engine's own servers
NOTHING_RECORDED = Answers()

_KIND = provider_pb2.PropertyDiff
_DIFF_KINDS = {
    ("add", False): _KIND.ADD,
    ("add", True): _KIND.ADD_REPLACE,
    ("delete", False): _KIND.DELETE,
    ("delete", True): _KIND.DELETE_REPLACE,
    ("update", False): _KIND.UPDATE,
    ("update", True): _KIND.UPDATE_REPLACE,
}


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """`plain`: no Check, so that what the engine plans is exactly what the program asked for.

    `cloud`: remembers what was made, over all runs. `fail_at`: the operation that fails.
    """

    def __init__(
        self,
        version: str,
        answers: Answers = NOTHING_RECORDED,
        plain: bool = False,
        cloud: Cloud | None = None,
        fail_at: FailAt | None = None,
        warn: Warn = warn_nobody,
    ):
        self.version = version
        self.answers = answers
        self.plain = plain
        self.cloud = cloud
        self.fail_at = fail_at
        self.warn = warn
        self.region = REGION_WHEN_UNSET
        self.settings: dict[str, Any] = {}

    # ---- the provider itself

    def Handshake(self, request: Any, context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, accept_resources=True, accept_outputs=False, supports_autonaming_configuration=True
        )

    def Attach(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema="{}")

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        same = plain(request.olds) == plain(request.news)
        kind = provider_pb2.DiffResponse.DIFF_NONE if same else provider_pb2.DiffResponse.DIFF_SOME
        return provider_pb2.DiffResponse(changes=kind)

    def Configure(self, request: Any, context: Any) -> Any:
        self.settings = revealed(plain(request.args))
        self.region = self.settings.get("region") or REGION_WHEN_UNSET
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, acceptResources=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    # ---- resources

    def Check(self, request: Any, context: Any) -> Any:
        if self.plain:
            return provider_pb2.CheckResponse(inputs=request.news)
        asked = Asked(
            _type(request.urn),
            request.name,
            plain(request.news),
            plain(request.olds),
            self.settings.get("region", ""),
            request.randomSeed or request.urn.encode(),
            _proposal(request),
        )
        found = checked(asked)
        for said in found.warnings:
            self.warn(request.urn, said)
        # without its property: the engine would print that one's value, and at a place in a block always <nil>
        failures = [provider_pb2.CheckFailure(reason=said) for said in found.failures]
        return provider_pb2.CheckResponse(inputs=struct(found.inputs), failures=failures)

    def Diff(self, request: Any, context: Any) -> Any:
        row, state = known(_type(request.urn)), plain(request.olds)
        before = plain(request.old_inputs) if request.HasField("old_inputs") else state
        inputs = placed(row, before, plain(request.news), state, self.settings)
        found = changes(row, *inputs, state, request.ignoreChanges)
        replaces = [one.path for one in found if one.replace]
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if found else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=sorted({_top(one.path) for one in found}),
            replaces=sorted({_top(path) for path in replaces}),
            detailedDiff={
                one.path: _KIND(kind=_DIFF_KINDS[one.kind, one.path in replaces], inputDiff=True) for one in found
            },
            hasDetailedDiff=True,
            stables=sorted(unchangeable(row) - {_top(path) for path in replaces}),
            deleteBeforeReplace=bool(replaces) and deletes_first(row, *inputs),
        )

    def Create(self, request: Any, context: Any) -> Any:
        if request.preview:  # what is missing here is unknown to the program
            return provider_pb2.CreateResponse(properties=request.properties)
        self._fail_if_asked(context)
        urn, token, inputs = request.urn, _type(request.urn), plain(request.properties)
        self._fail_if_refused(context, token, inputs, {})
        seed = seed_of(urn, inputs, self.cloud.created_before(urn) if self.cloud is not None else 0)
        new = identity(token, seed, inputs, self.settings)
        made = added(token, seed, new, inputs, self.settings)
        if self.cloud is not None:
            row = known(token)
            named_by = row.autoname if row is not None else None
            _done(context, self.cloud.create, held(token, new, urn, inputs, made), named_by)
        return provider_pb2.CreateResponse(id=new, properties=outputs(urn, token, request.properties, made))

    def Read(self, request: Any, context: Any) -> Any:
        """What the cloud remembers; else what was recorded of it; else what the engine knows already, if none does."""
        urn, token = request.urn, _type(request.urn)
        if self.cloud is not None and (there := self.cloud.read(token, request.id)) is not None:
            inputs = dict(there.inputs)
            known_before = plain(request.inputs)
            if (
                DEFAULTS in known_before
            ):  # the engine's own note, which no cloud keeps; what has drifted is in it no more
                filled = known_before[DEFAULTS]
                inputs[DEFAULTS] = [k for k in filled if known_before.get(k) == inputs.get(k)]
            found = outputs(urn, token, struct(inputs), there.outputs)
            return provider_pb2.ReadResponse(id=there.id, properties=found, inputs=struct(inputs))
        recorded = self.answers.resource(token, request.id)
        if self.cloud is not None and not recorded:
            return provider_pb2.ReadResponse()  # without an id: it is gone
        if not recorded:
            return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)
        made = added(token, urn, request.id, recorded, self.settings) | dict(recorded)
        settings = {k: v for k, v in recorded.items() if k not in shape_of(token).outputs}
        return provider_pb2.ReadResponse(
            id=request.id, properties=laid_over(request.properties, made), inputs=laid_over(request.inputs, settings)
        )

    def Update(self, request: Any, context: Any) -> Any:
        urn, token = request.urn, _type(request.urn)
        row, shape = known(token), shape_of(token)
        olds, old_inputs, news = plain(request.olds), plain(request.old_inputs), plain(request.news)

        def the_clouds(name: str) -> bool:
            return row is not None and (bool(row.computed(name)) or name in row.outputs)

        # an input that the program dropped goes, unless the cloud keeps a value for it
        kept = {k: v for k, v in olds.items() if k not in old_inputs or the_clouds(k)}
        for moving in shape.moving & kept.keys():
            kept[moving] = UNKNOWN_TEXT if request.preview else kept[moving] + 1
        kept |= repeated(kept, news)
        if not request.preview:
            self._fail_if_asked(context)
            self._fail_if_refused(context, token, news, old_inputs)
            if self.cloud is not None:
                _done(context, self.cloud.update, held(token, request.id, urn, news, kept))
        return provider_pb2.UpdateResponse(properties=outputs(urn, token, request.news, kept))

    def Delete(self, request: Any, context: Any) -> Any:
        self._fail_if_asked(context)
        if self.cloud is not None:
            self.cloud.delete(_type(request.urn), request.id, request.urn)
        return empty_pb2.Empty()

    def _fail_if_asked(self, context: Any) -> None:
        if self.fail_at is not None and self.fail_at.now():
            words = f"operation {self.fail_at.number} fails because this rehearsal asked for it"
            context.abort(grpc.StatusCode.UNKNOWN, words)

    def _fail_if_refused(self, context: Any, token: str, inputs: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        if not self.plain and (said := refused_by_the_cloud(token, inputs, before)):
            context.abort(grpc.StatusCode.UNKNOWN, "the cloud would refuse it: " + "; ".join(said))

    # ---- look-ups

    def Invoke(self, request: Any, context: Any) -> Any:
        """Look-ups run in previews too. Without a record the run must stop: a made-up answer would be a wrong plan."""
        result = self.answers.call(request.tok, plain(request.args), self.region)
        if result is None:
            why = f"a rehearsal asks no cloud, and no answer to {request.tok} was recorded"
            return provider_pb2.InvokeResponse(failures=[provider_pb2.CheckFailure(property="", reason=why)])
        return provider_pb2.InvokeResponse(**{"return": struct(result)})


def serve(provider: Provider, port: int = 0) -> tuple[grpc.Server, int]:
    """On the loopback interface only."""
    limits = [
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ]
    server = grpc.server(futures.ThreadPoolExecutor(16), options=limits)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    return server, port


def _type(urn: str) -> str:
    """urn:pulumi:stack::project::parent$type::name -> type"""
    return urn.split("::")[2].rpartition("$")[2]


def _done(context: Any, change: Callable[..., None], *words: Any) -> None:
    try:
        change(*words)
    except Refused as e:
        context.abort(grpc.StatusCode.UNKNOWN, str(e))  # the code of every error of the real providers


def _top(path: str) -> str:
    return path.split(".")[0].split("[")[0] or path


def _proposal(request: Any) -> Proposal | None:
    """What `pulumi:autonaming` in the stack's config says."""
    if not request.HasField("autonaming"):
        return None
    said = provider_pb2.CheckRequest.AutonamingOptions
    modes: Mapping[int, Mode] = {said.PROPOSE: "propose", said.ENFORCE: "enforce", said.DISABLE: "disable"}
    return Proposal(modes[request.autonaming.mode], request.autonaming.proposed_name)
