"""A project in a git repository with two commits: a pool, and a change that renames, replaces, grows and breaks."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

PROGRAM = """\
from pathlib import Path

from ultrastack.language.program import run

run(Path(__file__).resolve().parent)
"""
PROJECT = "name: training\nruntime: python\nstackConfigDir: stacks\n"
BEFORE = """\
description: A training pool of P5en machines on a reservation
aws: {region: us-east-2, account_id: "111122223333"}
tags: {cost-center: ml-research, owner: platform, service: llm}
budget: {monthly_usd: 400000}
policy: {profile: production}

steps:
  - name: net
    aws.network:
      cidr: 10.50.0.0/16
      availability_zone_ids: [use2-az2]
      interface_endpoints: [ssm, ssmmessages, ec2messages]
      flow_logs: {}
    register: net

  - name: fabric
    aws.efa_placement_group:
      vpc_id: "{{ net.vpc_id }}"
      existing_placement_group: p5en-reserved
    register: fabric

  - name: data
    aws.fsx_lustre:
      vpc_id: "{{ net.vpc_id }}"
      subnet_id: "{{ net.private_subnet_ids[0] }}"
      deployment_type: PERSISTENT_2
      storage_capacity_gib: 9600
      throughput_mbps_per_tib: 500
      client_security_group_ids: ["{{ fabric.security_group_id }}"]
    register: data

  - name: checkpoints
    aws.storage_bucket: {noncurrent_days: 14}
    register: checkpoints

  - name: training
    aws.accelerator_cluster:
      instance_type: p5en.48xlarge
      min: 8
      max: 8
      purchase: reservation
      reservation: {ids: [cr-0a1b2c3d4e5f60718]}
      subnet_ids: "{{ net.private_subnet_ids }}"
      availability_zone_ids: "{{ net.availability_zone_ids }}"
      security_group_ids: ["{{ fabric.security_group_id }}"]
      placement_group: "{{ fabric.placement_group_name }}"
      mounts:
        - {file_system: "{{ data.mount }}", path: /fsx}
      checkpoints: "{{ checkpoints.uri }}/training"
      root_volume: {size_gib: 1000, throughput_mbps: 500}
      update_nodes: true
      refresh: {min_healthy_percent: 0, max_healthy_percent: 100}
    register: training
    schedule: {start: "0 7 * * MON-FRI", stop: "0 21 * * MON-FRI", time_zone: America/New_York, hours_per_week: 70}
    tags: {workload: pretraining}

outputs:
  group: "{{ training.group_name }}"
"""
EDITS = (
    # (a) renames a step, and says so
    ("  - name: fabric\n", "  - name: efa\n    formerly: [fabric]\n"),
    # (b) replaces the file system
    ("deployment_type: PERSISTENT_2\n", "deployment_type: PERSISTENT_1\n"),
    ("throughput_mbps_per_tib: 500\n", "throughput_mbps_per_tib: 200\n"),
    # (c) grows the pool
    ("      min: 8\n      max: 8\n", "      min: 12\n      max: 12\n"),
    # (d) breaks a rule: nobody is told whose machines these are
    ("    tags: {workload: pretraining}\n", "    tags: {workload: pretraining, owner: null}\n"),
)


def after() -> str:
    text = BEFORE
    for old, new in EDITS:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def git(root: Path, *words: str) -> str:
    """With fixed times and names, so that commits have the same names everywhere."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    for who in ("AUTHOR", "COMMITTER"):
        given[f"GIT_{who}_NAME"], given[f"GIT_{who}_EMAIL"] = "A. User", "user@example.com"
        given[f"GIT_{who}_DATE"] = "2026-11-02T12:00:00Z"
    done = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false", "-C", str(root), *words],
        env={**given, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.strip()


def write(root: Path, files: Mapping[str, str | None]) -> None:
    """None takes a file away."""
    for name, text in files.items():
        file = root / name
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)


def commit(root: Path, files: Mapping[str, str | None], message: str = "A change") -> str:
    if not (root / ".git").is_dir():
        root.mkdir(parents=True, exist_ok=True)
        git(root, "init", "-q")
    write(root, files)
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
    return git(root, "rev-parse", "HEAD")


def project(root: Path, stacks: Mapping[str, str]) -> Path:
    """One commit on main."""
    files = {"Pulumi.yaml": PROJECT, "__main__.py": PROGRAM, ".gitignore": "__pycache__/\n"}
    commit(root, {**files, **{f"stacks/{name}.yaml": text for name, text in stacks.items()}}, "What there is")
    return root


def change(root: Path, stacks: Mapping[str, str | None], branch: str = "change") -> str:
    """A second commit, on a branch of its own."""
    git(root, "checkout", "-q", "-b", branch)
    return commit(root, {f"stacks/{name}.yaml": text for name, text in stacks.items()})


def two_commits(root: Path) -> Path:
    """The change of this file, checked out."""
    project(root, {"train": BEFORE})
    change(root, {"train": after()})
    return root
