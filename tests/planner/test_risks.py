"""Each change says what it may take away, and only that; its ways out help against this change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.planner.changed_stacks import Edit, planned, shipped
from tests.policies.cases import CASES as CASES_OF_RULES
from tests.policies.cases import PROVIDERS, Case, cases_of, graph_of
from ultrastack.model.change import Change, Harm
from ultrastack.model.comparison import Comparison
from ultrastack.planner.diff import diff
from ultrastack.planner.risks import ORDER, with_risks
from ultrastack.report.review_outline import HARMS, rows

Program = Mapping[str, Mapping[str, Any]]
Said = dict[str, list[tuple[str, str]]]  # name -> harm and whether it is sure

FSX = "aws:fsx/lustreFileSystem:LustreFileSystem"
LINK = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
BUCKET, VOLUME = "aws:s3/bucket:Bucket", "aws:ebs/volume:Volume"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOGS, KEY, PARAMETER = "aws:cloudwatch/logGroup:LogGroup", "aws:kms/key:Key", "aws:ssm/parameter:Parameter"
INSTANCE, GROUP = "aws:ec2/instance:Instance", "aws:autoscaling/group:Group"
TEMPLATE, RESERVATION = "aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/capacityReservation:CapacityReservation"
BLOCK = "aws:ec2/capacityBlockReservation:CapacityBlockReservation"
NODES, POOL = "aws:eks/nodeGroup:NodeGroup", "gcp:container/nodePool:NodePool"
TPU, QUEUED = "gcp:tpu/v2Vm:V2Vm", "gcp:tpu/v2QueuedResource:V2QueuedResource"
MIG, VM, GCS = (
    "gcp:compute/instanceGroupManager:InstanceGroupManager",
    "gcp:compute/instance:Instance",
    "gcp:storage/bucket:Bucket",
)
ENDPOINT, CONFIG = "aws:sagemaker/endpoint:Endpoint", "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
TARGETS = "aws:lb/targetGroup:TargetGroup"
TARGET, BALANCER = "aws:appautoscaling/target:Target", "aws:lb/loadBalancer:LoadBalancer"
CONTROL, TABLE = "aws:cloudcontrol/resource:Resource", "aws:dynamodb/table:Table"
LOST, MAY_LOSE = ("data loss", "sure"), ("data loss", "may")
BACK, MAY_BACK = ("capacity given back", "sure"), ("capacity given back", "may")
DRAINED, DOWN, MAY_DOWN = ("fleet drained", "sure"), ("endpoint down", "sure"), ("endpoint down", "may")
UNKNOWN, MAY_UNKNOWN = ("unknown", "sure"), ("unknown", "may")


def one(token: str, options: Mapping[str, Any] | None = None, /, **inputs: Any) -> Program:
    return {"x": {"type": token, "inputs": inputs, "options": options or {}}}


def lustre(options: Mapping[str, Any] | None = None, /, **inputs: Any) -> Program:
    given = {"deploymentType": "PERSISTENT_2", "storageType": "SSD", "storageCapacity": 4800, "subnetIds": "subnet-1"}
    return one(FSX, options, **{**given, **inputs})


def fleet(refresh: bool = False, machine: str = "p5.48xlarge", image: str = "ami-1", **sizes: Any) -> Program:
    group: dict[str, Any] = {"minSize": 2, "maxSize": 4, "launchTemplate": {"id": {"$ref": "t.id"}}, **sizes}
    if refresh:
        group["instanceRefresh"] = {"strategy": "Rolling"}
    return {
        "t": {"type": TEMPLATE, "inputs": {"imageId": image, "instanceType": machine}},
        "x": {"type": GROUP, "inputs": group},
    }


def expiring(days: int | None, *, bucket: bool = True) -> Program:
    rule = {"id": "a", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": days}}
    made: dict[str, Mapping[str, Any]] = {"b": {"type": BUCKET, "inputs": {"bucket": "b"}}} if bucket else {}
    if days is not None:
        made["x"] = {"type": LIFECYCLE, "inputs": {"bucket": {"$ref": "b.id"}, "rules": [rule]}}
    return made


def linked(**s3: Any) -> Program:
    link = {"fileSystemId": {"$ref": "x.id"}, "fileSystemPath": "/a", "dataRepositoryPath": "s3://a", **s3}
    return {**lustre(deploymentType="SCRATCH_2"), "link": {"type": LINK, "inputs": link}}


def risky(before: Program, after: Program) -> tuple[Change, ...]:
    old, new = graph_of(before, PROVIDERS), graph_of(after, PROVIDERS)
    return with_risks(diff(old, new), old, new)


def said(changes: tuple[Change, ...]) -> Said:
    found = {
        change.resource.name: [(risk.harm, "sure" if risk.certain else "may") for risk in change.risks]
        for change in changes
    }
    return {name: risks for name, risks in found.items() if risks}


SPOT = {"instanceMarketOptions": {"marketType": "spot"}}
PROTECTED, RETAINED = {"protect": True}, {"retain_on_delete": True}
MACHINE = {"instanceType": "trn2.48xlarge", "ami": "ami-1", "subnetId": "subnet-1"}
SLICE = {"acceleratorType": "v5litepod-8", "runtimeVersion": "v2-alpha-tpuv5-lite", "zone": "us-west4-a"}
TPU_NODES = {"nodeConfig": {"machineType": "ct5lp-hightpu-4t"}}
REFRESHING = {"type": "PROACTIVE", "minimalAction": "REFRESH", "mostDisruptiveAllowedAction": "REFRESH"}
COMPONENT = {"typeName": "AWS::SageMaker::InferenceComponent", "desiredState": "{}"}

CASES: Mapping[str, tuple[Program, Program, Said]] = {
    # what it holds
    "a file system goes": (lustre(), {}, {"x": [LOST]}),
    "a file system is replaced": (lustre(), lustre(storageType="HDD"), {"x": [LOST]}),
    "a file system falls": (lustre(), lustre(storageCapacity=2400), {"x": [LOST]}),
    "a file system grows": (lustre(), lustre(storageCapacity=9600), {}),
    "nobody knows the size": (lustre(), lustre(storageCapacity={"$unknown": True}), {"x": [MAY_LOSE]}),
    "a final backup": (lustre(skipFinalBackup=False), {}, {"x": [MAY_LOSE]}),
    "a final backup that comes too late": (
        lustre(),
        lustre(skipFinalBackup=False, storageType="HDD"),
        {"x": [LOST]},
    ),
    "scratch leaves no backup": (lustre(deploymentType="SCRATCH_2", skipFinalBackup=False), {}, {"x": [LOST]}),
    "it is protected": (lustre(PROTECTED), lustre(PROTECTED, storageType="HDD"), {"x": [MAY_LOSE]}),
    "protected, and deleted": (lustre(PROTECTED), {}, {"x": [MAY_LOSE]}),
    "its protection goes with it": (lustre(PROTECTED), lustre(storageType="HDD"), {"x": [LOST]}),
    "protected only now": (lustre(), lustre(PROTECTED, storageType="HDD"), {"x": [MAY_LOSE]}),
    "it stays in the account": (lustre(RETAINED), {}, {}),
    "retained only now": (lustre(), lustre(RETAINED, storageType="HDD"), {"x": [LOST]}),
    "a link that writes back": (linked(s3={"autoExportPolicy": {"events": ["NEW"]}}), {}, {"x": [MAY_LOSE]}),
    "a link that only reads": (linked(s3={"autoImportPolicy": {"events": ["NEW"]}}), {}, {"x": [LOST]}),
    "a link that takes its files along": (
        linked(deleteDataInFilesystem=True),
        lustre(deploymentType="SCRATCH_2"),
        {"link": [LOST]},
    ),
    "a bucket that is not emptied": (one(BUCKET, bucket="a"), {}, {"x": [MAY_LOSE]}),
    "a bucket with what is in it": (one(BUCKET, bucket="a", forceDestroy=True), {}, {"x": [LOST]}),
    "a volume": (one(VOLUME, size=1), {}, {"x": [LOST]}),
    "a volume with a last snapshot": (one(VOLUME, size=1, finalSnapshot=True), {}, {"x": [MAY_LOSE]}),
    "a key": (one(KEY), {}, {"x": [LOST]}),
    "a parameter stands in the program": (one(PARAMETER, name="a"), {}, {}),
    "logs that stay": (one(LOGS, skipDestroy=True), {}, {}),
    "logs end sooner": (one(LOGS, retentionInDays=30), one(LOGS, retentionInDays=7), {"x": [LOST]}),
    "logs were for ever": (one(LOGS), one(LOGS, retentionInDays=365), {"x": [LOST]}),
    "logs end later": (one(LOGS, retentionInDays=7), one(LOGS, retentionInDays=30), {}),
    "logs for ever": (one(LOGS, retentionInDays=7), one(LOGS, retentionInDays=0), {}),
    "objects end sooner": (expiring(30), expiring(7), {"x": [MAY_LOSE]}),
    "objects end later": (expiring(7), expiring(30), {}),
    "objects end from now on": (expiring(None), expiring(30), {"x": [MAY_LOSE]}),
    "objects of a new bucket": (expiring(None, bucket=False), expiring(30), {}),
    "objects of Google's": (
        one(GCS, lifecycleRules=[{"action": {"type": "Delete"}, "condition": {"age": 30}}]),
        one(GCS, lifecycleRules=[{"action": {"type": "Delete"}, "condition": {"age": 7}}]),
        {"x": [MAY_LOSE]},
    ),
    # what may not be had again
    "a machine": (one(INSTANCE, **MACHINE), {}, {"x": [BACK]}),
    "a machine in another subnet": (
        one(INSTANCE, **MACHINE),
        one(INSTANCE, **{**MACHINE, "subnetId": "subnet-2"}),
        {"x": [BACK]},
    ),
    "a protected machine": (one(INSTANCE, PROTECTED, **MACHINE), {}, {"x": [MAY_BACK]}),
    "a machine without accelerators": (one(INSTANCE, instanceType="t3.micro"), {}, {"x": [DRAINED]}),
    "a machine is stopped": (
        one(INSTANCE, **MACHINE, userData="a"),
        one(INSTANCE, **MACHINE, userData="b"),
        {"x": [MAY_BACK, DRAINED]},
    ),
    "a small machine is stopped": (
        one(INSTANCE, instanceType="t3.micro", userData="a"),
        one(INSTANCE, instanceType="t3.micro", userData="b"),
        {"x": [DRAINED]},
    ),
    "a machine of another type, perhaps in place": (
        one(INSTANCE, instanceType="t3.micro"),
        one(INSTANCE, instanceType="t3.large"),
        {"x": [("fleet drained", "may")]},
    ),
    "a machine is tagged": (one(INSTANCE, **MACHINE), one(INSTANCE, **MACHINE, tags={"a": "b"}), {}),
    "a group": (fleet(), {}, {"x": [BACK]}),
    "a group whose template nobody knows": (
        one(GROUP, minSize=1, maxSize=1, launchTemplate={"id": "lt-1"}),
        {},
        {"x": [MAY_BACK]},
    ),
    "a group without accelerators": (fleet(machine="m7i.large"), {}, {"x": [DRAINED]}),
    "a group that must shrink": (fleet(minSize=4), fleet(minSize=2, maxSize=2), {"x": [BACK]}),
    "a group that may shrink": (fleet(), fleet(maxSize=3), {"x": [MAY_BACK]}),
    "a group that wants less": (fleet(desiredCapacity=4), fleet(desiredCapacity=3), {"x": [BACK]}),
    "a group grows": (fleet(), fleet(minSize=4, maxSize=8), {}),
    "a small group shrinks": (fleet(machine="m7i.large"), fleet(machine="m7i.large", maxSize=2), {}),
    "a reservation": (one(RESERVATION, instanceType="p5.48xlarge", instanceCount=4), {}, {"x": [BACK]}),
    "a smaller reservation": (
        one(RESERVATION, instanceType="p5.48xlarge", instanceCount=4),
        one(RESERVATION, instanceType="p5.48xlarge", instanceCount=2),
        {"x": [BACK]},
    ),
    "a block runs on": (one(BLOCK, capacityBlockOfferingId="a"), {}, {}),
    "a second block": (
        one(BLOCK, capacityBlockOfferingId="a"),
        one(BLOCK, capacityBlockOfferingId="b"),
        {"x": [BACK]},
    ),
    "a slice": (one(TPU, **SLICE), {}, {"x": [BACK]}),
    "another slice": (one(TPU, **SLICE), one(TPU, **{**SLICE, "acceleratorType": "v5litepod-4"}), {"x": [BACK]}),
    "a place in the queue": (one(QUEUED, zone="us-west4-a"), {}, {"x": [BACK]}),
    "a pool shrinks": (
        one(POOL, cluster="a", nodeCount=4, **TPU_NODES),
        one(POOL, cluster="a", nodeCount=2, **TPU_NODES),
        {"x": [BACK]},
    ),
    # what runs
    "a refresh": (fleet(refresh=True), fleet(refresh=True, image="ami-2"), {"t": [DRAINED]}),
    "no refresh": (fleet(), fleet(image="ami-2"), {}),
    "a pool is made anew": (
        one(POOL, cluster="a", nodeConfig={"machineType": "ct5lp-hightpu-4t", "imageType": "A"}),
        one(POOL, cluster="a", nodeConfig={"machineType": "ct5lp-hightpu-4t", "imageType": "B"}),
        {"x": [DRAINED]},
    ),
    "a group of Google's": (
        one(MIG, versions=[{"instanceTemplate": "a"}], updatePolicy={"type": "PROACTIVE", "minimalAction": "REPLACE"}),
        one(MIG, versions=[{"instanceTemplate": "b"}], updatePolicy={"type": "PROACTIVE", "minimalAction": "REPLACE"}),
        {"x": [DRAINED]},
    ),
    "a group of Google's that may not end a machine": (
        one(MIG, versions=[{"instanceTemplate": "a"}], updatePolicy=REFRESHING),
        one(MIG, versions=[{"instanceTemplate": "b"}], updatePolicy=REFRESHING),
        {},
    ),
    "a node group takes another version": (
        one(NODES, clusterName="a", version="1.33"),
        one(NODES, clusterName="a", version="1.34"),
        {"x": [DRAINED]},
    ),
    "a node group is labelled": (one(NODES, clusterName="a"), one(NODES, clusterName="a", labels={"a": "b"}), {}),
    "a group refreshes for another template": (
        one(GROUP, maxSize=1, minSize=1, launchTemplate={"id": "lt-1"}, instanceRefresh={"strategy": "Rolling"}),
        one(GROUP, maxSize=1, minSize=1, launchTemplate={"id": "lt-2"}, instanceRefresh={"strategy": "Rolling"}),
        {"x": [DRAINED]},
    ),
    "a group does not refresh": (
        one(GROUP, maxSize=1, minSize=1, launchTemplate={"id": "lt-1"}),
        one(GROUP, maxSize=1, minSize=1, launchTemplate={"id": "lt-2"}),
        {},
    ),
    "a machine of Google's is stopped": (
        one(VM, machineType="e2-small"),
        one(VM, machineType="e2-large"),
        {"x": [DRAINED]},
    ),
    # who answers
    "an endpoint goes": (one(ENDPOINT, endpointConfigName="a"), {}, {"x": [DOWN]}),
    "an endpoint is renamed": (
        one(ENDPOINT, endpointConfigName="a", name="a"),
        one(ENDPOINT, endpointConfigName="a", name="b"),
        {"x": [DOWN]},
    ),
    "an endpoint gets another configuration": (
        one(ENDPOINT, endpointConfigName="a"),
        one(ENDPOINT, endpointConfigName="b"),
        {},
    ),
    "an endpoint that stays in the account": (one(ENDPOINT, RETAINED, endpointConfigName="a"), {}, {}),
    "a balancer": (one(BALANCER, internal=False), one(BALANCER, internal=True), {"x": [DOWN]}),
    "other targets": (one(TARGETS, port=80, vpcId="a"), one(TARGETS, port=81, vpcId="a"), {"x": [MAY_DOWN]}),
    "a variant may rest": (
        one(TARGET, minCapacity=1, maxCapacity=4, serviceNamespace="sagemaker", resourceId="a"),
        one(TARGET, minCapacity=0, maxCapacity=4, serviceNamespace="sagemaker", resourceId="a"),
        {"x": [MAY_DOWN]},
    ),
    "a part of an endpoint": (one(CONTROL, **COMPONENT), {}, {"x": [DOWN]}),
    "a file system of Cloud Control": (
        one(CONTROL, typeName="AWS::FSx::FileSystem", desiredState="{}"),
        {},
        {"x": [MAY_LOSE]},
    ),
    # what nobody knows
    "an unknown type goes": (one(TABLE, name="a"), {}, {"x": [UNKNOWN]}),
    "an unknown type changes": (one(TABLE, name="a"), one(TABLE, name="b"), {"x": [MAY_UNKNOWN]}),
    "an unknown type of Cloud Control": (
        one(CONTROL, typeName="AWS::DynamoDB::Table", desiredState="{}"),
        {},
        {"x": [UNKNOWN]},
    ),
    # nothing
    "it is new": ({}, lustre(), {}),
    "it is imported": ({}, lustre({"import_id": "fs-1"}), {}),
    "it is tagged": (lustre(), lustre(tags={"a": "b"}), {}),
    "nothing changes": (lustre(), lustre(), {}),
    "a rule's words": (
        one("aws:ec2/securityGroup:SecurityGroup", name="a"),
        one("aws:ec2/securityGroup:SecurityGroup", name="a", description="b"),
        {},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_says_what_it_takes_away(case: str) -> None:
    before, after, wanted = CASES[case]
    assert said(risky(before, after)) == wanted


def the(changes: tuple[Change, ...], name: str) -> Change:
    return next(one for one in changes if one.resource.name == name)


def test_the_order_of_harms_is_the_reports() -> None:
    assert ORDER == HARMS


def test_a_sentence_names_the_inputs_and_their_values() -> None:
    (risk,) = the(risky(lustre(), lustre(storageType="HDD", storageCapacity=6000)), "x").risks
    assert risk.why == (
        "FSx Lustre file system x is replaced because storageType changes from SSD to HDD; what it holds is not copied"
    )
    assert risk.ways_out == (
        "leave storageType as it is",
        "make a second one in a step of its own, copy what the old one holds, and take the old step away later",
        "brought by an `up` of its own before this one: `protect` among its options stops it; "
        "`skipFinalBackup: false` makes a final backup; `retainOnDelete` keeps it in the account",
    )


def test_a_secret_is_never_in_a_sentence() -> None:
    before, after = lustre(backupId={"$secret": "fs-secret"}), lustre(backupId="b-1")
    (risk,) = the(risky(before, after), "x").risks
    assert "because backupId changes;" in risk.why and "b-1" not in risk.why


def test_protection_is_told() -> None:
    (risk,) = the(risky(lustre(PROTECTED), {}), "x").risks
    assert risk.why == (
        "FSx Lustre file system x is deleted; `protect` stops that `up`, without it what it holds is lost"
    )
    assert not any("`protect`" in way for way in risk.ways_out)
    (risk,) = the(risky(lustre(PROTECTED), lustre(storageType="HDD")), "x").risks
    assert risk.why.endswith("what it holds is not copied; the same change takes its `protect` away")


def test_a_key_can_be_had_back_for_a_time() -> None:
    (risk,) = the(risky(one(KEY), {}), "x").risks
    assert risk.why == (
        "KMS key x is deleted; what it holds is lost (everything encrypted under it becomes unreadable)"
    )
    assert "until its deletion window is over: `aws kms cancel-key-deletion`" in risk.ways_out


def test_a_new_name_in_a_program_without_steps_is_an_alias() -> None:
    changes = risky({"old": lustre()["x"]}, {"new": lustre()["x"]})
    (risk,) = the(changes, "old").risks
    assert risk.ways_out[0] == "if new is a new name for old: an alias with the name old among its options"


def test_a_round_of_a_loop_has_the_new_name_of_the_same_round() -> None:
    before = {f"old-{i}": one(INSTANCE, **MACHINE)["x"] for i in range(12)}
    after = {f"new-{i}": one(INSTANCE, **MACHINE)["x"] for i in range(12)}
    assert the(risky(before, after), "old-11").risks[0].ways_out[0].startswith("if new-11 is a new name for old-11")


@pytest.mark.parametrize("hostile", ["a\nb", "a\x1b[31mb", "a\u202eb", "a" * 200])
def test_a_value_that_is_no_line_of_text_is_not_repeated(hostile: str) -> None:
    (risk,) = the(risky(lustre(), lustre(storageType=hostile)), "x").risks
    assert "because storageType changes;" in risk.why


def test_new_rules_for_old_objects_can_be_left_out() -> None:
    (risk,) = the(risky(expiring(None), expiring(30)), "x").risks
    assert risk.why == "S3 bucket lifecycle configuration x is created; objects older than 30 days are deleted"
    assert risk.ways_out == ("leave x out",)


def test_a_smaller_group_says_by_how_much() -> None:
    (risk,) = the(risky(fleet(minSize=4), fleet(minSize=2, maxSize=2)), "x").risks
    assert risk.why == (
        "Auto Scaling group x becomes smaller: minSize changes from 4 to 2, maxSize changes from 4 to 2; "
        "what it has more goes back to the cloud"
    )
    assert risk.ways_out == ("leave minSize, maxSize as they are",)


def test_nothing_alike_is_no_new_name() -> None:
    changes = risky({"old": lustre()["x"]}, {"new": one(VOLUME, size=1)["x"]})
    assert not any("alias" in way for way in the(changes, "old").risks[0].ways_out)


def test_machines_started_into_a_reservation_go_back_to_it() -> None:
    target = {"capacityReservationTarget": {"capacityReservationId": "cr-1"}}
    changes = risky(one(INSTANCE, **MACHINE, capacityReservationSpecification=target), {})
    assert "its trn2.48xlarge goes back to cr-1 (" in the(changes, "x").risks[0].why


def test_spot_may_have_none_again() -> None:
    changes = risky(one(INSTANCE, **MACHINE, **SPOT), {})
    assert the(changes, "x").risks[0].why.endswith(", and spot may have none again")


def test_a_loop_by_number_is_told_to_name_its_rounds() -> None:
    def machines(*images: str) -> Program:
        return {f"n-{i}": one(INSTANCE, **{**MACHINE, "ami": image})["x"] for i, image in enumerate(images)}

    changes = risky(machines("ami-1", "ami-2", "ami-3"), machines("ami-2", "ami-3"))
    assert the(changes, "n-0").risks[0].ways_out[0] == (
        "n-0 takes over `ami` of n-1: name what the loop makes after something of its own, "
        "and say `formerly` for the old names"
    )


def test_alike_changes_are_one_row() -> None:
    machines = {f"n-{i}": one(INSTANCE, **MACHINE)["x"] for i in range(64)}
    changes = risky(machines, {})
    assert len(rows(Comparison(graph_of(machines, PROVIDERS), changes))) == 1
    assert len({change.risks[0].why.replace(change.resource.name, "") for change in changes}) == 1


def test_what_changes_nothing_has_no_risk() -> None:
    graph = graph_of(lustre(), PROVIDERS)
    assert with_risks((), graph, graph) == ()


# ---- the cases of the rules that judge the same


JUDGED: Mapping[str, Harm] = {
    "data_is_not_lost": "data loss",
    "capacity_is_not_given_back": "capacity given back",
    "endpoint_is_not_replaced": "endpoint down",
    "fleet_is_not_drained": "fleet drained",
}
OF_RULES = [one for name in JUDGED for one in cases_of(CASES_OF_RULES / "change" / f"{name}.yaml")]


@pytest.mark.parametrize("case", OF_RULES, ids=str)
def test_a_risk_and_its_rule_never_say_different_things(case: Case) -> None:
    harm = JUDGED[case.rule.partition(".")[2]]
    old, new = graph_of(case.before or {}, case.providers), graph_of(case.resources, case.providers)
    risks = [risk for one in with_risks(diff(old, new), old, new) for risk in one.risks]
    found = [risk for risk in risks if risk.harm == harm]
    if case.verdict == "fail":
        assert any(risk.certain for risk in found)
    elif case.verdict == "undecided":
        assert risks and not any(risk.certain for risk in found)
    else:
        assert not any(risk.certain for risk in found)


# ---- stacks as they are shipped


def of_stack(folder: Path, stack: str, *edits: Edit) -> tuple[Change, ...]:
    old, new = shipped(stack).graph, planned(folder, stack, *edits).graph
    return with_risks(diff(old, new), old, new)


RENAMED: Edit = ("common", "name: data\n", "name: store\n")
STACKS: Mapping[str, tuple[str, tuple[Edit, ...], Said]] = {
    "a tag of everything": ("dev", (("common", "service: llm", "service: other"),), {}),
    "a description": ("dev", (("common", "The curated datasets", "Datasets"),), {}),
    "a larger file system": ("dev", (("common", "capacity_gib: 1200", "capacity_gib: 2400"),), {}),
    "another kind of file system": (
        "staging",
        (("common", "deployment_type: SCRATCH_2", "deployment_type: SCRATCH_1"),),
        {"data-file-system": [LOST]},
    ),
    "a smaller file system that is protected and backed up": (
        "prod",
        (("prod", "capacity_gib: 9600", "capacity_gib: 4800"),),
        {"data-file-system": [MAY_LOSE]},
    ),
    "a new name": ("dev", (RENAMED,), {"data-file-system": [LOST]}),
    "a new name that says what it was": ("dev", (RENAMED, ("common", "store\n", "store\n    formerly: [data]\n")), {}),
    "versions end sooner": (
        "dev",
        (("common", "noncurrent_days: 14", "noncurrent_days: 7"),),
        {"checkpoints-lifecycle": [MAY_LOSE]},
    ),
    "another slice": ("dev", (("common", "tpu_topology: 2x2", "tpu_topology: 2x4"),), {"slice-slice-0": [BACK]}),
    "another TPU VM": (
        "prod",
        (("prod", "accelerator_type: v5litepod-4", "accelerator_type: v5litepod-8"),),
        {"notebook-slice-0": [BACK]},
    ),
    "a smaller pool": (
        "prod",
        (("prod", "min: 4\n      max: 4", "min: 2\n      max: 2"),),
        {"pool-group": [BACK]},
    ),
    "another machine behind an endpoint": (
        "staging",
        (("cluster", "instance_type: ml.inf2.24xlarge", "instance_type: ml.inf2.48xlarge"),),
        {},
    ),
    "another name for an endpoint": (
        "staging",
        (("cluster", "name: chat\n", "name: talk\n"),),
        {"chat-log-group": [LOST], "chat-endpoint": [DOWN]},
    ),
    "a balancer that only the network sees": (
        "vllm-g6e",
        (("vllm-g6e", "internal: false", "internal: true"),),
        {"chat-balancer": [DOWN]},
    ),
    "a stack that is not changed": ("prod", (), {}),
}


def test_a_group_of_googles_is_spot_where_its_template_is(tmp_path: Path) -> None:
    changes = of_stack(tmp_path, "dev", ("common", "tpu_topology: 2x2", "tpu_topology: 2x4"))
    assert the(changes, "slice-slice-0").risks[0].why.endswith(", and spot may have none again")


@pytest.mark.parametrize("case", STACKS)
def test_a_shipped_stack_is_told_what_an_edit_takes_away(case: str, tmp_path: Path) -> None:
    stack, edits, wanted = STACKS[case]
    assert said(of_stack(tmp_path, stack, *edits)) == wanted


def test_a_block_that_leaves_takes_its_machines_along(tmp_path: Path) -> None:
    times = 'starts_at: "2026-12-01T11:30:00Z", ends_at: "2026-12-15T11:30:00Z"'
    row = f"    - {{id: cr-0a1b2c3d4e5f60719, {times}, launch: true}}\n"
    changes = of_stack(tmp_path, "prod", ("prod", row, ""))
    risky_ones = [change for change in changes if change.risks]
    assert [change.resource.name[-6:] for change in risky_ones] == ["node-0", "node-1", "node-2", "node-3"]
    assert all("its trn2u.48xlarge goes back to cr-0a1b2c3d4e5f60719" in one.risks[0].why for one in risky_ones)


def test_the_ways_of_a_step_are_written_as_its_file_writes_them(tmp_path: Path) -> None:
    (risk,) = the(of_stack(tmp_path, "dev", RENAMED), "data-file-system").risks
    assert risk.ways_out == (
        "if store is a new name for data: `formerly: [data]` in step store",
        "copy what it holds, or make a snapshot, before",
        "brought by an `up` of its own before this one: `options: {protect: true}` stops it; "
        "`options: {retain_on_delete: true}` keeps it in the account",
    )


def test_a_role_can_ignore_what_would_replace_it(tmp_path: Path) -> None:
    edit = ("common", "deployment_type: SCRATCH_2", "deployment_type: SCRATCH_1")
    (risk,) = the(of_stack(tmp_path / "a", "dev", edit), "data-file-system").risks
    assert risk.ways_out[:2] == (
        "leave deploymentType as it is",
        "`options: {children: {file-system: {ignore_changes: [deploymentType]}}}` in step data",
    )
    options = "    options: {children: {file-system: {ignore_changes: [deploymentType]}}}\n"
    changes = of_stack(
        tmp_path / "b", "dev", edit, ("common", "    register: data\n", f"{options}    register: data\n")
    )
    assert said(changes) == {}


def test_what_follows_another_resource_is_left_there(tmp_path: Path) -> None:
    (risk,) = the(
        of_stack(tmp_path, "dev", ("common", "cidr: 10.20.0.0/16", "cidr: 10.21.0.0/16")), "data-file-system"
    ).risks
    assert not risk.certain
    assert "leave cidrBlock of net-private-subnet-use2-az3, cidrBlock of net-vpc as they are" in risk.ways_out
    assert not any("ignore_changes" in way for way in risk.ways_out)


def test_what_followed_a_renamed_step_is_told_its_old_name(tmp_path: Path) -> None:
    edit = ("trn2-ultraserver", "- name: net\n", "- name: network\n")
    (risk,) = the(of_stack(tmp_path, "trn2-ultraserver", edit), "data-file-system").risks
    assert risk.ways_out[0] == "if network is a new name for net: `formerly: [net]` in step network"
    assert not any(way.startswith("leave ") for way in risk.ways_out)


def test_a_replacement_trigger_says_which_setting_is_another(tmp_path: Path) -> None:
    edit = ("v6e-multislice", "topology: 4x4\n", "topology: 4x8\n")
    (risk,) = the(of_stack(tmp_path, "v6e-multislice", edit), "pretrain-slice-0").risks
    assert "is replaced because topology changes from 4x4 to 4x8; its capacity" in risk.why
    assert risk.ways_out[0] == "leave topology as it is"


def test_a_way_out_names_all_that_has_to_stay(tmp_path: Path) -> None:
    edit = ("p5en-pool", "    tags: {workload: pretraining}\n", "")
    (risk,) = the(of_stack(tmp_path, "p5en-pool", edit), "training-template").risks
    assert risk.ways_out[:2] == (
        "leave tagSpecifications as it is",
        "`options: {children: {template: {ignore_changes: [tagSpecifications]}}}` in step training",
    )


@pytest.mark.parametrize(
    ("stack", "edits", "wanted"),
    [
        (
            "spot-g6e",
            (("spot-g6e", "mkdir -p /var/lib/tuning\n", "mkdir -p /scratch\n"),),
            {("tuning-template", "userData", "bootstrap of tuning changes")},
        ),
        (
            "p5en-pool",
            (
                ("p5en-pool", "systemctl stop training", "systemctl stop job"),
                ("p5en-pool", "      max: 8", "      max: 9"),
            ),
            {("training-template", "userData", "drain of training changes")},
        ),
        (
            "estate-training",
            (("estate-training", "path: /fsx}", "path: /data}"),),
            {
                ("training-template", "userData", "mounts of training changes"),
                ("training-data-policy", "policy", "mounts of training changes"),
                ("training-own-policy", "policy", "mounts of training changes"),
                ("training-ranks", "insecureValue", "mounts of training changes"),
            },
        ),
        ("p5en-pool", (("p5en-pool", "      max: 8", "      max: 9"),), set()),
        (
            "trn2-ultraserver",
            (("trn2-ultraserver", "cidr: 10.20.0.0/16", "cidr: 10.20.0.0/16\n      nat: none"),),
            set(),
        ),
    ],
)
def test_a_setting_that_no_resource_shows_may_be_in_what_nobody_knows(
    stack: str, edits: tuple[Edit, ...], wanted: set[tuple[str, str, str]], tmp_path: Path
) -> None:
    changes = of_stack(tmp_path, stack, *edits)
    assert changes
    found = {(c.resource.name, p.path, p.because) for c in changes for p in c.properties}
    assert {one for one in found if one[2].endswith(" changes")} == wanted
