"""What is a change over a state that the real providers wrote? Their notes, defaults and spellings are none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2

from ultrastack.catalog import resource_type
from ultrastack.engine.rehearsal.meaning import known_paths
from ultrastack.engine.rehearsal.provider import Provider

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
MARK = "4dabf18193072939515e22adb298388d"
INSTANCE = "aws:ec2/instance:Instance"
SUBNET = "aws:ec2/subnet:Subnet"
BUCKET = "aws:s3/bucket:Bucket"
ROLE = "aws:iam/role:Role"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
LINK = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
MODEL = "aws:sagemaker/model:Model"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
OBJECT = "gcp:storage/bucketObject:BucketObject"
MACHINE = "gcp:compute/instance:Instance"
FIREWALL = "gcp:compute/firewall:Firewall"
SUBNETWORK = "gcp:compute/subnetwork:Subnetwork"
GOOGLE_TEMPLATE = "gcp:compute/instanceTemplate:InstanceTemplate"
PATH = "projects/example-ml/global/networks/research"
LINK_TO_PATH = f"https://www.googleapis.com/compute/v1/{PATH}"


def struct(values: dict[str, Any]) -> Any:
    return json_format.ParseDict(values, struct_pb2.Struct())


def ask(
    token: str,
    before: dict[str, Any],
    after: dict[str, Any],
    state: dict[str, Any] | None = None,
    ignored: Sequence[str] = (),
    project: str = "",
) -> Any:
    """`before` and `after` are inputs; `state` the outputs beyond what the inputs repeat."""
    provider = Provider("7.51.1")
    provider.settings = {"region": "us-east-2", "project": project}
    request = provider_pb2.DiffRequest(
        urn=f"urn:pulumi:dev::ultrastack::{token}::one",
        id="one",
        olds=struct({**before, **(state or {})}),
        old_inputs=struct(before),
        news=struct(after),
        ignoreChanges=ignored,
    )
    return provider.Diff(request, None)


def kinds(*of: Any, **more: Any) -> dict[str, str]:
    """path -> kind of change"""
    found = ask(*of, **more).detailedDiff
    return {path: provider_pb2.PropertyDiff.Kind.Name(one.kind) for path, one in sorted(found.items())}


def secret(value: Any) -> dict[str, Any]:
    return {MARK: "1b47061264138c4ac30d75fd1eb44270", "value": value}


def asset(digest: str, path: str) -> dict[str, Any]:
    return {MARK: "c44067f5952c0a294b673a41bacd8c17", "hash": digest, "path": path}


def policy(*statements: dict[str, Any], **layout: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, **layout)


ALLOW = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::a"]}
SAME_ALLOW = {"Resource": "arn:aws:s3:::a", "Action": ["s3:ListBucket", "s3:GetObject"], "Effect": "Allow"}
OTHER_ALLOW = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::a"]}


@pytest.mark.parametrize(
    ("token", "before", "after", "state"),
    [
        pytest.param(
            INSTANCE,
            {"__defaults": ["sourceDestCheck"], "sourceDestCheck": True, "ami": "ami-1"},
            {"ami": "ami-1"},
            {"__meta": '{"schema_version":"2"}', "__pulumi_raw_state_delta": {"obj": {}}, "sourceDestCheck": True},
            id="what the provider filled in, and its own notes",
        ),
        pytest.param(
            TEMPLATE,
            {"__defaults": [], "metadataOptions": {"__defaults": ["httpEndpoint"], "httpEndpoint": "enabled"}},
            {"metadataOptions": {}},
            {},
            id="what it filled in inside a block",
        ),
        pytest.param(
            BUCKET,
            {"__defaults": ["bucket"], "bucket": "data-1a2b3c4"},
            {"bucket": "data-1a2b3c4"},
            {"bucket": "data-1a2b3c4"},
            id="a made-up name that the program now writes down",
        ),
        pytest.param(
            SUBNET,
            {"tags": {"a": "1"}, "tagsAll": {"a": "1", "b": "2"}, "region": "us-east-2"},
            {"tags": {"a": "1"}},
            {},
            id="all tags and the region, which the real Check adds",
        ),
        pytest.param(
            INSTANCE,
            {"ami": "ami-1"},
            {"ami": "ami-1", "availabilityZone": "us-east-2c", "cpuOptions": {"coreCount": 96}},
            {"availabilityZone": "us-east-2c", "cpuOptions": {"amdSevSnp": "", "coreCount": 96, "threadsPerCore": 2}},
            id="what the cloud has chosen so already",
        ),
        pytest.param(
            INSTANCE,
            {"ami": "ami-1", "hibernation": False, "keyName": "", "secondaryPrivateIps": [], "tags": {}},
            {"ami": "ami-1"},
            {},
            id="empty values that are not set any more",
        ),
        pytest.param(
            TEMPLATE,
            {"blockDeviceMappings": [{"ebs": {"encrypted": "true", "volumeSize": 500}}]},
            {"blockDeviceMappings": [{"ebs": {"encrypted": True, "volumeSize": "500"}}]},
            {},
            id="numbers and booleans as text",
        ),
        pytest.param(
            MODEL,
            {"vpcConfig": {"subnets": ["subnet-2", "subnet-1"], "securityGroupIds": ["sg-1"]}},
            {"vpcConfig": {"subnets": ["subnet-1", "subnet-2"], "securityGroupIds": ["sg-1"]}},
            {},
            id="the order of a set",
        ),
        pytest.param(
            LUSTRE,
            {"networkType": ["b", "a"], "securityGroupIds": ["sg-2", "sg-1"]},
            {"networkType": ["b", "a"], "securityGroupIds": ["sg-1", "sg-2"]},
            {},
            id="the order of a set of a file system",
        ),
        pytest.param(
            "aws:ec2/routeTable:RouteTable",
            {
                "routes": [
                    {"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1", "natGatewayId": ""},
                    {"cidrBlock": "10.0.0.0/8"},
                ]
            },
            {"routes": [{"cidrBlock": "10.0.0.0/8"}, {"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}]},
            {},
            id="the order of a set of blocks, empty members in them",
        ),
        pytest.param(
            ROLE,
            {"assumeRolePolicy": policy(ALLOW, sort_keys=True, separators=(",", ":"))},
            {"assumeRolePolicy": policy(SAME_ALLOW, indent=2)},
            {},
            id="the layout of a policy",
        ),
        pytest.param(
            ROLE,
            {"assumeRolePolicy": policy(ALLOW)},
            {"assumeRolePolicy": json.loads(policy(SAME_ALLOW))},
            {},
            id="a policy that is given as a mapping",
        ),
        pytest.param(
            DASHBOARD,
            {"dashboardBody": '{"widgets":[{"type":"text"}],"start":"-P1D"}'},
            {"dashboardBody": '{\n "start": "-P1D", "widgets": [{"type": "text"}]}'},
            {},
            id="the layout of a document",
        ),
        pytest.param(
            FIREWALL, {"network": LINK_TO_PATH}, {"network": PATH}, {}, id="an address of Google's, without its host"
        ),
        pytest.param(FIREWALL, {"network": PATH}, {"network": LINK_TO_PATH}, {}, id="and with it"),
        pytest.param(FIREWALL, {"network": LINK_TO_PATH}, {"network": "research"}, {}, id="and the bare name"),
        pytest.param(
            FIREWALL, {"network": "research"}, {"network": PATH}, {"network": LINK_TO_PATH}, id="and from the bare name"
        ),
        pytest.param(
            SUBNET, {"tags": {"a": secret("1")}}, {"tags": {"a": "1"}}, {}, id="what was secret and is plain now"
        ),
        pytest.param(
            OBJECT, {"source": asset("abc", "/a")}, {"source": asset("abc", "/b")}, {}, id="the same file elsewhere"
        ),
        pytest.param(
            MODEL,
            {"primaryContainer": [{"image": "i:1"}]},
            {"primaryContainer": {"image": "i:1"}},
            {},
            id="a list of one block that another version wrote",
        ),
        pytest.param(
            LUSTRE,
            {"fileSystemTypeVersion": "2.12"},
            {"fileSystemTypeVersion": "2.15"},
            {"fileSystemTypeVersion": "2.15"},
            id="what the cloud has already, though the last program did not say it",
        ),
    ],
)
def test_no_change(token: str, before: dict[str, Any], after: dict[str, Any], state: dict[str, Any]) -> None:
    assert kinds(token, before, after, state) == {}


@pytest.mark.parametrize(
    ("token", "before", "after", "state", "expected"),
    [
        pytest.param(
            BUCKET,
            {"__defaults": ["bucket"], "bucket": "data-1a2b3c4"},
            {"bucket": "mine"},
            {"bucket": "data-1a2b3c4"},
            {"bucket": "UPDATE_REPLACE"},
            id="another name than the made-up one",
        ),
        pytest.param(
            SUBNET,
            {"__defaults": ["mapPublicIpOnLaunch"], "mapPublicIpOnLaunch": False},
            {"mapPublicIpOnLaunch": True},
            {},
            {"mapPublicIpOnLaunch": "UPDATE"},
            id="another value than the default",
        ),
        pytest.param(
            SUBNET,
            {"mapPublicIpOnLaunch": True},
            {"__defaults": ["mapPublicIpOnLaunch"], "mapPublicIpOnLaunch": False},
            {},
            {"mapPublicIpOnLaunch": "UPDATE"},
            id="back to the default",
        ),
        pytest.param(
            "gcp:storage/bucket:Bucket",
            {"retentionPolicy": {"isLocked": True, "retentionPeriod": 60}},
            {"retentionPolicy": {"__defaults": ["isLocked"], "isLocked": False, "retentionPeriod": 60}},
            {},
            {"retentionPolicy.isLocked": "UPDATE_REPLACE"},
            id="back to a default that replaces",
        ),
        pytest.param(
            INSTANCE,
            {"ami": "ami-1"},
            {"ami": "ami-1", "availabilityZone": "us-east-2a", "cpuOptions": {"coreCount": 48}},
            {"availabilityZone": "us-east-2c", "cpuOptions": {"amdSevSnp": "", "coreCount": 96}},
            {"availabilityZone": "UPDATE_REPLACE", "cpuOptions.coreCount": "UPDATE"},
            id="another value than the cloud has chosen",
        ),
        pytest.param(
            SUBNET,
            {"vpcId": "vpc-1"},
            {"vpcId": UNKNOWN},
            {},
            {"vpcId": "UPDATE_REPLACE"},
            id="a value that only `up` will know, where a change replaces",
        ),
        pytest.param(
            SUBNET, {"tags": {"a": "1"}}, {"tags": {"a": UNKNOWN}}, {}, {"tags.a": "UPDATE"}, id="and where it does not"
        ),
        pytest.param(
            SUBNET,
            {"tags": {"a": "", "b": "1"}},
            {"tags": {"b": "1"}},
            {},
            {"tags.a": "DELETE"},
            id="an empty tag is a tag",
        ),
        pytest.param(
            LINK,
            {"s3": {"autoImportPolicy": {"events": ["NEW", "CHANGED"]}}},
            {"s3": {"autoImportPolicy": {"events": ["CHANGED", "NEW"]}}},
            {},
            {"s3.autoImportPolicy.events[0]": "UPDATE", "s3.autoImportPolicy.events[1]": "UPDATE"},
            id="the order of a list that is no set",
        ),
        pytest.param(
            MODEL,
            {"vpcConfig": {"subnets": ["subnet-2", "subnet-1"], "securityGroupIds": ["sg-1"]}},
            {"vpcConfig": {"subnets": ["subnet-1", "subnet-3"], "securityGroupIds": ["sg-1"]}},
            {},
            {"vpcConfig.subnets[0]": "DELETE_REPLACE", "vpcConfig.subnets[1]": "ADD_REPLACE"},
            id="a member of a set that comes and one that goes",
        ),
        pytest.param(
            ROLE,
            {"assumeRolePolicy": policy(ALLOW)},
            {"assumeRolePolicy": policy(OTHER_ALLOW)},
            {},
            {"assumeRolePolicy": "UPDATE"},
            id="another policy",
        ),
        pytest.param(
            ROLE,
            {"assumeRolePolicy": policy(ALLOW)},
            {"assumeRolePolicy": json.loads(policy({**ALLOW, "Resource": UNKNOWN}))},
            {},
            {"assumeRolePolicy": "UPDATE"},
            id="a policy as a mapping with what only `up` will know",
        ),
        pytest.param(
            DASHBOARD,
            {"dashboardBody": '{"widgets":[1,2]}'},
            {"dashboardBody": '{"widgets":[2,1]}'},
            {},
            {"dashboardBody": "UPDATE"},
            id="the order of a list in a document that is no policy",
        ),
        pytest.param(
            SUBNETWORK,
            {"network": LINK_TO_PATH},
            {"network": PATH.replace("example-ml", "other")},
            {},
            {"network": "UPDATE_REPLACE"},
            id="the same name in another project",
        ),
        pytest.param(
            SUBNETWORK,
            {"network": "research"},
            {"network": PATH.replace("example-ml", "other")},
            {"network": LINK_TO_PATH},
            {"network": "UPDATE_REPLACE"},
            id="from a bare name to that name in another project",
        ),
        pytest.param(
            MACHINE,
            {"metadataStartupScript": "cp gs://a/projects/x /d", "description": "of projects/x"},
            {"metadataStartupScript": "rm gs://b/projects/x /d", "description": "x"},
            {},
            {"metadataStartupScript": "UPDATE_REPLACE", "description": "UPDATE"},
            id="texts that only hold an address",
        ),
        pytest.param(
            MACHINE,
            {"description": PATH, "labels": {"network": LINK_TO_PATH}},
            {"description": "research", "labels": {"network": PATH}},
            {},
            {"description": "UPDATE", "labels.network": "UPDATE"},
            id="an address where none is meant",
        ),
        pytest.param(
            "gcp:projects/iAMMember:IAMMember",
            {"role": "projects/example-ml/roles/viewer"},
            {"role": "viewer"},
            {},
            {"role": "UPDATE_REPLACE"},
            id="a role by another name",
        ),
        pytest.param(
            DASHBOARD,
            {"dashboardBody": '{"live":1}'},
            {"dashboardBody": '{"live":true}'},
            {},
            {"dashboardBody": "UPDATE"},
            id="1 and true in a document",
        ),
        pytest.param(
            INSTANCE,
            {"ami": "ami-1"},
            {"ami": "ami-1", "sourceDestCheck": True},
            {"sourceDestCheck": False},
            {"sourceDestCheck": "UPDATE"},
            id="a default that the program now writes down, where the cloud holds false",
        ),
        pytest.param(
            SUBNET,
            {"vpcId": "vpc-1"},
            {"vpcId": "vpc-1", "tags": {"a": "1"}},
            {"tags": {"a": "1", "b": "2"}},
            {"tags.b": "DELETE"},
            id="a map that the program begins to set goes without the cloud's other keys",
        ),
        pytest.param(
            SUBNET, {"tags": {"__x": "1"}}, {"tags": {"__x": "2"}}, {}, {"tags.__x": "UPDATE"}, id="a tag like a note"
        ),
        pytest.param(
            "aws:ec2/routeTable:RouteTable",
            {"routes": [{"__defaults": ["gatewayId"], "gatewayId": "igw-1", "cidrBlock": "10.0.0.0/8"}]},
            {"routes": [{"__defaults": [], "gatewayId": "", "cidrBlock": "10.0.0.0/8"}]},
            {},
            {"routes[0]": "UPDATE"},
            id="another value than was filled in inside a set",
        ),
        pytest.param(
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            {"threshold": 0.1},
            {"threshold": 0.1000000000000001},
            {},
            {"threshold": "UPDATE"},
            id="numbers that differ in their last digit",
        ),
        pytest.param(
            SUBNET,
            {"tags": {"a": secret("1")}},
            {"tags": {"a": secret("2")}},
            {},
            {"tags.a": "UPDATE"},
            id="another secret",
        ),
        pytest.param(
            OBJECT,
            {"source": asset("abc", "/a")},
            {"source": asset("def", "/a")},
            {},
            {"source": "UPDATE_REPLACE"},
            id="another content",
        ),
        pytest.param(
            "aws:lb/loadBalancer:LoadBalancer",
            {"loadBalancerType": "network", "subnets": ["a", "b"]},
            {"loadBalancerType": "network", "subnets": ["b", "c"]},
            {},
            {"subnets[0]": "DELETE_REPLACE", "subnets[1]": "ADD_REPLACE"},
            id="a condition on a list as a whole, which loses one",
        ),
        pytest.param(
            "aws:lb/loadBalancer:LoadBalancer",
            {"loadBalancerType": "network", "subnets": ["a"]},
            {"loadBalancerType": "network", "subnets": ["c", "a"]},
            {},
            {"subnets[0]": "ADD"},
            id="and gets one",
        ),
        pytest.param(
            SUBNET,
            {"region": "us-east-2", "cidrBlock": "10.0.0.0/24"},
            {"region": "us-west-2", "cidrBlock": "10.0.0.0/24"},
            {"region": "us-east-2"},
            {"region": "UPDATE_REPLACE"},
            id="another region",
        ),
    ],
)
def test_a_change(
    token: str, before: dict[str, Any], after: dict[str, Any], state: dict[str, Any], expected: dict[str, str]
) -> None:
    assert kinds(token, before, after, state) == expected


def test_what_shall_be_ignored_is_ignored_inside_too() -> None:
    before, after = {"launchTemplate": {"id": "lt-1", "version": "1"}, "ami": "a"}, {"ami": "b"}
    assert kinds(INSTANCE, before, after, ignored=["launchTemplate"]) == {"ami": "UPDATE_REPLACE"}
    changed = {"launchTemplate": {"id": "lt-1", "version": "2"}, "ami": "a"}
    assert kinds(INSTANCE, before, changed, ignored=["launchTemplate.version"]) == {}
    assert kinds(INSTANCE, before, changed, ignored=["launch"]) == {"launchTemplate.version": "UPDATE_REPLACE"}
    tags = {"tags": {"a.b": "1"}}, {"tags": {"a.b": "2"}}
    assert kinds(SUBNET, *tags, ignored=["tags"]) == {}
    assert kinds(SUBNET, *tags, ignored=["*"]) == {}


def test_what_shall_be_ignored_is_that_element_and_that_key_alone() -> None:
    disks = [{"blockDeviceMappings": [{"deviceName": "a"}, {"deviceName": name}]} for name in "bc"]
    change = {"blockDeviceMappings[1].deviceName": "UPDATE"}
    assert kinds(TEMPLATE, *disks, ignored=["blockDeviceMappings[0]"]) == change
    assert kinds(TEMPLATE, *disks, ignored=["blockDeviceMappings[1].deviceName"]) == {}
    assert kinds(TEMPLATE, *disks, ignored=["blockDeviceMappings[*].deviceName"]) == {}
    tags = {"tags": {"a.b": "1", "c.d": "1"}}, {"tags": {"a.b": "2", "c.d": "2"}}
    assert kinds(SUBNET, *tags, ignored=['tags["a.b"]']) == {'tags["c.d"]': "UPDATE"}


def test_another_project_of_the_provider_is_another_resource_where_the_program_names_none() -> None:
    there = {"project": "example-ml", "network": LINK_TO_PATH}
    plain, named = {"network": PATH}, {"network": PATH, "project": "example-ml"}
    assert kinds(SUBNETWORK, plain, plain, there, project="other") == {"project": "UPDATE_REPLACE"}
    assert kinds(SUBNETWORK, plain, plain, there, project="example-ml") == {}
    assert kinds(SUBNETWORK, named, named, there, project="other") == {}
    assert kinds(SUBNETWORK, named, plain, there, project="other") == {"project": "UPDATE_REPLACE"}
    assert kinds(SUBNETWORK, plain, plain, {"project": "123456789012"}, project="other") == {}, "its number, not its id"
    assert kinds(SUBNETWORK, plain, plain, {"project": secret("example-ml")}, project="example-ml") == {}
    assert kinds(SUBNETWORK, plain, plain, {"region": "us-east5"}) == {"region": "UPDATE_REPLACE"}


def test_the_answer_names_what_changes_what_replaces_and_what_stays() -> None:
    answer = ask(SUBNET, {"vpcId": "a", "tags": {"x": "1"}}, {"vpcId": "b", "tags": {"x": "2"}})
    assert list(answer.diffs) == ["tags", "vpcId"]
    assert list(answer.replaces) == ["vpcId"]
    assert "cidrBlock" in answer.stables
    assert "vpcId" not in answer.stables
    assert "tags" not in answer.stables
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert ask(SUBNET, {"vpcId": "a"}, {"vpcId": "a"}).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_the_old_one_goes_first_where_its_name_was_chosen() -> None:
    def first(token: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
        return bool(ask(token, before, after).deleteBeforeReplace)

    assert first(BUCKET, {"bucket": "a"}, {"__defaults": [], "bucket": "b"})
    assert not first(BUCKET, {"bucket": "a", "tags": {"x": "1"}}, {"__defaults": [], "bucket": "a"}), "nothing replaces"
    made_up = {"__defaults": ["bucket"], "bucket": "a-1a2b3c4"}
    assert not first(BUCKET, made_up, {**made_up, "objectLockEnabled": True})


def test_a_template_of_googles_goes_first_only_if_its_name_stays() -> None:
    def first(before: str, after: str) -> bool:
        return bool(ask(GOOGLE_TEMPLATE, {"name": before, "machineType": "a"}, {"name": after, "machineType": "b"})
                    .deleteBeforeReplace)  # fmt: skip

    assert first("workers", "workers")
    assert not first("workers-1", "workers-2")


def test_a_type_that_nobody_knows_may_be_replaced_by_any_change() -> None:
    assert kinds("aws:newest/thing:Thing", {"size": 1, "empty": ""}, {"size": 2}) == {
        "empty": "DELETE_REPLACE",
        "size": "UPDATE_REPLACE",
    }


@pytest.mark.parametrize("what", ["sets", "policies", "documents", "unique_names"])
def test_what_is_known_of_meanings_names_inputs_of_the_catalogue(what: str) -> None:
    unknown = [
        f"{token} {path}"
        for token, paths in known_paths(what).items()
        for path in paths
        if (row := resource_type(token)) is None or path not in row.properties()
    ]
    assert unknown == []
