"""How does a Pulumi resource look as the request that AWS gets, or as a CloudFormation resource?"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from .aws_routes import Route, Rule
from .aws_shapes import Shape


class _Unknown:
    """A value that only the cloud will know."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()
PAIRS = frozenset({"Key", "Value"})
DEFAULT = Rule()


@dataclass
class Translated:
    """What a route makes of a resource's inputs, and the inputs that found no place."""

    value: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    policies: list[tuple[str, Any]] = field(default_factory=list)  # where, JSON text
    placed: set[str] = field(default_factory=set)  # input paths that have a place


def translate(route: Route, inputs: Mapping[str, Any]) -> Translated:
    """`inputs` are plain: JSON values and UNKNOWN."""
    made = Translated()
    for name, value in route.adds.items():
        _put(made.value, name, UNKNOWN if value is None else deepcopy(value))
    wanted = {k: v for k, v in inputs.items() if k not in route.elsewhere and (not route.only or k in route.only)}
    _Writer(route, made).fill(made.value, route.shape, "", wanted)
    return made


def locate(route: Route, path: tuple[str, ...]) -> Shape | None:
    """The shape that an input path leads to; None if the input has no place there."""
    found = place(route, path)
    return found[0] if found else None


def place(route: Route, path: tuple[str, ...]) -> tuple[Shape, Shape, str] | None:
    """The shape, the structure around it, and its name there."""
    shape, around, name = route.shape, route.shape, ""
    for i, key in enumerate(path):
        rule = route.names.get(".".join(path[: i + 1]), DEFAULT)
        if rule.none:
            return None
        shape = structure(shape)
        to = rule.to or destination(route, shape, key, top=i == 0)
        if not to:
            return None
        if to.startswith("/"):
            shape, to = route.shape, to[1:]
        for part in to.split("."):
            if not part:
                continue
            around, name = structure(shape), part
            found = below(around, part)
            if found is None:
                return None
            shape = found
        if rule.form and i + 1 < len(path):
            return None  # what is written in another form has no members of its own
        if shape.kind == "map" and i + 1 < len(path):
            shape = shape.element
    return shape, around, name


def destination(route: Route, shape: Shape, key: str, top: bool) -> str:
    """Where an input goes that has no rule; "" if nowhere."""
    if top and route.within:
        inside = shape
        for part in route.within.split("."):
            inside = structure(inside.members[part])
        if found := member(inside, key):
            return f"{route.within}.{found}"
    return member(shape, key)


def member(shape: Shape, key: str) -> str:
    """The member of the same name, up to case; Pulumi gives lists plural names, and single blocks singular ones."""
    folded = {name.casefold(): name for name in shape.members}
    tried = (key, key.removesuffix("s"), f"{key}s", key.removesuffix("ies") + "y", key.removesuffix("Lists") + "List")
    return next((folded[word.casefold()] for word in tried if word.casefold() in folded), "")


def below(shape: Shape, name: str) -> Shape | None:
    return shape.element if shape.kind == "map" else shape.members.get(name)


def structure(shape: Shape) -> Shape:
    while shape.kind == "list":
        shape = shape.element
    return shape


def _put(target: dict[str, Any], name: str, value: Any) -> None:
    *above, last = name.split(".")
    for part in above:
        target = target.setdefault(part, {})
    target[last] = value


class _Writer:
    def __init__(self, route: Route, made: Translated) -> None:
        self.route, self.made = route, made

    def fill(self, target: dict[str, Any], shape: Shape, prefix: str, inputs: Mapping[str, Any]) -> None:
        for key, value in inputs.items():
            path = f"{prefix}{key}"
            rule = self.route.names.get(path, DEFAULT)
            if value is None or rule.none:
                continue
            to = rule.to or destination(self.route, shape, key, top=not prefix)
            if not to:
                self.made.problems.append(f"{path}: {self.route.target} has no such member")
                continue
            self.made.placed.add(path)
            into, at, inner = (self.made.value, to[1:], self.route.shape) if to.startswith("/") else (target, to, shape)
            self._write(into, inner, at, path, value, rule)

    def _write(self, into: dict[str, Any], shape: Shape, to: str, path: str, value: Any, rule: Rule) -> None:
        parts = [part for part in to.split(".") if part]
        if not parts:  # the block's members belong to the block around it
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, Mapping):
                    self.fill(into, shape, f"{path}.", one)
            return
        for i, part in enumerate(parts):
            found = below(shape, part)
            if found is None:
                self.made.problems.append(f"{path}: {self.route.target} has no member {to}")
                return
            shape = found
            if i + 1 == len(parts):
                made = self.converted(shape, path, value, rule)
                if made is not None:  # a value by which the provider means "nothing"
                    self._set(into, part, made)
            elif shape.kind == "list":
                shape = shape.element
                into = into.setdefault(part, [{}])[0]
            else:
                into = into.setdefault(part, {})

    def _set(self, target: dict[str, Any], name: str, value: Any) -> None:
        """Two inputs may fill one structure or one list."""
        before = target.get(name)
        if isinstance(before, dict) and isinstance(value, dict):
            before.update(value)
        elif isinstance(before, list) and isinstance(value, list):
            target[name] = [*before, *value]
        else:
            target[name] = value

    def converted(self, shape: Shape, path: str, value: Any, rule: Rule = DEFAULT) -> Any:
        if rule.form:
            return self.formed(shape, path, value, rule)
        if value is UNKNOWN:
            return [UNKNOWN] if shape.kind == "list" else UNKNOWN
        if rule.values and isinstance(value, (str, bool, int)) and value in rule.values:
            return rule.values[value]
        if shape.kind == "list":
            if isinstance(value, Mapping) and set(shape.element.members) >= PAIRS and not set(value) & {"key", "value"}:
                return self._pairs(value, rule)
            listed = value if isinstance(value, list) else [value]
            return [self.converted(shape.element, path, one, rule) for one in listed]
        if shape.kind == "structure":
            if isinstance(value, list):
                if len(value) > 1:
                    self.made.problems.append(f"{path}: {len(value)} blocks where {self.route.target} takes one")
                value = value[0] if value else {}
            if isinstance(value, Mapping):
                made: dict[str, Any] = {}
                self.fill(made, shape, f"{path}.", value)
                return made
            return value
        if shape.kind == "map" and isinstance(value, Mapping):
            return {k: self.converted(shape.element, path, v) for k, v in value.items()}
        if isinstance(value, list) and len(value) == 1 and shape.kind not in ("any", "map"):
            value = value[0]
        return _scalar(shape, value)

    def formed(self, shape: Shape, path: str, value: Any, rule: Rule) -> Any:
        match rule.form:
            case "pairs":
                return value if value is UNKNOWN else self._pairs(value, rule)
            case "tag-specifications":
                if not value:
                    return []
                return [{"ResourceType": rule.resource, "Tags": self._pairs(value, rule)}]
            case "policy" | "json":
                if rule.form == "policy":
                    self.made.policies.append((path, value))
                if not isinstance(value, str):
                    return value
                try:
                    parsed = json.loads(value)
                except ValueError:
                    self.made.problems.append(f"{path}: this is not JSON")
                    return UNKNOWN
                return value if shape.kind == "text" else _without_null(parsed)
            case "attribute":
                words = value if value is UNKNOWN else _text(value)
                return [{"Key": rule.key, rule.value: words}]
            case "joined":
                listed = value if isinstance(value, list) else [value]
                return UNKNOWN if UNKNOWN in listed else ",".join(listed)
            case "words":  # a number that is a text there
                return value if value is UNKNOWN else _text(value)
            case "members":  # each text becomes a block
                listed = value if isinstance(value, list) else [value]
                return [{"SubscriptionType": rule.key, "Address": one} for one in listed]
            case "grouped":  # blocks of a name and values become a mapping
                return value if value is UNKNOWN else {one["name"]: one["values"] for one in value}
            case "time":  # 2026-12-01_00:00 for the provider
                return value if value is UNKNOWN else f"{str(value).replace('_', 'T')}:00Z"
            case "base64":
                return value if value is UNKNOWN else base64.b64encode(str(value).encode()).decode()
        raise ValueError(f"{path}: unknown form {rule.form}")

    def _pairs(self, value: Any, rule: Rule) -> Any:
        if not isinstance(value, Mapping):
            return value
        return [{rule.key: k, rule.value: v} for k, v in value.items()]


def _without_null(value: Any) -> Any:
    """The provider reads such a text into a structure, in which null is nothing."""
    if isinstance(value, Mapping):
        return {k: _without_null(v) for k, v in value.items() if v is not None}
    return [_without_null(one) for one in value] if isinstance(value, list) else value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _scalar(shape: Shape, value: Any) -> Any:
    """The provider takes texts for some numbers and switches; the SDK's own types are checked elsewhere."""
    if isinstance(value, str):
        if shape.kind == "boolean" and value in ("true", "false"):
            return value == "true"
        if shape.kind == "integer" and value.lstrip("-").isdigit():
            return int(value)
        if shape.kind == "number":
            try:
                return float(value)
            except ValueError:
                return value
    elif shape.kind == "text" and isinstance(value, (bool, int, float)):
        return _text(value)
    return value
