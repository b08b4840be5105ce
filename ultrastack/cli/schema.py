"""ultrastack schema: what tells an editor which words a stack file may hold?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from .command import Command
from .plan import put
from .progress import progress
from .project import Project


@click.command("schema", cls=Command, short_help="JSON Schema of stack files, for editors.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it there.")
@click.pass_obj
def command(project: Project, output: Path | None) -> None:
    """Print the JSON Schema of stack files, with the project's own components.

    The shipped stacks name it in their first line, so that editors complete and check while you type:

    \b
    # yaml-language-server: $schema=stack.schema.json
    ultrastack schema --output stacks/stack.schema.json
    """
    with progress("reading the components"):
        from ultrastack.language.finder import find_components
        from ultrastack.language.schema import stack_schema  # imports every component, and so Pulumi

        found = stack_schema(find_components(project.home))
    put(json.dumps(found, indent=1, ensure_ascii=False) + "\n", output)
