"""How is a value of the graph put into words? Unknown is said, a secret is never shown, long texts are measured."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from ultrastack.model.graph import Asset, Graph, Resource, ResourceReference, Secret, Unknown, Value
from ultrastack.model.place import printable

LONGEST = 100  # characters of a text that is shown; a longer one (user data, policies) is only measured
LONGEST_ASKED = 1000  # of one that was asked for: an export, and any with --step or --values

TAG_KEYS = ("tags", "tagsAll", "labels", "volumeTags")

Leaf = tuple[str, Value]  # path as in `references`: rootBlockDevice.volumeSize, ingress[0].fromPort


def leaves(inputs: Mapping[str, Value]) -> Iterator[Leaf]:
    """Every scalar with its path, keys sorted; tags and a list of plain scalars stay whole."""
    for key in sorted(inputs):
        yield from _below(key, inputs[key])


def _below(path: str, value: Value) -> Iterator[Leaf]:
    if isinstance(value, dict) and value and not (is_tags(path) and not any(map(_nested, value.values()))):
        for key in sorted(value):
            yield from _below(f"{path}.{key}", value[key])
    elif isinstance(value, list) and any(_nested(v) or isinstance(v, (Unknown, Secret)) for v in value):
        for i, v in enumerate(value):
            yield from _below(f"{path}[{i}]", v)
    else:
        yield path, value


def is_tags(path: str) -> bool:
    return path.split(".")[-1] in TAG_KEYS


def _nested(value: Value) -> bool:
    return isinstance(value, (list, dict, ResourceReference))


def words(value: Value, sources: tuple[str, ...] = (), longest: int = LONGEST) -> str:
    """A value as the terminal shows it; `sources` are the names of what an unknown one comes from."""
    match value:
        case Unknown():
            return "unknown" + until(sources)
        case Secret(known=known):
            return "[secret]" if known else "[secret], unknown" + until(sources)
        case Asset(kind=kind, path=path, hash=digest):
            return f"{kind} {printable(path)} ({digest[:12]})" if path else f"{kind} {digest[:12]}"
        case ResourceReference(urn=urn):
            return f"the resource {name_in(urn)}"
        case str():
            return text(value, longest)
        case dict():
            return ", ".join(f"{printable(k)}={words(v)}" for k, v in sorted(value.items())) or "none"
        case list():
            return text(json.dumps(value, ensure_ascii=False, default=words), longest) if value else "none"
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))  # every number is a double on Pulumi's wire
        case _:
            return str(value)


def text(value: str, longest: int = LONGEST) -> str:
    shown = printable(value)
    if "\n" in shown.strip() or len(shown) > longest:
        return f"text of {len(value):,} characters"
    return shown.strip() or '""'


def until(sources: tuple[str, ...]) -> str:
    if not sources:
        return " until `up`"
    if len(sources) > 2:
        return f" until {sources[0]} and {len(sources) - 1} more exist"
    return f" until {' and '.join(sources)} exist" + "s" * (len(sources) == 1)


def sources_of(resource: Resource, path: str, graph: Graph) -> tuple[str, ...]:
    """Names of the resources that an unknown input comes from: exact where the engine heard it, else its property's."""
    urns = resource.references.get(path) or resource.property_dependencies.get(path.split(".")[0].split("[")[0], ())
    made = [u for u in urns if "pulumi:providers:" not in u]  # a provider is there before all else
    return tuple(dict.fromkeys(name_in(u) for u in made or urns))


def short(path: str) -> str:
    """The end of a path that says what it is: volumeSize, launchTemplate.id."""
    parts = path.split(".")
    if len(parts) > 1 and re.fullmatch(r"(id|name|arn|type|version|value|key)(\[\d+\])?", parts[-1]):
        return ".".join(parts[-2:])
    return parts[-1]


def name_in(urn: str) -> str:
    return printable(urn.split("::", 3)[-1])
