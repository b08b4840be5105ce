"""ultrastack doc: what is this word, what does it take, and what does its use look like?"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

import click

from ultrastack.model.place import printable

from . import page
from .command import Command
from .group import unknown
from .progress import progress
from .project import Project
from .words import KINDS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    project = Project.find(ctx.params.get("project"))
    words = {w for kind in EXPLAINED for w in KINDS[kind](project)}
    return [CompletionItem(w) for w in sorted(words) if w.startswith(incomplete)]


@click.command("doc", cls=Command, short_help="Explain a component, keyword, filter, function, machine or slice.")
@click.argument("words", nargs=-1, required=True, metavar="WORD", shell_complete=_complete)
@click.pass_obj
def command(project: Project, words: tuple[str, ...]) -> None:
    """Explain WORD: a component, keyword, filter, function, rule, machine or TPU slice; or list a family of these.

    \b
    ultrastack doc aws.fsx_lustre
    ultrastack doc loop
    ultrastack doc trn2.48xlarge
    ultrastack doc v6e-256
    ultrastack doc p5en
    ultrastack doc storage.lustre_one_subnet
    """
    word = words[1] if len(words) == 2 and words[0] == "rule" else words[0]
    if len(words) > 1 and word is words[0]:
        raise click.UsageError(f"one word at a time: ultrastack doc {words[0]}")
    known = {kind: KINDS[kind](project) for kind in EXPLAINED}
    found = [kind for kind, table in known.items() if word in table]
    if not found:
        if family := _family(word, known):
            page.paragraph(f"{word} is a family; `ultrastack doc` explains each of it.")
            page.table(family, indent=2)
            return
        every = tuple(w for table in known.values() for w in table)
        from ultrastack.catalog import tpu_generations

        if word in tpu_generations():
            raise click.UsageError(f"no slice shape of {word} is known; `ultrastack catalog` shows what is.")
        raise click.UsageError(unknown("word", word, every) if len(every) < 20 else _not_found(word, every))
    for i, kind in enumerate(found):
        if i:
            click.echo()
        EXPLAINED[kind](project, word)


def _family(word: str, known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What is of this family: trn2, v6e, as `ultrastack catalog` names them."""
    dotted = {**known["machines"], **known["rules"]}
    members = {name: said for name, said in dotted.items() if name.partition(".")[0] == word}
    return members or {name: said for name, said in known["slices"].items() if said.partition(" ")[0] == word}


def _not_found(word: str, words: tuple[str, ...]) -> str:
    """The list of all words is too long for an error. A word that contains what was typed is nearer than any other."""
    import difflib

    near = [w for w in words if w.endswith(f".{word}")] or sorted((w for w in words if _contains(w, word)), key=len)[:3]
    near = near or difflib.get_close_matches(word, words, n=3, cutoff=0.5)
    meant = f"; did you mean {' or '.join(repr(w) for w in near)}?" if near else "."
    return f"no word '{word}'{meant} `ultrastack list` shows what there is."


def _contains(name: str, word: str) -> bool:
    """A rule's id is a sentence: only whole words of it are meant."""
    return f"_{word}_" in f"_{name.replace('.', '_')}_" if name.count("_") > 1 else word in name


# ---- one function per kind


def component(project: Project, word: str) -> None:
    from ultrastack.language.finder import BrokenComponent, find_components
    from ultrastack.language.planned import OF_STEP

    from .arguments import rows
    from .examples import use_of

    entry = find_components(project.home)[word]
    try:
        with progress(f"loading {word}"):
            cls = entry.load()
    except BrokenComponent as e:
        raise click.UsageError(f"{word} cannot be loaded from {entry.file}: {e}") from None
    click.secho(word, bold=True)
    page.paragraph(KINDS["components"](project)[word])
    page.title("Arguments")
    for argument in rows(cls.Args.model_json_schema()):
        if argument.path.partition(".")[0] in OF_STEP:
            continue
        said = argument.type + (
            ", required" if argument.required else f", default {argument.default}" * bool(argument.default)
        )
        click.echo(f"  {click.style(argument.path, bold=True)}  {said}")
        page.paragraph(argument.sentence, indent=6)
    own = [word for word in OF_STEP if word in cls.Args.model_fields]
    page.paragraph(f"Beside the component, on the step: {', '.join(own)}.", indent=2)
    page.title("Outputs, for later steps through `register`")
    page.table(
        {
            name: o.description + (f" A {o.kind}." if o.kind in ("list", "mapping") else "")
            for name, o in cls.declared_outputs().items()
        }
    )
    if cls.roles:
        page.title("Children, for `options.children` by role")
        page.table(cls.roles)
    if example := use_of(project.home, word):
        page.title(f"Example, {example.where}")
        click.echo(example.text)


def keyword(project: Project, word: str) -> None:
    from ultrastack.language.keywords import STEP, TOP

    for place, table in (("at the top of a stack file", TOP), ("in a step", STEP)):
        if word not in table:
            continue
        one = table[word]
        click.secho(f"{word}  (keyword {place})", bold=True)
        page.paragraph(one.sentence)
        expression = "expressions are allowed" if one.computed else "taken as written, no expression"
        page.paragraph(f"takes: {one.takes}; {expression}")
        click.echo(f"example:\n  {one.example}")


def filter_(project: Project, word: str) -> None:
    from ultrastack.language.filters import FILTERS

    _entry("filter", FILTERS[word])


def function(project: Project, word: str) -> None:
    from ultrastack.language.functions import FUNCTIONS, HANDED

    _entry("function", {**FUNCTIONS, **HANDED}[word])


def _entry(what: str, entry: Any) -> None:
    click.secho(f"{entry.name}  ({what})", bold=True)
    page.paragraph(entry.about)
    if entry.parameters and entry.result is not ...:
        click.echo(f"arguments: {', '.join(entry.parameters)}")
    click.echo(f"example:\n  {{{{ {entry.example} }}}}")
    if entry.result is not ...:  # what the cloud or the config knows has no example's result
        click.echo(f"gives:\n  {json.dumps(entry.result, ensure_ascii=False, default=str)}")


def rule(project: Project, word: str) -> None:
    from ultrastack.planner.rules import load_rules
    from ultrastack.policies.levels import levels_in

    known = load_rules(project.home)
    found = next(one for one in known.rules if one.id == word)
    click.secho(f"{word}  (rule)", bold=True)
    page.paragraph(f"{found.title[:1].upper()}{found.title[1:]}.")
    page.title("Why")
    page.paragraph(found.why, indent=2)
    page.title("Fix")
    page.paragraph(found.fix, indent=2)
    page.title("Level")
    page.table({name: levels_in(known.profiles, name, known.rules)[word] for name in known.profiles})
    page.title("Evidence")
    for one in found.references:
        click.echo(f"  {printable(one)}")
    page.title("To accept it, on the step or at the top of the stack file")
    click.echo(f"  accept: [{{rule: {word}, reason: why, owner: who, until: 2027-01-31}}]")


def machine(project: Project, word: str) -> None:
    from ultrastack.catalog import machines, use_local_rows

    use_local_rows(project.home)
    row = machines()[word]
    of_others = [f.name for f in dataclasses.fields(row) if "neuron" in f.name] if row.vendor == "nvidia" else []
    _row(f"{word}  (machine)", row, (*of_others, *(["efa_version"] if not row.efa_interfaces else [])))
    click.echo(f"in a stack file:\n  {{{{ machine('{word}').efa_interfaces }}}}")


def slice_(project: Project, word: str) -> None:
    from ultrastack.catalog import tpu_slice_of, use_local_rows

    use_local_rows(project.home)
    row = tpu_slice_of(word)
    of_tori = ("cubes", "twistable", "on_page", "schedulable") if row.topology.count("x") == 1 else ()
    _row(f"{word}  (TPU slice)", row, of_tori)
    click.echo(f"in a stack file:\n  gcp.tpu_slice: {{generation: {row.generation}, topology: {row.topology}, ...}}")


def _row(title: str, row: Any, of_others: Collection[str] = ()) -> None:
    """A row of the catalogue, with how sure it is of what; without empty columns that only others can fill."""
    click.secho(title, bold=True)
    told = ("name", "accelerator_type", "common_name", "source", "as_of", "confidence", "less_sure", "note")
    left_out = {*told, *(name for name in of_others if getattr(row, name) is None)}
    known = {f.name: _cell(getattr(row, f.name)) for f in dataclasses.fields(row) if f.name not in left_out}
    for less in getattr(row, "less_sure", ()):
        column, _, how = less.partition("=")
        known[column] = f"{known.get(column, '')} ({how})"
    page.table(known)
    if row.note:
        page.paragraph(row.note, indent=2)
    page.paragraph(f"{row.confidence}, as of {row.as_of}: {row.source}", indent=2)


def _cell(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,g}"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)


EXPLAINED: Mapping[str, Callable[[Project, str], None]] = {
    "components": component,
    "keywords": keyword,
    "filters": filter_,
    "functions": function,
    "rules": rule,
    "machines": machine,
    "slices": slice_,
}
