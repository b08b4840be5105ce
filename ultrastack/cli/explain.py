"""ultrastack explain: where does this value come from, and whom did it beat?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from ultrastack.model.place import printable

from . import page
from .command import Command
from .progress import progress
from .project import Project, complete_stacks, complete_steps

if TYPE_CHECKING:
    from ultrastack.language.explain import Explanation, Origin


@click.command("explain", cls=Command, short_help="Where a value comes from, and whom it beat.")
@click.argument("stack", required=False, shell_complete=complete_stacks)
@click.argument("what", metavar="STEP.ARGUMENT", required=False, shell_complete=complete_steps)
@click.option(
    "--set", "overrides", multiple=True, metavar="NAME=VALUE", help="Another value for a variable, in this answer only."
)
@click.pass_obj
def command(project: Project, stack: str | None, what: str | None, overrides: tuple[str, ...]) -> None:
    """Show who set STEP.ARGUMENT, at which place, and whom it beat.

    \b
    ultrastack explain prod data.storage_capacity_gib
    ultrastack explain prod training.ultraservers[0].id
    ultrastack explain prod data.tags.owner
    ultrastack explain prod vars.capacity_gib
    """
    name = project.stack(stack)
    if what is None:
        raise click.UsageError(
            f"which value of {name}? Write STEP.ARGUMENT; its steps are: {', '.join(project.step_names(name))}"
        )
    with progress(f"reading {name}"):
        from ultrastack.language.explain import explain  # reads with the components' classes, and so brings Pulumi
        from ultrastack.planner.program import run_program

        _, reading = run_program(project.root, name, overrides)
    if reading is None:
        raise click.UsageError("the program of this project reads no stack file of ours")
    _print(explain(reading, what))


def _print(found: Explanation) -> None:
    click.secho(f"{found.target} = {_value(found.winner.value)}", bold=True)
    if found.description:
        page.paragraph(found.description, indent=2)
    _origins(found.winner)
    for variable in found.reads:
        page.title(f"it reads {variable.words} = {_value(variable.value)}")
        _origins(variable)


def _origins(winner: Origin) -> None:
    """The winner's place and words, then those it beat, nearest first."""
    lines = [("set by", winner), *(("beats", one) for one in winner.beats)]
    where = {id(one): f"{one.place}   " if one.place else "" for _, one in lines}
    widest = max(map(len, where.values()))
    levels = max(len(one.level) for _, one in lines)
    for verb, one in lines:
        written = f"   {one.written}" if one.written else ""
        # the same text twice says nothing: a value as it was written, or a winner's, which stands above
        value = f"   = {_value(one.value)}" if verb == "beats" and one.written != _value(one.value) else ""
        click.echo(printable(f"  {verb:<6}  {where[id(one)]:<{widest}}{one.level:<{levels}}{written}{value}").rstrip())


def _value(value: Any) -> str:
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_model))


def _model(value: Any) -> Any:
    """A component's default may be a model of its own; None in it is not set."""
    return value.model_dump(mode="json", exclude_none=True) if hasattr(value, "model_dump") else str(value)
