"""ultrastack up: show what `pulumi up` would do, ask, and let it do just that."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from .command import Command
from .outcome import CLEAN, FINDINGS, REFUSED
from .plan import show
from .progress import progress
from .project import Project, complete_stacks, complete_steps
from .rehearse import SIGNALLED

if TYPE_CHECKING:
    from ultrastack.model.finding import Judgement
    from ultrastack.planner.up import Asked, Done, Shown, Up

RECOVER = "docs/recover.md"
EXIT_CODES = """\b
Exit codes:
  0  done, or nothing to do
  1  `pulumi up` ended with an error or was cancelled: a part of it may be done
  2  nothing was done: refused, not confirmed, or no longer what was shown
  3  ultrastack itself failed: one line; --debug shows the traceback"""


@click.command("up", cls=Command, epilog=EXIT_CODES, short_help="`pulumi up` of STACK that names what would be lost.")
@click.argument("stack", required=False, shell_complete=complete_stacks)
@click.option("--yes", is_flag=True, help="Do not ask, unless data or capacity would be lost.")
@click.option(
    "--may-lose",
    multiple=True,
    metavar="NAME",
    help="This resource may be lost with all that it holds; may be repeated. Where nobody can be asked.",
)
@click.option("--refresh", is_flag=True, help="Look first at what really exists.")
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="STEP",
    shell_complete=complete_steps,
    help="Only the resources of this step; may be repeated.",
)
@click.option("--message", default="", metavar="TEXT", help="What this `up` is for, in the stack's history.")
@click.option(
    "--policy-pack",
    "policy_packs",
    multiple=True,
    metavar="DIR",
    type=click.Path(file_okay=False, exists=True, resolve_path=True),
    help="Rules that must hold; may be repeated.",
)
@click.option("--preview-only", is_flag=True, help="Show it and end.")
@click.pass_obj
def command(
    project: Project,
    stack: str | None,
    yes: bool,
    may_lose: tuple[str, ...],
    refresh: bool,
    targets: tuple[str, ...],
    message: str,
    policy_packs: tuple[str, ...],
    preview_only: bool,
) -> int:
    """Show what `pulumi up` would do to STACK, ask, and let the real Pulumi do just that.

    It runs your own pulumi with your own credentials, backend and passphrase. Resources that hold data or capacity
    are lost only if you type their names. If anything changes while you are asked, nothing is done.
    """
    name = project.stack(stack)
    # brings Pulumi: a second that --help need not wait for
    from ultrastack.engine.real.private import Ended
    from ultrastack.planner.up import Asked

    asked = Asked(project.root, name, refresh, targets, policy_packs, message)
    try:
        return _up(asked, yes, may_lose, preview_only)
    except Ended as e:
        return SIGNALLED + e.number


def _up(asked: Asked, yes: bool, may_lose: tuple[str, ...], preview_only: bool) -> int:
    from datetime import UTC, datetime

    from ultrastack.planner.up import up

    from .consent import agree

    name, said = asked.stack, [""]
    with ExitStack() as open_:
        with progress(lambda: said[-1]):
            run = open_.enter_context(up(asked, said.append))
            shown = run.show()
        now = datetime.now(UTC)  # the true one, whatever reports are told
        _print(shown, run.rules(now))
        run.refuse_ended_blocks(shown, now)
        if preview_only:
            return CLEAN
        if not shown.changes and not shown.bookkeeping:
            click.echo(f"{name} is as its stack file says: nothing to do", err=True)
            return CLEAN
        if agree(name, shown.report.losses, yes, may_lose) and (changes := _changed(run, shown)):
            click.echo(_moved(name, changes), err=True)
            return REFUSED
        return _end(name, run.do(shown))


def _changed(run: Up, shown: Shown) -> tuple[str, ...]:
    with progress("looking again"):
        return run.changed(shown)


def _moved(stack: str, changes: tuple[str, ...]) -> str:
    lines = "\n".join(f"  {one}" for one in changes)
    return f"this is no longer what was shown:\n{lines}\n\nnothing was done; `ultrastack up {stack}` shows it anew"


def _print(shown: Shown, said: Judgement | None) -> None:
    """The report goes to stdout, like that of `plan`."""
    import sys

    from ultrastack.report.findings_outline import verdict
    from ultrastack.report.operations import render

    show(lambda console: render(shown.report, console), None)
    if said is not None and (said.at("mandatory") or said.broken):
        click.echo(f"rules: {verdict(said)}; `ultrastack check {shown.report.stack}` shows them\n")
    if shown.bookkeeping:
        click.echo("Only the state learns:\n" + "".join(f"  {one}\n" for one in shown.bookkeeping))
    sys.stdout.flush()  # before Pulumi writes there


def _end(stack: str, done: Done) -> int:
    """The closing line."""
    if done.stopped_for:
        click.echo(
            f"stopped: Pulumi began to take away {done.stopped_for}, which was not shown. "
            f"It finishes what it has begun: look whether {done.stopped_for} is still there, then {RECOVER}",
            err=True,
        )
    count = f"{done.done} of {done.of} operation{'s' * (done.of != 1)}"
    if done.code == 0 and not done.stopped_for:
        click.echo(f"{stack}: {count} done, as shown" if done.of else f"{stack}: the state was written", err=True)
        return CLEAN
    again = f"`ultrastack up {stack}` again shows the rest and does it"
    click.echo(
        f"{stack}: {count} done, then `pulumi up` ended with {done.code}. Its words above say why; {again}. "
        f"After a crash, a lock or pending operations: {RECOVER}",
        err=True,
    )
    return FINDINGS
