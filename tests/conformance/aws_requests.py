"""Would AWS take the requests that the provider makes of a resource? botocore's models answer, shape by shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex  # patterns of the models know \p{L}
from botocore.utils import parse_timestamp

from tools.models.aws_routes import Route, routes
from tools.models.aws_shapes import BotoShape
from tools.models.aws_translate import UNKNOWN, translate
from ultrastack.model.graph import Resource
from ultrastack.model.values import Secret, Unknown

from .aws_policies import wrong_in_policy

AUTONAME = "-0a1b2c3"
UNIQUE = "20261121153753000100000001"  # what the provider puts behind a namePrefix: a time and a count, 26 digits


@dataclass(frozen=True)
class Mismatch:
    """One thing that a cloud's model says is wrong with a resource."""

    resource: str  # type and name
    route: str
    what: str

    def __str__(self) -> str:
        return f"{self.resource}: {self.route}: {self.what}"


def plain(value: Any) -> Any:
    """Values of a graph with one mark for all that is not known: a secret need not keep the limits of its value."""
    if isinstance(value, (Unknown, Secret)):
        return UNKNOWN
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value


def named(resource: Resource) -> dict[str, Any]:
    """The inputs as the provider gets them: plain, with its own defaults and the name that Pulumi makes up."""
    inputs: dict[str, Any] = {**routes()[resource.type].defaults, **plain(dict(resource.inputs))}
    autoname = routes()[resource.type].autoname
    prefix = inputs.get(f"{autoname}Prefix")
    if autoname and isinstance(prefix, str):
        inputs[autoname] = f"{prefix}{UNIQUE}"
    elif autoname and inputs.get(autoname) is None and prefix is None:
        made = f"{resource.name}{AUTONAME}"
        made = made.lower() if resource.type == "aws:s3/bucket:Bucket" else made
        inputs[autoname] = f"alias/{made}" if resource.type == "aws:kms/alias:Alias" else made
    return inputs


def sent(resource: Resource) -> list[Route]:
    """The requests that the provider sends to make it."""
    return [
        route
        for route in routes()[resource.type].requests
        if route.target and (not route.only or any(resource.inputs.get(name) is not None for name in route.only))
    ]


def mismatches(resource: Resource) -> Iterator[Mismatch]:
    who, inputs = f"{resource.type} '{resource.name}'", named(resource)
    for route in sent(resource):
        made = translate(route, inputs)
        assert isinstance(route.shape, BotoShape)
        for what in [*made.problems, *wrong(route.shape, made.value)]:
            yield Mismatch(who, route.target, what)
        for where, document in made.policies:
            yield from (Mismatch(who, "policy", f"{where}: {what}") for what in wrong_in_policy(document))


def wrong(shape: BotoShape, value: Any, path: str = "") -> Iterator[str]:
    """What the model forbids, walking value and shape together."""
    if value is UNKNOWN or value == [UNKNOWN]:
        return
    at = path or shape.shape.name
    match shape.kind:
        case "structure":
            if not isinstance(value, Mapping):
                yield f"{at}: {_short(value)} where a structure is needed"
                return
            members = shape.members
            yield from (f"{at}: {name} is missing" for name in sorted(shape.required - set(value)))
            yield from (f"{at}: there is no member {name}" for name in value if name not in members)
            if shape.one_of and len(value) != 1:
                yield f"{at}: exactly one of {', '.join(members)} is needed, not {len(value)}"
            for name, inner in value.items():
                if name in members:
                    yield from wrong(members[name], inner, f"{path}.{name}".lstrip("."))
            return
        case "list":
            if not isinstance(value, list):
                yield f"{at}: {_short(value)} where a list is needed"
                return
            for i, inner in enumerate(value):
                yield from wrong(shape.element, inner, f"{path}[{i}]")
        case "map":
            if not isinstance(value, Mapping):
                yield f"{at}: {_short(value)} where a mapping is needed"
                return
            for key, inner in value.items():
                yield from wrong(shape.key, key, f"{path}[{key!r}] (its key)")
                yield from wrong(shape.element, inner, f"{path}[{key!r}]")
        case "timestamp":
            if not _is_time(value):
                yield f"{at}: {_short(value)} is no time"
            return
        case "any":
            return
        case kind:
            if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
                yield f"{at}: {_short(value)} where {_NOUNS[kind]} is needed"
                return
    yield from _outside(shape, value, at)


_TYPES: Mapping[str, Any] = {"text": str, "boolean": bool, "integer": int, "number": (int, float)}
_NOUNS = {"text": "a text", "boolean": "true or false", "integer": "a whole number", "number": "a number"}


def _outside(shape: BotoShape, value: Any, at: str) -> Iterator[str]:
    """Enumeration, range and pattern."""
    limits = shape.limits
    if limits.enum and value not in limits.enum:
        yield f"{at}: {_short(value)} is none of {', '.join(limits.enum[:12])}{', ...' * (len(limits.enum) > 12)}"
    size = value if limits.bound == "value" else len(value) if limits.bound else 0
    if limits.minimum is not None and size < limits.minimum:
        yield f"{at}: its {limits.bound} is {size}, the least is {limits.minimum}"
    if limits.maximum is not None and size > limits.maximum:
        yield f"{at}: its {limits.bound} is {size}, the most is {limits.maximum}"
    if limits.pattern and isinstance(value, str) and not pattern(limits.pattern).fullmatch(value):
        yield f"{at}: {_short(value)} does not match {limits.pattern}"


@cache
def pattern(text: str) -> Any:
    """The models are written for Java: characters beyond the first plane stand there as pairs of surrogates."""
    text = text.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
    text = text.replace("\ud800\udc00-\udbff\udfff", "\U00010000-\U0010ffff")
    return regex.compile(text, regex.V0)


def _is_time(value: Any) -> bool:
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\d", value):
        return False
    try:
        return parse_timestamp(value) is not None
    except ValueError:
        return False


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
