"""Which resources would lose a tag, or carry another value? Whoever reads a bill by tags loses them from sight.

What a resource carries is its own tags or labels, those of its provider, and of a template or a group what it gives
to machines, disks and interfaces. A new resource lacks what its stack file gives everything, if a cloud bills it. What
only the cloud knows is not lost. `Name` tells machines apart and no bill.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ultrastack.model.change import Change
from ultrastack.model.comparison import TagsChange
from ultrastack.model.graph import UNKNOWN, Graph, Resource, Secret, Unknown, Value
from ultrastack.model.stack_file import StackFile
from ultrastack.policies.launches import GROUP, INSTANCE, TEMPLATE
from ultrastack.policies.tags._tags import BILLED, plain

Tags = Mapping[str, Value]
OWN = {"aws": ("tags",), "gcp": ("labels", "resourceLabels", "userLabels")}
NO_LABELS = "gcp:monitoring/"  # whose `labels` are something else
DEFAULTS = ("defaultTags", "defaultLabels")  # of a provider
GATEWAY = "aws:ec2/vpcEndpoint:VpcEndpoint"  # one that is no interface costs nothing
BILLED_TYPES = {*BILLED, INSTANCE, TEMPLATE, GROUP}
NO_BILL = ("Name",)
SELF = ""  # the place of a resource's own tags


def tags_change(changes: Sequence[Change], old: Graph, new: Graph, file: StackFile | None) -> tuple[TagsChange, ...]:
    """Of those that are there afterwards, in the order of the new graph."""
    before = {one.new.urn: one.old for one in changes if one.new is not None}
    return tuple(found for one in new.resources if (found := _of(one, before, old, new, file)) is not None)


def _of(
    resource: Resource, before: Mapping[str, Resource | None], old: Graph, new: Graph, file: StackFile | None
) -> TagsChange | None:
    earlier = before[resource.urn] if resource.urn in before else old.by_urn.get(resource.urn)
    now = _carried(resource, new) if resource.kind == "custom" else None
    if now is None:
        return None
    if earlier is None:
        lost, changed = _lacking(resource, now, file), dict[str, tuple[str, str]]()
    else:
        was = _carried(earlier, old)
        if was is None:
            return None
        lost, changed = _lost(was, now), _changed(was, now)
    untagged = bool(lost) and not now.hides and not any(now.places.values())
    return TagsChange(resource, lost, changed, untagged) if lost or changed else None


# ---- what it carries ------------------------------------------------------------------------------------------------


class _Carried(NamedTuple):
    places: Mapping[str, Tags]  # "" for its own, then what it hands on
    hides: bool  # whether there are more that nobody knows


def _carried(resource: Resource, graph: Graph) -> _Carried | None:
    """None: its own tags are not known, or Pulumi leaves them as they are."""
    own: dict[str, Value] = {}
    for given in (_defaults(resource, graph), *_own(resource)):
        if given is None:
            return None
        own.update(given)
    found = list(_handed_on(resource))
    known = {place: tags for place, tags in found if tags is not None}
    return _Carried({SELF: own, **known}, len(known) < len(found))


def _own(resource: Resource) -> Iterator[Tags | None]:
    if resource.type == GROUP:
        yield _listed(_input(resource, "tags"))
        return
    for name in OWN.get(resource.type.partition(":")[0], ()):
        if name != "labels" or not resource.type.startswith(NO_LABELS):
            yield _mapping(_input(resource, name))
    config = resource.inputs.get("nodeConfig")
    if isinstance(config, dict):
        yield _mapping(config.get("resourceLabels"))


def _handed_on(resource: Resource) -> Iterator[tuple[str, Tags | None]]:
    """What a machine, a template or a group gives to what it starts."""
    if resource.type == GROUP:
        yield "instance", _listed(_input(resource, "tags"), handed_on=True)
    elif resource.type == INSTANCE:
        root = _input(resource, "rootBlockDevice")
        disk = _mapping(root.get("tags")) if isinstance(root, dict) else {}
        of_all = _mapping(_input(resource, "volumeTags"))
        yield "volume", None if disk is None or of_all is None else {**of_all, **disk}
    elif resource.type == TEMPLATE:
        given = _input(resource, "tagSpecifications")
        for one in given if isinstance(given, list) else [given] if given is not None else []:
            kind = one.get("resourceType") if isinstance(one, dict) else None
            tags = one.get("tags") if isinstance(one, dict) else None
            yield str(kind), _mapping(tags) if isinstance(kind, str) else None


def _input(resource: Resource, name: str) -> Value:
    """What it ignores a change of stays as it is, and nobody knows how that is."""
    return UNKNOWN if name in resource.options.ignore_changes else resource.inputs.get(name)


def _listed(given: Value, handed_on: bool = False) -> Tags | None:
    """Of a group: tags as a list of blocks."""
    if given is None:
        return {}
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        return None
    blocks = [one for one in given if isinstance(one, dict)]
    if any(not isinstance(one.get("key"), str) for one in blocks):
        return None
    return {str(one["key"]): one.get("value") for one in blocks if not handed_on or one.get("propagateAtLaunch")}


def _mapping(given: Value) -> Tags | None:
    return {} if given is None else given if isinstance(given, dict) else None


def _defaults(resource: Resource, graph: Graph) -> Tags | None:
    """What its provider puts on everything; its settings are JSON in a text."""
    provider = graph.by_urn.get(resource.provider) or graph.by_urn.get(resource.provider.rpartition("::")[0])
    found: dict[str, Value] = {}
    for name in DEFAULTS:
        given: Any = provider.inputs.get(name) if provider is not None else None
        if isinstance(given, str):
            try:
                given = json.loads(given)
            except ValueError:
                return None
        if isinstance(given, dict) and name == "defaultTags":
            given = given.get("tags")
        if given is not None and not isinstance(given, dict):
            return None
        found.update(given or {})
    return found


# ---- what is different ----------------------------------------------------------------------------------------------


def _lost(was: _Carried, now: _Carried) -> dict[str, str]:
    gone: dict[str, dict[str, str]] = {}
    for place, tags in was.places.items():
        if place not in now.places and now.hides:
            continue
        there = now.places.get(place, {})
        for key, value in tags.items():
            if value is not None and there.get(key) is None and key not in NO_BILL:
                gone.setdefault(key, {})[place] = _words(value)
    found: dict[str, str] = {}
    for key, places in gone.items():
        if any(key in tags for place, tags in now.places.items() if place in was.places):
            found |= {_at(key, place): value for place, value in places.items()}  # it is left elsewhere
        else:
            found[key] = next(iter(places.values()))
    return dict(sorted(found.items()))


def _changed(was: _Carried, now: _Carried) -> dict[str, tuple[str, str]]:
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for place, tags in was.places.items():
        for key, value in tags.items():
            later = now.places.get(place, {}).get(key)
            if _is_another(value, later) and key not in NO_BILL:
                found.setdefault(key, {})[place] = (_words(value), _words(later))
    merged: dict[str, tuple[str, str]] = {}
    for key, places in found.items():
        alike = len(set(places.values())) == 1
        merged |= {key if alike else _at(key, place): pair for place, pair in places.items()}
    return dict(sorted(merged.items()))


def _is_another(value: Value, later: Value) -> bool:
    known = not any(one is None or _is_unknown(one) for one in (value, later))
    return known and value != later


def _lacking(resource: Resource, now: _Carried, file: StackFile | None) -> dict[str, str]:
    """Of what is new: what its stack gives all others. A label of Google's spells it another way."""
    if file is None or resource.type not in BILLED_TYPES or now.hides:
        return {}
    if resource.type == GATEWAY and resource.inputs.get("vpcEndpointType", "Gateway") == "Gateway":
        return {}
    there = {plain(key) for tags in now.places.values() for key, value in tags.items() if value is not None}
    return {key: value for key, value in sorted(file.tags.items()) if value is not None and plain(key) not in there}


def _at(key: str, place: str) -> str:
    return f"{key} ({place})" if place else key


def _is_unknown(value: Value) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, Secret) and not value.known)


def _words(value: Value) -> str:
    """As reports write what is not known, or secret."""
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, Unknown):
        return "unknown"
    return str(value).lower() if isinstance(value, bool) else str(value)
