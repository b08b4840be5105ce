"""Which stack is crashed, with which providers, and where do its state and its cloud lie?"""

from __future__ import annotations

import json
import shlex
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ultrastack.engine.rehearsal.install import PACKAGES

from .real_cli import ROOT, Project, copy_of_repository

STACK = "small"
PAUSE_SECONDS = 0.05  # before and after each operation
OPERATIONS = {"create": 15, "change": 28, "destroy": 15}  # of the stack below, on a run that nobody disturbs
TEXT = """\
description: A network and a bucket, small enough to crash often
aws: {region: us-east-2, account_id: "111122223333"}
gcp: {project: example-ml, region: us-east5, zone: us-east5-b}
tags: {cost-center: ml-research, owner: platform}
steps:
  - name: net
    aws.network: {cidr: 10.20.0.0/16, availability_zone_ids: [use2-az3], nat: none}
    register: net
  - name: fabric
    aws.efa_placement_group: {vpc_id: "{{ net.vpc_id }}", placement_group: false}
  - name: weights
    gcp.storage_bucket: {location: us-east5}
"""
OTHER_TEXT = TEXT.replace("10.20.", "10.21.").replace("ml-research", "ml-serving")  # replaces some, updates some


def prepared(cli: Path, folder: Path) -> Project:
    project = copy_of_repository(cli, folder, {STACK: TEXT})
    providers = project.home / "providers"
    providers.mkdir(parents=True)
    for name, distribution in PACKAGES.items():
        launcher = providers / f"pulumi-resource-{name}"
        words = [sys.executable, "-m", "tests.engine.slow_provider"]
        environment = f"PYTHONPATH={shlex.quote(str(ROOT))} ULTRASTACK_REHEARSAL_VERSION={version(distribution)}"
        launcher.write_text(f'#!/bin/sh\n{environment} exec {shlex.join(words)} "$@"\n')
        launcher.chmod(0o755)
    project.extra_env |= {
        "ULTRASTACK_REHEARSAL_CLOUD": str(project.home / "cloud"),
        "CRASH_PAUSE_SECONDS": str(PAUSE_SECONDS),
    }
    return project


def state_file(project: Project) -> Path:
    return backend(project) / "stacks" / project.name / f"{STACK}.json"


def read_state(project: Project) -> dict[str, list[dict[str, Any]]]:
    """Of the file itself, with what a cloud holds; raises ValueError where it is no JSON."""
    latest = json.loads(state_file(project).read_text())["checkpoint"]["latest"] or {}
    resources = [r for r in latest.get("resources", []) if r["custom"] and not r["type"].startswith("pulumi:")]
    return {"resources": resources, "pending_operations": latest.get("pending_operations", [])}


def backend(project: Project) -> Path:
    return project.home / "backend" / ".pulumi"
