"""What does one entry of `steps` ask for, in each round of its loop?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..model.place import Place
from .assert_ import check as check_assert
from .entry import Entry, read_entry
from .forms import asked
from .frame import Frame, Round
from .include import included
from .keywords import STEP
from .loop import check_name, rounds
from .name import Taken, check_free, read_name
from .planned import loaded, plan_component, remember
from .problems import Problems
from .reading import PlannedStep
from .register import Spoiled, announce_own, announce_unregistered, outputs_of, together, unfit
from .scope import Scope
from .source import Node
from .tags import Form as Tags
from .tags import merged
from .values import Absent, Announced, Register, nearest
from .vars import check_names
from .when import holds

Walk = Callable[[Mapping[str, Node], Frame], Mapping[str, Any]]


def read_step(node: Node, frame: Frame, walk: Walk) -> None:
    """Adds the step's rounds to the run, its problems to the problems, its register to the names."""
    entry = read_entry(node, frame)
    announce_own(entry.part.get("register") if entry is not None else None, frame.scope.registers)
    if entry is None:
        _strange_arguments(node, frame)
        _spoil(node, frame)
        return
    part, run = entry.part, frame.run
    names = part.get("vars") if entry.word != "include" else None
    outer = frame.scope.child("step vars", check_names(names, frame.scope, run.declared, run.problems))
    if (alone := run.problems.attempt(lambda: rounds(part, outer, run))) is None:
        _spoil(node, frame)
        return
    if not _loop_name(entry, frame):
        _spoil(node, frame)
        return
    made: dict[Any, Register] = {}
    left_out: Place | None = None
    refused = False
    for one in alone:
        if "loop" not in part and not run.count(entry.place):
            return
        false = run.problems.attempt(lambda one=one: (_when(part, one),))  # type: ignore[misc]
        if false is None:  # whether it is made cannot be said, but its other mistakes can
            _make(entry, one, frame, walk)
            refused = True
        elif false[0] is not None:
            left_out = false[0]
            _leave_out(entry, one, frame, left_out)
        elif (register := _make(entry, one, frame, walk)) is not None:
            made[one.key] = register
        else:
            refused = True
    _register(entry, frame, outer, made, left_out, refused, any(isinstance(one.key, str) for one in alone))


def _strange_arguments(node: Node, frame: Frame) -> None:
    """Of a misspelt component the arguments cannot be checked, but their expressions can."""
    if node.kind != "map" or {"loop", "vars"} & set(node.value):  # names that only the round or the step would have
        return
    for word, arguments in node.value.items():
        if "." in word and word not in frame.run.components:
            frame.run.problems.attempt(lambda given=arguments: frame.scope.evaluate(given))  # type: ignore[misc]


# ---- one round -------------------------------------------------------------------------------------------------------


def _when(part: Mapping[str, Node], one: Round) -> Place | None:
    return holds(part["when"], one.scope) if "when" in part else None


def _make(entry: Entry, one: Round, frame: Frame, walk: Walk) -> Register | None:
    if entry.word == "assert":
        check_assert(entry.part["assert"], one.scope, frame.run)
        return Register("assert", {})
    name = _name(entry, one, frame)
    if entry.word == "include":
        return None if name is None else _include(entry, one, frame, walk, name)
    component = loaded(entry, frame)
    if component is None:
        return None
    plan_component(entry, one, frame, component, name)
    spoken = entry.part["register"].value if "register" in entry.part else name or "it"
    return (
        outputs_of(component, frame.prefix + (name or ""), spoken) if "register" in entry.part else Register(spoken, {})
    )


def _name(entry: Entry, one: Round, frame: Frame) -> str | None:
    node = entry.part["name"]
    name = read_name(node, one.scope, frame.run.problems)
    if name is None:
        return None
    if node.place in frame.run.doubled:  # told already: two steps have it as written
        return name
    if not check_free(frame.prefix + name, Taken(node.place, one.key), frame.run.taken, frame.run.problems):
        return None
    return name


def _include(entry: Entry, one: Round, frame: Frame, walk: Walk, name: str) -> Register | None:
    run, part = frame.run, entry.part
    provider = asked(STEP["provider"], part.get("provider"), str, one.scope, run.problems) or frame.provider
    if provider and provider not in run.targets and provider not in run.refused_targets:
        place = part["provider"].place if "provider" in part else entry.place
        run.problems.note(place, f"no provider '{provider}' in this stack", nearest(provider, run.targets))
    asked_tags = asked(STEP["tags"], part.get("tags"), Tags, one.scope, run.problems)
    tags = merged(frame.tags, frame.tag_nodes, part.get("tags"), asked_tags, run.problems)
    before = len(run.steps)
    register = included(part, name, one, frame, tags, provider, walk)
    inside = [s.name for s in run.steps[before:] if not s.left_out]
    remember(entry, name, inside, frame)
    return register


def _leave_out(entry: Entry, one: Round, frame: Frame, at: Place) -> None:
    """Kept for reports; nobody may depend on its having no name, as when the name reads what is not there."""
    if entry.word == "assert":
        return
    name = read_name(entry.part["name"], one.scope, Problems()) or ""
    frame.named.setdefault(entry.part["name"].value, [])
    if name:
        frame.named.setdefault(name, [])
    empty = Node("map", {}, entry.place)
    run = frame.run
    why = f"`when` is false at {at}"
    run.steps.append(
        PlannedStep(
            frame.prefix + (name or entry.part["name"].value),
            entry.word,
            entry.place,
            None,
            {},
            empty,
            one.scope,
            left_out=why,
        )
    )


def _loop_name(entry: Entry, frame: Frame) -> bool:
    if "name" not in entry.part or entry.word == "assert":
        return True
    refusal, notice = check_name(entry.part["name"], entry.part)
    if refusal:
        frame.run.problems.add(refusal)
    if notice and notice not in frame.run.notices:
        frame.run.notices.append(notice)
    return refusal is None


# ---- its register ----------------------------------------------------------------------------------------------------


def _register(
    entry: Entry,
    frame: Frame,
    outer: Scope,
    made: Mapping[Any, Register],
    left_out: Place | None,
    refused: bool,
    mapping: bool,
) -> None:
    node = entry.part.get("register")
    if node is None:
        announce_unregistered(entry.part.get("name"), frame.scope.registers)
        return
    registers = frame.scope.registers
    looped = "loop" in entry.part
    if not (looped or made or refused) and node.value in registers and not isinstance(registers[node.value], Absent):
        return  # this one is left out; the earlier one of this name counts
    if problem := unfit(node, outer, registers):
        frame.run.problems.add(problem)
        return
    if refused:
        _spoil(entry.node, frame)
        return
    spec: Any = ()
    if entry.is_component and (component := loaded(entry, frame)) is not None:
        spec = component.declared_outputs()
    registers[node.value] = together(made, looped, mapping, left_out, node, spec)


def _spoil(node: Node, frame: Frame) -> None:
    """The step was refused, so nothing more is said about what later steps expect of it."""
    register = node.child("register")
    known = frame.scope.registers
    if (
        register is not None
        and register.kind == "text"
        and isinstance(known.get(register.value), (type(None), Announced))
    ):
        frame.scope.registers[register.value] = Spoiled(register.value)
