"""How does a command end? Every failure becomes words on stderr and one of the documented exit codes."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ultrastack.model.place import Refused, no_command, printable

if TYPE_CHECKING:
    from ultrastack.model.plan import Plan

CLEAN, FINDINGS, REFUSED, OURS, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 3, 130, 141

EXIT_CODES = """\b
Exit codes:
  0  clean
  1  findings that stop: mandatory ones, or those from the level that was asked for
  2  the input could not be used: every problem with its place and what to type instead
  3  ultrastack itself failed: one line; --debug shows the traceback"""


def run(cli: click.Command, arguments: list[str]) -> int:
    """Parse, call, and put whatever happens into words."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115  closed by who called us: `>&-`
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115
    try:
        code = cli.main(arguments, prog_name="ultrastack", standalone_mode=False)
        sys.stdout.flush()  # here, where a closed pipe is still ours to handle
        return code if isinstance(code, int) else CLEAN
    except click.Abort:  # what click makes of Ctrl-C
        return INTERRUPTED
    except click.ClickException as e:
        e.show()
        return REFUSED
    except (BrokenPipeError, SystemExit) as e:
        if isinstance(e, SystemExit) and e.code in (0, None):  # how shell completion ends
            return CLEAN
        # The reader has gone: click and rich make exit(1) of it. Nothing may be written when the interpreter flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE


def ended(plan: Plan) -> int:
    """By what the rules say of it."""
    said = plan.judgement
    if said is None:
        return CLEAN
    return OURS if said.broken else FINDINGS if said.at("mandatory") else CLEAN


def refused(e: Refused) -> int:
    """All problems, then how many."""
    for problem in e.problems:
        click.echo(no_command(str(problem)), err=True)
    count = len(e.problems)
    click.echo(f"\n{count} problem{'s' * (count != 1)}; nothing was done", err=True)
    return REFUSED


def is_programs(e: Exception) -> bool:
    """Did the user's own program fail, a component or another Pulumi program?"""
    # what nobody has loaded cannot have raised: a failure must not be the reason to load Pulumi
    homes = (("ultrastack.engine", "ProgramFailed"), ("ultrastack.language.build", "BuildFailed"))
    return any(module in sys.modules and isinstance(e, getattr(sys.modules[module], name)) for module, name in homes)


def program_failed(e: Exception, debug: bool) -> int:
    """Where it was built, and what its code said: an input that cannot be used, like a stack file that is refused."""
    if debug and e.__cause__ is not None:
        traceback.print_exception(e.__cause__)
    click.echo(no_command(printable(str(e))), err=True)
    more = "" if debug else "; run again with --debug for its traceback"
    click.echo(f"\nthe program failed; nothing was done{more}", err=True)
    return REFUSED


def ours(e: Exception, debug: bool) -> int:
    """A failure of our own: what happened and how to report it; the traceback only when asked for."""
    if isinstance(e, OSError) and e.errno in (errno.ENOSPC, errno.EDQUOT) and not debug:
        click.echo(f"cannot write: {e.strerror}\n   fix: make room: df -h\n\n1 problem", err=True)
        return REFUSED
    if debug:
        traceback.print_exception(e)
    last = traceback.extract_tb(e.__traceback__)[-1]
    file = last.filename.rpartition("ultrastack/")[2] or last.filename
    said = printable(f"{type(e).__name__}: {e}".splitlines()[0])[:300]
    more = "" if debug else "; run again with --debug for the traceback"
    click.echo(f"ultrastack itself failed, please report it: {said} ({file}:{last.lineno}){more}", err=True)
    return OURS
