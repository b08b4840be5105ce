"""Which parts of an expression must wait for the cloud?"""

from __future__ import annotations

from typing import Any

import jinja2.nodes as ast

from .interpreter import Run, truth
from .pure import NeedsLater
from .values import Absent, holds_later


def waiting_parts(run: Run, node: ast.Node, guarded: bool = False) -> dict[int, Any]:
    """The largest parts of a tree whose value is ready but for the cloud: id of the node -> value.

    Everything else is computed now, so that what is wrong with it is found while the file is read.
    """
    try:
        value = run.value(node)
    except NeedsLater:
        found: dict[int, Any] = {}
        for child in _parts(run, node):
            found |= waiting_parts(run, child, _guards(node, child))
        return found
    if isinstance(value, Absent) and not guarded:
        raise value.complaint()
    return {id(node): value} if holds_later(value) else {}


def _guards(node: ast.Node, child: ast.Node) -> bool:
    is_guard = isinstance(node, ast.Test) and node.name in ("defined", "undefined")
    return (is_guard or isinstance(node, ast.Filter) and node.name == "default") and child is node.node  # type: ignore[attr-defined]


def _parts(run: Run, node: ast.Node) -> list[ast.Node]:
    """The operands that an operation will need; of a choice that is made already only the chosen one."""
    if isinstance(node, ast.CondExpr):
        try:
            chosen = node.expr1 if truth(run.plain(node.test)) else node.expr2
            return [chosen] if chosen is not None else []
        except NeedsLater:
            pass
    if isinstance(node, ast.Getitem) and isinstance(node.arg, ast.Slice):
        return [node.node, *node.arg.iter_child_nodes()]
    found: list[ast.Node] = []
    for child in node.iter_child_nodes():
        if isinstance(child, (ast.Pair, ast.Operand, ast.Keyword)):
            found += child.iter_child_nodes()
        elif not (isinstance(node, ast.Call) and child is node.node):
            found.append(child)
    return found
