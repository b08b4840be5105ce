"""Which resources does each nested input come from?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi
from pulumi import _types

from ..model.graph import Value

Part = str | int


class References:
    """Hears every resource's arguments before the SDK flattens them; asks the outputs after the program has ended."""

    def __init__(self) -> None:
        self._seen: list[tuple[pulumi.Resource, tuple[Part, ...], pulumi.Output[Any]]] = []

    def hear(self, args: pulumi.ResourceTransformationArgs) -> None:
        self._seen += [(args.resource, path, output) for path, output in _outputs(args.props, ())]

    async def resolve(self, inputs: Mapping[str, Mapping[str, Value]]) -> dict[str, dict[str, tuple[str, ...]]]:
        """URN -> path as on the wire -> URNs."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        urns: dict[int, str] = {}

        async def urn_of(resource: pulumi.Resource) -> str:
            if id(resource) not in urns:
                urns[id(resource)] = await resource.urn.future() or ""
            return urns[id(resource)]

        for resource, path, output in self._seen:
            sources = {await urn_of(one) for one in await output.resources()} - {""}
            if sources:
                urn = await urn_of(resource)
                first = resource.translate_input_property(str(path[0]))
                where = _written((first, *path[1:]), inputs.get(urn, {}))
                found.setdefault(urn, {})[where] = tuple(sorted(sources))
        return {urn: dict(sorted(of.items())) for urn, of in found.items()}


def _outputs(given: Any, path: tuple[Part, ...]) -> Iterator[tuple[tuple[Part, ...], pulumi.Output[Any]]]:
    if isinstance(given, pulumi.Output):
        if path:
            yield path, given
    elif isinstance(given, Mapping):
        for key, one in given.items():
            yield from _outputs(one, (*path, str(key)))
    elif isinstance(given, (list, tuple)):
        for number, one in enumerate(given):
            yield from _outputs(one, (*path, number))
    elif _types.is_input_type(type(given)):
        for key, one in _types.input_type_to_dict(given).items():
            yield from _outputs(one, (*path, key))


def _written(path: tuple[Part, ...], inputs: Any) -> str:
    """A plain dict may be written in Python's names or the wire's: the name that arrived is the right one."""
    text, here = "", inputs
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
            here = here[part] if isinstance(here, list) and part < len(here) else None
            continue
        if not isinstance(here, Mapping) or part not in here:
            head, *tail = part.split("_")
            camel = head + "".join(word[:1].upper() + word[1:] for word in tail)
            part = camel if isinstance(here, Mapping) and camel in here else part
        text += f".{part}" if text else part
        here = here.get(part) if isinstance(here, Mapping) else None
    return text
