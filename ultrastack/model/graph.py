"""What did the program ask for? All resources of one run, with the edges between them, as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Literal, Union

from .place import Place
from .step import Step

SCHEMA = "https://ultrastack.invalid/schema/graph"  # a name, not an address
VERSION = 1


@dataclass(frozen=True)
class Unknown:
    """Only the cloud will know it."""


@dataclass(frozen=True)
class Secret:
    """A secret's place; its value never enters a graph."""

    known: bool = True


@dataclass(frozen=True)
class Asset:
    """A file or an archive handed to a resource; only its digest is kept."""

    kind: Literal["asset", "archive"]
    hash: str
    path: str = ""


@dataclass(frozen=True)
class ResourceReference:
    """A whole resource handed to another one."""

    urn: str


UNKNOWN, SECRET, UNKNOWN_SECRET = Unknown(), Secret(), Secret(known=False)
# Union and not |, which a name in quotes does not know when the module is loaded
Value = Union[  # noqa: UP007
    None, bool, int, float, str, list["Value"], dict[str, "Value"], Unknown, Secret, Asset, ResourceReference
]


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
    custom_timeouts: Mapping[str, str] = field(default_factory=dict)  # create, update, delete -> as written
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
    kind: Literal["stack", "component", "custom", "provider", "read"]
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
        "messages": [_given(m) for m in graph.messages],
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
        return Graph(
            project=data["project"],
            stack=data["stack"],
            organization=data["organization"],
            resources=tuple(_resource_from_json(r) for r in data["resources"]),
            outputs={k: value_from_json(v) for k, v in data["outputs"].items()},
            steps=tuple(_step_from_json(s) for s in data["steps"]),
            messages=tuple(Message(**m) for m in data["messages"]),
        )
    except (KeyError, TypeError, AttributeError) as e:
        raise ValueError(f"damaged graph: {type(e).__name__} {e}") from None


def dumps(graph: Graph) -> str:
    return json.dumps(to_json(graph), indent=1, ensure_ascii=False) + "\n"


def loads(text: str) -> Graph:
    return from_json(json.loads(text))


def value_to_json(value: Value) -> Any:
    """Marks become one-key mappings whose key starts with `$`; a user's own key that starts so gets a second `$`."""
    match value:
        case Unknown():
            return {"$unknown": True}
        case Secret(known=known):
            return {"$secret": True} if known else {"$secret": True, "$unknown": True}
        case Asset():
            return {"$asset": _given(value)}
        case ResourceReference(urn=urn):
            return {"$resource": urn}
        case dict():
            return {"$" * k.startswith("$") + k: value_to_json(v) for k, v in sorted(value.items())}
        case list():
            return [value_to_json(v) for v in value]
        case _:
            return value


def value_from_json(data: Any) -> Any:
    match data:
        case {"$secret": True, "$unknown": True}:
            return UNKNOWN_SECRET
        case {"$secret": True}:
            return SECRET
        case {"$unknown": True}:
            return UNKNOWN
        case {"$asset": given}:
            return Asset(**given)
        case {"$resource": urn}:
            return ResourceReference(urn)
        case dict():
            return {k.removeprefix("$") if k.startswith("$$") else k: value_from_json(v) for k, v in data.items()}
        case list():
            return [value_from_json(v) for v in data]
        case _:
            return data


def _given(record: Any) -> dict[str, Any]:
    """A record's fields without those at their defaults that are empty."""
    found = {f.name: getattr(record, f.name) for f in fields(record)}
    return {
        k: dict(sorted(v.items())) if isinstance(v, Mapping) else list(v) if isinstance(v, tuple) else v
        for k, v in found.items()
        if v not in ("", (), None, False) and v != {}
    }


def _resource_to_json(r: Resource) -> dict[str, Any]:
    data = _given(r)
    for key in ("inputs", "outputs"):
        if key in data:
            data[key] = {k: value_to_json(v) for k, v in data[key].items()}
    for key in ("property_dependencies", "references"):
        if key in data:
            data[key] = {k: list(v) for k, v in data[key].items()}
    options = _given(r.options)
    if r.options.delete_before_replace is False:  # None is left to the provider
        options["delete_before_replace"] = False
    if r.options.replacement_trigger is not None:
        options["replacement_trigger"] = value_to_json(r.options.replacement_trigger)
    if options:
        return data | {"options": options}
    data.pop("options", None)
    return data


def _resource_from_json(data: Mapping[str, Any]) -> Resource:
    made = dict(data)
    for key in ("inputs", "outputs"):
        made[key] = {k: value_from_json(v) for k, v in data.get(key, {}).items()}
    for key in ("property_dependencies", "references"):
        made[key] = {k: tuple(v) for k, v in data.get(key, {}).items()}
    made["dependencies"] = tuple(data.get("dependencies", ()))
    given = data.get("options", {})
    options: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
    if "replacement_trigger" in options:
        options["replacement_trigger"] = value_from_json(given["replacement_trigger"])
    return Resource(**{**made, "options": Options(**options)})


def _step_to_json(s: Step) -> dict[str, Any]:
    at = {"file": s.place.file, "line": s.place.line, "column": s.place.column, "width": s.place.width}
    return {"name": s.name, "component": s.component, **at, **({"left_out": s.left_out} if s.left_out else {})}


def _step_from_json(data: Mapping[str, Any]) -> Step:
    place = Place(data["file"], data["line"], data["column"], data["width"])
    return Step(data["name"], data["component"], place, data.get("left_out", ""))
