"""`ultrastack up` on the real engine: what it shows is what is done, and what is lost has been typed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .real_cli import Project, copy_of_repository
from .terminal import terminal, without_terminal

pytestmark = pytest.mark.engine

SECRET = "hunter2-hunter2"
BUCKETS = """\
aws: {region: us-east-2, account_id: "111122223333"}
steps:
  - name: first
    aws.storage_bucket: {noncurrent_days: 14, physical_name: ultrastack-first}
    register: first
  - name: second
    aws.storage_bucket: {reader_arns: ["{{ first.arn }}"]}
outputs:
  first: "{{ first.bucket_name }}"
  password: "{{ secret('password') }}"
"""
POLICY = """\
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy


def validate(args, report):
    if args.name.endswith("-lifecycle"):
        report("no lifecycles here")


rule = ResourceValidationPolicy(name="no-lifecycles", description="None.", validate=validate)
PolicyPack(name="mine", enforcement_level=EnforcementLevel.MANDATORY, policies=[rule])
"""
COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(scope="module")
def project(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """One stack that lives through this file, test by test."""
    found = copy_of_repository(pulumi_cli, tmp_path_factory.mktemp("up"), {"small": BUCKETS})
    yield found
    assert list((found.home / "tmp").iterdir()) == [], "nothing is left behind"


def edit(project: Project, old: str, new: str) -> None:
    file = project.folder / "stacks" / "small.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def plain(screen: str) -> str:
    return COLOUR.sub("", screen)


def test_a_stack_that_does_not_exist_is_never_made_in_silence(project: Project) -> None:
    run = without_terminal(project, "up", "small", "--yes")
    assert (run.code, run.out) == (2, "")
    assert run.err == (
        "pulumi preview  no stack named 'small' found\n"
        "   fix: `pulumi stack init small` makes it\n"
        "\n"
        "1 problem; nothing was done\n"
    )


def test_a_wrong_stack_file_ends_it_before_pulumi_is_asked_for_the_stack(project: Project) -> None:
    edit(project, "noncurrent_days", "noncurrent_day")
    run = without_terminal(project, "-C", str(project.folder / "stacks"), "up", "small")
    edit(project, "noncurrent_day:", "noncurrent_days:")
    assert (run.code, run.out) == (2, "")
    assert run.err == (
        "stacks/small.yaml:4:26  unknown argument 'noncurrent_day' for aws.storage_bucket\n"
        "    4 |     aws.storage_bucket: {noncurrent_day: 14, physical_name: ultrastack-first}\n"
        "      |                          ^^^^^^^^^^^^^^\n"
        "   fix: use 'noncurrent_days'\n"
        "\n"
        "1 problem; nothing was done\n"
    )


def test_where_nobody_can_be_asked_it_needs_a_yes(project: Project) -> None:
    project.init("small", secrets={"password": SECRET})
    run = without_terminal(project, "up", "small")
    assert run.code == 2
    assert run.out.startswith("small: up would replace 0, delete 0, update 0, create ")
    assert run.err == (
        "ultrastack up small  nobody can be asked here, since this is no terminal\n"
        "   fix: --yes does it unasked; it never covers what would be lost\n"
        "\n"
        "1 problem; nothing was done\n"
    )
    assert project.resources("small") == {}


def test_ctrl_c_at_the_question_changes_nothing(project: Project) -> None:
    with terminal(project, "up", "small") as screen:
        screen.wait_for("Do this to small? [y/N]: ")
        assert screen.interrupt() == 130
    assert project.resources("small") == {}


def test_the_first_up_does_what_was_shown(project: Project) -> None:
    with terminal(project, "up", "small", "--message", "the first one") as screen:
        screen.wait_for("Do this to small? [y/N]: ")
        screen.type("y\n")
        assert screen.ended() == 0
    shown = plain(screen.screen)
    made = [one for one in project.resources("small").values() if one["custom"] and one["type"].startswith("aws:")]
    assert f"create {len(made)}\n" in shown
    assert "Updating (small):" in shown, "Pulumi's own display"
    assert shown.rstrip().endswith(f"small: {len(made)} of {len(made)} operations done, as shown")
    assert SECRET not in screen.screen


def test_a_second_up_has_nothing_to_do(project: Project) -> None:
    run = without_terminal(project, "up", "small")
    assert (run.code, run.err) == (0, "small is as its stack file says: nothing to do\n")
    assert SECRET not in run.out
    looked = without_terminal(project, "up", "small", "--refresh")
    assert (looked.code, looked.err) == (0, "small is as its stack file says: nothing to do\n")


def test_a_lock_of_somebody_else_is_told_in_pulumis_words(project: Project) -> None:
    edit(project, "noncurrent_days: 14", "noncurrent_days: 30")
    locks = project.home / "backend" / ".pulumi" / "locks" / "organization" / project.name / "small"
    locks.mkdir(parents=True, exist_ok=True)
    lock = locks / "00000000-0000-0000-0000-000000000000.json"
    lock.write_text('{"pid": 1, "username": "ana", "hostname": "build-7", "timestamp": "2026-11-21T10:00:00Z"}')
    run = without_terminal(project, "up", "small", "--yes")
    lock.unlink()
    assert run.code == 1
    assert run.err.startswith("error: the stack is currently locked by 1 lock(s).")
    assert run.err.endswith(
        "small: 0 of 1 operation done, then `pulumi up` ended with 1. Its words above say why; "
        "`ultrastack up small` again shows the rest and does it. "
        "After a crash, a lock or pending operations: docs/recover.md\n"
    )


def test_a_policy_that_is_violated_ends_it_before_anything_is_done(project: Project, tmp_path: Path) -> None:
    (tmp_path / "PulumiPolicy.yaml").write_text(
        f"runtime: {{name: python, options: {{toolchain: pip, virtualenv: {sys.prefix}}}}}\nversion: 0.0.1\n"
    )
    (tmp_path / "__main__.py").write_text(POLICY)
    run = without_terminal(project, "up", "small", "--yes", "--policy-pack", str(tmp_path))
    assert (run.code, run.out) == (2, "")
    assert "        - [mandatory]  no-lifecycles  (aws:s3:BucketLifecycleConfiguration: first-lifecycle)\n" in run.err
    assert run.err.endswith("   fix: change the stack file, or the policy\n\n1 problem; nothing was done\n")


def test_an_update_needs_no_more_than_a_yes(project: Project) -> None:
    run = without_terminal(project, "up", "small", "--yes")
    assert run.code == 0
    assert run.out.startswith("small: up would replace 0, delete 0, update 1, create 0\n")
    assert run.err == "small: 1 of 1 operation done, as shown\n"


def test_a_rename_asks_though_no_cloud_is_asked_for_anything(project: Project) -> None:
    edit(project, "- name: second\n", "- name: readers\n    formerly: [second]\n")
    run = without_terminal(project, "up", "small", "--preview-only")
    assert (run.code, run.err) == (0, "")
    assert "  second-bucket is called readers-bucket\n" in run.out


def test_a_program_that_changes_while_somebody_is_asked_stops_it(project: Project) -> None:
    before = project.resources("small")
    with terminal(project, "up", "small") as screen:
        screen.wait_for("Do this to small? [y/N]: ")
        edit(project, "noncurrent_days: 30", "noncurrent_days: 60")
        screen.type("y\n")
        assert screen.ended() == 2
    edit(project, "noncurrent_days: 60", "noncurrent_days: 30")
    assert plain(screen.screen).endswith(
        "this is no longer what was shown:\n"
        "  stacks/small.yaml has changed\n"
        "\n"
        "nothing was done; `ultrastack up small` shows it anew\n"
    )
    assert project.resources("small") == before


def test_somebody_elses_up_in_between_stops_it(project: Project) -> None:
    edit(project, "noncurrent_days: 30", "noncurrent_days: 60")
    with terminal(project, "up", "small") as screen:
        screen.wait_for("Do this to small? [y/N]: ")
        project.up("small")
        screen.type("y\n")
        assert screen.ended() == 2
    said = plain(screen.screen).rpartition("this is no longer what was shown:\n")[2]
    assert "  first-lifecycle: update was shown, now it is nothing\n" in said


def test_data_is_lost_only_if_its_name_is_typed(project: Project) -> None:
    edit(project, "ultrastack-first", "ultrastack-other")
    before = project.resources("small")
    run = without_terminal(project, "up", "small", "--yes")
    assert run.code == 2
    assert run.out.startswith("small: up would replace ")
    assert "(data would be lost)" in run.out.splitlines()[0]
    assert run.err == (
        "ultrastack up small  this `up` would lose first-bucket, and nobody can be asked here\n"
        "   fix: if that is meant: --may-lose first-bucket\n"
        "\n"
        "1 problem; nothing was done\n"
    )
    with terminal(project, "up", "small", "--yes") as screen:
        screen.wait_for("Type first-bucket to go on: ")
        screen.type("y\n")
        assert screen.ended() == 2
    assert "ultrastack up small  not confirmed: 'y' is not 'first-bucket'\n" in plain(screen.screen)
    assert project.resources("small") == before
    with terminal(project, "up", "small") as screen:
        screen.wait_for("Type first-bucket to go on: ")
        screen.type("first-bucket\n")
        assert screen.ended() == 0
    (bucket,) = [one for urn, one in project.resources("small").items() if urn.endswith("::first-bucket")]
    assert bucket["id"] == "ultrastack-other"


def test_ci_names_what_may_be_lost(project: Project) -> None:
    edit(project, "ultrastack-other", "ultrastack-third")
    run = without_terminal(project, "up", "small", "--may-lose", "first-bucket", "--refresh")
    assert run.code == 0, run.text
    assert run.err.endswith("done, as shown\n")
    assert SECRET not in run.text
