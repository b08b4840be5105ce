"""Which tags or labels does a resource carry, and which of them must be on everything that is billed?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from ultrastack.model.values import Secret, Unknown

from ..rule import Undecided
from ..world import Block, Subject

REQUIRED = ("cost-center", "owner", "environment")  # who pays, whom to ask, which environment
# What a cloud bills by itself -> the input with its tags. Machines that a template or a group starts stand elsewhere.
BILLED: Mapping[str, str] = {
    "aws:ebs/volume:Volume": "tags",
    "aws:ec2/capacityBlockReservation:CapacityBlockReservation": "tags",
    "aws:ec2/capacityReservation:CapacityReservation": "tags",
    "aws:ec2/eip:Eip": "tags",
    "aws:ec2/natGateway:NatGateway": "tags",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "tags",
    "aws:ecr/repository:Repository": "tags",
    "aws:efs/fileSystem:FileSystem": "tags",
    "aws:eks/cluster:Cluster": "tags",
    "aws:eks/nodeGroup:NodeGroup": "tags",
    "aws:fsx/lustreFileSystem:LustreFileSystem": "tags",
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": "tags",
    "aws:cloudwatch/logGroup:LogGroup": "tags",
    "aws:kms/key:Key": "tags",
    "aws:lb/loadBalancer:LoadBalancer": "tags",
    "aws:s3/bucket:Bucket": "tags",
    "aws:s3/bucketV2:BucketV2": "tags",
    "aws:sagemaker/endpoint:Endpoint": "tags",
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": "tags",
    "aws:sagemaker/notebookInstance:NotebookInstance": "tags",
    "aws:secretsmanager/secret:Secret": "tags",
    "gcp:compute/address:Address": "labels",
    "gcp:compute/disk:Disk": "labels",
    "gcp:compute/instance:Instance": "labels",
    "gcp:compute/instanceTemplate:InstanceTemplate": "labels",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": "labels",
    "gcp:container/cluster:Cluster": "resourceLabels",
    "gcp:container/nodePool:NodePool": "nodeConfig.resourceLabels",
    "gcp:filestore/instance:Instance": "labels",
    "gcp:lustre/instance:Instance": "labels",
    "gcp:storage/bucket:Bucket": "labels",
    "gcp:tpu/v2Vm:V2Vm": "labels",
}


@lru_cache(10_000)
def plain(key: str) -> str:
    """CostCenter, cost_center and Cost-Center are one key to a reader, and three to a bill."""
    return "".join(c for c in key.casefold() if c.isalnum())


def missing(block: Block, name: str, *more: Iterable[str]) -> list[str]:
    """Required keys that are not among the tags of an input, nor among these; what only the cloud knows may be one of
    them, so that it is undecided, unless all are there already. An unknown value hides no key."""
    there = {plain(key) for them in more for key in them}
    given = block.raw(name)
    if isinstance(given, Mapping):
        there |= {plain(key) for key in given}
    lacking = [key for key in REQUIRED if plain(key) not in there]
    if lacking and isinstance(given, (Unknown, Secret)):
        raise Undecided(f"the tags in `{block.at(name)}` of {block.subject.name}", block, name)
    return lacking


def by_default(subject: Subject) -> list[str]:
    """Keys that the provider puts on every resource of its own; not on what a template or a group starts.

    Raises Undecided.
    """
    for name in ("defaultTags", "defaultLabels"):
        if not subject.provider.knows(name):
            raise Undecided(f"the `{name}` of the provider of {subject.name}", subject)
    given = _data(subject.provider.raw("defaultTags"))
    found = _data(given.get("tags")) if isinstance(given, Mapping) else {}
    labels = _data(subject.provider.raw("defaultLabels"))
    return [str(key) for one in (found, labels) if isinstance(one, Mapping) for key in one]


def _data(value: Any) -> Any:
    """A provider's settings are JSON in a text."""
    if not isinstance(value, str):
        return value or {}
    try:
        return json.loads(value)
    except ValueError:
        return {}


def listed(keys: Iterable[str]) -> str:
    quoted = [f"'{key}'" for key in keys]
    return ", ".join(quoted[:-1]) + " and " + quoted[-1] if len(quoted) > 1 else "".join(quoted)


def each_mapping(subject: Subject, names: Iterable[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Tags as far as they are known: place and mapping, also those of a template's specifications and of nodes."""
    values = subject.values
    for name in names:
        if isinstance(given := values.get(name), Mapping):
            yield name, given
    for i, one in enumerate(_list(values.get("tagSpecifications"))):
        if isinstance(one, Mapping) and isinstance(given := one.get("tags"), Mapping):
            yield f"tagSpecifications[{i}].tags", given
    config = values.get("nodeConfig")
    if isinstance(config, Mapping) and isinstance(given := config.get("resourceLabels"), Mapping):
        yield "nodeConfig.resourceLabels", given


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
