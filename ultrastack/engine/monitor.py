"""What does the engine answer to a program's registrations, when nothing exists and nothing may be asked?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import resource_pb2, resource_pb2_grpc

from ..model.graph import Message, Options, Resource
from .callbacks import Callbacks
from .heard import Heard, goal, leaves, written
from .invokes import Answers, Fixtures
from .providers import PREFIX, Denied, Providers
from .record import Record
from .urns import ROOT, make_urn, provider_urn
from .wire import UNKNOWN_TEXT, is_known, settled, values

STACK_REFERENCE = "pulumi:pulumi:StackReference"
GET_RESOURCE = "pulumi:pulumi:getResource"
# Only what this file does; an SDK that knows more asks for it in the older way.
FEATURES = (
    "SECRETS RESOURCE_REFERENCES OUTPUT_VALUES ALIAS_SPECS REPLACEMENT_TRIGGER DELETED_WITH REPLACE_WITH TRANSFORMS "
    "INVOKE_TRANSFORMS PARAMETERIZATION RESOURCE_HOOKS ERROR_HOOKS INVOKE_DEPENDS_ON INVOKE_PARENT"
).split()
# The same for SDKs that ask for each by an older name.
FEATURE_IDS = (
    "secrets resourceReferences outputValues aliasSpecs replacementTrigger deletedWith replaceWith transforms "
    "invokeTransforms parameterization resourceHooks errorHooks"
).split()


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Pulumi's ResourceMonitor for a preview of an empty stack; an object for Settings, or served over gRPC.

    The SDK calls it from several threads.
    """

    def __init__(
        self,
        project: str,
        stack: str,
        organization: str = "organization",
        config: Mapping[str, str] | None = None,
        secret_keys: Sequence[str] = (),
        fixtures: Fixtures | None = None,
        root: Path | None = None,
    ):
        self.project, self.stack, self.organization = project, stack, organization
        self.record = Record(root or Path.cwd())
        self.callbacks = Callbacks()
        self.answers = Answers(fixtures or {})
        self._providers = Providers(stack, project, config or {}, set(secret_keys), self.record.add)
        self._heard: dict[str, Heard] = {}
        self._stack_transforms: list[Any] = []
        self._invoke_transforms: list[Any] = []

    # ---- the service

    def GetDeploymentInfo(self, request: Any, context: Any = None) -> Any:
        return resource_pb2.DeploymentInfo(
            project=self.project,
            stack=self.stack,
            organization=self.organization,
            dryRun=True,
            parallel=16,
            supportedFeatures=[getattr(resource_pb2, f"RESOURCE_MONITOR_FEATURE_{name}") for name in FEATURES],
        )

    def SupportsFeature(self, request: Any, context: Any = None) -> Any:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in FEATURE_IDS)

    def RegisterPackage(self, request: Any, context: Any = None) -> Any:
        return self._providers.register_package(request)

    def RegisterStackTransform(self, request: Any, context: Any = None) -> Any:
        self._stack_transforms.append(request)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, request: Any, context: Any = None) -> Any:
        self._invoke_transforms.append(request)
        return empty_pb2.Empty()

    def RegisterResourceHook(self, request: Any, context: Any = None) -> Any:
        return empty_pb2.Empty()  # nothing is created, so no hook ever runs

    def RegisterErrorHook(self, request: Any, context: Any = None) -> Any:
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Any = None) -> Any:
        return empty_pb2.Empty()

    def RegisterResource(self, request: Any, context: Any = None) -> Any:
        r, urn = request, self._urn(request)
        is_provider = r.type.startswith(PREFIX)
        try:
            asked = goal(r, self._heard.get(r.parent), self._transforms(r), self.callbacks.call)
        except grpc.RpcError as e:
            raise self.record.failed_transform(f"a transform of '{r.name}' ({r.type})", e, r) from None
        options, props, provider = asked.options, asked.props, ""
        if is_provider:
            props = self._providers.complete(r, options, props)
        elif r.custom or r.remote:
            provider = options.provider or self._default_provider(
                r, r.type, options.version, options.plugin_download_url
            )
        kind: Any = "provider" if is_provider else "stack" if r.type == ROOT else "custom" if r.custom else "component"
        made = Resource(
            urn=urn,
            type=r.type,
            name=r.name,
            kind=kind,
            parent=r.parent,
            provider=provider_urn(provider) if r.custom else "",
            inputs=values(props),
            dependencies=asked.dependencies,
            property_dependencies=asked.property_dependencies,
            options=written(r, options, self.stack, self.project),
        )
        self.record.add(made, r.sourcePosition)
        self._heard[urn] = leaves(r, options, provider)
        if r.remote:
            text = f"'{r.name}' ({r.type}) is a component of another package, which is not run offline: "
            self.record.messages.append(Message("warning", text + "its children are missing, its outputs unknown", urn))
        # No id, and every output that is not among the inputs, is unknown to the SDK; of an import the id is known.
        imported = getattr(options, "import")
        return resource_pb2.RegisterResourceResponse(urn=urn, id=imported, object=props if r.custom else None)

    def ReadResource(self, request: Any, context: Any = None) -> Any:
        r, urn = request, self._urn(request)
        provider = r.provider or self._default_provider(r, r.type, r.version, r.pluginDownloadURL)
        props, _ = settled(r.properties)
        self.record.add(
            Resource(
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
            ),
            r.sourcePosition,
        )
        if r.type == STACK_REFERENCE:
            outputs = self.answers.of(STACK_REFERENCE, json_format.MessageToDict(props))
            known: Any = UNKNOWN_TEXT if outputs is None else outputs
            props.update({"outputs": known, "secretOutputNames": UNKNOWN_TEXT if outputs is None else []})
        return resource_pb2.ReadResourceResponse(urn=urn, properties=props)

    def RegisterResourceOutputs(self, request: Any, context: Any = None) -> Any:
        self.record.outputs[request.urn] = values(settled(request.outputs)[0])
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any = None) -> Any:
        r, token = request, request.tok
        parent = self._heard.get(r.parent)
        options = resource_pb2.TransformInvokeOptions(
            provider=r.provider or (parent.providers.get(token.partition(":")[0], "") if parent else ""),
            version=r.version,
            plugin_download_url=r.pluginDownloadURL,
            plugin_checksums=r.pluginChecksums,
        )
        args = r.args
        for callback in self._invoke_transforms:
            asked = resource_pb2.TransformInvokeRequest(token=token, args=args, options=options)
            try:
                answer = resource_pb2.TransformInvokeResponse.FromString(self.callbacks.call(callback, asked))
            except grpc.RpcError as e:
                raise self.record.failed_transform(f"a transform of the invoke {token}", e, r) from None
            args = answer.args if answer.HasField("args") else args
            options = answer.options if answer.HasField("options") else options
        if not options.provider:
            self._default_provider(r, token, options.version, options.plugin_download_url)
        if any(self._is_pending(urn) for urn in r.dependsOn):
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        provider = self.record.resources.get(provider_urn(options.provider))
        if provider is not None and not is_known(dict(provider.inputs)):
            # cannot be configured yet, and answers nothing: provider_plugin.go Invoke of engine v3.259
            nothing = resource_pb2.ResourceInvokeResponse()
            getattr(nothing, "return").SetInParent()
            return nothing
        if token == GET_RESOURCE:  # only that it is there; an empty id and missing state are unknown to the SDK
            result: Mapping[str, Any] | None = {"urn": args["urn"], "id": "", "state": {}}
        else:
            result = self.answers.of(token, json_format.MessageToDict(args))
        if result is None:
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        made = resource_pb2.ResourceInvokeResponse()
        getattr(made, "return").update(dict(result))
        return made

    def Call(self, request: Any, context: Any = None) -> Any:
        what = f"the method {request.tok} belongs to another package, which is not run offline"
        raise self.record.failed(what, "ask `pulumi preview`, which runs it", None, request.sourcePosition)

    # ---- what has been heard

    def _urn(self, r: Any) -> str:
        return make_urn(self.stack, self.project, r.parent, r.type, r.name)

    def _transforms(self, r: Any) -> list[Any]:
        """The resource's own, then its ancestors', then the stack's."""
        chain, above = list(r.transforms), self._heard.get(r.parent)
        while above is not None:
            chain += above.transforms
            above = self._heard.get(above.parent)
        return chain + self._stack_transforms

    def _default_provider(self, r: Any, type_: str, version: str, url: str) -> str:
        try:
            return self._providers.default(r.packageRef, type_.partition(":")[0], version, url)
        except Denied as e:
            raise self.record.failed(
                f"pulumi:disable-default-providers forbids the default provider of {e}, which {type_} would use",
                "name a provider of your own: ResourceOptions(provider=...)",
                self.record.steps.get(getattr(r, "name", "")) or self.record.step_of.get(r.parent),
                r.sourcePosition,
            ) from None

    def _is_pending(self, urn: str) -> bool:
        """What is only planned has no answer to an invoke yet; the SDK names the children of components too."""
        made = self.record.resources.get(urn)
        return made is not None and made.kind in ("custom", "provider")
