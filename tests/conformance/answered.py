"""What would the clouds have answered? An offline engine whose resources get what the stand-in provider makes.

Without them a policy that names a bucket is unknown as a whole, and nothing of it could be checked.
"""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import provider_pb2

from ultrastack.engine.monitor import Monitor
from ultrastack.engine.rehearsal.provider import Provider
from ultrastack.engine.wire import UNKNOWN_TEXT


class AnsweringMonitor(Monitor):
    """As after an `up`; the graph still holds the program's own inputs, without the names that Pulumi makes up."""

    def RegisterResource(self, request: Any, context: Any = None) -> Any:
        answer = super().RegisterResource(request, context)
        if not request.custom or request.type.startswith("pulumi:"):
            return answer
        cloud = Provider("")
        cloud.region = self._region(answer.urn)
        asked = provider_pb2.CheckRequest(urn=answer.urn, news=answer.object, name=request.name, randomSeed=b"")
        checked = cloud.Check(asked, None).inputs
        made = cloud.Create(provider_pb2.CreateRequest(urn=answer.urn, properties=checked), None)
        answer.id = answer.id or made.id
        for key, value in made.properties.fields.items():
            if key not in answer.object.fields and not key.startswith("__"):
                answer.object.fields[key].CopyFrom(_whole(value))
        return answer

    def _region(self, urn: str) -> str:
        provider = self.record.resources.get(self.record.resources[urn].provider)
        region = provider.inputs.get("region") if provider else None
        return region if isinstance(region, str) else "us-east-1"


def _whole(value: struct_pb2.Value) -> struct_pb2.Value:
    """A text made of something unknown is unknown itself."""
    if UNKNOWN_TEXT in value.string_value:
        return struct_pb2.Value(string_value=UNKNOWN_TEXT)
    return value
