"""Where does each input of a Pulumi AWS type go: to which request, to which CloudFormation resource? Read from YAML.

A type's entry (the files aws_*.yaml beside this one):

request          service.Operation of botocore that makes the resource, or {none: why}
cloudformation   the resource type, or {none: why}
autoname         the input that Pulumi fills with <name>-<7 hex digits>
defaults         inputs that the provider fills itself
adds             members that the provider adds to the request; null: a value that is not known here
within           the structure that the inputs go into where it has a member of their name, else the top is tried
names            input path (camelCase, dotted below blocks, no list indexes) -> a rule, for both models
request_*, cloudformation_*      adds, names and within for one of them; these names win
also             further requests that the provider sends for some inputs: {request, adds, names}
                 COMMON holds the rules of inputs that every type has

An input without a rule goes to the member of the same name, up to case and plural. A rule is a text or a mapping with

to        path of members, relative to the block around it; `/A.B` starts at the top of the request, `.` is the block
          itself; a list on the way means its first element
as        how a value is written there, as pairs, attribute, tag-specifications, policy or json: _Writer.formed
          in aws_translate.py has all of them
values    value -> value there, where the provider's words are not the API's
none      why the input has no place there
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .aws_shapes import Shape, request, resource_schema

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Rule:
    to: str = ""
    form: str = ""  # `as` in YAML
    none: str = ""
    values: Mapping[Any, Any] = field(default_factory=dict)
    resource: str = ""  # of tag-specifications
    key: str = "Key"  # of pairs: the member's name; of an attribute: its key
    value: str = "Value"


@dataclass(frozen=True)
class Route:
    """One way for the inputs of a type: an operation, or a resource type of CloudFormation."""

    target: str  # ec2.CreateVpc or AWS::EC2::VPC; "" if there is none
    why_not: str = ""
    names: Mapping[str, Rule] = field(default_factory=dict)
    adds: Mapping[str, Any] = field(default_factory=dict)
    only: frozenset[str] = frozenset()  # top-level inputs that make the provider send it; empty: always
    elsewhere: frozenset[str] = frozenset()  # top-level inputs that another request carries
    within: str = ""

    @property
    def shape(self) -> Shape:
        return resource_schema(self.target) if "::" in self.target else request(self.target)


@dataclass(frozen=True)
class TypeRoutes:
    token: str
    autoname: str
    defaults: Mapping[str, Any]
    requests: tuple[Route, ...]
    cloudformation: Route


@cache
def routes() -> Mapping[str, TypeRoutes]:
    """Pulumi type -> its routes, for all types that are mapped."""
    found = {}
    for file in sorted(FOLDER.glob("aws_*.yaml")):
        for token, entry in (yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}).items():
            if token in found:
                raise ValueError(f"{file.name}: {token} has two entries")
            found[token] = _type(token, entry)
    return found


COMMON: Mapping[str, Any] = {
    "region": {"none": "chooses the endpoint that the request goes to"},
    "namePrefix": {"none": "the provider makes a name of it"},
}
_MODEL_KEYS = ("names", "adds", "within")
_KEYS = {"request", "cloudformation", "autoname", "defaults", "also", *_MODEL_KEYS} | {
    f"{model}_{key}" for model in ("request", "cloudformation") for key in _MODEL_KEYS
}


def _type(token: str, entry: Mapping[str, Any]) -> TypeRoutes:
    if unknown := set(entry) - _KEYS:
        raise ValueError(f"{token}: unknown keys {sorted(unknown)}")
    also = tuple(_route(one["request"], one, only=True) for one in entry.get("also", []))
    elsewhere = frozenset(name for one in also for name in one.only)
    first = _route(entry["request"], _of_model(entry, "request"), elsewhere=elsewhere)
    cloudformation = _route(entry["cloudformation"], _of_model(entry, "cloudformation"))
    return TypeRoutes(token, entry.get("autoname", ""), entry.get("defaults", {}), (first, *also), cloudformation)


def _of_model(entry: Mapping[str, Any], model: str) -> Mapping[str, Any]:
    own = {key: entry.get(f"{model}_{key}") for key in _MODEL_KEYS}
    return {
        "names": {**COMMON, **(entry.get("names") or {}), **(own["names"] or {})},
        "adds": {**(entry.get("adds") or {}), **(own["adds"] or {})},
        "within": entry.get("within", "") if own["within"] is None else own["within"],
    }


def _route(
    target: str | Mapping[str, Any],
    said: Mapping[str, Any],
    only: bool = False,
    elsewhere: frozenset[str] = frozenset(),
) -> Route:
    rules = {name: _rule(rule) for name, rule in said.get("names", {}).items()}
    if isinstance(target, Mapping):
        return Route("", target["none"], rules)
    asked = frozenset(name.partition(".")[0] for name in rules) if only else frozenset()
    elsewhere = frozenset(name for name in elsewhere if name not in rules)
    return Route(target, "", rules, said.get("adds", {}), asked, elsewhere, said.get("within", ""))


def _rule(given: str | Mapping[str, Any]) -> Rule:
    if isinstance(given, str):
        return Rule(to=given)
    return Rule(**{"form" if key == "as" else key: value for key, value in given.items()})
