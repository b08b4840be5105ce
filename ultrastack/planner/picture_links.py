"""Which storage do machines use, as their component was told? Mounts and buckets among its arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ultrastack.model.values import Secret, Unknown
from ultrastack.policies.world import Subject

from .picture_parts import OURS, Drawing, Part, named_as

LABELS = {"mounts": "mount"}  # argument -> label; of others the argument's own name


def draw(drawing: Drawing) -> None:
    """From the machines and slices below a component to what its arguments name."""
    users = _users(drawing)
    storage = {urn: part for part in drawing.parts.values() if part.kind == "storage" for urn in part.own}
    for component in drawing.world.subjects:
        if component.urn not in users:
            continue
        for urn, label in dict.fromkeys(_named(drawing, component, storage)):
            for user in users[component.urn]:
                if storage[urn].key != user:
                    drawing.link(user, storage[urn].key, label)


def _users(drawing: Drawing) -> Mapping[str, list[str]]:
    """Component -> keys of its machines and slices."""
    found: dict[str, dict[str, None]] = {}
    for part in drawing.parts.values():
        for urn in part.own if part.kind in ("machines", "slice") else ():
            one = drawing.graph.by_urn.get(urn)
            parent = drawing.graph.by_urn.get(one.parent) if one is not None else None
            if parent is not None and parent.type.startswith(OURS):
                found.setdefault(parent.urn, {})[part.key] = None
    return {urn: list(keys) for urn, keys in found.items()}


def _named(drawing: Drawing, component: Subject, storage: Mapping[str, Part]) -> Iterator[tuple[str, str]]:
    for argument, value in component.values.items():
        usual = LABELS.get(argument, argument.replace("_", " "))
        for path, leaf, label in _leaves(argument, value, usual):
            for urn in _urns(drawing, component, path, leaf):
                if urn in storage:
                    yield urn, label


def _leaves(path: str, value: Any, label: str) -> Iterator[tuple[str, Any, str]]:
    """Each with the words of the nearest `access` beside it: read-write."""
    if isinstance(value, Mapping):
        access = value.get("access")
        label = access if isinstance(access, str) else label
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", inner, label)
    elif isinstance(value, (list, tuple)):
        for i, inner in enumerate(value):
            yield from _leaves(f"{path}[{i}]", inner, label)
    else:
        yield path, value, label


def _urns(drawing: Drawing, component: Subject, path: str, value: Any) -> list[str]:
    if isinstance(value, str):
        return [one.urn for one in named_as(drawing.world, value)]
    if not isinstance(value, (Unknown, Secret)):
        return []
    exact = component.resource.references.get(path)
    return list(
        component.resource.property_dependencies.get(path.partition(".")[0].partition("[")[0], ())
        if exact is None
        else exact
    )
