"""How does plain data from another process become our records? Strictly: what does not fit its type is refused.

Who wrote the data may wish us ill: every name, type and depth is looked at before anything is made of it.
"""

from __future__ import annotations

import json
import math
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from .values import Unknown, value_from_json, value_to_json

DEPTH = 100  # of nested data; a stack file nests 60 at most
PARTS = 10_000_000  # values at most: `[],` takes 70 bytes here; a plan of 50,000 resources has three million
Decoder = Callable[[Any, str], Any]
_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
OWN: dict[Any, tuple[Callable[[Any], Any], Decoder]] = {}  # records with a format of their own


def encode(record: Any, hint: Any = None) -> Any:
    """A record, or a tuple or mapping of records, as JSON data; fields that have their default are left out."""
    kind: Any = type(record) if hint is None else hint
    return encoder(kind)(record)


def decode(record: Any, data: Any, where: str) -> Any:
    """The inverse: a record of this class, or of this type; raises ValueError in words for what does not fit."""
    return decoder(record)(data, where)


def parse(text: str | bytes, depth: int = DEPTH) -> Any:
    """JSON of somebody else; raises ValueError for what is no JSON, too deep, too much, no number or no text."""
    try:
        said = text if isinstance(text, str) else text.decode("utf-8")
        if said.count(",") + said.count("[") + said.count("{") > PARTS:
            raise ValueError(f"more than {PARTS:,} values")
        found = json.loads(said, parse_constant=_no_number, parse_float=_real, parse_int=_whole)
        if _HALF.search(said):
            json.dumps(found, ensure_ascii=False).encode("utf-8")  # a half character can be written nowhere
    except RecursionError:
        raise ValueError(f"it is nested deeper than {depth}") from None
    except UnicodeError:
        raise ValueError("it is no JSON: half a character") from None
    except ValueError as e:
        raise ValueError(f"it is no JSON: {e}") from None
    _check_depth(found, depth)
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _real(digits: str) -> float:
    found = float(digits)
    return found if math.isfinite(found) else _no_number(_cut(digits))


def _whole(digits: str) -> int:
    _real(digits)  # whoever reckons with it makes a float of it
    return int(digits)


def _cut(digits: str) -> str:
    return digits if len(digits) < 20 else f"{digits[:20]}..."


def _check_depth(data: Any, depth: int) -> None:
    level = [data]
    for _ in range(depth):
        level = [
            inner
            for one in level
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return
    raise ValueError(f"it is nested deeper than {depth}")


@cache
def decoder(hint: Any) -> Decoder:
    """What makes a value of this type of JSON data."""
    if hint in OWN:
        return OWN[hint][1]
    if _is_value(hint):
        return _value
    if hint is float:
        return _number
    if hint is date:
        return _date
    if isinstance(hint, type) and hint in (str, int, bool):
        return _of_type(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint)
    if hasattr(hint, "model_validate"):
        return _pydantic(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _one_of(inner)
    if origin is tuple:
        return _list(inner[0]) if inner[1:] == (...,) else _pair(inner)
    if origin in (Mapping, dict) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return _mapping(inner[1])
    if origin in (Union, types.UnionType):
        return _or_none(next(one for one in inner if one is not type(None)))
    raise TypeError(f"nothing here reads {hint}")


def _is_value(hint: Any) -> bool:
    return Unknown in get_args(hint)


def _value(data: Any, where: str) -> Any:
    try:
        found = value_from_json(data)
    except (TypeError, AttributeError) as e:
        raise ValueError(f"{where}: {e}") from None
    return found


def _number(data: Any, where: str) -> float:
    if isinstance(data, bool) or not isinstance(data, (int, float)):
        raise ValueError(f"{where} is no number")
    return float(data)


def _date(data: Any, where: str) -> date:
    try:
        return date.fromisoformat(data)
    except (TypeError, ValueError):
        raise ValueError(f"{where} is no date") from None


def _of_type(kind: type) -> Decoder:
    named = {str: "text", int: "whole number", bool: "truth value"}[kind]

    def read(data: Any, where: str) -> Any:
        if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
            raise ValueError(f"{where} is no {named}")
        return data

    return read


def _one_of(words: tuple[Any, ...]) -> Decoder:
    def read(data: Any, where: str) -> Any:
        if not isinstance(data, str) or data not in words:
            raise ValueError(f"{where} is none of {', '.join(map(str, words))}")
        return data

    return read


def _list(hint: Any) -> Decoder:
    def read(data: Any, where: str) -> Any:
        if not isinstance(data, list):
            raise ValueError(f"{where} is no list")
        inner = decoder(hint)
        return tuple(inner(one, f"{where}[{i}]") for i, one in enumerate(data))

    return read


def _pair(hints: tuple[Any, ...]) -> Decoder:
    def read(data: Any, where: str) -> Any:
        if not isinstance(data, list) or len(data) != len(hints):
            raise ValueError(f"{where} is no list of {len(hints)}")
        return tuple(decoder(hint)(one, f"{where}[{i}]") for i, (hint, one) in enumerate(zip(hints, data, strict=True)))

    return read


def _mapping(hint: Any) -> Decoder:
    def read(data: Any, where: str) -> Any:
        if not isinstance(data, dict):
            raise ValueError(f"{where} is not a mapping")
        inner = decoder(hint)
        return {key: inner(one, f"{where}.{key}") for key, one in data.items()}

    return read


def _or_none(hint: Any) -> Decoder:
    return lambda data, where: None if data is None else decoder(hint)(data, where)


def _pydantic(model: Any) -> Decoder:
    def read(data: Any, where: str) -> Any:
        try:
            return model.model_validate(data)
        except ValueError:
            raise ValueError(f"{where} is no {model.__name__}") from None

    return read


def _record(record: type) -> Decoder:
    hints = _hints(record)
    needed = {f.name for f in fields(record) if f.default is MISSING and f.default_factory is MISSING}

    def read(data: Any, where: str) -> Any:
        if not isinstance(data, dict):
            raise ValueError(f"{where} is not a mapping")
        for name in sorted(needed - data.keys()):
            raise ValueError(f"{where} has no '{name}'")
        for name in sorted(data.keys() - hints.keys()):
            raise ValueError(f"{where} has an unknown '{name}'")
        return record(**{name: decoder(hints[name])(one, f"{where}.{name}") for name, one in data.items()})

    return read


@cache
def encoder(hint: Any) -> Callable[[Any], Any]:
    """What makes JSON data of a value of this type."""
    if hint in OWN:
        return OWN[hint][0]
    if hint is date:
        return date.isoformat
    if _is_value(hint):
        return value_to_json
    if isinstance(hint, type) and is_dataclass(hint):
        return _encoded_record(hint)
    if hasattr(hint, "model_validate"):
        return lambda one: one.model_dump(exclude_none=True)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        hints = inner[:1] if inner[1:] == (...,) else inner
        return lambda one: [encoder(hints[i % len(hints)])(x) for i, x in enumerate(one)]
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return lambda one: {key: encoder(inner[1])(x) for key, x in one.items()}
    if origin in (Union, types.UnionType):
        rest = next(one for one in inner if one is not type(None))
        return lambda one: None if one is None else encoder(rest)(one)
    return lambda one: one


def _encoded_record(record: type) -> Callable[[Any], Any]:
    hints = _hints(record)
    kinds = {f.name: (f.default, f.default_factory) for f in fields(record)}

    def write(one: Any) -> Any:
        found = {}
        for name, (default, factory) in kinds.items():
            value = getattr(one, name)
            usual = default if default is not MISSING else factory() if factory is not MISSING else MISSING
            if usual is MISSING or value != usual:
                found[name] = encoder(hints[name])(value)
        return found

    return write


@cache
def _hints(record: type) -> dict[str, Any]:
    from .schedule import Schedule  # named by stack_file.py for type checkers only

    return get_type_hints(record, localns={"Schedule": Schedule})
