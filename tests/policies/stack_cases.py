"""A case that is a whole stack file: it is read and built as `plan` does, and judged with what the file says."""

from __future__ import annotations

from pathlib import Path

from tests.policies.cases import PROJECT, STACK, Case
from ultrastack.planner.program import run_program
from ultrastack.planner.stack_facts import stack_file
from ultrastack.policies.world import World

PROGRAM = """\
from pathlib import Path

from ultrastack.language.program import run

run(Path(__file__).resolve().parent)
"""


def project(folder: Path, stacks: dict[str, str]) -> Path:
    """A project of the toolkit's components alone, with these stack files."""
    (folder / "stacks").mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\nstackConfigDir: stacks\n")
    (folder / "__main__.py").write_text(PROGRAM)
    for name, text in stacks.items():
        (folder / "stacks" / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def world_of_stack(case: Case, folder: Path) -> World:
    """Of a stack called `case`."""
    graph, reading = run_program(project(folder, {STACK: case.stack}), STACK)
    assert reading is not None
    return World(graph, now=case.now, file=stack_file(reading))
