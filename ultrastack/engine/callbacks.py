"""How is a function of the program called, a transform, of which the monitor knows an address and a token only?"""

from __future__ import annotations

import threading
from typing import Any

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc


class Callbacks:
    """Connections to the program's own callback server; the SDK listens there even when it shares our process."""

    def __init__(self) -> None:
        self._channels: dict[str, tuple[grpc.Channel, Any]] = {}
        self._lock = threading.Lock()

    def call(self, callback: Any, request: Any) -> bytes:
        with self._lock:
            if callback.target not in self._channels:
                channel = grpc.insecure_channel(callback.target)
                self._channels[callback.target] = channel, callback_pb2_grpc.CallbacksStub(channel)
        _, stub = self._channels[callback.target]
        asked = callback_pb2.CallbackInvokeRequest(token=callback.token, request=request.SerializeToString())
        return bytes(stub.Invoke(asked).response)

    def close(self) -> None:
        for channel, _ in self._channels.values():
            channel.close()
