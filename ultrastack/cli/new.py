"""ultrastack new: what does someone write who starts a new environment, and what comes next?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from . import answers, first_up
from .command import Command
from .progress import progress
from .project import Project, complete_stacks
from .questions import Questions

if TYPE_CHECKING:
    from ultrastack.language.beginning.start import Wish
    from ultrastack.language.source import Node

MOST_SHOWN = 12  # of the texts to look at


@click.command("new", cls=Command, short_help="Write the file of a new STACK, and say what comes next.")
@click.argument("stack")
@click.option(
    "--from", "word", metavar="WORD", shell_complete=complete_stacks, help="An example, a stack to extend, or: empty."
)
@click.option("--aws-region", metavar="REGION", help="Region on AWS, as us-east-2.")
@click.option("--aws-account", metavar="ID", help="The only AWS account that may be touched: 12 digits.")
@click.option("--gcp-project", metavar="ID", help="Project on Google Cloud.")
@click.option("--gcp-region", metavar="REGION", help="Region on Google Cloud, as us-east5.")
@click.option("--gcp-zone", metavar="ZONE", help="Zone on Google Cloud, as us-east5-b.")
@click.option("--tag", "tags", multiple=True, metavar="KEY=VALUE", help="A cost tag; may be repeated.")
@click.option("--description", metavar="TEXT", help="What the environment is for, in one sentence.")
@click.option("--state", metavar="URL", help="Where its state is kept: s3://, gs://, file://, ... or pulumi-cloud.")
@click.option("--secrets", metavar="URL", help="How its secrets are encrypted: passphrase, awskms://, gcpkms://, ...")
@click.option("--dry-run", is_flag=True, help="Print the file, write nothing.")
@click.pass_obj
def command(
    project: Project,
    /,
    stack: str,
    word: str | None,
    tags: tuple[str, ...],
    description: str | None,
    state: str | None,
    secrets: str | None,
    dry_run: bool,
    **targets: str | None,
) -> None:
    """Write stacks/STACK.yaml from an example, from another stack or nearly empty, and plan it offline.

    It asks for what no option says; nothing is contacted, and an existing file is never written over. What it prints
    at the end leads to the first `up`, one command a line.

    \b
    ultrastack new night                          asks
    ultrastack new night --from dev               extends stacks/dev.yaml, and is made where that one is
    ultrastack new night --from tpu-vm --gcp-project my-ml --gcp-region us-west4 --gcp-zone us-west4-a
    """
    from ultrastack.language.beginning.start import Wish, name_problem, start
    from ultrastack.language.beginning.text import text_of

    root = project.root
    if problem := name_problem(root, stack):
        raise click.UsageError(problem)
    if description is not None and (problem := answers.description_problem(description)):
        raise click.UsageError(f"--description: {problem}")
    questions = Questions()
    begin = start(root, answers.start(root, questions, word))
    places, tagged = answers.targets(questions, begin, targets), answers.tags(questions, begin, tags)
    wish = Wish(stack, begin, places, tagged, description or "")
    if not dry_run:
        state = answers.state(questions, state)
        secrets = answers.secrets(questions, secrets, state)
    questions.done()
    text = text_of(wish, root)
    if dry_run:
        click.echo(text, nl=False)
        return
    with _written(root, stack, text):
        summary = _planned(root, stack)
    _print(root, wish, summary, state, secrets)


@contextlib.contextmanager
def _written(root: Path, stack: str, text: str) -> Iterator[None]:
    """The file, unless what follows is refused or interrupted: then nothing is left."""
    file = root / "stacks" / f"{stack}.yaml"
    new_folder = not file.parent.exists()
    try:
        file.parent.mkdir(exist_ok=True)
        opened = file.open("x", encoding="utf-8")  # never over one that came meanwhile
    except OSError as e:
        why = "it is there already and stays as it is" if file.exists() else e.strerror
        raise click.UsageError(f"cannot write stacks/{stack}.yaml: {why}") from None
    try:
        with opened:
            _write(opened, text, stack)
        yield
    except BaseException:  # Ctrl-C, too
        file.unlink(missing_ok=True)
        if new_folder:
            with contextlib.suppress(OSError):  # somebody else's file is in it meanwhile
                file.parent.rmdir()
        raise


def _write(opened: TextIO, text: str, stack: str) -> None:
    try:
        opened.write(text)
        opened.flush()
    except OSError as e:
        raise click.UsageError(f"cannot write stacks/{stack}.yaml: {e.strerror}") from None


def _planned(root: Path, stack: str) -> str:
    """The first line of `ultrastack plan`; without the config that it needs a stack cannot be read yet."""
    from ultrastack.language.beginning.asks_for import asks_for

    if missing := [one for one in asks_for(root, f"stacks/{stack}.yaml") if one.kind == "config" and one.needed]:
        keys = ", ".join(f"'{one.key}'" for one in missing)
        return f"{stack}: not planned yet, since it asks for {keys} of its config, which is set below"
    with progress(f"planning {stack}"):
        from ultrastack.planner.plan import plan
        from ultrastack.report.verdict import verdict

        return verdict(plan(root, stack))


def _print(root: Path, wish: Wish, summary: str, state: str | None, secrets: str | None) -> None:
    from ultrastack.language.beginning.asks_for import asks_for
    from ultrastack.language.extends import flattened

    file = f"stacks/{wish.name}.yaml"
    top = flattened(file, root, [])
    how = {"example": f", from examples/{wish.start.word}.yaml", "stack": f", extending {wish.start.file}"}
    click.echo(f"wrote {file}{how.get(wish.start.kind, '')}\n{summary}")
    _print_looks(root, wish, top)
    click.echo("\nnext, in this order:\n")
    lines = list(first_up.commands(root, wish.name, state, secrets, asks_for(root, file)))
    for line, why in lines:
        click.echo(f"# {why}\n{line}")


def _print_looks(root: Path, wish: Wish, top: Node) -> None:
    """What the catalogue does not know to be there, and what was made up by an example."""
    from ultrastack.catalog import use_local_rows
    from ultrastack.language.beginning.offered import notes
    from ultrastack.language.beginning.stand_ins import stand_ins

    use_local_rows(root)
    said = {cloud: node.data() for cloud in ("aws", "gcp") if (node := top.child(cloud)) is not None}
    region, zone = said.get("aws", {}).get("region", ""), said.get("gcp", {}).get("zone", "")
    if found := notes(top, region, zone):
        click.echo("\nthe catalogue does not know them there; it may be behind:")
        for note in found:
            click.echo(f"  {note}")
    answered = {value for settings in wish.targets.values() for value in settings.values()}
    if found_texts := stand_ins(top, region, answered, wish.start.kind == "stack"):
        click.echo("\nthese stand for something of yours; edit what is not yet right:")
        for place, text in found_texts[:MOST_SHOWN]:
            click.echo(f"  {place}  {text}")
        if (more := len(found_texts) - MOST_SHOWN) > 0:
            click.echo(f"  and {more} more")
