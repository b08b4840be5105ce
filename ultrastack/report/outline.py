"""Which rows does a report show? The plan's resources by step, with alike siblings as one row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from ultrastack.model.graph import Graph, Resource, Secret, Unknown, Value
from ultrastack.model.plan import Plan, action
from ultrastack.model.step import Step

from .values import LONGEST, LONGEST_ASKED, is_tags, leaves, name_in, sources_of, words

ALIKE_FROM = 3  # so many siblings that differ only in the numbers of their names become one row

# Inputs that say most about a resource, in this order: what it is, how large, where, for whom. A matter of taste, not
# of fact: an input that no pattern names is shown after these, and `--values` shows every one.
TELLING = [
    re.compile(p, re.IGNORECASE)
    for p in (
        r"(instance|machine|accelerator|deployment|storage|runtime|endpoint)_?types?$|^image|imageid$|^ami$",
        r"^generation$|topology|^slices$|^purchase$|^plane$|^amount$",
        r"capacity(_?gib)?$|throughput|volumesize|volumetype|^(min|max)(_?size)?$|desired|count$|^cidr|interfaces$",
        r"zone|^region|servicename|policyarn|reservation|path$|strategy|^(ids?|start|starts_at|ends_at|stop|teardown_at)$",
        r"port$",
        r"protocol$|ipv[46]$|prefixlist|days$|algorithm|versioning|status$",
        r"name$|description$",
    )
]


@dataclass(frozen=True)
class Input:
    """One input of a row; of alike resources, with all the values they have."""

    path: str
    words: str
    unknown: bool = False
    differs: bool = False  # among the alike resources of one row


@dataclass(frozen=True)
class Row:
    """One resource, or several alike ones."""

    depth: int
    resources: tuple[Resource, ...]
    inputs: tuple[Input, ...]  # the most telling first

    @property
    def first(self) -> Resource:
        return self.resources[0]

    @property
    def name(self) -> str:
        names = [name_in(r.urn) for r in self.resources]
        return names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"


@dataclass(frozen=True)
class Section:
    """One step and what it makes; without a step: what the program makes by itself."""

    step: Step | None
    top: Resource | None  # the step's component
    arguments: tuple[Input, ...]  # of the component, the most telling first
    rows: tuple[Row, ...]
    tags: dict[str, str]

    @property
    def size(self) -> int:
        return sum(action(r) is not None for row in self.rows for r in row.resources)


def sections(plan: Plan, every: bool = False) -> list[Section]:
    """In the order of the stack file; `every`: each resource has a row of its own."""
    found = []
    tops: dict[str, list[Resource]] = {}
    for r in plan.shown():
        parent = plan.graph.by_urn.get(r.parent)
        if r.kind not in ("stack", "provider") and (parent is None or parent.kind == "stack" or parent.step != r.step):
            tops.setdefault(r.step, []).append(r)
    known = {s.name: s for s in plan.graph.steps}
    for name, resources in sorted(tops.items(), key=lambda kv: list(known).index(kv[0]) if kv[0] in known else -1):
        step = known.get(name)
        top = resources[0] if step and len(resources) == 1 and resources[0].kind == "component" else None
        shown = plan.graph.children.get(top.urn, ()) if top else resources
        arguments = tuple(_inputs(plan.graph, [top], False, every)) if top else ()
        found.append(Section(step, top, arguments, tuple(_rows(plan.graph, shown, 0, every)), _tags(top)))
    return found


def _rows(graph: Graph, siblings: Sequence[Resource], depth: int, every: bool) -> Iterator[Row]:
    alike: dict[tuple[str, ...], list[Resource]] = {}
    for r in _needed_first(siblings):
        alone = every or r.urn in graph.children
        key = (r.urn,) if alone else (r.type, r.kind, re.sub(r"\d+", "#", r.name))
        alike.setdefault(key, []).append(r)
    for group in alike.values():
        for some in [group] if len(group) >= ALIKE_FROM else [[r] for r in group]:
            yield Row(depth, tuple(some), tuple(_inputs(graph, some, every, every)))
            yield from _rows(graph, graph.children.get(some[0].urn, ()), depth + 1, every)


def _needed_first(siblings: Sequence[Resource]) -> list[Resource]:
    """What others need stands before them; otherwise the graph's order is kept."""
    among = {r.urn: r for r in siblings}
    sorter = TopologicalSorter({r.urn: [d for d in r.dependencies if d in among] for r in siblings})
    try:
        sorter.prepare()
    except CycleError:  # no engine would accept it; a report still shows it
        return list(siblings)
    ordered: list[Resource] = []
    while sorter.is_active():
        ready = set(sorter.get_ready())
        ordered += [r for urn, r in among.items() if urn in ready] if len(ready) > 1 else [among[u] for u in ready]
        sorter.done(*ready)
    return ordered


def _inputs(graph: Graph, resources: Sequence[Resource], tags: bool, whole: bool) -> Iterator[Input]:
    """The most telling first; known before unknown; tags only on demand: a step's are the same on all its resources."""
    by_path: dict[str, list[tuple[Resource, Value]]] = {}
    for r in resources:
        for path, value in leaves(r.inputs):
            if tags or not is_tags(path):
                by_path.setdefault(path, []).append((r, value))
    longest = LONGEST_ASKED if whole else LONGEST
    said = [_input(graph, path, given, len(resources), longest) for path, given in by_path.items()]
    yield from sorted(said, key=_rank)


def _input(graph: Graph, path: str, given: list[tuple[Resource, Value]], of: int, longest: int) -> Input:
    unknown = all(isinstance(v, Unknown) or isinstance(v, Secret) and not v.known for _, v in given)
    if unknown:
        sources = tuple(dict.fromkeys(s for r, _ in given for s in sources_of(r, path, graph)))
        return Input(path, words(given[0][1], sources), unknown=True)
    texts = [words(v, sources_of(r, path, graph), longest) for r, v in given]
    kinds = {t: texts.count(t) for t in texts}
    if len(kinds) == 1 and len(texts) == of:
        return Input(path, texts[0])
    if len(kinds) > 3 or len(kinds) == len(texts):
        return Input(path, f"{texts[0]} … {texts[-1]} ({len(kinds)} values)", differs=True)
    return Input(path, " / ".join(f"{t} ({n} x)" for t, n in kinds.items()), differs=True)


def _rank(one: Input) -> tuple[bool, bool, int, int, str]:
    last = one.path.split(".")[-1]
    rank = next((i for i, p in enumerate(TELLING) if p.search(last)), len(TELLING))
    empty = one.words in ("false", "none", "null", '""')
    return one.unknown, empty or is_tags(one.path), rank, one.path.count(".") + one.path.count("["), one.path


def _tags(top: Resource | None) -> dict[str, str]:
    tags = top.inputs.get("tags") if top else None
    return {k: words(v) for k, v in sorted(tags.items())} if isinstance(tags, dict) else {}
