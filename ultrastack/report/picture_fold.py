"""How does a large picture become a small one? So many of alike neighbours, so deep; what is left out is counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ultrastack.model.picture import Link, Node, Picture

from .picture_words import tally


@dataclass
class _Folding:
    most: int
    deep: int
    shown_as: dict[str, str] = field(default_factory=dict)  # a key -> that of the node which stands for it now


def folded(picture: Picture, most: int, deep: int) -> Picture:
    """At most `most` neighbours of each kind in one place, and what stands more than `deep` levels down only counted.

    What has a mark is shown before what has none. Links go to what stands for their ends.
    """
    folding = _Folding(most, deep)
    nodes = tuple(_neighbours(picture.nodes, "", 1, folding))
    at = folding.shown_as
    links = dict.fromkeys(
        replace(one, source=at[one.source], target=at[one.target])
        for one in picture.links
        if one.source in at and one.target in at
    )
    return Picture(nodes, tuple(one for one in _one_label(links) if one.source != one.target), picture.left_out)


def _one_label(links: dict[Link, None]) -> Iterator[Link]:
    """Of links between the same two only one: its label, or none if they differ."""
    labels: dict[tuple[str, str], dict[str, None]] = {}
    for one in links:
        labels.setdefault((one.source, one.target), {})[one.label] = None
    for (source, target), said in labels.items():
        yield Link(source, target, " · ".join(label for label in said if label) if len(said) <= 2 else "")


def _neighbours(nodes: Sequence[Node], parent: str, level: int, folding: _Folding) -> Iterator[Node]:
    shown = _shown(nodes, folding.most)
    hidden = [node for i, node in enumerate(nodes) if i not in shown]
    for node in (node for i, node in enumerate(nodes) if i in shown):
        folding.shown_as[node.key] = node.key
        if level < folding.deep:
            yield replace(node, children=tuple(_neighbours(node.children, node.key, level + 1, folding)))
        else:
            yield _closed(node, folding)
    if hidden:
        yield _more(hidden, parent, folding)


def _shown(nodes: Sequence[Node], most: int) -> set[int]:
    """Which of them: so many of each kind, those with a mark in them first, the others as they come."""
    order = sorted(range(len(nodes)), key=lambda i: not any(one.mark for one in nodes[i].walk()))
    kinds: dict[str, list[int]] = {}
    for i in order:
        kinds.setdefault(nodes[i].kind, []).append(i)
    # One more than allowed is shown: "and 1 more" takes the same room.
    return {i for group in kinds.values() for i in (group if len(group) <= most + 1 else group[:most])}


def _closed(node: Node, folding: _Folding) -> Node:
    if not node.children:
        return node
    inside = [one for child in node.children for one in child.walk()]
    folding.shown_as.update((one.key, node.key) for one in inside)
    return replace(node, details=(*node.details, _and(f"{_count(inside):,} inside", inside)), children=())


def _more(hidden: Sequence[Node], parent: str, folding: _Folding) -> Node:
    key = f"{parent}/more"
    folding.shown_as.update((one.key, key) for node in hidden for one in node.walk())
    marks = tally(hidden)
    return Node(key, "other", f"… and {_count(hidden):,} more", (marks,) if marks else ())


def _and(said: str, nodes: Sequence[Node]) -> str:
    marks = tally(replace(one, children=()) for one in nodes)
    return f"{said}: {marks}" if marks else said


def _count(nodes: Sequence[Node]) -> int:
    return sum(one.count for one in nodes)
