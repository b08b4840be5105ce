"""What the rules say of a whole stack, and who may have the last word."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.planner.test_rules import git, repository, rule, write
from tests.policies.made import NOW
from ultrastack.model.finding import Finding, Judgement
from ultrastack.model.place import Refused
from ultrastack.planner.check import check
from ultrastack.planner.program import run_program
from ultrastack.planner.rules import load_rules, rules_of_revision
from ultrastack.planner.stack_facts import stack_file
from ultrastack.policies.baseline import write_baseline
from ultrastack.policies.world import World

STACK = """\
aws: {region: us-east-2, account_id: "111122223333"}
tags: {cost-center: ml, owner: platform}
policy: {profile: production}
accept:
  - {rule: mine.no_buckets, reason: it is small, owner: Jo, until: "2027-01-31"}
steps:
  - name: data
    description: Where data is
    aws.storage_bucket: {noncurrent_days: 30}
"""
ONLY = ("mine", "stack.judges_are_not_changed", "stack.acceptances_name_rules", "stack.acceptances_are_used")


def world(root: Path, stack: str = "dev", now: datetime | None = NOW) -> World:
    graph, reading = run_program(root, stack)
    assert reading is not None
    return World(graph, now=now, file=stack_file(reading))


def made(root: Path, text: str = STACK) -> Path:
    repository(root, mine__no_buckets=rule())
    (root / "stacks" / "dev.yaml").write_text(text)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "second")
    return root


def of(judgement: Judgement, prefix: str = "mine.") -> list[Finding]:
    return [one for one in judgement.findings if one.rule.startswith(prefix)]


def changed(judgement: Judgement) -> list[str]:
    return [one.message for one in of(judgement, "stack.judges")]


def test_a_stack_is_judged_in_its_own_profile(tmp_path: Path) -> None:
    root = made(tmp_path)
    judgement = check(world(root), load_rules(root).only(ONLY))
    (one,) = of(judgement)
    assert (judgement.profile, judgement.rules_from) == ("production", "") and judgement.purpose
    assert (one.message, str(one.place)) == ("a bucket", "stacks/dev.yaml:9:5")
    assert one.accepted is not None and not one.counts


def test_another_profile_may_be_asked_for_and_must_be_there(tmp_path: Path) -> None:
    root = made(tmp_path)
    assert check(world(root), load_rules(root).only(ONLY), profile="development").profile == "development"
    with pytest.raises(Refused, match="--profile prod  there is no profile 'prod'\n   fix: use 'production'"):
        check(world(root), load_rules(root), profile="prod")
    (root / "stacks" / "dev.yaml").write_text(STACK.replace("profile: production", "profile: productoin"))
    with pytest.raises(Refused, match="stacks/dev.yaml:3:19  there is no profile 'productoin'"):
        check(world(root), load_rules(root))


def test_a_stack_that_names_no_profile_is_judged_as_staging(tmp_path: Path) -> None:
    root = made(tmp_path, STACK.replace("policy: {profile: production}\n", ""))
    assert check(world(root), load_rules(root).only(ONLY)).profile == "staging"


def test_an_acceptance_of_the_organization_counts_too(tmp_path: Path) -> None:
    root = made(tmp_path, STACK.replace("accept:\n", "accept: []\n").replace("  - {rule: mine", "#"))
    assert [one.counts for one in of(check(world(root), load_rules(root)))] == [True]
    write(root, accepted="- {rule: mine.no_buckets, urn: '*::data-*', reason: r, owner: o, until: 2027-01-31}\n")
    assert [one.counts for one in of(check(world(root), load_rules(root)))] == [False]


def test_a_baseline_is_a_file(tmp_path: Path) -> None:
    root = made(tmp_path, STACK.replace("mine.no_buckets", "stack.acceptances_are_used"))
    first = check(world(root), load_rules(root).only(ONLY))
    assert [one.counts for one in of(first)] == [True]
    (root / "known.json").write_text(write_baseline(first))
    second = check(world(root), load_rules(root).only(ONLY), baseline=root / "known.json")
    assert [(one.known, one.counts) for one in of(second)] == [(True, False)]


def test_a_change_cannot_excuse_itself(tmp_path: Path) -> None:
    root = made(tmp_path, STACK.replace("accept:\n", "accept: []\n").replace("  - {rule: mine", "#"))
    loose = STACK.replace("production", "development")
    (root / "stacks" / "dev.yaml").write_text(loose)
    write(
        root,
        mine__no_buckets=rule("a bucket").replace("mandatory", "off"),
        levels="profiles: {development: {rules: {mine.no_buckets: off}}, production: {rules: {mine.no_buckets: off}}}",
    )
    judgement = check(world(root), rules_of_revision(root, "main").only(ONLY))
    assert [one.counts for one in of(judgement)] == [True]
    assert (judgement.profile, judgement.rules_from) == ("production", "main")
    assert changed(judgement) == [
        "policies/levels.yaml is new since main",
        "policies/mine/no_buckets.py was changed since main",
        "`policy` of stacks/dev.yaml was changed since main",
        "`accept` of mine.no_buckets in stacks/dev.yaml is new since main",
    ]
    assert all(one.level == "mandatory" and one.counts for one in of(judgement, "stack.judges"))
    assert str(of(judgement, "stack.judges")[2].place) == "stacks/dev.yaml:3:19"


def test_nor_can_it_widen_its_regions(tmp_path: Path) -> None:
    regions = 'policy: {profile: production, allowed_regions: ["eu-*"]}'
    root = made(tmp_path, STACK.replace("policy: {profile: production}", regions))
    (root / "stacks" / "dev.yaml").write_text(
        STACK.replace("policy: {profile: production}", regions.replace("eu", "us"))
    )
    only = (*ONLY, "security.data_stays_in_allowed_regions")
    assert of(check(world(root), load_rules(root).only(only)), "security.") == []
    judgement = check(world(root), rules_of_revision(root, "main").only(only))
    assert of(judgement, "security.") and changed(judgement) == ["`policy` of stacks/dev.yaml was changed since main"]


def test_nor_can_a_baseline_of_its_own(tmp_path: Path) -> None:
    root = made(tmp_path, STACK.replace("mine.no_buckets", "stack.acceptances_are_used"))
    (root / "known.json").write_text(write_baseline(check(world(root), load_rules(root).only(ONLY))))
    judgement = check(world(root), rules_of_revision(root, "main").only(ONLY), baseline=root / "known.json")
    assert [one.counts for one in of(judgement)] == [True]
    assert changed(judgement) == ["known.json is new since main"]
    git(root, "add", "-A")
    git(root, "commit", "-qm", "known")
    judgement = check(world(root), rules_of_revision(root, "main").only(ONLY), baseline=root / "known.json")
    assert [one.counts for one in of(judgement)] == [False] and changed(judgement) == []


def test_with_a_revision_nothing_changed_is_no_finding(tmp_path: Path) -> None:
    root = made(tmp_path)
    judgement = check(world(root), rules_of_revision(root, "main").only(ONLY))
    assert changed(judgement) == [] and [one.counts for one in of(judgement)] == [False]


def test_a_file_of_the_revision_that_components_no_longer_understand_still_says_its_words(tmp_path: Path) -> None:
    text = STACK.replace("noncurrent_days: 30", "no_such_argument: 30")
    text = text.replace(
        "    description", '    accept: [{rule: a.b, reason: r, owner: o, until: "2027-01-31"}]\n    description'
    )
    root = made(tmp_path, text)
    (root / "stacks" / "dev.yaml").write_text(STACK)
    judgement = check(world(root), rules_of_revision(root, "main").only(ONLY))
    assert judgement.profile == "production" and [one.counts for one in of(judgement)] == [False]
    assert changed(judgement) == ["`accept` of a.b in the step data of stacks/dev.yaml is gone since main"]


def test_a_file_of_the_revision_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    root = made(tmp_path, "steps: [\n")
    (root / "stacks" / "dev.yaml").write_text(STACK)
    with pytest.raises(Refused, match="stacks/dev.yaml of main cannot be read, so nobody knows its profile: "):
        check(world(root), rules_of_revision(root, "main"))


def test_a_new_stack_is_judged_as_one_that_says_nothing(tmp_path: Path) -> None:
    root = made(tmp_path)
    (root / "stacks" / "new.yaml").write_text(STACK)
    judgement = check(world(root, "new"), rules_of_revision(root, "main").only(ONLY))
    assert judgement.profile == "staging" and [one.counts for one in of(judgement)] == [True]
    assert changed(judgement) == [
        "`policy` of stacks/new.yaml is new since main",
        "`accept` of mine.no_buckets in stacks/new.yaml is new since main",
    ]


def test_facts_of_the_revision_judge_and_todays_are_used_afterwards(tmp_path: Path) -> None:
    says = "from ultrastack.catalog import machine\nRULE"
    text = rule('" + str(machine("trn2.48xlarge").efa_interfaces) + "').replace("\nRULE", f"\n{says}", 1)
    root = made(tmp_path)
    write(root, mine__no_buckets=text)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "third")
    (root / "catalog.local").mkdir()
    (root / "catalog.local" / "instance_types.csv").write_text(
        "name,efa_interfaces,source,as_of,confidence\ntrn2.48xlarge,3,me,2026-11-21,sure\n"
    )
    ours = world(root)
    assert [one.message for one in of(check(ours, load_rules(root).only(ONLY)))] == ["3"]
    old = check(ours, rules_of_revision(root, "main").only(ONLY))
    assert [one.message for one in of(old)] == ["16"]
    assert changed(old) == ["catalog.local/instance_types.csv is new since main"]
    assert [one.message for one in of(check(ours, load_rules(root).only(ONLY)))] == ["3"]


def test_every_finding_is_the_same_in_any_run(tmp_path: Path) -> None:
    root = made(tmp_path)
    one, two = check(world(root), load_rules(root)), check(world(root), load_rules(root))
    assert one.findings == two.findings and len({f.id for f in one.findings}) == len(one.findings)


def test_the_time_is_in_any_zone(tmp_path: Path) -> None:
    root = made(tmp_path)
    late = check(world(root, now=datetime(2027, 2, 1, tzinfo=UTC)), load_rules(root).only(ONLY))
    assert [one.counts for one in of(late)] == [True]
