"""What becomes of slices on the real engine: made anew by their incarnation, left alone by a label."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.engine.conftest import pulumi_cli, repository  # noqa: F401  # fixtures of the engine's own tests
from tests.engine.real_cli import Project

pytestmark = pytest.mark.engine

STACK = """\
gcp: {project: example-ml, region: us-east5, zone: us-east5-b}
vars: {incarnation: 1, topology: 2x4, team: a, update: false}
steps:
  - name: machine
    gcp.tpu_slice:
      {generation: v6e, topology: "{{ topology }}", purchase: spot, incarnation: "{{ incarnation }}",
       labels: {team: "{{ team }}"}, update_workers: "{{ update }}"}
  - name: several
    gcp.tpu_slice: {generation: v6e, topology: 4x4, slices: 2, incarnation: "{{ incarnation }}"}
    register: several
  - name: node
    gcp.tpu_slice: {accelerator_type: v5litepod-4, incarnation: "{{ incarnation }}"}
    register: node
  - name: pool
    gcp.tpu_slice: {generation: v6e, topology: 4x4, gke: {cluster: training}, incarnation: "{{ incarnation }}"}
  - name: queue
    gcp.tpu_slice:
      {generation: v6e, topology: 4x4, plane: queued-resource, physical_name: patient, incarnation: "{{ incarnation }}"}
outputs:
  coordinator: "{{ several.coordinator }}"
  environment: "{{ several.environment[1] }}"
  ips: "{{ node.worker_ips[0] }}"
"""
SLICES = {"machine-slice-0", "several-slice-0", "several-slice-1", "node-slice-0", "pool-slice-0", "queue-slice-0"}


def replaced(project: Project) -> list[tuple[str, str]]:
    """What the last `up` took away and made anew, in order."""
    events = [json.loads(line) for line in (project.home / "up.events").read_text().splitlines()]
    done = [one["resourcePreEvent"]["metadata"] for one in events if "resourcePreEvent" in one]
    words = {"delete-replaced": "away", "create-replacement": "anew"}
    return [(words[one["op"]], one["urn"].split("::")[3]) for one in done if one["op"] in words]


def test_the_life_of_slices(repository: Callable[..., Project]) -> None:  # noqa: F811
    project = repository({"tpu": STACK})

    def up(**changed: str) -> list[tuple[str, str]]:
        text = STACK
        for name, value in changed.items():
            old = next(part for part in STACK.partition("vars: {")[2].partition("}")[0].split(", ") if name in part)
            text = text.replace(old, f"{name}: {value}", 1)
        (project.folder / "stacks" / "tpu.yaml").write_text(text)
        project.up("tpu")
        return replaced(project)

    project.init("tpu")
    assert up() == []
    made = json.loads(project.run("stack", "output", "--json", "--stack", "tpu").out)
    assert made["environment"]["MEGASCALE_COORDINATOR_ADDRESS"] == f"{made['coordinator']}:8080"
    assert made["coordinator"].endswith("-0-1.us-east5-b.c.example-ml.internal")
    assert len(made["ips"]) == 1

    raised = up(incarnation="2")
    assert {name for _, name in raised} == SLICES
    for name in SLICES:  # a slice gives its chips back before there are new ones
        assert [what for what, one in raised if one == name] == ["away", "anew"]

    labelled = up(incarnation="2", team="b")
    assert {name for _, name in labelled} == {"machine-template-0"}

    grown = up(incarnation="2", team="b", topology="2x2")
    assert {name for _, name in grown} == {"machine-template-0", "machine-slice-0"}
    assert [what for what, one in grown if one == "machine-slice-0"] == ["away", "anew"]

    followed = up(incarnation="2", team="c", topology="2x2", update="true")
    assert {name for _, name in followed} == {"machine-template-0", "machine-slice-0"}
