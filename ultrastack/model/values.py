"""Which values can an input or an output have, and how are they written as JSON?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Literal, Union, get_args


@dataclass(frozen=True)
class Unknown:
    """Only the cloud will know it."""


@dataclass(frozen=True)
class Secret:
    """A secret's place; its value never enters a graph."""

    known: bool = True


AssetKind = Literal["asset", "archive"]


@dataclass(frozen=True)
class Asset:
    """A file or an archive handed to a resource; only its digest is kept."""

    kind: AssetKind
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


def value_to_json(value: Value) -> Any:
    """Marks become one-key mappings whose key starts with `$`; a user's own key that starts so gets a second `$`."""
    match value:
        case Unknown():
            return {"$unknown": True}
        case Secret(known=known):
            return {"$secret": True} if known else {"$secret": True, "$unknown": True}
        case Asset():
            return {"$asset": given_fields(value)}
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
            return _asset({k: _text(v, f"{k} of an asset") for k, v in checked(Asset, given, "an asset").items()})
        case {"$resource": urn}:
            return ResourceReference(_text(urn, "a resource"))
        case dict():
            return {k.removeprefix("$") if k.startswith("$$") else k: value_from_json(v) for k, v in data.items()}
        case list():
            return [value_from_json(v) for v in data]
        case _:
            return data


def _asset(data: Mapping[str, Any]) -> Asset:
    if data["kind"] not in get_args(AssetKind):
        raise ValueError(f"an asset is of the unknown kind '{data['kind']}'")
    return Asset(**data)


def _text(data: Any, where: str) -> str:
    if not isinstance(data, str):
        raise ValueError(f"{where} is no text")
    return data


def given_fields(record: Any) -> dict[str, Any]:
    """A record's fields as JSON data, without those that may be left out and are empty."""
    found = {f.name: getattr(record, f.name) for f in fields(record)}
    needed = _needed(type(record))
    return {
        k: dict(sorted(v.items())) if isinstance(v, Mapping) else list(v) if isinstance(v, tuple) else v
        for k, v in found.items()
        if k in needed or (v not in ("", (), None, False) and v != {})
    }


def checked(record: Any, data: Any, where: str) -> dict[str, Any]:
    """The data of a record of this class; raises ValueError for a name that is missing or unknown."""
    if not isinstance(data, Mapping):
        raise ValueError(f"{where} is not a mapping")
    for name in sorted(_needed(record) - set(data)):
        raise ValueError(f"{where} has no '{name}'")
    for name in sorted(set(data) - {f.name for f in fields(record)}):
        raise ValueError(f"{where} has an unknown '{name}'")
    return dict(data)


def _needed(record: Any) -> set[str]:
    return {f.name for f in fields(record) if f.default is MISSING and f.default_factory is MISSING}
