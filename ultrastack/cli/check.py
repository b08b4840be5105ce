"""ultrastack check: what do the rules say?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .command import Command
from .plan import put, show
from .progress import progress
from .project import Project, complete_stacks

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ultrastack.model.plan import Plan
    from ultrastack.planner.judged import Asked

FORMATS = ("terminal", "json", "markdown", "sarif", "junit", "github")


def complete_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from .words import rules

    known = rules(Project.find(ctx.params.get("project")))
    words = {**dict.fromkeys(one.partition(".")[0] for one in known), **known}
    return [CompletionItem(one) for one in words if one.startswith(incomplete)]


@click.command("check", cls=Command, short_help="What the rules say of STACK.")
@click.argument("stacks", nargs=-1, metavar="[STACK]...", shell_complete=complete_stacks)
@click.option("--all", "all_stacks", is_flag=True, help="Every stack of the project.")
@click.option("--examples", "with_examples", is_flag=True, help="With --all: the examples, too.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="So many stacks at once (as many as processors).")
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A `pulumi stack export` or `pulumi preview --json` of any program, instead of a stack.",
)
@click.option(
    "--against",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What is there now, an export or a plan in JSON: rules about changes compare with it.",
)
@click.option("--profile", metavar="NAME", help="Another profile of policies/levels.yaml than the stack's own.")
@click.option(
    "--rule", "rules", multiple=True, metavar="ID", shell_complete=complete_rules, help="Only this rule, or topic."
)
@click.option(
    "--fail-on",
    type=click.Choice(["mandatory", "advisory"]),
    default="mandatory",
    show_default=True,
    help="The level from which findings end with exit code 1.",
)
@click.option("--at", default="", metavar="TIME", help="As of then, instead of now: 2026-12-01, 2026-12-01T11:30:00Z.")
@click.option("--strict", is_flag=True, help="A mandatory rule that cannot decide ends with exit code 1, too.")
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Findings that stand there do not count.",
)
@click.option(
    "--write-baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write all findings of today there, for --baseline.",
)
@click.option(
    "--rules-from",
    metavar="REV",
    help="Profile, levels, rules and acceptances come from this git revision; a change to them is a finding.",
)
@click.option(
    "--policy-pack",
    "packs",
    multiple=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Ask this Python policy pack, too; may be repeated.",
)
@click.option("--fix", is_flag=True, help="Print what mends the stack file, as a unified diff.")
@click.option("--write", is_flag=True, help="With --fix: change the stack file.")
@click.option(
    "--set", "overrides", multiple=True, metavar="NAME=VALUE", help="Another value for a variable, in this check only."
)
@click.option("--all-places", "every", is_flag=True, help="Each place of a rule, not only the first ones.")
@click.option("--undecided", "open_ones", is_flag=True, help="Each check that could not be decided, and what it needs.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the report there."
)
@click.pass_obj
def command(project: Project, /, **given: Any) -> int:
    """Ask every rule about STACK, offline: no credentials, no network.

    \b
    ultrastack check prod
    ultrastack check --all --format sarif --output findings.sarif
    ultrastack check --state prod.json
    ultrastack check prod --against prod.json
    ultrastack check prod --fix

    What nobody can decide before `up` is counted, and is no pass. `ultrastack doc RULE` explains a rule.
    """
    asked = _asked(given)
    plans, code = _judged(project, given, asked)
    if given["fix"] and _fix(project, plans, given["write"]):
        plans, code = _judged(project, given, asked)  # as it is now
    if given["write_baseline"] is not None:
        from ultrastack.policies.baseline import write_baseline

        put(write_baseline([p.judgement for p in plans if p.judgement is not None]), given["write_baseline"])
    if given["write"] or not given["fix"]:
        _write(plans, given)
    return max(code, _code(plans, given["fail_on"], given["strict"]))


def _judged(project: Project, given: dict[str, Any], asked: Asked) -> tuple[list[Plan], int]:
    """The plans, and how those end that could not be made."""
    if given["state"] is None:
        return _of_stacks(project, given, asked)
    _refuse_with_state(given)
    return [_of_state(project, given["state"], asked)], 0


def _asked(given: dict[str, Any]) -> Asked:
    from ultrastack.planner.judged import Asked

    from .clock import now

    if given["write"] and not given["fix"]:
        raise click.UsageError("--write only with --fix")
    for option, word in (("--rules-from", given["rules_from"]), ("--profile", given["profile"])):
        if word is not None and not word.strip():  # a shell's variable that is not set must not switch a guard off
            raise click.UsageError(f"{option} names nothing; give it a word, or leave it out")
    return Asked(
        now=now(given["at"]),
        profile=given["profile"],
        rules=given["rules"],
        baseline=given["baseline"],
        rules_from=given["rules_from"] or "",
        packs=given["packs"],
        against=given["against"],
    )


def _refuse_with_state(given: dict[str, Any]) -> None:
    named = {"STACK": given["stacks"], "--all": given["all_stacks"], "--fix": given["fix"], "--set": given["overrides"]}
    for word, used in named.items():
        if used:
            raise click.UsageError(f"--state has its own resources: leave out {word}")


def _of_state(project: Project, file: Path, asked: Asked) -> Plan:
    with progress(f"checking {file.name}"):
        from ultrastack.planner.judged import judged_state
        from ultrastack.planner.state_graph import graph_of_state

        return judged_state(graph_of_state(file), file, project.home, asked)


def _of_stacks(project: Project, given: dict[str, Any], asked: Asked) -> tuple[list[Plan], int]:
    names = tuple(dict.fromkeys(project.stack(word) for word in given["stacks"]))
    if given["all_stacks"]:
        names = names or project.stacks
        names += tuple(name for name in project.examples if given["with_examples"] and name not in names)
    if not names:
        project.stack(None)
    if given["with_examples"] and not given["all_stacks"]:
        raise click.UsageError("--examples only with --all")
    if asked.against is not None and len(names) > 1:
        raise click.UsageError("--against is for one stack")
    if len(names) == 1:
        with progress(f"checking {names[0]}"):
            from ultrastack.planner.judged import judged
            from ultrastack.planner.plan import plan

            made = plan(project.root, names[0], overrides=given["overrides"])
            return [judged(made, root=project.root, asked=asked)], 0
    return _side_by_side(project, names, given, asked)


def _side_by_side(
    project: Project, names: Sequence[str], given: dict[str, Any], asked: Asked
) -> tuple[list[Plan], int]:
    from functools import partial

    from ultrastack.planner.judged import judge_one
    from ultrastack.planner.many import check_overrides, plan_many

    from .outcome import OURS, REFUSED

    finished = 0

    def done(count: int) -> None:
        nonlocal finished
        finished = count

    with progress(lambda: f"checked {finished} of {len(names)} stacks"):
        planner = partial(judge_one, asked=asked)
        made = plan_many(
            project.root, names, overrides=given["overrides"], jobs=given["jobs"] or 0, done=done, planner=planner
        )
        check_overrides(given["overrides"], made)
    code = 0
    for one in made:
        for problem in one.problems:
            click.echo(str(problem), err=True)
        if one.failed:
            click.echo(f"{one.name}: {one.failed}", err=True)
        if one.plan is None:
            click.echo(f"{one.name}: not checked\n", err=True)
            code = max(code, OURS if one.ours else REFUSED)
    return [one.plan for one in made if one.plan is not None], code


def _write(plans: Sequence[Plan], given: dict[str, Any]) -> None:
    form, output = given["form"], given["output"]
    if form == "terminal":
        from ultrastack.report.findings import render

        show(lambda console: render(plans, console, every=given["every"], open_ones=given["open_ones"]), output)
        return
    put(_renderer(form, given["fail_on"])(plans), output)


def _renderer(form: str, fail_on: str) -> Callable[[Sequence[Plan]], str]:
    from functools import partial

    from ultrastack.report import findings_json, findings_markdown, github, junit, sarif

    known: dict[str, Callable[[Sequence[Plan]], str]] = {
        "json": findings_json.render,
        "markdown": findings_markdown.render,
        "sarif": sarif.render,
        "junit": partial(junit.render, fail_on=fail_on),
        "github": github.render,
    }
    return known[form]


def _fix(project: Project, plans: Sequence[Plan], write: bool) -> bool:
    """Shows what can be mended mechanically, as a diff for `git apply`, or mends it; whether a file was written."""
    from ultrastack.planner.mend import mend

    mended = mend(project.root, plans)
    for change in mended:
        if write:
            change.write()
            click.echo(f"wrote {change.file}", err=True)
        else:
            click.echo(change.diff, nl=False)
    if not mended:
        click.echo("nothing here can be mended mechanically", err=True)
    return write and bool(mended)


def _code(plans: Sequence[Plan], fail_on: str, strict: bool) -> int:
    from .outcome import CLEAN, FINDINGS, OURS

    found = [plan.judgement for plan in plans if plan.judgement is not None]
    if any(one.broken for one in found):
        return OURS
    levels = ("mandatory", "advisory") if fail_on == "advisory" else ("mandatory",)
    against = any(f.counts and f.level in levels for one in found for f in one.findings)
    open_ones = strict and any(
        f.verdict == "undecided" and f.level == "mandatory" for one in found for f in one.findings
    )
    return FINDINGS if against or open_ones else CLEAN
