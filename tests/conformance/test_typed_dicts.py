"""Every input name that the components emit, on both clouds and down to the last nested key, is one of the SDK's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tools.models.sdk import args_class
from ultrastack.model.graph import Graph, Resource
from ultrastack.model.values import SECRET, UNKNOWN

from .emitted import graphs
from .typed_dicts import wrong_names

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")


@pytest.fixture(scope="module")
def emitted() -> Mapping[str, Graph]:
    return graphs()


def of_a_cloud(graph: Graph) -> list[Resource]:
    """Resources of the two SDKs, and not those of the stack, its providers and other packages."""
    return [r for r in graph.resources if r.kind == "custom" and r.type.partition(":")[0] in ("aws", "gcp")]


def test_no_input_is_unknown_to_the_sdk(emitted: Mapping[str, Graph], say_at_the_end: Callable[[str], None]) -> None:
    counts: Counter[str] = Counter()
    found = []
    for name, graph in emitted.items():
        for one in of_a_cloud(graph):
            counts[one.type.partition(":")[0]] += 1
            found += [f"{name}: {one.type} '{one.name}': {what}" for what in wrong_names(one)]
    say_at_the_end(f"SDK: inputs of {counts['aws']} resources on AWS and {counts['gcp']} on Google, {len(found)} wrong")
    assert found == []
    assert min(counts["aws"], counts["gcp"]) > 0


def test_whole_stacks_are_examined(emitted: Mapping[str, Graph]) -> None:
    """Nothing may slip through as a kind that no check looks at."""
    kinds = {r.kind for graph in emitted.values() for r in graph.resources}
    assert kinds <= {"stack", "component", "custom", "provider", "read"}
    assert {name.partition("/")[0].partition(" ")[0] for name in emitted} == {
        "stacks",
        "examples",
        "variants",
        "generated",
    }


def test_each_type_has_a_class_of_arguments(emitted: Mapping[str, Graph]) -> None:
    for token in {one.type for graph in emitted.values() for one in of_a_cloud(graph)}:
        assert args_class(token).__name__.endswith("Args")


def test_a_resource_and_a_block_of_one_name_are_told_apart() -> None:
    assert args_class("aws:s3/bucketVersioning:BucketVersioning").__name__ == "BucketVersioningInitArgs"


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        ("aws:ec2/vpc:Vpc", {"cidrBlock": UNKNOWN, "tags": {"anything goes": "here"}, "enableDnsSupport": True}),
        ("aws:iam/role:Role", {"assumeRolePolicy": SECRET, "name": None}),
        ("aws:ec2/launchTemplate:LaunchTemplate", {"networkInterfaces": [UNKNOWN, {"deviceIndex": 0.0}]}),
        ("gcp:storage/bucket:Bucket", {"location": "US", "labels": {"a": "b"}, "lifecycleRules": UNKNOWN}),
        ("aws:appautoscaling/target:Target", {"minCapacity": UNKNOWN, "maxCapacity": 2}),
    ],
)
def test_what_is_right_or_not_known_yet_passes(type_: str, inputs: dict[str, Any]) -> None:
    assert list(wrong_names(Resource("urn:one", type_, "one", "custom", inputs=inputs))) == []


@pytest.mark.parametrize(
    ("type_", "inputs", "says"),
    [
        ("aws:ec2/vpc:Vpc", {"cidr_block": "10.0.0.0/16"}, "cidr_block: VpcArgs has no such input"),
        ("aws:ec2/vpc:Vpc", {"tags": ["a"]}, 'tags: ["a"] where the SDK has a mapping'),
        ("aws:ec2/vpc:Vpc", {"tags": {"a": 1}}, "tags['a']: 1 where the SDK has str"),
        (
            "aws:ec2/launchTemplate:LaunchTemplate",
            {"networkInterfaces": {"deviceIndex": 0}},
            'networkInterfaces: {"deviceIndex": 0} where the SDK has a list',
        ),
        (
            "aws:ec2/launchTemplate:LaunchTemplate",
            {"networkInterfaces": [{}, {"networkCard": 1}]},
            "networkInterfaces[1].networkCard: LaunchTemplateNetworkInterfaceArgs has no such input",
        ),
        (
            "aws:sagemaker/model:Model",
            {"primaryContainer": "image"},
            'primaryContainer: "image" where the SDK has the block ModelPrimaryContainerArgs',
        ),
        (
            "gcp:compute/instanceTemplate:InstanceTemplate",
            {"disks": [{"diskSizeGb": "100"}]},
            'disks[0].diskSizeGb: "100" where the SDK has int',
        ),
        (
            "gcp:container/nodePool:NodePool",
            {"nodeConfig": {"labels": {"a": "b"}, "machineTyp": "ct6e-standard-4t"}},
            "nodeConfig.machineTyp: NodePoolNodeConfigArgs has no such input",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(type_: str, inputs: dict[str, Any], says: str) -> None:
    assert list(wrong_names(Resource("urn:one", type_, "one", "custom", inputs=inputs))) == [says]
