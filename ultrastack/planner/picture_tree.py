"""How do parts become a tree that can be read, of 1 and of 200 UltraServers? Alike siblings are one node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ultrastack.model.picture import Link, Mark, Node

from .picture_parts import CALLED, DETAIL_WIDTH, DETAILS_MAX, NUMBER, Drawing, Part, natural, pattern, short, span

ALIKE_FROM = 5  # so many alike siblings become one node; machines from 2 on, which nobody tells apart
ALIKE_UNNAMED_FROM = 13  # and so many that have nothing in common but what they are
ORDER = ("cloud", "region", "network", "zone", "fabric", "placement", "domain", "slice", "machines", "endpoint",
         "storage", "other")  # fmt: skip


@dataclass(frozen=True)
class _Built:
    """A node with what decides whether others are alike, and all names that it stands for."""

    node: Node
    part: Part
    labels: tuple[str, ...]
    ids: tuple[tuple[str, str], ...]
    keys: tuple[str, ...]  # of parts that it stands for
    children: tuple[_Built, ...]

    def likeness(self, named: bool = True) -> tuple[object, ...]:
        name = (self.part.family or pattern(self.labels[0])) if named else ""
        words = tuple(word for word, _ in self.ids)
        inner = tuple(one.likeness(named=False) for one in self.children)
        return (self.node.kind, name, self.part.details, self.node.count, self.node.mark, words, inner)


def tree(drawing: Drawing, marks: Mapping[str, Mark] | None = None) -> tuple[tuple[Node, ...], tuple[Link, ...]]:
    """All parts as nodes, with the links between them; `marks` by a part's key, in the picture of a change."""
    standing: dict[str, list[Part]] = {}
    for part in drawing.parts.values():
        standing.setdefault(part.parent, []).append(part)
    built = _siblings(standing, "", marks)
    nodes = tuple(_numbered(one.node for one in built))
    leads = {key: node.key for one, node in zip(built, nodes, strict=True) for key, node in _leads(one, node)}
    ends = ((leads[link.source], leads[link.target], link.label) for link in drawing.links)
    found = dict.fromkeys(Link(*end) for end in ends if end[0] != end[1])
    return nodes, tuple(sorted(found, key=lambda one: (one.source, one.target, one.label)))


def _siblings(
    standing: Mapping[str, Sequence[Part]], parent: str, marks: Mapping[str, Mark] | None
) -> tuple[_Built, ...]:
    built = [_one(part, _siblings(standing, part.key, marks), marks or {}) for part in standing.get(parent, ())]
    few: list[_Built] = []
    found: list[_Built] = []
    for group in _grouped(built, named=True):
        around = marks is not None and not group[0].node.mark  # of what does not change, one node says enough
        least = 2 if group[0].node.kind == "machines" or around else ALIKE_FROM
        if len(group) >= least and group[0].node.kind not in ("cloud", "region", "network", "zone"):
            found.append(_merged(group, parent))
        else:
            few += group
    for group in _grouped(few, named=False):
        if len(group) >= ALIKE_UNNAMED_FROM and group[0].node.kind not in ("cloud", "region"):
            found.append(_merged(group, parent))
        else:
            found += group
    return tuple(sorted(found, key=_order))


def _grouped(built: Iterable[_Built], named: bool) -> Iterable[list[_Built]]:
    groups: dict[tuple[object, ...], list[_Built]] = {}
    for one in built:
        groups.setdefault(one.likeness(named), []).append(one)
    return groups.values()


def _one(part: Part, children: tuple[_Built, ...], marks: Mapping[str, Mark]) -> _Built:
    details = _details(part.details, part.ids)
    mark = marks.get(part.key, "")
    label = short(part.label, DETAIL_WIDTH)
    node = Node(part.key, part.kind, label, details, 1, mark, tuple(one.node for one in children))
    return _Built(node, part, (part.label,), part.ids, (part.key,), children)


def _merged(group: Sequence[_Built], parent: str, inner: bool = False) -> _Built:
    """Several alike ones. What is inside them is shown once, as of each of them."""
    group = sorted(group, key=lambda one: natural(one.node.label))
    first = group[0]
    labels = tuple(label for one in group for label in one.labels)
    ids = tuple(dict.fromkeys(pair for one in group for pair in one.ids))
    family = first.part.family
    key = f"{parent}/{first.node.kind}/{family or pattern(first.labels[0])}"
    key += f"/{first.node.mark}" if first.node.mark else ""
    told = bool(ids) or inner  # which ones they are is said beside the name, or above it
    children = tuple(_merged_inside([one.children[i] for one in group], key, i) for i in range(len(first.children)))
    node = Node(
        key,
        first.node.kind,
        (told and _masked(labels)) or _label(labels),
        _details(first.part.details, ids),
        sum(one.node.count for one in group),
        first.node.mark,
        tuple(one.node for one in children),
    )
    return _Built(node, first.part, labels, ids, tuple(key for one in group for key in one.keys), children)


def _merged_inside(same: Sequence[_Built], parent: str, position: int) -> _Built:
    """One of each of the alike ones: as many as there are in one of them."""
    merged = _merged(same, f"{parent}/{position}", inner=True)
    return replace(merged, node=replace(merged.node, count=same[0].node.count))


def _details(details: Sequence[str], ids: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    words: dict[str, list[str]] = {}
    for word, name in ids:
        words.setdefault(word, []).append(name)
    said = [f"{word}{'s' * (len(names) > 1)} {span(names)}" for word, names in words.items() if word != CALLED]
    if names := words.get(CALLED):
        said.append(f"{CALLED} {_masked(names) or span(names)}")
    return tuple(short(one, DETAIL_WIDTH) for one in [*details[: DETAILS_MAX - len(said)], *said][:DETAILS_MAX])


def _masked(labels: Sequence[str]) -> str:
    """training-*-node-*: the numbers in which they differ; "" where they differ in more."""
    names = list(dict.fromkeys(labels))
    if len({pattern(name) for name in names}) > 1:
        return ""
    words = [NUMBER.split(name) for name in names]
    same = "".join(these[0] if len(set(these)) == 1 else "*" for these in zip(*words, strict=True))
    return short(same, DETAIL_WIDTH)


def _label(labels: Sequence[str]) -> str:
    """node-0 … 3"""
    names = sorted(set(labels), key=natural)
    first, last = names[0], names[-1]
    if first == last:
        return short(first, DETAIL_WIDTH)
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    cut = max(first.rfind(sign, 0, same) for sign in "-_./ ") + 1
    return f"{short(first, DETAIL_WIDTH // 2 + 10)} … {short(last[cut:], DETAIL_WIDTH // 2 - 13)}"


def _order(one: _Built) -> tuple[object, ...]:
    return ORDER.index(one.node.kind), natural(one.node.label), one.node.key


def _numbered(nodes: Iterable[Node], seen: dict[str, int] | None = None) -> Iterator[Node]:
    """Two groups that only differ in their details get keys of their own."""
    seen = {} if seen is None else seen
    for node in nodes:
        seen[node.key] = seen.get(node.key, 0) + 1
        again = seen[node.key]
        key = node.key if again == 1 else f"{node.key}/{again}"
        yield replace(node, key=key, children=tuple(_numbered(node.children, seen)))


def _leads(built: _Built, node: Node) -> Iterator[tuple[str, Node]]:
    """Every part's key, and the node that shows it."""
    for key in built.keys:
        yield key, node
    for inner, child in zip(built.children, node.children, strict=True):
        yield from _leads(inner, child)
