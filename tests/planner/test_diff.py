"""A diff knows a resource by its URN and its aliases, and says of each input what a change of it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.policies.cases import PROVIDERS, graph_of, urn_of
from ultrastack.model.change import Change
from ultrastack.planner.diff import diff

FSX, SUBNET, GROUP = (
    "aws:fsx/lustreFileSystem:LustreFileSystem",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/securityGroup:SecurityGroup",
)
BUCKET, VOLUME = "aws:s3/bucket:Bucket", "aws:ebs/volume:Volume"
Program = Mapping[str, Mapping[str, Any]]


def system(**inputs: Any) -> dict[str, Any]:
    return {"type": FSX, "inputs": {"deploymentType": "PERSISTENT_2", "storageCapacity": 2400, **inputs}}


def changed(before: Program, after: Program, aws: Mapping[str, str] | None = None) -> tuple[Change, ...]:
    moved = {**PROVIDERS, "aws": aws or PROVIDERS["aws"]}
    return diff(graph_of(before, PROVIDERS), graph_of(after, moved))


def said(changes: tuple[Change, ...]) -> list[Any]:
    return [(c.kind, c.resource.name, [(p.path, p.replaces) for p in c.properties]) for c in changes]


def test_what_is_as_it_was_is_no_change() -> None:
    program = {"net": {"type": SUBNET, "inputs": {"vpcId": "vpc-1"}}, "data": system(subnetIds={"$ref": "net.id"})}
    assert changed(program, program) == ()


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ({"storageCapacity": 2400}, {"storageCapacity": 4800}, ("update", [("storageCapacity", "no")])),
        ({"storageCapacity": 4800}, {"storageCapacity": 2400}, ("replace", [("storageCapacity", "yes")])),
        (
            {"storageCapacity": 2400},
            {"storageCapacity": {"$unknown": True}},
            ("may replace", [("storageCapacity", "may")]),
        ),
        ({"kmsKeyId": {"$unknown": True}}, {"kmsKeyId": {"$unknown": True}}, None),
        ({"kmsKeyId": {"$secret": "a"}}, {"kmsKeyId": {"$secret": "b"}}, None),
        ({"subnetIds": "subnet-1"}, {"subnetIds": "subnet-2"}, ("replace", [("subnetIds", "yes")])),
        ({"subnetIds": "subnet-1"}, {"subnetIds": {"$unknown": True}}, ("may replace", [("subnetIds", "may")])),
        ({"kmsKeyId": "a"}, {}, None),  # the cloud keeps what it has
        (
            {"tags": {"a.b": "1"}},
            {"tags": {"a.b": "2", "c": "3"}},
            ("update", [("tags.c", "no"), ('tags["a.b"]', "no")]),
        ),
        ({"securityGroupIds": ["sg-1", "sg-2"]}, {"securityGroupIds": ["sg-2", "sg-1"]}, None),
        ({"securityGroupIds": ["sg-1"]}, {"securityGroupIds": ["sg-2"]}, ("replace", [("securityGroupIds[0]", "yes")])),
        (
            {"metadataConfiguration": {"mode": "USER_PROVISIONED", "iops": 12000}},
            {"metadataConfiguration": {"mode": "USER_PROVISIONED", "iops": 6000}},
            ("replace", [("metadataConfiguration.iops", "yes")]),
        ),
    ],
)
def test_an_input_is_compared_down_to_its_leaves(before: Any, after: Any, wanted: Any) -> None:
    found = said(changed({"data": system(**before)}, {"data": system(**after)}))
    assert found == ([] if wanted is None else [(wanted[0], "data", wanted[1])])


def test_values_are_the_graphs_own_and_a_condition_is_said() -> None:
    (change,) = changed({"data": system(storageCapacity=4800)}, {"data": system()})
    (one,) = change.properties
    assert (one.old, one.new) == (4800, 2400)
    assert one.because == "the new value is lower, or deploymentType is SCRATCH_1"
    assert change.goes and change.of("storageCapacity") == one and change.replacing == (one,)


def test_what_comes_and_what_goes() -> None:
    found = changed({"old": system()}, {"new": system()})
    assert said(found) == [("create", "new", []), ("delete", "old", [])]


def test_an_alias_is_the_earlier_one_and_nothing_else_is() -> None:
    before = {"old": system(), "other": system()}
    alias = {"options": {"aliases": [urn_of("old", before)]}}
    assert said(changed(before, {"new": {**system(), **alias}, "other": system()})) == [("move", "new", [])]
    assert said(changed(before, {"new": {**system(), **alias}, "old": system(), "other": system()})) == [
        ("create", "new", [])
    ]


def test_a_new_name_of_what_is_referred_to_is_no_change() -> None:
    before = {"a": {"type": SUBNET, "inputs": {"vpcId": "vpc-1"}}, "data": system(subnetIds={"$ref": "a.id"})}
    alias = {"options": {"aliases": [urn_of("a", before)]}}
    after = {"b": {"type": SUBNET, "inputs": {"vpcId": "vpc-1"}, **alias}, "data": system(subnetIds={"$ref": "b.id"})}
    assert said(changed(before, after)) == [("move", "b", [])]


def test_what_comes_from_another_resource_may_be_another_value() -> None:
    nets = {name: {"type": SUBNET, "inputs": {"vpcId": "vpc-1"}} for name in ("a", "b")}
    found = changed(
        {**nets, "data": system(subnetIds={"$ref": "a.id"})}, {**nets, "data": system(subnetIds={"$ref": "b.id"})}
    )
    assert said(found) == [("may replace", "data", [("subnetIds", "may")])]
    assert found[0].properties[0].because == "it comes from b instead of a"


def test_what_is_replaced_may_replace_what_refers_to_it() -> None:
    def program(cidr: str) -> Program:
        net = {"type": SUBNET, "inputs": {"vpcId": "vpc-1", "cidrBlock": cidr}}
        return {"net": net, "data": system(subnetIds={"$ref": "net.id"})}

    found = changed(program("10.0.0.0/24"), program("10.0.1.0/24"))
    assert said(found) == [("replace", "net", [("cidrBlock", "yes")]), ("may replace", "data", [("subnetIds", "may")])]
    assert found[1].properties[0].because == "net is replaced"


def test_what_may_be_replaced_is_called_so() -> None:
    def program(cidr: Any) -> Program:
        net = {"type": SUBNET, "inputs": {"vpcId": cidr}}
        return {"net": net, "data": system(subnetIds={"$ref": "net.id"})}

    found = changed(program("vpc-1"), program({"$unknown": True}))
    assert [(c.kind, c.properties[0].because) for c in found][1] == ("may replace", "net may be replaced")


def test_it_does_not_matter_which_one_the_graph_names_first() -> None:
    def program(cidr: str) -> Program:
        net = {"type": SUBNET, "inputs": {"vpcId": "vpc-1", "cidrBlock": cidr}}
        return {"data": system(subnetIds={"$ref": "net.id"}), "net": net}

    found = changed(program("10.0.0.0/24"), program("10.0.1.0/24"))
    assert [(c.kind, c.resource.name) for c in found] == [("may replace", "data"), ("replace", "net")]


def test_an_output_that_was_known_before_stays_where_its_resource_stays() -> None:
    def net(cidr: str, **known: Any) -> dict[str, Any]:
        return {"type": SUBNET, "inputs": {"vpcId": "vpc-1", "cidrBlock": cidr}, **known}

    before = {"net": net("10.0.0.0/24", id="subnet-1"), "data": system(subnetIds="subnet-1")}
    after = {"net": net("10.0.0.0/24"), "data": system(subnetIds={"$ref": "net.id"})}
    assert changed(before, after) == ()
    moved = changed(before, {**after, "net": net("10.0.1.0/24")})
    assert [c.kind for c in moved] == ["replace", "may replace"]
    other = changed({**before, "data": system(subnetIds="subnet-2")}, after)
    assert said(other) == [("may replace", "data", [("subnetIds", "may")])]


def test_the_order_of_a_set_of_references_says_nothing() -> None:
    groups = {name: {"type": GROUP, "inputs": {"vpcId": "vpc-1"}} for name in ("a", "b")}

    def of(*names: str) -> Program:
        return {**groups, "data": system(securityGroupIds=[{"$ref": f"{name}.id"} for name in names])}

    assert changed(of("a", "b"), of("b", "a")) == ()


def test_what_is_ignored_is_no_change() -> None:
    options = {"options": {"ignore_changes": ["subnetIds", "tags.a"]}}
    before = system(subnetIds="subnet-1", tags={"a": "1"})
    assert changed({"data": before}, {"data": {**system(subnetIds="subnet-2", tags={"a": "2"}), **options}}) == ()


def test_a_replacement_can_be_asked_for() -> None:
    before = {"data": system(tags={"a": "1"}), "other": {"type": BUCKET}}
    asked = {"options": {"replace_on_changes": ["tags"]}}
    found = changed(before, {"data": {**system(tags={"a": "2"}), **asked}, "other": {"type": BUCKET}})
    assert said(found) == [("replace", "data", [("tags.a", "yes")])]

    def triggered(value: str) -> Program:
        return {"data": {**system(), "options": {"replacement_trigger": value}}}

    assert said(changed(triggered("1"), triggered("2"))) == [
        ("replace", "data", [("options.replacementTrigger", "yes")])
    ]

    follows = {"type": BUCKET, "options": {"replace_with": [urn_of("data", before)]}}
    with_it = {**triggered("2"), "follower": follows}
    assert said(changed({**triggered("1"), "follower": follows}, with_it))[1] == (
        "replace",
        "follower",
        [("options.replaceWith", "yes")],
    )


def test_which_one_goes_first() -> None:
    def named(name: str, zone: str, **options: Any) -> Program:
        inputs = {"bucket": name} if name else {}
        return {"b": {"type": BUCKET, "inputs": {**inputs, "bucketNamespace": zone}, "options": options}}

    def first(name: str, **options: Any) -> bool:
        (found,) = changed(named(name, "a"), named(name, "b", **options))
        return found.old_goes_first

    assert (first("mine"), first(""), first("mine", delete_before_replace=False)) == (True, False, False)
    assert first("", delete_before_replace=True)


def test_another_region_of_the_provider_is_another_resource() -> None:
    found = changed({"data": system()}, {"data": system()}, {"region": "eu-north-1"})
    assert said(found) == [("replace", "data", [("region", "yes")])]
    assert changed({"data": system()}, {"data": system(region="us-east-2")}) == ()


def test_only_what_is_made_counts() -> None:
    read = {"data": {**system(), "kind": "read", "id": "fs-1"}}
    assert changed(read, {}) == () == changed({}, read)
    assert said(changed({}, {"data": {**system(), "options": {"import_id": "fs-1"}}})) == [("import", "data", [])]
    assert said(changed(read, {"data": system()})) == [("create", "data", [])]
    assert said(changed({"data": system()}, read)) == [("may replace", "data", [("id", "may")])]


def test_what_nobody_knows_may_replace() -> None:
    before, after = ({"a": {"type": "aws:x/y:Z", "inputs": {"b": n}}} for n in (1, 2))
    assert said(changed(before, after)) == [("may replace", "a", [("b", "may")])]
