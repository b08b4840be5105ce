"""The smallest listener for a Pulumi program in this process: what it registers, echoed as a preview would."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import logging
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import engine_pb2, resource_pb2
from pulumi.runtime.settings import Settings, configure

from ultrastack.model.step import LISTENER, Step


class Recorder:
    """Monitor and engine in one; `answers` are outputs that are known, by the resource's name."""

    def __init__(
        self, stack: str = "dev", answers: Mapping[str, Mapping[str, Any]] | None = None, dry_run: bool = True
    ):
        self.stack, self.answers, self.dry_run = stack, answers or {}, dry_run
        self.requests: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}
        self.logs: list[str] = []
        self.steps: list[Step] = []

    def run(
        self,
        program: Callable[[], None],
        config: Mapping[str, str] | None = None,
        secret_keys: tuple[str, ...] = (),
        offline: bool = True,
    ) -> None:
        async def main() -> None:
            program()

        def go() -> None:
            if offline:
                LISTENER.set(self.steps.append)
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            pulumi.runtime.set_all_config(dict(config or {}), list(secret_keys))
            settings = Settings(project="ultrastack", stack=self.stack, dry_run=self.dry_run, monitor=self, engine=self)
            configure(settings)
            try:
                loop.run_until_complete(pulumi.runtime.run_in_stack(main))
            finally:
                loop.run_until_complete(loop.shutdown_default_executor())
                loop.close()

        before = logging.getLogger("asyncio").level
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # as Pulumi's own language host does
        try:
            contextvars.copy_context().run(go)
        finally:
            gc.collect()  # futures that nobody awaited complain now, unheard, and not in the middle of something
            logging.getLogger("asyncio").setLevel(before)

    def given(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json_format.MessageToDict(self.requests[name].object)
        return found

    # ---- the monitor

    def SupportsFeature(self, request: Any, _: Any = None) -> Any:
        return resource_pb2.SupportsFeatureResponse(hasSupport=True)

    def GetDeploymentInfo(self, request: Any, _: Any = None) -> Any:
        names = [n for n in dir(resource_pb2) if n.startswith("RESOURCE_MONITOR_FEATURE_") and "UNSPECIFIED" not in n]
        features = [getattr(resource_pb2, n) for n in names]
        return resource_pb2.DeploymentInfo(
            project="ultrastack", stack=self.stack, dryRun=self.dry_run, parallel=4, supportedFeatures=features
        )

    def RegisterPackage(self, request: Any, _: Any = None) -> Any:
        return resource_pb2.RegisterPackageResponse(ref=request.name)

    def RegisterResource(self, request: Any, _: Any = None) -> Any:
        self.requests[request.name] = request
        out = struct_pb2.Struct()
        if request.custom:
            out.CopyFrom(request.object)
            out.update(self.answers.get(request.name, {}))
        urn = f"urn:pulumi:{self.stack}::ultrastack::{request.type}::{request.name}"
        return resource_pb2.RegisterResourceResponse(urn=urn, id="" if self.dry_run else request.name, object=out)

    def RegisterResourceOutputs(self, request: Any, _: Any = None) -> Any:
        if "pulumi:pulumi:Stack" in request.urn:
            self.outputs = json_format.MessageToDict(request.outputs)
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, _: Any = None) -> Any:
        return empty_pb2.Empty()

    # ---- the engine

    def Log(self, request: Any, _: Any = None) -> Any:
        if request.severity != engine_pb2.DEBUG:
            self.logs.append(request.message)
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, _: Any = None) -> Any:
        return engine_pb2.GetRootResourceResponse()

    def SetRootResource(self, request: Any, _: Any = None) -> Any:
        return engine_pb2.SetRootResourceResponse()
