"""Would Google take the requests that the provider makes of a resource? The discovery documents answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tools.models import gcp
from tools.models.gcp_parameters import named
from tools.models.gcp_request import request_of
from tools.models.gcp_values import complaints
from ultrastack.model.graph import Graph, Resource

from . import emitted
from .typed_dicts import wrong_names

HERE = Path(__file__).parent


class Row(NamedTuple):
    """What was checked of one type."""

    type: str
    route: str  # the method that creates it
    resources: int
    properties: int  # inputs that were placed in requests, one by one
    beta: tuple[str, ...]  # inputs among them that the stable API does not have


def table() -> list[Row]:
    """Every Google type that the components emit and that is mapped."""
    by_type: dict[str, list[tuple[Graph, Resource]]] = {}
    for graph, resource in emitted_by_google():
        by_type.setdefault(resource.type, []).append((graph, resource))
    return [_row(token, there) for token, there in sorted(by_type.items()) if token in gcp.tokens()]


def printed() -> str:
    """The table as Markdown, and the figures in a last line."""
    rows, found = table(), list(mismatches(emitted_by_google()))
    lines = ["| type | resources | inputs | request | only in the beta API |", "| --- | ---: | ---: | --- | --- |"]
    for row in rows:
        lines.append(f"| {row.type} | {row.resources} | {row.properties} | {row.route} | {', '.join(row.beta)} |")
    resources, inputs = sum(row.resources for row in rows), sum(row.properties for row in rows)
    total = f"{len(rows)} types, {resources} resources, {inputs} inputs"
    said = f"{len(found)} mismatches, {len(not_mapped())} types that are not checked"
    return "\n".join([*lines, "", f"Google: {total} by request, provider's checks and the SDK's names; {said}."])


def unsent() -> str:
    """Inputs of the emitted types that no request has, with the reasons; as Markdown."""
    lines = ["| type | input | why |", "| --- | --- | --- |"]
    for token in sorted({one.type for _, one in emitted_by_google()} & set(gcp.tokens())):
        lines += [f"| {token} | {path} | {why} |" for path, why in gcp.call(token).unsent.items()]
    return "\n".join([*lines, *(f"| {token} | all | {why} |" for token, why in not_mapped().items())])


def _row(token: str, there: list[tuple[Graph, Resource]]) -> Row:
    call = gcp.call(token)
    requests = [request_of(call, named(call, one.name, one.inputs), targeted(graph, one)) for graph, one in there]
    stable = token_document(token)
    beta = {
        path
        for _, one in there
        for path in _paths(one.inputs, "")
        if path in call.targets and call.targets[path].node.document != stable
    }
    return Row(token, call.method.id, len(there), sum(one.inputs for one in requests), tuple(sorted(beta)))


def token_document(token: str) -> str:
    """The document of the stable API."""
    body = gcp.call(token).method.body
    assert body is not None
    return body.document


def _paths(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            below = f"{path}.{name}".lstrip(".")
            yield below
            yield from _paths(one, below)
    elif isinstance(value, list):
        for one in value:
            yield from _paths(one, path)


@cache
def emitted_by_google() -> tuple[tuple[Graph, Resource], ...]:
    return tuple(
        (graph, one)
        for graph in emitted.graphs().values()
        for one in graph.resources
        if one.type.startswith("gcp:") and one.kind == "custom"
    )


def targeted(graph: Graph, resource: Resource) -> Mapping[str, Any]:
    """What a resource without a project, region or zone of its own takes from its provider."""
    provider = graph.by_urn.get(resource.provider)
    return {k: v for k in ("project", "region", "zone") if provider and (v := provider.inputs.get(k)) is not None}


def mismatches(resources: Iterable[tuple[Graph, Resource]]) -> Iterator[str]:
    """Every complaint, once: of the API, of the provider, and of the SDK about names."""
    seen = set()
    for graph, one in resources:
        found = [(words, "SDK") for words in wrong_names(one)]
        if one.type in gcp.tokens():
            made = complaints(one.type, one.name, one.inputs, targeted(graph, one))
            found += [(f"{each.path}: {each.words}", each.by) for each in made]
        for words, by in found:
            said = f"{one.type} '{one.name}': {words} ({by})"
            if said not in seen:
                seen.add(said)
                yield said


def not_mapped() -> Mapping[str, str]:
    """Types that are emitted and not checked -> why."""
    found = yaml.safe_load((HERE / "gcp_not_mapped.yaml").read_text(encoding="utf-8"))
    return found or {}
