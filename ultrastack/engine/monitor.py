"""What does the engine answer to a program's registrations, when nothing exists and nothing may be asked?"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import resource_pb2, resource_pb2_grpc

from ..model.graph import Message, Options, Resource, Value
from ..model.step import Step
from .callbacks import Callbacks
from .failure import ProgramFailed, failed, place_at
from .heard import Heard, goal, leaves, written
from .invokes import Answers, Fixtures
from .providers import PREFIX, Denied, Providers
from .urns import ROOT, make_urn, provider_urn
from .wire import UNKNOWN_TEXT, settled, values

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
        self.root = root or Path.cwd()
        self.resources: dict[str, Resource] = {}
        self.outputs: dict[str, dict[str, Value]] = {}
        self.steps: dict[str, Step] = {}  # by name, in the order they were announced
        self.step_of: dict[str, Step | None] = {}  # by the URN of a resource
        self.messages: list[Message] = []
        self.failure: ProgramFailed | None = None
        self.callbacks = Callbacks()
        self.answers = Answers(fixtures or {})
        self._providers = Providers(stack, project, config or {}, set(secret_keys), self._add)
        self._heard: dict[str, Heard] = {}
        self._origins: dict[str, tuple[str, int]] = {}  # file URI and line that made a resource, by its URN
        self._stack_transforms: list[Any] = []
        self._invoke_transforms: list[Any] = []
        self._lock = threading.RLock()

    def announce(self, step: Step) -> None:
        self.steps[step.name] = step

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
        asked = goal(r, self._heard.get(r.parent), self._transforms(r), self.callbacks.call)
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
        self._add(made, r.sourcePosition)
        self._heard[urn] = leaves(r, options, provider)
        if r.remote:
            text = f"'{r.name}' ({r.type}) is a component of another package, which is not run offline: "
            self.messages.append(Message("warning", text + "its children are missing, its outputs unknown", urn))
        # An empty id and every output that is not among the inputs are unknown to the SDK.
        return resource_pb2.RegisterResourceResponse(urn=urn, id="", object=props if r.custom else None)

    def ReadResource(self, request: Any, context: Any = None) -> Any:
        r, urn = request, self._urn(request)
        provider = r.provider or self._default_provider(r, r.type, r.version, r.pluginDownloadURL)
        props, _ = settled(r.properties)
        self._add(
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
        self.outputs[request.urn] = values(settled(request.outputs)[0])
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
            answer = resource_pb2.TransformInvokeResponse.FromString(self.callbacks.call(callback, asked))
            args = answer.args if answer.HasField("args") else args
            options = answer.options if answer.HasField("options") else options
        if not options.provider:
            self._default_provider(r, token, options.version, options.plugin_download_url)
        if any(self._is_pending(urn) for urn in r.dependsOn):
            return resource_pb2.ResourceInvokeResponse(unknown=True)
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
        raise self._failed(what, "ask `pulumi preview`, which runs it", None, request.sourcePosition)

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
            raise self._failed(
                f"pulumi:disable-default-providers forbids the default provider of {e}, which {type_} would use",
                "name a provider of your own: ResourceOptions(provider=...)",
                self.steps.get(getattr(r, "name", "")) or self.step_of.get(r.parent),
                r.sourcePosition,
            ) from None

    def _is_pending(self, urn: str) -> bool:
        """What is only planned has no answer to an invoke yet; the SDK names the children of components too."""
        made = self.resources.get(urn)
        return made is not None and made.kind in ("custom", "provider")

    def _add(self, made: Resource, origin: Any = None) -> None:
        with self._lock:
            step = self._step_for(made)
            if made.parent and made.parent not in self.resources:
                what = f"the parent of '{made.name}' ({made.type}) is not part of this stack: {made.parent}"
                raise self._failed(what, "", step, origin)
            if made.urn in self.resources:
                what = f"two resources of type {made.type} are named '{made.name}'{self._first(made.urn, step)}"
                raise self._failed(what, "give one of them another name", step, origin)
            self.resources[made.urn] = made
            self.step_of[made.urn] = step
            if origin is not None:
                self._origins[made.urn] = (origin.uri, origin.line)

    def _step_for(self, made: Resource) -> Step | None:
        """A step's component stands directly below the stack; what is below it belongs to the same step."""
        above = self.resources.get(made.parent)
        if above is not None and above.type != ROOT:
            return self.step_of[made.parent]
        return None if made.kind == "provider" else self.steps.get(made.name)

    def _first(self, urn: str, step: Step | None) -> str:
        """Where the other one of two comes from."""
        first = self.step_of[urn]
        if first is not None:
            return "" if first == step else f"; the first is in step '{first.name}' ({first.place})"
        place = place_at(*self._origins[urn], self.root) if urn in self._origins else None
        return f"; the first is at {place}" if place else ""

    def _failed(self, what: str, fix: str, step: Step | None, origin: Any) -> ProgramFailed:
        """The first failure is kept: the SDK repeats it for everything that waits for the resource."""
        place = place_at(origin.uri, origin.line, self.root) if origin is not None else None
        failure = failed(what, fix, step, place)
        self.failure = self.failure or failure
        return failure
