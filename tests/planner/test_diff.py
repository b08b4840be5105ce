"""A diff knows a resource by its URN and its aliases, and says of each input what a change of it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.policies.cases import PROVIDERS, ROOT, graph_of, urn_of
from ultrastack.model.change import Change
from ultrastack.model.graph import SECRET, UNKNOWN, Graph
from ultrastack.planner.diff import diff

FSX, SUBNET, GROUP = (
    "aws:fsx/lustreFileSystem:LustreFileSystem",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/securityGroup:SecurityGroup",
)
BUCKET, POLICY = "aws:s3/bucket:Bucket", "aws:s3/bucketPolicy:BucketPolicy"
TEMPLATE, INSTANCE = "aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/instance:Instance"
STAGE = {"type": "ultrastack:aws:Stage"}
Program = Mapping[str, Mapping[str, Any]]


def system(**inputs: Any) -> dict[str, Any]:
    return {"type": FSX, "inputs": {"deploymentType": "PERSISTENT_2", "storageCapacity": 2400, **inputs}}


def changed(before: Program, after: Program, aws: Mapping[str, str] | None = None) -> tuple[Change, ...]:
    moved = {**PROVIDERS, "aws": aws or PROVIDERS["aws"]}
    return diff(graph_of(before, PROVIDERS), graph_of(after, moved))


def state_of(resources: Program) -> Graph:
    """As an export gives it: where an input came from is known of its first part alone."""
    graph = graph_of(resources, PROVIDERS)
    return replace(graph, resources=tuple(replace(one, references={}) for one in graph.resources))


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


def test_a_renamed_component_takes_everything_below_it_along() -> None:
    def program(name: str, alias: Mapping[str, Any]) -> Program:
        return {
            name: {**STAGE, "options": alias},
            f"{name}-bucket": {"type": BUCKET, "parent": name},
            "alien": {"type": BUCKET, "parent": name},
            f"{name}-inner": {**STAGE, "parent": name},
            f"{name}-inner-bucket": {"type": BUCKET, "parent": f"{name}-inner"},
        }

    before = program("old", {})
    after = program("new", {"aliases": [urn_of("old", before)]})
    # a URN holds the types of what is above it and not their names, so `alien` keeps its own
    assert said(changed(before, after)) == [("move", "new-bucket", []), ("move", "new-inner-bucket", [])]
    forgotten = changed(before, program("new", {}))
    assert [one.kind for one in forgotten] == ["create"] * 2 + ["delete"] * 2


def test_a_child_may_be_renamed_with_its_component_and_an_own_alias_comes_first() -> None:
    before = {
        "old": STAGE,
        "old-raw": {"type": BUCKET, "parent": "old"},
        "outside": {"type": BUCKET},
    }
    kid = urn_of("new-raw", {"new": STAGE, "new-raw": {"type": BUCKET, "parent": "new"}})  # as it would be called now
    after = {
        "new": {**STAGE, "options": {"aliases": [urn_of("old", before)]}},
        "new-kid": {"type": BUCKET, "parent": "new", "options": {"aliases": [kid]}},
        "new-inside": {"type": BUCKET, "parent": "new", "options": {"aliases": [urn_of("outside", before)]}},
    }
    found = changed({**before, "old-inside": {"type": BUCKET, "parent": "old"}}, after)
    assert [(one.kind, one.resource.name, one.moved_from) for one in found] == [
        ("move", "new-kid", urn_of("old-raw", before)),
        ("move", "new-inside", urn_of("outside", before)),
        ("delete", "old-inside", ""),
    ]


def test_a_component_of_another_type_is_the_earlier_one_by_its_alias() -> None:
    before = {"stage": STAGE, "data": {**system(), "parent": "stage"}}
    alias = {"options": {"aliases": [urn_of("stage", before)]}}
    after = {"stage": {"type": "ultrastack:aws:Phase", **alias}, "data": {**system(), "parent": "stage"}}
    assert said(changed(before, after)) == [("move", "data", [])]


def test_a_provider_below_a_renamed_component_stands_before_it() -> None:
    def program(name: str, aliases: tuple[str, ...] = ()) -> Graph:
        graph = graph_of({name: {**STAGE, "options": {"aliases": aliases}}}, {})
        below = f"{graph.resources[1].urn.replace('::' + name, '')}$pulumi:providers:aws::{name}-west"
        one = replace(graph.resources[0], urn=below, type="pulumi:providers:aws", name=f"{name}-west", kind="provider")
        one = replace(one, parent=graph.resources[1].urn, inputs={"region": "us-west-2"})
        made = replace(graph.resources[0], urn=f"{ROOT[: ROOT.index('pulumi:pulumi')]}{BUCKET}::b", type=BUCKET)
        made = replace(made, name="b", kind="custom", parent=ROOT, provider=below)
        return replace(graph, resources=(graph.resources[0], one, graph.resources[1], made))

    old = program("old")
    assert diff(old, program("new", (old.resources[2].urn,))) == ()


def test_a_renamed_resource_that_also_changes_says_where_it_was() -> None:
    before = {"a": system()}
    alias = {"options": {"aliases": [urn_of("a", before)]}}
    (one,) = changed(before, {"b": {**system(storageCapacity=4800), **alias}})
    assert (one.kind, one.moved_from) == ("update", urn_of("a", before))


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


def test_one_more_giver_changes_what_can_be_changed_and_threatens_nothing() -> None:
    """What an Output waits for may have no part in it."""
    nets = {name: {"type": SUBNET, "inputs": {"vpcId": "vpc-1"}} for name in ("a", "b")}
    rules = {"type": POLICY, "inputs": {"bucket": "b", "policy": UNKNOWN}}

    def program(*names: str) -> Graph:
        *others, last, data = graph_of({**nets, "rules": rules, "data": system(subnetIds=UNKNOWN)}, PROVIDERS).resources
        urns = tuple(urn_of(name, nets) for name in names)
        made = (replace(last, references={"policy": urns}), replace(data, references={"subnetIds": urns}))
        return replace(graph_of({}, {}), resources=(*others, *made))

    for before, after, why in ((("a",), ("a", "b"), "b, too"), (("a", "b"), ("a",), "b no more")):
        (one,) = diff(program(*before), program(*after))
        assert (one.kind, one.resource.name) == ("update", "rules")
        assert one.properties[0].because == f"it comes from {why}"


def test_what_is_replaced_may_replace_what_refers_to_it() -> None:
    def program(cidr: str) -> Program:
        net = {"type": SUBNET, "inputs": {"vpcId": "vpc-1", "cidrBlock": cidr}}
        return {"net": net, "data": system(subnetIds={"$ref": "net.id"})}

    found = changed(program("10.0.0.0/24"), program("10.0.1.0/24"))
    assert said(found) == [("replace", "net", [("cidrBlock", "yes")]), ("may replace", "data", [("subnetIds", "may")])]
    assert found[1].properties[0].because == "net is replaced"


def test_what_goes_first_surely_takes_along_what_its_successor_would_replace() -> None:
    def program(name: str) -> Program:
        bucket = {"type": BUCKET, "inputs": {"bucket": name}}
        return {"b": bucket, "rules": {"type": POLICY, "inputs": {"bucket": {"$ref": "b.id"}, "policy": "{}"}}}

    found = changed(program("one"), program("two"))
    assert said(found) == [("replace", "b", [("bucket", "yes")]), ("replace", "rules", [("bucket", "yes")])]
    assert [one.old_goes_first for one in found] == [True, True]
    assert found[1].properties[0].because == "b is replaced"


def test_a_value_that_stays_does_not_keep_what_is_taken_along() -> None:
    """The engine deletes it before it looks at its new inputs."""

    def program(name: str) -> Graph:
        bucket = {"type": BUCKET, "inputs": {"bucket": name}}
        rules = {"type": POLICY, "inputs": {"bucket": "told", "policy": "{}"}}
        graph = graph_of({"b": bucket, "rules": rules}, PROVIDERS)
        *others, last = graph.resources
        depends = {"bucket": (others[-1].urn,)}
        return replace(graph, resources=(*others, replace(last, property_dependencies=depends)))

    assert said(diff(program("one"), program("two")))[1] == ("replace", "rules", [("bucket", "yes")])


def test_an_output_that_moves_on_with_every_update_may_change_what_takes_it() -> None:
    def program(size: str) -> Program:
        of_template = {"id": {"$ref": "t.id"}, "version": {"$ref": "t.latestVersion"}}
        return {
            "t": {"type": TEMPLATE, "inputs": {"instanceType": size}},
            "pinned": {"type": INSTANCE, "inputs": {"launchTemplate": {**of_template, "version": "$Default"}}},
            "node": {"type": INSTANCE, "inputs": {"launchTemplate": of_template}},
        }

    found = changed(program("trn2.48xlarge"), program("trn1.32xlarge"))
    assert said(found) == [
        ("update", "t", [("instanceType", "no")]),
        ("may replace", "node", [("launchTemplate.version", "may")]),
    ]
    assert found[1].properties[0].because == "t is updated"


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


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (None, "1", None),  # no trigger before is none that changed
        ("1", None, None),
        ({"v": 1, "of": UNKNOWN}, {"v": 1, "of": UNKNOWN}, None),
        ({"v": 1, "of": UNKNOWN}, {"v": 2, "of": UNKNOWN}, "yes"),
        ({"v": 1, "of": "arn"}, {"v": 1, "of": UNKNOWN}, None),
        ([1, "a"], [1], "yes"),
        (SECRET, "1", None),
    ],
)
def test_a_trigger_replaces_as_the_engine_has_it(before: Any, after: Any, wanted: str | None) -> None:
    old, new = ({"data": {**system(), "options": {"replacement_trigger": one}}} for one in (before, after))
    found = said(changed(old, new))
    assert found == ([("replace", "data", [("options.replacementTrigger", wanted)])] if wanted else [])


def test_a_trigger_that_holds_an_output_may_replace_where_something_is_replaced() -> None:
    def program(capacity: int) -> Program:
        follows = {"type": BUCKET, "options": {"replacement_trigger": {"of": UNKNOWN}}}
        return {"data": system(storageCapacity=capacity), "b": follows}

    found = said(changed(program(4800), program(2400)))
    assert found[1] == ("may replace", "b", [("options.replacementTrigger", "may")])
    assert said(changed(program(2400), program(4800))) == [("update", "data", [("storageCapacity", "no")])]


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


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ({"id": "fs-1"}, {"kind": "read", "id": "fs-1"}, None),  # it is let go, and stays
        ({"id": "fs-1"}, {"kind": "read", "id": "fs-2"}, ("replace", "yes")),
        ({"id": "fs-1"}, {"options": {"import_id": "fs-1"}}, None),
        ({"id": "fs-1"}, {"options": {"import_id": "fs-2"}}, ("replace", "yes")),
        ({}, {"options": {"import_id": "fs-2"}}, ("may replace", "may")),
        ({"options": {"import_id": "fs-1"}}, {"options": {"import_id": "fs-1"}}, None),
        ({"options": {"import_id": "fs-1"}}, {"options": {"import_id": "fs-2"}}, ("replace", "yes")),
        ({"options": {"import_id": "fs-1"}}, {}, None),
    ],
)
def test_another_one_that_is_read_or_taken_over_takes_its_place(before: Any, after: Any, wanted: Any) -> None:
    found = changed({"data": {**system(), **before}}, {"data": {**system(), **after}})
    assert said(found) == ([] if wanted is None else [(wanted[0], "data", [("id", wanted[1])])])


def test_a_name_that_the_program_gives_up_is_made_up_by_the_provider() -> None:
    def named(**inputs: Any) -> Program:
        return {"b": {"type": BUCKET, "inputs": inputs}}

    (one,) = changed(named(bucket="mine"), named())
    assert said((one,)) == [("replace", "b", [("bucket", "yes")])]
    assert (one.properties[0].old, one.properties[0].new) == ("mine", UNKNOWN)
    assert changed(named(bucket="mine"), {"b": {"type": BUCKET, "options": {"ignore_changes": ["bucket"]}}}) == ()


def test_a_secret_on_one_side_is_told_and_not_shown() -> None:
    for before, after in (({"$secret": "x"}, "x"), ("x", {"$secret": "x"})):
        (one,) = changed({"data": system(kmsKeyId=before)}, {"data": system(kmsKeyId=after)})
        assert (one.kind, one.properties[0].old, one.properties[0].new) == ("may replace", SECRET, SECRET)
    (one,) = changed({"data": system()}, {"data": system(kmsKeyId={"$secret": "x"})})
    assert (one.properties[0].old, one.properties[0].new) == (None, SECRET)


# ---- against a state


def test_what_the_provider_filled_in_is_no_change() -> None:
    made = {"bucket": "b-1a2b3c4", "region": "us-east-2", "tags": {}}
    old = state_of({"b": {"type": BUCKET, "id": "b-1a2b3c4", "inputs": made, "outputs": {**made, "arn": "arn:b"}}})
    assert diff(old, graph_of({"b": {"type": BUCKET}}, PROVIDERS)) == ()
    written = graph_of({"b": {"type": BUCKET, "inputs": {"bucket": "b-1a2b3c4"}}}, PROVIDERS)
    assert diff(old, written) == ()
    mine = state_of({"b": {"type": BUCKET, "id": "mine", "inputs": {"bucket": "mine"}}})
    assert said(diff(mine, graph_of({"b": {"type": BUCKET}}, PROVIDERS))) == [("may replace", "b", [("bucket", "may")])]


def test_what_was_an_output_of_the_same_resources_stays() -> None:
    def net(name: str, known: bool) -> dict[str, Any]:
        given = {"id": f"{name}-1", "outputs": {"arn": f"arn:{name}"}} if known else {}
        return {"type": GROUP, "inputs": {"vpcId": "vpc-1"}, **given}

    def program(known: bool, groups: list[Any], **more: Any) -> Program:
        return {"a": net("a", known), "b": net("b", known), "data": system(securityGroupIds=groups, **more)}

    def of(graph: Graph, **depends: tuple[str, ...]) -> Graph:
        """With what a state says that the last one depends on."""
        *others, data = graph.resources
        return replace(graph, resources=(*others, replace(data, property_dependencies=depends)))

    first, second = (urn_of(name, program(True, [])) for name in ("a", "b"))
    old = of(state_of(program(True, ["a-1", "sg-9", "b-1"])), securityGroupIds=(first, second))
    refs = [{"$ref": "a.id"}, {"$ref": "b.id"}]
    assert diff(old, graph_of(program(False, [refs[1], refs[0], "sg-9"]), PROVIDERS)) == ()
    fewer = diff(old, graph_of(program(False, refs), PROVIDERS))
    assert [(one.kind, [p.old for p in one.properties]) for one in fewer] == [("replace", ["sg-9"])]

    made = of(state_of(program(True, [], kmsKeyId="made of arn:a")), kmsKeyId=(first,))
    assert diff(made, graph_of(program(False, [], kmsKeyId={"$ref": "a.arn"}), PROVIDERS)) == ()
    other = diff(made, graph_of(program(False, [], kmsKeyId={"$ref": "b.arn"}), PROVIDERS))
    assert said(other) == [("may replace", "data", [("kmsKeyId", "may")])]


def test_what_is_known_of_what_is_replaced_stays_no_more() -> None:
    def program(cidr: str, **known: Any) -> Program:
        net = {"type": SUBNET, "inputs": {"vpcId": "vpc-1", "cidrBlock": cidr}, **known}
        return {"net": net, "data": system(subnetIds="subnet-1" if known else {"$ref": "net.id"})}

    found = diff(state_of(program("10.0.0.0/24", id="subnet-1")), graph_of(program("10.0.1.0/24"), PROVIDERS))
    assert [(one.kind, one.properties[0].because) for one in found][1] == ("may replace", "net is replaced")


def test_what_nobody_knows_may_replace() -> None:
    before, after = ({"a": {"type": "aws:x/y:Z", "inputs": {"b": n}}} for n in (1, 2))
    assert said(changed(before, after)) == [("may replace", "a", [("b", "may")])]
