"""What the offline engine makes of every kind of registration; the program is programs/offline_kinds.py."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from ultrastack.engine import capture
from ultrastack.model.graph import (
    SECRET,
    UNKNOWN,
    UNKNOWN_SECRET,
    Asset,
    Graph,
    Message,
    Resource,
    ResourceReference,
    dumps,
    from_json,
    to_json,
)

from .offline_project import FIXTURES, IMAGE_IN_OHIO, TOKEN, folder

URN = "urn:pulumi:dev::foreign::"
BOX, QUEUE = "example:index:Box", "aws:sqs/queue:Queue"
VPC = f"{URN}aws:ec2/vpc:Vpc::vpc"
BUCKET = f"{URN}aws:s3/bucket:Bucket::bucket"
EAST, WEST = f"{URN}pulumi:providers:aws::east", f"{URN}pulumi:providers:aws::west"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    root = folder(tmp_path_factory.mktemp("kinds"), "offline_kinds.py")
    return capture(root, "dev", config={"foreign:token": TOKEN}, secret_keys=["foreign:token"], fixtures=FIXTURES)


@pytest.fixture
def of(graph: Graph) -> Any:
    return lambda name: next(r for r in graph.resources if r.name == name)


def test_the_first_is_the_stack_and_the_next_are_its_providers(graph: Graph) -> None:
    kinds = [r.kind for r in graph.resources]
    assert kinds[:5] == ["stack", "provider", "provider", "provider", "provider"]
    assert not {"stack", "provider"} & set(kinds[5:])


def test_parents_stand_before_their_children(graph: Graph) -> None:
    seen = {""}
    for r in graph.resources:
        assert r.parent in seen
        seen.add(r.urn)


def test_a_urn_has_the_types_of_all_ancestors_but_the_stack(of: Any) -> None:
    assert of("inherits").urn == f"{URN}{BOX}${BOX}${QUEUE}::inherits"
    assert of("vpc").urn == VPC


def test_an_explicit_provider_has_the_version_of_its_package_or_its_own(of: Any) -> None:
    assert of("east").inputs["version"] != "7.50.0"
    assert of("east").inputs["region"] == "us-east-2"
    assert of("west").inputs["version"] == "7.50.0"


def test_a_default_provider_is_there_once_it_is_needed(graph: Graph, of: Any) -> None:
    version = of("east").inputs["version"]
    default = f"{URN}pulumi:providers:aws::default_{version.replace('.', '_')}"
    assert of("plain-topic").provider == of("known").provider == default
    assert graph.by_urn[default].inputs == {"version": version}
    assert of("organization/foreign/base").provider == f"{URN}pulumi:providers:pulumi::default"


def test_children_inherit_protection_retention_deletion_and_providers(of: Any) -> None:
    for name in ("inner", "inherits"):
        options = of(name).options
        assert (options.protect, options.retain_on_delete, options.deleted_with) == (True, True, VPC)
    assert (of("inner").provider, of("inherits").provider) == ("", WEST)


def test_a_child_may_refuse_what_it_would_inherit(of: Any) -> None:
    refuses = of("refuses")
    assert (refuses.options.protect, refuses.options.retain_on_delete, refuses.provider) == (False, False, EAST)


def test_a_child_of_a_resource_has_its_provider(of: Any) -> None:
    assert of("child-of-custom").provider == of("parent-queue").provider == WEST


def test_transforms_run_from_the_resource_outwards(of: Any) -> None:
    assert of("plain-topic").inputs["displayName"] == "-stack"
    assert of("own-topic").inputs["displayName"] == "-own-parent-stack"
    assert of("below-topic").inputs["displayName"] == UNKNOWN  # text added to an unknown one


def test_a_transform_changes_options_and_dependencies(of: Any) -> None:
    own = of("own-topic")
    assert (own.options.protect, own.options.ignore_changes, own.dependencies) == (True, ("name",), (VPC,))
    assert own.inputs["tags"] == UNKNOWN_SECRET


def test_what_a_transformed_input_depends_on_is_kept(of: Any) -> None:
    below = of("below-topic")
    assert (below.dependencies, below.property_dependencies) == ((VPC,), {"displayName": (VPC,)})


def test_a_transformation_of_the_older_kind_has_run(of: Any) -> None:
    assert of("old-instance").inputs["monitoring"] is True


def test_aliases_of_all_kinds_become_urns(of: Any) -> None:
    below = f"{BOX}${BOX}$"
    assert of("renamed").options.aliases == (
        f"{URN}{QUEUE}::by-urn",
        f"{URN}{below}{QUEUE}::by-name",
        f"{URN}{below}aws:sqs/oldQueue:OldQueue::renamed",
        f"urn:pulumi:dev::other-project::{below}{QUEUE}::renamed",
        f"urn:pulumi:other-stack::foreign::{below}{QUEUE}::renamed",
        f"{URN}{QUEUE}::renamed",
        f"{URN}{BOX}${QUEUE}::renamed",
        f"{URN}{BOX}${QUEUE}::moved",
    )


def test_values_of_all_kinds(of: Any) -> None:
    assert of("values").inputs == {
        "nested": {"list": [1, 2.5, True, None, "x", UNKNOWN], "pair": UNKNOWN_SECRET, "secret": SECRET},
        "resource": ResourceReference(VPC),
        "text": UNKNOWN,
        "unknown_secret": UNKNOWN_SECRET,
    }


def test_an_asset_is_known_by_the_hash_of_its_content(of: Any) -> None:
    assert of("text").inputs["source"] == Asset("asset", hashlib.sha256(b"hello").hexdigest())
    file = of("file").inputs["source"]
    assert file.hash == hashlib.sha256(Path(file.path).read_bytes()).hexdigest()
    assert of("archive").inputs["source"].kind == "archive"


def test_the_id_of_an_import_is_known(of: Any) -> None:
    assert of("bucket").options.import_id == of("text").inputs["bucket"] == "bucket-in-use"


def test_references_name_the_source_of_each_nested_input_by_its_name_on_the_wire(of: Any) -> None:
    assert of("cards").references == {
        "networkInterfaces[0].networkInterfaceId": (BUCKET,),
        "networkInterfaces[1].networkInterfaceId": (VPC,),
        "networkInterfaces[2].networkInterfaceId": (VPC, BUCKET),
        "tags.plain_word": (VPC,),
    }


def test_options_of_one_resource(of: Any) -> None:
    options = of("cards").options
    assert (options.custom_timeouts, options.replace_on_changes) == ({"create": "5m"}, ("ami",))
    assert of("bucket").options.additional_secret_outputs == ("arn",)


def test_a_resource_that_is_only_read_has_an_id_where_it_is_known(of: Any) -> None:
    assert (of("known").kind, of("known").id) == ("read", "vpc-0a1b2c3d4e5f60718")
    assert (of("late").kind, of("late").id, of("late").provider) == ("read", "", WEST)


def test_look_ups_are_answered_from_fixtures_after_their_transforms(graph: Graph) -> None:
    assert graph.outputs == {
        "known": UNKNOWN,
        "late": UNKNOWN,
        "other": "vpc-0f0e0d0c0b0a09080",
        "plain": IMAGE_IN_OHIO,
        "recorded": IMAGE_IN_OHIO,
        "secret": SECRET,
        "waiting": UNKNOWN,  # it waits for a resource that is only planned
    }


def test_what_the_program_logs_is_kept_with_its_resource(graph: Graph, of: Any) -> None:
    assert graph.messages == (Message("warning", "careful", of("inner").urn),)


def test_no_secret_is_in_the_graph(graph: Graph) -> None:
    assert TOKEN not in dumps(graph)


def test_the_graph_survives_json(graph: Graph) -> None:
    again = from_json(to_json(graph))
    assert again == graph
    assert [type(r) for r in again.resources] == [Resource] * len(graph.resources)
