"""In which shape does the installed SDK take each input of a Google type?"""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from pulumi import _types

from .sdk import args_class, block_of, inputs_of

Kind = Literal["text", "whole", "number", "switch", "block", "any"]
Shape = Literal["one", "list", "mapping"]


class SdkInput(NamedTuple):
    """What the SDK takes at one path."""

    kind: Kind
    shape: Shape


@functools.cache
def sdk_inputs(token: str) -> Mapping[str, SdkInput]:
    """Dotted path -> what the SDK takes there, parents before their members; repeated blocks have no index."""
    return {".".join(path): _taken(hint) for path, hint in inputs_of(token).items()}


@functools.cache
def asked_for(token: str) -> Mapping[str, tuple[str, ...]]:
    """Dotted block, "" for the resource itself -> its members that have to be given. A mapping in the place of a block
    passes the SDK without them; the provider refuses it."""
    blocks: dict[str, type] = {"": args_class(token)}
    blocks |= {".".join(path): block for path, hint in inputs_of(token).items() if (block := block_of(hint))}
    return {path: _without_default(block) for path, block in blocks.items()}


def _without_default(block: type) -> tuple[str, ...]:
    wire = _types.input_type_py_to_pulumi_names(block)
    parameters = inspect.signature(block.__init__).parameters.values()
    return tuple(wire[one.name] for one in parameters if one.name in wire and one.default is inspect.Parameter.empty)


_KINDS: Mapping[Any, Kind] = {str: "text", int: "whole", float: "number", bool: "switch"}


def _taken(hint: Any) -> SdkInput:
    hint, shape = _plain(hint), "one"
    origin = typing.get_origin(hint)
    if origin in (list, Sequence):
        hint, shape = _plain(typing.get_args(hint)[0]), "list"
    elif origin in (dict, Mapping):
        hint, shape = _plain(typing.get_args(hint)[1]), "mapping"
    return SdkInput("block" if block_of(hint) else _KINDS.get(hint, "any"), typing.cast(Shape, shape))


def _plain(hint: Any) -> Any:
    """The first word of a Union: the others are ways to hand it over later."""
    return _plain(typing.get_args(hint)[0]) if typing.get_origin(hint) is typing.Union else hint
