"""Which way does each link of a picture run? Below the rows and left of them, where no box and no word stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import picture_letters as letters
from . import picture_words as words
from .picture_layout import EDGE, Box, Layout, row_of, shared

Point = tuple[float, float]
BEND = 5.0  # radius of a corner
WORDS = 11  # size of letters
IN, OUT = -10.0, 10.0  # where lines touch a box, from its middle


@dataclass(frozen=True)
class Route:
    source: str
    target: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Told:
    """The words at a line, beside its arrow."""

    text: str
    x: float
    y: float
    around: Box  # on whose ground they stand

    @property
    def width(self) -> float:
        return letters.width(self.text, WORDS)


def routes(layout: Layout) -> list[Route]:
    outs: dict[str, dict[str, int]] = {}
    for link in layout.links:
        outs.setdefault(link.source, {}).setdefault(link.target, len(outs[link.source]))
    made = []
    for link in layout.links:
        depth = shared(layout, link)
        source, target = layout.lines[link.source], layout.lines[link.target]
        up = list(_way(source, depth, link.target, OUT + 5 * outs[link.source][link.target]))
        down = list(_way(target, depth, link.target, IN))
        around = source[depth - 1]
        across: list[Point] = []
        if row_of(around, source[depth]) != row_of(around, target[depth]):
            across = [(around.sides[link.target], up[-1][1]), (around.sides[link.target], down[-1][1])]
        made.append(Route(link.source, link.target, tuple(_straight([*up, *across, *reversed(down)]))))
    return made


def told(layout: Layout, drawn: Sequence[Route]) -> list[Told]:
    """Once for each target: what all links to it say."""
    upright = [
        (a[0], min(a[1], b[1]), max(a[1], b[1]))
        for route in drawn
        for a, b in zip(route.points, route.points[1:], strict=False)
        if a[0] == b[0]
    ]
    said: dict[str, dict[str, None]] = {}
    for link in layout.links:
        if text := words.plain(link.label, 60):
            said.setdefault(link.target, {})[text] = None
    return [_told(layout, target, " · ".join(texts), upright) for target, texts in said.items()]


def _told(layout: Layout, target: str, text: str, upright: Sequence[tuple[float, float, float]]) -> Told:
    """Left or right of the arrow, where no line runs up or down through it, else where it fits."""
    box, around = layout.lines[target][-1], layout.lines[target][-2]
    x = _touch(box, IN)
    y = around.lanes[row_of(around, box)][target] - 4
    left, right = around.x + around.gutter, around.right - (EDGE if around.node.key else 0)
    text = letters.lines(text, right - left, WORDS, 1)[0]
    wide = letters.width(text, WORDS)
    places = [start for start in (x - 6 - wide, x + 6) if left <= start <= right - wide]
    free = [
        start
        for start in places
        if not any(start - 2 <= at <= start + wide + 2 and top < y + 2 and end > y - WORDS for at, top, end in upright)
    ]
    return Told(text, (free or places or [max(left, min(x + 6, right - wide))])[0], y, around)


def _touch(box: Box, away: float) -> float:
    return min(max(box.x + box.width / 2 + away, box.x + EDGE), box.right - EDGE)


def _way(line: tuple[Box, ...], depth: int, target: str, away: float) -> Iterator[Point]:
    """From the foot of a box out of all around it that is not around the other end, to below the last one's row."""
    x = _touch(line[-1], away)
    yield (x, line[-1].bottom)
    for level in range(len(line) - 1, depth - 1, -1):
        around = line[level - 1]
        y = around.lanes[row_of(around, line[level])][target]
        yield (x, y)
        if level > depth:
            x = around.sides[target]
            yield (x, y)


def _straight(points: list[Point]) -> Iterator[Point]:
    """Without those between two others on one line."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and any(kept[-2][i] == kept[-1][i] == point[i] for i in (0, 1)):
            kept.pop()
        kept.append(point)
    yield from kept


def path(points: tuple[Point, ...]) -> str:
    """With round corners, as an SVG path."""
    said = [f"M{_number(points[0])}"]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        said.append(f"L{_number(_toward(at, before))}Q{_number(at)} {_number(_toward(at, after))}")
    return "".join([*said, f"L{_number(points[-1])}"])


def _toward(start: Point, end: Point) -> Point:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = abs(dx) + abs(dy)
    part = min(BEND, length / 2) / length
    return start[0] + dx * part, start[1] + dy * part


def _number(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}".replace(".0", "")
