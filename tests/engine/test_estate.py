"""Three stacks that read each other come up in order, a change in the first reaches the third, all go in reverse."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ultrastack.engine import capture
from ultrastack.model.graph import Graph
from ultrastack.planner.estate import estate
from ultrastack.planner.many import plan_many

from .differences import unexplained
from .estate import ORDER, READERS
from .goals import goals
from .real_cli import ROOT, Project, copy_of_repository

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")]

NETWORK, DATA, TRAINING = ORDER
SECOND_GROUP = """\
extends: ../examples/estate-network.yaml
steps:
  - name: fabric-2
    aws.efa_placement_group: {vpc_id: "{{ net.vpc_id }}", placement_group: false}
    register: fabric_2
outputs:
  fabric_security_group_id: "{{ fabric_2.security_group_id }}"
"""
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
GROUP = "aws:ec2/securityGroup:SecurityGroup"


@dataclass
class Life:
    too_early: dict[str, str] = field(default_factory=dict)  # what previews said before the first was up
    differences: dict[str, list[str]] = field(default_factory=dict)
    made: dict[str, dict[str, int]] = field(default_factory=dict)
    again: dict[str, dict[str, int]] = field(default_factory=dict)
    state: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    changed: dict[str, dict[str, int]] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)  # of the first stack, once it has two
    followed: dict[str, dict[str, Any]] = field(default_factory=dict)  # the third, afterwards
    destroyed: dict[str, dict[str, int]] = field(default_factory=dict)
    left: dict[str, dict[str, Any]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def life(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Life:
    project, life = copy_of_repository(pulumi_cli, tmp_path_factory.mktemp("estate")), Life()
    project.init(DATA)
    life.too_early["no such stack"] = project.run("preview", "--stack", DATA, ok=False).text
    project.init(NETWORK)
    life.too_early["nothing in it"] = project.run("preview", "--stack", DATA, ok=False).text
    project.init(TRAINING)
    for name in ORDER:
        if name != NETWORK:
            life.differences[name] = differences(project, name, life.state)
        life.made[name] = project.up(name)
        life.state[name] = project.resources(name)
    for name in ORDER:
        life.again[name] = project.up(name)

    (project.folder / "stacks" / f"{NETWORK}.yaml").write_text(SECOND_GROUP)
    life.changed[NETWORK] = project.up(NETWORK)
    life.groups = [r["id"] for r in project.resources(NETWORK).values() if r["type"] == GROUP]
    life.changed[TRAINING] = project.up(TRAINING)
    life.followed = project.resources(TRAINING)

    for name in reversed(ORDER):
        project.run("state", "unprotect", "--all", "--yes", "--stack", name)
        life.destroyed[name] = project.destroy(name)
        life.left[name] = project.resources(name)
    return life


def differences(project: Project, name: str, state: dict[str, dict[str, dict[str, Any]]]) -> list[str]:
    """Between both engines, when both know the outputs of the stacks that are up."""
    known = [
        {"args": {"name": f"organization/{project.name}/{other}"}, "result": outputs(resources)}
        for other, resources in state.items()
    ]
    offline = capture(project.folder, name, fixtures={"pulumi:pulumi:StackReference": known})
    real: Graph = goals(project, name)
    for variable in ("PULUMI_EXPERIMENTAL", "ULTRASTACK_REHEARSAL_PLAIN"):
        project.extra_env.pop(variable)  # the previews' alone
    return [str(one) for one in unexplained(offline, real)]


def outputs(resources: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return next(dict(r["outputs"]) for r in resources.values() if r["type"] == "pulumi:pulumi:Stack")


def test_every_example_that_reads_another_lives_here() -> None:
    assert set(READERS) <= set(ORDER)


def test_the_plan_of_all_tells_this_order() -> None:
    found = estate("ultrastack", plan_many(ROOT, sorted(ORDER)), ORDER)
    assert found.order == tuple((name,) for name in ORDER)
    assert found.warnings == ()


def test_a_stack_that_comes_too_early_says_what_is_missing(life: Life) -> None:
    assert 'Preview failed: unknown stack "organization/ultrastack/estate-network"\n' in life.too_early["no such stack"]
    said = r"error: stack '(\S+)' has no output '(\w+)': pulumi stack output --stack (\S+)\n"
    stack, output, asked = re.findall(said, life.too_early["nothing in it"])[0]
    assert stack == asked == "organization/ultrastack/estate-network"
    assert output in outputs(life.state[NETWORK])
    assert "Traceback" not in "".join(life.too_early.values())


def test_what_reads_another_stack_is_the_same_on_both_engines(life: Life) -> None:
    assert life.differences == {DATA: [], TRAINING: []}


def test_each_comes_up_and_stays_as_it_is(life: Life) -> None:
    for name, reads in zip(ORDER, (0, 1, 2), strict=True):
        asked = [r["id"] for r in life.state[name].values() if r["type"] == "pulumi:pulumi:StackReference"]
        assert len(asked) == reads
        assert life.made[name].keys() <= {"create", "read"}
        assert life.again[name] == {"same": life.made[name]["create"]}


def test_outputs_arrive_with_their_types(life: Life) -> None:
    network, data = outputs(life.state[NETWORK]), outputs(life.state[DATA])
    files = {r["type"]: r for r in life.state[DATA].values()}["aws:fsx/lustreFileSystem:LustreFileSystem"]
    assert files["inputs"]["subnetIds"] == network["subnet_ids"]["use2-az3"]
    training = {r["type"]: r for r in life.state[TRAINING].values()}["ultrastack:aws:Trn2UltraserverCluster"]
    assert training["inputs"]["mounts"][0]["file_system"] == data["mount"]
    assert set(data["mount"]) == {"dns_name", "file_system_id", "mount_name"}


def test_a_change_of_the_first_reaches_the_third(life: Life) -> None:
    assert life.changed[NETWORK].keys() == {"create", "same"}
    assert life.changed[TRAINING].keys() <= {"read", "same", "update"}, "in place: no node goes"
    (old,) = {id for id in life.groups if id == outputs(life.state[NETWORK])["fabric_security_group_id"]}
    template = next(r for r in life.followed.values() if r["type"] == TEMPLATE)
    used = {group for one in template["inputs"]["networkInterfaces"] for group in one["securityGroups"]}
    assert len(used) == 1
    assert used == set(life.groups) - {old}


def test_in_reverse_order_all_of_it_goes(life: Life) -> None:
    for done in life.destroyed.values():
        assert done.keys() <= {"delete", "discard"}, "what was only read is discarded"
    assert life.left == {NETWORK: {}, DATA: {}, TRAINING: {}}


SECRET = {
    "first": "steps: []\noutputs: {key: \"{{ secret('key') }}\"}\n",
    "second": "steps: []\noutputs: {key: \"{{ stack_output('organization/ultrastack/first', 'key') }}\"}\n",
}


def test_a_secret_stays_one_and_without_its_passphrase_arrives_empty(pulumi_cli: Path, tmp_path: Path) -> None:
    """What docs/estate.md warns of: the engine hands out {} and goes on."""
    project = copy_of_repository(pulumi_cli, tmp_path, SECRET)
    project.extra_env["PULUMI_CONFIG_PASSPHRASE"] = "one"
    project.init("first", {}, {"key": "hunter2"})
    project.init("second")
    project.up("first")
    project.up("second")
    assert "hunter2" not in (project.home / "backend/.pulumi/stacks/ultrastack/second.json").read_text()
    assert shown(project, "second") == "hunter2"

    project.run("stack", "rm", "--yes", "--force", "second")
    project.extra_env["PULUMI_CONFIG_PASSPHRASE"] = "two"
    project.init("second")
    said = project.run("preview", "--stack", "second").text
    assert "eliding undecryptable secrets for stack reference 'organization/ultrastack/first'" in said
    project.up("second")
    assert shown(project, "second") == "{}"


def shown(project: Project, stack: str) -> str:
    return project.run("stack", "output", "key", "--show-secrets", "--stack", stack).out.strip()
