"""The stand-in's cloud remembers what was made, whoever asks, and says no where a cloud would; no CLI needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2

from ultrastack.engine.rehearsal.cloud import Cloud, Held, Refused
from ultrastack.engine.rehearsal.failing import FailAt
from ultrastack.engine.rehearsal.provider import Provider

VPC = "aws:ec2/vpc:Vpc"
BUCKET = "aws:s3/bucket:Bucket"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
SETTING = "aws:s3/bucketVersioning:BucketVersioning"


class Stopped(Exception):
    """What the engine is told when a call is given up."""


class Context:
    def abort(self, code: Any, words: str) -> None:
        raise Stopped(f"{code.name}: {words}")


def urn(token: str, name: str = "one") -> str:
    return f"urn:pulumi:dev::ultrastack::{token}::{name}"


def struct(values: dict[str, Any]) -> Any:
    return json_format.ParseDict(values, struct_pb2.Struct())


def plain(found: Any) -> dict[str, Any]:
    return dict(json_format.MessageToDict(found))


def provider(folder: Path, fail_at: FailAt | None = None) -> Provider:
    """A new process, as far as the cloud can tell."""
    return Provider("7.51.1", cloud=Cloud(folder), fail_at=fail_at)


def create(one: Provider, token: str, inputs: dict[str, Any], name: str = "one", preview: bool = False) -> Any:
    request = provider_pb2.CreateRequest(urn=urn(token, name), properties=struct(inputs), preview=preview)
    return one.Create(request, Context())


def read(one: Provider, token: str, identity: str, inputs: dict[str, Any] | None = None) -> Any:
    return one.Read(provider_pb2.ReadRequest(urn=urn(token), id=identity, inputs=struct(inputs or {})), Context())


def test_what_was_made_is_read_by_the_next_process(tmp_path: Path) -> None:
    made = create(provider(tmp_path), VPC, {"cidrBlock": "10.0.0.0/16", "__defaults": []})
    found = read(provider(tmp_path), VPC, made.id)
    assert found.id == made.id
    assert plain(found.properties) == plain(made.properties)
    assert plain(found.inputs) == {"cidrBlock": "10.0.0.0/16"}, (
        "what was filled in is the engine's note, not the cloud's"
    )
    assert plain(read(provider(tmp_path), VPC, made.id, {"__defaults": []}).inputs)["__defaults"] == []


def test_a_drift_of_what_was_filled_in_is_seen(tmp_path: Path) -> None:
    filled = {"cidrBlock": "10.0.0.0/16", "instanceTenancy": "default", "__defaults": ["instanceTenancy"]}
    made = create(provider(tmp_path), VPC, filled)
    assert plain(read(provider(tmp_path), VPC, made.id, filled).inputs) == filled
    file = tmp_path / "resources" / f"aws.ec2.Vpc.{made.id}.json"
    file.write_text(file.read_text().replace('"instanceTenancy": "default"', '"instanceTenancy": "dedicated"'))
    found = plain(read(provider(tmp_path), VPC, made.id, filled).inputs)
    assert (found["instanceTenancy"], found["__defaults"]) == ("dedicated", [])


def test_a_preview_makes_nothing(tmp_path: Path) -> None:
    create(provider(tmp_path), VPC, {"cidrBlock": "10.0.0.0/16"}, preview=True)
    assert list(Cloud(tmp_path).held()) == []


def test_what_is_not_there_is_gone_and_as_good_as_deleted(tmp_path: Path) -> None:
    assert read(provider(tmp_path), VPC, "vpc-1").id == ""
    provider(tmp_path).Delete(provider_pb2.DeleteRequest(urn=urn(VPC), id="vpc-1"), Context())
    request = provider_pb2.UpdateRequest(urn=urn(VPC), id="vpc-1", news=struct({"cidrBlock": "10.0.0.0/16"}))
    with pytest.raises(Stopped, match="^UNKNOWN: aws:ec2/vpc:Vpc 'vpc-1' does not exist$"):
        provider(tmp_path).Update(request, Context())


def test_a_drift_is_an_edited_file(tmp_path: Path) -> None:
    made = create(provider(tmp_path), VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"Name": "a"}})
    file = tmp_path / "resources" / f"aws.ec2.Vpc.{made.id}.json"
    held = json.loads(file.read_text())
    assert set(held) == {"type", "id", "urn", "inputs", "outputs"}
    held["inputs"]["tags"]["Name"] = "b"
    file.write_text(json.dumps(held))
    found = read(provider(tmp_path), VPC, made.id)
    assert plain(found.inputs)["tags"] == plain(found.properties)["tags"] == {"Name": "b"}


def test_the_same_again_is_another_resource(tmp_path: Path) -> None:
    first = create(provider(tmp_path), VPC, {"cidrBlock": "10.0.0.0/16"})
    second = create(provider(tmp_path), VPC, {"cidrBlock": "10.0.0.0/16"})
    assert first.id != second.id
    assert len(list(Cloud(tmp_path).held(VPC))) == 2


def test_a_name_exists_once(tmp_path: Path) -> None:
    create(provider(tmp_path), BUCKET, {"bucket": "mine"})
    said = f"^UNKNOWN: {BUCKET} 'mine' exists already, made by {urn(BUCKET)}$"
    with pytest.raises(Stopped, match=said):
        create(provider(tmp_path), BUCKET, {"bucket": "mine"}, name="two")


def test_a_name_exists_once_in_its_network_where_ids_are_made_up(tmp_path: Path) -> None:
    create(provider(tmp_path), GROUP, {"name": "mine", "vpcId": "vpc-1"})
    create(provider(tmp_path), GROUP, {"name": "mine", "vpcId": "vpc-2"}, name="two")
    with pytest.raises(Stopped, match=f"^UNKNOWN: {GROUP} 'mine' exists already, made by "):
        create(provider(tmp_path), GROUP, {"name": "mine", "vpcId": "vpc-1"}, name="three")


def test_a_setting_of_another_resource_is_overwritten(tmp_path: Path) -> None:
    for status in ("Enabled", "Suspended"):
        create(provider(tmp_path), SETTING, {"bucket": "mine", "versioningConfiguration": {"status": status}})
    (held,) = Cloud(tmp_path).held()
    assert held.inputs["versioningConfiguration"] == {"status": "Suspended"}


def test_operations_are_logged_in_their_order(tmp_path: Path) -> None:
    one = provider(tmp_path)
    made = create(one, VPC, {"cidrBlock": "10.0.0.0/16"})
    news = struct({"cidrBlock": "10.0.0.0/16", "tags": {"a": "b"}})
    one.Update(provider_pb2.UpdateRequest(urn=urn(VPC), id=made.id, olds=made.properties, news=news), Context())
    one.Delete(provider_pb2.DeleteRequest(urn=urn(VPC), id=made.id), Context())
    lines = [json.loads(line) for line in (tmp_path / "operations.jsonl").read_text().splitlines()]
    assert lines == [{"op": op, "urn": urn(VPC), "type": VPC, "id": made.id} for op in ("create", "update", "delete")]
    assert list(Cloud(tmp_path).held()) == []


def test_an_id_that_can_be_no_file_name_has_its_own_file(tmp_path: Path) -> None:
    cloud = Cloud(tmp_path)
    for identity in ("a/b:c", "a_b:c", "x" * 300):
        cloud.create(Held(VPC, identity, urn(VPC), {}, {}), None)
    assert {one.id for one in cloud.held()} == {"a/b:c", "a_b:c", "x" * 300}


def test_the_cloud_refuses_in_words_for_the_user(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="^aws:ec2/vpc:Vpc 'vpc-1' does not exist$"):
        Cloud(tmp_path).update(Held(VPC, "vpc-1", urn(VPC), {}, {}))


def test_the_asked_operation_fails_counted_over_all_processes(tmp_path: Path) -> None:
    fail_at = FailAt(3, tmp_path / "count")
    create(provider(tmp_path / "cloud", fail_at), VPC, {"cidrBlock": "10.0.0.0/16"}, name="one")
    create(provider(tmp_path / "cloud", fail_at), VPC, {"cidrBlock": "10.0.0.0/16"}, preview=True)
    create(provider(tmp_path / "cloud", fail_at), VPC, {"cidrBlock": "10.0.0.0/16"}, name="two")
    with pytest.raises(Stopped, match="^UNKNOWN: operation 3 fails because this rehearsal asked for it$"):
        create(provider(tmp_path / "cloud", fail_at), VPC, {"cidrBlock": "10.0.0.0/16"}, name="three")
    create(provider(tmp_path / "cloud", fail_at), VPC, {"cidrBlock": "10.0.0.0/16"}, name="four")
    assert [one.urn.rpartition("::")[2] for one in Cloud(tmp_path / "cloud").held()].count("three") == 0
