"""The shipped stacks and examples with edits: what a pull request does to them, without a repository."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.policies.stack_cases import project
from ultrastack.model.plan import Plan
from ultrastack.planner.many import plan_one

ROOT = Path(__file__).parents[2]
Edit = tuple[str, str, str]  # stack file, what stands there, what stands there instead


@cache
def texts() -> dict[str, str]:
    return {file.stem: file.read_text() for room in ("examples", "stacks") for file in (ROOT / room).glob("*.yaml")}


def planned(folder: Path, stack: str, *edits: Edit) -> Plan:
    """The stack's plan; each edit must find its text."""
    files = dict(texts())
    for file, before, after in edits:
        assert before in files[file], f"{file}.yaml has no {before!r}"
        files[file] = files[file].replace(before, after)
    found = plan_one(project(folder, files), stack, ())
    assert found.plan is not None, (found.problems, found.failed)
    return found.plan


@cache
def shipped(stack: str) -> Plan:
    """As it is."""
    with TemporaryDirectory() as folder:
        return planned(Path(folder), stack)
