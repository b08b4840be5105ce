"""Which resource of the old graph is which of the new one? As the engine finds it: by its URN, else by an alias.

pulumi v3.259, step_generator.go: getOldResource, generateAliases, inheritedChildAlias. What was found by an alias gives
its children one each, so that a renamed component takes everything below it along; no program has to say that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ultrastack.model.graph import Graph, Resource


def earlier_lives(old: Graph, new: Graph) -> dict[str, str]:
    """New URN -> old one; the own URN before aliases, and none twice."""
    found = {one.urn: one.urn for one in new.resources if one.urn in old.by_urn}
    taken = set(found)
    for one in _parents_first(new):
        if one.urn not in found:
            earlier = next((a for a in _aliases(one, found, new) if a in old.by_urn and a not in taken), None)
            if earlier is not None:
                found[one.urn] = earlier
                taken.add(earlier)
    return found


def _parents_first(graph: Graph) -> Iterator[Resource]:
    """A provider stands before everything else, also before the component that it is below of."""
    seen: set[str] = set()
    for one in graph.resources:
        above = []
        while one.urn not in seen:
            seen.add(one.urn)
            above.append(one)
            one = graph.by_urn.get(one.parent, one)
        yield from reversed(above)


def _aliases(one: Resource, found: Mapping[str, str], graph: Graph) -> Iterator[str]:
    """Its own ones, of which what is only read has none; then those that its parent's other URN gives it."""
    own = () if one.kind == "read" else one.options.aliases
    yield from own
    above = found.get(one.parent, one.parent)
    if above != one.parent:
        yield _inherited(one.type, one.name, one.parent, above, graph)
        for alias in own:
            yield _inherited(_parts(alias)[0].rpartition("$")[2], _parts(alias)[1], one.parent, above, graph)


def _inherited(type_: str, name: str, parent: str, above: str, graph: Graph) -> str:
    """A name that begins as the parent's does is taken to be made of it."""
    # here, since it brings Pulumi, which those who only want the types need not wait for
    from ultrastack.engine.urns import make_urn

    now, was = _parts(parent)[1], _parts(above)[1]
    return make_urn(graph.stack, graph.project, above, type_, was + name[len(now) :] if name.startswith(now) else name)


def _parts(urn: str) -> tuple[str, str]:
    """urn:pulumi:stack::project::parent$type::name -> parent$type, name"""
    of_type, _, name = urn.split("::", 2)[2].partition("::")
    return of_type, name
