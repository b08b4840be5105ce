"""ultrastack rehearse: what would the real engine do with a copy of this stack's state, in which order?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from .command import Command
from .outcome import CLEAN, FINDINGS
from .plan import put, show
from .progress import progress
from .project import Project, complete_stacks

if TYPE_CHECKING:
    from ultrastack.model.operation import Rehearsal

SIGNALLED = 128  # and the signal's number: how a shell writes that a signal ended a process


@click.command("rehearse", cls=Command, short_help="What the real engine would do, on a copy of the state.")
@click.argument("stack", required=False, shell_complete=complete_stacks)
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What the stack has now: `pulumi stack export --file FILE`; else it has nothing yet.",
)
@click.option(
    "--operation", type=click.Choice(["up", "refresh", "destroy"]), default="up", show_default=True, help="What to do."
)
@click.option(
    "--fail-at",
    type=click.IntRange(min=1),
    metavar="N",
    help="Let the Nth operation fail; show what is left, and the next `up`.",
)
@click.option(
    "--answers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Recorded answers to look-ups (docs/rehearse.md).",
)
@click.option(
    "--stack-outputs",
    multiple=True,
    metavar="STACK=FILE",
    help="Outputs of another stack, from `pulumi stack output --json`; may be repeated.",
)
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the report there."
)
@click.pass_context
def command(
    ctx: click.Context,
    stack: str | None,
    state: Path | None,
    operation: Literal["up", "refresh", "destroy"],
    fail_at: int | None,
    answers: Path | None,
    stack_outputs: tuple[str, ...],
    form: str,
    output: Path | None,
) -> int:
    """Rehearse STACK: the real pulumi CLI on a private copy, with stand-ins for the clouds.

    No credential, no cloud, nothing of the project is written. Exits with 1 if data or capacity would be lost, or if
    the run would stop.
    """
    project: Project = ctx.obj
    name = project.stack(stack)
    done = 0

    def heard(count: int) -> None:
        nonlocal done
        done = count

    with progress(lambda: f"rehearsing {name}, {done} operations"):
        from ultrastack.engine.real.private import Ended  # brings Pulumi: a second that --help need not wait for
        from ultrastack.planner.rehearse import Question, rehearse

        try:
            made = rehearse(Question(project.root, name, operation, state, fail_at or 0, answers, stack_outputs), heard)
        except Ended as e:
            return SIGNALLED + e.number
    _write(made, form, output)
    from ultrastack.report.operations_verdict import findings

    return FINDINGS if findings(made) else CLEAN


def _write(made: Rehearsal, form: str, output: Path | None) -> None:
    if form == "json":
        from ultrastack.report.operations_json import render as render_json

        put(render_json(made), output)
        return
    from ultrastack.report.operations import render

    show(lambda console: render(made, console), output)
