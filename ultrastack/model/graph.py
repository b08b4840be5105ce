"""What did the program ask for? All resources of one run, with the edges between them, as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from .decoding import OWN, decode
from .step import Step
from .values import SECRET as SECRET
from .values import UNKNOWN as UNKNOWN
from .values import UNKNOWN_SECRET as UNKNOWN_SECRET
from .values import Asset as Asset
from .values import ResourceReference as ResourceReference
from .values import Secret as Secret
from .values import Unknown as Unknown
from .values import Value as Value
from .values import given_fields
from .values import value_from_json as value_from_json
from .values import value_to_json as value_to_json

Kind = Literal["stack", "component", "custom", "provider", "read"]

SCHEMA = "https://ultrastack.invalid/schema/graph"  # a name, not an address
VERSION = 1
PLACE = ("file", "line", "column", "width")  # of a step, beside its name


@dataclass(frozen=True)
class Options:
    """What the program asked of the engine for one resource, after inheritance; names as in Pulumi's documentation."""

    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool | None = None  # None: the provider decides
    deleted_with: str = ""
    import_id: str = ""
    aliases: tuple[str, ...] = ()  # URNs of earlier lives, as the program gave them, resolved
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    custom_timeouts: Mapping[str, str] = field(default_factory=dict)  # create, update, delete, read -> as written
    version: str = ""  # of the provider
    plugin_download_url: str = ""
    hide_diffs: tuple[str, ...] = ()
    replace_with: tuple[str, ...] = ()
    replacement_trigger: Value = None  # a change of it asks for a replacement


@dataclass(frozen=True)
class Resource:
    """One registration, as the engine hears it before any provider has checked it."""

    urn: str
    type: str
    name: str
    kind: Kind
    parent: str = ""
    provider: str = ""  # URN of the provider resource; "" for components
    inputs: Mapping[str, Value] = field(default_factory=dict)
    outputs: Mapping[str, Value] = field(default_factory=dict)  # what a component or the stack registered
    id: str = ""  # of a resource that is only read
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # a[3].b[0] -> URNs its Output came from
    options: Options = Options()
    step: str = ""  # name of the step that made it; "" for the stack, its providers and foreign programs


@dataclass(frozen=True)
class Message:
    """A line that the program logged."""

    severity: Literal["info", "warning", "error"]
    text: str
    urn: str = ""


@dataclass(frozen=True)
class Graph:
    """All resources of one run of one stack, in a stable order: the stack, its providers, then step by step."""

    project: str
    stack: str
    organization: str = "organization"
    resources: tuple[Resource, ...] = ()
    outputs: Mapping[str, Value] = field(default_factory=dict)  # the stack's exports
    steps: tuple[Step, ...] = ()
    messages: tuple[Message, ...] = ()

    @cached_property
    def by_urn(self) -> Mapping[str, Resource]:
        return {r.urn: r for r in self.resources}

    @cached_property
    def children(self) -> Mapping[str, tuple[Resource, ...]]:
        """Parent URN -> its children, in the graph's order."""
        found: dict[str, list[Resource]] = {}
        for r in self.resources:
            found.setdefault(r.parent, []).append(r)
        return {urn: tuple(rs) for urn, rs in found.items()}

    def step(self, name: str) -> Step | None:
        return next((s for s in self.steps if s.name == name), None)

    def under(self, urn: str) -> Iterator[Resource]:
        """The resource and everything below it, parents first."""
        yield self.by_urn[urn]
        for child in self.children.get(urn, ()):
            yield from self.under(child.urn)


# ---- JSON -----------------------------------------------------------------------------------------------------------


def to_json(graph: Graph) -> dict[str, Any]:
    """The graph as JSON data; keys and order are stable, empty fields are left out."""
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "project": graph.project,
        "stack": graph.stack,
        "organization": graph.organization,
        "steps": [_step_to_json(s) for s in graph.steps],
        "resources": [_resource_to_json(r) for r in graph.resources],
        "outputs": {k: value_to_json(v) for k, v in sorted(graph.outputs.items())},
        "messages": [given_fields(m) for m in graph.messages],
    }


def from_json(data: Mapping[str, Any]) -> Graph:
    """The inverse of to_json; raises ValueError for data of another schema or a newer version."""
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
        raise ValueError("this is no ultrastack graph")
    if data.get("version") != VERSION:
        raise ValueError(
            f"graph version {data.get('version')} is not understood; this ultrastack reads version {VERSION}"
        )
    try:
        for key in ("project", "stack", "organization", "steps", "resources", "outputs", "messages"):
            if key not in data:
                raise ValueError(f"'{key}' is missing")
        return Graph(
            project=_text(data, "project"),
            stack=_text(data, "stack"),
            organization=_text(data, "organization"),
            resources=tuple(_resource_from_json(r, where) for where, r in _entries(data, "resources")),
            outputs=_values_from_json(data["outputs"], "outputs"),
            steps=tuple(_step_from_json(s, where) for where, s in _entries(data, "steps")),
            messages=tuple(decode(Message, m, where) for where, m in _entries(data, "messages")),
        )
    except (ValueError, TypeError, AttributeError) as e:
        raise ValueError(f"damaged graph: {e}") from None


def _text(data: Mapping[str, Any], key: str) -> str:
    if not isinstance(data[key], str):
        raise ValueError(f"'{key}' is not a text")
    return str(data[key])


def _entries(data: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(data[key], list):
        raise ValueError(f"{key} is not a list")
    return ((f"{key}[{i}]", entry) for i, entry in enumerate(data[key]))


def _values_from_json(data: Any, where: str) -> dict[str, Value]:
    if not isinstance(data, Mapping):
        raise ValueError(f"{where} is not a mapping")
    return {k: value_from_json(v) for k, v in data.items()}


def dumps(graph: Graph) -> str:
    return json.dumps(to_json(graph), indent=1, ensure_ascii=False) + "\n"


def loads(text: str) -> Graph:
    try:
        data = json.loads(text)
    except ValueError:
        raise ValueError("this is no ultrastack graph: it is not JSON") from None
    return from_json(data)


def _resource_to_json(r: Resource) -> dict[str, Any]:
    data = given_fields(r)
    for key in ("inputs", "outputs"):
        if key in data:
            data[key] = {k: value_to_json(v) for k, v in data[key].items()}
    for key in ("property_dependencies", "references"):
        if key in data:
            data[key] = {k: list(v) for k, v in data[key].items()}
    options = given_fields(r.options)
    if r.options.delete_before_replace is False:  # None is left to the provider
        options["delete_before_replace"] = False
    if r.options.replacement_trigger is not None:
        options["replacement_trigger"] = value_to_json(r.options.replacement_trigger)
    if options:
        return data | {"options": options}
    data.pop("options", None)
    return data


def _resource_from_json(data: Any, where: str) -> Resource:
    made: Resource = decode(Resource, data, where)
    return made


def _step_to_json(s: Step) -> dict[str, Any]:
    at = {name: getattr(s.place, name) for name in PLACE}
    return {"name": s.name, "component": s.component, **at, **({"left_out": s.left_out} if s.left_out else {})}


def _step_from_json(data: Any, where: str) -> Step:
    if not isinstance(data, Mapping):
        raise ValueError(f"{where} is not a mapping")
    for name in ("name", "component", *PLACE):
        if name not in data:
            raise ValueError(f"{where} has no '{name}'")
    place = {name: data[name] for name in PLACE}
    step = {k: v for k, v in data.items() if k not in PLACE}
    made: Step = decode(Step, {**step, "place": place}, where)
    return made


OWN[Graph] = (to_json, lambda data, where: from_json(data))
