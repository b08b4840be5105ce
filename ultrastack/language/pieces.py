"""Where in a scalar stand its expressions?

Not found with Jinja's lexer: to it, the `{#` of `${#list[@]}` in a boot script opens a comment.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ..model.place import Place
from .limits import Complaint
from .source import LINE_END, Node


class Piece(NamedTuple):
    offset: int  # in the scalar's value
    is_expression: bool
    words: str  # of an expression without its braces


@lru_cache(10_000)
def pieces(text: str) -> tuple[Piece, ...]:
    """The scalar, cut at `{{` and `}}`; quotes and brackets inside an expression are respected."""
    found: list[Piece] = []
    at = 0
    while (start := text.find("{{", at)) >= 0:
        if start > at:
            found.append(Piece(at, False, text[at:start]))
        end = _end(text, start + 2)
        found.append(Piece(start, True, text[start + 2 : end].strip()))
        at = end + 2
    if at < len(text):
        found.append(Piece(at, False, text[at:]))
    return tuple(found)


def _end(text: str, start: int) -> int:
    i, depth, quote = start, 0, ""
    while i < len(text):
        c = text[i]
        if quote:
            if c == "\\":
                i += 1
            elif c == quote:
                quote = ""
        elif depth <= 0 and text.startswith("}}", i):
            return i
        elif c in "'\"":
            quote = c
        else:
            depth += (c in "([{") - (c in ")]}")
        i += 1
    if text.find("}}", start) >= 0:
        raise Complaint("a bracket or quote between '{{' and '}}' is never closed", "close it before the }}")
    raise Complaint("'{{' without '}}'", "close it; the two characters themselves are written {{ '{{' }}")


def place_in(node: Node, offset: int, width: int, mark: str = "{{") -> Place:
    """Where in the file the `{{` at `offset` of the scalar's value stands.

    The n-th `{{` of the value is the n-th `{{` as written, whatever the style: plain, quoted, folded, literal.
    """
    marks = [m.start() for m in re.finditer(re.escape(mark), node.raw)]
    if len(marks) != node.value.count(mark):  # one is written with an escape: the whole scalar must do
        return node.place
    nth = node.value.count(mark, 0, offset)
    *above, line = LINE_END.split(node.raw[: marks[nth]])
    at = node.place
    if not above:
        return Place(at.file, at.line, len(line) + at.column, width, at.excerpt)
    # raw holds every line of the scalar but, of its first, only what follows the scalar's start
    excerpt = LINE_END.split(node.raw)[len(above)]
    return Place(at.file, at.line + len(above), len(line) + 1, width, excerpt)
