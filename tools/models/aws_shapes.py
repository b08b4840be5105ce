"""Two kinds of models, one view: botocore's request shapes and CloudFormation's resource schemas as trees of Shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.metadata import version
from typing import Any, Literal, Protocol, cast

from . import Bound, Constraint

Kind = Literal["structure", "list", "map", "text", "integer", "number", "boolean", "timestamp", "any"]
TYPES = {"structure": "mapping", "map": "mapping", "timestamp": "text"}  # kind -> type of a Constraint, if another word


_version = cache(version)


class Shape(Protocol):
    """A node of a model."""

    @property
    def kind(self) -> Kind: ...
    @property
    def members(self) -> Mapping[str, Shape]: ...  # of a structure
    @property
    def required(self) -> frozenset[str]: ...  # of a structure
    @property
    def element(self) -> Shape: ...  # of a list or a map
    @property
    def limits(self) -> Constraint: ...


@dataclass(frozen=True)
class BotoShape:
    """A shape of a service model, with the name of the member that led to it."""

    service: str
    shape: Any
    member: str = ""

    @property
    def kind(self) -> Kind:
        if getattr(self.shape, "is_document_type", False):
            return "any"
        found: dict[str, Kind] = {
            "long": "integer",
            "float": "number",
            "double": "number",
            "string": "text",
            "blob": "text",
            "character": "text",
        }
        name: Any = self.shape.type_name
        return found.get(name) or cast(Kind, name)

    @cached_property
    def members(self) -> Mapping[str, BotoShape]:
        if self.kind != "structure":
            return {}
        return {k: BotoShape(self.service, v, f"{self.shape.name}.{k}") for k, v in self.shape.members.items()}

    @property
    def required(self) -> frozenset[str]:
        return frozenset(self.shape.required_members) if self.kind == "structure" else frozenset()

    @property
    def one_of(self) -> bool:
        """A union: exactly one member may be given."""
        return bool(getattr(self.shape, "is_tagged_union", False))

    @cached_property
    def element(self) -> BotoShape:
        inner = self.shape.member if self.kind == "list" else self.shape.value
        return BotoShape(self.service, inner, f"{self.member or self.shape.name}[]")

    @property
    def key(self) -> BotoShape:
        return BotoShape(self.service, self.shape.key, f"{self.member or self.shape.name} key")

    @cached_property
    def limits(self) -> Constraint:
        said = self.shape.metadata
        low, high = said.get("min"), said.get("max")
        return Constraint(
            type=TYPES.get(self.kind, self.kind),
            enum=tuple(getattr(self.shape, "enum", ()) or ()),
            minimum=low,
            maximum=high,
            bound=None if low is None and high is None else bound(self.kind),
            pattern=said.get("pattern", ""),
            source=f"botocore {version('botocore')} {self.service} {self.member or self.shape.name}",
        )


def bound(kind: Kind) -> Bound:
    return "value" if kind in ("integer", "number") else "length" if kind == "text" else "count"


@cache
def _service(name: str) -> Any:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


@cache
def request(operation: str) -> BotoShape:
    """The input of an operation, written ec2.CreateVpc."""
    service, _, name = operation.partition(".")
    return BotoShape(service, _service(service).operation_model(name).input_shape)


@dataclass(frozen=True)
class CfnShape:
    """A part of a resource schema; `schema` has its $ref resolved, `root` is the whole."""

    type: str
    root: Mapping[str, Any] = field(repr=False)
    schema: Mapping[str, Any] = field(repr=False)
    path: str = ""

    @cached_property
    def _said(self) -> Mapping[str, Any]:
        """The schema itself, with the properties of its alternatives."""
        found, alternatives = (
            dict(self.schema),
            [a for word in ("anyOf", "oneOf", "allOf") for a in self.schema.get(word, [])],
        )
        for alternative in map(self._resolved, alternatives):
            for word in ("properties", "items", "type", "patternProperties"):
                if word == "properties" and word in alternative:
                    found[word] = {**alternative[word], **found.get(word, {})}
                elif word in alternative:
                    found.setdefault(word, alternative[word])
        return found

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            found: Any = self.root
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = {**found, **{k: v for k, v in schema.items() if k != "$ref"}}
        return schema

    def _below(self, schema: Mapping[str, Any], name: str) -> CfnShape:
        return CfnShape(self.type, self.root, self._resolved(schema), f"{self.path}.{name}".lstrip("."))

    @property
    def kind(self) -> Kind:
        said = self._said
        types = said.get("type", [])
        types = [types] if isinstance(types, str) else types
        if said.get("properties"):
            return "structure"
        if said.get("patternProperties"):
            return "map"
        for word, kind in _CFN_KINDS.items():
            if word in types and not (word in ("object", "string") and {"object", "string"} <= set(types)):
                return kind
        return "text" if "enum" in said or "pattern" in said else "any"

    @cached_property
    def members(self) -> Mapping[str, CfnShape]:
        return {k: self._below(v, k) for k, v in self._said.get("properties", {}).items()}

    @property
    def required(self) -> frozenset[str]:
        return frozenset(self.schema.get("required", []))

    @property
    def element(self) -> CfnShape:
        if self.kind == "map":
            return self._below(next(iter(self._said["patternProperties"].values())), "*")
        return self._below(self._said.get("items", {}), "[]")

    @property
    def limits(self) -> Constraint:
        said, kind = self.schema, self.kind
        words = {"text": ("minLength", "maxLength"), "list": ("minItems", "maxItems")}.get(kind, ("minimum", "maximum"))
        low, high = (said.get(word) for word in words)
        return Constraint(
            type={"any": "any", "number": "number"}.get(kind, TYPES.get(kind, kind)),
            enum=tuple(map(str, said.get("enum", ()))),
            minimum=low,
            maximum=high,
            bound=None if low is None and high is None else bound(kind),
            pattern=said.get("pattern", ""),
            source=f"cfn-lint {version('cfn-lint')} {self.type} {self.path}".rstrip(),
        )


_CFN_KINDS: dict[str, Kind] = {
    "array": "list",
    "boolean": "boolean",
    "integer": "integer",
    "number": "number",
    "string": "text",
}


@cache
def resource_schema(type_: str, region: str = "us-east-1") -> CfnShape:
    """The schema of a CloudFormation resource type; KeyError for a type that has none."""
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError  # loads for two seconds

    try:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, type_).schema
    except ResourceNotFoundError:
        raise KeyError(type_) from None
    return CfnShape(type_, schema, schema)


def paths(shape: Shape, prefix: str = "", depth: int = 8) -> Iterator[tuple[str, Shape]]:
    """Every member below a shape as a dotted name; lists and maps count as their element."""
    while shape.kind in ("list", "map"):
        shape = shape.element
    for name, member in shape.members.items():
        yield f"{prefix}{name}", member
        if depth > 1:
            yield from paths(member, f"{prefix}{name}.", depth - 1)
