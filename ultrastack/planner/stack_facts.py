"""What does a stack file say for those who judge it? Its reading, as plain data without anything that only the
language knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ultrastack.model.finding import Acceptance
from ultrastack.model.later import Later
from ultrastack.model.place import Place, Refused
from ultrastack.model.stack_file import FileStep, StackFile
from ultrastack.model.values import SECRET, UNKNOWN, Value

if TYPE_CHECKING:
    from ultrastack.language.accept import Acceptance as Written
    from ultrastack.language.reading import PlannedStep, Reading
    from ultrastack.language.scope import Scope
    from ultrastack.language.source import Node

OF_STEP = ("tags", "schedule")  # keywords of the step that its component gets as arguments
KEYWORDS = (("budget", "monthly_usd"), ("policy", "profile"))  # with places of their own


def stack_file(reading: Reading) -> StackFile:
    """The same for every run: of a file that was read nothing is computed again but its variables."""
    variables = _variables(reading.scope)
    return StackFile(
        file=reading.file,
        place=_first_line(reading),
        description=reading.description,
        profile=reading.policy.profile if reading.policy else "",
        allowed_regions=tuple(reading.policy.allowed_regions or ()) if reading.policy else (),
        budget_monthly_usd=float(reading.budget.monthly_usd) if reading.budget else None,
        tags=dict(reading.tags),
        accept=(
            *_acceptances(reading.accept, reading.top.child("accept"), "", None),
            *(a for s in reading.steps for a in _acceptances(s.accept, s.accept_node, s.name, s.place)),
        ),
        steps=tuple(map(_step, reading.steps)),
        variables=variables,
        variable_places={
            path: place
            for name in variables
            for path, place in _places(reading.scope.nodes[name], reading.scope, variables[name], name)
        },
        names_by_index=_by_index(reading),
        keyword_places=dict(_keyword_places(reading)),
    )


def _first_line(reading: Reading) -> Place:
    top = reading.top.place
    return Place(reading.file, 1, 1, 1, top.excerpt if (top.file, top.line) == (reading.file, 1) else "")


def _keyword_places(reading: Reading) -> Iterator[tuple[str, Place]]:
    for path in KEYWORDS:
        node: Node | None = reading.top
        for word in path:
            node = node.child(word) if node is not None else None
        if node is not None:
            yield ".".join(path), node.place


def _step(step: PlannedStep) -> FileStep:
    given = {name: plain(value) for name, value in step.values.items() if name not in OF_STEP}
    places = dict[str, Place]()
    for name, value in given.items():
        if (node := step.nodes.child(name)) is not None:
            places.update(_places(node, step.scope, value, name))
    return FileStep(
        name=step.name,
        component=step.word,
        place=step.place,
        arguments=given,
        places=places,
        later={
            p: text for name, value in step.values.items() if name not in OF_STEP for p, text in _later(name, value)
        },
        tags=dict(step.tags),
        schedule=step.schedule,
        protect=bool(step.options.protect),
        retain_on_delete=bool(step.options.retain_on_delete),
        left_out=step.left_out,
        description=step.description,
    )


def _later(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Later):
        yield path, value.text
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _later(f"{path}.{key}", one)
    elif isinstance(value, (list, tuple)):
        for i, one in enumerate(value):
            yield from _later(f"{path}[{i}]", one)


def plain(value: Any) -> Value:
    """A value of the language without its marks: what a secret is made of is secret, what comes later is unknown."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Later):
        return SECRET if "secret(" in value.text else UNKNOWN
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if hasattr(value, "model_dump"):
        return plain(value.model_dump(exclude_none=True))
    outputs = getattr(value, "outputs", None)  # a whole step; of one that is left out there are none
    return plain(outputs) if isinstance(outputs, Mapping) else None


def _variables(scope: Scope) -> dict[str, Value]:
    """One that nobody reads was never computed, and need not make sense."""
    from ultrastack.language.limits import Complaint

    found: dict[str, Value] = {}
    for name in scope.nodes:
        try:
            found[name] = plain(scope[name])
        except (Refused, Complaint):
            found[name] = UNKNOWN
    return found


def _places(node: Node | None, scope: Scope, value: Value, path: str) -> Iterator[tuple[str, Place]]:
    """Of a value and all in it, through plain references like "{{ blocks }}"; a computed one stands where it is
    computed, and what is in it nowhere else.
    """
    from ultrastack.language.origin import origin

    written = origin(node, scope)
    if written is None:
        if node is not None:
            yield path, node.place
        return
    yield path, written.place
    inside: Sequence[tuple[Any, Value]] = ()
    if isinstance(value, Mapping):
        inside = [(key, one) for key, one in value.items()]
    elif isinstance(value, list):
        inside = list(enumerate(value))
    for key, one in inside:
        if (child := written.child(key)) is not None:
            yield from _places(child, scope, one, f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}")


def _acceptances(
    given: Sequence[Written], node: Node | None, step: str, otherwise: Place | None
) -> Iterator[Acceptance]:
    for i, one in enumerate(given):
        entry = node.child(i) if node is not None else None
        rule = entry.child("rule") if entry is not None else None
        place = rule.place if rule is not None else entry.place if entry is not None else otherwise
        yield Acceptance(one.rule, one.reason, one.owner, _day(one.until), step, "", place)


@lru_cache(64)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def _by_index(reading: Reading) -> dict[str, Place]:
    """The language has noticed them: a name as written for what an include in a loop makes."""
    from ultrastack.language.loop import BY_INDEX

    noticed = {n.place for n in reading.notices if n.what == BY_INDEX}
    if not noticed:
        return {}
    found = {s.name: s.name_place for s in reading.steps if s.name_place is not None and s.name_place in noticed}
    for place in sorted(noticed - set(found.values()), key=lambda p: (p.file, p.line, p.column)):
        found[place.excerpt[place.column - 1 : place.column - 1 + place.width].strip("\"'")] = place
    return found
