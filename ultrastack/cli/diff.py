"""ultrastack diff: what does a change do to the stacks?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .command import Command
from .plan import put, show
from .progress import progress
from .project import Project, complete_stacks

if TYPE_CHECKING:
    from ultrastack.model.review import Review
    from ultrastack.planner.base import Base
    from ultrastack.planner.review import AskedReview

FORMATS = ("terminal", "markdown", "html", "json", "github")
SHORT = 12  # characters of a commit, which no other one of the repository begins with


def _reports(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, Path], ...]:
    found = []
    for text in given:
        form, equals, file = text.partition("=")
        if form not in FORMATS or not equals or not file:
            raise click.BadParameter(f"'{text}' is not FORMAT=FILE, with one of {', '.join(FORMATS)}")
        found.append((form, Path(file)))
    return tuple(found)


@click.command("diff", cls=Command, short_help="What a change does to STACK: against a git revision, a file.")
@click.argument("stacks", nargs=-1, metavar="[STACK]...", shell_complete=complete_stacks)
@click.option("--all", "all_stacks", is_flag=True, help="Every stack that either side has.")
@click.option(
    "--against",
    metavar="REV",
    help="The git revision to compare with; without it, where this branch has left the main one.",
)
@click.option(
    "--against-graph",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Compare with a graph, or a plan in JSON, instead.",
)
@click.option(
    "--against-state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Compare with what there is, by a `pulumi stack export`, instead.",
)
@click.option(
    "--rules-from",
    metavar="REV",
    help="The git revision whose profile, levels, rules and acceptances judge both sides: that of --against.",
)
@click.option(
    "--untrusted", is_flag=True, help="Run the programs in a sandbox: no network, no credentials, no writing."
)
@click.option("--require-sandbox", is_flag=True, help="Refuse where the sandbox could not keep them from everything.")
@click.option(
    "--fail-on",
    type=click.Choice(["mandatory", "advisory"]),
    default="mandatory",
    show_default=True,
    help="The level from which new findings end with exit code 1.",
)
@click.option("--at", default="", metavar="TIME", help="As of then, instead of now: 2026-12-01, 2026-12-01T11:30:00Z.")
@click.option(
    "--set", "overrides", multiple=True, metavar="NAME=VALUE", help="Another value for a variable, on both sides."
)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="So many stacks at once (as many as processors).")
@click.option("--values", "every", is_flag=True, help="Each change by itself, with every property.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the report there."
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    callback=_reports,
    metavar="FORMAT=FILE",
    help="Write the same in another format, too; may be repeated.",
)
@click.option("--full-report", default="", metavar="WHERE", help="Where a shortened comment says that all of it is.")
@click.pass_obj
def command(project: Project, /, **given: Any) -> int:
    """Show what a change does to STACK, offline: no credentials, no network.

    \b
    ultrastack diff prod
    ultrastack diff prod --against main~3
    ultrastack diff --all --report markdown=comment.md --report html=report.html
    ultrastack diff prod --against-state prod.json

    The other revision's own program is run beside today's: what is created, changed in place, replaced and by which
    property, renamed, deleted; what is lost by that; which findings are new; which tags go. The rules are those of the
    other revision, so that a change cannot switch off what judges it; only new mandatory findings end with 1.
    """
    made = _review(project, given)
    lost = [*_reported(made, given)]
    _write(made, given)
    if lost:
        raise lost[0]
    return _code(made, given["fail_on"])


def _review(project: Project, given: dict[str, Any]) -> Review:
    _refuse(given)
    counted = (0, 0)

    def done(count: int, of: int) -> None:
        nonlocal counted
        counted = (count, of)

    with progress(lambda: "comparing" + (f": {counted[0]} of {counted[1]} planned" if counted[1] else "")):
        from ultrastack.planner.review import review

        names = _names(project, given)
        base = _base(project.root, given)
        return review(project.root, base, _asked(names, base, given), done)


def _refuse(given: dict[str, Any]) -> None:
    bases = [f"--{word}" for word in ("against", "against-graph", "against-state") if given[word.replace("-", "_")]]
    if len(bases) > 1:
        raise click.UsageError(f"{' and '.join(bases)}: one base at a time")
    for option in ("against", "rules_from"):
        word = given[option]
        if word is not None and not word.strip():  # a shell's variable that is not set must not switch a guard off
            raise click.UsageError(f"--{option.replace('_', '-')} names nothing; give it a word, or leave it out")
    if given["require_sandbox"] and not given["untrusted"]:
        raise click.UsageError("--require-sandbox only with --untrusted")
    if given["all_stacks"] and (given["stacks"] or given["against_graph"] or given["against_state"]):
        raise click.UsageError("--all is every stack, compared with a git revision: name neither a stack nor a file")
    _check_files([file for _, file in given["reports"]] + [given["output"]] * (given["output"] is not None))
    if given["require_sandbox"]:
        _require_sandbox()


def _check_files(files: Sequence[Path]) -> None:
    """What could not be written is said before the work, not after it."""
    where = [file.resolve() for file in files]
    for at, file in enumerate(files):
        if where[at] in where[:at]:
            raise click.UsageError(f"{file} is named twice: each report needs a file of its own")
        if file.is_dir():
            raise click.UsageError(f"cannot write {file}: it is a folder")
        if not file.parent.is_dir():
            raise click.UsageError(f"cannot write {file}: there is no folder {file.parent}")


def _require_sandbox() -> None:
    from ultrastack.model.place import Place, Problem, Refused
    from ultrastack.sandbox import complete, modes

    if not complete(best := modes()[0]):
        what = f"no whole sandbox is possible here; not enforced: {'; '.join(best.not_enforced)}"
        fix = "install bubblewrap, or allow user namespaces"
        raise Refused(Problem(Place("--require-sandbox"), what, fix))


def _names(project: Project, given: dict[str, Any]) -> tuple[str, ...]:
    """As they are: a stack may be on either side only, and nobody here looks into files that nobody trusts."""
    if given["all_stacks"]:
        return ()
    if not given["stacks"]:
        project.stack(None)
    return tuple(dict.fromkeys(_name(project.root, word) for word in given["stacks"]))


def _name(root: Path, word: str) -> str:
    """A path is that of a file in this project's folders, whether or not it is still there: deleted ones count, too."""
    if not word.endswith(".yaml"):
        return word
    path, folders = Path(word), [(root / one).resolve() for one in ("stacks", "examples")]
    places = [(Path.cwd() / path).resolve(), (root / path).resolve()]
    if len(path.parts) > 1 and not any(place.parent in folders for place in places):
        raise click.UsageError(f"{word} is not in this project's stacks/ or examples/; name the stack")
    return path.stem


def _base(root: Path, given: dict[str, Any]) -> Base:
    from ultrastack.planner.base import base_of_file, base_of_revision

    if given["against_graph"] is not None:
        return base_of_file(given["against_graph"])
    if given["against_state"] is not None:
        return base_of_file(given["against_state"], state=True)
    return base_of_revision(root, given["against"] or "")


def _asked(names: tuple[str, ...], base: Base, given: dict[str, Any]) -> AskedReview:
    from ultrastack.planner.judged import Asked
    from ultrastack.planner.review import AskedReview

    from .clock import now

    return AskedReview(
        names=names,
        overrides=given["overrides"],
        judge=Asked(now=now(given["at"]), rules_from=given["rules_from"] or base.commit[:SHORT]),
        untrusted=given["untrusted"],
        jobs=given["jobs"] or 0,
    )


def _write(made: Review, given: dict[str, Any]) -> None:
    _put(made, given["form"], given, given["output"])


def _reported(made: Review, given: dict[str, Any]) -> Iterator[click.UsageError]:
    """A file that cannot be written, as on a full disk, takes none of the others with it."""
    for form, file in given["reports"]:
        try:
            _put(made, form, given, file)
        except click.UsageError as e:
            yield e


def _put(made: Review, form: str, given: dict[str, Any], output: Path | None) -> None:
    import importlib

    render = importlib.import_module(f"ultrastack.report.review_{form}").render
    if form == "terminal":
        show(lambda console: render(made, console, given["every"]), output)
    elif form == "markdown":
        put(render(made, full_report=given["full_report"]), output)
    else:
        put(render(made), output)


def _code(made: Review, fail_on: str) -> int:
    """The worst stack decides: a failure of ours, what could not be planned, new findings."""
    from .outcome import CLEAN, FINDINGS, OURS, REFUSED

    failed = list(made.failed())
    if any(one.ours for one in failed) or any(plan.judgement and plan.judgement.broken for _, plan in made.compared()):
        return OURS
    if failed:
        return REFUSED
    levels = ("mandatory",) if fail_on == "mandatory" else ("mandatory", "advisory")
    said = [plan.comparison.findings for _, plan in made.compared() if plan.comparison is not None]
    new = any(one.counts and one.level in levels for found in said if found is not None for one in found.new)
    return FINDINGS if new else CLEAN
