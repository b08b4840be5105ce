"""How is one element of an output reached without waiting for its neighbours?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..model.later import Later
from .absent import Absent

Built = Mapping[str, Any]  # components by step, while they are built

_NOTHING = Absent("")


def lift(later: Later, key: Any, written: str) -> Later:
    """`later.key` or `later[key]`; `written` is how the user wrote the step from one to the other."""
    return Lifted(later, key, written)


class Lifted(Later):
    """An element of a Later, known as soon as *it* is known: a new subnet must not touch the old nodes."""

    __slots__ = ("base", "path")

    def __init__(self, base: Later, key: Any, written: str):
        root, path = (base.base, base.path) if isinstance(base, Lifted) else (base, ())
        sliced = isinstance(key, slice)
        super().__init__(base.text + written, self.strict, "list" if sliced and base.kind == "list" else None)
        self.base: Later = root
        self.path: tuple[Any, ...] = (*path, key)

    def strict(self, built: Built) -> Any:
        def absent(key: Any) -> Any:
            import pulumi

            raise pulumi.RunError(f"`{self.text}`: the cloud's answer has no {_key(key)}")

        return self._reach(built, absent)

    def soft(self, built: Built) -> Any:
        """For expressions with a guard: an Absent where nothing is."""
        return self._reach(built, lambda key: Absent(f"`{self.text}`: the cloud's answer has no {_key(key)}"))

    def _reach(self, built: Built, absent: Callable[[Any], Any]) -> Any:
        import pulumi

        def walk(value: Any, path: tuple[Any, ...]) -> Any:
            for at, key in enumerate(path):
                if isinstance(value, pulumi.output.Unknown):
                    return value
                if isinstance(value, pulumi.Output):  # a list of Outputs: each keeps its own dependencies
                    rest = path[at:]
                    return value.apply(lambda v: walk(v, rest), run_with_unknowns=True)  # noqa: B023 (returned at once)
                found = _picked(value, key)
                if isinstance(found, Absent):
                    return absent(key)
                value = found
            return value

        return walk(self.base.make(built), self.path)


def _picked(value: Any, key: Any) -> Any:
    if isinstance(value, Mapping) and key.__hash__ and key in value:
        return value[key]
    if isinstance(value, (list, str)) and isinstance(key, slice):
        return value[key]
    if isinstance(value, (list, str)) and isinstance(key, int) and -len(value) <= key < len(value):
        return value[key]
    if isinstance(key, str) and isinstance(getattr(type(value), key, None), property):  # a provider's output type
        return getattr(value, key)
    return _NOTHING


def _key(key: Any) -> str:
    return f"'{key}'" if isinstance(key, str) else "such part" if isinstance(key, slice) else f"element {key}"
