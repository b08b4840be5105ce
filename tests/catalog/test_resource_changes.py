"""What the tables of resource types say, and that they never say no where nobody knows."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from ultrastack import catalog
from ultrastack.catalog.resource_changes import aws_properties, dotted, gcp_properties
from ultrastack.catalog.resource_conditions import InputChange, is_test

SUBNET, INSTANCE = "aws:ec2/subnet:Subnet", "aws:ec2/instance:Instance"
BUCKET, RULE = "aws:s3/bucket:Bucket", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
TPU, SUBNETWORK, DISK = "gcp:tpu/v2Vm:V2Vm", "gcp:compute/subnetwork:Subnetwork", "gcp:compute/disk:Disk"
TYPES = catalog.resource_types()
BY_CLOUD = {"aws": aws_properties(), "gcp": gcp_properties()}
ROWS = [row for cloud in BY_CLOUD.values() for rows in cloud.values() for row in rows.values()]
HIDDEN = object()
ROOT = Path(__file__).parents[2]


def known(token: str) -> catalog.ResourceType:
    found = catalog.resource_type(token)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("token", "path", "answer", "by"),
    [
        (SUBNET, "vpcId", "yes", "vpcId"),
        (SUBNET, "mapPublicIpOnLaunch", "no", "mapPublicIpOnLaunch"),
        (SUBNET, "tags", "no", "tags"),
        (SUBNET, "tags.owner", "no", "tags"),
        (SUBNET, 'tags["a.b"]', "no", "tags"),
        (SUBNET, "region", "when", "region"),
        (SUBNET, "vpcid", "unknown", ""),
        (INSTANCE, "networkInterfaces[0].networkInterfaceId", "yes", "networkInterfaces.networkInterfaceId"),
        (INSTANCE, "networkInterfaces[*].newMember", "unknown", ""),
        (INSTANCE, "rootBlockDevice.volumeSize", "no", "rootBlockDevice.volumeSize"),
        (INSTANCE, "rootBlockDevice.tags.a", "no", "rootBlockDevice.tags"),
        (INSTANCE, "rootBlockDevice.volumeId", "unknown", ""),  # a row without an answer
        (LUSTRE, "storageCapacity", "when", "storageCapacity"),
        (TPU, "acceleratorType", "yes", "acceleratorType"),
        (TPU, "labels.owner", "no", "labels"),
        (SUBNETWORK, "ipCidrRange", "when", "ipCidrRange"),
    ],
)
def test_a_property_replaces_or_not_or_nobody_knows(token: str, path: str, answer: str, by: str) -> None:
    found = known(token).replaces(path)
    assert (found.answer, found.path) == (answer, by)


def change(path: str, old: Any, new: Any, **more: Any) -> InputChange:
    name = path.partition(".")[0].partition("[")[0]
    before = more.pop("before", {}) | ({} if old is None else {name: old})
    after = more.pop("after", {}) | ({} if new is None else {name: new})
    return InputChange(path, old, new, before, after, lambda value: value is HIDDEN)


@pytest.mark.parametrize(
    ("token", "one", "expected", "because"),
    [
        (SUBNET, change("vpcId", "a", "b"), "yes", ["vpcId"]),
        (SUBNET, change("vpcId", "a", HIDDEN), "yes", ["vpcId"]),
        (SUBNET, change("mapPublicIpOnLaunch", True, None), "no", []),
        (SUBNET, change("newInput", 1, 2), "may", [""]),
        (LUSTRE, change("storageCapacity", 2400, 4800), "no", []),
        (LUSTRE, change("storageCapacity", 4800, 2400), "yes", ["storageCapacity"]),
        (LUSTRE, change("storageCapacity", 4800, HIDDEN), "may", ["storageCapacity"]),
        (
            LUSTRE,
            change("storageCapacity", 1200, 2400, after={"deploymentType": "SCRATCH_1"}),
            "yes",
            ["storageCapacity"],
        ),
        (LUSTRE, change("fileSystemTypeVersion", "2.12", "2.15"), "no", []),
        (LUSTRE, change("fileSystemTypeVersion", "2.15", "2.12"), "yes", ["fileSystemTypeVersion"]),
        (RULE, change("cidrIpv4", "10.0.0.0/8", "10.0.0.0/9"), "no", []),
        (RULE, change("cidrIpv4", "10.0.0.0/8", None, after={"prefixListId": "pl-1"}), "yes", ["cidrIpv4"]),
        (INSTANCE, change("userData", "a", "b"), "no", []),
        (INSTANCE, change("userData", "a", "b", after={"userDataReplaceOnChange": True}), "yes", ["userData"]),
        (INSTANCE, change("instanceType", "trn2.3xlarge", "trn2.48xlarge"), "may", ["instanceType"]),
        (INSTANCE, change("metadataOptions", None, {"httpTokens": "required"}), "no", []),
        (
            INSTANCE,
            change("networkInterfaces", None, [{"networkInterfaceId": "eni-1", "deviceIndex": 0}]),
            "yes",
            ["networkInterfaces.deviceIndex", "networkInterfaces.networkInterfaceId"],
        ),
        (INSTANCE, change("networkInterfaces", None, [{"newMember": 1}]), "may", [""]),
        (INSTANCE, change("rootBlockDevice", None, {"volumeSize": 100}), "no", []),
        (INSTANCE, change("rootBlockDevice", None, HIDDEN), "no", []),
        (BUCKET, change("bucket", "a", "b"), "yes", ["bucket"]),
        (BALANCER, change("subnets", ["a", "b"], ["a"]), "no", []),
        (BALANCER, change("subnets", ["a", "b"], ["a"], after={"loadBalancerType": "network"}), "yes", ["subnets"]),
        (SUBNETWORK, change("ipCidrRange", "10.0.0.0/20", "10.0.0.0/19"), "no", []),
        (SUBNETWORK, change("ipCidrRange", "10.0.0.0/20", "10.0.0.0/21"), "yes", ["ipCidrRange"]),
        (SUBNETWORK, change("ipv6AccessType", None, "EXTERNAL"), "may", ["ipv6AccessType"]),
        (DISK, change("size", 100, 200), "no", []),
        (DISK, change("size", 200, 100), "yes", ["size"]),
    ],
)
def test_a_change_is_judged_by_its_values(token: str, one: InputChange, expected: str, because: list[str]) -> None:
    verdict = known(token).verdict(one)
    assert (verdict.replaces, [row.path for row in verdict.because]) == (expected, because)


def test_a_component_of_an_inference_endpoint_changes_in_place() -> None:
    token = "aws:cloudcontrol/resource:Resource"
    for type_name, expected in (("AWS::SageMaker::InferenceComponent", "no"), ("AWS::Logs::LogGroup", "may")):
        one = change("desiredState", "{}", '{"a": 1}', after={"typeName": type_name})
        assert known(token).verdict(one).replaces == expected


def test_nothing_is_known_of_an_unknown_type() -> None:
    assert catalog.resource_type("aws:ec2/abacus:Abacus") is None


def test_a_type_is_found_by_what_it_was_called_before() -> None:
    assert known("aws:s3/bucketV2:BucketV2").name == BUCKET
    names = [old for row in TYPES.values() for old in row.aliases]
    assert len(names) == len(set(names))
    assert not set(names) & set(TYPES)


def test_what_the_cloud_fills_and_what_is_secret() -> None:
    assert known(SUBNET).computed("availabilityZoneId") is True
    assert known(SUBNET).computed("mapPublicIpOnLaunch") is False
    assert known(SUBNET).computed("newInput") is None
    assert known("aws:ssm/parameter:Parameter").secret("value") is True
    assert known(SUBNET).secret("vpcId") is False
    assert known(SUBNET).secret("newInput") is None
    sent_only = known("aws:ssm/parameter:Parameter").about("valueWo")
    assert sent_only is not None and sent_only.write_only
    assert known(BUCKET).regional()
    assert not known("aws:iam/role:Role").regional()
    assert not known("gcp:compute/address:Address").regional()  # its region is an input as any other


@pytest.mark.parametrize(
    ("path", "name"),
    [("a[0].b", "a.b"), ('a["b.c"]', "a.*"), ("a[*].b[12].c", "a.b.c"), ('["x"]', "*"), ('a["q\\"]"].b', "a.*.b")],
)
def test_a_path_of_a_diff_becomes_the_tables(path: str, name: str) -> None:
    assert dotted(path) == name


def test_every_property_belongs_to_a_type_and_every_type_has_some() -> None:
    assert {(cloud, token) for cloud, rows in BY_CLOUD.items() for token in rows} == {
        (token.partition(":")[0], token) for token in TYPES
    }


def test_a_condition_has_words_and_its_test_can_be_read() -> None:
    assert [row for row in ROWS if (row.replaces == "when") != bool(row.when)] == []
    assert [row for row in ROWS if row.test and (row.replaces != "when" or not is_test(row.test))] == []


def test_a_condition_speaks_of_inputs_that_the_type_has() -> None:
    first = {"is", "is-not", "was", "same", "is-set", "is-unset"}
    named = [
        (row, path)
        for row in ROWS
        for term in row.test.replace(" or ", " and ").split(" and ")
        if (words := term.split())
        for path in (words[1:] if words[0] == "kind-changes" else words[1:2] if words[0] in first else [])
    ]
    assert len(named) > 20
    assert [(row, path) for row, path in named if path not in TYPES[row.type].properties()] == []


def test_a_block_that_leaves_it_to_its_members_has_members_that_replace() -> None:
    for row in ROWS:
        if "members" in row.test:
            inner = [one for path, one in TYPES[row.type].properties().items() if path.startswith(f"{row.path}.")]
            assert any(one.replaces in ("yes", "when") for one in inner), row


def test_not_knowing_is_written_as_such() -> None:
    assert [row for row in ROWS if (row.replaces is None) != (row.confidence == "unknown")] == []


def test_a_region_of_aws_replaces_and_the_other_inputs_of_its_place_do_at_google() -> None:
    for row in ROWS:
        if row.path == "region" and row.type.startswith("aws:"):
            assert (row.replaces, row.test, row.computed) == ("when", "region", True), row
        if row.path in ("project", "zone", "location", "region") and row.type.startswith("gcp:"):
            assert row.replaces == "yes", row


def test_a_made_up_name_is_an_input_that_replaces() -> None:
    renamed = {  # in place, or not at all
        "aws:costexplorer/anomalyMonitor:AnomalyMonitor",
        "gcp:compute/resourcePolicy:ResourcePolicy",
        "gcp:filestore/instance:Instance",
        "gcp:logging/metric:Metric",
    }
    for row in TYPES.values():
        assert (row.autoname is None) == (row.autoname_max is None), row.name
        if row.autoname:
            assert row.properties()[row.autoname].replaces == ("no" if row.name in renamed else "yes"), row.name


def test_what_only_the_cloud_fills_is_no_input() -> None:
    for row in TYPES.values():
        assert not set(row.outputs) & set(row.properties()), row.name
        assert set(row.secret_outputs) <= {*row.outputs, *row.properties()}, row.name


def made_by_components() -> set[str]:
    """`aws.ec2.Vpc` and its like, wherever a component names a class of an SDK."""
    found = set()
    for file in (ROOT / "components").glob("*/*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Attribute(ast.Attribute(ast.Name("aws" | "gcp" as cloud), module), name) if name[0].isupper():
                    if not name.endswith("Args"):
                        found.add(f"{cloud}.{module.rstrip('_')}.{name}")
    return found


def test_every_type_that_a_component_makes_is_known() -> None:
    known = {f"{cloud}.{module.partition('/')[0].lower()}.{name}" for cloud, module, name in map(split, TYPES)}
    assert len(made_by_components()) > 20
    assert made_by_components() - known == set()


def split(token: str) -> list[str]:
    return token.split(":")


def test_every_type_says_what_it_holds() -> None:
    assert [row.name for row in TYPES.values() if row.holds is None] == []
    holds = {"data", "capacity", "identity", "nothing"}
    assert {row.holds for row in TYPES.values()} == holds


def test_a_project_may_know_better(tmp_path: Path) -> None:
    folder = tmp_path / "catalog.local"
    folder.mkdir()
    (folder / "resource_properties_aws.csv").write_text(
        f"type,path,replaces,source,as_of,confidence\n{INSTANCE},rootBlockDevice.volumeId,no,tried it,2026-11-20,sure\n"
    )
    try:
        catalog.use_local_rows(tmp_path)
        assert known(INSTANCE).replaces("rootBlockDevice.volumeId").answer == "no"
        assert known(SUBNET).replaces("vpcId").answer == "yes"
    finally:
        catalog.use_local_rows(None)


@pytest.fixture(scope="module")
def tool() -> Any:
    spec = importlib.util.spec_from_file_location("resource_types_tool", ROOT / "tools" / "resource_types.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def test_the_installed_models_say_what_the_tables_say_that_they_say(
    tool: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["resource_types.py", "--check"])
    assert (tool.main(), capsys.readouterr().out) == (0, "")


@pytest.mark.parametrize(
    ("path", "replaces", "others"),
    [
        ("cidrBlock", "no", ["cloudformation=replaces"]),
        ("cidrBlock", "yes", []),
        ("instanceTenancy", "when", []),
        ("tags", "yes", ["cloudformation=in-place"]),
        ("abacus", "no", ["sdk=absent"]),
    ],
)
def test_a_row_that_the_models_deny_is_seen(tool: Any, path: str, replaces: str, others: list[str]) -> None:
    token = "aws:ec2/vpc:Vpc"
    row = {"type": token, "path": path, "replaces": replaces, "secret": "no", "write_only": "no"}
    found = tool._others(row, tool.inputs(token).get(path), tool.create_only("AWS::EC2::VPC"))
    assert list(found) == others


def test_a_secret_that_the_table_does_not_know_is_seen(tool: Any) -> None:
    token = "aws:ssm/parameter:Parameter"
    row = {"type": token, "path": "valueWo", "replaces": "no", "secret": "no", "write_only": "no"}
    assert list(tool._others(row, tool.inputs(token)["valueWo"], {})) == ["sdk=write-only", "sdk=secret"]


def test_an_input_that_nobody_has_read_about_gets_a_row_that_says_so(tool: Any) -> None:
    row = tool._unwritten(SUBNET, tool.Input("abacus", "How many beads."))
    assert (row["replaces"], row["confidence"]) == ("", "unknown")
    row = tool._unwritten(SUBNET, tool.Input("abacus", "Its frame. Changing this forces a new resource."))
    assert (row["replaces"], row["confidence"]) == ("yes", "likely")
