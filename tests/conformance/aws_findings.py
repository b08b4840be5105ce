"""What do AWS's models say about everything that the components emit, and how much of it was asked?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tools.models.aws_routes import routes
from ultrastack.model.graph import Graph, Resource

from . import aws_cloudformation, aws_requests
from .aws_requests import Mismatch
from .emitted import graphs
from .typed_dicts import wrong_names

ACCEPTED = Path(__file__).with_name("aws_accepted.yaml")


@dataclass(frozen=True)
class Accepted:
    """A complaint that is wrong, or about something that is meant so."""

    type: str
    route: str
    what: str  # a part of the complaint
    why: str
    name: str = "*"  # of the resource, as a pattern

    def covers(self, found: Mismatch) -> bool:
        named = fnmatchcase(found.resource, f"{self.type} '{self.name}'")
        return named and found.route == self.route and self.what in found.what


@dataclass
class Findings:
    """One run over all graphs."""

    emitted: Counter[str] = field(default_factory=Counter)  # resources by type
    by_request: Counter[str] = field(default_factory=Counter)
    by_schema: Counter[str] = field(default_factory=Counter)
    operations: dict[str, set[str]] = field(default_factory=dict)
    schemas: dict[str, set[str]] = field(default_factory=dict)
    unrouted: set[str] = field(default_factory=set)
    given: set[tuple[str, str]] = field(default_factory=set)  # types and input paths that occur
    mismatches: list[tuple[str, Mismatch]] = field(default_factory=list)  # with the graph's name
    accepted: Counter[Accepted] = field(default_factory=Counter)


@cache
def accepted() -> tuple[Accepted, ...]:
    return tuple(Accepted(**one) for one in yaml.safe_load(ACCEPTED.read_text(encoding="utf-8")))


def on_aws(graph: Graph) -> Iterator[Resource]:
    """What the program makes; what it only reads is asked of nobody."""
    return (r for r in graph.resources if r.kind == "custom" and r.type.startswith("aws:"))


@cache
def findings() -> Findings:
    """All three routes over everything that is emitted; cached, since it takes a while."""
    return judge(graphs())


def judge(given: Mapping[str, Graph]) -> Findings:
    found, translated = Findings(), []
    home: dict[str, str] = {}
    for name, graph in given.items():
        for resource in on_aws(graph):
            found.emitted[resource.type] += 1
            found.given |= {(resource.type, path) for path in _paths(dict(resource.inputs))}
            who = f"{resource.type} '{resource.name}'"
            home.setdefault(who, name)
            _add(found, name, [Mismatch(who, "SDK", what) for what in wrong_names(resource)])
            if resource.type not in routes():
                found.unrouted.add(resource.type)
                continue
            if sent := aws_requests.sent(resource):
                found.by_request[resource.type] += 1
                found.operations.setdefault(resource.type, set()).update(route.target for route in sent)
                _add(found, name, aws_requests.mismatches(resource))
            if made := aws_cloudformation.translated(graph, resource):
                found.by_schema[resource.type] += 1
                found.schemas.setdefault(resource.type, set()).add(made.type)
                translated.append(made)
    for one in aws_cloudformation.judged(translated):
        _add(found, home.get(one.resource, ""), [one])
    return found


def _paths(value: Any, prefix: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield f"{prefix}{key}"
            yield from _paths(inner, f"{prefix}{key}.")
    elif isinstance(value, list):
        for one in value:
            yield from _paths(one, prefix)


def _add(found: Findings, graph: str, made: Iterator[Mismatch] | list[Mismatch]) -> None:
    for one in made:
        reason = next((entry for entry in accepted() if entry.covers(one)), None)
        if reason is not None:
            found.accepted[reason] += 1
        else:
            found.mismatches.append((graph, one))


def table(found: Findings) -> str:
    """Resources by type and route, as Markdown."""
    lines = ["| type | resources | request | CloudFormation |", "| --- | ---: | --- | --- |"]
    for type_, count in sorted(found.emitted.items()):
        request = ", ".join(sorted(found.operations.get(type_, ()))) or _why(type_, "request")
        schema = ", ".join(sorted(found.schemas.get(type_, ()))) or _why(type_, "cloudformation")
        lines.append(f"| {type_} | {count} | {request} | {schema} |")
    total = f"{len(found.emitted)} types, {sum(found.emitted.values())} resources"
    asked = f"{sum(found.by_request.values())} by request, {sum(found.by_schema.values())} by CloudFormation's schema"
    said = (
        f"{len(found.mismatches)} mismatches, {sum(found.accepted.values())} accepted for {len(found.accepted)} reasons"
    )
    return "\n".join([*lines, "", f"AWS: {total}; all by the SDK's names, {asked}; {said}."])


def _why(type_: str, model: str) -> str:
    one = routes().get(type_)
    if one is None:
        return "not mapped"
    return f"- ({one.requests[0].why_not if model == 'request' else one.cloudformation.why_not})"


def not_mapped(found: Findings) -> str:
    """Inputs that are set and have no place in a model, with the reasons; as Markdown."""
    lines = []
    for type_ in sorted(found.emitted):
        one = routes().get(type_)
        for route in (*one.requests, one.cloudformation) if one else ():
            for name, rule in sorted(route.names.items()):
                if rule.none and route.target and (type_, name) in found.given:
                    lines.append(f"| {type_} | {name} | {route.target} | {rule.none} |")
    return "\n".join(["| type | input | has no place in | why |", "| --- | --- | --- | --- |", *lines])
