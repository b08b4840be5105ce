"""A value that only the cloud or the secret store knows, before there is any Pulumi run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

Kind = Literal["value", "list", "mapping"]


class Later:
    """The words that reach a value and a recipe for its Output.

    Not an Output: it needs no event loop, can be copied, and asking it anything is an error of ours, where an Output
    answers wrongly (it is true, equals nothing, str() of it is a warning).
    """

    __slots__ = ("text", "make", "kind", "declared")

    def __init__(
        self,
        text: str,
        make: Callable[[Mapping[str, Any]], Any],
        kind: Kind | None = None,
        declared: bool = False,
    ):
        self.text = text  # the user's words: net.private_subnet_ids[0]
        self.make = make  # the components built so far, by step -> Output
        self.kind = kind  # None: not known before the cloud has answered
        self.declared = declared  # a component declares this very output, so it will be there

    def __repr__(self) -> str:
        return f"<{self.text}, known later>"


def _asked(self: Later, *_: object, **__: object) -> Any:
    raise AssertionError(f"{self!r} was asked for its value")


for _name in "bool eq ne lt le gt ge hash iter len contains reversed str call getitem add radd int float index".split():
    setattr(Later, f"__{_name}__", _asked)
