"""The stand-in provider answers as the clouds' own would, as far as its data reaches; no CLI needed."""

from __future__ import annotations

import importlib
import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi._types import resource_types as sdk_types
from pulumi.runtime.proto import provider_pb2

from ultrastack.catalog import resource_types
from ultrastack.engine.rehearsal.answers import Answers
from ultrastack.engine.rehearsal.install import install
from ultrastack.engine.rehearsal.provider import Provider
from ultrastack.engine.rehearsal.types import FILES, Shape, known, shapes
from ultrastack.engine.wire import UNKNOWN_TEXT as UNKNOWN

SUBNET = "aws:ec2/subnet:Subnet"
BUCKET = "aws:s3/bucket:Bucket"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hunter2"}


def urn(token: str, name: str = "one") -> str:
    return f"urn:pulumi:dev::ultrastack::ultrastack:aws:Network${token}::{name}"


def struct(values: dict[str, Any]) -> Any:
    return json_format.ParseDict(values, struct_pb2.Struct())


def plain(found: Any) -> dict[str, Any]:
    return dict(json_format.MessageToDict(found))


@pytest.fixture
def provider() -> Provider:
    made = Provider("7.51.1", Answers(calls={"aws:x:y": [{"args": {"id": "a"}, "result": {"value": 1}}]}))
    made.Configure(provider_pb2.ConfigureRequest(args=struct({"region": "us-east-2"})), None)
    return made


def diff(provider: Provider, token: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, str]:
    """path -> kind of change"""
    request = provider_pb2.DiffRequest(
        urn=urn(token), olds=struct(before), old_inputs=struct(before), news=struct(after)
    )
    answer = provider.Diff(request, None)
    kinds = provider_pb2.PropertyDiff.Kind
    return {path: kinds.Name(one.kind) for path, one in sorted(answer.detailedDiff.items())}


def create(provider: Provider, token: str, inputs: dict[str, Any], preview: bool = False) -> tuple[str, dict[str, Any]]:
    request = provider_pb2.CreateRequest(urn=urn(token), properties=struct(inputs), preview=preview)
    answer = provider.Create(request, None)
    return answer.id, plain(answer.properties)


@pytest.mark.parametrize(
    ("token", "before", "after", "expected"),
    [
        (SUBNET, {"vpcId": "a"}, {"vpcId": "a"}, {}),
        (SUBNET, {"vpcId": "a"}, {"vpcId": "b"}, {"vpcId": "UPDATE_REPLACE"}),
        (SUBNET, {"vpcId": "a"}, {"vpcId": UNKNOWN}, {"vpcId": "UPDATE_REPLACE"}),
        (SUBNET, {"tags": {"a.b": "1"}}, {"tags": {"a.b": "2", "c": "3"}}, {'tags["a.b"]': "UPDATE", "tags.c": "ADD"}),
        (SUBNET, {"tags": {"a": "1"}}, {"tags": {"a": SECRET}}, {"tags.a": "UPDATE"}),
        (SUBNET, {"availabilityZoneId": "use2-az1"}, {}, {}),  # filled by the cloud: dropping it is no change
        (SUBNET, {"mapPublicIpOnLaunch": True}, {}, {"mapPublicIpOnLaunch": "DELETE"}),
        (SUBNET, {}, {"region": "us-east-2"}, {}),  # the provider's own
        (SUBNET, {}, {"region": "us-west-2"}, {"region": "UPDATE_REPLACE"}),
        (LUSTRE, {"storageCapacity": 1200}, {"storageCapacity": 2400}, {"storageCapacity": "UPDATE"}),
        (LUSTRE, {"storageCapacity": 2400}, {"storageCapacity": 1200}, {"storageCapacity": "UPDATE_REPLACE"}),
        (RULE, {"cidrIpv4": "10.0.0.0/8"}, {"cidrIpv4": "10.0.0.0/9"}, {"cidrIpv4": "UPDATE"}),
        (
            RULE,
            {"cidrIpv4": "10.0.0.0/8"},
            {"prefixListId": "pl-1"},
            {"cidrIpv4": "DELETE_REPLACE", "prefixListId": "ADD_REPLACE"},
        ),
        (SUBNET, {"newInput": 1}, {"newInput": 2}, {"newInput": "UPDATE_REPLACE"}),  # nobody knows what it does
        ("example:a:B", {"size": 1}, {"size": 2}, {"size": "UPDATE_REPLACE"}),
        (BUCKET, {"__defaults": []}, {"__defaults": ["bucket"]}, {}),
    ],
)
def test_changes_are_named_and_replace_where_the_provider_would(
    provider: Provider, token: str, before: dict[str, Any], after: dict[str, Any], expected: dict[str, str]
) -> None:
    assert diff(provider, token, before, after) == expected


def test_a_member_that_replaces_does_so_when_its_block_appears(provider: Provider) -> None:
    token = "aws:ec2/instance:Instance"
    blocks = {"networkInterfaces": [{"networkInterfaceId": "eni-1", "deviceIndex": 0}]}
    assert diff(provider, token, {}, blocks) == {"networkInterfaces": "ADD_REPLACE"}


def test_a_chosen_name_goes_before_its_successor_comes(provider: Provider) -> None:
    def first(before: dict[str, Any], after: dict[str, Any]) -> bool:
        request = provider_pb2.DiffRequest(urn=urn(BUCKET), old_inputs=struct(before), news=struct(after))
        return bool(provider.Diff(request, None).deleteBeforeReplace)

    assert first({"bucket": "a"}, {"bucket": "b"})
    assert not first({"bucket": "a-1"}, {"bucket": "a-1", "__defaults": ["bucket"], "objectLockEnabled": True})


def test_a_place_in_the_settings_may_be_secret() -> None:
    provider, subnetwork = Provider("1"), "gcp:compute/subnetwork:Subnetwork"
    hidden = {**SECRET, "value": "example-ml"}
    provider.Configure(provider_pb2.ConfigureRequest(args=struct({"project": hidden})), None)
    request = provider_pb2.DiffRequest(
        urn=urn(subnetwork), olds=struct({"project": "example-ml"}), old_inputs=struct({}), news=struct({})
    )
    assert dict(provider.Diff(request, None).detailedDiff) == {}


def test_a_preview_makes_up_nothing(provider: Provider) -> None:
    assert create(provider, SUBNET, {"vpcId": UNKNOWN}, preview=True) == ("", {"vpcId": UNKNOWN})


def test_what_was_made_looks_as_in_the_cloud_and_is_the_same_in_every_run(provider: Provider) -> None:
    identity, outputs = create(provider, SUBNET, {"vpcId": "vpc-1", "tags": SECRET})
    assert re.fullmatch(r"subnet-[0-9a-f]{17}", identity)
    assert outputs["arn"] == f"arn:aws:ec2:us-east-2:111122223333:subnet/{identity}"
    assert outputs["region"] == "us-east-2"
    assert outputs["tags"] == SECRET
    assert create(provider, SUBNET, {"vpcId": "vpc-1", "tags": SECRET}) == (identity, outputs)
    assert create(provider, BUCKET, {"bucket": "mine"})[1]["arn"] == "arn:aws:s3:::mine"
    assert "region" not in create(provider, "aws:iam/role:Role", {"name": "mine"})[1]


def test_a_type_without_a_row_has_an_id_and_its_inputs(provider: Provider) -> None:
    identity, outputs = create(provider, "example:index/thing:Thing", {"size": 3})
    assert re.fullmatch(r"thing-[0-9a-f]{17}", identity)
    assert outputs == {"size": 3}


def test_an_update_keeps_what_the_cloud_filled_in(provider: Provider) -> None:
    olds = {"description": "a", "imageId": "ami-1", "latestVersion": 3, "arn": "arn:1", "defaultVersion": 1}

    def update(preview: bool) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(
            urn=urn(TEMPLATE),
            olds=struct(olds),
            old_inputs=struct({"description": "a", "imageId": "ami-1"}),
            news=struct({"imageId": "ami-2"}),
            preview=preview,
        )
        return plain(provider.Update(request, None).properties)

    assert update(False) == {"imageId": "ami-2", "latestVersion": 4, "arn": "arn:1", "defaultVersion": 1}
    assert update(True)["latestVersion"] == UNKNOWN


def test_look_ups_are_answered_from_the_record_or_stop_the_run(provider: Provider) -> None:
    def ask(token: str, arguments: dict[str, Any]) -> Any:
        return provider.Invoke(provider_pb2.InvokeRequest(tok=token, args=struct(arguments)), None)

    assert plain(getattr(ask("aws:x:y", {"id": "a"}), "return")) == {"value": 1}
    assert [one.reason for one in ask("aws:x:y", {"id": "a", "more": 1}).failures] == [
        "a rehearsal asks no cloud, and no answer to aws:x:y was recorded"
    ]
    region = ask("aws:index/getRegion:getRegion", {})
    assert plain(getattr(region, "return"))["region"] == "us-east-2"


def test_a_read_tells_what_was_recorded(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"resources": {"aws:ec2/vpc:Vpc": {"vpc-1": {"cidrBlock": "10.0.0.0/16"}}}}))
    request = provider_pb2.ReadRequest(urn=urn("aws:ec2/vpc:Vpc"), id="vpc-1")
    answer = Provider("1", Answers.load(str(file))).Read(request, None)
    assert (answer.id, plain(answer.inputs)) == ("vpc-1", {"cidrBlock": "10.0.0.0/16"})
    properties = plain(answer.properties)
    assert properties["cidrBlock"] == "10.0.0.0/16"
    assert properties["arn"] == "arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1"  # not recorded: in the cloud's shape


def test_what_takes_anothers_place_has_another_id(provider: Provider) -> None:
    assert create(provider, SUBNET, {"vpcId": "vpc-1"})[0] != create(provider, SUBNET, {"vpcId": "vpc-2"})[0]


def test_executables_have_the_providers_names(tmp_path: Path) -> None:
    install(tmp_path / "a folder")
    made = sorted((tmp_path / "a folder").iterdir())
    assert [one.name for one in made] == ["pulumi-resource-aws", "pulumi-resource-gcp"]
    assert all(one.stat().st_mode & stat.S_IXUSR for one in made)


def sdk_properties(token: str) -> set[str]:
    package, module, name = token.split(":")
    folder = module.partition("/")[0].replace("lambda", "lambda_")
    cls = getattr(importlib.import_module(f"pulumi_{package}.{folder}"), name)
    return set(sdk_types(cls))


SHAPES = {token: shape for cloud in FILES for token, shape in shapes(cloud).items()}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of other classes in the same modules
@pytest.mark.parametrize(("token", "shape"), SHAPES.items(), ids=list(SHAPES))
def test_a_shape_speaks_of_properties_that_the_sdk_has(token: str, shape: Shape) -> None:
    named = {*shape.outputs, *shape.moving, *(path.partition(".")[0] for path in shape.filled)}
    assert named - sdk_properties(token) == set()


def test_every_type_of_the_catalogue_has_a_shape() -> None:
    assert set(resource_types()) == set(SHAPES)
    assert [token for token in SHAPES if known(token) is None] == []
