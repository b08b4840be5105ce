"""Where was a value written that an expression shows, and what does an expression read?"""

from __future__ import annotations

import re
from collections.abc import Sequence

import jinja2.nodes as ast

from .expressions import Language
from .limits import DEPTH
from .scope import Scope
from .source import Node

Chain = list[str | int]  # a name and the keys behind it

_REFERENCE = re.compile(r"\s*\{\{\s*([A-Za-z_]\w*(?:\.\w+|\[\d+\])*)\s*\}\}\s*")


def origin(node: Node | None, scope: Scope, path: Sequence[str | int] = ()) -> Node | None:
    """The node where a value was written, followed through plain references like "{{ pools }}"."""
    left = list(path)
    for _ in range(DEPTH):
        if node is None:
            return None
        if node.kind == "text" and (bare := _REFERENCE.fullmatch(node.value)):
            name, *keys = _keys(bare[1])
            node, left = scope.nodes.get(str(name)), [*keys, *left]
        elif left:
            node, left = node.child(left[0]), left[1:]
        else:
            return node
    return None


def _keys(reference: str) -> Chain:
    return [int(word) if word.isdigit() else word for word in re.findall(r"\w+", reference)]


def reads(source: str, language: Language) -> list[Chain]:
    """The names an expression reads, with their paths: `item.max + n` -> [['item', 'max'], ['n']]."""
    found: list[Chain] = []
    for node in _all(language.tree(source)):
        chain = _chain(node)
        if chain and chain not in found and not any(_begins(longer, chain) for longer in found):
            found.append(chain)
    return found


def _all(tree: ast.Node) -> list[ast.Node]:
    """Outer nodes before inner ones, so that the longest chain comes first."""
    nodes = [tree]
    for node in nodes:
        nodes += [c for c in node.iter_child_nodes() if not (isinstance(node, ast.Call) and c is node.node)]
    return nodes


def _chain(node: ast.Node) -> Chain | None:
    if isinstance(node, ast.Name):
        return [node.name]
    if isinstance(node, ast.Getattr) and (base := _chain(node.node)):
        return [*base, node.attr]
    if isinstance(node, ast.Getitem) and (base := _chain(node.node)):
        known = isinstance(node.arg, ast.Const) and isinstance(node.arg.value, (str, int))
        return [*base, node.arg.value] if known else base  # type: ignore[attr-defined]
    return None


def _begins(longer: Chain, chain: Chain) -> bool:
    return len(longer) > len(chain) and longer[: len(chain)] == chain
