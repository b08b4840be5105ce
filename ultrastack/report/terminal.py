"""How does a plan look in a terminal, and in a pipe? Words carry everything; colour only repeats them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from ultrastack.model.finding import Judgement
from ultrastack.model.graph import UNKNOWN, Graph, Resource, Unknown
from ultrastack.model.place import printable
from ultrastack.model.plan import Action, Plan, action
from ultrastack.model.step import Step

from . import before_up, findings, findings_outline
from .outline import Input, Row, Section, sections
from .page import Page
from .values import LONGEST_ASKED, leaves, short, sources_of, words
from .verdict import as_pulumi_counts, listing, many, verdict

SIGNS: dict[Action | None, str] = {"create": "+", "import": "=", "read": ">", None: "+"}  # as Pulumi's own
KEY = {"+": "would be created", "=": "exists, would be taken over", ">": "exists, only read"}
FEW_LINES = 3  # of a step's known arguments, and as many of unknown ones
NAME_COLUMN = 44  # a longer name pushes its type to the right


def render(plan: Plan, console: Console, every: bool = False) -> None:
    """Verdict first. `every`: each resource by itself, with all its inputs; so for steps that were asked for, too."""
    page = Page(console)
    every = every or bool(plan.selected)
    found = sections(plan, every)
    shared = _shared_tags(found)

    page.line(verdict(plan), style="bold")
    page.line(printable(plan.description))
    if plan.judgement is not None:
        page.line(f"rules: {findings_outline.verdict(plan.judgement)}", style=_worst(plan.judgement))
    for text in (as_pulumi_counts(plan) * bool(plan.graph.resources), _looked_at(plan)):
        page.line(text, style="dim")
    page.blank()
    page.line(_targets(plan.graph), style="dim")
    page.line(_key(found, every), style="dim")
    if shared:
        page.line("tags of every step: " + ", ".join(f"{k}={v}" for k, v in shared.items()), style="dim")

    for section in found:
        page.blank()
        _section(page, section, every, shared)
    _left_out(page, [s for s in plan.graph.steps if s.left_out and (not plan.selected or s.name in plan.selected)])
    if not plan.selected:
        _exports(page, plan.graph)
    _findings(page, plan)
    _messages(page, plan.graph)
    findings.notes(page, plan.notes)
    page.show()


def _looked_at(plan: Plan) -> str:
    checked = f"checked: {listing(list(plan.checked))}" if plan.checked else ""
    missing = f"not looked at: {listing(list(plan.not_checked))}" if plan.not_checked else ""
    return "; ".join(filter(None, (checked, missing)))


def _targets(graph: Graph) -> str:
    """Where it would all be: the explicit providers and their regions or projects."""
    said = []
    for r in graph.resources:
        if r.kind == "provider" and r.type != "pulumi:providers:pulumi":  # reads other stacks, is nowhere
            where = [words(r.inputs[k]) for k in ("project", "region", "zone") if k in r.inputs]
            said.append(" ".join([printable(r.name), *where]))
    return "into: " + ", ".join(said) if said else ""


def _key(found: list[Section], every: bool) -> str:
    """Only the signs that are used."""
    used = {SIGNS[action(row.first)] for section in found for row in section.rows}
    parts = [f"{sign} {meaning}" for sign, meaning in KEY.items() if sign in used]
    if not every and any(len(row.resources) > 1 for section in found for row in section.rows):
        parts.append("a … b: alike")
    if parts and not every:
        parts.append("--step NAME or --values: every value")
    return "key: " + "   ".join(parts) if parts else ""


def _shared_tags(found: list[Section]) -> dict[str, str]:
    tagged = [s.tags for s in found if s.tags]
    if len(tagged) < 2:
        return {}
    return {k: v for k, v in tagged[0].items() if all(t.get(k) == v for t in tagged)}


def _section(page: Page, section: Section, every: bool, shared: dict[str, str]) -> None:
    if section.step:
        head = Text.assemble(
            (printable(section.step.name), "bold cyan"), "  ", printable(section.step.component), "  "
        ).append(str(section.step.place), "dim")
    else:
        head = Text.assemble(("made by the program itself", "bold cyan"))
    head.append(f"  {many(section.size, 'resource')}", "dim")
    common = set(_options(section.top)) if section.top else set()
    page.line(head.append("".join(f"  {said}" for said in _options(section.top)) if section.top else ""))
    # the tag `component` says what stands in the line above
    if own := {k: v for k, v in section.tags.items() if shared.get(k) != v and (every or k != "component")}:
        page.line("tags: " + ", ".join(f"{k}={v}" for k, v in own.items()), indent=2, style="dim")
    if every:
        for one in section.arguments:
            page.line(_input(one.path, one), indent=2)
    else:
        _few(page, [_input(one.path, one) for one in section.arguments if not one.unknown], 2, ",")
        _few(page, list(_unknown([one for one in section.arguments if one.unknown])), 2, ";")
    column = min(NAME_COLUMN, max((len(row.name) + 2 * row.depth for row in section.rows), default=0))
    for row in section.rows:
        _row(page, row, column, common)
        inputs, indent = row.inputs, 6 + 2 * row.depth
        if every:
            for one in inputs:
                page.line(_input(one.path, one), indent)
            continue
        if section.top:  # its arguments have told what there is to tell, but for differences among alike children
            inputs = tuple(one for one in inputs if one.differs)
        _few(page, [_input(short(one.path), one) for one in inputs if not one.unknown], indent, ",")
        _few(page, list(_unknown([one for one in inputs if one.unknown])), indent, ";")


def _row(page: Page, row: Row, column: int, said_above: set[str]) -> None:
    indent = 2 + 2 * row.depth
    times = f"{len(row.resources)} x " if len(row.resources) > 1 else ""
    name = Text.assemble((SIGNS[action(row.first)], "green"), " ", (row.name, "bold"))
    what = Text.assemble(times, (printable(row.first.type), "" if times else "dim"))
    what.append("".join(f"  {said}" for said in _options(row.first) if said not in said_above))
    gap = max(0, column - len(row.name) - 2 * row.depth) + 2
    if indent + len(name) + gap + len(what) <= page.width:
        page.line(name.append(" " * gap).append(what), indent)
    else:
        page.line(name, indent)
        page.line(what, indent + 4)


def _few(page: Page, parts: list[Text], indent: int, between: str) -> None:
    """As many as fit into a few lines, then how many more there are; at least one. A part is not torn if it fits."""
    room = max(20, page.width - indent)
    for shown in range(len(parts), 0, -1):
        more = len(parts) - shown
        told = [*parts[:shown], *([Text(f"and {more} more", "dim")] if more else [])]
        lines = _packed(told, between, room)
        if shown == 1 or sum(-(-len(line) // room) for line in lines) <= FEW_LINES:
            for line in lines:
                page.line(line, indent, hang=2)
            return


def _packed(parts: list[Text], between: str, room: int) -> list[Text]:
    lines: list[Text] = []
    for i, part in enumerate(parts):
        said = part + Text(between) if i + 1 < len(parts) else part
        if lines and len(lines[-1]) + 1 + len(said) <= room:
            lines[-1] = lines[-1] + Text(" ") + said
        else:
            lines.append(said)
    return lines


def _input(name: str, one: Input) -> Text:
    text = Text.assemble((f"{printable(name)}: ", "dim"))
    if one.words.startswith("[secret]"):
        return text.append(one.words, "magenta")
    return text.append(one.words, "yellow" if one.unknown else "")


def _unknown(inputs: list[Input]) -> Iterator[Text]:
    """Those that wait for the same thing together: subnetId and vpcId: unknown until net-vpc exists."""
    together: dict[str, list[str]] = {}
    for one in inputs:
        together.setdefault(one.words, []).append(printable(one.path))
    for said, paths in together.items():
        shown = paths if len(paths) <= 3 else [*paths[:2], f"{len(paths) - 2} more"]
        yield _input(listing(shown), Input("", said, unknown=True))


def _options(resource: Resource) -> Iterator[str]:
    """What the user asked of the engine, in words."""
    options = resource.options
    if options.protect:
        yield "protected"
    if options.retain_on_delete:
        yield "kept on delete"
    if options.import_id:
        yield f"takes over {printable(options.import_id)}"
    if resource.id:
        yield f"reads {printable(resource.id)}"


def _left_out(page: Page, steps: list[Step]) -> None:
    if steps:
        page.title("left out")
    for step in steps:
        text = Text.assemble("- ", (printable(step.name), "bold"), "  ", printable(step.component), "  ")
        text.append(str(step.place), "dim").append(f"  {printable(step.left_out)}")
        page.line(text, 2)


def _exports(page: Page, graph: Graph) -> None:
    if not graph.outputs:
        return
    page.title("exports")
    stack = next((r for r in graph.resources if r.kind == "stack"), None)
    for name in sorted(graph.outputs):
        below = list(leaves({name: graph.outputs[name]}))
        sources = [s for path, _ in below for s in (sources_of(stack, path, graph) if stack else ())]
        if len(below) > 1 and all(isinstance(v, Unknown) for _, v in below):
            said = f"{len(below)} values, {words(UNKNOWN, tuple(dict.fromkeys(sources)))}"
            page.line(_input(name, Input(name, said, unknown=True)), 2)
            continue
        for path, value in below:
            said = words(value, sources_of(stack, path, graph) if stack else (), LONGEST_ASKED)
            page.line(_input(path, Input(path, said, unknown=isinstance(value, Unknown))), 2)


def _worst(judgement: Judgement) -> str:
    return "red" if judgement.at("mandatory") or judgement.broken else "yellow" if judgement.at("advisory") else "green"


def _findings(page: Page, plan: Plan) -> None:
    """What the rules say of the steps that are shown, and what to look at before `up`."""
    if plan.judgement is None:
        return
    said = plan.judgement
    if plan.selected:
        said = replace(said, findings=tuple(f for f in said.findings if f.step in plan.selected))
    if said.findings or not plan.selected:
        page.title(f"rules: {findings_outline.verdict(said)}")
        page.line(printable(findings_outline.judged_by(said)), 2, style="dim")
        page.line(printable(findings_outline.coverage(said)), 2, style="dim")
        findings.section(page, said)
    if not plan.selected:
        before_up.section(page, plan.before_up)


def _messages(page: Page, graph: Graph) -> None:
    if graph.messages:
        page.title("the program said")
    for message in graph.messages:
        page.line(f"{message.severity}: {printable(message.text.strip())}", 2)
