"""What is the least that can hear a Pulumi program? The engine's yardstick: it answers, and keeps the requests."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc
from pulumi.runtime.settings import Settings, configure

FEATURES = "SECRETS RESOURCE_REFERENCES OUTPUT_VALUES ALIAS_SPECS DELETED_WITH TRANSFORMS".split()


class SmallestMonitor(resource_pb2_grpc.ResourceMonitorServicer):
    """URNs and the echo of the inputs; no inheritance, providers, transforms, values or options."""

    def __init__(self) -> None:
        self.heard: dict[str, Any] = {}

    def GetDeploymentInfo(self, request: Any, context: Any = None) -> Any:
        features = [getattr(resource_pb2, f"RESOURCE_MONITOR_FEATURE_{name}") for name in FEATURES]
        return resource_pb2.DeploymentInfo(
            project="p", stack="dev", organization="organization", dryRun=True, supportedFeatures=features
        )

    def RegisterResource(self, request: Any, context: Any = None) -> Any:
        above = request.parent.split("::")[2] + "$" if request.parent else ""
        chain = "" if above == "pulumi:pulumi:Stack$" else above
        urn = f"urn:pulumi:dev::p::{chain}{request.type}::{request.name}"
        self.heard[urn] = request
        return resource_pb2.RegisterResourceResponse(urn=urn, object=request.object if request.custom else None)

    def RegisterResourceOutputs(self, request: Any, context: Any = None) -> Any:
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Any = None) -> Any:
        return empty_pb2.Empty()


class SilentEngine(engine_pb2_grpc.EngineServicer):
    def Log(self, request: Any, context: Any = None) -> Any:
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: Any = None) -> Any:
        return engine_pb2.GetRootResourceResponse()

    def SetRootResource(self, request: Any, context: Any = None) -> Any:
        return engine_pb2.SetRootResourceResponse()


def hear(program: Callable[[], None]) -> dict[str, Any]:
    """URN -> request; with the same garbage collection and the same two pauses as the engine."""
    monitor = SmallestMonitor()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    settings: Any = {"monitor": monitor, "engine": SilentEngine()}
    configure(Settings(project="p", stack="dev", organization="organization", dry_run=True, **settings))
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)

    async def whole() -> None:
        program()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    loop.run_until_complete(pulumi.runtime.run_in_stack(whole))
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    return monitor.heard
