"""Which small figure says what a thing is? Cylinders, buckets, machines on one NeuronLink, the torus of a slice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ultrastack.model.picture import Node, NodeKind

from . import picture_layout as layout

MOST_MACHINES = 6  # squares of one domain; of more, the last is "…"
MOST_CELLS = 8  # lines that divide one side of a torus
_WIDE, _TALL, _DEEP = 7.0, 5.0, (3.6, 2.4)  # of one cell of a torus, at most; the third dimension runs right and up


def icon(node: Node) -> str:
    """24 x 24, from its own corner."""
    bucket = node.kind == "storage" and any("bucket" in said.lower() for said in (node.label, *node.details))
    return _bucket() if bucket else _ICONS.get(node.kind, _other)()


def figure(node: Node) -> Iterator[str]:
    """Below the words of a thing, from its own corner."""
    if sides := layout.torus(node):
        yield from _torus(sides)
    elif count := layout.machines(node):
        yield from _machines(count)


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


def _machines(count: int) -> Iterator[str]:
    """Squares in a row, joined by what they share."""
    shown = count if count <= MOST_MACHINES else MOST_MACHINES - 1
    yield f'<path class="us-figure-bar" d="M9,10H{9 + 26 * (min(count, MOST_MACHINES) - 1)}"/>'
    for i in range(shown):
        yield _square(26 * i, 1, 18)
        yield _square(26 * i + 5, 6, 8)
    if shown < count:
        for i in range(3):
            yield f'<circle class="us-figure" cx="{26 * shown + 3 + 6 * i}" cy="10" r="1.5"/>'


def _torus(sides: tuple[int, ...]) -> Iterator[str]:
    """4x4x8: a block in three dimensions, or a grid in two, divided as its sides are; and the numbers."""
    columns, rows, layers = sorted((*sides, *[0] * (3 - len(sides))), reverse=True)
    wide, tall = _side(columns, 66, _WIDE * 1.4), _side(rows, 26 if layers else 36, _TALL * 1.6)
    dx, dy = _side(layers, 26, _DEEP[0] * 2), _side(layers, 13, _DEEP[1] * 1.5)
    top = 42 - tall
    yield f'<path class="us-figure" d="M0,{top:g}V42H{wide:g}L{wide + dx:g},{42 - dy:g}V{top - dy:g}H{dx:g}Z"/>'
    fine = [f"M{x:.1f},42V{top:g}l{dx:g},{-dy:g}" for x in _divided(columns, wide)]
    fine += [f"M0,{42 - y:.1f}H{wide:g}l{dx:g},{-dy:g}" for y in _divided(rows, tall)]
    for x in _divided(layers, dx):
        y = dy * x / dx
        fine.append(f"M{x:.1f},{top - y:.1f}h{wide:g}v{tall:g}")
    if fine:
        yield f'<path class="us-figure-fine" d="{"".join(fine)}"/>'
    yield f'<path class="us-figure-line" d="M0,{top:g}H{wide:g}V42M{wide:g},{top:g}l{dx:g},{-dy:g}"/>'
    text = " × ".join(map(str, sides))
    yield f'<text class="us-fact" x="{wide + dx + 8:g}" y="38">{text}</text>'


def _side(cells: int, most: float, cell: float) -> float:
    return min(most, max(cells, 0) * cell)


def _divided(cells: int, length: float) -> Iterator[float]:
    parts = min(cells, MOST_CELLS)
    for i in range(1, parts):
        yield length * i / parts
