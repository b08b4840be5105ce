"""How does a picture look in a page? One <svg> of our own layout: no script, no picture or font from elsewhere.

It is drawn one to one, so that its letters stay readable: a page gives it a box that scrolls, and `STYLE` once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from html import escape

from ultrastack.model.picture import Node, Picture

from . import picture_letters as letters
from . import picture_words as words
from .picture_figures import figure, icon
from .picture_fold import folded
from .picture_layout import EDGE, FACT, ICON, STACKED, TARGET, Box, Layout, Line, laid_out
from .picture_routes import Route, path, routes, told
from .picture_style import STYLE as STYLE

MOST_NEIGHBOURS = 24  # of one kind in one place; what has a mark first
MARGIN = 4.0
TOLD_IN_WORDS = 60  # so many things are listed for those who do not see the picture
_CLASSES = {"may be replaced": "maybe"}


def render(picture: Picture, title: str) -> str:
    """An <svg>, to stand inside HTML; what it cannot draw is said below it, in words."""
    layout = laid_out(folded(picture, MOST_NEIGHBOURS, 99))
    root = layout.root
    notes = _notes(picture, max(root.width, 320))
    wide = max(root.width, 320 if notes or not picture.nodes else 0) + 2 * MARGIN
    tall = root.height + 2 * MARGIN + (16 * len(notes) + 10 if notes else 0)
    own = hashlib.sha256(f"{title}\n{picture!r}".encode("utf-8", "replace")).hexdigest()[:12]
    size = f'viewBox="{-MARGIN:g} {-MARGIN:g} {wide:g} {tall:g}" width="{wide:g}" height="{tall:g}"'
    named = f'role="img" aria-labelledby="us-title-{own} us-words-{own}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="us-picture" {size} {named}>',
            f'<title id="us-title-{own}">{_escaped(title)}</title>',
            f'<desc id="us-words-{own}">{_escaped(_in_words(picture))}</desc>',
            *(line for row in root.rows for box in row for line in _box(box, 0, root.node)),
            *_links(layout),
            *(_note(text, root.height + 18 + 16 * i) for i, text in enumerate(notes)),
            "</svg>",
        ]
    )


def _box(box: Box, depth: int, around: Node) -> Iterator[str]:
    node = box.node
    yield f'<g class="{_class(box, depth)}" transform="translate({box.x:g} {box.y:g})">'
    yield f"<title>{_escaped(_tooltip(node))}</title>"
    yield from _ground(box)
    yield from (_line(line) for line in box.lines)
    if not box.rows:
        yield f'<g transform="translate({EDGE - 2} {EDGE - 2})">{icon(node)}</g>'
    if box.figure:
        left = EDGE - 2 + ICON + 8
        joined = "domain" in (node.kind, around.kind)
        yield f'<g transform="translate({left} {box.figure:g})">{"".join(figure(node, joined))}</g>'
    yield "</g>"
    for row in box.rows:
        for one in row:
            yield from _box(one, depth + 1, node)


def _ground(box: Box) -> Iterator[str]:
    """Several alike things are a stack of cards."""
    cards = 2 if box.node.count > 1 and not box.rows else 0
    wide, tall = box.width - STACKED * bool(cards), box.height - STACKED * bool(cards)
    radius = 8 if box.rows else 6
    for i in range(cards, -1, -1):
        away = i * STACKED / 2
        yield f'<rect class="us-box" x="{away:g}" y="{away:g}" width="{wide:g}" height="{tall:g}" rx="{radius}"/>'


def _line(line: Line) -> str:
    return f'<text class="us-{line.style}" x="{line.x:.1f}" y="{line.y:g}">{_escaped(line.text)}</text>'


def _class(box: Box, depth: int) -> str:
    node = box.node
    names = ["us-thing" if not box.rows else f"us-{_level(depth)}"]
    if node.kind == "cloud":
        names.append("us-cloud")
    if node.mark:
        names.append(f"us-{_CLASSES.get(node.mark, node.mark)}")
    elif node.kind == "other" and node.label.startswith("…"):
        names.append("us-more")
    return " ".join(names)


def _level(depth: int) -> str:
    return "inner" if depth % 2 else "outer"


def _ground_of(box: Box, depth: int) -> str:
    """What colour stands behind what is in it."""
    if not box.node.key:
        return "ground"
    return f"{_CLASSES.get(box.node.mark, box.node.mark)}-fill" if box.node.mark else _level(depth)


def _links(layout: Layout) -> Iterator[str]:
    """All that lead to one thing are one line with branches."""
    drawn = routes(layout)
    by_target: dict[str, list[Route]] = {}
    for route in drawn:
        by_target.setdefault(route.target, []).append(route)
    for some in by_target.values():
        yield f'<path class="us-link" d="{"".join(path(_short(one)) for one in some)}"/>'
        x, y = some[0].points[-1]
        yield f'<path class="us-end" d="M{x:.1f},{y + 1:.1f}l4.5,8h-9Z"/>'
    for one in told(layout, drawn):
        ground = f"us-on-{_ground_of(one.around, len(layout.lines[one.around.node.key]) - 2)}"
        yield f'<text class="us-told us-note {ground}" x="{one.x:.1f}" y="{one.y:.1f}">{_escaped(one.text)}</text>'


def _short(route: Route) -> tuple[tuple[float, float], ...]:
    """Up to the foot of its arrow."""
    x, y = route.points[-1]
    return (*route.points[:-1], (x, y + 7))


def _notes(picture: Picture, room: float) -> list[str]:
    said = words.plain(picture.left_out)
    if not picture.nodes:
        said = f"Nothing to draw. {said}".strip()
    else:
        said = f"Not drawn: {said}" if said else ""
    return letters.lines(said, min(room, TARGET), FACT, 3) if said else []


def _note(text: str, y: float) -> str:
    return f'<text class="us-note" x="0" y="{y:g}">{_escaped(text)}</text>'


def _tooltip(node: Node) -> str:
    first = f"{node.kind} {words.name(node)}"
    mark = words.MARKS.get(node.mark, "")
    return "\n".join(one for one in (first, mark, *map(words.plain, node.details)) if one)


def _in_words(picture: Picture) -> str:
    things = list(picture.walk())
    said = [_said(node) for node in things[:TOLD_IN_WORDS]]
    if len(things) > TOLD_IN_WORDS:
        said.append(f"and {len(things) - TOLD_IN_WORDS:,} more")
    names = {node.key: words.name(node) for node in things}
    for link in words.apart(picture)[:TOLD_IN_WORDS]:
        said.append(" ".join((names[link.source], words.plain(link.label) or "to", names[link.target])))
    return "; ".join([*said, *([f"not drawn: {words.plain(picture.left_out)}"] if picture.left_out else [])])


def _said(node: Node) -> str:
    mark = f", {node.mark}" if node.mark else ""
    holds: Sequence[str] = [words.name(child) for child in node.children[:6]]
    more = f" and {len(node.children) - 6:,} more" if len(node.children) > 6 else ""
    return f"{node.kind} {words.name(node)}{mark}" + (f", holding {', '.join(holds)}{more}" if holds else "")


def _escaped(text: str) -> str:
    """Text of XML: no sign of markup, and no sign that XML does not have."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in escape(text))
