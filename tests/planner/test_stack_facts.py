"""What a stack file says, as plain data with places."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.language.projects import AWS, read_files, read_text
from tests.policies.cases import Case
from tests.policies.stack_cases import world_of_stack
from ultrastack.model.finding import Acceptance
from ultrastack.model.place import Place
from ultrastack.model.stack_file import StackFile
from ultrastack.model.values import SECRET, UNKNOWN
from ultrastack.planner.stack_facts import stack_file


def facts(root: Path, text: str, **more: object) -> StackFile:
    return stack_file(read_text(root, text, **more))


def at(place: Place | None) -> str:
    return str(place).removeprefix("stacks/dev.yaml:")


def test_what_stands_at_the_top(tmp_path: Path) -> None:
    file = facts(
        tmp_path,
        """
description: To try things
budget: {monthly_usd: 1500}
policy: {profile: production, allowed_regions: [us-east-2]}
tags: {owner: me}
vars: {n: 2, twice: "{{ n * 2 }}", token: "{{ secret('hf') }}", nobody: "{{ 1 / 0 }}"}
steps:
  - name: net
    description: A network
    aws.net: {cidr: 10.0.0.0/16, zones: [a]}
    options: {protect: true}
  - name: other
    aws.net: {cidr: 10.1.0.0/16, zones: [a]}
    when: false
""",
    )
    assert (file.file, str(file.place), file.place.excerpt) == ("stacks/dev.yaml", "stacks/dev.yaml:1:1", AWS.strip())
    assert (file.description, file.profile, file.budget_monthly_usd) == ("To try things", "production", 1500.0)
    assert file.tags == {"owner": "me"} and file.allowed_regions == ("us-east-2",)
    assert file.variables == {"n": 2, "twice": 4, "token": SECRET, "nobody": UNKNOWN}
    assert {k: at(p) for k, p in file.keyword_places.items()} == {
        "budget.monthly_usd": "4:23",
        "policy.profile": "5:19",
    }
    net, other = file.steps
    assert (net.name, net.component, net.description, net.protect) == ("net", "aws.net", "A network", True)
    assert net.tags["owner"] == "me" and net.tags["component"] == "aws-net"
    assert other.left_out == "`when` is false at stacks/dev.yaml:15:11" and not other.arguments
    assert file.step("net") is net and file.step("nobody") is None


def test_what_is_known_later_is_marked_and_what_is_known_has_its_place(tmp_path: Path) -> None:
    file = facts(
        tmp_path,
        """
vars:
  disks:
    - {size_gib: 100}
    - size_gib: "{{ size }}"
  size: 200
steps:
  - {name: net, aws.net: {cidr: 10.0.0.0/16, zones: [a]}, register: net}
  - name: "pool-{{ item.name }}"
    loop: [{name: a, machine: g6.xlarge}]
    aws.pool:
      machine: "{{ item.machine }}"
      subnet_ids: "{{ net.subnet_ids }}"
      boot_script: "join {{ secret('token') }}"
      disks: "{{ disks }}"
      max_nodes: "{{ size // 100 }}"
    schedule: {hours_per_week: 40}
""",
    )
    pool = file.steps[1]
    assert pool.arguments == {
        "machine": "g6.xlarge",
        "subnet_ids": UNKNOWN,
        "boot_script": SECRET,
        "disks": [{"size_gib": 100}, {"size_gib": 200}],
        "max_nodes": 2,
    }
    assert pool.schedule is not None and pool.schedule.hours_per_week == 40
    assert {k: at(p) for k, p in pool.places.items()} == {
        "machine": "11:31",
        "subnet_ids": "14:19",
        "boot_script": "15:20",
        "disks": "5:5",
        "disks[0]": "5:7",
        "disks[0].size_gib": "5:18",
        "disks[1]": "6:7",
        "disks[1].size_gib": "7:9",
        "max_nodes": "17:18",
    }
    assert {k: at(p) for k, p in file.variable_places.items() if k.startswith("disks[1]")} == {
        "disks[1]": "6:7",
        "disks[1].size_gib": "7:9",
    }


def test_acceptances_of_the_file_and_of_its_steps(tmp_path: Path) -> None:
    file = facts(
        tmp_path,
        """
accept:
  - {rule: a.b, reason: old, owner: me, until: "2027-01-31"}
steps:
  - name: net
    aws.net: {cidr: 10.0.0.0/16, zones: [a]}
    accept:
      - reason: new
        rule: c.d
        owner: you
        until: 2027-02-28
""",
    )
    place = "stacks/dev.yaml"
    assert file.accept == (
        Acceptance("a.b", "old", "me", date(2027, 1, 31), "", "", Place(place, 4, 12, 3)),
        Acceptance("c.d", "new", "you", date(2027, 2, 28), "net", "", Place(place, 10, 15, 3)),
    )


def test_steps_named_by_position_alone(tmp_path: Path) -> None:
    files = {
        "stacks/dev.yaml": AWS
        + """
steps:
  - {name: "net-{{ index }}", loop: [1, 2], aws.net: {cidr: "10.{{ item }}.0.0/16", zones: [a]}}
  - {name: "sub-{{ item }}-{{ index }}", loop: [1, 2], aws.net: {cidr: "10.{{ item }}.0.0/16", zones: [a]}}
  - {name: "in-{{ index }}", loop: [1], include: inner.yaml}
""",
        "stacks/inner.yaml": "abstract: true\nsteps: [{name: net, aws.net: {cidr: 10.9.0.0/16, zones: [a]}}]\n",
    }
    found = stack_file(read_files(tmp_path, files)).names_by_index
    assert {k: at(p) for k, p in found.items()} == {"net-0": "4:12", "net-1": "4:12", "in-{{ index }}": "6:12"}


def test_a_case_is_a_whole_stack_file(tmp_path: Path) -> None:
    text = AWS + "steps: [{name: datasets, aws.storage_bucket: {noncurrent_days: 30}}]\n"
    world = world_of_stack(Case("stack.x", "pass", "a bucket", stack=text), tmp_path)
    assert world.file is not None and world.file.steps[0].arguments == {"noncurrent_days": 30}
    assert "aws:s3/bucket:Bucket" in world.by_type
