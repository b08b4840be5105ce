"""What has every command in common? The project's folder, --debug, and how it ends."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from ultrastack.model.place import Refused

from .outcome import EXIT_CODES, is_programs, ours, program_failed, refused
from .project import Project, folder_of


def project_option() -> click.Option:
    return click.Option(
        ["-C", "--project"],
        type=click.Path(file_okay=False, path_type=Path),
        help="A folder of the project (the nearest Pulumi.yaml from there upwards counts); else this one.",
    )


class Command(click.Command):
    """A command that works in a project."""

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("epilog", EXIT_CODES)
        super().__init__(*args, **kwargs)
        self.params += [
            project_option(),
            click.Option(["--debug"], is_flag=True, help="Show the traceback if ultrastack itself fails."),
        ]

    def invoke(self, ctx: click.Context) -> Any:
        if os.environ.get("NO_COLOR"):
            ctx.color = False  # rich looks by itself, click does not
        debug = ctx.params.pop("debug")
        ctx.obj = Project.find(folder_of(ctx))
        del ctx.params["project"]
        try:
            return super().invoke(ctx)
        except Refused as e:
            return refused(e)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as e:
            return program_failed(e, debug) if is_programs(e) else ours(e, debug)
