"""Which resource is meant here? By reference in a graph, by id, name or ARN in a state, else by Pulumi's dependencies.

What is ambiguous is nobody: a guess would be a wrong verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ultrastack.model.graph import Graph, Resource
from ultrastack.model.values import ResourceReference, Secret, Unknown

NAMED_BY = ("id", "arn", "name", "bucket", "selfLink", "idFromName")  # inputs or outputs that others name it by
# Resources whose outputs are the id of something else: a dependency on one of them may be that.
GIVES = {
    "aws:ec2/securityGroup:SecurityGroup": ("aws:ec2/vpc:Vpc", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"),
    "aws:ec2/routeTable:RouteTable": ("aws:ec2/vpc:Vpc", "aws:ec2/defaultRouteTable:DefaultRouteTable"),
}
ANYTHING = ("pulumi:pulumi:StackReference", "aws:cloudformation/stack:Stack", "aws:cloudcontrol/resource:Resource")


@dataclass(frozen=True)
class Found:
    """One resource of the graph, or something outside it, or neither with what stands in the way."""

    urn: str = ""
    outside: str = ""
    why: str = ""


class Resolver:
    """Answers for one graph; see World for what `exact` means."""

    def __init__(self, graph: Graph, exact: bool):
        self._by_urn = graph.by_urn
        self._exact = exact
        self._named: dict[str, list[Resource]] = {}
        for resource in graph.resources:
            if resource.kind in ("custom", "read"):
                for value in _names(resource):
                    self._named.setdefault(value, []).append(resource)

    def meant(self, urn: str, path: str, value: Any, types: Sequence[str]) -> Found:
        """Of one value: a single id, name or ARN, or a mark in its place."""
        if isinstance(value, ResourceReference):
            return Found(value.urn) if value.urn in self._by_urn else Found(why=", a resource of another program")
        if isinstance(value, (Unknown, Secret)):
            candidates = self.candidates(urn, path, types)
            if len(candidates) == 1:
                return Found(candidates[0])
            return Found(why=f": it may be any of {len(candidates)}" if candidates else ", known only after `up`")
        text = str(value)
        named = [r for r in self._named.get(text, ()) if r.type in types]
        if len(named) == 1:
            return Found(named[0].urn)
        if named:
            of_it = set(self._of_property(urn, path))
            depended = [r for r in named if r.urn in of_it]
            return Found(depended[0].urn) if len(depended) == 1 else Found(why=f": several are called {text}")
        referenced = self.candidates(urn, path, types) if self._exact else ()
        return Found(referenced[0]) if len(referenced) == 1 else Found(outside=text)

    def candidates(self, urn: str, path: str, types: Sequence[str]) -> tuple[str, ...]:
        """Which resources of these types a value may come from; none where others may have given it too."""
        sources = self._sources(urn, path)
        known = [self._by_urn[one] for one in sources if one in self._by_urn]
        if not self._exact:
            givers = {giver for token in types for giver in GIVES.get(token, ()) if giver not in types}
            if len(known) < len(sources) or any(r.type in ANYTHING or r.type in givers for r in known):
                return ()
        return tuple(r.urn for r in known if r.type in types)

    def _sources(self, urn: str, path: str) -> Sequence[str]:
        return self._by_urn[urn].references.get(path, ()) if self._exact else self._of_property(urn, path)

    def _of_property(self, urn: str, path: str) -> Sequence[str]:
        first = path.partition(".")[0].partition("[")[0]
        return self._by_urn[urn].property_dependencies.get(first, ())


def _names(resource: Resource) -> set[str]:
    found = {resource.id} if resource.id else set()
    for values in (resource.inputs, resource.outputs):
        found |= {value for key in NAMED_BY if isinstance(value := _given(values, key), str) and value}
    return found


def _given(values: Mapping[str, Any], key: str) -> Any:
    return values.get(key)
