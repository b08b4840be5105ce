"""How does a picture look as text? An indented tree, marks as signs and words, links below what they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from ultrastack.model.picture import Link, Node, Picture

from .picture_words import MARKS, around, name, plain

STEP = 2  # columns of indentation
ROOM = 20  # columns that are left for words, however deep a thing stands


def lines(picture: Picture, width: int) -> list[str]:
    """No line is wider than `width`, nor has colours or white space at its end."""
    by_key = {node.key: node for node in picture.walk()}
    links: dict[str, list[Link]] = {}
    for link in picture.links:
        links.setdefault(link.source, []).append(link)
    found = [line for node in picture.nodes for line in _of(node, 0, width, links, by_key)]
    if key := "   ".join(_key(picture)):
        found += ["", *_wrapped(f"key: {key}", 0, width)]
    if picture.left_out:
        found += _wrapped(f"not drawn: {plain(picture.left_out)}", 0, width)
    return found


def _of(
    node: Node, depth: int, width: int, links: Mapping[str, Sequence[Link]], by_key: Mapping[str, Node]
) -> Iterator[str]:
    yield from _wrapped(_words(node), depth, width)
    for target, label in dict.fromkeys((one.target, one.label) for one in links.get(node.key, ())):
        if target in by_key:
            said = f" ({plain(label)})" if label else ""
            yield from _wrapped(f"-> {_called(by_key[target])}{said}", depth + 1, width)
    for child in node.children:
        yield from _of(child, depth + 1, width, links, by_key)


def _words(node: Node) -> str:
    """+ added  2 x training: UltraServer trn2, 64 Trainium2"""
    mark = f"{MARKS[node.mark]}  " if node.mark else ""
    details = "; ".join(plain(one) for one in node.details)
    return f"{mark}{_called(node)}{': ' if details else ''}{details}"


def _called(node: Node) -> str:
    return f"{around(node)} {name(node)}".strip()


def _key(picture: Picture) -> Iterator[str]:
    used = {node.mark for node in picture.walk()}
    yield from (words for mark, words in MARKS.items() if mark in used)
    if picture.links:
        yield "-> uses, or passes on to"
    if any(node.count > 1 for node in picture.walk()):
        yield "3 x: so many alike ones, the inside of one of them shown"


def _wrapped(text: str, depth: int, width: int) -> list[str]:
    indent = " " * min(depth * STEP, max(0, width - ROOM))
    hang = indent + " " * STEP * 2
    found = wrap(text, max(ROOM, width), initial_indent=indent, subsequent_indent=hang, break_on_hyphens=False)
    return [line.rstrip() for line in found]
