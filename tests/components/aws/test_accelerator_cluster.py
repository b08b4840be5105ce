"""Any machine, bought in any way, in one group that AWS never has a reason to refuse, not even after a block's end."""

from __future__ import annotations

import base64
import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
import yaml

from components.aws._neuron_boot import USER_DATA_MAX_BYTES
from components.aws.accelerator_cluster import AcceleratorCluster as Cluster
from components.aws.accelerator_cluster import AcceleratorClusterArgs as ClusterArgs
from tests.components.arguments import complaints
from tests.components.offline import Made, build, make
from ultrastack.catalog import machines
from ultrastack.model.graph import UNKNOWN, Graph
from ultrastack.model.later import Later

PLACE = {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-fabric"]}
POOL = {**PLACE, "instance_type": "p5en.48xlarge", "max": 4}
BLOCK = {"id": "cr-0a1b2c3d4e5f60718", "starts_at": "2026-12-01T11:30:00Z", "ends_at": "2026-12-15T11:30:00Z"}
BLOCKED = {**POOL, "purchase": "capacity-block", "capacity_block": BLOCK}
SPOT = {**PLACE, "instance_type": "g6e.xlarge", "max": 4, "purchase": "spot"}
HOURS = {"start": "0 8 * * MON-FRI", "stop": "0 19 * * MON-FRI", "time_zone": "Europe/Berlin"}
FSX = {"file_system_id": "fs-1", "dns_name": "fs-1.fsx.us-east-2.amazonaws.com", "mount_name": "abcdefgh"}
BALANCER = {"port": 8000, "vpc_id": "vpc-1", "clients": {"office": {"cidr": "10.0.0.0/8"}}}
SERVED = {
    **PLACE,
    "subnet_ids": ["subnet-1", "subnet-2"],
    "instance_type": "inf2.xlarge",
    "min": 1,
    "max": 4,
    "load_balancer": BALANCER,
}
ALWAYS = {"role", "own-policy", "session-manager", "profile", "log-group", "template", "group"}
LAUNCHABLE = [name for name in machines() if name != "trn2u.48xlarge"]


def served(**balancer: Any) -> dict[str, Any]:
    return {**SERVED, "load_balancer": {**BALANCER, **balancer}}


def config(made: Any) -> dict[str, Any]:
    """What cloud-init reads: path -> content."""
    text = base64.b64decode(made["template"].inputs["userData"]).decode()
    return {one["path"]: one["content"] for one in yaml.safe_load(text)["write_files"]}


# ---- machines -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def one_of_each() -> Graph:
    """Every machine of the catalogue in one program."""

    def program() -> None:
        target = pulumi.ResourceOptions(provider=aws.Provider("target", region="us-east-2"))
        for name in LAUNCHABLE:
            arguments = {**POOL, "instance_type": name}
            Cluster(name.replace(".", "-"), ClusterArgs.model_validate(arguments), target)

    return build(program)


@pytest.mark.parametrize("name", LAUNCHABLE)
def test_every_machine_of_the_catalogue_can_be_launched(one_of_each: Graph, name: str) -> None:
    made = Made(one_of_each, name.replace(".", "-"))
    template: Any = made["template"].inputs
    row, interfaces = machines()[name], template["networkInterfaces"]
    assert template["instanceType"] == name
    assert (interfaces[0]["networkCardIndex"], interfaces[0]["deviceIndex"]) == (0, 0)
    assert interfaces[0]["interfaceType"] != "efa-only"
    efa = sum(one["interfaceType"] != "interface" for one in interfaces)
    assert (efa > 0) == (row.network_cards > 1)
    if efa and not row.in_ultraserver:
        assert efa == row.efa_interfaces
    assert config(made)["/etc/ultrastack/machines"] == f"{name} {row.vendor} {row.accelerators} {efa}\n"
    image = "neuron" if row.vendor == "aws-neuron" else "gpu"
    assert image in template["imageId"] and template["imageId"].startswith("resolve:ssm:/aws/service/")
    assert ("arm64" in template["imageId"]) == (row.architecture == "arm64")
    assert made.outputs["accelerators"] == 4 * row.accelerators
    assert made.outputs["efa_gbps"] == (4 * row.efa_gbps if efa else 0)


def test_the_template() -> None:
    inputs = make(Cluster, "pool", **POOL, tags={"owner": "platform"}, key_name="ops")["template"].inputs
    interfaces, data = inputs.pop("networkInterfaces"), inputs.pop("userData")  # type: ignore[attr-defined]
    assert (len(interfaces), bool(data)) == (17, True)
    assert interfaces[0] == {
        "networkCardIndex": 0,
        "deviceIndex": 0,
        "interfaceType": "interface",
        "securityGroups": ["sg-fabric"],
        "associatePublicIpAddress": "false",
        "deleteOnTermination": "true",
    }
    assert "associatePublicIpAddress" not in interfaces[1]
    assert inputs == {
        "description": "Machines of an accelerator cluster",
        "instanceType": "p5en.48xlarge",
        "imageId": "resolve:ssm:/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-ubuntu-24.04/latest/"
        "ami-id",
        "keyName": "ops",
        "iamInstanceProfile": {"arn": UNKNOWN},
        "blockDeviceMappings": [
            {
                "deviceName": "/dev/sda1",
                "ebs": {"volumeSize": 500, "volumeType": "gp3", "encrypted": "true", "deleteOnTermination": "true"},
            }
        ],
        "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 2},
        "monitoring": {"enabled": True},
        "ebsOptimized": "true",
        "updateDefaultVersion": True,
        "tagSpecifications": [
            {"resourceType": kind, "tags": {"Name": "pool", "owner": "platform"}}
            for kind in ("instance", "volume", "network-interface")
        ],
        "tags": {"Name": "pool-template", "owner": "platform"},
    }


def test_the_group() -> None:
    made = make(Cluster, "pool", **POOL, min=1, desired=2, placement_group="close", tags={"owner": "platform"})
    inputs = dict(made["group"].inputs)
    assert len(inputs.pop("enabledMetrics")) == 7  # type: ignore[arg-type]
    assert inputs == {
        "minSize": 1,
        "maxSize": 4,
        "desiredCapacity": 2,
        "launchTemplate": {"id": UNKNOWN, "version": UNKNOWN},
        "vpcZoneIdentifiers": ["subnet-1"],
        "placementGroup": "close",
        "capacityReservationSpecification": {"capacityReservationPreference": "default"},
        "healthCheckType": "EC2",
        "healthCheckGracePeriod": 900,
        "waitForCapacityTimeout": "0",
        "tags": [
            {"key": "Name", "value": "pool", "propagateAtLaunch": True},
            {"key": "owner", "value": "platform", "propagateAtLaunch": True},
        ],
    }
    assert made.roles == ALWAYS
    assert {"own-policy", "session-manager", "template"} <= made.waits_for("group")
    assert made["group"].options.ignore_changes == ()
    assert made["group"].references["launchTemplate.version"] == (made["template"].urn,)


def test_the_groups_further_settings() -> None:
    further = {
        "warmup_seconds": 600,
        "cooldown_seconds": 60,
        "health_check_grace_seconds": 1200,
        "termination_policies": ["OldestLaunchTemplate", "Default"],
        "suspended_processes": ["AZRebalance"],
        "scale_in_protection": True,
        "max_lifetime_days": 7,
        "wait_for_capacity_minutes": 15,
        "group_metrics": False,
    }
    inputs = make(Cluster, "pool", **POOL, **further)["group"].inputs
    assert {key: inputs.get(key) for key in ("defaultInstanceWarmup", "defaultCooldown", "healthCheckGracePeriod")} == {
        "defaultInstanceWarmup": 600,
        "defaultCooldown": 60,
        "healthCheckGracePeriod": 1200,
    }
    assert inputs["terminationPolicies"] == ["OldestLaunchTemplate", "Default"]
    assert inputs["suspendedProcesses"] == ["AZRebalance"]
    assert (inputs["protectFromScaleIn"], inputs["maxInstanceLifetime"]) == (True, 604800)
    assert (inputs["waitForCapacityTimeout"], "enabledMetrics" in inputs) == ("15m", False)


def test_running_machines_follow_the_template_only_if_wanted() -> None:
    assert "instanceRefresh" not in make(Cluster, "pool", **POOL)["group"].inputs
    assert make(Cluster, "pool", **POOL, update_nodes=True)["group"].inputs["instanceRefresh"] == {
        "strategy": "Rolling",
        "preferences": {
            "minHealthyPercentage": 90,
            "maxHealthyPercentage": 100,
            "skipMatching": True,
            "scaleInProtectedInstances": "Ignore",
        },
    }
    refresh = {"min_healthy_percent": 0, "warmup_seconds": 300, "skip_matching": False, "protected": "Wait"}
    made = make(Cluster, "pool", **POOL, update_nodes=True, refresh=refresh)
    assert made["group"].inputs["instanceRefresh"] == {
        "strategy": "Rolling",
        "preferences": {
            "minHealthyPercentage": 0,
            "maxHealthyPercentage": 100,
            "instanceWarmup": "300",
            "scaleInProtectedInstances": "Wait",
        },
    }


@pytest.mark.parametrize(
    ("given", "types"),
    [
        ({"efa": True}, ["interface", "efa-only"]),
        ({"efa_layout": "combined"}, ["efa"]),
        ({"efa_layout": "combined", "public_ip": True}, ["efa"]),
        ({"efa": False}, ["interface"]),
        ({}, ["interface"]),
    ],
)
def test_efa_on_a_machine_with_one_card(given: dict[str, Any], types: list[str]) -> None:
    made = make(Cluster, "pool", **{**POOL, "instance_type": "g6e.12xlarge", **given})
    interfaces: Any = made["template"].inputs["networkInterfaces"]
    assert [one["interfaceType"] for one in interfaces] == types
    public = "true" if given.get("public_ip") else "false"
    assert interfaces[0]["associatePublicIpAddress"] == public
    assert made.outputs["machine_efa_gbps"] == (100 if "efa" in "".join(types) and given else 0)
    environment = config(made)["/etc/ultrastack/environment"]
    assert environment == ("FI_PROVIDER=efa\n" if types != ["interface"] else "")


@pytest.mark.parametrize(
    ("image", "id_", "device"),
    [
        ("ami-0a1b2c3d4e5f60718", "ami-0a1b2c3d4e5f60718", "/dev/sda1"),
        ("/own/image", "resolve:ssm:/own/image", "/dev/sda1"),
        (
            "gpu-base-amazon-linux-2023",
            "resolve:ssm:/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/"
            "ami-id",
            "/dev/xvda",
        ),
    ],
)
def test_images(image: str, id_: str, device: str) -> None:
    inputs: Any = make(Cluster, "pool", **POOL, image=image)["template"].inputs
    assert (inputs["imageId"], inputs["blockDeviceMappings"][0]["deviceName"]) == (id_, device)


def test_what_a_machine_finds_on_itself() -> None:
    made = make(
        Cluster,
        "pool",
        **{**POOL, "instance_type": "trn2.48xlarge"},
        logical_neuron_cores=1,
        checkpoints="s3://runs/first",
        bootstrap="#!/bin/bash\ntrue\n",
        mounts=[{"file_system": FSX, "path": "/fsx", "efa": True}],
        drain={"seconds": 600, "script": "#!/bin/bash\nsync\n"},
    )
    files = config(made)
    assert files["/etc/ultrastack/environment"] == (
        "FI_PROVIDER=efa\nNEURON_LOGICAL_NC_CONFIG=1\nULTRASTACK_CHECKPOINTS=s3://runs/first\n"
    )
    assert files["/etc/ultrastack/mounts"] == "fs-1.fsx.us-east-2.amazonaws.com@tcp:/abcdefgh /fsx\n"
    assert "/etc/ultrastack/lustre-efa" in files
    assert files["/etc/ultrastack/bootstrap"] == "#!/bin/bash\ntrue\n"
    assert files["/etc/ultrastack/drain"] == "#!/bin/bash\nsync\n"
    assert "DRAIN_SECONDS=600\n" in files["/etc/ultrastack/node.conf"]


def test_a_machine_may_do_no_more_than_it_has_to() -> None:
    made = make(
        Cluster,
        "pool",
        **SPOT,
        checkpoints="s3://runs/first",
        data_buckets=[{"uri": "s3://datasets"}],
        kms_key_arns=["arn:aws:kms:us-east-2:111122223333:key/1"],
        policy_arns={"extra": "arn:aws:iam::111122223333:policy/extra"},
    )
    data: Any = json.loads(made["data-policy"].inputs["policy"])  # type: ignore[arg-type]
    assert [one["Resource"] for one in data["Statement"]] == [
        ["arn:aws:s3:::datasets"],
        ["arn:aws:s3:::datasets/*"],
        ["arn:aws:s3:::runs"],
        ["arn:aws:s3:::runs/first/*"],
        ["arn:aws:kms:us-east-2:111122223333:key/1"],
    ]
    assert data["Statement"][1]["Action"] == ["s3:GetObject"]
    assert "s3:PutObject" in data["Statement"][3]["Action"]
    core = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    assert made["session-manager"].inputs["policyArn"] == core
    assert made["policy-extra"].inputs["policyArn"] == "arn:aws:iam::111122223333:policy/extra"
    assert {"own-policy", "data-policy", "session-manager", "policy-extra"} <= made.waits_for("group")


def test_government_regions_have_arns_of_their_own() -> None:
    def program() -> None:
        target = pulumi.ResourceOptions(provider=aws.Provider("target", region="us-gov-west-1"))
        arguments = {**POOL, "checkpoints": "s3://runs", "data_buckets": [{"arn": "arn:aws-us-gov:s3:::datasets"}]}
        Cluster("pool", ClusterArgs.model_validate(arguments), target)

    made = Made(build(program), "pool")
    core = "arn:aws-us-gov:iam::aws:policy/AmazonSSMManagedInstanceCore"
    assert made["session-manager"].inputs["policyArn"] == core
    data: Any = json.loads(made["data-policy"].inputs["policy"])  # type: ignore[arg-type]
    assert [one["Resource"][0] for one in data["Statement"]] == [
        "arn:aws-us-gov:s3:::datasets",
        "arn:aws-us-gov:s3:::datasets/*",
        "arn:aws-us-gov:s3:::runs",
        "arn:aws-us-gov:s3:::runs/*",
    ]


def test_without_session_manager_there_is_no_command() -> None:
    made = make(Cluster, "pool", **POOL, session_manager=False)
    assert made.roles == ALWAYS - {"session-manager"}
    assert "ssm_command" not in made.outputs


def test_the_numbers() -> None:
    outputs = make(Cluster, "pool", **POOL).outputs
    told = {name: outputs[name] for name in outputs if outputs[name] != UNKNOWN}
    assert told == {
        "machine_accelerators": 8,
        "machine_hbm_gib": 1128,
        "machine_efa_gbps": 3200,
        "accelerators": 32,
        "hbm_gib": 4512,
        "efa_gbps": 12800,
        "machines_max": 4,
        "scheduled_actions": [],
    }


# ---- purchase -------------------------------------------------------------------------------------------------------


def test_spot_machines_and_all_their_safety() -> None:
    made = make(Cluster, "pool", **SPOT, further_instance_types=["g6e.2xlarge", "g6e.4xlarge"])
    assert made.roles == ALWAYS | {
        "drain-hook",
        "drain-policy",
        "interruption-rule",
        "interruption-topic",
        "interruption-topic-policy",
        "interruption-to-topic",
    }
    group: Any = made["group"].inputs
    assert group["capacityRebalance"] is True
    assert "launchTemplate" not in group
    assert group["mixedInstancesPolicy"] == {
        "instancesDistribution": {
            "onDemandAllocationStrategy": "prioritized",
            "onDemandBaseCapacity": 0,
            "onDemandPercentageAboveBaseCapacity": 0,
            "spotAllocationStrategy": "price-capacity-optimized",
        },
        "launchTemplate": {
            "launchTemplateSpecification": {"launchTemplateId": UNKNOWN, "version": UNKNOWN},
            "overrides": [{"instanceType": f"g6e.{size}xlarge"} for size in ("", "2", "4")],
        },
    }
    assert "instanceMarketOptions" not in made["template"].inputs  # the group refuses it beside its own
    hook = made["drain-hook"]
    assert hook.inputs == {
        "name": "ultrastack-drain",
        "autoscalingGroupName": UNKNOWN,
        "lifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
        "heartbeatTimeout": 300,
        "defaultResult": "CONTINUE",
    }
    assert hook.options.replace_on_changes == ("autoscalingGroupName",)
    pattern = json.loads(made["interruption-rule"].inputs["eventPattern"])  # type: ignore[arg-type]
    assert pattern == {
        "source": ["aws.ec2"],
        "detail-type": ["EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation"],
    }
    assert config(made)["/etc/ultrastack/machines"].splitlines() == [
        "g6e.xlarge nvidia 1 0",
        "g6e.2xlarge nvidia 1 0",
        "g6e.4xlarge nvidia 1 0",
    ]


def test_the_details_of_spot() -> None:
    spot = {
        "allocation": "capacity-optimized-prioritized",
        "max_price_usd": 1.25,
        "on_demand_base": 1,
        "on_demand_percent": 20,
        "rebalance": False,
    }
    group: Any = make(Cluster, "pool", **SPOT, spot=spot)["group"].inputs
    assert "capacityRebalance" not in group
    assert group["mixedInstancesPolicy"]["instancesDistribution"] == {
        "onDemandAllocationStrategy": "prioritized",
        "onDemandBaseCapacity": 1,
        "onDemandPercentageAboveBaseCapacity": 20,
        "spotAllocationStrategy": "capacity-optimized-prioritized",
        "spotMaxPrice": "1.25",
    }


SNS, QUEUE = "arn:aws:sns:us-east-2:111122223333:ops", "arn:aws:sqs:us-east-2:111122223333:ops"


@pytest.mark.parametrize(
    ("interruptions", "roles", "topic"),
    [
        ({"topic": False}, set(), False),
        ({"topic_arn": SNS}, {"interruption-rule", "interruption-to-topic"}, True),
        (
            {"topic": False, "target_arns": {"queue": QUEUE}},
            {"interruption-rule", "interruption-to-queue-target"},
            False,
        ),
        (
            {"topic": False, "log": True},
            {"interruption-rule", "interruption-log", "interruption-log-policy", "interruption-to-log"},
            False,
        ),
    ],
)
def test_who_hears_of_interruptions(interruptions: Any, roles: set[str], topic: bool) -> None:
    made = make(Cluster, "pool", **SPOT, spot={"interruptions": interruptions})
    assert {role for role in made.roles if role.startswith("interruption")} == roles
    assert ("interruption_topic_arn" in made.outputs) == topic
    if topic:
        assert made.outputs["interruption_topic_arn"] == made["interruption-to-topic"].inputs["arn"] == SNS


def test_several_types_bought_on_demand_are_taken_in_their_order() -> None:
    given = {**POOL, "instance_type": "g6e.xlarge", "further_instance_types": ["g6e.2xlarge"]}
    group: Any = make(Cluster, "pool", **given)["group"].inputs
    assert group["mixedInstancesPolicy"]["instancesDistribution"] == {
        "onDemandAllocationStrategy": "prioritized",
        "onDemandPercentageAboveBaseCapacity": 100,
    }


@pytest.mark.parametrize(
    ("reservation", "preference", "target"),
    [
        (
            {"ids": ["cr-0a", "cr-0b"]},
            "capacity-reservations-only",
            {"capacityReservationIds": ["cr-0a", "cr-0b"]},
        ),
        (
            {"resource_group_arns": ["arn:aws:resource-groups:us-east-2:111122223333:group/r"], "beyond": "on-demand"},
            "capacity-reservations-first",
            {
                "capacityReservationResourceGroupArns": [
                    "arn:aws:resource-groups:us-east-2:111122223333:group/r",
                ]
            },
        ),
    ],
)
def test_a_reservation_in_its_own_placement_group(
    reservation: dict[str, Any], preference: str, target: dict[str, Any]
) -> None:
    given = {**POOL, "purchase": "reservation", "reservation": reservation, "placement_group": "reserved"}
    made = make(Cluster, "pool", **given)
    assert made["group"].inputs["placementGroup"] == "reserved"
    assert made["group"].inputs["capacityReservationSpecification"] == {
        "capacityReservationPreference": preference,
        "capacityReservationTarget": target,
    }
    assert "instanceMarketOptions" not in made["template"].inputs


# ---- capacity blocks and schedules ----------------------------------------------------------------------------------


def test_a_capacity_block() -> None:
    made = make(Cluster, "pool", **BLOCKED)
    assert made.roles == ALWAYS | {"block-start", "block-end"}
    template, group = made["template"].inputs, made["group"].inputs
    assert template["instanceMarketOptions"] == {"marketType": "capacity-block"}
    assert template["capacityReservationSpecification"] == {
        "capacityReservationTarget": {"capacityReservationId": BLOCK["id"]}
    }
    assert (group["minSize"], group["maxSize"], "desiredCapacity" in group) == (0, 4, False)
    assert not {"placementGroup", "mixedInstancesPolicy", "capacityReservationSpecification"} & set(group)
    assert made["block-start"].inputs == {
        "scheduledActionName": "block-start",
        "autoscalingGroupName": UNKNOWN,
        "minSize": -1,
        "maxSize": -1,
        "desiredCapacity": 4,
        "recurrence": "30 11 1 12 *",
    }
    # EC2 begins at 11:00 on the last day; ten minutes to end the jobs, two since AWS may be late
    assert made["block-end"].inputs == {
        "scheduledActionName": "block-end",
        "autoscalingGroupName": UNKNOWN,
        "minSize": 0,
        "maxSize": -1,
        "desiredCapacity": 0,
        "recurrence": "48 10 15 12 *",
    }
    assert made.outputs["scheduled_actions"] == ["block-start", "block-end"]


def test_the_machines_of_a_gb200_ultraserver_are_ended_by_their_owner_an_hour_before() -> None:
    given = {**BLOCKED, "instance_type": "p6e-gb200.36xlarge", "max": 18}
    made = make(Cluster, "pool", **given)
    assert made["block-end"].inputs["recurrence"] == "18 10 15 12 *"
    assert (made.outputs["accelerators"], made.outputs["efa_gbps"]) == (72, 28800)
    assert not {"hbm_gib", "machine_hbm_gib"} & set(made.outputs), "unknown, and not 0"
    by_group = {"resource_group_arn": "arn:aws:resource-groups:us-east-1:111122223333:group/gb"}
    block = {**by_group, "ends_at": BLOCK["ends_at"], "starts_at": BLOCK["starts_at"]}
    template: Any = make(Cluster, "pool", **{**given, "capacity_block": block})["template"].inputs
    assert template["capacityReservationSpecification"]["capacityReservationTarget"] == {
        "capacityReservationResourceGroupArn": by_group["resource_group_arn"]
    }


@pytest.mark.parametrize("launch", [None, True, False])
def test_an_ended_block_never_makes_up_fail(launch: bool | None) -> None:
    """AWS refuses actions whose time has passed, the provider can wait for machines that never come, and Auto Scaling
    deletes an action with a start time once it has run: nothing here can have passed, and nothing waits."""
    made = make(Cluster, "pool", **BLOCKED, launch=launch)
    for role in made.roles & {"block-start", "block-end"}:
        assert not {"startTime", "endTime"} & set(made[role].inputs)
    assert made["group"].inputs["waitForCapacityTimeout"] == "0"


@pytest.mark.parametrize(
    ("launch", "desired", "roles"),
    [
        (None, None, {"block-start", "block-end"}),  # before, in and after it; `up` leaves the number alone
        (True, 3, {"block-end"}),  # it has begun
        (False, 0, set()),  # it has ended
    ],
)
def test_whether_the_block_has_begun_or_ended(launch: bool | None, desired: int | None, roles: set[str]) -> None:
    made = make(Cluster, "pool", **BLOCKED, desired=3, launch=launch)
    assert made["group"].inputs.get("desiredCapacity") == desired
    assert made.roles - ALWAYS == roles
    assert made["group"].options.ignore_changes == ()


def test_a_schedule_and_a_teardown() -> None:
    given = {**POOL, "min": 1, "desired": 2, "schedule": {**HOURS, "teardown_at": "2026-12-31T23:00:00+01:00"}}
    made = make(Cluster, "pool", **given)
    assert {role: made[role].inputs for role in ("start", "stop", "teardown")} == {
        "start": {
            "scheduledActionName": "start",
            "autoscalingGroupName": UNKNOWN,
            "minSize": 1,
            "maxSize": 4,
            "desiredCapacity": 2,
            "recurrence": "0 8 * * 1-5",
            "timeZone": "Europe/Berlin",
        },
        "stop": {
            "scheduledActionName": "stop",
            "autoscalingGroupName": UNKNOWN,
            "minSize": 0,
            "maxSize": -1,
            "desiredCapacity": 0,
            "recurrence": "0 19 * * 1-5",
            "timeZone": "Europe/Berlin",
        },
        "teardown": {
            "scheduledActionName": "teardown",
            "autoscalingGroupName": UNKNOWN,
            "minSize": 0,
            "maxSize": 0,
            "desiredCapacity": 0,
            "startTime": "2026-12-31T22:00:00Z",
        },
    }
    # an `up` at night, after a refresh, must not wake the machines
    assert made["group"].options.ignore_changes == ("minSize", "maxSize", "desiredCapacity")


@pytest.mark.parametrize(
    ("launch", "sizes", "ignored", "roles"),
    [
        (True, (1, 4, 2), (), {"start", "stop"}),
        (False, (0, 4, 0), (), set()),
    ],
)
def test_launch_says_it_now_whatever_the_schedule_says(
    launch: bool, sizes: tuple[int, int, int], ignored: tuple[str, ...], roles: set[str]
) -> None:
    made = make(Cluster, "pool", **POOL, min=1, desired=2, schedule=HOURS, launch=launch)
    inputs = made["group"].inputs
    assert (inputs["minSize"], inputs["maxSize"], inputs["desiredCapacity"]) == sizes
    assert made["group"].options.ignore_changes == ignored
    assert made.roles - ALWAYS == roles


def test_a_teardown_alone_leaves_the_sizes_to_the_stack_file() -> None:
    made = make(Cluster, "pool", **POOL, schedule={"teardown_at": "2026-12-31T22:00:00Z"})
    assert made.roles == ALWAYS | {"teardown"}
    assert made["group"].options.ignore_changes == ()


def test_hours_per_week_alone_make_nothing() -> None:
    assert make(Cluster, "pool", **POOL, schedule={"hours_per_week": 40}).roles == ALWAYS


def test_a_block_can_be_torn_down_before_its_end() -> None:
    made = make(Cluster, "pool", **BLOCKED, schedule={"teardown_at": "2026-12-10T00:00:00Z"})
    assert made["teardown"].inputs["startTime"] == "2026-12-10T00:00:00Z"


# ---- load balancer --------------------------------------------------------------------------------------------------


def test_an_application_load_balancer() -> None:
    made = make(Cluster, "chat", **SERVED)
    assert made.roles - ALWAYS == {
        "balancer",
        "balancer-group",
        "served-group",
        "balancer-in-office",
        "balancer-out-serving",
        "served-in-serving",
        "targets",
        "listener",
    }
    assert made["balancer"].inputs == {
        "loadBalancerType": "application",
        "internal": True,
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": [UNKNOWN],
        "idleTimeout": 350,
        "dropInvalidHeaderFields": True,
        "enableDeletionProtection": False,
        "tags": {"Name": "chat-balancer"},
    }
    assert made["targets"].inputs == {
        "vpcId": "vpc-1",
        "port": 8000,
        "protocol": "HTTP",
        "targetType": "instance",
        "deregistrationDelay": 120,
        "loadBalancingAlgorithmType": "least_outstanding_requests",
        "healthCheck": {
            "protocol": "HTTP",
            "path": "/health",
            "port": "traffic-port",
            "matcher": "200",
            "interval": 15,
            "timeout": 10,
            "healthyThreshold": 2,
            "unhealthyThreshold": 4,
        },
        "tags": {"Name": "chat-targets"},
    }
    listener = dict(made["listener"].inputs)
    assert (listener["port"], listener["protocol"]) == (80, "HTTP")
    group: Any = made["group"].inputs
    assert (group["targetGroupArns"], group["healthCheckType"]) == ([UNKNOWN], "ELB")
    assert "listener" in made.waits_for("group"), "machines of a group without listener count as unhealthy"
    interfaces: Any = made["template"].inputs["networkInterfaces"]
    assert interfaces[0]["securityGroups"] == ["sg-fabric", UNKNOWN]
    assert made["template"].references["networkInterfaces[0].securityGroups[1]"] == (made["served-group"].urn,)


def test_the_balancers_traffic_and_no_other_is_let_through() -> None:
    made = make(Cluster, "chat", **served(health_check={"port": 9000}))
    for role, (group, other, port) in {
        "balancer-out-serving": ("balancer-group", "served-group", 8000),
        "served-in-serving": ("served-group", "balancer-group", 8000),
        "balancer-out-health": ("balancer-group", "served-group", 9000),
        "served-in-health": ("served-group", "balancer-group", 9000),
    }.items():
        rule = made[role]
        assert (rule.inputs["ipProtocol"], rule.inputs["fromPort"], rule.inputs["toPort"]) == ("tcp", port, port)
        assert rule.references["securityGroupId"] == (made[group].urn,)
        assert rule.references["referencedSecurityGroupId"] == (made[other].urn,)
    office = made["balancer-in-office"].inputs
    assert (office["cidrIpv4"], office["fromPort"], office["toPort"]) == ("10.0.0.0/8", 80, 80)


def test_a_public_balancer_with_a_certificate() -> None:
    certificate = "arn:aws:acm:us-east-2:111122223333:certificate/1"
    given = served(
        internal=False,
        certificate_arn=certificate,
        subnet_ids=["subnet-8", "subnet-9"],
        access_logs={"bucket": "logs", "prefix": "chat"},
        deletion_protection=True,
        requests_per_minute_each=300,
    )
    made = make(Cluster, "chat", **given)
    balancer, listener = made["balancer"].inputs, made["listener"].inputs
    assert (balancer["internal"], balancer["subnets"]) == (False, ["subnet-8", "subnet-9"])
    assert balancer["accessLogs"] == {"bucket": "logs", "prefix": "chat", "enabled": True}
    assert (listener["port"], listener["protocol"], listener["certificateArn"]) == (443, "HTTPS", certificate)
    assert listener["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert made["scaling"].inputs["targetTrackingConfiguration"] == {
        "targetValue": 300,
        "predefinedMetricSpecification": {
            "predefinedMetricType": "ALBRequestCountPerTarget",
            "resourceLabel": UNKNOWN,
        },
    }
    assert made["group"].options.ignore_changes == ("desiredCapacity",)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, "HTTP"),
        ({"protocol": "HTTPS"}, "HTTPS"),
        ({"protocol": "HTTPS", "health_check": {"protocol": "HTTP", "port": 9000}}, "HTTP"),
        ({"type": "network"}, "HTTP"),
    ],
)
def test_machines_are_asked_in_the_protocol_that_they_speak(given: dict[str, Any], asked: str) -> None:
    assert make(Cluster, "chat", **served(**given))["targets"].inputs["healthCheck"]["protocol"] == asked


def test_a_network_load_balancer() -> None:
    made = make(Cluster, "chat", **{**served(type="network"), "subnet_ids": ["subnet-1"]})
    balancer, targets, listener = (made[role].inputs for role in ("balancer", "targets", "listener"))
    assert (balancer["loadBalancerType"], balancer["enableCrossZoneLoadBalancing"]) == ("network", True)
    assert "idleTimeout" not in balancer
    assert (targets["protocol"], targets["preserveClientIp"]) == ("TCP", "false")
    assert "loadBalancingAlgorithmType" not in targets
    assert (listener["port"], listener["protocol"], listener["tcpIdleTimeoutSeconds"]) == (8000, "TCP", 350)


@pytest.mark.parametrize(
    ("given", "begins", "ends"),
    [({}, "http://", ""), ({"listen_port": 8080}, "http://", ":8080"), ({"type": "network"}, "tcp://", ":8000")],
)
def test_the_outputs_of_a_load_balancer(given: dict[str, Any], begins: str, ends: str) -> None:
    made = make(Cluster, "chat", **served(**given))
    named = {"url", "load_balancer_arn", "load_balancer_dns_name", "load_balancer_zone_id", "target_group_arn"}
    assert named | {"load_balancer_security_group_id"} <= set(made.outputs)
    assert not named & set(make(Cluster, "pool", **POOL).outputs)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("chat", SERVED, ""),
        (
            "a-long-name-16-c",
            SERVED,
            "is too long for its balancer, whose name in the cloud has at most 32 characters; "
            "fix: use at most 15 characters",
        ),
        ("a-long-name-16-c", POOL, ""),
        ("internal-chat", SERVED, "begins with internal-, as no load balancer's name may; fix: put another word first"),
    ],
)
def test_names_that_elastic_load_balancing_refuses(name: str, given: dict[str, Any], said: str) -> None:
    assert Cluster.too_long(name, given) == said


# ---- refusals -------------------------------------------------------------------------------------------------------

PUBLIC = "cannot be false without certificate_arn: keys and prompts would go through the internet in plain text"
REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"instance_type": "trn2u.48xlarge"},
        "instance_type: is launched by UltraServer, four at a time; fix: use aws.trn2_ultraserver_cluster",
    ),
    (
        {"instance_type": "p5en.48large"},
        "instance_type: cannot be found in the catalogue; fix: use 'p5en.48xlarge', or add a new one to "
        "catalog.local/instance_types.csv",
    ),
    (
        {"instance_type": "ml.p5en.48xlarge"},
        "instance_type: is SageMaker's name of a machine; fix: use 'p5en.48xlarge'",
    ),
    (
        {"instance_type": "m7i.large"},
        "instance_type: cannot be found in the catalogue; fix: use one with accelerators, or add a new one to "
        "catalog.local/instance_types.csv",
    ),
    ({"min": 5}, "min: is above max (4); fix: exchange them, or raise max to 5"),
    ({"min": 1, "desired": 5}, "desired: is not from min to max; fix: write a number from 1 to 4"),
    ({"min": -1}, "min: Input should be greater than or equal to 0"),
    ({"max": 0}, "max: Input should be greater than or equal to 1"),
    ({"max": "4"}, "max: Input should be a valid integer"),
    ({"subnet_ids": []}, "subnet_ids: List should have at least 1 item after validation, not 0"),
    ({"security_group_ids": []}, "security_group_ids: List should have at least 1 item after validation, not 0"),
    (
        {"purchase": "reserved"},
        "purchase: Input should be 'on-demand', 'spot', 'reservation' or 'capacity-block'",
    ),
    ({"spot": {}}, "spot: cannot go with purchase: on-demand; fix: remove it, or write purchase: spot"),
    (
        {"capacity_block": BLOCK},
        "capacity_block: cannot go with purchase: on-demand; fix: remove it, or write purchase: capacity-block",
    ),
    (
        {"purchase": "capacity-block", "capacity_block": BLOCK, "spot": {}},
        "spot: cannot go with purchase: capacity-block; fix: remove it, or write purchase: spot",
    ),
    (
        {"purchase": "spot", "reservation": {"ids": ["cr-0a"]}},
        "reservation: cannot go with purchase: spot; fix: remove it, or write purchase: reservation",
    ),
    ({"purchase": "reservation"}, "reservation: Field required"),
    ({"purchase": "capacity-block"}, "capacity_block: Field required"),
    (
        {"purchase": "reservation", "reservation": {}},
        "reservation: needs either ids or resource_group_arns; fix: add ids: [cr-...], and only that",
    ),
    (
        {"purchase": "reservation", "reservation": {"ids": ["r-1"]}},
        "reservation.ids.0: must be the id of a reservation; fix: write it like cr-0a1b2c3d4e5f60718",
    ),
    (
        {"purchase": "spot", "spot": {"interruptions": {"topic_arn": QUEUE}}},
        "spot.interruptions.topic_arn: must be the ARN of a topic; "
        "fix: write it like arn:aws:sns:us-east-2:111122223333:t",
    ),
    (
        {"purchase": "spot", "spot": {"interruptions": {"topic_arn": SNS, "kms_key_id": "key"}}},
        "spot.interruptions.kms_key_id: cannot go with an existing topic; fix: remove it, or topic_arn",
    ),
    (
        {"further_instance_types": ["p5en.48xlarge"]},
        "further_instance_types: has p5en.48xlarge twice; fix: remove one",
    ),
    (
        {"further_instance_types": ["trn1.32xlarge"], "efa": False},
        "further_instance_types: has trn1.32xlarge (x86_64, aws-neuron), which cannot run the image of p5en.48xlarge; "
        "fix: make a second cluster of it",
    ),
    (
        {"further_instance_types": ["p5e.48xlarge"]},
        "further_instance_types: has p5e.48xlarge, whose network cards are others than those of p5en.48xlarge; "
        "fix: remove it, or write efa: false",
    ),
    (
        {"instance_type": "g6e.xlarge", "efa": True},
        "efa: cannot be had on g6e.xlarge; fix: use g6e.8xlarge or g6e.12xlarge, or write efa: false",
    ),
    (
        {"instance_type": "g5.24xlarge", "further_instance_types": ["g5.4xlarge"], "efa": True},
        "further_instance_types: cannot be had on g5.4xlarge; fix: use g5.8xlarge or g5.12xlarge, or write efa: false",
    ),
    (
        {"instance_type": "inf2.48xlarge", "efa": True},
        "efa: cannot be had on inf2.48xlarge; fix: use trn2.48xlarge or trn1.32xlarge, or write efa: false",
    ),
    (
        {"instance_type": "trn1.2xlarge", "efa_layout": "combined"},
        "efa_layout: cannot be had on trn1.2xlarge; fix: use trn1.32xlarge, or write efa: false",
    ),
    (
        {"efa_layout": "all"},
        "efa_layout: cannot be found in the catalogue for p5en.48xlarge; fix: use one of efa-only, combined",
    ),
    ({"efa": False, "efa_layout": "combined"}, "efa_layout: cannot go with efa: false; fix: remove one of the two"),
    (
        {"public_ip": True},
        "public_ip: cannot be had with several network interfaces; fix: remove it, or write efa: false",
    ),
    (
        {"instance_type": "p5.4xlarge", "efa": True, "public_ip": True},
        "public_ip: cannot be had with several network interfaces; fix: remove it, or write efa_layout: combined",
    ),
    (
        {"placement_group": "close", "availability_zone_ids": ["use2-az3", "use2-az1"]},
        "placement_group: cannot be spread over use2-az1 and use2-az3: a cluster placement group is in one zone; "
        "fix: leave subnets of one zone, or remove it",
    ),
    ({"image": "gpu-base"}, "image: cannot be found in the catalogue; fix: write an AMI id or an SSM parameter"),
    (
        {"image": "neuron-base-ubuntu-24.04"},
        "image: is made for neuron machines with x86_64, which p5en.48xlarge is not; fix: use 'gpu-base-ubuntu-24.04'",
    ),
    (
        {"instance_type": "p6e-gb200.36xlarge", "image": "gpu-base-ubuntu-24.04"},
        "image: is made for gpu machines with x86_64, which p6e-gb200.36xlarge is not; "
        "fix: use 'gpu-base-ubuntu-24.04-arm64'",
    ),
    (
        {"logical_neuron_cores": 1},
        "logical_neuron_cores: cannot be set on p5en.48xlarge, only on Trainium2; fix: remove it",
    ),
    (
        {"mounts": [{"file_system": FSX, "path": "/fsx"}, {"file_system": FSX, "path": "/fsx/"}]},
        "mounts: has /fsx twice; fix: give each file system a path of its own",
    ),
    (
        {"instance_type": "inf2.xlarge", "mounts": [{"file_system": FSX, "path": "/fsx", "efa": True}]},
        "mounts: cannot be reached over EFA by machines without it; fix: remove efa, or write efa: true",
    ),
    ({"checkpoints": "/fsx"}, "checkpoints: must be a place in S3; fix: write it like s3://bucket/prefix"),
    ({"drain": {"seconds": 10}}, "drain.seconds: Input should be greater than or equal to 30"),
    ({"refresh": {}}, "refresh: does nothing without update_nodes; fix: add update_nodes: true"),
    (
        {"update_nodes": True, "refresh": {"min_healthy_percent": 50, "max_healthy_percent": 200}},
        "refresh: has more than 100 between its percentages; fix: raise min_healthy_percent",
    ),
    (
        {"schedule": {"start": "0 8 * * FRI-MON", "stop": "0 19 * * *", "time_zone": "UTC"}},
        "schedule.start: must be cron: the weekday 'FRI-MON' has a range that runs backwards; "
        "fix: write it like 5-6,0-1",
    ),
    (
        {"schedule": HOURS},
        "schedule: would start no machine; fix: say how many there are to be, with desired or min",
    ),
    ({"max_lifetime_days": 0}, "max_lifetime_days: Input should be greater than or equal to 1"),
    (
        {"log_retention_days": 8},
        "log_retention_days: Input should be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, "
        "400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653",
    ),
]
REFUSED_BLOCKS: list[tuple[dict[str, Any], str]] = [
    (
        {"placement_group": "close"},
        "placement_group: cannot go with a capacity block, whose machines are placed already and which the group can "
        "keep from launching; fix: remove it",
    ),
    (
        {"further_instance_types": ["p5e.48xlarge"], "efa": False},
        "further_instance_types: cannot go with a capacity block, which holds one type; fix: remove them, or write "
        "purchase: spot",
    ),
    (
        {"min": 4},
        "min: must be 0 with a capacity block, since its group goes to zero before it ends; "
        "fix: write desired: 4 instead",
    ),
    (
        {"capacity_block": {"id": "cr-0a", "ends_at": BLOCK["ends_at"]}},
        "capacity_block: needs starts_at, when its machines are launched; fix: add it, or launch: true if the block "
        "has begun",
    ),
    (
        {"capacity_block": {"id": "cr-0a", "starts_at": BLOCK["starts_at"]}},
        "capacity_block.ends_at: Field required",
    ),
    (
        {"capacity_block": {"starts_at": BLOCK["starts_at"], "ends_at": BLOCK["ends_at"]}},
        "capacity_block: needs either id or resource_group_arn; fix: add id: cr-..., and only that",
    ),
    (
        {"capacity_block": {**BLOCK, "starts_at": BLOCK["ends_at"], "ends_at": BLOCK["starts_at"]}},
        "capacity_block.ends_at: must be after starts_at, with room for drain_minutes; fix: exchange them",
    ),
    (
        {"capacity_block": {**BLOCK, "ends_at": "2027-12-15T11:30:00Z"}},
        "capacity_block.ends_at: must be within a year of starts_at; fix: look at the year",
    ),
    (
        {"capacity_block": {**BLOCK, "ends_at": "2026-12-15"}},
        "capacity_block.ends_at: must be a moment with its zone; fix: write it like 2026-12-01T11:30:00Z",
    ),
    (
        {"capacity_block": {"resource_group_arn": "arn:aws:r", **{k: v for k, v in BLOCK.items() if k != "id"}}},
        "capacity_block: cannot name a resource group: that only works for UltraServers; fix: write its id: cr-...",
    ),
    (
        {"drain": {"seconds": 601}},
        "drain: takes longer than the 600 seconds of the capacity block's drain_minutes; "
        "fix: raise drain_minutes to 11",
    ),
    (
        {"schedule": HOURS},
        "schedule: cannot start and stop a capacity block, which is paid for as a whole and would be started after its "
        "end; fix: remove start and stop",
    ),
]
REFUSED_BALANCERS: list[tuple[dict[str, Any], str]] = [
    ({"port": None}, "load_balancer.port: Input should be a valid integer"),
    ({"port": 0}, "load_balancer.port: Input should be greater than or equal to 1"),
    ({"clients": {}}, "load_balancer.clients: Dictionary should have at least 1 item after validation, not 0"),
    (
        {"clients": {"all": {}}},
        "load_balancer.clients.all: it names no other side; fix: add security_group_id, prefix_list_id or cidr",
    ),
    (
        {"clients": {"one": {"cidr": "10.0.0.0/8"}, "two": {"cidr": "10.0.0.0/8"}}},
        "load_balancer.clients: has one and two as one and the same rule; fix: remove one",
    ),
    ({"internal": False}, f"load_balancer.internal: {PUBLIC}; fix: add certificate_arn, or write internal: true"),
    (
        {"subnet_ids": ["subnet-1"]},
        "load_balancer.subnet_ids: needs subnets in two zones for an application one; fix: add one",
    ),
    (
        {"protocol": "TCP"},
        "load_balancer.protocol: cannot be TCP behind an application one; fix: HTTP, or type: network",
    ),
    (
        {"type": "network", "protocol": "HTTP"},
        "load_balancer.protocol: can only be TCP behind a network one; fix: remove it, or type: application",
    ),
    (
        {"health_check": {"protocol": "TCP"}},
        "load_balancer.health_check: cannot be TCP for an application one; fix: HTTP, or type: network",
    ),
    (
        {"type": "network", "health_check": {"protocol": "TCP", "path": "/health"}},
        "load_balancer.health_check.path: cannot go with TCP, which asks for none; "
        "fix: remove it, or write protocol: HTTP",
    ),
    (
        {"health_check": {"interval_seconds": 5, "timeout_seconds": 5}},
        "load_balancer.health_check.timeout_seconds: must be below interval_seconds; fix: raise the interval",
    ),
    (
        {"health_check": {"path": "health"}},
        "load_balancer.health_check.path: must begin with /; fix: write it like /health",
    ),
    (
        {"type": "network", "requests_per_minute_each": 60},
        "load_balancer.requests_per_minute_each: counts requests, and a network one knows none; fix: type: application",
    ),
    (
        {"type": "network", "algorithm": "round_robin"},
        "load_balancer.algorithm: is for an application one; fix: remove it, or write type: application",
    ),
    (
        {"tls_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06"},
        "load_balancer.tls_policy: does nothing without TLS; fix: add certificate_arn, or remove it",
    ),
    (
        {
            "type": "network",
            "certificate_arn": "arn:aws:acm:us-east-2:111122223333:certificate/1",
            "idle_timeout_seconds": 600,
        },
        "load_balancer.idle_timeout_seconds: cannot be other than 350 for TLS of a network one; "
        "fix: remove it, or write type: application",
    ),
    (
        {"type": "network", "idle_timeout_seconds": 30},
        "load_balancer.idle_timeout_seconds: must be 60 to 6000 for a network one; fix: write 60",
    ),
    (
        {"idle_timeout_seconds": 6000},
        "load_balancer.idle_timeout_seconds: must be 1 to 4000 for an application one; fix: write 4000",
    ),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: str) -> None:
    assert complaints(ClusterArgs, {**POOL, **given}) == [said]


@pytest.mark.parametrize(("given", "said"), REFUSED_BLOCKS, ids=[str(n) for n in range(len(REFUSED_BLOCKS))])
def test_what_a_capacity_block_cannot_have(given: dict[str, Any], said: str) -> None:
    assert complaints(ClusterArgs, {**BLOCKED, **given}) == [said]


@pytest.mark.parametrize(("given", "said"), REFUSED_BALANCERS, ids=[str(n) for n in range(len(REFUSED_BALANCERS))])
def test_what_a_load_balancer_cannot_have(given: dict[str, Any], said: str) -> None:
    assert complaints(ClusterArgs, served(**given)) == [said]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"subnet_ids": ["subnet-1"]},
            "load_balancer: needs subnets in two zones, and the machines have one; "
            "fix: add subnet_ids to it, or type: network",
        ),
        (
            {"load_balancer": {**BALANCER, "requests_per_minute_each": 60}, "max": 1},
            "load_balancer: cannot grow or shrink by requests while min is max; "
            "fix: raise max, or remove requests_per_minute_each",
        ),
        ({"load_balancer": {k: v for k, v in BALANCER.items() if k != "port"}}, "load_balancer.port: Field required"),
    ],
)
def test_a_load_balancer_and_its_machines(given: dict[str, Any], said: str) -> None:
    assert complaints(ClusterArgs, {**SERVED, **given}) == [said]


@pytest.mark.parametrize("argument", ["bootstrap", "drain"])
def test_a_script_too_long_for_ec2_is_refused_before_anything_is_made(argument: str) -> None:
    script: Any = "x" * USER_DATA_MAX_BYTES
    (said,) = complaints(ClusterArgs, {**POOL, argument: {"script": script} if argument == "drain" else script})
    assert said.startswith(f"{argument}: makes user data of ")
    assert said.endswith("more than the 16384 that EC2 takes; fix: fetch the greater part of the script from S3")


def test_what_was_sold_at_another_time_is_no_reason_to_refuse() -> None:
    """Whether p6e-gb200 can be had as spot, or in two zones, is for rules with a date."""
    assert complaints(ClusterArgs, {**POOL, "instance_type": "p6e-gb200.36xlarge", "purchase": "spot"}) == []
    assert complaints(ClusterArgs, {**POOL, "max": 2000}) == []
    assert complaints(ClusterArgs, {**POOL, "availability_zone_ids": ["use2-az3", "use2-az1"]}) == []


def test_values_that_are_only_known_later_are_not_asked_for() -> None:
    """While a stack file is read, a reference stands for them, and asking it anything is an error of ours."""

    def later(kind: Any = "value") -> Any:
        return Later("net.ids", lambda built: built, kind)

    given = {
        **POOL,
        "subnet_ids": later("list"),
        "availability_zone_ids": later("list"),
        "security_group_ids": [later()],
        "placement_group": later(),
        "image": later(),
        "root_volume": {"size_gib": later(), "kms_key_id": later()},
        "mounts": [{"file_system": later("mapping"), "path": "/fsx"}],
        "bootstrap": later(),
        "checkpoints": later(),
        "drain": {"script": later()},
        "data_buckets": [{"arn": later()}, {"uri": later()}],
        "kms_key_arns": [later()],
        "policy_arns": {"extra": later()},
        "key_name": later(),
        "load_balancer": {
            "port": later(),
            "vpc_id": later(),
            "subnet_ids": later("list"),
            "listen_port": later(),
            "certificate_arn": later(),
            "clients": {"office": {"cidr": later()}, "home": {"security_group_id": later()}},
            "health_check": {"port": later()},
        },
    }
    assert complaints(ClusterArgs, given) == []
    block = {"id": later(), "starts_at": BLOCK["starts_at"], "ends_at": BLOCK["ends_at"]}
    assert complaints(ClusterArgs, {**BLOCKED, "capacity_block": block}) == []
    reservation = {**POOL, "purchase": "reservation", "reservation": {"ids": [later()]}}
    assert complaints(ClusterArgs, reservation) == []


# between them, every kind of child
ALL_CHILDREN: list[dict[str, Any]] = [
    {
        **SPOT,
        "min": 1,
        "spot": {"interruptions": {"log": True, "target_arns": {"queue": QUEUE}}},
        "schedule": HOURS,
    },
    {**BLOCKED, "schedule": {"teardown_at": "2026-12-10T00:00:00Z"}},
    {
        **served(requests_per_minute_each=60),
        "data_buckets": [{"uri": "s3://example"}],
        "policy_arns": {"extra": "arn:aws:iam::111122223333:policy/extra"},
    },
]


def test_every_declared_role_is_used() -> None:
    made: set[str] = set()
    for given in ALL_CHILDREN:
        made |= make(Cluster, "pool", **given).roles
    for role in Cluster.roles:
        assert any(child == role or "*" in role and role.strip("*") in child for child in made), role


# what AWS, or the provider, gives no tags
UNTAGGED = {
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:autoscaling/schedule:Schedule",
    "aws:autoscaling/lifecycleHook:LifecycleHook",
    "aws:autoscaling/policy:Policy",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    "aws:sns/topicPolicy:TopicPolicy",
}


def test_every_child_that_takes_tags_has_the_cost_tags() -> None:
    for given in ALL_CHILDREN:
        made = make(Cluster, "pool", **given, tags={"cost-center": "research"})
        for role in made.roles:
            if role != "group" and made[role].type not in UNTAGGED:
                assert made[role].inputs["tags"] == {"Name": f"pool-{role}", "cost-center": "research"}, role
