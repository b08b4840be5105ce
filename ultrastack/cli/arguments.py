"""How is the JSON Schema of a component's arguments told to a person? One row per argument, nested ones by path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null"}
PLURAL = {"text": "texts", "whole number": "whole numbers", "number": "numbers", "mapping": "mappings"}
MOST_CHOICES = 8  # of an enumeration; of a longer one only the ends


@dataclass(frozen=True)
class Argument:
    """One row: flow_logs.retention_days, ultraservers[].id."""

    path: str
    type: str
    default: str  # as a stack file would say it; "" if there is none
    required: bool
    sentence: str


def rows(schema: Schema) -> list[Argument]:
    """In the order of the class; what every component has (tags) last."""
    return sorted(_rows(schema, schema.get("$defs", {}), ""), key=lambda a: a.path == "tags")


def _rows(schema: Schema, defs: Schema, above: str) -> Iterator[Argument]:
    for name, given in schema.get("properties", {}).items():
        path = f"{above}{name}"
        needed = name in schema.get("required", ())
        default = given.get("default")
        inner, below = _inner(given, defs)
        said = default if isinstance(default, str) and default else json.dumps(default, ensure_ascii=False)
        # what a mapping with named keys defaults to is told by its own rows
        said = "" if default is None or inner is not None and not below else said
        yield Argument(path, kind(given, defs), said, needed, given.get("description", ""))
        if inner is not None:
            yield from _rows(inner, defs, f"{path}{below}.")


def _inner(given: Schema, defs: Schema) -> tuple[Schema | None, str]:
    """The mapping with named keys inside an argument, and how its path goes on."""
    for one in _choices(given, defs):
        if "properties" in one:
            return one, ""
        if one.get("type") == "array":
            found, below = _inner(one.get("items", {}), defs)
            return found, "[]" + below
        if isinstance(inside := _inside(one), Mapping):
            found, below = _inner(inside, defs)
            return found, ".KEY" + below
    return None, ""


def _inside(one: Schema) -> Schema | bool | None:
    """What a mapping with free keys holds."""
    return one.get("additionalProperties") or next(iter(one.get("patternProperties", {}).values()), None)


def kind(given: Schema, defs: Schema) -> str:
    """What it takes, in words."""
    return " or ".join(dict.fromkeys(_kind(one, defs) for one in _choices(given, defs))) or "anything"


def _choices(given: Schema, defs: Schema) -> list[Schema]:
    """The alternatives of a schema, references followed; null only means: may be left out."""
    if "$ref" in given:
        return _choices(defs[given["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in given or "oneOf" in given:
        inner = [c for one in given.get("anyOf", given.get("oneOf", ())) for c in _choices(one, defs)]
        return [one for one in inner if one.get("type") != "null"]
    return [given]


def _kind(one: Schema, defs: Schema) -> str:
    if "enum" in one or "const" in one:
        values = [v if isinstance(v, str) else json.dumps(v) for v in one.get("enum", [one.get("const")])]
        if len(values) > MOST_CHOICES:
            return f"one of {', '.join(values[:3])}, … {values[-1]} ({len(values)} values)"
        return " | ".join(values)
    if one.get("type") == "array":
        return "list of " + _plural(kind(one.get("items", {}), defs))
    if one.get("type") == "object":
        inside = _inside(one)
        return "mapping of " + _plural(kind(inside, defs)) if isinstance(inside, Mapping) and inside else "mapping"
    return WORDS.get(one.get("type", ""), "anything") + _bounds(one)


def _plural(words: str) -> str:
    return PLURAL.get(words, words)


def _bounds(one: Schema) -> str:
    low, high = one.get("minimum"), one.get("maximum")
    if low is not None and high is not None:
        return f", {low:,} to {high:,}"
    limits = (
        ("from", low),
        ("above", one.get("exclusiveMinimum")),
        ("to", high),
        ("below", one.get("exclusiveMaximum")),
    )
    return "".join(f", {word} {value:,}" for word, value in limits if value is not None)
