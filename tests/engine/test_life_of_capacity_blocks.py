"""Capacity blocks end and are followed by others, and `up` goes on: what is asked of AWS, and what it refuses."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import pytest

from ultrastack.engine.rehearsal.cloud import Cloud
from ultrastack.planner.ended_blocks import FIX

from .real_cli import ROOT, Project
from .terminal import without_terminal

pytestmark = pytest.mark.engine

HEAD = 'aws: {region: us-east-2, account_id: "111122223333"}\n'
INSTANCE = "aws:ec2/instance:Instance"
CLUSTER = (
    HEAD
    + """\
vars:
  blocks: BLOCKS
steps:
  - name: training
    aws.trn2_ultraserver_cluster:
      subnet_id: subnet-0a1b2c3d4e5f60718
      security_group_ids: [sg-0a1b2c3d4e5f60718]
      ultraservers: "{{ blocks }}"
"""
)
DAY = {"starts_at": "2026-12-01T11:30:00Z", "ends_at": "2026-12-02T11:30:00Z"}
FIRST = {"id": "cr-0a1b2c3d4e5f60718", "name": "one"}
SECOND = {"id": "cr-0a1b2c3d4e5f60719", "name": "two"}
NODES = [f"training-one-node-{n}" for n in range(4)]


def cluster(*blocks: Mapping[str, Any]) -> str:
    return CLUSTER.replace("BLOCKS", json.dumps([{**DAY, **one} for one in blocks]))


def test_a_block_ends_another_takes_its_place_and_only_their_nodes_are_touched(
    repository: Callable[..., Project],
) -> None:
    project = repository({"small": cluster(FIRST, SECOND)})
    project.init("small")
    project.up("small")
    before = project.ids("small", INSTANCE)
    assert len(before) == 8

    project.write(small=cluster(SECOND))  # the block has ended, and is taken out of the list
    done = project.up("small")
    assert done["delete"] == 4
    assert "replace" not in done
    assert "create" not in done
    left = project.ids("small", INSTANCE)
    assert left == {name: one for name, one in before.items() if "-two-" in name}

    project.write(small=cluster({**SECOND, "id": "cr-0a1b2c3d4e5f60720"}))
    project.up("small")
    done_in_order = project.operations(INSTANCE)
    for name in left:  # a block has no spare slot: the old machine goes first
        mine = [op for op, of in done_in_order if of == name]
        assert mine.index("delete-replaced") < mine.index("create-replacement")
    after = project.ids("small", INSTANCE)
    assert not set(after.values()) & set(left.values())

    project.write(small=cluster({**SECOND, "id": "cr-0a1b2c3d4e5f60720", "launch": False}))
    project.up("small")
    assert [op for op, _ in project.operations(INSTANCE)] == ["delete"] * 4
    assert project.ids("small", INSTANCE) == {}
    assert set(project.up("small")) == {"same"}


def ends(project: Project, cloud: Cloud, block: str) -> None:
    """The block's time is over: AWS ends its machines, and starts none in it any more."""
    launcher = project.home / "providers" / "pulumi-resource-aws"
    launcher.write_text(
        f"#!/bin/sh\nexport ULTRASTACK_REHEARSAL_VERSION={version('pulumi-aws')} PYTHONPATH={ROOT}\n"
        f'exec {sys.executable} -m tests.engine.aws_after_blocks "$@"\n'
    )
    project.extra_env["ENDED_BLOCKS"] = block
    for one in list(cloud.held(INSTANCE)):
        if (
            one.inputs["capacityReservationSpecification"]["capacityReservationTarget"]["capacityReservationId"]
            == block
        ):
            cloud.delete(one.type, one.id, "AWS")


def test_an_ended_block_makes_no_up_fail_once_its_nodes_are_not_wanted(repository: Callable[..., Project]) -> None:
    project = repository({"small": cluster(FIRST, SECOND)})
    cloud = project.cloud()
    project.init("small")
    count = project.up("small")["create"]
    ends(project, cloud, FIRST["id"])

    # nobody has said so yet: an `up` asks for what the state has already
    assert project.up("small") == {"same": count}

    # said after a refresh has seen it, or in one go with it
    assert project.refresh("small") == {"same": count - 4, "delete": 4}
    project.write(small=cluster({**FIRST, "launch": False}, SECOND))
    assert project.up("small", "--refresh") == {"same": count - 6, "update": 2}
    assert [name for _, name in project.operations()] == ["training", "training-ranks"]

    # taken out of the list, weeks later
    project.write(small=cluster(SECOND))
    assert project.up("small", "--refresh") == {"same": count - 5, "update": 1}
    assert len(project.ids("small", INSTANCE)) == 4


def test_nodes_of_an_ended_block_that_the_state_still_has_go_without_a_refresh(
    repository: Callable[..., Project],
) -> None:
    project = repository({"small": cluster(FIRST, SECOND)})
    cloud = project.cloud()
    project.init("small")
    count = project.up("small")["create"]
    ends(project, cloud, FIRST["id"])
    project.write(small=cluster({**FIRST, "launch": False}, SECOND))
    assert project.up("small") == {"same": count - 6, "update": 2, "delete": 4}
    assert project.up("small", "--refresh") == {"same": count - 4}


def test_who_refreshes_and_still_wants_the_nodes_hears_of_the_block_and_loses_nothing_else(
    repository: Callable[..., Project],
) -> None:
    """The one way to a failure: a bare `up` does not look at the clock, and AWS has nothing to launch into. Where ours
    looks, nothing is done at all."""
    past = {**FIRST, "starts_at": "2025-12-01T11:30:00Z", "ends_at": "2025-12-02T11:30:00Z"}
    project = repository({"small": cluster(past, SECOND)})
    cloud = project.cloud()
    project.init("small")
    count = project.up("small")["create"]
    before = project.ids("small", INSTANCE)
    ends(project, cloud, FIRST["id"])
    ours = without_terminal(project, "up", "small", "--yes", "--refresh")
    assert ours.code == 2
    assert ours.err == (
        f"stacks/small.yaml:6:5  training-one-node-0 and 3 more would be started in capacity block {FIRST['id']}, "
        "which ended at 2025-12-02T11:30:00Z\n"
        "    6 |     aws.trn2_ultraserver_cluster:\n"
        "      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        f"   fix: {FIX}\n"
        "\n"
        "1 problem; nothing was done\n"
    )
    assert project.ids("small", INSTANCE) == before
    refused = project.run("up", "--yes", "--skip-preview", "--refresh", "--stack", "small", ok=False)
    assert refused.code != 0
    assert "training-one-node-" in refused.text
    assert f"capacity block {FIRST['id']} has ended" in refused.text
    left = {name: one for name, one in before.items() if name not in NODES}
    assert project.ids("small", INSTANCE) == left

    project.write(small=cluster({**FIRST, "launch": False}, SECOND))
    done = project.up("small")
    assert done["update"] == 2
    assert set(done) == {"same", "update"}
    assert project.ids("small", INSTANCE) == left
    assert sum(done.values()) == count - 4


POOL = (
    HEAD
    + """\
steps:
  - name: pool
    aws.accelerator_cluster:
      instance_type: p5.48xlarge
      max: 2
      purchase: capacity-block
      capacity_block: {id: cr-0a1b2c3d4e5f60718, starts_at: "2026-12-01T11:30:00Z", ends_at: "2026-12-02T11:30:00Z"}
      subnet_ids: [subnet-0a1b2c3d4e5f60718]
      security_group_ids: [sg-0a1b2c3d4e5f60718]
"""
)


def test_a_pool_whose_block_has_ended_stays_as_its_schedule_left_it(repository: Callable[..., Project]) -> None:
    project = repository({"small": POOL})
    cloud = project.cloud()
    project.init("small")
    count = project.up("small")["create"]
    [group] = cloud.held("aws:autoscaling/group:Group")
    [end] = [one for one in cloud.held("aws:autoscaling/schedule:Schedule") if one.inputs["desiredCapacity"] == 0]
    assert (end.inputs["minSize"], end.inputs["maxSize"]) == (0, -1)  # the most machines stay as they are
    at_the_end = {**group.inputs, "minSize": 0, "desiredCapacity": 0}
    cloud.update(type(group)(group.type, group.id, group.urn, at_the_end, group.outputs))
    assert project.up("small", "--refresh") == {"same": count}
    [group] = cloud.held("aws:autoscaling/group:Group")
    assert group.inputs == at_the_end
