"""How does the clouds' stand-in answer the engine? One call of Pulumi's provider protocol, one method.

It keeps nothing and calls nobody: the state is the engine's own, look-ups are answered from a file. Every answer
follows from the request, so two runs give the same state. One process serves any package, since requests name types.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from concurrent import futures
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from .answers import Answers
from .changes import DEFAULTS, UNKNOWN, changes
from .shapes import ACCOUNT, fill, fill_members
from .types import known, shape_of

MAX_MESSAGE_BYTES = 400 * 2**20  # as the engine's own servers
REGION_WHEN_UNSET = "us-east-1"
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
    """`plain`: no autonames, so that what the engine plans is exactly what the program asked for."""

    def __init__(self, version: str, answers: Answers = NOTHING_RECORDED, plain: bool = False):
        self.version = version
        self.answers = answers
        self.plain = plain
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
        same = _plain(request.olds) == _plain(request.news)
        kind = provider_pb2.DiffResponse.DIFF_NONE if same else provider_pb2.DiffResponse.DIFF_SOME
        return provider_pb2.DiffResponse(changes=kind)

    def Configure(self, request: Any, context: Any) -> Any:
        self.settings = _plain(request.args)
        self.region = self.settings.get("region") or REGION_WHEN_UNSET
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, acceptResources=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    # ---- resources

    def Check(self, request: Any, context: Any) -> Any:
        news = struct_pb2.Struct()
        news.CopyFrom(request.news)
        if (field := self._to_be_named(_type(request.urn), news)) is not None:
            row = known(_type(request.urn))
            lower = row is not None and row.autoname_is_lower
            news[field] = request.olds[field] if field in request.olds else _physical_name(request, lower)
            news[DEFAULTS] = [field]
        return provider_pb2.CheckResponse(inputs=news)

    def Diff(self, request: Any, context: Any) -> Any:
        row, state = known(_type(request.urn)), _plain(request.olds)
        before = _plain(request.old_inputs) if request.HasField("old_inputs") else state
        after = _plain(request.news)
        if row is not None and row.regional():
            was_in, is_in = (
                state.get("region") or before.get("region") or self.region,
                after.get("region") or self.region,
            )
            before, after = ({k: v for k, v in one.items() if k != "region"} for one in (before, after))
            if was_in != is_in:
                before, after = before | {"region": was_in}, after | {"region": is_in}
        found = changes(row, before, after, state)
        replaces = [one.path for one in found if one.replace]
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if found else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=sorted({_top(one.path) for one in found}),
            replaces=sorted({_top(path) for path in replaces}),
            detailedDiff={
                one.path: _KIND(kind=_DIFF_KINDS[one.kind, one.path in replaces], inputDiff=True) for one in found
            },
            hasDetailedDiff=True,
            deleteBeforeReplace=row is not None
            and (row.delete_before_replace or _name_was_chosen(row.autoname, after)),
        )

    def Create(self, request: Any, context: Any) -> Any:
        if request.preview:  # what is missing here is unknown to the program
            return provider_pb2.CreateResponse(properties=request.properties)
        shape, inputs = shape_of(_type(request.urn)), _plain(request.properties)
        # what takes another's place has another id, so that what refers to it changes too
        seed = f"{request.urn}/{json.dumps(inputs, sort_keys=True)}"
        identity = fill(shape.id, seed, self._known(inputs))
        made = self._made(request.urn, seed, identity, inputs)
        return provider_pb2.CreateResponse(id=identity, properties=self._with(request.urn, request.properties, made))

    def Read(self, request: Any, context: Any) -> Any:
        """A resource that is only read, or imported: what was recorded of it, else what the engine knows already."""
        recorded = self.answers.resource(_type(request.urn), request.id)
        if not recorded:
            return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)
        outputs = shape_of(_type(request.urn)).outputs
        made = self._made(request.urn, request.urn, request.id, recorded) | dict(recorded)
        settings = {k: v for k, v in recorded.items() if k not in outputs}
        return provider_pb2.ReadResponse(
            id=request.id, properties=_with(request.properties, made), inputs=_with(request.inputs, settings)
        )

    def Update(self, request: Any, context: Any) -> Any:
        token = _type(request.urn)
        row, shape = known(token), shape_of(token)
        olds, old_inputs = _plain(request.olds), _plain(request.old_inputs)
        # an input that the program dropped goes, unless the cloud keeps a value for it
        kept = {k: v for k, v in olds.items() if k not in old_inputs or (row is not None and row.computed(k))}
        for moving in shape.moving & kept.keys():
            kept[moving] = UNKNOWN if request.preview else kept[moving] + 1
        kept |= _repeated(kept, _plain(request.news))
        return provider_pb2.UpdateResponse(properties=self._with(request.urn, request.news, kept))

    def Delete(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def _known(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """What shapes may be made of."""
        placed = {"region": self.region, **_google_place(self.settings)}
        return {k: v for k, v in placed.items() if v} | dict(inputs) | {"account": ACCOUNT}

    def _made(self, urn: str, seed: str, identity: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """What the cloud adds to the inputs."""
        token, words = _type(urn), self._known(inputs) | {"id": identity}
        row = known(token)
        filled = {k for k in ("region", "zone", "project", "location") if row and row.computed(k)}
        made = {k: words[k] for k in filled if k in words}
        made |= _repeated(dict.fromkeys(row.outputs if row else ()), inputs)
        return made | {k: fill(v, f"{seed}/{k}", words) for k, v in shape_of(token).outputs.items()}

    def _with(self, urn: str, given: Any, made: Mapping[str, Any]) -> Any:
        """What was given, what was made wherever nothing was given, and what the cloud fills inside blocks."""
        found = _with(given, made)
        for path, pattern in shape_of(_type(urn)).filled.items():
            fill_members(found, path.split("."), pattern, urn)
        return found

    # ---- look-ups

    def Invoke(self, request: Any, context: Any) -> Any:
        """Look-ups run in previews too. Without a record the run must stop: a made-up answer would be a wrong plan."""
        result = self.answers.call(request.tok, _plain(request.args), self.region)
        if result is None:
            why = f"a rehearsal asks no cloud, and no answer to {request.tok} was recorded"
            return provider_pb2.InvokeResponse(failures=[provider_pb2.CheckFailure(property="", reason=why)])
        return provider_pb2.InvokeResponse(**{"return": _struct(result)})

    # ---- names

    def _to_be_named(self, token: str, news: Any) -> str | None:
        row = known(token)
        if row is None or self.plain or not row.autoname or row.autoname in news or f"{row.autoname}Prefix" in news:
            return None
        return row.autoname


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


def _google_place(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Where Google's provider puts what does not say it itself."""
    found = {k: settings[k] for k in ("project", "region", "zone") if k in settings}
    location = found.get("zone", found.get("region"))
    return found | ({"location": location} if location else {})


def _repeated(outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs that repeat tags and labels, with what the provider adds to them."""
    found = {"tagsAll": inputs.get("tags", {})} if "tagsAll" in outputs else {}
    labels = inputs.get("labels", {})
    if isinstance(labels, Mapping) and "effectiveLabels" in outputs:
        found |= dict.fromkeys(("effectiveLabels", "pulumiLabels"), {**labels, "goog-pulumi-provisioned": "true"})
    return found


def _name_was_chosen(field: str | None, after: Mapping[str, Any]) -> bool:
    """By the program: it cannot exist twice, so the old one has to go before the new one comes."""
    return bool(field and field in after and field not in after.get(DEFAULTS, []))


def _top(path: str) -> str:
    return path.split(".")[0].split("[")[0] or path


def _physical_name(request: Any, lower: bool) -> str:
    """As the engine proposes (`pulumi:autonaming`), else <name>-<7 hex digits> that stay the same for one resource."""
    if request.HasField("autonaming") and request.autonaming.proposed_name:
        return str(request.autonaming.proposed_name)
    name = request.name.lower() if lower else request.name
    digits = hashlib.sha256(request.randomSeed or request.urn.encode()).hexdigest()[:7]
    return f"{name}-{digits}"


def _plain(struct: Any) -> dict[str, Any]:
    found = json_format.MessageToDict(struct)
    return _whole(found) if isinstance(found, dict) else {}


def _whole(value: Any) -> Any:
    """Numbers arrive as doubles; a capacity is written 9600, not 9600.0."""
    if isinstance(value, dict):
        return {k: _whole(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_whole(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _struct(values: Mapping[str, Any]) -> Any:
    return json_format.ParseDict(dict(values), struct_pb2.Struct())


def _with(given: Any, made: Mapping[str, Any]) -> Any:
    """What was given, and what was made wherever nothing was given."""
    found = _struct(made)
    for key, value in given.fields.items():
        found.fields[key].CopyFrom(value)
    return found
