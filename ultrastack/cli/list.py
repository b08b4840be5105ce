"""ultrastack list: what is there to use, and to ask `doc` about?"""

from __future__ import annotations

import click

from . import page
from .command import Command
from .project import Project
from .words import KINDS


@click.command("list", cls=Command, short_help="What there is to use: stacks, components, machines, keywords ...")
@click.argument("kind", metavar="[KIND]", required=False, type=click.Choice(list(KINDS)))
@click.pass_obj
def command(project: Project, kind: str | None) -> None:
    """List all of a KIND; without it: how many of each there are.

    KIND is stacks, examples, components, rules, machines, slices, keywords, filters or functions.
    """
    if kind is not None:
        page.table(KINDS[kind](project), indent=0)
        return
    for name, table in KINDS.items():
        words = list(table(project))
        few = ", ".join(words[:4]) + (", …" if len(words) > 4 else "")
        click.echo(f"{name:<11} {len(words):>3}   {few}")
    click.echo("\nultrastack list KIND names all; ultrastack doc WORD explains one.")
