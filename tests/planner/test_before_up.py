"""What must exist before `up`: quotas with amounts, permissions, images, accounts; nothing is claimed to be missing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.cases import PROVIDERS, graph_of
from ultrastack.model.requirement import Requirement
from ultrastack.planner.before_up import before_up
from ultrastack.policies.world import World

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
GROUP = "aws:autoscaling/group:Group"


def needed(kind: str, **resources: dict[str, Any]) -> list[Requirement]:
    given = {name: {"type": one.pop("type"), "inputs": one} for name, one in resources.items()}
    return [one for one in before_up(World(graph_of(given, PROVIDERS))) if one.kind == kind]


def amounts(found: list[Requirement]) -> dict[str, tuple[float | None, str]]:
    return {one.code: (one.amount, one.unit) for one in found}


def test_machines_on_demand_are_counted_in_vcpus_and_added_up() -> None:
    found = needed(
        "quota",
        template={"type": TEMPLATE, "instanceType": "p5.48xlarge"},
        one={"type": GROUP, "maxSize": 2, "launchTemplate": {"id": {"$ref": "template.id"}}},
        two={"type": GROUP, "maxSize": 1, "launchTemplate": {"id": {"$ref": "template.id"}}},
    )
    (quota,) = found
    assert (quota.code, quota.amount, quota.unit, quota.by) == ("L-417A185B", 3 * 192, "vCPUs", ("one", "two"))
    assert quota.command == (
        "aws service-quotas get-service-quota --service-code ec2 --quota-code L-417A185B --region us-east-2"
    )


def test_spot_counts_elsewhere_and_what_is_reserved_not_at_all() -> None:
    spot = {"marketType": "spot"}
    reserved = {"capacityReservationTarget": {"capacityReservationId": "cr-0a"}}
    assert amounts(
        needed(
            "quota",
            a={"type": "aws:ec2/instance:Instance", "instanceType": "g6e.xlarge", "instanceMarketOptions": spot},
        )
    ) == {"L-3819A6DF": (4, "vCPUs")}
    machine = {
        "type": "aws:ec2/instance:Instance",
        "instanceType": "p5.48xlarge",
        "capacityReservationSpecification": reserved,
    }
    assert needed("quota", a=dict(machine)) == []
    (account,) = needed("account", a=dict(machine))
    assert account.what == "cr-0a is active in the account, or shared with it"
    assert (
        account.command == "aws ec2 describe-capacity-reservations --capacity-reservation-ids cr-0a --region us-east-2"
    )


@pytest.mark.parametrize("size", [{"$unknown": True}, None])
def test_what_nobody_can_count_has_no_amount(size: Any) -> None:
    found = needed(
        "quota",
        template={"type": TEMPLATE, "instanceType": "p5.48xlarge"},
        group={"type": GROUP, "maxSize": size, "launchTemplate": {"id": {"$ref": "template.id"}}},
    )
    assert [one.amount for one in found] == ([None] if size else [0])


def test_file_systems_endpoints_and_slices() -> None:
    lustre = {
        "type": "aws:fsx/lustreFileSystem:LustreFileSystem",
        "deploymentType": "PERSISTENT_2",
        "storageCapacity": 9600,
    }
    assert amounts(needed("quota", data=lustre)) == {"L-8F1B9C74": (9600, "GiB"), "L-FD6F2F22": (1, "file systems")}
    variants = [{"instanceType": "ml.g5.xlarge", "initialInstanceCount": 2}, {"instanceType": "ml.trn9.xlarge"}]
    config = {"type": "aws:sagemaker/endpointConfiguration:EndpointConfiguration", "productionVariants": variants}
    listed, unlisted = needed("quota", chat=config)
    assert (listed.code, listed.amount) == ("L-1928E07B", 2)
    assert (unlisted.code, unlisted.note) == ("", "its code is not in the catalogue; often 0 by default")
    spot = {"type": "gcp:tpu/v2Vm:V2Vm", "acceleratorType": "v6e-16", "schedulingConfig": {"spot": True}}
    (slice_,) = needed("quota", slice=spot)
    assert (slice_.what, slice_.amount, slice_.unit, slice_.target) == (
        "TPUV6EPreemptiblePerProjectPerZoneForTPUAPI", 16, "chips", "us-east5-b",
    )  # fmt: skip


def test_actions_of_the_deploying_role_by_service() -> None:
    found = needed(
        "permission",
        vpc={"type": "aws:ec2/vpc:Vpc", "cidrBlock": "10.0.0.0/16"},
        own={"type": "aws:madeup/thing:Thing"},
    )
    ec2, unknown = found
    assert ec2.what.startswith("ec2: ") and "CreateVpc" in ec2.what and ec2.amount == len(ec2.what.split()) - 1
    assert (unknown.what, unknown.amount) == ("not known for aws:madeup/thing:Thing", None)


def test_images_and_apis() -> None:
    parameter = "/aws/service/neuron/dlami/multi-framework/ubuntu-24.04/latest/image_id"
    (image,) = needed("image", template={"type": TEMPLATE, "imageId": f"resolve:ssm:{parameter}"})
    assert (image.what, image.command) == (parameter, f"aws ssm get-parameter --name {parameter} --region us-east-2")
    (apis,) = needed("account", vm={"type": "gcp:tpu/v2Vm:V2Vm"}, net={"type": "gcp:compute/network:Network"})
    assert apis.what == "APIs are enabled: compute.googleapis.com, tpu.googleapis.com"
    assert apis.command == "gcloud services list --enabled --project example-ml"


def test_a_program_of_something_else_needs_nothing_that_we_know() -> None:
    assert before_up(World(graph_of({"x": {"type": "random:index/pet:Pet"}}, {}))) == ()
