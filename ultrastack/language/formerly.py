"""`formerly`: what was a step called before?

Names that a step had earlier become aliases, so that a rename replaces nothing. In an included file they get the prefix
of the include, as names do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model.place import Place
from .limits import shown
from .name import KEBAB, Taken, suggestion
from .problems import Problems
from .source import Node

Form = str | list[str]


def names(given: str | list[str] | None, node: Node | None, prefix: str, problems: Problems) -> list[tuple[str, Place]]:
    """The earlier names with the places where they are written."""
    found = []
    for i, name in enumerate([given] if isinstance(given, str) else given or []):
        assert node is not None
        place = (node.child(i) or node).place
        if KEBAB.fullmatch(name):
            found.append((prefix + name, place))
        else:
            problems.note(place, f"an earlier name of a step is kebab-case, not {shown(name)}", suggestion(name))
    return found


def check(earlier: Iterable[tuple[str, Place]], taken: Mapping[str, Taken], problems: Problems) -> None:
    """An earlier name that a step has now would belong to two: the engine would refuse it half-way."""
    claimed: dict[str, Place] = {}
    for name, place in earlier:
        if name in taken:
            what = f"'{name}' is the name of a step now, at {taken[name].place}, so it cannot be an earlier name"
            problems.note(place, what, "remove it, or rename that step")
        elif name in claimed and claimed[name] != place:
            problems.note(
                place, f"'{name}' is the earlier name of two steps, also at {claimed[name]}", "keep one of them"
            )
        elif name in claimed:
            problems.note(
                place, f"two rounds of this loop were formerly '{name}'", "use what is different in each item"
            )
        claimed.setdefault(name, place)
