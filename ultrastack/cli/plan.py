"""ultrastack plan: what would an `up` of this stack create?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .command import Command
from .progress import progress
from .project import Project, complete_stacks, complete_steps

if TYPE_CHECKING:
    from ultrastack.model.plan import Plan

FILE_WIDTH = 100  # columns of a report that goes to a file or a pipe, unless COLUMNS says otherwise


@click.command("plan", cls=Command, short_help="What an `up` of STACK would create.")
@click.argument("stack", required=False, shell_complete=complete_stacks)
@click.option(
    "--set", "overrides", multiple=True, metavar="NAME=VALUE", help="Another value for a variable, in this plan only."
)
@click.option(
    "--step",
    "steps",
    multiple=True,
    metavar="NAME",
    shell_complete=complete_steps,
    help="Only this step, with every input; may be repeated.",
)
@click.option("--all", "every", is_flag=True, help="Each resource by itself, with every input.")
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the report there."
)
@click.pass_obj
def command(
    project: Project,
    stack: str | None,
    overrides: tuple[str, ...],
    steps: tuple[str, ...],
    every: bool,
    form: str,
    output: Path | None,
) -> None:
    """Show what STACK would be made of, offline: no credentials, no network.

    STACK is the name of a stack (dev) or an example (tpu-vm), or a path (stacks/dev.yaml).
    """
    name = project.stack(stack)
    with progress(f"planning {name}"):
        from ultrastack.planner.plan import plan  # brings Pulumi: a second that --help need not wait for

        made = plan(project.root, name, overrides=overrides, steps=steps)
    _write(made, form, every, output)


def _write(plan: Plan, form: str, every: bool, output: Path | None) -> None:
    if form == "json":
        from ultrastack.report.json import render

        put(render(plan), output)
    elif output is not None:
        put(_text(plan, every), output)
    else:
        _print(plan, every)


def _print(plan: Plan, every: bool) -> None:
    import os
    import sys

    from rich.console import Console

    from ultrastack.report.terminal import render

    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal without Unicode shows ? for …
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    render(plan, Console(file=sys.stdout, width=FILE_WIDTH if piped else None, highlight=False), every)


def _text(plan: Plan, every: bool) -> str:
    import io

    from rich.console import Console

    from ultrastack.report.terminal import render

    file = io.StringIO()
    render(plan, Console(file=file, width=FILE_WIDTH, highlight=False, color_system=None), every)
    return file.getvalue()


def put(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as e:
        raise click.UsageError(f"cannot write {output}: {e.strerror}") from None
    click.echo(f"wrote {output}", err=True)
