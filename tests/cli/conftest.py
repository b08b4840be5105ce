"""A project of the smallest kind, and the command as a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.report import graphs
from ultrastack.cli import main
from ultrastack.model.overrides import OVERRIDES

Command = Callable[..., "Outcome"]


STACKS = {
    "common": """\
abstract: true
aws: {region: us-east-2, account_id: "111122223333"}
tags: {owner: platform}
vars: {cidr: 10.20.0.0/16}
steps:
  - name: net
    aws.network:
      cidr: "{{ cidr }}"
      availability_zone_ids: [use2-az3]
    register: net
  - name: fabric
    aws.efa_placement_group: {vpc_id: "{{ net.vpc_id }}"}
""",
    "dev": """\
description: To try things
extends: common.yaml
vars: {cidr: 10.21.0.0/16}
steps:
  - name: net
    aws.network: {nat: none}
""",
    "prod": """\
description: For real
extends: common.yaml
steps:
  - name: data
    aws.storage_bucket: {}
  - name: "chat-{{ item }}"
    loop: [a, b]
    aws.storage_bucket: {}
""",
}


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two stacks and one that both extend."""
    (tmp_path / "Pulumi.yaml").write_text("name: example\nruntime: python\nstackConfigDir: stacks\n")
    stacks = tmp_path / "stacks"
    stacks.mkdir()
    for name, text in STACKS.items():
        (stacks / f"{name}.yaml").write_text(text)
    (stacks / "Pulumi.dev.yaml").write_text("config: {}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Command:
    def call(*arguments: str) -> Outcome:
        code = main(list(arguments))
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture
def captured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine answers with a graph made by hand, of which no rule is asked: test_check.py does that."""
    monkeypatch.setattr("ultrastack.engine.capture", lambda *_, **__: graphs.small())
    monkeypatch.setattr("ultrastack.planner.judged.judged", lambda plan, *_, **__: plan)


@pytest.fixture
def only_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine lets the program read the stack file; nothing is built."""

    def capture(root: Path, stack: str) -> object:
        from ultrastack.language.finder import find_components
        from ultrastack.language.program import READER
        from ultrastack.language.reader import read
        from ultrastack.language.stacks import stack_path

        heard = READER.get()
        assert heard is not None
        heard(read(stack_path(root, stack), root, find_components(root), overrides=OVERRIDES.get()))
        return graphs.small()

    monkeypatch.setattr("ultrastack.engine.capture", capture)
