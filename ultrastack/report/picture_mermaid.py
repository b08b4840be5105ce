"""How does a picture become a Mermaid flowchart that GitHub draws? Places around things, folded until it fits.

Mermaid itself refuses more than 50,000 characters (`maxTextSize`) or 500 links (`maxEdges`), and a text cannot change
that: https://mermaid.js.org/config/schema-docs/config.html. In its security level `strict`, the default, a label has no
markup and nothing can be clicked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ultrastack.model.picture import Mark, Node, NodeKind, Picture

from . import picture_words as words
from .picture_fold import folded

LIMIT = 12_000  # characters; a comment of GitHub has 65,536 for everything
MOST_CHARACTERS = 50_000
DRAWN_NODES, DRAWN_LINKS = 60, 30  # a taste: beyond, the drawing is too small to be read in the column of a comment
TITLE_WIDTH, LINE_WIDTH, LINK_WIDTH = 40, 48, 32  # characters
DETAILS = 4

_SHAPES: Mapping[NodeKind, tuple[str, str]] = {
    "domain": ("[[", "]]"),
    "slice": ("{{", "}}"),
    "storage": ("[(", ")]"),
    "endpoint": ("([", "])"),
    "other": ("(", ")"),
}
# Fill, border and text are all set, so that GitHub's light and dark schemes both show the same; the line of a mark is
# different, too, not only its colour.
CLASSES: Mapping[str, str] = {
    "place": "fill:#f6f8fa,stroke:#6e7781,color:#1f2328",
    "thing": "fill:#ffffff,stroke:#57606a,color:#1f2328",
    "more": "fill:#f6f8fa,stroke:#6e7781,color:#424a53,stroke-dasharray:2 3",
    "added": "fill:#dafbe1,stroke:#1a7f37,color:#0a3d1a,stroke-width:3px",
    "changed": "fill:#ddf4ff,stroke:#0969da,color:#0a3069,stroke-width:2px",
    "moved": "fill:#eef1f4,stroke:#57606a,color:#1f2328,stroke-dasharray:1 3",
    "maybe": "fill:#fff8c5,stroke:#9a6700,color:#4d2d00,stroke-width:2px,stroke-dasharray:8 3 2 3",
    "replaced": "fill:#fff1e5,stroke:#bc4c00,color:#5c2200,stroke-width:3px,stroke-dasharray:10 3",
    "gone": "fill:#ffebe9,stroke:#cf222e,color:#82071e,stroke-width:2px,stroke-dasharray:4 4",
}
# Without, the name of a group stands on the border of the one in it. A text may ask for this much.
_ROOM_FOR_TITLES = '%%{init: {"flowchart": {"subGraphTitleMargin": {"top": 4, "bottom": 12}}}}%%'
LINK = "stroke:#6e7781"  # seen on the light ground of places, and on both of GitHub's
ABREAST: Mapping[NodeKind, int] = {"cloud": 1, "region": 1}  # alike neighbours; of all others:
OTHERS_ABREAST = 3
_BROKEN = ("$$", ":fa-")  # formulas and icons: Mermaid looks for these two after it has read what is written as numbers
_OF_MARK: Mapping[Mark, str] = {"may be replaced": "maybe"}
_FOLDINGS = [(deep, most) for deep in (99, 6, 5, 4, 3, 2, 1) for most in (12, 6, 3, 1)]


def render(picture: Picture, limit: int = LIMIT) -> str:
    """The text of the diagram, never longer than `limit`; "" where not even a word of it fits."""
    room = min(limit, MOST_CHARACTERS)
    for deep, most in _FOLDINGS:
        small = folded(picture, most, deep)
        if len(words.apart(small)) <= DRAWN_LINKS and sum(1 for _ in small.walk()) <= DRAWN_NODES:
            text = _text(small)
            if len(text) <= room:
                return text
    things = sum(node.count for node in picture.walk())
    text = _text(Picture((Node("all", "other", f"{things:,} things, too many to be drawn here"),)))
    return text if len(text) <= room else ""


def _text(picture: Picture) -> str:
    ids = {node.key: f"n{number}" for number, node in enumerate(picture.walk(), 1)}
    lines = [_ROOM_FOR_TITLES, "flowchart TB"]
    for node in picture.nodes:
        lines += _node(node, ids, "  ")
    told: set[tuple[str, str]] = set()  # the same words at many arrows to one thing stand at the first
    for link in words.apart(picture):
        fresh = words.plain(link.label) and (link.target, link.label) not in told
        said = f'|"{label(link.label, LINK_WIDTH)}"|' if fresh else ""
        told.add((link.target, link.label))
        lines.append(f"  {ids[link.source]} -->{said} {ids[link.target]}")
    lines += [f"  {one} ~~~ {two}" for one, two in _rows(picture, ids)]
    if picture.links:
        lines.append(f"  linkStyle default {LINK}")
    classes: dict[str, list[str]] = {}
    for node in picture.walk():
        classes.setdefault(_class(node), []).append(ids[node.key])
    for name, style in CLASSES.items():
        if name in classes:
            lines += [f"  classDef {name} {style}", f"  class {','.join(classes[name])} {name}"]
    return "\n".join(lines) + "\n"


def _rows(picture: Picture, ids: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Links that are not seen: without them all neighbours stand abreast, and the letters become too small to read."""
    linked = {key for one in words.apart(picture) for key in (one.source, one.target)}
    abreast = {ids[node.key]: ABREAST.get(node.kind, OTHERS_ABREAST) for node in picture.walk()}
    for neighbours in (picture.nodes, *(node.children for node in picture.walk())):
        groups: dict[str, list[str]] = {}
        for one in neighbours:
            free = not any(inside.key in linked for inside in one.walk())
            groups.setdefault("free" if free else one.kind, []).append(ids[one.key])
        for alike in groups.values():
            yield from zip(alike, alike[abreast[alike[0]] :], strict=False)


def _node(node: Node, ids: Mapping[str, str], indent: str) -> Iterator[str]:
    key = ids[node.key]
    if node.children:
        yield f'{indent}subgraph {key}["{_title(node)}"]'
        yield f"{indent}  direction TB"
        for child in node.children:
            yield from _node(child, ids, f"{indent}  ")
        yield f"{indent}end"
        return
    opens, closes = _SHAPES.get(node.kind, ("[", "]"))
    yield f'{indent}{key}{opens}"{_lines(node)}"{closes}'


def _title(node: Node) -> str:
    """On one short line: Mermaid keeps no room above a group for more, and none at its sides."""
    said = f"{words.around(node)} {words.name(node)}".strip()
    parts = [words.MARKS.get(node.mark, ""), said]
    if node.details and len(", ".join([*parts, node.details[0]])) <= TITLE_WIDTH:
        parts.append(node.details[0])
    return ", ".join(label(part, TITLE_WIDTH) for part in parts if part)


def _lines(node: Node) -> str:
    lines = [words.MARKS.get(node.mark, ""), f"{words.around(node)} {words.name(node)}".strip()]
    lines += node.details[:DETAILS]
    if len(node.details) > DETAILS:
        lines.append(f"… and {len(node.details) - DETAILS} more facts")
    return "<br/>".join(label(one, LINE_WIDTH) for one in lines if words.plain(one))


def _class(node: Node) -> str:
    if node.mark:
        return _OF_MARK.get(node.mark, node.mark)
    if node.children:
        return "place"
    return "more" if node.label.startswith("…") else "thing"


def label(text: str, most: int) -> str:
    """Letters, digits and spaces stand for themselves; every other sign is written as its number.

    So nothing in it is a quote, a bracket, a keyword, a directive, markup, Markdown or an icon.
    https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
    """
    said = words.plain(text, most)
    for begins in _BROKEN:
        said = said.replace(begins, f"{begins[0]}\N{ZERO WIDTH SPACE}{begins[1:]}")
    return "".join(c if c.isalnum() or c in " ," else f"#{ord(c)};" for c in said)
