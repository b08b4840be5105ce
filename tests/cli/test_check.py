"""ultrastack check: what is asked of which stacks, in which format, and how it ends."""

from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as xml
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.policies.stack_cases import project as made

from .conftest import Command

LEVELS = Path(__file__).parents[2] / "policies" / "levels.yaml"
RULE = "storage.lustre_capacity_is_sold"
STACK = """\
description: One file system
aws: {region: us-east-2, account_id: "111122223333"}
tags: {cost-center: ml, owner: platform}
policy: {profile: production}
steps:
  - name: net
    aws.network: {cidr: 10.20.0.0/16, availability_zone_ids: [use2-az3]}
    register: net
  - name: data
    aws.fsx_lustre:
      subnet_id: "{{ net.private_subnet_ids[0] }}"
      vpc_id: "{{ net.vpc_id }}"
      deployment_type: PERSISTENT_2
      storage_capacity_gib: 3600   # nobody sells it
      throughput_mbps_per_tib: 250
"""
GOOD = STACK.replace("3600   # nobody sells it", "4800")
ACCEPTED = STACK.replace(
    "  - name: data\n",
    f"  - name: data\n    accept: [{{rule: {RULE}, reason: a test, owner: platform, until: 2027-01-31}}]\n",
)

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798761600")  # 2027-01-01
    return lambda **stacks: made(tmp_path, stacks)


def rules_found(out: str) -> set[str]:
    return {f["rule"] for stack in json.loads(out)["stacks"] for f in stack["findings"] if f["counts"]}


def test_a_mistake_is_shown_with_its_place_and_its_fix(make: Make, run: Command) -> None:
    make(dev=STACK)
    done = run("check", "dev", "--rule", RULE)
    assert (done.code, done.err) == (1, "")
    head, _, found = done.out.partition("\n1 rule")
    purpose = yaml.safe_load(LEVELS.read_text())["profiles"]["production"]["purpose"]
    assert " ".join(head.split()) == f"dev: 1 mandatory finding profile production: {purpose}"
    assert found == (
        ", 1 check: 1 decided\n"
        "\n"
        f"mandatory  {RULE}  an FSx for Lustre file system has a capacity that is\n"
        "  sold\n"
        "  stacks/dev.yaml:14:29  data-file-system: 3600 GiB are not sold as PERSISTENT_2 SSD\n"
        "     14 |       storage_capacity_gib: 3600   # nobody sells it\n"
        "        |                             ^^^^\n"
        "  why: FSx refuses any other capacity, minutes after the run began.\n"
        "  fix: take 4800 GiB, the next that are sold\n"
    )


def test_a_stack_without_mistakes_ends_clean(make: Make, run: Command) -> None:
    make(dev=GOOD)
    done = run("check", "dev", "--profile", "staging")
    assert done.code == 0 and done.out.startswith("dev: no findings\n")


def test_the_profile_decides_and_another_one_can_be_asked_for(make: Make, run: Command) -> None:
    make(dev=STACK)
    assert "profile development: " in run("check", "dev", "--profile", "development").out
    done = run("check", "dev", "--profile", "developement")
    assert done.code == 2 and "development" in done.err


def test_mended_in_place(make: Make, run: Command) -> None:
    root = make(dev=STACK)
    shown = run("check", "dev", "--fix")
    assert shown.code == 1
    assert (
        "-      storage_capacity_gib: 3600   # nobody sells it\n+      storage_capacity_gib: 4800   # nob" in shown.out
    )
    subprocess.run(["git", "apply", "--check", "-"], input=shown.out, text=True, check=True, cwd=root)
    done = run("check", "dev", "--fix", "--write")
    assert (done.code, done.err) == (0, "wrote stacks/dev.yaml\n")
    assert (root / "stacks/dev.yaml").read_text() == STACK.replace("3600", "4800")
    assert run("check", "dev", "--fix").err == "nothing here can be mended mechanically\n"
    assert run("check", "dev", "--write").code == 2


def test_an_acceptance_has_an_end(make: Make, run: Command) -> None:
    make(dev=ACCEPTED)
    assert run("check", "dev").code == 0
    soon = run("check", "dev", "--at", "2027-01-25")
    assert soon.code == 0 and "2027-01-31" in soon.out
    late = run("check", "dev", "--at", "2027-02-01")
    assert late.code == 1 and "2027-01-31" in late.out and "platform" in late.out
    assert run("check", "dev", "--at", "tomorrow").code == 2


def test_a_baseline_holds_what_is_old(make: Make, run: Command) -> None:
    root = make(dev=STACK)
    done = run("check", "dev", "--write-baseline", "known.json")
    assert done.code == 1 and "wrote known.json\n" in done.err
    assert run("check", "dev", "--baseline", "known.json").code == 0
    moved = "# a line above\n" + STACK
    (root / "stacks/dev.yaml").write_text(moved)
    assert run("check", "dev", "--baseline", "known.json").code == 0, "its id does not depend on the line"
    (root / "known.json").write_text("{}")
    assert run("check", "dev", "--baseline", "known.json").code == 2


def test_all_stacks_side_by_side(make: Make, run: Command) -> None:
    make(dev=STACK, prod=GOOD, broken="steps: 5\n")
    done = run("check", "--all", "--format", "json", "--profile", "staging")
    assert done.code == 2 and "broken: not checked" in done.err and "stacks/broken.yaml:1:8" in done.err
    assert [one["stack"] for one in json.loads(done.out)["stacks"]] == ["dev", "prod"]
    assert rules_found(done.out) == {RULE}
    assert run("check", "dev", "prod").code == 1


@pytest.mark.parametrize("form", ["json", "sarif", "junit", "markdown", "github"])
def test_every_format_names_the_rule_and_goes_to_a_file(make: Make, run: Command, form: str) -> None:
    root = make(dev=STACK)
    done = run("check", "dev", "--format", form, "--output", "found")
    assert (done.code, done.out, done.err) == (1, "", "wrote found\n")
    text = (root / "found").read_text()
    assert RULE in text and "3600 GiB" in text
    if form in ("json", "sarif"):
        json.loads(text)
    if form == "junit":
        assert xml.fromstring(text.encode()).get("failures") == "1"


def test_a_state_file_is_judged_as_it_is(make: Make, run: Command) -> None:
    root = make(dev=GOOD)
    urn = "urn:pulumi:live::other::aws:fsx/lustreFileSystem:LustreFileSystem::fs"
    inputs = {"storageCapacity": 3600, "deploymentType": "PERSISTENT_2", "perUnitStorageThroughput": 250}
    resource = {"urn": urn, "custom": True, "id": "fs-1", "type": urn.split("::")[2], "inputs": inputs, "outputs": {}}
    deployment = {"manifest": {}, "resources": [resource]}
    (root / "live.json").write_text(json.dumps({"version": 3, "deployment": deployment}))
    done = run("check", "--state", "live.json", "--format", "json")
    assert done.code == 1 and RULE in rules_found(done.out)
    assert run("check", "dev", "--state", "live.json").code == 2
    (root / "live.json").write_text("{]")
    broken = run("check", "--state", "live.json")
    assert broken.code == 2 and "live.json:1:2" in broken.err


def test_a_change_is_judged_against_what_is_there(make: Make, run: Command) -> None:
    root = make(dev=GOOD)
    plan = run("plan", "dev", "--format", "json")
    (root / "before.json").write_text(plan.out)
    rule = "change.lustre_only_grows"
    assert rule not in rules_found(run("check", "dev", "--against", "before.json", "--format", "json").out)
    (root / "stacks/dev.yaml").write_text(GOOD.replace("4800", "2400"))
    done = run("check", "dev", "--against", "before.json", "--format", "json")
    assert done.code == 1 and rule in rules_found(done.out)
    (root / "before.json").write_text('{"schema": 1}')
    assert run("check", "dev", "--against", "before.json").code == 2


def test_words_that_are_not_there_are_refused(make: Make, run: Command) -> None:
    make(dev=GOOD)
    done = run("check", "dev", "--rule", "storage.lustre_capacity_sold")
    assert done.code == 2 and RULE in done.err
    assert run("check", "dev", "--rule", "storage").code == 0
    for word in ("", " "):  # of a variable of the shell that is not set
        for option in ("--rules-from", "--profile"):
            done = run("check", "dev", option, word)
            assert done.code == 2 and f"{option} names nothing" in done.err
    for words in (["check"], ["check", "dev", "--examples"], ["check", "nothing"], ["check", "dev", "--at", "x"]):
        assert run(*words).code == 2, words


def test_what_nobody_can_decide_stops_only_who_asks_for_it(make: Make, run: Command) -> None:
    make(dev=GOOD)
    rule = "security.no_policy_allows_everything"  # the flow log's policy names ARNs that only the cloud knows
    done = run("check", "dev", "--rule", rule)
    assert done.code == 0 and "not decided, which is no pass: 1 check of 1 rule" in done.out
    assert run("check", "dev", "--rule", rule, "--strict").code == 1
    assert "`policy` of net-flow-log-policy" in run("check", "dev", "--rule", rule, "--undecided").out


@pytest.mark.parametrize("error", ['KeyError("no such thing")', "SystemExit(0)"])
def test_a_rule_that_raises_is_our_failure_and_hides_no_other(make: Make, run: Command, error: str) -> None:
    root = make(dev=STACK)
    (root / "policies" / "own").mkdir(parents=True)
    (root / "policies/own/always_fails.py").write_text(
        '"""Raises."""\nfrom ..rule import Rule\n'
        'RULE = Rule(title="it works", level="mandatory", why="It does.", fix="mend it", references=("a test",))\n\n\n'
        f"@RULE.whole_graph\ndef check(world):\n    raise {error}\n"
    )
    done = run("check", "dev", "--format", "json")
    assert done.code == 3
    assert RULE in rules_found(done.out)
    shown = run("check", "dev", "--rule", "own").out
    assert "rules that failed themselves: please report them\n  - own.always_fails: the rule itself failed: " in shown
    (root / "policies/own/no_rule.py").write_text("RULE = 5\n")
    refused = run("check", "dev")
    assert refused.code == 2 and "policies/own/no_rule.py" in refused.err


def test_a_plan_asks_the_rules_too(make: Make, run: Command) -> None:
    make(dev=STACK, prod=GOOD)
    done = run("plan", "dev")
    assert done.code == 1
    assert "\nrules: 1 mandatory and 2 advisory findings\n" in done.out and f"\nmandatory  {RULE}  " in done.out
    assert "L-8F1B9C74" in done.out, "the quota that the file system counts against"
    assert run("plan", "prod").code == 0
    data = json.loads(run("plan", "dev", "--format", "json").out)
    assert data["judgement"]["counts"]["mandatory"] == 1 and data["before_up"]
    both = run("plan", "--all")
    assert both.code == 1 and "1 mandatory" in both.out


def test_somebody_elses_pack_is_asked_beside_our_rules(make: Make, run: Command) -> None:
    root = make(dev=GOOD)
    pack = root / "house"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("name: house\nversion: 0.1.0\nruntime: python\n")
    (pack / "__main__.py").write_text(
        "from pulumi_policy import *\n\n\n"
        "def look(args, report):\n"
        "    if args.resource_type.startswith('aws:fsx'):\n        report('none, please')\n\n\n"
        "no_fsx = ResourceValidationPolicy('no-fsx', 'No FSx', look, EnforcementLevel.MANDATORY)\n"
        "PolicyPack('house', policies=[no_fsx])\n"
    )
    done = run("check", "dev", "--policy-pack", "house")
    assert done.code == 1
    assert "mandatory  house.no-fsx  No FSx\n  stacks/dev.yaml:10:5  data-file-system: none, please\n" in done.out
    (root / "stacks/dev.yaml").write_text(ACCEPTED.replace(RULE, "house.no-fsx").replace("3600", "4800"))
    done = run("check", "dev", "--policy-pack", "house", "--profile", "staging")
    assert done.code == 0 and done.out.startswith("dev: no findings, 1 accepted\n")
    refused = run("check", "dev", "--policy-pack", "nowhere")
    assert refused.code == 2 and "nowhere/PulumiPolicy.yaml" in refused.err
