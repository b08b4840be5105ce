"""A program that loads only the resources it makes is, to the real engine, the program that loads all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ultrastack.language.lazy_sdk import SWITCH

from .real_cli import Project, foreign_program

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")]

MADE_UP = re.compile(r"-[0-9a-f]{7}\b")

BOTH_CLOUDS = """\
aws: {region: us-east-2, account_id: "111122223333"}
gcp: {project: example-ml, region: us-east5, zone: us-east5-b}
tags: {cost-center: ml-research, owner: platform, service: llm}
steps:
  - name: net
    aws.network: {cidr: 10.20.0.0/16, availability_zone_ids: [use2-az3], interface_endpoints: [ssm]}
    register: net
  - name: fabric
    aws.efa_placement_group: {vpc_id: "{{ net.vpc_id }}"}
    register: fabric
  - name: data
    aws.fsx_lustre:
      vpc_id: "{{ net.vpc_id }}"
      subnet_id: "{{ net.private_subnet_ids[0] }}"
      storage_capacity_gib: 1200
      deployment_type: SCRATCH_2
      client_security_group_ids: ["{{ fabric.security_group_id }}"]
  - name: checkpoints
    aws.storage_bucket: {}
  - name: plane
    gcp.network: {subnetworks: {us-east5: {cidr: 10.30.0.0/20}}}
    register: plane
outputs:
  vpc: "{{ net.vpc_id }}"
  groups: "{{ [fabric.security_group_id] }}"
"""

# Reads, references and arguments given as classes. An assertion that fails stops `up`.
PROGRAM = """\
import sys
from ultrastack.language import lazy_sdk
lazy_sdk.install()

import pulumi
import pulumi_aws as aws
from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
group = aws.ec2.SecurityGroup(
    "group",
    vpc_id=vpc.id,
    ingress=[aws.ec2.SecurityGroupIngressArgs(protocol="tcp", from_port=22, to_port=22, cidr_blocks=["10.0.0.0/8"])],
)
found = aws.ec2.Subnet.get("found", "subnet-0123456789abcdef0")


def rehydrated(values):
    urn, id = values
    reference = {rpc._special_sig_key: rpc._special_resource_sig, "urn": urn, "id": id, "packageVersion": ""}
    return rpc.deserialize_property(json_format.ParseDict(reference, struct_pb2.Struct()))


def kind(rule):
    assert type(aws.ec2).__name__ == "_Service" and "pulumi_aws.ec2.instance" not in sys.modules
    assert isinstance(rule, aws.ec2.outputs.SecurityGroupIngress) and rule.from_port == 22
    return type(rule).__name__


class Holder(pulumi.ComponentResource):
    def __init__(self, name, held):
        super().__init__("test:index:Holder", name, {"held": held})
        self.register_outputs({"held": held})


Holder("holder", vpc)
again = pulumi.Output.all(vpc.urn, vpc.id).apply(rehydrated)
pulumi.export("again", again.apply(lambda one: type(one).__name__))
pulumi.export("rule", group.ingress.apply(lambda rules: kind(rules[0])))
pulumi.export("subnet", found.id)
"""


@pytest.fixture
def project(repository: Callable[..., Project]) -> Iterator[Project]:
    made = repository({"both": BOTH_CLOUDS})
    made.init("both")
    yield made


def settled(preview: dict[str, Any]) -> Any:
    """The steps by URN, without what no two previews share: made-up names, and the order of sets."""

    def calm(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: calm(one) for name, one in value.items()}
        if isinstance(value, list):
            return (
                sorted(value) if value and all(str(one).startswith("urn:") for one in value) else list(map(calm, value))
            )
        return MADE_UP.sub("", value) if isinstance(value, str) else value

    return {step["urn"]: calm(step) for step in preview["steps"]}


def test_the_engine_hears_the_same(project: Project) -> None:
    lazy = project.preview("both")
    project.extra_env[SWITCH] = "0"
    ordinary = project.preview("both")
    assert len(ordinary["steps"]) > 30
    assert {step["newState"]["type"].split(":")[0] for step in ordinary["steps"]} >= {"aws", "gcp"}
    assert settled(lazy) == settled(ordinary)


def test_what_one_made_the_other_leaves_alone(project: Project) -> None:
    made = project.up("both")
    project.extra_env[SWITCH] = "0"
    assert project.up("both") == {"same": made["create"]}


def test_reads_and_references_work(pulumi_cli: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    project = foreign_program(pulumi_cli, tmp_path, program)
    project.init("dev")
    project.up("dev")
    outputs = next(one for urn, one in project.resources("dev").items() if "pulumi:pulumi:Stack" in urn)["outputs"]
    assert outputs == {"again": "Vpc", "rule": "SecurityGroupIngress", "subnet": "subnet-0123456789abcdef0"}
