"""Four nodes an UltraServer, on a block of their own, from one template that replaces none of them unasked."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pulumi
import pytest
import yaml

from components.aws._neuron_boot import USER_DATA_MAX_BYTES, user_data
from components.aws._trn2_ultraserver_cluster_schedule import _leave as leave
from components.aws._trn2_ultraserver_cluster_schedule import _trust as trust
from components.aws.trn2_ultraserver_cluster import Trn2UltraserverCluster as Cluster
from components.aws.trn2_ultraserver_cluster import Trn2UltraserverClusterArgs as ClusterArgs
from tests.components.arguments import complaints
from tests.components.offline import build, make
from ultrastack.catalog import efa_layouts
from ultrastack.model.graph import SECRET, UNKNOWN
from ultrastack.model.later import Later
from ultrastack.model.schedule import Schedule

FIRST, SECOND = "cr-0a1b2c3d4e5f60718", "cr-0a1b2c3d4e5f60719"
WINDOW = {"starts_at": "2026-12-01T11:30:00Z", "ends_at": "2026-12-15T11:30:00Z", "upfront_usd": 61000}
PLACE = {"subnet_id": "subnet-1", "security_group_ids": ["sg-fabric"]}
ONE = {**PLACE, "ultraservers": [{"id": FIRST, **WINDOW}]}
TWO = {**PLACE, "ultraservers": [{"id": FIRST, **WINDOW}, {"id": SECOND, **WINDOW}]}
FSX = {"file_system_id": "fs-1", "dns_name": "fs-1.fsx.us-east-2.amazonaws.com", "mount_name": "abcdefgh"}


def nodes(made: Any) -> dict[str, Any]:
    return {role: made[role] for role in made.roles if made[role].type == "aws:ec2/instance:Instance"}


def config(made: Any) -> dict[str, Any]:
    """What cloud-init reads: path -> content."""
    text = base64.b64decode(made["template"].inputs["userData"]).decode()
    return {one["path"]: one["content"] for one in yaml.safe_load(text)["write_files"]}


# ---- nodes ----------------------------------------------------------------------------------------------------------


def test_an_ultraserver_is_four_nodes_on_its_own_block() -> None:
    made = make(Cluster, "training", **TWO)
    assert set(nodes(made)) == {f"{block}-node-{n}" for block in (FIRST, SECOND) for n in range(4)}
    for role, node in nodes(made).items():
        tags = {"Name": f"training-{role}", "ultraserver": role.partition("-node-")[0]}
        assert node.inputs == {
            "launchTemplate": {"id": UNKNOWN, "version": UNKNOWN},
            "instanceMarketOptions": {"marketType": "capacity-block"},
            "capacityReservationSpecification": {
                "capacityReservationTarget": {"capacityReservationId": role.partition("-node-")[0]}
            },
            "tags": tags,
            "volumeTags": tags,
        }


def test_a_node_goes_before_its_successor_comes_since_a_block_has_no_spare_slot() -> None:
    for node in nodes(make(Cluster, "training", **ONE)).values():
        assert node.options.delete_before_replace is True
        assert node.options.replace_on_changes == ("capacityReservationSpecification",)


def test_no_nodes_exist_before_a_block_has_started_and_after_it_has_ended() -> None:
    ended = {**PLACE, "ultraservers": [{"id": FIRST, **WINDOW, "launch": False}, {"id": SECOND, **WINDOW}]}
    made = make(Cluster, "training", **ended)
    assert set(nodes(made)) == {f"{SECOND}-node-{n}" for n in range(4)}
    assert made.outputs["reservation_ids"] == {FIRST: FIRST, SECOND: SECOND}
    assert (made.outputs["ultraserver_count"], made.outputs["chips"]) == (1, 64)


def test_an_ended_block_can_leave_the_list_without_moving_the_others() -> None:
    both, rest = (
        make(Cluster, "training", **TWO),
        make(Cluster, "training", **{**TWO, "ultraservers": TWO["ultraservers"][1:]}),
    )  # type: ignore[index]
    assert {role: node.inputs for role, node in nodes(rest).items()}.items() <= {
        role: node.inputs for role, node in nodes(both).items()
    }.items()


def test_without_ultraservers_there_is_everything_but_nodes() -> None:
    made = make(Cluster, "training", **PLACE, ultraservers=[])
    assert made.roles == {"role", "own-policy", "session-manager", "profile", "log-group", "template"}
    assert made.outputs["instance_ids"] == made.outputs["rank_table"] == made.outputs["ssm_commands"] == []
    assert (made.outputs["chips"], "coordinator" in made.outputs) == (0, False)


def test_a_resource_group_and_a_plain_reservation_are_targets_too() -> None:
    group = "arn:aws:resource-groups:us-east-2:111122223333:group/my-block"
    made = make(
        Cluster,
        "training",
        **PLACE,
        ultraservers=[{"resource_group_arn": group}, {"id": FIRST, "kind": "reservation", "name": "spare"}],
    )
    block, spare = made["my-block-node-0"].inputs, made["spare-node-3"].inputs
    target = {"capacityReservationTarget": {"capacityReservationResourceGroupArn": group}}
    assert block["capacityReservationSpecification"] == target
    assert block["instanceMarketOptions"] == {"marketType": "capacity-block"}
    assert "instanceMarketOptions" not in spare


# ---- template -------------------------------------------------------------------------------------------------------


def test_the_template() -> None:
    inputs = make(Cluster, "training", **ONE, tags={"owner": "platform"})["template"].inputs
    interfaces, data = inputs.pop("networkInterfaces"), inputs.pop("userData")
    assert (len(interfaces), bool(data)) == (17, True)
    assert inputs == {
        "description": "Nodes of Trn2 UltraServers",
        "instanceType": "trn2u.48xlarge",
        "imageId": "resolve:ssm:/aws/service/neuron/dlami/multi-framework/ubuntu-24.04/latest/image_id",
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
            {"resourceType": kind, "tags": {"Name": "training", "owner": "platform"}}
            for kind in ("instance", "volume", "network-interface")
        ],
        "tags": {"Name": "training-template", "owner": "platform"},
    }


@pytest.mark.parametrize("layout", efa_layouts()["trn2u.48xlarge"])
def test_every_layout_gives_sixteen_efa_devices_and_no_public_address(layout: str) -> None:
    made = make(Cluster, "training", **ONE, efa_layout=layout)
    interfaces: Any = made["template"].inputs["networkInterfaces"]
    assert sum(one["interfaceType"] in ("efa", "efa-only") for one in interfaces) == 16
    for one in interfaces:
        assert (one["subnetId"], one["securityGroups"]) == ("subnet-1", ["sg-fabric"])
        assert one.get("associatePublicIpAddress") == (None if one["interfaceType"] == "efa-only" else "false")
        assert one["deleteOnTermination"] == "true"
    assert (interfaces[0]["networkCardIndex"], interfaces[0]["deviceIndex"]) == (0, 0)
    assert interfaces[0]["interfaceType"] != "efa-only"
    assert made.outputs["efa_interfaces"] == 64


@pytest.mark.parametrize(("given", "ignored"), [({}, ("launchTemplate",)), ({"update_nodes": True}, ())])
def test_new_nodes_follow_the_template_and_running_ones_only_if_wanted(
    given: dict[str, bool], ignored: tuple[str, ...]
) -> None:
    """Also those of a block that is launched in the same `up` that changes the template."""
    made = make(Cluster, "training", **ONE, **given)
    assert made["template"].inputs["updateDefaultVersion"] is True
    for node in nodes(made).values():
        assert node.inputs["launchTemplate"] == {"id": UNKNOWN, "version": UNKNOWN}
        assert node.references["launchTemplate.version"] == (made["template"].urn,)
        assert node.options.ignore_changes == ignored


def test_nodes_of_a_reservation_stand_in_its_placement_group() -> None:
    """EC2 launches into a reservation that was made in a placement group only those that name the group."""
    made = make(Cluster, "training", **PLACE, **of(id=FIRST, kind="reservation", placement_group="reserved"))
    assert {node.inputs["placementGroup"] for node in nodes(made).values()} == {"reserved"}


@pytest.mark.parametrize(
    ("image", "id_", "device"),
    [
        ("ami-0a1b2c3d4e5f60718", "ami-0a1b2c3d4e5f60718", "/dev/sda1"),
        ("/own/image", "resolve:ssm:/own/image", "/dev/sda1"),
        ("resolve:ssm:/own/image:3", "resolve:ssm:/own/image:3", "/dev/sda1"),
        (
            "neuron-base-amazon-linux-2023",
            "resolve:ssm:/aws/service/neuron/dlami/base/amazon-linux-2023/latest/image_id",
            "/dev/xvda",
        ),
    ],
)
def test_images(image: str, id_: str, device: str) -> None:
    inputs: Any = make(Cluster, "training", **ONE, image=image)["template"].inputs
    assert (inputs["imageId"], inputs["blockDeviceMappings"][0]["deviceName"]) == (id_, device)


def test_the_root_volume() -> None:
    volume = {
        "size_gib": 2000,
        "type": "gp3",
        "iops": 16000,
        "throughput_mbps": 1000,
        "kms_key_id": "arn:aws:kms:us-east-2:111122223333:key/1",
        "device_name": "/dev/xvda",
    }
    inputs: Any = make(Cluster, "training", **ONE, root_volume=volume)["template"].inputs
    assert inputs["blockDeviceMappings"] == [
        {
            "deviceName": "/dev/xvda",
            "ebs": {
                "volumeSize": 2000,
                "volumeType": "gp3",
                "iops": 16000,
                "throughput": 1000,
                "kmsKeyId": "arn:aws:kms:us-east-2:111122223333:key/1",
                "encrypted": "true",
                "deleteOnTermination": "true",
            },
        }
    ]


# ---- start-up -------------------------------------------------------------------------------------------------------


def test_nodes_check_themselves_against_the_catalogue() -> None:
    made = make(Cluster, "training", **ONE, logical_neuron_cores=1)
    assert config(made)["/etc/ultrastack/node.conf"].splitlines() == [
        "NEURON_DEVICES=16",
        "EFA_DEVICES=16",
        "LOGICAL_NEURON_CORES=1",
        "NODES_PER_ULTRASERVER=4",
        "DEVICE_TRIES=12",
        "RANK_TRIES=180",
    ]


def test_mounts_and_the_users_script_are_in_the_user_data() -> None:
    mounts = [{"file_system": FSX, "path": "/fsx"}, {"file_system": FSX, "path": "/other"}]
    found = config(make(Cluster, "training", **ONE, mounts=mounts, bootstrap="#!/bin/bash\ntrue\n"))
    assert found["/etc/ultrastack/mounts"].splitlines() == [
        "fs-1.fsx.us-east-2.amazonaws.com@tcp:/abcdefgh /fsx",
        "fs-1.fsx.us-east-2.amazonaws.com@tcp:/abcdefgh /other",
    ]
    assert found["/etc/ultrastack/bootstrap"] == "#!/bin/bash\ntrue\n"


def test_a_mount_that_is_only_known_later_makes_the_user_data_known_later() -> None:
    def program() -> None:
        dns = pulumi.Output.from_input(pulumi.UNKNOWN)
        mounts = [{"file_system": {"dns_name": dns, "mount_name": "abcdefgh"}, "path": "/fsx"}]
        Cluster("training", ClusterArgs.model_validate({**ONE, "mounts": mounts}))

    template = next(r for r in build(program).resources if r.name == "training-template")
    assert template.inputs["userData"] == UNKNOWN


def test_a_secret_in_the_users_script_keeps_its_mark() -> None:
    def program() -> None:
        Cluster("training", ClusterArgs.model_validate({**ONE, "bootstrap": pulumi.Output.secret("echo hunter2")}))

    graph = build(program)
    template = next(r for r in graph.resources if r.name == "training-template")
    assert template.inputs["userData"] == SECRET
    assert "hunter2" not in str(graph)


# ---- ranks, role, log -----------------------------------------------------------------------------------------------


def test_the_rank_table_is_in_the_order_of_the_list() -> None:
    made = make(Cluster, "training", **TWO)
    table: Any = made.outputs["rank_table"]
    assert [(row["rank"], row["ultraserver"], row["node"]) for row in table] == [
        (4 * which + n, block, n) for which, block in enumerate([FIRST, SECOND]) for n in range(4)
    ]
    assert {row[key] for row in table for key in ("instance_id", "private_ip", "hostname")} == {UNKNOWN}
    assert made["ranks"].inputs == {
        "name": UNKNOWN,
        "type": "String",
        "tier": "Standard",
        "insecureValue": UNKNOWN,
        "description": "Instance id and address of each node, by rank",
        "tags": {"Name": "training-ranks"},
    }
    assert set(nodes(made)) <= made.waits_for("ranks")


def test_many_ranks_need_a_larger_parameter() -> None:
    blocks = [{"id": f"cr-{n:017x}"} for n in range(29)]
    assert make(Cluster, "training", **PLACE, ultraservers=blocks[:28])["ranks"].inputs["tier"] == "Standard"
    assert make(Cluster, "training", **PLACE, ultraservers=blocks)["ranks"].inputs["tier"] == "Advanced"


def test_nodes_start_when_they_may_do_what_they_do_first() -> None:
    made = make(Cluster, "training", **ONE, policy_arns={"extra": "arn:aws:iam::111122223333:policy/extra"})
    for role in nodes(made):
        assert made.waits_for(role) == {"template", "own-policy", "session-manager", "policy-extra"}
    assert made["policy-extra"].inputs["policyArn"] == "arn:aws:iam::111122223333:policy/extra"
    assert made["session-manager"].inputs["policyArn"] == "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    assert "session-manager" not in make(Cluster, "training", **ONE, session_manager=False).roles


def test_nodes_may_use_their_data_and_no_more() -> None:
    made = make(
        Cluster,
        "training",
        **ONE,
        data_buckets=[
            {"arn": "arn:aws:s3:::example-checkpoints", "access": "read-write"},
            {"uri": "s3://example-datasets/curated/"},
        ],
        kms_key_arns=["arn:aws:kms:us-east-2:111122223333:key/1"],
    )
    assert json.loads(str(made["data-policy"].inputs["policy"]))["Statement"] == [
        {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::example-checkpoints"]},
        {
            "Effect": "Allow",
            "Action": [
                "s3:GetObject",
                "s3:PutObject",
                "s3:DeleteObject",
                "s3:AbortMultipartUpload",
                "s3:ListMultipartUploadParts",
            ],
            "Resource": ["arn:aws:s3:::example-checkpoints/*"],
        },
        {
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": ["arn:aws:s3:::example-datasets"],
            "Condition": {"StringLike": {"s3:prefix": ["curated", "curated/*"]}},
        },
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::example-datasets/curated/*"]},
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": ["arn:aws:kms:us-east-2:111122223333:key/1"],
        },
    ]
    assert json.loads(str(made["role"].inputs["assumeRolePolicy"]))["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]


def test_what_a_node_does_for_itself_is_named_after_its_role() -> None:
    """The start-up script finds both by the name of the role, so no name of a step is in them."""
    made = make(Cluster, "training", **ONE, log_retention_days=7)
    assert made["log-group"].inputs == {"name": UNKNOWN, "retentionInDays": 7, "tags": {"Name": "training-log-group"}}
    for child in ("log-group", "ranks"):
        assert "role" in made.waits_for(child)


def test_totals_are_those_of_the_catalogue_and_known_in_a_plan() -> None:
    outputs = make(Cluster, "training", **TWO).outputs
    names = ("ultraserver_count", "chips", "hbm_gib", "efa_interfaces", "efa_gbps")
    assert [outputs[name] for name in names] == [2, 128, 12288, 128, 25600]


def test_outputs() -> None:
    made = make(Cluster, "training", **ONE)
    assert set(made.outputs) == set(Cluster.declared_outputs())
    assert made.outputs["instance_ids"] == made.outputs["private_ips"] == made.outputs["ssm_commands"] == [UNKNOWN] * 4
    assert made.outputs["coordinator"] == UNKNOWN


def test_everything_that_takes_tags_has_them_and_a_name() -> None:
    made = make(Cluster, "training", **ONE, tags={"cost-center": "ml"}, data_buckets=[{"uri": "s3://example"}])
    untagged = {"aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"}
    children = [made[role] for role in made.roles]
    assert {r.type for r in children if "tags" not in r.inputs} == untagged
    for r in children:
        if "tags" in r.inputs:
            assert r.inputs["tags"].items() >= {"cost-center": "ml", "Name": r.name}.items()  # type: ignore[union-attr]


# ---- by itself ------------------------------------------------------------------------------------------------------

WEEK = {"start": "0 8 * * 1-5", "stop": "30 19 * * 1-5", "time_zone": "Europe/Berlin"}
NIGHTS = {**WEEK, "teardown_at": "2026-12-15T10:00:00+01:00"}
EC2 = "arn:aws:scheduler:::aws-sdk:ec2:"


def by_itself(made: Any) -> set[str]:
    return {role for role in made.roles if made[role].type == "aws:scheduler/schedule:Schedule"}


def test_nodes_stop_and_start_by_themselves_each_ultraserver_alone() -> None:
    """A call for many fails as soon as one of them is gone, as those of a block that has ended are."""
    made = make(Cluster, "training", **TWO, schedule=WEEK)
    assert by_itself(made) == {f"{word}-{block}" for word in ("start", "stop") for block in (FIRST, SECOND)}
    assert made[f"start-{FIRST}"].inputs == {
        "scheduleExpression": "cron(0 8 ? * 2-6 *)",
        "scheduleExpressionTimezone": "Europe/Berlin",
        "flexibleTimeWindow": {"mode": "OFF"},
        "target": {
            "arn": EC2 + "startInstances",
            "roleArn": UNKNOWN,
            "input": UNKNOWN,
            "retryPolicy": {"maximumEventAgeInSeconds": 1800},
        },
    }
    stop: Any = made[f"stop-{FIRST}"].inputs
    assert (stop["scheduleExpression"], stop["target"]["arn"]) == ("cron(30 19 ? * 2-6 *)", EC2 + "stopInstances")
    nodes_of_first = {f"{FIRST}-node-{n}" for n in range(4)}
    assert made.waits_for(f"stop-{FIRST}") == {*nodes_of_first, "schedule-role", "schedule-policy"}
    assert made["schedule-role"].inputs["tags"] == {"Name": "training-schedule-role"}


def test_teardown_stops_them_once_and_nothing_starts_them_after_it() -> None:
    made = make(Cluster, "training", **ONE, schedule=NIGHTS)
    teardown: Any = made[f"teardown-{FIRST}"].inputs
    assert (teardown["scheduleExpression"], teardown["scheduleExpressionTimezone"]) == (
        "at(2026-12-15T09:00:00)",
        "UTC",
    )
    assert (teardown["target"]["arn"], "actionAfterCompletion" in teardown) == (EC2 + "stopInstances", False)
    assert made[f"start-{FIRST}"].inputs["endDate"] == "2026-12-15T09:00:00Z"
    assert "endDate" not in made[f"stop-{FIRST}"].inputs
    assert by_itself(make(Cluster, "training", **ONE, schedule={"teardown_at": "2026-12-15T09:00:00Z"})) == {
        f"teardown-{FIRST}"
    }


@pytest.mark.parametrize(
    "given",
    [
        {"schedule": {"hours_per_week": 50}},
        {"schedule": NIGHTS, "ultraservers": []},
        {"schedule": NIGHTS, "ultraservers": [{"id": FIRST, "launch": False}]},
    ],
)
def test_hours_alone_or_nodes_that_are_not_there_need_no_schedules(given: dict[str, Any]) -> None:
    made = make(Cluster, "training", **{**ONE, **given})
    assert by_itself(made) | ({"schedule-role", "schedule-policy"} & made.roles) == set()


NODES = [f"arn:aws:ec2:us-east-2:111122223333:instance/i-{n}" for n in range(4)]


@pytest.mark.parametrize(("starts", "calls"), [(True, ["Stop", "Start"]), (False, ["Stop"])])
def test_schedules_may_stop_and_start_these_nodes_and_no_others(starts: bool, calls: list[str]) -> None:
    assert leave(NODES, None, starts=starts) == [
        {"Effect": "Allow", "Action": [f"ec2:{call}Instances" for call in calls], "Resource": NODES}
    ]


@pytest.mark.parametrize(
    ("key", "resource", "more"),
    [
        ("arn:aws:kms:us-east-2:111122223333:key/1", "arn:aws:kms:us-east-2:111122223333:key/1", {}),
        ("1", "arn:aws:kms:*:*:key/1", {}),
        *[
            (alias, "*", {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/disks"}})
            for alias in ("alias/disks", "arn:aws:kms:us-east-2:111122223333:alias/disks")
        ],
    ],
)
def test_who_starts_a_node_lets_ec2_use_the_key_of_its_disk(key: str, resource: str, more: dict[str, Any]) -> None:
    assert leave(NODES, key, starts=True)[1] == {
        "Effect": "Allow",
        "Action": "kms:CreateGrant",
        "Resource": resource,
        "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}, **more},
    }
    assert len(leave(NODES, key, starts=False)) == 1


def test_all_that_may_be_scheduled_fit_one_policy() -> None:
    """IAM counts 10240 characters, without spaces."""
    arn = "arn:aws:ec2:ap-southeast-4:111122223333:instance/i-0123456789abcdef0"
    key = "arn:aws:kms:ap-southeast-4:111122223333:alias/" + "x" * 250  # the longest that KMS takes
    assert len(json.dumps(leave([arn] * 33 * 4, key, starts=True)).replace(" ", "")) < 10240 - 50
    assert complaints(ClusterArgs, {**ONE, "schedule": NIGHTS, "ultraservers": blocks(33)}) == []
    hours = {"schedule": {"hours_per_week": 40}, "ultraservers": blocks(34)}
    assert complaints(ClusterArgs, {**ONE, **hours}) == []


def blocks(count: int) -> list[dict[str, str]]:
    return [{"id": f"cr-{n:017x}"} for n in range(count)]


def test_schedules_of_other_accounts_cannot_use_the_role() -> None:
    (statement,) = trust("arn:aws:logs:us-east-2:111122223333:log-group:/ultrastack/training")
    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "111122223333"}}


@pytest.mark.parametrize(
    ("given", "most", "role"),
    [
        ({"schedule": WEEK, **ONE}, 29, f"start-{FIRST}"),
        ({"schedule": NIGHTS, **ONE}, 26, f"teardown-{FIRST}"),
        ({"schedule": NIGHTS, "ultraservers": [{"name": "one"}]}, 42, "schedule-role"),
    ],
)
def test_schedules_leave_less_room_for_the_name(given: dict[str, Any], most: int, role: str) -> None:
    assert Cluster.too_long("x" * most, given) == ""
    assert Cluster.too_long("x" * (most + 1), given) == (
        f"is too long for its {role}, whose name in the cloud has at most 64 characters; "
        f"fix: use at most {most} characters"
    )


def test_an_ultraservers_own_name_may_leave_none() -> None:
    given = {"schedule": Schedule(**NIGHTS), "ultraservers": [{"name": "x" * 60}]}
    assert Cluster.too_long("training", given) == (
        f"is too long for its teardown-{'x' * 60}, whose name in the cloud has at most 64 characters; "
        "fix: give the UltraServer a short name"
    )


# ---- at the door ----------------------------------------------------------------------------------------------------


def of(**ultraserver: Any) -> dict[str, Any]:
    return {"ultraservers": [ultraserver]}


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"schedule": {**WEEK, "stop": WEEK["start"]}},
        "schedule: 'start' and 'stop' come at the same time; fix: choose another stop",
    ),
    (
        {"schedule": {**WEEK, "start": "0 8 31 2 *"}},
        "schedule.start: must be cron: it never comes, as no such month has that day; fix: choose a day that there is",
    ),
    (
        {"schedule": NIGHTS, "ultraservers": blocks(34)},
        "schedule: cannot be for more than 33 UltraServers, by IAM's limit; fix: make two clusters",
    ),
    (
        {"schedule": {"start": "0 8 * * *"}},
        "schedule: 'start' and 'stop' need each other; fix: add the other one",
    ),
    ({"security_group_ids": []}, "security_group_ids: List should have at least 1 item after validation, not 0"),
    (of(**WINDOW), "ultraservers.0: needs either id or resource_group_arn; fix: add id: cr-..., and only that"),
    (
        of(id=FIRST, resource_group_arn="arn:aws:x"),
        "ultraservers.0: needs either id or resource_group_arn; fix: add id: cr-..., and only that",
    ),
    (of(id="lt-0a1b"), "ultraservers.0.id: must be the id of a reservation; fix: write it like cr-0a1b2c3d4e5f60718"),
    (
        of(id=FIRST, starts_at="2026-12-01"),
        "ultraservers.0.starts_at: must be a moment with its zone; fix: write it like 2026-12-01T11:30:00Z",
    ),
    (
        of(id=FIRST, ends_at="tomorrow"),
        "ultraservers.0.ends_at: must be a moment with its zone; fix: write it like 2026-12-01T11:30:00Z",
    ),
    (
        of(id=FIRST, starts_at="2026-12-15T11:30:00Z", ends_at="2026-12-01T11:30:00Z"),
        "ultraservers.0.ends_at: must be after starts_at; fix: exchange them",
    ),
    (of(id=FIRST, upfront_usd=-1), "ultraservers.0.upfront_usd: Input should be greater than or equal to 0"),
    (of(id=FIRST, launch="yes"), "ultraservers.0.launch: Input should be a valid boolean"),
    (
        {"ultraservers": [{"id": FIRST, "name": name} for name in ("first", "second")]},
        f"ultraservers: has {FIRST} twice; fix: give each UltraServer the block that was bought for it",
    ),
    (
        {"ultraservers": [{"id": FIRST, "name": "first"}, {"id": SECOND, "name": "first"}]},
        "ultraservers: has first twice; fix: give each UltraServer a block and a name of its own",
    ),
    (
        of(id=FIRST, placement_group="reserved"),
        "ultraservers.0.placement_group: cannot go with a capacity block, which is placed already; fix: remove it",
    ),
    (
        {"ultraservers": [{"id": f"cr-{n:017x}"} for n in range(57)]},
        "ultraservers: has more than 56, whose ranks fit no SSM parameter; fix: make two clusters",
    ),
    (
        {"image": "neuron-multi-framework-ubuntu-24.4"},
        "image: cannot be found in the catalogue; fix: use 'neuron-multi-framework-ubuntu-24.04'",
    ),
    (
        {"image": "windows"},
        "image: cannot be found in the catalogue; fix: write an AMI id or an SSM parameter",
    ),
    (
        {"efa_layout": "all"},
        "efa_layout: cannot be found in the catalogue; fix: use one of efa-only, combined",
    ),
    ({"logical_neuron_cores": 4}, "logical_neuron_cores: Input should be 1 or 2"),
    ({"metadata_hop_limit": 0}, "metadata_hop_limit: Input should be greater than or equal to 1"),
    (
        {"log_retention_days": 8},
        "log_retention_days: Input should be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, "
        "1827, 2192, 2557, 2922, 3288 or 3653",
    ),
    (
        {"mounts": [{"file_system": {"id": "fs-1"}, "path": "/fsx"}]},
        "mounts.0.file_system: needs dns_name; fix: take the `mount` output of aws.fsx_lustre",
    ),
    (
        {"mounts": [{"file_system": FSX, "path": "/usr/"}]},
        "mounts.0.path: would hide a directory of the operating system; fix: write it like /fsx",
    ),
    *[
        (
            {"mounts": [{"file_system": FSX, "path": path}]},
            "mounts.0.path: must be a directory from the root, of letters, digits and _.+@-; fix: write it like /fsx",
        )
        for path in ("fsx", "/", "//fsx", "/my data", "/$(reboot)", "/fsx/../etc")
    ],
    (
        {"mounts": [{"file_system": FSX, "path": "/fsx"}, {"file_system": FSX, "path": "/fsx/"}]},
        "mounts: has /fsx twice; fix: give each file system a path of its own",
    ),
    ({"data_buckets": [{}]}, "data_buckets.0: needs either arn or uri; fix: add uri: s3://..., and only that"),
    ({"root_volume": {"type": "io2"}}, "root_volume.iops: Field required"),
    (
        {"root_volume": {"type": "io2", "iops": 10000, "throughput_mbps": 500}},
        "root_volume.throughput_mbps: cannot go with io2; fix: remove it, or write type: gp3",
    ),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_what_is_impossible_is_refused_at_the_door(given: dict[str, Any], said: str) -> None:
    assert complaints(ClusterArgs, {**ONE, **given}) == [said]


def test_a_script_too_long_for_ec2_is_refused_before_anything_is_made() -> None:
    (said,) = complaints(ClusterArgs, {**ONE, "bootstrap": "x" * USER_DATA_MAX_BYTES})
    assert re.fullmatch(
        r"bootstrap: makes user data of \d+ bytes, \d+ more than the 16384 that EC2 takes; "
        "fix: fetch the greater part of the script from S3",
        said,
    )


def test_the_mounts_count_too_before_their_names_are_known() -> None:
    later: Any = Later("data.mount", lambda built: None, "mapping")
    mounts = [{"file_system": later, "path": f"/fsx{n}"} for n in range(5)]
    script = "x" * (USER_DATA_MAX_BYTES - len(base64.b64decode(user_data(ClusterArgs(**ONE).node, [], "x"))) - 200)
    assert complaints(ClusterArgs, {**ONE, "bootstrap": script}) == []
    assert len(complaints(ClusterArgs, {**ONE, "bootstrap": script, "mounts": mounts})) == 1


def test_a_reservation_that_is_only_known_later_needs_a_name() -> None:
    said: list[list[str]] = []

    def program() -> None:
        later: Any = pulumi.Output.from_input(pulumi.UNKNOWN)
        said.append(complaints(ClusterArgs, {**ONE, **of(id=later)}))
        said.append(complaints(ClusterArgs, {**ONE, **of(id=later, name="first")}))

    build(program)
    why = "ultraservers.0: needs a name, as its reservation is only known later; fix: add name: first"
    assert said == [[why], []]


def test_values_that_are_only_known_later_are_not_asked_for() -> None:
    """While a stack file is read, a reference stands for them, and asking it anything is an error of ours."""

    def later(kind: Any = "value") -> Any:
        return Later("data.mount", lambda built: None, kind)

    given = {
        "ultraservers": [{"id": later(), "name": "first"}, {"resource_group_arn": later(), "name": "second"}],
        "subnet_id": later(),
        "security_group_ids": [later()],
        "image": later(),
        "root_volume": {"size_gib": later(), "kms_key_id": later()},
        "mounts": [{"file_system": later("mapping"), "path": "/fsx"}],
        "bootstrap": later(),
        "data_buckets": [{"arn": later()}, {"uri": later()}],
        "kms_key_arns": [later()],
        "policy_arns": {"extra": later()},
    }
    assert complaints(ClusterArgs, given) == []
    why = "ultraservers.0: needs a name, as its reservation is only known later; fix: add name: first"
    assert complaints(ClusterArgs, {**given, **of(id=later())}) == [why]


def test_every_declared_role_is_used() -> None:
    made = make(
        Cluster,
        "training",
        **ONE,
        data_buckets=[{"uri": "s3://example"}],
        policy_arns={"extra": "arn:aws:iam::111122223333:policy/extra"},
        schedule=NIGHTS,
    )
    for role in Cluster.roles:
        assert any(part in child for child in made.roles for part in [role.strip("*")]), role
