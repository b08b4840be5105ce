"""Which inputs does the installed SDK know for a type of either cloud, down to the last member of its blocks?"""

from __future__ import annotations

import importlib
import json
import re
import sys
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pulumi import _types


@cache
def _classes(package: str) -> Mapping[str, tuple[str, str]]:
    """Type token -> module and class, as the SDK itself registers them."""
    file = importlib.import_module(package).__file__
    assert file is not None
    listed = re.search(r'resource_modules="""\n(.*?)\n"""', Path(file).read_text(encoding="utf-8"), re.S)
    assert listed is not None, f"{package} lists its resources in another way than this file knows"
    return {token: (one["fqn"], name) for one in json.loads(listed[1]) for token, name in one["classes"].items()}


@cache
def args_class(token: str) -> type:
    """What the type's class takes as `args`; KeyError for a type that the SDK does not have.

    Not <name>Args by its name alone: s3.BucketVersioningArgs is a block of s3.Bucket.
    """
    module, name = _classes(f"pulumi_{token.partition(':')[0]}")[token]
    made = getattr(importlib.import_module(module), name)
    home = sys.modules[made.__module__]
    for overload in typing.get_overloads(made.__init__):
        hint = overload.__annotations__.get("args")
        if found := re.search(r"(\w+Args)\b", str(hint)):  # a class, Optional of it, or a name in quotes
            taken: type = getattr(home, found[1])
            return taken
    raise KeyError(token)


@cache
def inputs_of(token: str) -> Mapping[tuple[str, ...], Any]:
    """Path of every input -> its Python type as the SDK annotates it; blocks before their members."""
    return dict(_members(args_class(token), (), ()))


def _members(made: type, prefix: tuple[str, ...], above: tuple[type, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, hint in _types.input_type_types(made).items():
        yield (*prefix, name), hint
        block = block_of(hint)
        if block is not None and block not in above:  # a block may stand in itself
            yield from _members(block, (*prefix, name), (*above, block))


def block_of(hint: Any) -> type | None:
    """The block's class behind Input, Optional, Sequence and Mapping; None for plain values."""
    if isinstance(hint, type) and _types.is_input_type(hint):
        return hint
    found = (block_of(inner) for inner in getattr(hint, "__args__", ()))
    return next((one for one in found if one is not None), None)
