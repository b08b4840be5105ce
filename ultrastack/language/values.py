"""What may a name of the stack language stand for, and how does a value of the cloud pass through it?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar

from ..model.later import Later
from ..model.place import Place, Problem
from ..model.step import LISTENER
from .absent import Absent, Announced, LeftOut
from .lifting import Built, Lifted, lift
from .limits import Budget, Complaint, checked_number

if TYPE_CHECKING:
    import pulumi  # at run time only when Outputs are made: reading needs no Pulumi

SURROGATE = re.compile("[\ud800-\udfff]")  # cannot be printed or sent to the engine
Made = Callable[["pulumi.Output[Any]", Later], None]


@dataclass(frozen=True, eq=False)
class Register:
    """What `register` names: a component's declared outputs, and nothing else of the Python object."""

    name: str
    outputs: Mapping[str, Any] = field(repr=False)
    sort: ClassVar[str] = "a whole step"


def holds_later(value: Any) -> bool:
    if isinstance(value, Later):
        return True
    if isinstance(value, list):
        return any(map(holds_later, value))
    if isinstance(value, Register):
        value = value.outputs
    return isinstance(value, Mapping) and any(map(holds_later, value.values()))


def first_later(value: Any) -> Later | None:
    """The first value in it that only the cloud knows; for messages."""
    if isinstance(value, Later):
        return value
    if isinstance(value, Register):
        value = value.outputs
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return next((found for v in inside if (found := first_later(v)) is not None), None)


def bind(value: Any, built: Built, made: Made | None = None) -> Any:
    """The same value with Outputs for its Laters; `made` hears of each Output and the Later it came from."""
    if isinstance(value, Later):
        return _told(value.make(built), value, made)
    if isinstance(value, Register):
        value = value.outputs
    if isinstance(value, Mapping):
        return {k: bind(v, built, made) for k, v in value.items()}
    return [bind(v, built, made) for v in value] if isinstance(value, list) else value


def _told(output: Any, later: Later, made: Made | None) -> Any:
    if made is not None:
        for one in _outputs(output):
            made(one, later)
    return output


def _outputs(value: Any) -> Iterator[Any]:
    """A component's list or mapping output is Python's own, with Outputs in it."""
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else None
    if inside is not None:
        for one in inside:
            yield from _outputs(one)
    elif hasattr(value, "apply"):
        yield value


def known(
    place: Place, words: str, atoms: Mapping[str, Any], compute: Callable[[dict[str, Any]], Any]
) -> Callable[[Built], Any]:
    """A recipe: compute(values) once all atoms are known, secret if one of them is.

    A complaint keeps its place and shows no value: it may be a secret.
    """

    def late(values: dict[str, Any], both: Any) -> Any:
        try:
            return compute(values)
        except Complaint as e:
            why = e.discreet
        except Exception as e:  # whatever it says may show the value, as int('hunter2') does
            why = type(e).__name__
        import pulumi

        said = f"`{words}` cannot be computed from what the cloud answered: {why}"
        refused = pulumi.RunError(str(Problem(place, said)))
        if LISTENER.get() is not None:
            return _unknown_if_secret(both, refused)
        raise refused

    def make(built: Built) -> Any:
        import pulumi

        both = pulumi.Output.all(**{k: _bound_softly(v, built) for k, v in atoms.items()})
        return both.apply(lambda values: late(values, both))

    return make


def _unknown_if_secret(output: Any, refused: Exception) -> Any:
    """Offline a secret is a placeholder, of which an expression may make nothing: what it makes of it is unknown."""
    import pulumi

    async def hidden() -> Any:
        if await output.is_secret():
            return pulumi.output.UNKNOWN
        raise refused

    async def give(value: bool) -> bool:
        return value

    return pulumi.Output(set(), hidden(), give(False), give(True))


def _bound_softly(value: Any, built: Built) -> Any:
    return value.soft(built) if isinstance(value, Lifted) else bind(value, built)


def to_text(value: Any, words: str = "") -> str:
    """A value inside a longer text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"  # as YAML writes it
    if isinstance(value, (int, float)):
        return str(value)
    what = f"`{words}`" if words else "the value"
    if value is None:
        raise Complaint(f"{what} is empty and cannot stand inside a text", "add | default('...', true)")
    sort = "a mapping" if isinstance(value, Mapping) else "a list"
    raise Complaint(f"{what} is {sort} and cannot stand inside a text", "add | to_json, or | join(', ') for a list")


def settle(value: Any, purse: Budget | None = None) -> Any:
    """A result as plain data, within the limits: nothing but texts, numbers, true, false, null, lists and mappings."""
    try:
        return _settled(value, Budget(purse=purse))
    except RecursionError:
        raise Complaint("a value that is nested too deeply") from None


def _settled(value: Any, budget: Budget) -> Any:
    budget.spend(1)
    if isinstance(value, str):
        budget.spend(0, len(value))
        if not value.isascii() and SURROGATE.search(value):
            raise Complaint("a text with half a character (a lone surrogate)", "write the character itself")
        return value
    if value is None or isinstance(value, (bool, Later)):
        return value
    if isinstance(value, (int, float)):
        return checked_number(value)
    if isinstance(value, Mapping):
        budget.spend(0, sum(map(len, value)))
        return {k: _settled(v, budget) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_settled(v, budget) for v in value]
    if isinstance(value, Absent):
        raise value.complaint()
    if isinstance(value, Register):
        raise Complaint(f"'{value.name}' is a whole step; name one of its outputs", _listed(value.outputs))
    raise Complaint("the result is no value of the language")


def nearest(word: str, words: Any) -> str:
    """A fix for a misspelt word: the nearest one, else what there is."""
    known_words = sorted(map(str, words))
    same = [one for one in known_words if one.casefold() == str(word).casefold()]
    near = same or get_close_matches(str(word), known_words, 1, 0.6)
    return f"use '{near[0]}'" if near else _listed(known_words)


def _listed(words: Any) -> str:
    words = list(map(str, words))
    if not words:
        return ""
    more = f", and {len(words) - 12} more" if len(words) > 12 else ""
    return "one of: " + ", ".join(words[:12]) + more


__all__ = [
    "Absent",
    "Announced",
    "Built",
    "LeftOut",
    "Lifted",
    "Register",
    "bind",
    "first_later",
    "holds_later",
    "known",
    "lift",
    "nearest",
    "settle",
    "to_text",
]
