"""Which outputs of other stacks does a stack read, and where in its files?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import jinja2.nodes as ast

from ultrastack.model.estate import Reference
from ultrastack.model.graph import Graph
from ultrastack.model.place import Place, Refused

if TYPE_CHECKING:
    from ultrastack.language.reading import Reading
    from ultrastack.language.scope import Scope
    from ultrastack.language.source import Node

FUNCTION = "stack_output"
TYPE = "pulumi:pulumi:StackReference"


def references(graph: Graph, reading: Reading | None) -> tuple[Reference, ...]:
    """Those that the files name, then the stacks that the program asked without a file of ours saying so."""
    found = dict.fromkeys(_written(reading)) if reading else {}
    named = {one.stack for one in found}
    here = Place(reading.file if reading else "the program")
    asked = [r.inputs.get("name") for r in graph.resources if r.type == TYPE]
    more = [Reference(here, name, "") for name in asked if isinstance(name, str) and name not in named]
    return (*found, *more)


def _written(reading: Reading) -> Iterator[Reference]:
    """Of what is built: a step that is left out asks nobody."""
    for step in reading.built:
        yield from _in_node(step.nodes, step.scope, set())
        for node in step.tag_nodes.values():
            yield from _in_node(node, step.scope, set())
    if (outputs := reading.top.child("outputs")) is not None:
        yield from _in_node(outputs, reading.scope, set())


def _in_node(node: Node, scope: Scope, seen: set[str]) -> Iterator[Reference]:
    if node.kind == "map":
        for child in node.value.values():
            yield from _in_node(child, scope, seen)
    elif node.kind == "list":
        for child in node.value:
            yield from _in_node(child, scope, seen)
    elif node.kind == "text" and "{{" in node.value:
        yield from _in_text(node, scope, seen)


def _in_text(node: Node, scope: Scope, seen: set[str]) -> Iterator[Reference]:
    """Calls in its expressions, and in the variables that they read."""
    from ultrastack.language.expressions import pieces, place_in  # with what it needs it takes as long as a plan

    for part in pieces(node.value):
        if not part.is_expression:
            continue
        place = place_in(node, part.offset, len(part.words) + 6)
        todo: list[ast.Node] = [scope.language.tree(part.words)]
        for one in todo:
            todo += one.iter_child_nodes()
            if isinstance(one, ast.Call) and isinstance(one.node, ast.Name) and one.node.name == FUNCTION:
                yield from _called(one, scope, place)
            elif isinstance(one, ast.Name) and one.name in scope.nodes and one.name not in seen:
                seen.add(one.name)
                yield from _in_node(scope.nodes[one.name], scope, seen)


def _called(call: ast.Call, scope: Scope, place: Place) -> Iterator[Reference]:
    """Its two words, which may be made of variables; one that is not known here was refused, or is never asked for."""
    from ultrastack.language.interpreter import Run
    from ultrastack.language.limits import Complaint
    from ultrastack.language.pure import NeedsLater

    try:
        words = [Run(scope.language.words, scope).plain(arg) for arg in call.args]
    except (Complaint, NeedsLater, Refused):
        return
    if len(words) == 2 and all(isinstance(word, str) for word in words):
        yield Reference(place, *words)
