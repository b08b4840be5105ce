"""What does the real provider's Check fill in, and what did it fill in before?

As Pulumi's bridge does it (pulumi-terraform-bridge, pkg/tfbridge/schema.go, applyDefaults): every block gets a list
`__defaults` of the members that were filled in. A value that was filled in before stays; so does any old value where
there is no such list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from ...catalog import ResourceType
from ..wire import OF_SECRET, SIGNATURE
from .meaning import DEFAULTS
from .sdk import Input, Kind, members_of
from .types import known as known_type

# The provider declares these to conflict, and then the bridge fills in nothing.
_NOT_BESIDE = {
    ("aws:ec2/instance:Instance", "sourceDestCheck"): "primaryNetworkInterface",
    ("gcp:container/cluster:Cluster", "enableShieldedNodes"): "enableAutopilot",
}
_OF_THE_CONFIGURATION = "deletionPolicy"  # on Google: the provider's own settings change what it is, so it is unknown


def kept(olds: Mapping[str, Any], name: str) -> bool:
    """Whether the old value is one that was filled in, which then stays."""
    return name in olds and (DEFAULTS not in olds or name in (olds[DEFAULTS] or ()))


def with_defaults(
    row: ResourceType | None,
    known: Mapping[str, Input],
    given: Mapping[str, Any],
    olds: Any,
    path: str = "",
    named: Sequence[str] = (),
) -> dict[str, Any]:
    """A block and the blocks in it, with the defaults that the catalogue is sure of; `named`: filled in already."""
    before = olds if isinstance(olds, Mapping) else {}
    found = {name: _inner(row, known, name, value, before.get(name), path) for name, value in given.items()}
    made = list(named)
    for name, default in _by_block(row.name).get(path, {}).items() if row is not None else ():
        one = known.get(name)
        if one is None or one.deprecated or name in given or _beside(row, name, given):
            continue
        value = before[name] if kept(before, name) else _typed(one.type.kind, default)
        if value is not None:
            found[name] = value
            made.append(name)
    return {**found, DEFAULTS: sorted(made)}


def _inner(row: ResourceType | None, known: Mapping[str, Input], name: str, value: Any, old: Any, path: str) -> Any:
    one = known.get(name)
    if one is None:
        return value
    inside = f"{path}.{name}".lstrip(".")
    type_ = one.type
    if isinstance(value, Mapping) and value.get(SIGNATURE) == OF_SECRET:
        return {**value, "value": _inner(row, known, name, value.get("value"), _opened(old), path)}
    if type_.kind == "block" and isinstance(value, Mapping) and SIGNATURE not in value:
        return with_defaults(row, members_of(type_), value, old, inside)
    if type_.kind == "list" and type_.of is not None and type_.of.kind == "block" and isinstance(value, list):
        members = members_of(type_.of)
        olds = old if isinstance(old, list) else []
        return [
            with_defaults(row, members, block, olds[i] if i < len(olds) else None, inside)
            if isinstance(block, Mapping) and SIGNATURE not in block
            else block
            for i, block in enumerate(value)
        ]
    return value


def _opened(old: Any) -> Any:
    return old.get("value") if isinstance(old, Mapping) and old.get(SIGNATURE) == OF_SECRET else old


def _beside(row: ResourceType | None, name: str, given: Mapping[str, Any]) -> bool:
    return row is not None and _NOT_BESIDE.get((row.name, name)) in given


@cache
def _by_block(token: str) -> Mapping[str, Mapping[str, str]]:
    """Path of a block -> name -> default, as the catalogue writes it; what the cloud fills is no default of Check's."""
    found: dict[str, dict[str, str]] = {}
    row = known_type(token)
    for path, one in row.properties().items() if row is not None else ():
        block, _, name = path.rpartition(".")
        by_settings = name == _OF_THE_CONFIGURATION and token.startswith("gcp:")
        if one.default is not None and not one.computed and not by_settings:
            found.setdefault(block, {})[name] = one.default
    return found


def _typed(kind: Kind, default: str) -> Any:
    match kind:
        case "text":
            return default
        case "flag":
            return default == "true"
        case "whole number":
            return int(default)
        case "number":
            return float(default)
    return None
