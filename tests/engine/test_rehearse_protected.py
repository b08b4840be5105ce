"""Is what a rehearsal names as protected just what the engine refuses? Both are asked about one change."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from .real_cli import foreign_program
from .rehearsals import COMMAND, environment

pytestmark = pytest.mark.engine

PROGRAM = """\
import pulumi
import pulumi_aws as aws

BEFORE = True
provider = aws.Provider("aws", region="us-east-2")


def opts(**more):
    return pulumi.ResourceOptions(provider=provider, **more)


def group(name, **more):
    return aws.ec2.SecurityGroup(name, description="before" if BEFORE else "after", opts=opts(**more))


def rule(name, **more):
    aws.vpc.SecurityGroupIngressRule(name, security_group_id=first.id, ip_protocol="-1", opts=opts(**more))


group("both", protect=True)
group("freed", protect=BEFORE)
group("late", protect=not BEFORE)
first = group("first", delete_before_replace=True)
rule("freed-too-late", protect=BEFORE)
group("called-before" if BEFORE else "called-after", protect=True, aliases=[pulumi.Alias(name="called-before")])
if BEFORE:
    rule("dropped", protect=True)
    group("gone", protect=True)
    group("retained", protect=True, retain_on_delete=True)
    top = pulumi.ComponentResource("mine:index:Top", "top", {}, pulumi.ResourceOptions(protect=True))
    group("part", parent=top)
"""
REFUSED = re.compile(r'(?:unable to replace resource|resource) "(urn:[^"]+)"(?: as part of replacing \S+)?\s+'
                     r"(?:as it is currently marked|cannot be deleted)")  # fmt: skip
BEFORE, AFTER = "called-before", "called-after"


def test_what_is_called_protected_is_what_the_engine_refuses(pulumi_cli: Path, tmp_path: Path) -> None:
    """The engine stops at the first; each that it names is unprotected in the state, until it refuses no more."""
    (tmp_path / "program.py").write_text(PROGRAM)
    project = foreign_program(pulumi_cli, tmp_path, tmp_path / "program.py")
    (project.folder / "stacks").mkdir()
    project.write(dev="steps: []\n")  # by which the command knows that there is such a stack
    project.init("dev")
    project.run("up", "--yes", "--skip-preview", "--stack", "dev")
    project.run("stack", "export", "--stack", "dev", "--show-secrets", "--file", "export.json")
    (project.folder / "__main__.py").write_text(PROGRAM.replace("BEFORE = True", "BEFORE = False"))
    done = subprocess.run(
        [COMMAND, "rehearse", "dev", "--state", "export.json", "--format", "json"],
        cwd=project.folder,
        env=environment(pulumi_cli, project.folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    refused: set[str] = set()
    while (asked := project.run("preview", "--stack", "dev", ok=False)).code:
        named = {urn.replace(AFTER, BEFORE) for urn in REFUSED.findall(asked.text)} - refused
        assert named, asked.text
        project.run("state", "unprotect", *named, "--yes", "--stack", "dev")
        refused |= named
    told = {one["urn"]: one["text"] for one in json.loads(done.stdout)["stopped_by"]}
    assert set(told) == refused
    names = {urn.split("::")[-1]: text for urn, text in told.items()}
    replaced, deleted = {"both", BEFORE, "freed-too-late", "dropped"}, {"gone", "retained", "top", "part"}
    assert names == dict.fromkeys(replaced, "replaced") | dict.fromkeys(deleted, "deleted")
