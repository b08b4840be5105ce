"""ultrastack plan: what would an `up` of this stack create?"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .clock import now
from .command import Command
from .outcome import ended
from .progress import progress
from .project import Project, complete_stacks, complete_steps

if TYPE_CHECKING:
    from rich.console import Console

    from ultrastack.model.plan import Plan

PICTURES = ("svg", "mermaid")
FORMATS = ("terminal", "json", "markdown", "html", "svg", "mermaid")  # of which the last two are the picture alone
FILE_WIDTH = 100  # columns of a report that goes to a file or a pipe, unless COLUMNS says otherwise


@click.command("plan", cls=Command, short_help="What an `up` of STACK would create.")
@click.argument("stack", required=False, metavar="[STACK]...", shell_complete=complete_stacks)
@click.argument("more", nargs=-1, metavar="", shell_complete=complete_stacks)
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
@click.option("--values", "every", is_flag=True, help="Each resource by itself, with every input.")
@click.option("--all", "all_stacks", is_flag=True, help="Every stack, or those that are named, in one summary.")
@click.option("--examples", "with_examples", is_flag=True, help="With --all: the examples, too.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="With --all: so many at once (as many as processors)."
)
@click.option("--picture", is_flag=True, help="What stands where, and what it is linked with, instead of the list.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the report there."
)
@click.pass_obj
def command(
    project: Project,
    stack: str | None,
    more: tuple[str, ...],
    overrides: tuple[str, ...],
    steps: tuple[str, ...],
    every: bool,
    all_stacks: bool,
    with_examples: bool,
    jobs: int | None,
    picture: bool,
    form: str,
    output: Path | None,
) -> int | None:
    """Show what STACK would be made of, offline: no credentials, no network.

    STACK is the name of a stack (dev) or an example (tpu-vm), or a path (stacks/dev.yaml). With --all, stacks are
    planned side by side: one row each, in which order they come up, and whether what they read of each other is there.
    A --set then holds for each stack that has the variable.
    """
    named = (stack, *more) if stack is not None else ()
    if all_stacks:
        if steps or every:
            raise click.UsageError(f"{'--step' if steps else '--values'} is for one stack: plan it without --all")
        if picture or form not in ("terminal", "json"):
            word = "--picture" if picture else f"--format {form}"
            raise click.UsageError(f"{word} is for one stack: plan it without --all, or `ultrastack diff --all`")
        return plan_all(project, named, overrides, with_examples, jobs, form, output)
    if more or with_examples or jobs:
        extra = "several stacks" if more else "--examples" if with_examples else "--jobs"
        raise click.UsageError(f"{extra} only with --all")
    if steps and (picture or form not in ("terminal", "json")):
        raise click.UsageError(f"--step is for the list: leave it out, or {'--picture' if picture else '--format'}")
    name = project.stack(stack)
    with progress(f"planning {name}"):
        # both bring Pulumi: a second that --help need not wait for
        from ultrastack.planner.judged import Asked, judged
        from ultrastack.planner.plan import plan

        made = plan(project.root, name, overrides=overrides, steps=steps)
        made = judged(made, root=project.root, asked=Asked(now=now()))
        if picture or form in PICTURES:
            from ultrastack.planner.picture import picture as drawn

            made = replace(made, picture=drawn(made.graph, made.file))
    _write(made, form, every, picture, output)
    return ended(made)


def plan_all(
    project: Project,
    named: tuple[str, ...],
    overrides: tuple[str, ...],
    with_examples: bool,
    jobs: int | None,
    form: str,
    output: Path | None,
) -> int:
    """One summary; the worst stack decides how it ends: 3 for one that could not be planned, 2 for a refused one."""
    from ultrastack.language.vars import parse_set

    from .outcome import CLEAN, OURS, REFUSED

    names = tuple(dict.fromkeys(project.stack(word) for word in named)) or project.stacks
    names += tuple(name for name in project.examples if with_examples and name not in names)
    if not names:
        raise click.UsageError("this project has no stack yet; `ultrastack new NAME` writes one")
    for text in overrides:
        parse_set(text)  # what is no NAME=VALUE is refused once, not by each stack
    finished = 0

    def done(count: int) -> None:
        nonlocal finished
        finished = count

    with progress(lambda: f"planned {finished} of {len(names)} stacks"):
        from functools import partial

        from ultrastack.planner.estate import estate
        from ultrastack.planner.judged import Asked, judge_one
        from ultrastack.planner.many import check_overrides, plan_many
        from ultrastack.report.summary import render, render_json

        planner = partial(judge_one, asked=Asked(now=now()))
        stacks = plan_many(project.root, names, overrides=overrides, jobs=jobs or 0, done=done, planner=planner)
        check_overrides(overrides, stacks)
        name = next((one.plan.graph.project for one in stacks if one.plan), "")
        found = estate(name, stacks, {*project.stacks, *project.examples})
    if form == "json":
        put(render_json(found), output)
    else:
        show(lambda console: render(found, console), output)
    refused = list(found.refused())
    worst = max((ended(plan) for _, plan in found.planned()), default=CLEAN)
    return OURS if any(one.ours for one in refused) else max(worst, REFUSED) if refused else worst


def _write(plan: Plan, form: str, every: bool, picture: bool, output: Path | None) -> None:
    if form == "json":
        from ultrastack.report.json import render as render_json

        put(render_json(plan), output)
        return
    if form in ("markdown", "html"):
        from ultrastack.planner.review import all_new

        put(importlib.import_module(f"ultrastack.report.review_{form}").render(all_new(plan)), output)
        return
    if form in PICTURES:
        put(_drawn(plan, form), output)
        return
    if picture:
        from ultrastack.report.picture_page import render as render_picture

        show(lambda console: render_picture(plan, console), output)
        return
    from ultrastack.report.terminal import render

    show(lambda console: render(plan, console, every), output)


def _drawn(plan: Plan, form: str) -> str:
    """The picture as a file of its own."""
    assert plan.picture is not None
    if form == "mermaid":
        from ultrastack.report.picture_mermaid import render

        return render(plan.picture) + "\n"
    from ultrastack.report.picture_page import svg_file

    return svg_file(plan)


def show(render: Callable[[Console], None], output: Path | None) -> None:
    """A page for people, to the terminal, the pipe or the file."""
    import io
    import os
    import sys

    from rich.console import Console

    if output is not None:
        file = io.StringIO()
        render(Console(file=file, width=FILE_WIDTH, highlight=False, color_system=None))
        put(file.getvalue(), output)
        return
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal without Unicode shows ? for …
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    render(Console(file=sys.stdout, width=FILE_WIDTH if piped else None, highlight=False))


def put(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as e:
        raise click.UsageError(f"cannot write {output}: {e.strerror}") from None
    click.echo(f"wrote {output}", err=True)
