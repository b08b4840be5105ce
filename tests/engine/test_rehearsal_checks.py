"""The stand-in provider's Check refuses, names and fills in as the real providers do; no CLI but in the last test."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi import _types
from pulumi.runtime.proto import provider_pb2

from tools.models.sdk import args_class, block_of
from ultrastack.catalog import resource_types
from ultrastack.engine.rehearsal import sdk
from ultrastack.engine.rehearsal.checks import refused_by_the_cloud
from ultrastack.engine.rehearsal.provider import Provider
from ultrastack.engine.wire import UNKNOWN_TEXT as UNKNOWN

from .real_cli import foreign_program

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
INSTANCE = "aws:ec2/instance:Instance"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
BUCKET = "aws:s3/bucket:Bucket"
ROLE = "aws:iam/role:Role"
FUNCTION = "aws:lambda/function:Function"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
ROLE_ARN = "arn:aws:iam::111122223333:role/one"
ON_A_SUBNET = {"subnetIds": "subnet-0123456789abcdef0"}
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
ARCHIVE = {"4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7", "path": "code.zip"}
REFERENCE = {"4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn:one", "id": "vpc-1"}


def secret(value: Any) -> dict[str, Any]:
    return {**SECRET, "value": value}


def struct(values: Mapping[str, Any]) -> Any:
    return json_format.ParseDict(dict(values), struct_pb2.Struct())


class Asked:
    """A provider, what it answered last, and what it warned of."""

    def __init__(self, region: str = "") -> None:
        self.warnings: list[str] = []
        self.provider = Provider("1", warn=lambda urn, said: self.warnings.append(said))
        if region:
            self.provider.Configure(provider_pb2.ConfigureRequest(args=struct({"region": region})), None)

    def check(
        self, token: str, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None, name: str = "one", **more: Any
    ) -> tuple[dict[str, Any], list[str]]:
        request = provider_pb2.CheckRequest(
            urn=f"urn:pulumi:dev::ultrastack::{token}::{name}",
            name=name,
            news=struct(news),
            olds=struct(olds or {}),
            randomSeed=b"seed",
            **more,
        )
        answer = self.provider.Check(request, None)
        assert [one.property for one in answer.failures] == [""] * len(answer.failures)
        return dict(json_format.MessageToDict(answer.inputs)), [one.reason for one in answer.failures]


class Aborted(Exception):
    """What gRPC would end the call with."""


class Context:
    def abort(self, code: grpc.StatusCode, words: str) -> None:
        raise Aborted(words)


def inputs(token: str, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    found, failures = Asked().check(token, news, olds, **more)
    assert failures == []
    return found


def failures(token: str, news: Mapping[str, Any], **more: Any) -> list[str]:
    return Asked().check(token, news, **more)[1]


@pytest.mark.parametrize(
    ("token", "news", "said"),
    [
        (SUBNET, {"vpcId": "vpc-1", "cidrBlok": 1}, ["cidrBlok: no such property; did you mean 'cidrBlock'?"]),
        (SUBNET, {"vpc_id": "v", "vpcId": "vpc-1"}, ["vpc_id: no such property; did you mean 'vpcId'?"]),
        (
            TEMPLATE,
            {"networkInterfaces": [{}, {"networkCard": 1}]},
            ["networkInterfaces[1].networkCard: no such property; did you mean 'networkCardIndex'?"],
        ),
        (
            TEMPLATE,
            {"metadataOptions": secret({"httpTokns": "hunter2"})},
            ["metadataOptions.httpTokns: no such property; did you mean 'httpTokens'?"],
        ),
        (
            "aws:autoscaling/attachment:Attachment",
            {"autoscalingGroupName": "a", "zzz": 1},
            ["zzz: no such property; there are autoscalingGroupName, elb, lbTargetGroupArn, region"],
        ),
        (
            "gcp:container/cluster:Cluster",
            {"ipAllocationPolicy": {"qqqqqq": "blah"}},
            [
                "ipAllocationPolicy.qqqqqq: no such property; there are additionalIpRangesConfigs, "
                "additionalPodRangesConfig, autoIpamConfig, clusterIpv4CidrBlock, clusterSecondaryRangeName, "
                "networkTierConfig, podCidrOverprovisionConfig, servicesIpv4CidrBlock, servicesSecondaryRangeName, "
                "stackType"
            ],
        ),
    ],
)
def test_a_name_that_the_sdk_does_not_know_is_refused_with_the_nearest_one(
    token: str, news: dict[str, Any], said: list[str]
) -> None:
    assert failures(token, news) == said


def test_what_is_required_must_be_there_in_blocks_too() -> None:
    assert failures(SUBNET, {}) == ["vpcId: missing, and it has no default; give it a value"]
    assert failures(SUBNET, {"vpcId": None}) == ["vpcId: missing, and it has no default; give it a value"]
    assert failures(INSTANCE, {"networkInterfaces": [{"deviceIndex": 0}]}) == [
        "networkInterfaces[0].networkInterfaceId: missing, and it has no default; give it a value"
    ]
    assert failures(SUBNET, {"vpcId": UNKNOWN}) == failures(SUBNET, {"vpcId": REFERENCE}) == []


@pytest.mark.parametrize(
    ("token", "news", "said"),
    [
        (
            INSTANCE,
            {"vpcSecurityGroupIds": "sg-1"},
            "vpcSecurityGroupIds: 'sg-1' where a list is wanted; make it the one element of a list",
        ),
        (
            INSTANCE,
            {"rootBlockDevice": [{"volumeSize": 30}]},
            "rootBlockDevice: a list of 1 where a block is wanted; give its one element without the list",
        ),
        (INSTANCE, {"ebsBlockDevices": "x"}, "ebsBlockDevices: 'x' where a list is wanted"),
        (INSTANCE, {"instanceType": ["a", "b"]}, "instanceType: a list of 2 where a text is wanted"),
        (INSTANCE, {"instanceType": {"a": 1}}, "instanceType: a block where a text is wanted"),
        (INSTANCE, {"monitoring": "maybe"}, "monitoring: 'maybe' where true or false is wanted"),
        (INSTANCE, {"tags": ["a"]}, "tags: a list of 1 where a mapping is wanted"),
        (
            INSTANCE,
            {"tags": {"a": ["b"]}},
            "tags.a: a list of 1 where a text is wanted; give its one element without the list",
        ),
        (
            LUSTRE,
            {**ON_A_SUBNET, "storageCapacity": "4.8 TiB"},
            "storageCapacity: '4.8 TiB' where a whole number is wanted",
        ),
        (LUSTRE, {**ON_A_SUBNET, "storageCapacity": True}, "storageCapacity: true where a whole number is wanted"),
        (
            LUSTRE,
            {**ON_A_SUBNET, "storageCapacity": secret("hunter2")},
            "storageCapacity: a secret where a whole number is wanted",
        ),
        (
            FUNCTION,
            {"role": ROLE_ARN, "handler": ARCHIVE},
            "handler: an asset where a text is wanted; give its content",
        ),
        (FUNCTION, {"role": ROLE_ARN, "code": 5}, "code: 5 where an asset or an archive is wanted"),
    ],
)
def test_a_value_of_another_type_is_refused_with_what_is_wanted(token: str, news: dict[str, Any], said: str) -> None:
    assert failures(token, news) == [said]


@pytest.mark.parametrize(
    ("token", "given", "taken"),
    [
        (INSTANCE, {"monitoring": "true", "instanceType": True}, {"monitoring": True, "instanceType": "true"}),
        (VPC, {"tags": {"a": 8, "b": 0.5, "c": 1e21}}, {"tags": {"a": "8", "b": "0.5", "c": "1000000000000000000000"}}),
        (LUSTRE, {"storageCapacity": "1200"}, {"storageCapacity": 1200}),
        (LUSTRE, {"storageCapacity": secret("1200")}, {"storageCapacity": secret(1200)}),
        (LUSTRE, {"securityGroupIds": [1, None]}, {"securityGroupIds": ["1"]}),
        (FUNCTION, {"role": ROLE_ARN, "code": ARCHIVE}, {"code": ARCHIVE}),
        (FUNCTION, {"role": ROLE_ARN, "code": "code.zip"}, {"code": "code.zip"}),
        (ROLE, {"assumeRolePolicy": {"Version": "2012-10-17"}}, {"assumeRolePolicy": {"Version": "2012-10-17"}}),
        (
            INSTANCE,
            {"vpcSecurityGroupIds": UNKNOWN, "tags": UNKNOWN},
            {"vpcSecurityGroupIds": UNKNOWN, "tags": UNKNOWN},
        ),
        (INSTANCE, {"tags": secret(UNKNOWN)}, {"tags": secret(UNKNOWN)}),
    ],
)
def test_what_the_bridge_converts_is_converted(token: str, given: dict[str, Any], taken: dict[str, Any]) -> None:
    if token == LUSTRE:
        given = ON_A_SUBNET | given
    found = inputs(token, given)
    assert {key: found[key] for key in taken} == taken


def test_a_fraction_that_the_provider_cuts_off_is_warned_of() -> None:
    asked = Asked()
    found, refused = asked.check("aws:autoscaling/policy:Policy", {"autoscalingGroupName": "a", "cooldown": 300.5})
    assert (found["cooldown"], refused) == (300, [])
    assert asked.warnings == ["cooldown: 300.5 becomes 300, since the provider takes whole numbers only"]


def test_what_the_provider_checks_itself_fails_before_anything_is_made() -> None:
    assert failures(VPC, {"cidrBlock": "10.0.0.0/16", "instanceTenancy": "dedicted"}) == [
        "instanceTenancy: 'dedicted' is none of the known values; did you mean 'dedicated'?"
    ]
    assert failures(VPC, {"instanceTenancy": secret("hunter2")}) == []


def test_what_only_the_cloud_refuses_is_warned_of_and_fails_when_it_is_made() -> None:
    asked, news = Asked(), {"subnetIds": "subnet-1"}
    assert asked.check(LUSTRE, news)[1] == []
    why = "subnetIds: 8 characters are too few: 15 to 24"
    assert asked.warnings == [f"{why}. The preview passes, but the cloud would refuse it in `up`"]
    assert refused_by_the_cloud(LUSTRE, news) == [why]
    urn = f"urn:pulumi:dev::ultrastack::{LUSTRE}::one"
    create = provider_pb2.CreateRequest(urn=urn, properties=struct(news))
    update = provider_pb2.UpdateRequest(urn=urn, id="fs-1", news=struct(news), old_inputs=struct({}), olds=struct({}))
    for call, request in ((asked.provider.Create, create), (asked.provider.Update, update)):
        with pytest.raises(Aborted, match=f"^the cloud would refuse it: {why}$"):
            call(request, Context())


def test_a_value_that_the_cloud_has_taken_already_is_not_complained_of() -> None:
    asked, news = Asked(), {"subnetIds": "subnet-1"}
    asked.check(LUSTRE, news | {"tags": {"a": "b"}}, olds=news)
    assert asked.warnings == []
    assert refused_by_the_cloud(LUSTRE, news, news) == []
    assert refused_by_the_cloud(LUSTRE, {"subnetIds": "subnet"}, news) == [
        "subnetIds: 6 characters are too few: 15 to 24"
    ]


def test_a_type_that_nobody_has_is_refused_by_name() -> None:
    assert failures("aws:ec2/subnt:Subnt", {}) == [
        "the installed pulumi_aws has no type 'aws:ec2/subnt:Subnt'; did you mean 'aws:ec2/subnet:Subnet'?"
    ]
    assert failures("aws:vpc/subnet:Subnet", {}) == [
        "the installed pulumi_aws has no type 'aws:vpc/subnet:Subnet'; did you mean 'aws:ec2/subnet:Subnet'?"
    ]
    assert failures("gcp:qqqq/zzzzzzzz:Xxxxxx", {}) == [
        "the installed pulumi_gcp has no type 'gcp:qqqq/zzzzzzzz:Xxxxxx'; "
        "look it up in the registry of Pulumi's packages"
    ]
    assert failures("kubernetes:core/v1:Pod", {}) == [
        "a rehearsal stands in for aws and gcp only, and kubernetes:core/v1:Pod is of the package 'kubernetes'; "
        "leave that resource out of what is rehearsed"
    ]


def test_a_type_is_known_by_its_earlier_name() -> None:
    token = "aws:alb/targetGroup:TargetGroup"
    assert sdk.inputs_of("aws:applicationloadbalancing/targetGroup:TargetGroup") is None
    assert sdk.present_name("aws:applicationloadbalancing/targetGroup:TargetGroup") == token
    assert failures("aws:applicationloadbalancing/targetGroup:TargetGroup", {"prt": 80}) == [
        "prt: no such property; did you mean 'port'?"
    ]


def test_a_name_that_was_left_out_is_made_up_once() -> None:
    made = inputs(BUCKET, {}, name="Data")
    assert re.fullmatch(r"data-[0-9a-f]{7}", made["bucket"])
    assert made["__defaults"] == ["bucket", "forceDestroy"]
    assert inputs(BUCKET, {}, name="Data") == made
    assert inputs(BUCKET, {}, olds=made | {"bucket": "kept-1234567"})["bucket"] == "kept-1234567"
    assert inputs(BUCKET, {}, olds={"bucket": "kept-1234567"})["bucket"] == "kept-1234567"  # a state without the note


def test_a_name_that_the_program_gave_and_takes_back_is_replaced_by_a_made_up_one() -> None:
    assert re.fullmatch(r"one-[0-9a-f]{7}", inputs(BUCKET, {}, olds={"bucket": "mine", "__defaults": []})["bucket"])


def test_a_name_that_was_given_stays_and_a_prefix_is_left_to_the_provider() -> None:
    assert inputs(BUCKET, {"bucket": "mine"})["bucket"] == "mine"
    assert "bucket" not in inputs(BUCKET, {"bucketPrefix": "my-"})


def test_names_have_what_the_types_want_around_them() -> None:
    assert inputs("aws:kms/alias:Alias", {"targetKeyId": "k"})["name"].startswith("alias/one-")
    assert inputs("aws:sns/topic:Topic", {"fifoTopic": True})["name"].endswith(".fifo")


Options = provider_pb2.CheckRequest.AutonamingOptions


@pytest.mark.parametrize(
    ("mode", "given", "made"),
    [
        (Options.PROPOSE, "Prod-Data", "prod-data"),  # as the type wants it
        (Options.ENFORCE, "Prod-Data", "Prod-Data"),  # verbatim, whatever the type wants
    ],
)
def test_the_engine_proposes_names(mode: Any, given: str, made: str) -> None:
    autonaming = Options(proposed_name=given, mode=mode)
    asked = Asked()
    assert asked.check("gcp:compute/network:Network", {}, autonaming=autonaming)[0]["name"] == made
    old = {"name": "old-1", "__defaults": ["name"]}
    assert asked.check("gcp:compute/network:Network", {}, old, autonaming=autonaming)[0]["name"] == "old-1"


def test_where_naming_is_switched_off_the_program_has_to_name() -> None:
    off = Options(mode=Options.DISABLE)
    assert failures(BUCKET, {}, autonaming=off) == [
        "bucket: automatic naming is disabled (pulumi:autonaming), so the program has to give a bucket"
    ]
    assert inputs(BUCKET, {"bucket": "mine"}, autonaming=off)["bucket"] == "mine"
    assert inputs(SUBNET, {"vpcId": "vpc-1"}, autonaming=off)["vpcId"] == "vpc-1"


def test_a_made_up_name_that_is_too_long_is_refused_and_not_cut() -> None:
    assert inputs(ROLE, {"assumeRolePolicy": "{}"}, name="r" * 56)["name"].startswith("r" * 56 + "-")
    long = "r" * 57
    [said] = failures(ROLE, {"assumeRolePolicy": "{}"}, name=long)
    assert re.fullmatch(
        f"name: the name that would be made up, '{long}-[0-9a-f]{{7}}', has 65 characters, "
        "and at most 64 are possible; "
        "shorten the resource's name or give a name",
        said,
    )


def test_defaults_are_filled_in_and_noted_on_every_level() -> None:
    assert inputs(TEMPLATE, {"name": "nodes", "networkInterfaces": [{"deviceIndex": 0}]}) == {
        "name": "nodes",
        "networkInterfaces": [{"deviceIndex": 0, "__defaults": []}],
        "__defaults": [],
    }
    found = inputs(
        "aws:sagemaker/model:Model", {"executionRoleArn": ROLE_ARN, "primaryContainer": secret({"image": "i"})}
    )
    assert found["primaryContainer"] == secret({"image": "i", "mode": "SingleModel", "__defaults": ["mode"]})
    assert inputs(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {"bucket": "b", "blockPublicAcls": True}
    ) == {
        "bucket": "b",
        "blockPublicAcls": True,
        "blockPublicPolicy": False,
        "ignorePublicAcls": False,
        "restrictPublicBuckets": False,
        "__defaults": ["blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
    }


def test_no_default_is_filled_in_that_conflicts_or_is_not_sure() -> None:
    assert inputs(INSTANCE, {})["sourceDestCheck"] is True
    assert "sourceDestCheck" not in inputs(INSTANCE, {"primaryNetworkInterface": {"networkInterfaceId": "eni-1"}})
    found = inputs("gcp:tpu/v2Vm:V2Vm", {"runtimeVersion": "v2-alpha-tpuv6e", "zone": "us-east5-b"})
    assert {"acceleratorType", "deletionPolicy"} & found.keys() == set()


def test_a_second_check_of_the_same_program_gives_the_same_inputs() -> None:
    news = {
        "ebsBlockDevices": [{"deviceName": "/dev/sdb"}],
        "metadataOptions": {"httpTokens": "required"},
        "ami": "ami-1",
    }
    first = inputs(INSTANCE, news)
    assert first["ebsBlockDevices"] == [{"deviceName": "/dev/sdb", "deleteOnTermination": True, "__defaults": ["deleteOnTermination"]}]  # fmt: skip  # noqa: E501
    assert inputs(INSTANCE, news, olds=first) == first


def test_a_default_that_was_filled_in_before_stays_and_what_the_program_took_back_does_not() -> None:
    old = {"maxSessionDuration": 7200, "path": "/mine/", "__defaults": ["maxSessionDuration"]}
    found = inputs(ROLE, {"assumeRolePolicy": "{}", "name": "a"}, olds=old)
    assert (found["maxSessionDuration"], found["path"]) == (7200, "/")
    assert found["__defaults"] == ["forceDetachPolicies", "maxSessionDuration", "path"]


def test_the_providers_region_is_written_into_regional_resources_as_if_the_program_had() -> None:
    asked = Asked("us-east-2")
    assert asked.check(SUBNET, {"vpcId": "vpc-1"})[0]["region"] == "us-east-2"
    assert "region" not in asked.check(SUBNET, {"vpcId": "vpc-1"})[0]["__defaults"]
    assert asked.check(SUBNET, {"vpcId": "vpc-1", "region": "us-west-2"})[0]["region"] == "us-west-2"
    assert "region" not in asked.check(ROLE, {"assumeRolePolicy": "{}"})[0]


def test_plain_mode_checks_nothing() -> None:
    request = provider_pb2.CheckRequest(urn=f"urn:pulumi:dev::p::{BUCKET}::one", news=struct({"nonsense": SECRET}))
    answer = Provider("1", plain=True).Check(request, None)
    assert (answer.inputs, list(answer.failures)) == (request.news, [])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of other classes in the same modules
def test_names_and_blocks_read_from_the_source_are_the_sdks_own() -> None:
    compared = 0

    def compare(made: type, read: Mapping[str, sdk.Input], place: str, above: tuple[type, ...]) -> None:
        nonlocal compared
        hints = _types.input_type_types(made)
        assert read.keys() == hints.keys(), place
        compared += len(hints)
        for name, hint in hints.items():
            kind = read[name].type
            while kind.of is not None:
                kind = kind.of
            inner = block_of(hint)
            if inner is None or kind == sdk.ANYTHING:
                assert kind.block is None, f"{place}.{name}"
            else:
                assert kind.block is not None and kind.block[1] == inner.__name__, f"{place}.{name}"
                if inner not in above:
                    compare(inner, sdk.members_of(kind), f"{place}.{name}", (*above, inner))

    for token in resource_types():
        read = sdk.inputs_of(token)
        assert read is not None, token
        compare(args_class(token), read, token, ())
    assert compared > 5000


PROGRAM = """
import pulumi, pulumi_aws as aws
data = aws.fsx.LustreFileSystem("data", subnet_ids="subnet-1")
aws.ec2.LaunchTemplate(
    "nodes",
    metadata_options={"httpTokns": "required"},
    license_specifications=[{}],
    network_interfaces=[{"interface_type": "efa1"}],
    opts=pulumi.ResourceOptions(depends_on=[data]),
)
"""


@pytest.mark.engine
def test_the_cli_says_what_is_wrong_where_and_what_to_do(pulumi_cli: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    project = foreign_program(pulumi_cli, tmp_path / "foreign", program)
    project.init("dev", {"aws:region": "us-east-2"})
    run = project.run("preview", "--stack", "dev", ok=False)
    assert run.code != 0
    _, _, diagnostics = run.text.partition("Diagnostics:\n")
    said = diagnostics.partition("\nResources:")[0]
    template = "    error: aws:ec2/launchTemplate:LaunchTemplate resource 'nodes' has a problem: "
    assert re.sub(r"(?s)  pulumi:pulumi:Stack .*?\n\n", "", said).splitlines() == [
        "  aws:fsx:LustreFileSystem (data):",
        "    warning: subnetIds: 8 characters are too few: 15 to 24. "
        "The preview passes, but the cloud would refuse it in `up`",
        "",
        "  aws:ec2:LaunchTemplate (nodes):",
        f"{template}licenseSpecifications[0].licenseConfigurationArn: missing, and it has no default; give it a value",
        f"{template}metadataOptions.httpTokns: no such property; did you mean 'httpTokens'?",
        f"{template}networkInterfaces[0].interfaceType: 'efa1' is none of the known values; did you mean 'efa'?",
    ]
