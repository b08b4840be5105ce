"""What would go untagged is named once, with the value that it had; what nobody knows is not called lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.planner.changed_stacks import Edit, planned, shipped
from tests.policies.cases import PROVIDERS, graph_of, urn_of
from ultrastack.model.comparison import TagsChange
from ultrastack.model.place import Place
from ultrastack.model.stack_file import StackFile
from ultrastack.model.values import Unknown
from ultrastack.planner.diff import diff
from ultrastack.planner.tags_change import tags_change

Program = Mapping[str, Mapping[str, Any]]
Said = dict[str, tuple[dict[str, str], dict[str, tuple[str, str]], bool]]  # lost, changed, untagged

BUCKET, GCS, POOL = "aws:s3/bucket:Bucket", "gcp:storage/bucket:Bucket", "gcp:container/nodePool:NodePool"
TEMPLATE, GROUP = "aws:ec2/launchTemplate:LaunchTemplate", "aws:autoscaling/group:Group"
INSTANCE, RULE = "aws:ec2/instance:Instance", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
CHANNEL = "gcp:monitoring/notificationChannel:NotificationChannel"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
UNKNOWN, SECRET = {"$unknown": True}, {"$secret": "hidden"}
FILE = StackFile("s.yaml", Place("s.yaml"), tags={"owner": "me", "cost-center": "R&D", "gone": None})


def one(token: str, options: Mapping[str, Any] | None = None, /, **inputs: Any) -> Program:
    return {"x": {"type": token, "inputs": inputs, "options": options or {}}}


def template(**of_kinds: Mapping[str, str] | None) -> Program:
    given = [{"resourceType": kind.replace("_", "-"), "tags": tags} for kind, tags in of_kinds.items()]
    return one(TEMPLATE, imageId="ami-1", tags={"owner": "me"}, tagSpecifications=given)


def group(value: str | None = "me", handed_on: bool = True) -> Program:
    tags = [{"key": "Name", "value": "x", "propagateAtLaunch": True}]
    if value is not None:
        tags.append({"key": "owner", "value": value, "propagateAtLaunch": handed_on})
    return one(GROUP, minSize=1, maxSize=1, tags=tags)


def said(found: tuple[TagsChange, ...]) -> Said:
    return {change.resource.name: (dict(change.lost), dict(change.changed), change.untagged) for change in found}


def changed(before: Program, after: Program, file: StackFile | None = None, aws: Mapping[str, Any] = {}) -> Said:
    old, new = graph_of(before, PROVIDERS), graph_of(after, {**PROVIDERS, "aws": {**PROVIDERS["aws"], **aws}})
    return said(tags_change(diff(old, new), old, new, file))


BOTH = {"owner": "me", "team": "a"}
CASES: Mapping[str, tuple[Program, Program, Said]] = {
    "as it was": (one(BUCKET, tags=BOTH), one(BUCKET, tags=BOTH), {}),
    "a key goes": (one(BUCKET, tags=BOTH), one(BUCKET, tags={"owner": "me"}), {"x": ({"team": "a"}, {}, False)}),
    "all go": (one(BUCKET, tags=BOTH), one(BUCKET), {"x": (BOTH, {}, True)}),
    "another value": (
        one(BUCKET, tags=BOTH),
        one(BUCKET, tags={"owner": "you", "team": "a"}),
        {"x": ({}, {"owner": ("me", "you")}, False)},
    ),
    "one comes": (one(BUCKET, tags={"owner": "me"}), one(BUCKET, tags=BOTH), {}),
    "all are unknown now": (one(BUCKET, tags=BOTH), one(BUCKET, tags=UNKNOWN), {}),
    "all are secret now": (one(BUCKET, tags=BOTH), one(BUCKET, tags=SECRET), {}),
    "a value is unknown now": (one(BUCKET, tags=BOTH), one(BUCKET, tags={"owner": "me", "team": UNKNOWN}), {}),
    "an unknown value goes": (
        one(BUCKET, tags={"owner": UNKNOWN}),
        one(BUCKET, tags={}),
        {"x": ({"owner": "unknown"}, {}, True)},
    ),
    "a secret goes": (
        one(BUCKET, tags={"owner": SECRET}),
        one(BUCKET),
        {"x": ({"owner": "[secret]"}, {}, True)},
    ),
    "a secret becomes plain": (
        one(BUCKET, tags={"owner": SECRET}),
        one(BUCKET, tags={"owner": "me"}),
        {"x": ({}, {"owner": ("[secret]", "me")}, False)},
    ),
    "its name": (one(BUCKET, tags={"Name": "a", "owner": "me"}), one(BUCKET, tags={"Name": "b", "owner": "me"}), {}),
    "changes that are ignored": (one(BUCKET, tags=BOTH), one(BUCKET, {"ignore_changes": ("tags",)}), {}),
    "labels": (one(GCS, labels=BOTH), one(GCS, labels={}), {"x": (BOTH, {}, True)}),
    "labels of nodes": (
        one(POOL, nodeConfig={"resourceLabels": BOTH, "labels": {"a": "b"}}),
        one(POOL, nodeConfig={"resourceLabels": {"owner": "me"}}),
        {"x": ({"team": "a"}, {}, False)},
    ),
    "labels that are something else": (one(CHANNEL, labels={"email_address": "a"}), one(CHANNEL, labels={}), {}),
    "tags of a machine of Google's are no labels": (
        one("gcp:compute/instance:Instance", tags=["a"]),
        one("gcp:compute/instance:Instance", tags=[]),
        {},
    ),
    "of one kind that a template starts": (
        template(instance={"owner": "me"}, volume={"owner": "me"}),
        template(instance={"owner": "me"}),
        {"x": ({"owner (volume)": "me"}, {}, False)},
    ),
    "another value for one kind": (
        template(instance={"team": "a"}, volume={"team": "a"}),
        template(instance={"team": "a"}, volume={"team": "b"}),
        {"x": ({}, {"team": ("a", "b")}, False)},
    ),
    "of all that a template starts": (
        template(instance={"team": "a"}, volume={"team": "a"}),
        template(instance={}, volume={}),
        {"x": ({"team": "a"}, {}, False)},
    ),
    "what a template gives is unknown now": (
        template(instance={"team": "a"}),
        one(TEMPLATE, imageId="ami-1", tags={"owner": "me"}, tagSpecifications=UNKNOWN),
        {},
    ),
    "disks of a machine": (
        one(INSTANCE, tags={"owner": "me"}, volumeTags={"owner": "me"}),
        one(INSTANCE, tags={"owner": "me"}),
        {"x": ({"owner (volume)": "me"}, {}, False)},
    ),
    "disks are tagged by another input": (
        one(INSTANCE, tags={"owner": "me"}, volumeTags={"owner": "me"}),
        one(INSTANCE, tags={"owner": "me"}, rootBlockDevice={"tags": {"owner": "me"}}),
        {},
    ),
    "of a group": (group(), group(None), {"x": ({"owner": "me"}, {}, False)}),
    "no more handed on": (group(), group(handed_on=False), {"x": ({"owner (instance)": "me"}, {}, False)}),
    "another value of a group": (group(), group("you"), {"x": ({}, {"owner": ("me", "you")}, False)}),
    "it goes": (one(BUCKET, tags=BOTH), {}, {}),
    "it is replaced": (
        one(BUCKET, bucket="a", tags=BOTH),
        one(BUCKET, bucket="b"),
        {"x": (BOTH, {}, True)},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_tag_is_lost_or_has_another_value(case: str) -> None:
    before, after, wanted = CASES[case]
    assert changed(before, after) == wanted


def test_a_new_name_is_the_same_resource() -> None:
    before = {"old": one(BUCKET, tags=BOTH)["x"]}
    alias = {"aliases": [urn_of("old", before)]}
    assert changed(before, {"new": one(BUCKET, alias, tags=BOTH)["x"]}, FILE) == {}
    lost = changed(before, {"new": one(BUCKET, alias, tags={"owner": "me"})["x"]}, FILE)
    assert lost == {"new": ({"team": "a"}, {}, False)}


def test_what_a_provider_gives_is_a_tag_too() -> None:
    tagged = {"defaultTags": json.dumps({"tags": {"team": "a"}})}
    program = one(BUCKET, tags={"owner": "me"})
    plain, given = PROVIDERS, {**PROVIDERS, "aws": {**PROVIDERS["aws"], **tagged}}
    old, new = graph_of(program, given), graph_of(program, plain)
    assert said(tags_change(diff(old, new), old, new, None)) == {"x": ({"team": "a"}, {}, False)}
    assert changed(one(BUCKET, tags=BOTH), program, aws=tagged) == {}
    assert changed(one(BUCKET, tags=BOTH), program, aws={"defaultTags": Unknown()}) == {}


LACKING: Mapping[str, tuple[Program, Said]] = {
    "all of them": (one(BUCKET), {"x": ({"cost-center": "R&D", "owner": "me"}, {}, True)}),
    "one of them": (one(BUCKET, tags={"owner": "you"}), {"x": ({"cost-center": "R&D"}, {}, False)}),
    "as Google spells it": (one(GCS, labels={"owner": "me", "cost_center": "r-d"}), {}),
    "what nobody knows": (one(BUCKET, tags=UNKNOWN), {}),
    "what no cloud bills": (one(RULE), {}),
    "what costs nothing": (one(ENDPOINT, vpcEndpointType="Gateway"), {}),
    "what costs something": (
        one(ENDPOINT, vpcEndpointType="Interface", tags={"owner": "me"}),
        {"x": ({"cost-center": "R&D"}, {}, False)},
    ),
    "handed on by a template": (
        template(instance={"owner": "me", "cost-center": "R&D"}),
        {},
    ),
}


@pytest.mark.parametrize("case", LACKING)
def test_what_is_new_lacks_what_its_stack_gives_all_others(case: str) -> None:
    after, wanted = LACKING[case]
    assert changed({}, after, FILE) == wanted
    assert changed({}, after) == {}


# ---- stacks as they are shipped


def of_stack(folder: Path, stack: str, *edits: Edit) -> Said:
    old, made = shipped(stack).graph, planned(folder, stack, *edits)
    return said(tags_change(diff(old, made.graph), old, made.graph, made.file))


def test_a_tag_of_the_stack_goes_from_everything(tmp_path: Path) -> None:
    found = of_stack(tmp_path, "dev", ("common", "  owner: platform\n", ""))
    assert {lost["owner"] for lost, _, _ in found.values()} == {"platform"}
    assert all(set(lost) == {"owner"} and not changed and not untagged for lost, changed, untagged in found.values())
    assert {"data-file-system", "workbench-group", "workbench-template", "slice-template-0"} <= set(found)


def test_null_takes_a_tag_from_one_step(tmp_path: Path) -> None:
    edit = (
        "common",
        "    register: data\n    tags: {workload: pretraining}",
        "    register: data\n    tags: {owner: null}",
    )
    found = of_stack(tmp_path, "dev", edit)
    assert found["data-file-system"] == ({"owner": "platform", "workload": "pretraining"}, {}, False)
    assert all(name.startswith("data-") for name in found)


def test_a_steps_own_tag_has_another_value(tmp_path: Path) -> None:
    found = of_stack(tmp_path, "dev", ("dev", "workload: experiments", "workload: play"))
    assert found["workbench-group"] == ({}, {"workload": ("experiments", "play")}, False)
    assert found["workbench-template"] == ({}, {"workload": ("experiments", "play")}, False)
    assert all(name.startswith("workbench-") for name in found)


@pytest.mark.parametrize("formerly", ["", "    formerly: [data]\n"])
def test_a_renamed_step_keeps_its_tags(formerly: str, tmp_path: Path) -> None:
    assert of_stack(tmp_path, "dev", ("common", "name: data\n", f"name: store\n{formerly}")) == {}


def test_a_new_step_without_a_tag_of_the_stack_is_named(tmp_path: Path) -> None:
    step = "  - name: more\n    aws.storage_bucket: {}\n    tags: {owner: null}\n\n  - name: workbench\n"
    found = of_stack(tmp_path, "dev", ("dev", "  - name: workbench\n", step))
    assert found == {"more-bucket": ({"owner": "platform"}, {}, False)}


@pytest.mark.parametrize("stack", ["dev", "prod", "tpu-gke", "vllm-g6e", "p5en-pool"])
def test_what_the_components_make_lacks_nothing(stack: str) -> None:
    made = shipped(stack)
    nothing = type(made.graph)(made.graph.project, made.graph.stack)
    assert said(tags_change(diff(nothing, made.graph), nothing, made.graph, made.file)) == {}
