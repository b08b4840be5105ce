"""`--policy-pack policies` on the real CLI: a resource that breaks a rule is not created, wherever one stands."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from .real_cli import ROOT, Project, copy_of_repository, foreign_program

pytestmark = pytest.mark.engine

TWO_SUBNETS = """\
import pulumi
pulumi.CustomResource("aws:fsx/lustreFileSystem:LustreFileSystem", "data", {
    "subnetIds": ["subnet-1", "subnet-2"], "storageCapacity": 1200, "tags": {"token": pulumi.Output.secret("hunter2")}
})
"""
RULE = "storage.lustre_one_subnet"


@pytest.fixture
def project(pulumi_cli: Path, tmp_path: Path) -> Project:
    (tmp_path / "program.py").write_text(TWO_SUBNETS)
    made = foreign_program(pulumi_cli, tmp_path, tmp_path / "program.py")
    made.extra_env["ULTRASTACK_REHEARSAL_PLAIN"] = "1"
    made.init("dev", {"aws:region": "us-east-2"})
    return made


def test_up_stops_before_the_resource_is_created(project: Project) -> None:
    run = project.run("up", "--yes", "--skip-preview", "--stack", "dev", f"--policy-pack={ROOT / 'policies'}", ok=False)
    assert run.code != 0 and f"[mandatory]  {RULE}" in run.text and "2 subnets are named (subnetIds)" in run.text
    assert "hunter2" not in run.text
    assert not [one for one in project.resources("dev").values() if "lustre" in one["type"]]


def test_from_another_folder_with_a_config(project: Project, tmp_path: Path) -> None:
    config = tmp_path / "levels.json"
    config.write_text(json.dumps({"profile": {"levels": {RULE: "advisory"}}}))
    words = ("-C", str(project.folder), "preview", "--stack", "dev", f"--policy-pack={ROOT / 'policies'}")
    done = subprocess.run(
        [str(project.cli), "--non-interactive", "--color", "never", *words, f"--policy-pack-config={config}"],
        cwd="/",
        env=project.env(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"[advisory]  {RULE}" in done.stdout and f"[mandatory]  {RULE}" not in done.stdout, done.stdout + done.stderr


def test_a_config_that_names_no_rule_ends_the_run(project: Project, tmp_path: Path) -> None:
    config = tmp_path / "levels.json"
    config.write_text(json.dumps({"profile": {"levels": {"storage.lustre_one_subnets": "off"}}}))
    words = (f"--policy-pack={ROOT / 'policies'}", f"--policy-pack-config={config}")
    run = project.run("preview", "--stack", "dev", *words, ok=False)
    assert run.code != 0 and "there is no rule 'storage.lustre_one_subnets'" in run.text


def test_a_plain_copy_of_the_project_judges_by_its_own_stack_file(pulumi_cli: Path, tmp_path: Path) -> None:
    stack = """\
policy: {profile: production}
aws: {region: us-east-2, account_id: "111122223333"}
steps:
  - name: net
    aws.network: {cidr: 10.20.0.0/16, availability_zone_ids: [use2-az3], nat: none}
"""
    project = copy_of_repository(pulumi_cli, tmp_path, {"mine": stack})
    shutil.copytree(ROOT / "policies", project.folder / "policies", ignore=shutil.ignore_patterns("__pycache__"))
    (project.folder / "ultrastack").symlink_to(ROOT / "ultrastack")
    project.init("mine")
    run = project.run("preview", "--stack", "mine", "--policy-pack", "policies", ok=False)
    assert "ultrastack@v0.1.0" in run.text and "Traceback" not in run.text, run.text
    assert "the rule itself failed" not in run.text
