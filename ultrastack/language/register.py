"""`register`: under which name do later steps find the outputs of a step?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model.later import Later
from ..model.place import Place, Problem
from .name import KEBAB
from .scope import Scope
from .source import Node
from .values import Announced, LeftOut, Register
from .vars import unusable


def unfit(node: Node, scope: Scope, registers: Mapping[str, Any]) -> Problem | None:
    """Why the name cannot be used here. Two steps may share one if never more than one of them is made."""
    name = node.value
    if problem := unusable(name, node.place, scope, "register"):
        return problem
    if name in scope.nodes:
        what = f"'{name}' is a variable already, at {scope.nodes[name].place}"
        return Problem(node.place, what, "use another name for one of them")
    if name in registers and not isinstance(registers[name], (LeftOut, Announced)):
        return Problem(node.place, f"an earlier step has registered '{name}'", "use another name")
    return None


class Spoiled(Later):
    """What a refused step registers: known later, and no reason for further complaints."""

    def __init__(self, name: str):
        super().__init__(name, lambda built: None)


def is_spoiled(later: Later) -> bool:
    return isinstance(getattr(later, "base", later), Spoiled)


def announce_later(steps: Sequence[Node], registers: dict[str, Any]) -> None:
    """Names that later steps register: read too early, they get a message of their own."""
    for step in steps:
        node = step.child("register")
        if node is not None and node.kind == "text" and node.value not in registers:
            why = f"'{node.value}' is registered by a later step, at {node.place}"
            registers[node.value] = Announced(
                why, "steps read what earlier ones registered: move that step up", node.value
            )


def announce_own(node: Node | None, registers: dict[str, Any]) -> None:
    """The name that this very step registers, for the step itself."""
    if node is not None and isinstance(registers.get(node.value), Announced):
        why, fix = f"'{node.value}' is what this step itself registers", "read it in a later step, or in `outputs`"
        registers[node.value] = Announced(why, fix, node.value)


def announce_unregistered(name: Node | None, registers: dict[str, Any]) -> None:
    """A step that registers nothing, for later steps that read it by its name."""
    if name is None or name.kind != "text" or not KEBAB.fullmatch(name.value):
        return
    word = name.value.replace("-", "_")
    why = f"'{word}' is undefined: the step '{name.value}' at {name.place} registers nothing"
    registers.setdefault(word, Announced(why, f"add `register: {word}` to that step", word))


def announce_outer(outer: Mapping[str, Any], registers: dict[str, Any]) -> None:
    """Names of registers around an included file, which it does not see."""
    for name, value in outer.items():
        if isinstance(value, Announced):
            continue
        why = f"'{name}' is a register of the file that includes this one, and is not seen here"
        output = next(iter(value.outputs), "id") if isinstance(value, Register | LeftOut) else "id"
        fix = f'hand in what is needed: vars: {{{name}_{output}: "{{{{ {name}.{output} }}}}"}} on the include'
        registers.setdefault(name, Announced(why, fix, name))


def outputs_of(component: Any, step: str, spoken: str) -> Register:
    """The component's declared outputs, each a recipe; nothing else of the Python object can be reached."""
    made = {}
    for output, spec in component.declared_outputs().items():
        made[output] = Later(f"{spoken}.{output}", _recipe(step, output), spec.kind, declared=True)
    return Register(spoken, made)


def _recipe(step: str, output: str) -> Any:
    def make(built: Mapping[str, Any]) -> Any:
        return getattr(built[step], output)

    return make


def together(
    made: Mapping[Any, Register], looped: bool, mapping: bool, left_out: Place | None, node: Node, spec: Any
) -> Any:
    """Of one step its outputs; of a loop a list in order, or a mapping with the loop's keys."""
    if looped:
        return dict(made) if mapping else list(made.values())
    if made:
        return next(iter(made.values()))
    name = node.value
    return LeftOut(f"the step of '{name}' is left out by its `when` at {left_out}", tuple(spec), name)
