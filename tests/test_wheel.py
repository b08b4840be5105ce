"""Whoever installs the wheel has everything that a project of their own needs, components and data included."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
STACK = """\
aws: {region: us-east-2, account_id: "111122223333"}
steps:
  - name: net
    aws.network: {cidr: 10.20.0.0/16, availability_zone_ids: [use2-az3]}
    register: net
  - name: fabric
    aws.efa_placement_group: {vpc_id: "{{ net.vpc_id }}", placement_group: false}
    register: fabric
  - name: training
    aws.trn2_ultraserver_cluster:
      subnet_id: "{{ net.private_subnet_ids[0] }}"
      security_group_ids: ["{{ fabric.security_group_id }}"]
      ultraservers: [{id: cr-0a1b2c3d4e5f60718}]
  - name: own
    aws.mine: {}
"""
OWN = '''
"""A component of this project's own."""
from typing import Annotated
import pulumi
from ultrastack.components.component import Args, Component

class Mine(Component):
    token, cloud, Args, roles = "example:aws:Mine", "aws", Args, {}
    answer: Annotated[int, "The answer."]
    def __init__(self, name, args, opts=None):
        super().__init__(name, args, opts)
        self.answer = 42
        self.finish()
'''


def test_a_project_elsewhere_plans_with_the_installed_package(tmp_path: Path) -> None:
    source, installed, project = tmp_path / "source", tmp_path / "installed", tmp_path / "project"
    source.mkdir()
    for part in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / part, source)
    for part in ("ultrastack", "components", "policies"):
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-compile"]
    subprocess.run([*pip, "--target", str(installed), str(source)], check=True, capture_output=True)

    (project / "stacks").mkdir(parents=True)
    (project / "components" / "aws").mkdir(parents=True)
    (project / "components" / "aws" / "mine.py").write_text(OWN)
    (project / "Pulumi.yaml").write_text("name: elsewhere\nruntime: python\nstackConfigDir: stacks\n")
    shutil.copy(ROOT / "__main__.py", project)
    (project / "stacks" / "dev.yaml").write_text(STACK)
    environment = {**os.environ, "PYTHONPATH": str(installed), "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "ultrastack.cli", "plan", "dev"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("dev: 33 resources in 4 steps would be created")
    assert "own  aws.mine  stacks/dev.yaml:15:5" in done.stdout
