"""What happens when a running `ultrastack up` must end: something that was not shown, or Ctrl-C."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .real_cli import Project, copy_of_repository
from .terminal import WAIT_SECONDS, Terminal, terminal

pytestmark = pytest.mark.engine

# stands for what only the cloud's answer tells: it wants another thing in the `up` than in the preview
MOODY = '''\
"""A bucket whose program is of two minds, and in no hurry."""

import time

import pulumi
import pulumi_aws as aws

from ultrastack.components.component import Args, Component


class MoodyArgs(Args):
    lock: bool = False
    seconds: int = 0


class Moody(Component):
    token, cloud, Args, roles = "example:aws:Moody", "aws", MoodyArgs, {"bucket": "The bucket."}

    def __init__(self, name: str, args: MoodyArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        doing = not pulumi.runtime.is_dry_run()
        made = aws.s3.Bucket(
            self.child("bucket"),
            object_lock_enabled=args.lock and doing,
            tags={"slow": str(args.seconds)},
            opts=self.below(),
        )
        made.id.apply(lambda _: time.sleep(args.seconds) if doing else None)
        self.finish()
'''
STACK = """\
aws: {region: us-east-2, account_id: "111122223333"}
steps:
  - name: one
    aws.moody: {}
  - name: two
    aws.storage_bucket: {}
    options: {depends_on: [one]}
"""


@pytest.fixture(scope="module")
def project(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    found = copy_of_repository(pulumi_cli, tmp_path_factory.mktemp("stops"), {"small": STACK})
    components = found.folder / "components"
    components.unlink()  # a link to the repository's own, which is found all the same: the toolkit brings it
    (components / "aws").mkdir(parents=True)
    (components / "aws" / "moody.py").write_text(MOODY)
    found.init("small")
    yield found
    assert list((found.home / "tmp").iterdir()) == [], "nothing is left behind"


def wait_for_resource(project: Project, screen: Terminal, name: str) -> None:
    """Until the state has it: Pulumi writes what is done while it goes on."""
    end = time.monotonic() + WAIT_SECONDS
    while not any(urn.endswith(f"::{name}") and one.get("id") for urn, one in project.state("small").items()):
        assert time.monotonic() < end, screen.screen
        time.sleep(0.1)


def write(project: Project, arguments: str) -> None:
    (project.folder / "stacks" / "small.yaml").write_text(STACK.replace("aws.moody: {}", f"aws.moody: {arguments}"))


def last_lines(screen: Terminal, count: int) -> list[str]:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.screen).rstrip().splitlines()[-count:]


def test_ctrl_c_lets_pulumi_cancel_and_says_how_far_it_came(project: Project) -> None:
    write(project, "{seconds: 12}")
    with terminal(project, "up", "small", "--yes") as screen:
        wait_for_resource(project, screen, "one-bucket")
        screen.type("\x03")
        assert screen.ended() == 1
    assert "^C received; cancelling." in screen.screen, "Pulumi's own words"
    (last,) = last_lines(screen, 1)
    assert re.fullmatch(
        r"small: 1 of \d+ operations done, then `pulumi up` ended with \d+\. Its words above say why; "
        r"`ultrastack up small` again shows the rest and does it\. "
        r"After a crash, a lock or pending operations: docs/recover\.md",
        last,
    )
    assert not any("::two-" in urn for urn in project.state("small")), "nothing new is begun"


def test_a_loss_that_was_not_shown_is_cancelled_before_the_old_one_goes(project: Project) -> None:
    write(project, "{}")
    project.up("small")
    before = {one["id"] for urn, one in project.state("small").items() if urn.endswith("::one-bucket")}
    write(project, "{lock: true, seconds: 12}")
    with terminal(project, "up", "small", "--yes") as screen:
        assert screen.ended() == 1
    assert "replace 0, delete 0, update 1, create 0" in screen.screen
    assert last_lines(screen, 2)[0] == (
        "stopped: Pulumi began to take away one-bucket, which was not shown. It finishes what it has begun: "
        "look whether one-bucket is still there, then docs/recover.md"
    )
    text = (project.home / "backend" / ".pulumi" / "stacks" / project.name / "small.json").read_text()
    assert all(identity in text for identity in before), "the old one is still in the state, to be deleted"
