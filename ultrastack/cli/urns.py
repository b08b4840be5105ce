"""ultrastack urns: which --target flags make Pulumi touch only one step?"""

from __future__ import annotations

import click

from ultrastack.model.place import Place, Problem, Refused

from .command import Command
from .group import unknown
from .progress import progress
from .project import Project, complete_stacks, complete_steps


@click.command("urns", cls=Command, short_help="The --target flags of all resources of a step.")
@click.argument("stack", required=False, shell_complete=complete_stacks)
@click.argument("step", required=False, shell_complete=complete_steps)
@click.pass_obj
def command(project: Project, stack: str | None, step: str | None) -> None:
    """Print the --target flags of all resources of a STEP, one a line.

    \b
    For any shell, without quotes around it:
      pulumi up --stack dev $(ultrastack urns dev data)
    """
    name = project.stack(stack)
    with progress(f"planning {name}"):
        from ultrastack.planner.plan import plan  # brings Pulumi: a second that --help need not wait for

        graph = plan(project.root, name).graph
    names = tuple(s.name for s in graph.steps)
    if step is None:
        raise click.UsageError(f"which step? There are: {', '.join(names)}")
    found = graph.step(step)
    if found is None:
        raise click.UsageError(unknown("step", step, names, of=f" in {name}"))
    if found.left_out:
        raise Refused(
            Problem(found.place, f"step '{step}' is left out of {name}: {found.left_out}", "name another step")
        )
    for resource in graph.resources:
        if resource.step == step and resource.kind != "read":
            click.echo(flag(resource.urn, found.place))


def flag(urn: str, place: Place) -> str:
    """One word for the shell: the `$` of a URN is not expanded again in $(...), white space would split it."""
    if any(c.isspace() for c in urn):
        raise Refused(Problem(place, f"white space in the URN '{urn}'", f"type it yourself: --target '{urn}'"))
    return f"--target={urn}"
