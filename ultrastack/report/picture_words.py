"""What is written at a thing in a picture? Its name and count, its mark as a word, its facts; text without tricks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ultrastack.model.picture import Link, Mark, Node, Picture

from .review_outline import SIGNS

MARKS: Mapping[Mark, str] = {  # with the signs of the changes that they stand for
    "added": f"{SIGNS['create']} added",
    "changed": f"{SIGNS['update']} changed",
    "moved": f"{SIGNS['move']} moved",
    "may be replaced": f"{SIGNS['may replace']} may be replaced",
    "replaced": f"{SIGNS['replace']} replaced",
    "gone": f"{SIGNS['delete']} gone",
}
_PLACES = ("region", "zone", "network", "fabric", "placement")  # said before the name of what stands around others


def plain(text: str, most: int = 0) -> str:
    """On one line, without control and direction marks, cut after `most` characters."""
    said = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return said if not most or len(said) <= most else f"{said[: most - 1].rstrip()}…"


def name(node: Node) -> str:
    """200 x training"""
    said = plain(node.label) or "(no name)"
    return f"{node.count:,} x {said}" if node.count > 1 else said


def around(node: Node) -> str:
    """What is said before the name of a place: zone; "" where the name says it."""
    return node.kind if node.kind in _PLACES and node.kind not in node.label.lower() else ""


def tally(nodes: Iterable[Node]) -> str:
    """2 + added, 1 - gone"""
    found: Counter[Mark] = Counter(one.mark for top in nodes for one in top.walk() if one.mark)
    return ", ".join(f"{found[mark]:,} {said}" for mark, said in MARKS.items() if found[mark])


def apart(picture: Picture) -> tuple[Link, ...]:
    """Links that can be drawn: to what is not around their source or in it, which the picture shows already."""
    lines = {one.key: line for line in _lines(picture.nodes, ()) for one in line[-1:]}
    found = (one for one in picture.links if one.source in lines and one.target in lines)
    return tuple(
        dict.fromkeys(
            one
            for one in found
            if one.target not in {node.key for node in lines[one.source]}
            and one.source not in {node.key for node in lines[one.target]}
        )
    )


def _lines(nodes: Iterable[Node], above: tuple[Node, ...]) -> Iterable[tuple[Node, ...]]:
    """Each node with all that it stands in, the outermost first."""
    for node in nodes:
        yield (*above, node)
        yield from _lines(node.children, (*above, node))
