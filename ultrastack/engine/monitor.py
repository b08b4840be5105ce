"""What does the engine answer to a program's registrations, when nothing exists and nothing may be asked?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import alias_pb2, callback_pb2, callback_pb2_grpc, resource_pb2, resource_pb2_grpc

from ..model.graph import Options, Resource, Value
from ..model.step import Step
from .failure import ProgramFailed
from .urns import ROOT, alias_urn, default_provider_name, make_urn, provider_urn
from .wire import OF_OUTPUT, UNKNOWN_TEXT, as_outputs, value, values, without_outputs

# Token -> a function of the arguments, or what was recorded: [{"args": {...}, "result": {...}}]. The fixture of a stack
# reference has the token pulumi:pulumi:StackReference and the argument name; its result are the other stack's outputs.
Fixtures = Mapping[str, Callable[[dict[str, Any]], Mapping[str, Any]] | Sequence[Mapping[str, Any]]]
STACK_REFERENCE = "pulumi:pulumi:StackReference"


@dataclass
class _Heard:
    """What children inherit, and what transforms of a parent apply to them."""

    parent: str
    protect: bool | None = None
    retain: bool | None = None
    deleted_with: str = ""
    provider: str = ""
    providers: dict[str, str] = field(default_factory=dict)
    transforms: list[Any] = field(default_factory=list)


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Pulumi's ResourceMonitor for a preview of an empty stack; an object for Settings, or served over gRPC."""

    def __init__(
        self,
        project: str,
        stack: str,
        organization: str = "organization",
        config: Mapping[str, str] | None = None,
        secret_keys: Sequence[str] = (),
        fixtures: Fixtures | None = None,
    ):
        self.project, self.stack, self.organization = project, stack, organization
        self.config, self.secret_keys, self.fixtures = config or {}, set(secret_keys), fixtures or {}
        self.resources: dict[str, Resource] = {}
        self.outputs: dict[str, dict[str, Value]] = {}
        self.steps: list[Step] = []
        self.failure: ProgramFailed | None = None
        self.unanswered: list[str] = []
        self._heard: dict[str, _Heard] = {}
        self._packages: dict[str, Any] = {}
        self._stack_transforms: list[Any] = []
        self._invoke_transforms: list[Any] = []
        self._channels: dict[str, Any] = {}
        self._lock = threading.RLock()

    def GetDeploymentInfo(self, request: Any, context: Any = None) -> Any:
        features = [
            number
            for name, number in resource_pb2.ResourceMonitorFeature.items()
            if "SUPPORT" not in name and not name.endswith(("UNSPECIFIED", "UNKNOWN"))
        ]
        return resource_pb2.DeploymentInfo(
            project=self.project,
            stack=self.stack,
            organization=self.organization,
            dryRun=True,
            parallel=16,
            supportedFeatures=features,
        )

    def SupportsFeature(self, request: Any, context: Any = None) -> Any:
        return resource_pb2.SupportsFeatureResponse(hasSupport=True)

    def RegisterPackage(self, request: Any, context: Any = None) -> Any:
        name = request.parameterization.name if request.HasField("parameterization") else request.name
        reference = f"{name}@{request.version}"
        self._packages[reference] = request
        return resource_pb2.RegisterPackageResponse(ref=reference)

    def RegisterStackTransform(self, request: Any, context: Any = None) -> Any:
        self._stack_transforms.append(request)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, request: Any, context: Any = None) -> Any:
        self._invoke_transforms.append(request)
        return empty_pb2.Empty()

    def RegisterResourceHook(self, request: Any, context: Any = None) -> Any:
        return empty_pb2.Empty()

    def RegisterErrorHook(self, request: Any, context: Any = None) -> Any:
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Any = None) -> Any:
        return empty_pb2.Empty()

    def RegisterResource(self, request: Any, context: Any = None) -> Any:
        """In the order of engine v3.259: inherit, find the provider, transform, then register."""
        r, package = request, request.type.split(":")[0]
        is_provider = r.type.startswith("pulumi:providers:")
        opts = self._options(r, package)
        known = {key: list(one.urns) for key, one in r.propertyDependencies.items()}
        props = r.object
        own, chain = list(r.transforms), list(r.transforms)
        above = r.parent
        while above in self._heard:
            chain += self._heard[above].transforms
            above = self._heard[above].parent
        chain += self._stack_transforms
        if chain:  # as the engine does: what came from where is told to a resource's own transforms only
            props = as_outputs(props, known if own else {})
            known = {} if own else known
        for callback in chain:
            asked = resource_pb2.TransformRequest(
                type=r.type, name=r.name, custom=r.custom, parent=r.parent, properties=props, options=opts
            )
            answer = resource_pb2.TransformResponse.FromString(self._call_back(callback, asked))
            props = answer.properties
            if answer.HasField("options"):
                opts = answer.options
        props, found = _settled(props)
        property_dependencies = {
            key: tuple(sorted({*known.get(key, ()), *found.get(key, ())}))
            for key in sorted(props.fields)
            if known.get(key) or found.get(key)
        }
        dependencies = set(opts.depends_on if own else r.dependencies).union(*property_dependencies.values())
        heard = self._inherited(r, opts, own)
        if (r.custom and not is_provider) or r.remote:
            version, url = opts.version, opts.plugin_download_url
            heard.provider = opts.provider or self._default_provider(r.packageRef, package, version, url)
        urn = self._urn(r)
        if r.remote:
            self._fail(
                urn,
                f"'{r.name}' ({r.type}) is a component of another package: only that package's own program knows its "
                "children, and the offline engine runs no packages; fix: `pulumi preview`",
            )
        kind: Any = "custom" if r.custom else "component"
        kind = "provider" if is_provider else "stack" if r.type == ROOT else kind
        made = Resource(
            urn=urn,
            type=r.type,
            name=r.name,
            kind=kind,
            parent=r.parent,
            provider=provider_urn(heard.provider) if r.custom else "",
            inputs=values(props),
            dependencies=tuple(sorted(dependencies)),
            property_dependencies=property_dependencies,
            options=self._written(r, opts),
        )
        self._add(made, heard)
        return resource_pb2.RegisterResourceResponse(urn=urn, id="", object=props if r.custom else None)

    def ReadResource(self, request: Any, context: Any = None) -> Any:
        r, package = request, request.type.split(":")[0]
        parent = self._heard.get(r.parent)
        provider = r.provider or (parent.providers.get(package, "") if parent else "")
        provider = provider or self._default_provider(r.packageRef, package, r.version, r.pluginDownloadURL)
        urn, (props, _) = self._urn(r), _settled(r.properties)
        made = Resource(
            urn=urn,
            type=r.type,
            name=r.name,
            kind="read",
            parent=r.parent,
            provider=provider_urn(provider),
            inputs=values(props),
            id="" if r.id == UNKNOWN_TEXT else r.id,
            dependencies=tuple(sorted(set(r.dependencies))),
            options=Options(version=r.version, plugin_download_url=r.pluginDownloadURL),
        )
        self._add(made, _Heard(r.parent, provider=provider))
        if r.type == STACK_REFERENCE:
            args = json_format.MessageToDict(props)
            outputs = self._fixture(STACK_REFERENCE, args)
            known: Any = UNKNOWN_TEXT if outputs is None else dict(outputs)
            props.update({"outputs": known, "secretOutputNames": UNKNOWN_TEXT if outputs is None else []})
        return resource_pb2.ReadResourceResponse(urn=urn, properties=props)

    def RegisterResourceOutputs(self, request: Any, context: Any = None) -> Any:
        self.outputs[request.urn] = values(_settled(request.outputs)[0])
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any = None) -> Any:
        args = request.args
        for callback in self._invoke_transforms:
            asked = resource_pb2.TransformInvokeRequest(token=request.tok, args=args)
            args = resource_pb2.TransformInvokeResponse.FromString(self._call_back(callback, asked)).args
        if request.tok == "pulumi:pulumi:getResource":
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        result = self._fixture(request.tok, json_format.MessageToDict(args))
        if result is None:
            self.unanswered.append(request.tok)
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        answer = resource_pb2.ResourceInvokeResponse()
        getattr(answer, "return").update(dict(result))
        return answer

    def Call(self, request: Any, context: Any = None) -> Any:
        """A method of a component of another package: its answer is in that package's program alone."""
        self._fail("", f"the method {request.tok} belongs to another package, which the offline engine does not run")

    # ---- one registration's parts

    def _options(self, r: Any, package: str) -> Any:
        """What the program asked for and what its parent hands down (inheritFromParent)."""
        parent = self._heard.get(r.parent)
        opts = resource_pb2.TransformResourceOptions(
            depends_on=r.dependencies,
            ignore_changes=r.ignoreChanges,
            replace_on_changes=r.replaceOnChanges,
            version=r.version,
            aliases=[*(alias_pb2.Alias(urn=one) for one in r.aliasURNs), *r.aliases],
            provider=r.provider,
            providers=r.providers,
            plugin_download_url=r.pluginDownloadURL,
            deleted_with=r.deletedWith or (parent.deleted_with if parent else ""),
            additional_secret_outputs=r.additionalSecretOutputs,
            hide_diff=r.hideDiffs,
            replace_with=r.replace_with,
            plugin_checksums=r.pluginChecksums,
            **{"import": r.importId},
        )
        for there in ("customTimeouts", "hooks", "replacement_trigger"):
            if r.HasField(there):
                here = "custom_timeouts" if there == "customTimeouts" else there
                getattr(opts, here).CopyFrom(getattr(r, there))
        if r.deleteBeforeReplaceDefined:
            opts.delete_before_replace = r.deleteBeforeReplace
        protect = r.protect if r.HasField("protect") else parent.protect if parent else None
        retain = r.retainOnDelete if r.HasField("retainOnDelete") else parent.retain if parent else None
        if protect is not None:
            opts.protect = protect
        if retain is not None:
            opts.retain_on_delete = retain
        if parent and not opts.provider and parent.provider:
            of = provider_urn(parent.provider).split("::")[2].split(":")[-1]
            opts.provider = parent.provider if of == package or not (r.custom or r.remote) else ""
        if not opts.provider and (r.custom or r.remote):
            opts.provider = r.providers.get(package, "") or (parent.providers.get(package, "") if parent else "")
        return opts

    def _inherited(self, r: Any, opts: Any, transforms: list[Any]) -> _Heard:
        parent = self._heard.get(r.parent)
        return _Heard(
            parent=r.parent,
            protect=opts.protect if opts.HasField("protect") else None,
            retain=opts.retain_on_delete if opts.HasField("retain_on_delete") else None,
            deleted_with=opts.deleted_with,
            provider=opts.provider if r.custom else "",
            providers={} if r.custom else {**(parent.providers if parent else {}), **opts.providers},
            transforms=transforms,
        )

    def _written(self, r: Any, opts: Any) -> Options:
        timeouts = opts.custom_timeouts
        return Options(
            protect=opts.protect,
            retain_on_delete=opts.retain_on_delete,
            delete_before_replace=opts.delete_before_replace if opts.HasField("delete_before_replace") else None,
            deleted_with=opts.deleted_with,
            import_id=getattr(opts, "import"),
            aliases=tuple(
                dict.fromkeys(
                    alias_urn(one, self.stack, self.project, r.parent, r.type, r.name) for one in opts.aliases
                )
            ),
            ignore_changes=tuple(opts.ignore_changes),
            replace_on_changes=tuple(opts.replace_on_changes),
            additional_secret_outputs=tuple(opts.additional_secret_outputs),
            custom_timeouts={k: w for k in ("create", "update", "delete") if (w := getattr(timeouts, k))},
            version=opts.version,
            plugin_download_url=opts.plugin_download_url,
            hide_diffs=tuple(opts.hide_diff),
            replace_with=tuple(opts.replace_with),
            replacement_trigger=value(opts.replacement_trigger) if opts.HasField("replacement_trigger") else None,
        )

    def _default_provider(self, reference: str, package: str, version: str, url: str) -> str:
        if (registered := self._packages.get(reference)) is not None:
            version, url = registered.version, registered.download_url
            if registered.HasField("parameterization"):
                package, version = registered.parameterization.name, registered.parameterization.version
        type_, name = f"pulumi:providers:{package}", default_provider_name(version, url)
        urn = make_urn(self.stack, self.project, "", type_, name)
        with self._lock:
            if urn not in self.resources:
                inputs = struct_pb2.Struct()
                if version:
                    inputs["version"] = version
                self.resources[urn] = Resource(urn, type_, name, "provider", inputs=values(inputs))
        return f"{urn}::{UNKNOWN_TEXT}"

    def _urn(self, r: Any) -> str:
        return make_urn(self.stack, self.project, r.parent, r.type, r.name)

    def _add(self, made: Resource, heard: _Heard) -> None:
        with self._lock:
            if made.urn in self.resources:
                first, second = self._step_of(self.resources[made.urn].parent), self._step_of(made.parent)
                places = ""
                if first and second and first != second:
                    places = f", in step '{first.name}' ({first.place}) and in step '{second.name}' ({second.place})"
                self._fail(made.parent, f"two resources of type {made.type} are named '{made.name}'{places}")
            self.resources[made.urn] = made
            self._heard[made.urn] = heard

    def _step_of(self, urn: str) -> Step | None:
        """The step whose component stands directly below the stack, above this resource."""
        while urn in self.resources:
            made = self.resources[urn]
            if made.parent not in self.resources or self.resources[made.parent].type == ROOT:
                return next((s for s in self.steps if s.name == made.name), None)
            urn = made.parent
        return None

    def _fail(self, urn: str, text: str) -> None:
        failure = ProgramFailed(text, self._step_of(urn))
        self.failure = self.failure or failure
        raise failure

    def _fixture(self, token: str, args: dict[str, Any]) -> Mapping[str, Any] | None:
        found = self.fixtures.get(token)
        if callable(found):
            return found(args)
        return next((one["result"] for one in found or () if one.get("args", {}) == args), None)

    def _call_back(self, callback: Any, request: Any) -> bytes:
        with self._lock:
            stub = self._channels.get(callback.target)
            if stub is None:
                channel = grpc.insecure_channel(callback.target)
                stub = self._channels[callback.target] = callback_pb2_grpc.CallbacksStub(channel)
        asked = callback_pb2.CallbackInvokeRequest(token=callback.token, request=request.SerializeToString())
        return bytes(stub.Invoke(asked).response)


def _settled(props: struct_pb2.Struct) -> tuple[struct_pb2.Struct, dict[str, set[str]]]:
    """Properties without output values, and what each depended on; most have none."""
    if OF_OUTPUT.encode() not in props.SerializeToString():
        return props, {}
    made, found = struct_pb2.Struct(), {}
    for key, one in props.fields.items():
        found[key] = set[str]()
        made.fields[key].CopyFrom(without_outputs(one, found[key]))
    return made, found
