"""What was recorded of the cloud for look-ups and for resources that the program only reads?

A JSON file; the entry of a call that has just these arguments answers it, as in the offline engine's fixtures:
{"calls": {"aws:ec2/getSubnet:getSubnet": [{"args": {"id": "subnet-1"}, "result": {"vpcId": "vpc-1"}}]},
 "resources": {"aws:ec2/vpc:Vpc": {"vpc-1": {"cidrBlock": "10.0.0.0/16"}}}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .shapes import ACCOUNT


@dataclass(frozen=True)
class Answers:
    calls: Mapping[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    resources: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)

    @classmethod
    def load(cls, file: str) -> Answers:
        return cls(**json.loads(Path(file).read_text(encoding="utf-8"))) if file else cls()

    def call(self, token: str, arguments: Mapping[str, Any], region: str) -> Mapping[str, Any] | None:
        """The recorded result; of the provider's own settings also without a record; None: nobody knows."""
        for entry in self.calls.get(token, []):
            if entry.get("args", {}) == arguments:
                result: Mapping[str, Any] = entry["result"]
                return result
        return _settings(arguments.get("region") or arguments.get("name") or region).get(token)

    def resource(self, token: str, identity: str) -> Mapping[str, Any]:
        return self.resources.get(token, {}).get(identity, {})


def _settings(region: str) -> Mapping[str, Mapping[str, Any]]:
    """Calls that ask for what the provider was configured with, not for anything in the cloud."""
    return {
        "aws:index/getRegion:getRegion": {"id": region, "name": region, "region": region},
        "aws:index/getPartition:getPartition": {
            "id": "aws",
            "partition": "aws",
            "dnsSuffix": "amazonaws.com",
            "reverseDnsPrefix": "com.amazonaws",
        },
        "aws:index/getCallerIdentity:getCallerIdentity": {
            "id": ACCOUNT,
            "accountId": ACCOUNT,
            "arn": f"arn:aws:iam::{ACCOUNT}:user/rehearsal",
            "userId": "AIDAREHEARSAL",
        },
    }
