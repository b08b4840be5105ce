"""Which machines does a program start: every way to say it, and what nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.policies.cases import PROVIDERS, graph_of
from ultrastack.policies.launches import launch_of, launches, launches_from, launches_of, templates_not_launched
from ultrastack.policies.rule import Undecided
from ultrastack.policies.world import Outside, Subject, World

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"
GROUP = "aws:autoscaling/group:Group"
FLEET = "aws:ec2/fleet:Fleet"
SPOT_FLEET = "aws:ec2/spotFleetRequest:SpotFleetRequest"
NODES = "aws:eks/nodeGroup:NodeGroup"
OF_IT = {"id": {"$ref": "template.id"}, "version": "$Latest"}
MANY = {
    "type": TEMPLATE,
    "inputs": {
        "instanceType": "trn2.48xlarge",
        "networkInterfaces": [
            {"networkCardIndex": 0, "deviceIndex": 0, "securityGroups": [{"$ref": "inside.id"}, "sg-1"]},
            {"networkCardIndex": 1, "deviceIndex": 0, "interfaceType": "efa-only", "subnetId": "subnet-2"},
        ],
        "placement": {"groupName": "close"},
        "instanceMarketOptions": {"marketType": "capacity-block"},
        "capacityReservationSpecification": {"capacityReservationTarget": {"capacityReservationId": "cr-1"}},
        "metadataOptions": {"httpTokens": "required"},
    },
}
INSIDE = {"type": "aws:ec2/securityGroup:SecurityGroup", "inputs": {"vpcId": "vpc-1"}}


def world(**resources: Mapping[str, Any]) -> World:
    return World(graph_of(resources, PROVIDERS))


def one(world: World, name: str) -> Subject:
    return next(s for s in world.subjects if s.name == name)


def launched(type: str, **inputs: Any) -> tuple[World, Subject]:
    made = world(template=MANY, inside=INSIDE, it={"type": type, "inputs": inputs})
    return made, one(made, "it")


@pytest.mark.parametrize("said", [{"launchTemplate": OF_IT}, {"launchTemplate": {"name": {"$ref": "template.name"}}}])
@pytest.mark.parametrize("type", [INSTANCE, GROUP, NODES])
def test_what_a_launch_leaves_out_is_said_by_its_template(type: str, said: dict[str, Any]) -> None:
    made, it = launched(type, **said)
    launch = launch_of(it)
    assert launch.template is one(made, "template")
    assert launch.instance_types() == ("trn2.48xlarge",)
    assert [row.efa_interfaces for row in launch.machines()] == [16]
    assert [block.at() for block in launch.interfaces()] == ["networkInterfaces[0]", "networkInterfaces[1]"]
    assert launch.security_groups() == [one(made, "inside"), Outside("sg-1")]
    assert launch.security_groups(launch.interfaces()[1]) == []
    assert launch.subnets() == [Outside("subnet-2")]
    assert launch.placement_group() == Outside("close")
    assert launch.reservation() == Outside("cr-1")
    assert launch.market() == "capacity-block"
    assert launch.block("metadataOptions").text("httpTokens") == "required"
    assert launch.block("hibernationOptions").values == {}
    assert launches_from(one(made, "template")) == launches(made) == (launch,)
    assert templates_not_launched(made) == ()


def test_what_an_instance_says_itself_counts() -> None:
    _, it = launched(
        INSTANCE,
        launchTemplate=OF_IT,
        instanceType="trn1.32xlarge",
        subnetId="subnet-1",
        placementGroup="other",
        instanceMarketOptions={"marketType": "spot"},
        networkInterfaces=[{"deviceIndex": 0, "networkInterfaceId": {"$ref": "template.id"}}],
    )
    launch = launch_of(it)
    assert launch.instance_types() == ("trn1.32xlarge",)
    assert [str(one) for one in launch.subnets()] == ["Outside(id='subnet-1')"]
    assert launch.placement_group() == Outside("other")
    assert launch.market() == "spot"
    assert launch.most() == 1
    assert len(launch.interfaces()) == 1


def test_an_interface_by_id_has_its_own_settings() -> None:
    made = world(
        eni={
            "type": "aws:ec2/networkInterface:NetworkInterface",
            "inputs": {"subnetId": "s-1", "securityGroups": ["g"]},
        },
        it={
            "type": INSTANCE,
            "inputs": {"networkInterfaces": [{"deviceIndex": 0, "networkInterfaceId": {"$ref": "eni.id"}}]},
        },
    )
    launch = launch_of(one(made, "it"))
    assert launch.subnets() == [Outside("s-1")]
    assert launch.security_groups() == [Outside("g")]
    assert launch.settings(launch.interfaces()[0]).subject.name == "eni"


def test_a_mixed_group_has_the_types_of_its_overrides() -> None:
    policy = {
        "instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 0},
        "launchTemplate": {
            "launchTemplateSpecification": {"launchTemplateId": {"$ref": "template.id"}},
            "overrides": [{"instanceType": "g6.xlarge"}, {"instanceType": "g6e.xlarge"}],
        },
    }
    _, it = launched(GROUP, mixedInstancesPolicy=policy, maxSize=5, vpcZoneIdentifiers=["subnet-1", "subnet-1"])
    launch = launch_of(it)
    assert launch.instance_types() == ("g6.xlarge", "g6e.xlarge")
    assert launch.market() == "spot"
    assert launch.subnets() == [Outside("subnet-1")]
    assert launch.most() == 5


def test_an_override_with_a_template_of_its_own_is_a_launch_of_its_own() -> None:
    spec = {"launchTemplateId": {"$ref": "template.id"}}
    overrides = [{"instanceType": "g6.xlarge", "launchTemplateSpecification": {"launchTemplateId": "lt-9"}}, {}]
    policy = {"launchTemplate": {"launchTemplateSpecification": spec, "overrides": overrides}}
    _, it = launched(GROUP, mixedInstancesPolicy=policy)
    usual, other = launches_of(it)
    assert usual.instance_types() == ("trn2.48xlarge",)
    assert other.instance_types() == ("g6.xlarge",)
    with pytest.raises(Undecided, match="launch template lt-9, which is not in this program"):
        other.interfaces()


@pytest.mark.parametrize("type, named", [(FLEET, "launchTemplateId"), (SPOT_FLEET, "id")])
def test_each_configuration_of_a_fleet_is_a_launch(type: str, named: str) -> None:
    configs = [
        {
            "launchTemplateSpecification": {named: {"$ref": "template.id"}},
            "overrides": [{"instanceType": "trn1.32xlarge", "subnetId": "subnet-1"}, {"subnetId": "subnet-3"}],
        }
    ]
    size = {"targetCapacitySpecification": {"totalTargetCapacity": 3}, "targetCapacity": 3}
    made, it = launched(type, launchTemplateConfigs=configs, **size)
    (launch,) = launches_of(it)
    assert launch.template is one(made, "template")
    assert launch.instance_types() == ("trn1.32xlarge", "trn2.48xlarge")
    assert launch.subnets() == [Outside("subnet-1"), Outside("subnet-3")]
    assert launch.market() == ("spot" if type == SPOT_FLEET else "on-demand")
    assert launch.most() == 3


def test_a_spot_fleet_may_say_all_itself() -> None:
    specification = {"instanceType": "p5.48xlarge", "subnetId": "subnet-1", "vpcSecurityGroupIds": ["sg-1"]}
    _, it = launched(SPOT_FLEET, launchSpecifications=[specification], targetCapacity="2")
    launch = launch_of(it)
    assert (launch.instance_types(), launch.market(), launch.most()) == (("p5.48xlarge",), "spot", 2)
    assert launch.security_groups() == [Outside("sg-1")]
    assert launch.interfaces() == []


def test_node_groups_speak_in_the_words_of_eks() -> None:
    _, it = launched(NODES, instanceTypes=["p5.48xlarge"], capacityType="CAPACITY_BLOCK", scalingConfig={"maxSize": 4})
    launch = launch_of(it)
    assert (launch.instance_types(), launch.market(), launch.most()) == (("p5.48xlarge",), "capacity-block", 4)


def test_a_launch_configuration_is_read_like_a_template() -> None:
    made = world(
        old={"type": "aws:ec2/launchConfiguration:LaunchConfiguration", "inputs": {"instanceType": "g5.xlarge"}},
        it={"type": GROUP, "inputs": {"launchConfiguration": {"$ref": "old.name"}}},
    )
    assert launch_of(one(made, "it")).instance_types() == ("g5.xlarge",)


def test_a_scheduled_action_may_raise_the_size_of_a_group() -> None:
    schedule = {"type": "aws:autoscaling/schedule:Schedule"}
    made = world(
        it={"type": GROUP, "inputs": {"maxSize": 2}},
        up={**schedule, "inputs": {"autoscalingGroupName": {"$ref": "it.name"}, "maxSize": 8}},
        down={**schedule, "inputs": {"autoscalingGroupName": {"$ref": "it.name"}, "maxSize": -1}},
    )
    assert launch_of(one(made, "it")).most() == 8


@pytest.mark.parametrize("said", [{"launchTemplate": {"id": "lt-9"}}, {"launchTemplate": {"$unknown": True}}])
def test_a_template_that_nobody_knows_is_not_guessed(said: dict[str, Any]) -> None:
    made, it = launched(INSTANCE, instanceType="trn1.32xlarge", **said)
    launch = launch_of(it)
    assert launch.template is None
    assert launch.instance_types() == ("trn1.32xlarge",)
    for ask in (launch.interfaces, launch.market, launch.placement_group, launch.security_groups):
        with pytest.raises(Undecided):
            ask()
    assert templates_not_launched(made) == (one(made, "template"),)


def test_types_by_requirements_are_not_guessed() -> None:
    _, it = launched(
        FLEET, launchTemplateConfigs=[{"overrides": [{"instanceRequirements": {"vcpuCount": {"min": 2}}}]}]
    )
    with pytest.raises(Undecided, match=r"the types that `.*instanceRequirements` comes to"):
        launch_of(it).instance_types()


def test_a_template_can_be_looked_at_by_itself() -> None:
    made = world(template=MANY, inside=INSIDE)
    launch = launch_of(one(made, "template"))
    assert launch.instance_types() == ("trn2.48xlarge",)
    assert len(launch.interfaces()) == 2
    assert templates_not_launched(made) == (one(made, "template"),)
