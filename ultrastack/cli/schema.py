"""ultrastack schema: what tells an editor which words a stack file may hold, and a program what a report holds?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from .command import Command
from .plan import put
from .progress import progress
from .project import Project


@click.command("schema", cls=Command, short_help="JSON Schema of stack files, for editors; of reports.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it there.")
@click.option(
    "--of",
    type=click.Choice(["stack", "review"]),
    default="stack",
    show_default=True,
    help="A stack file, or the report of `diff --format json`.",
)
@click.pass_obj
def command(project: Project, output: Path | None, of: str) -> None:
    """Print the JSON Schema of stack files, with the project's own components.

    The shipped stacks name it in their first line, so that editors complete and check while you type:

    \b
    # yaml-language-server: $schema=stack.schema.json
    ultrastack schema --output stacks/stack.schema.json
    """
    if of == "review":
        from ultrastack.report.review_json import schema

        put(json.dumps(schema(), indent=1) + "\n", output)
        return
    with progress("reading the components"):
        from ultrastack.language.finder import find_components
        from ultrastack.language.schema import stack_schema  # imports every component, and so Pulumi

        found = stack_schema(find_components(project.home))
    put(json.dumps(found, indent=1, ensure_ascii=False) + "\n", output)
