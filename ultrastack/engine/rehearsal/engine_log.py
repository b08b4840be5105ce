"""How does the provider warn the user? Through the engine's log, as the real providers do it."""

from __future__ import annotations

from collections.abc import Callable

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

Warn = Callable[[str, str], None]  # takes the resource's URN and the message


def warn_nobody(urn: str, message: str) -> None:
    """For who is not started by an engine."""


def warn_through(address: str) -> Warn:
    """The engine shows each beside its resource."""
    engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def warn(urn: str, message: str) -> None:
        engine.Log(engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=message, urn=urn))

    return warn
