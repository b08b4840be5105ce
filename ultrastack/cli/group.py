"""Which commands are there? Each is a file of this folder, imported when it is asked for."""

from __future__ import annotations

import importlib
from typing import Any

import click

from ultrastack import __version__

from .command import project_option
from .outcome import EXIT_CODES

# In the order in which a newcomer needs them, so in no folder's order.
COMMANDS = (
    "plan",
    "check",
    "diff",
    "explain",
    "list",
    "doc",
    "new",
    "up",
    "rehearse",
    "catalog",
    "schema",
    "urns",
    "completion",
)


class Lazy(click.Group):
    """Finds its commands by file name; `--help` imports only these small files, never what they call."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"{__package__}.{cmd_name}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            raise click.UsageError(unknown("command", args[0], COMMANDS), ctx) from None


def unknown(what: str, word: str, known: Any, of: str = "") -> str:
    """no command 'plam'; did you mean 'plan'? There are: ..., the nearest first."""
    import difflib

    words = sorted(known) if not isinstance(known, tuple) else list(known)
    near = difflib.get_close_matches(word, words, n=3, cutoff=0.5)
    meant = f"; did you mean '{near[0]}'?" if near else "."
    there = ", ".join([*near, *(w for w in words if w not in near)])
    return f"no {what} '{word}'{of}{meant}" + (f" There are: {there}" if there else " There are none.")


@click.group(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXIT_CODES,
)
@click.version_option(__version__, "-V", "--version", message="ultrastack %(version)s")
def cli(project: object) -> None:
    """Plan accelerated-AI infrastructure offline, build it with Pulumi.

    A stack file (stacks/NAME.yaml) says what an environment is made of. `ultrastack plan NAME` shows what would be
    created, without credentials or network; `pulumi up` builds the same.
    """


cli.params.insert(0, project_option())  # before the command, too
