"""How do tests use the real Pulumi CLI? In a private copy of a project, with our provider in the clouds' place."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ultrastack.engine.real import cli
from ultrastack.engine.real.cli import Run
from ultrastack.engine.rehearsal.cloud import Cloud
from ultrastack.engine.rehearsal.install import install
from ultrastack.model.place import Refused

ROOT = Path(__file__).parents[2]
MOST_SECONDS = 900  # of one command, on a busy machine: one that hangs is a failure and no endless test


def find_cli() -> Path | None:
    """The one that `rehearse` and `up` would take here."""
    try:
        return cli.find_cli(ROOT)
    except Refused:
        return None


class CliFailed(AssertionError):
    """The CLI ended with an error where the test expected none."""


@dataclass
class Project:
    """A project folder with a backend, a home and a provider of its own."""

    cli: Path
    folder: Path  # holds Pulumi.yaml
    home: Path
    extra_env: dict[str, str] = field(default_factory=dict)

    def cloud(self) -> Cloud:
        """From now on the clouds remember what was made: every stack of this project is in one."""
        folder = self.home / "cloud"
        self.extra_env["ULTRASTACK_REHEARSAL_CLOUD"] = str(folder)
        return Cloud(folder)

    @property
    def name(self) -> str:
        return str(yaml.safe_load((self.folder / "Pulumi.yaml").read_text())["name"])

    def env(self) -> dict[str, str]:
        """Built from nothing, so that no credential of whoever runs the tests reaches the program."""
        backend = self.home / "backend"
        backend.mkdir(parents=True, exist_ok=True)
        providers = self.home / "providers"
        if not providers.exists():
            install(providers)
        return {
            "PATH": os.pathsep.join([str(self.cli.parent), str(providers), "/usr/bin", "/bin"]),
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PULUMI_HOME": str(self.home / "pulumi"),
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "SOURCE_DATE_EPOCH": "1795219200",  # 2026-11-21: what time it is for the rules
            **self.extra_env,
        }

    def run(self, *words: str, ok: bool = True) -> Run:
        """`pulumi WORDS`; with ok, an error is the test's failure and shows the CLI's own words."""
        done = subprocess.run(
            [str(self.cli), "--non-interactive", "--color", "never", *words],  # before: words may end with `-- VALUE`
            cwd=self.folder,
            env=self.env(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=MOST_SECONDS,
        )
        run = Run(done.returncode, done.stdout, done.stderr)
        if ok and run.code:
            raise CliFailed(f"pulumi {' '.join(words)} ended with {run.code}\n{_said(run)}")
        return run

    def write(self, **stacks: str) -> None:
        """Stack files, by name."""
        for name, text in stacks.items():
            (self.folder / "stacks" / f"{name}.yaml").write_text(text)

    def init(self, stack: str, config: Mapping[str, str] = {}, secrets: Mapping[str, str] = {}) -> None:  # noqa: B006
        self.run("stack", "init", stack)
        plain = [word for key, value in config.items() for word in ("--plaintext", f"{key}={value}")]
        secret = [word for key, value in secrets.items() for word in ("--secret", f"{key}={value}")]
        if plain or secret:
            self.run("config", "set-all", "--stack", stack, *plain, *secret)

    def preview(self, stack: str) -> dict[str, Any]:
        """The digest of `preview --json`, with the unchanged resources."""
        return dict(json.loads(self.run("preview", "--json", "--show-sames", "--stack", stack).out))

    def up(self, stack: str, *words: str) -> dict[str, int]:
        return self.counted("up", stack, *words)

    def refresh(self, stack: str) -> dict[str, int]:
        return self.counted("refresh", stack)

    def destroy(self, stack: str) -> dict[str, int]:
        return self.counted("destroy", stack)

    def counted(self, command: str, stack: str, *words: str) -> dict[str, int]:
        """What was done, as operation -> number of resources; unchanged ones under `same`."""
        log = self.home / f"{command}.events"
        log.unlink(missing_ok=True)
        self.extra_env["PULUMI_DEBUG_COMMANDS"] = "true"  # --event-log stands behind it
        self.run(command, "--yes", "--skip-preview", "--stack", stack, "--event-log", str(log), *words)
        summary = next(one["summaryEvent"] for one in self.events(command) if "summaryEvent" in one)
        return {op: count for op, count in summary["resourceChanges"].items() if count}

    def events(self, command: str) -> list[dict[str, Any]]:
        """What the engine told of the last `up`, `refresh` or `destroy`, in its order."""
        return [json.loads(line) for line in (self.home / f"{command}.events").read_text().splitlines()]

    def done(self, command: str) -> list[dict[str, Any]]:
        """The operations among them that came to their end, the unchanged resources too."""
        return [one["resOutputsEvent"]["metadata"] for one in self.events(command) if "resOutputsEvent" in one]

    def operations(self, token: str = "") -> list[tuple[str, str]]:
        """What the last `up` did with the resources of a type, or all, in order: (operation, name)."""
        done = [one["resourcePreEvent"]["metadata"] for one in self.events("up") if "resourcePreEvent" in one]
        return [
            (one["op"], _name(one["urn"]))
            for one in done
            if token in one["type"] and one["op"] not in ("same", "refresh")
        ]

    def resources(self, stack: str) -> dict[str, dict[str, Any]]:
        """The state, by URN; secrets in the clear."""
        state = json.loads(self.run("stack", "export", "--stack", stack, "--show-secrets").out)
        return {one["urn"]: one for one in state["deployment"].get("resources", [])}

    def ids(self, stack: str, token: str = "") -> dict[str, str]:
        """Name -> id in the cloud, of the resources of a type, or all."""
        found = self.state(stack)
        return {_name(urn): r.get("id", "") for urn, r in found.items() if token in r["type"] and r["custom"]}

    def state(self, stack: str) -> dict[str, dict[str, Any]]:
        """The same as it lies in the backend, without asking the CLI: secrets are encrypted."""
        file = self.home / "backend" / ".pulumi" / "stacks" / self.name / f"{stack}.json"
        latest = json.loads(file.read_text())["checkpoint"]["latest"] or {}
        return {one["urn"]: one for one in latest.get("resources", [])}


def _name(urn: str) -> str:
    return urn.split("::")[3]


def _said(run: Run) -> str:
    """The messages alone where the rest is JSON."""
    try:
        return "".join(one["message"] for one in json.loads(run.out).get("diagnostics", []))
    except ValueError:
        return run.text


def copy_of_repository(cli: Path, into: Path, stacks: Mapping[str, str] | None = None) -> Project:
    """The repository's own project; with `stacks`, these files instead of its own and of the examples."""
    folder = into / "project"
    (folder / "stacks").mkdir(parents=True)
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, folder)
    (folder / "components").symlink_to(ROOT / "components")
    _link_venv(folder)
    if stacks is None:
        for file in (ROOT / "stacks").glob("*.yaml"):
            shutil.copy(file, folder / "stacks")
        shutil.copytree(ROOT / "examples", folder / "examples")
    project = Project(cli, folder, into / "home")
    project.write(**(stacks or {}))
    return project


def foreign_program(cli: Path, into: Path, program: Path) -> Project:
    """A project whose program is one Python file that knows nothing of stack files."""
    folder = into / "project"
    folder.mkdir(parents=True)
    shutil.copy(program, folder / "__main__.py")
    (folder / "Pulumi.yaml").write_text(
        "name: foreign\nruntime: {name: python, options: {toolchain: pip, virtualenv: .venv}}\n"
    )
    _link_venv(folder)
    return Project(cli, folder, into / "home")


def _link_venv(folder: Path) -> None:
    (folder / ".venv").symlink_to(sys.prefix)
