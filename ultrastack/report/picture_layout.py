"""Where does each thing of a picture stand? Boxes in boxes, row by row, with room for links below and left of them.

All numbers are pixels of the picture's own, drawn one to one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ultrastack.model.picture import Link, Node, Picture

from . import picture_figures as figures
from . import picture_letters as letters
from . import picture_words as words

TARGET = 1040  # wide: the column of the report on a desktop
LEAF = 216
GAP, EDGE = 12, 14  # between neighbours; inside a box, around what it holds
LANE, TOLD_LANE = 7, 18  # one line of links, without and with words above it
NAME, FACT = 13, 12  # sizes of letters
ICON = 24
STACKED = 6  # so far do the cards behind a box that stands for several look out
FACTS, FACT_LINES = 5, 2
NAME_ROOM = 120  # or its name begins a line of its own
HEAD, HEAD_LINES = 400, 3  # so wide may a place become by its own words alone
_HEADS = 17.0

Style = Literal["mark", "name", "fact", "around"]


@dataclass(frozen=True)
class Line:
    text: str
    style: Style
    x: float  # from the box's left
    y: float  # of the letters' foot, from its top

    @property
    def width(self) -> float:
        return letters.width(self.text, NAME if self.style == "name" else FACT, self.style != "fact")


@dataclass
class Box:
    node: Node
    width: float
    height: float = 0
    x: float = 0
    y: float = 0
    lines: list[Line] = field(default_factory=list)
    rows: list[list[Box]] = field(default_factory=list)
    gutter: float = EDGE  # left of the rows
    lanes: list[dict[str, float]] = field(default_factory=list)  # below each row: key of a target -> y
    sides: dict[str, float] = field(default_factory=dict)  # in the gutter: key of a target -> x
    figure: float = 0  # where the figure of a thing begins, from its top; 0: there is none

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def walk(self) -> Iterator[Box]:
        yield self
        for row in self.rows:
            for box in row:
                yield from box.walk()


@dataclass(frozen=True)
class Layout:
    root: Box  # holds the clouds and is not drawn itself
    lines: Mapping[str, tuple[Box, ...]]  # a key -> its box with all around it, the outermost first
    links: tuple[Link, ...]


def laid_out(picture: Picture) -> Layout:
    links = words.apart(picture)
    top = Node("", "other", "", children=picture.nodes)
    crossing = _crossing(top, links)
    root = _box(top, TARGET, crossing, 0)
    layout = Layout(root, {line[-1].node.key: line for line in _lines(root, ())}, links)
    _count_lanes(layout)
    _place(root, 0, 0, {one.target for one in links if words.plain(one.label)})
    return layout


def shared(layout: Layout, link: Link) -> int:
    """So many boxes from the outermost are around both ends."""
    two = zip(layout.lines[link.source], layout.lines[link.target], strict=False)
    return next((i for i, (a, b) in enumerate(two) if a is not b), 0)


def row_of(around: Box, box: Box) -> int:
    return next(i for i, row in enumerate(around.rows) if any(one is box for one in row))


def _crossing(top: Node, links: Sequence[Link]) -> dict[str, set[str]]:
    """Of each box, to which targets lines may run in its gutter: those that leave or enter it, or stay inside."""
    inside: dict[str, set[str]] = {}

    def fill(node: Node) -> set[str]:
        own = {node.key}.union(*(fill(child) for child in node.children)) if node.children else {node.key}
        inside[node.key] = own
        return own

    fill(top)
    return {
        node.key: {one.target for one in links if {one.source, one.target} & (inside[node.key] - {node.key})}
        for node in top.walk()
        if node.children
    }


def _box(node: Node, room: float, crossing: Mapping[str, set[str]], depth: int) -> Box:
    if not node.children:
        return _leaf(node)
    lanes = len(crossing[node.key])
    gutter = (10 if depth else 4) + LANE * lanes if lanes else EDGE if depth else 0
    edge = EDGE if depth else 0
    inner = room - gutter - edge
    box = Box(node, room, gutter=gutter)
    wide = 0.0
    for child in node.children:
        made = _box(child, inner, crossing, depth + 1)
        if not box.rows or wide + GAP + made.width > inner:
            box.rows.append([])
            wide = -GAP
        box.rows[-1].append(made)
        wide += GAP + made.width
    holds = gutter + edge + max(sum(one.width + GAP for one in row) - GAP for row in box.rows)
    box.lines = _head(node, max(holds, min(HEAD, room)) - 2 * EDGE) if depth else []
    head = max((line.x + line.width for line in box.lines), default=0) + EDGE
    _stretch(box, max(holds, head if depth else 0))
    return box


def _stretch(box: Box, width: float) -> None:
    """To this width, and what stands last in its row with it if it is a box around others."""
    box.width = width
    edge = EDGE if box.node.key else 0
    for row in box.rows:
        free = width - box.gutter - edge - (sum(one.width + GAP for one in row) - GAP)
        if row[-1].rows and free > 0:
            _stretch(row[-1], row[-1].width + free)


def _leaf(node: Node) -> Box:
    stacked = STACKED if node.count > 1 else 0
    box = Box(node, LEAF)
    left = EDGE - 2 + ICON + 8
    room = LEAF - stacked - left - (EDGE - 4)
    y = EDGE - 3.0
    if node.mark:
        y += 15
        box.lines.append(Line(words.MARKS[node.mark], "mark", left, y))
        y += 1
    said = f"{words.around(node)} {words.name(node)}".strip()
    for text in letters.lines(said, room, NAME, 3, bold=True):
        y += _HEADS
        box.lines.append(Line(text, "name", left, y - 2))
    for fact in [one for one in map(words.plain, node.details) if one][:FACTS]:
        for text in letters.lines(fact, room, FACT, FACT_LINES):
            y += 16
            box.lines.append(Line(text, "fact", left, y))
    box.height = y + EDGE - 2
    if tall := figures.height(node):
        box.figure = box.height - 2
        box.height += tall + EDGE - 4
    box.height = max(box.height, ICON + 2 * (EDGE - 2)) + stacked
    return box


def _head(node: Node, room: float) -> list[Line]:
    """zone  use2-az3  one fact · another; the mark first."""
    lines: list[Line] = []
    x, y = float(EDGE), 22.0
    before = words.around(node)
    for text, style in ((words.MARKS.get(node.mark, ""), "mark"), (before, "around")):
        if text:
            lines.append(Line(text, "mark" if style == "mark" else "around", x, y))
            x += lines[-1].width + 8
    if EDGE + room - x < NAME_ROOM and lines:
        x, y = EDGE, y + _HEADS
    for i, text in enumerate(letters.lines(words.name(node), EDGE + room - x, NAME, 2, bold=True)):
        lines.append(Line(text, "name", x, y + i * _HEADS))
    y = lines[-1].y
    facts = " · ".join(one for one in map(words.plain, node.details) if one)
    for text in letters.lines(facts, room, FACT, HEAD_LINES) if facts else []:
        y += 16
        lines.append(Line(text, "fact", EDGE, y))
    return lines


def _lines(box: Box, above: tuple[Box, ...]) -> Iterator[tuple[Box, ...]]:
    yield (*above, box)
    for row in box.rows:
        for one in row:
            yield from _lines(one, (*above, box))


def _count_lanes(layout: Layout) -> None:
    """Which targets have a line below which row, and in which gutter."""
    for box in layout.root.walk():
        box.lanes = [{} for _ in box.rows]
    for link in layout.links:
        depth = shared(layout, link)
        for line in (layout.lines[link.source], layout.lines[link.target]):
            for around, box in zip(line[depth - 1 :], line[depth:], strict=False):
                around.lanes[row_of(around, box)].setdefault(link.target, 0)
                around.sides.setdefault(link.target, 0)


def _place(box: Box, x: float, y: float, told: set[str]) -> None:
    box.x, box.y = x, y
    if not box.rows:
        return
    for i, target in enumerate(box.sides):
        box.sides[target] = x + box.gutter - 6 - LANE * i
    y += max(line.y for line in box.lines) + EDGE - 2 if box.lines else 0
    for row, lanes in zip(box.rows, box.lanes, strict=True):
        left = x + box.gutter
        for one in row:
            _place(one, left, y, told)
            left = one.right + GAP
        tall = max(one.height for one in row)
        for one in row:  # alike neighbours end at one line
            one.height = tall if one.rows else max(two.height for two in row if not two.rows)
        y += tall
        own = {one.node.key for one in row}
        for target in lanes:
            y += TOLD_LANE if target in own and target in told else LANE + 2
            lanes[target] = y
        y += GAP if not lanes else GAP - 2
    box.height = y - box.y + (EDGE - GAP if box.node.key else 0)
