"""Which small figure says what a thing is? Cylinders, buckets, machines on one NeuronLink, the torus of a slice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ultrastack.model.picture import Node, NodeKind

MOST_MACHINES = 6  # squares of one domain; of more, the last is "…"
MOST_CELLS = 8  # lines that divide one side of a torus
_TORUS = re.compile(r"(?<![\w.])(\d{1,4}(?:x\d{1,4}){1,2})(?![\dx.])")
_MACHINES = re.compile(r"^(\d{1,4}) x ")


def icon(node: Node) -> str:
    """24 x 24, from its own corner."""
    bucket = node.kind == "storage" and any("bucket" in said.lower() for said in (node.label, *node.details))
    return _bucket() if bucket else _ICONS.get(node.kind, _other)()


def height(node: Node) -> float:
    """Of its figure; 0: it has none."""
    if sides := torus(node):
        block = _block(sides)
        return max(block.tall + block.up, 14)
    return 20 if machines(node) else 0


def figure(node: Node, joined: bool) -> Iterator[str]:
    """Below the words of a thing, from its own corner."""
    if sides := torus(node):
        yield from _torus(sides)
    elif count := machines(node):
        yield from _machines(count, joined)


def torus(node: Node) -> tuple[int, ...]:
    """4, 4, 8 of a slice that says so."""
    found = (_TORUS.search(said) for said in node.details) if node.kind == "slice" else ()
    return next((tuple(int(one) for one in hit[1].split("x")) for hit in found if hit), ())


def machines(node: Node) -> int:
    """4 of a domain or of machines that say "4 x trn2u.48xlarge", or of four alike machines."""
    if node.kind == "machines" and node.count > 1:
        return node.count
    found = (_MACHINES.match(said) for said in node.details) if node.kind in ("domain", "machines") else ()
    return next((int(hit[1]) for hit in found if hit), 0)


def _cylinder() -> str:
    body = '<path class="us-figure" d="M3,6V18A9,3.5 0 0 0 21,18V6"/>'
    return f'{body}<ellipse class="us-figure" cx="12" cy="6" rx="9" ry="3.5"/>'


def _bucket() -> str:
    body = '<path class="us-figure" d="M3,6L5.5,20.5A6.5,2 0 0 0 18.5,20.5L21,6"/>'
    return f'{body}<ellipse class="us-figure" cx="12" cy="6" rx="9" ry="2.5"/>'


def _domain() -> str:
    squares = "".join(_square(x, y, 8) for x in (2, 14) for y in (2, 14))
    return f'<path class="us-figure-bar" d="M6,6H18V18H6Z"/>{squares}'


def _machine() -> str:
    legs = '<path class="us-figure-line" d="M8,2V5M12,2V5M16,2V5M8,19V22M12,19V22M16,19V22M2,8H5M2,12H5M2,16H5M19,8H22'
    return f'{legs}M19,12H22M19,16H22"/>{_square(5, 5, 14)}{_square(9.5, 9.5, 5)}'


def _slice() -> str:
    faces = '<path class="us-figure" d="M12,2L21,7V17L12,22L3,17V7Z"/>'
    return f'{faces}<path class="us-figure-line" d="M3,7L12,12L21,7M12,12V22"/>'


def _endpoint() -> str:
    ring = '<circle class="us-figure" cx="14.5" cy="12" r="7.5"/>'
    return f'{ring}<path class="us-figure-line" d="M1,12H16M12,8L16,12L12,16"/>'


def _placement() -> str:
    return f'<rect class="us-figure" x="2" y="4" width="20" height="16" rx="3"/>{_square(6, 9, 5)}{_square(13, 9, 5)}'


def _other() -> str:
    dots = "".join(f'<circle class="us-figure" cx="{x}" cy="12" r="1.5"/>' for x in (7, 12, 17))
    return f'<circle class="us-figure" cx="12" cy="12" r="10"/>{dots}'


def _square(x: float, y: float, side: float) -> str:
    return f'<rect class="us-figure" x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}" rx="1.5"/>'


_ICONS: Mapping[NodeKind, Callable[[], str]] = {
    "storage": _cylinder,
    "domain": _domain,
    "machines": _machine,
    "slice": _slice,
    "endpoint": _endpoint,
    "placement": _placement,
    "fabric": _placement,
}


def _machines(count: int, joined: bool) -> Iterator[str]:
    """Squares in a row, joined where they share a NeuronLink or an NVLink."""
    shown = count if count <= MOST_MACHINES else MOST_MACHINES - 1
    if joined:
        yield f'<path class="us-figure-bar" d="M9,10H{9 + 26 * (min(count, MOST_MACHINES) - 1)}"/>'
    for i in range(shown):
        yield _square(26 * i, 1, 18)
        yield _square(26 * i + 5, 6, 8)
    if shown < count:
        for i in range(3):
            yield f'<circle class="us-figure" cx="{26 * shown + 3 + 6 * i}" cy="10" r="1.5"/>'


@dataclass(frozen=True)
class _Block:
    """4x4x8 as three sides, the longest across, the shortest running right and up; in pixels and in parts."""

    parts: tuple[int, int, int]
    wide: float
    tall: float
    right: float
    up: float


def _block(sides: tuple[int, ...]) -> _Block:
    columns, rows, layers = sorted((*sides, *[0] * (3 - len(sides))), reverse=True)
    tall = min(rows * 8.0, 26 if layers else 34)
    return _Block((columns, rows, layers), min(columns * 9.0, 66), tall, min(layers * 7.0, 26), min(layers * 3.5, 13))


def _torus(sides: tuple[int, ...]) -> Iterator[str]:
    """A block in three dimensions or a grid in two, divided as its sides are; and the numbers."""
    block = _block(sides)
    columns, rows, layers = block.parts
    wide, right, up = block.wide, block.right, block.up
    foot = up + block.tall
    yield f'<path class="us-figure" d="M0,{up:g}V{foot:g}H{wide:g}l{right:g},{-up:g}V0H{right:g}Z"/>'
    fine = [f"M{x:.1f},{foot:g}V{up:g}l{right:g},{-up:g}" for x in _divided(columns, wide)]
    fine += [f"M0,{foot - y:.1f}H{wide:g}l{right:g},{-up:g}" for y in _divided(rows, block.tall)]
    fine += [f"M{x:.1f},{up - up * x / right:.1f}h{wide:g}v{block.tall:g}" for x in _divided(layers, right)]
    if fine:
        yield f'<path class="us-figure-fine" d="{"".join(fine)}"/>'
    yield f'<path class="us-figure-line" d="M0,{up:g}H{wide:g}V{foot:g}M{wide:g},{up:g}l{right:g},{-up:g}"/>'
    y = max(foot - 2, 11)
    yield f'<text class="us-fact" x="{wide + right + 8:g}" y="{y:g}">{" × ".join(map(str, sides))}</text>'


def _divided(cells: int, length: float) -> Iterator[float]:
    parts = min(cells, MOST_CELLS)
    for i in range(1, parts):
        yield length * i / parts
