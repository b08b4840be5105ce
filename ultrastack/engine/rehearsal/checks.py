"""Would the real provider take these inputs, and what would it make of them before anything is planned?

What the provider itself refuses fails here, in previews too. What only the cloud's API refuses passes a real preview
and fails when it is made: here it is a warning, and `refused_by_the_cloud` gives Create and Update the same words.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from google.protobuf import json_format, struct_pb2

from ...catalog import ResourceType, constraint_of, input_complaints
from .. import wire
from .defaults import kept, with_defaults
from .fitting import Fitting
from .names import NoName, Proposal, physical_name, to_be_named
from .sdk import PACKAGES, inputs_of, nearest_token, present_name
from .types import known

NOTHING: Mapping[str, Any] = {}
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True)
class Asked:
    """A resource as the engine asks about it; `region`: of the provider's settings, `seed`: for its name."""

    token: str
    name: str
    news: Mapping[str, Any]
    olds: Mapping[str, Any] = field(default_factory=dict)
    region: str = ""
    seed: bytes = b""
    proposal: Proposal | None = None


@dataclass(frozen=True)
class Checked:
    inputs: Mapping[str, Any]
    failures: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def checked(asked: Asked) -> Checked:
    """The inputs as the real provider's Check gives them back; with failures they are the engine's no more."""
    if asked.token.partition(":")[0] not in PACKAGES:
        return Checked(asked.news, (_not_ours(asked.token),))
    token = sdk_name(asked.token)
    properties = inputs_of(token) if token is not None else None
    if token is None or properties is None:
        return Checked(asked.news, (_no_such_type(asked.token),))
    row, fitting = known(token), Fitting()
    given = fitting.block(properties, asked.news)
    if row is not None and row.regional() and asked.region:  # pulumi-aws, provider/region.go: applyRegion
        given.setdefault("region", asked.region)
    try:
        named = _named(row, asked, given)
    except NoName as e:
        fitting.complaints.append(str(e))
        named = {}
    given |= named
    for place, why in _new_complaints(token, given, asked.olds):
        if _is_the_providers(token, place, given):
            fitting.complaints.append(f"{place}: {why}")
        else:
            fitting.warnings.append(f"{place}: {why}. The preview passes, but the cloud would refuse it in `up`")
    filled = with_defaults(row, properties, given, asked.olds, named=tuple(named))
    return Checked(filled, tuple(sorted(fitting.complaints)), tuple(sorted(fitting.warnings)))


def refused_by_the_cloud(token: str, inputs: Mapping[str, Any], before: Mapping[str, Any] = NOTHING) -> list[str]:
    """What the cloud's API would refuse in inputs with the wire's marks, each with its place; empty: it takes them.

    `before`: what it has taken already; a row of the catalogue that says otherwise of that value is wrong.
    """
    return [f"{place}: {why}" for place, why in _new_complaints(token, inputs, before)]


@cache
def sdk_name(token: str) -> str | None:
    """What the SDK calls a type now; None: it has no such type, and never had."""
    row = known(token)
    for name in (token, row.name if row is not None else token):
        if inputs_of(name) is not None:
            return name
    return present_name(token)


def _not_ours(token: str) -> str:
    package = token.partition(":")[0]
    return (
        f"a rehearsal stands in for {' and '.join(PACKAGES)} only, and {token} is of the package '{package}'; "
        "leave that resource out of what is rehearsed"
    )


def _no_such_type(token: str) -> str:
    near = nearest_token(token)
    hint = f"did you mean '{near}'?" if near else "look it up in the registry of Pulumi's packages"
    return f"the installed {PACKAGES[token.partition(':')[0]]} has no type '{token}'; {hint}"


def _named(row: ResourceType | None, asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    """The name that the program left out, under its property."""
    name = to_be_named(row, given)
    if row is None or name is None:
        return {}
    if kept(asked.olds, name):
        return {name: asked.olds[name]}
    return {name: physical_name(row, asked.name, asked.seed, asked.proposal, given)}


def _new_complaints(token: str, inputs: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name = sdk_name(token) or token
    found = dict(input_complaints(name, _values(inputs)))
    taken = dict(input_complaints(name, _values(before))) if found and before else {}
    return ((place, why) for place, why in found.items() if taken.get(place) != why)


def _is_the_providers(token: str, place: str, inputs: Mapping[str, Any]) -> bool:
    """Whether the provider checks that itself, before it asks the cloud."""
    about = constraint_of(token, place)
    rows = tuple(row for row in about.rows if row.by == "provider") if about is not None else ()
    value = _at(inputs, place)
    counted = [None] * len(value) if isinstance(value, list) else value  # of a list only the number is complained of
    return about is not None and bool(rows) and bool(dataclasses.replace(about, rows=rows).complaint(counted))


def _at(inputs: Any, place: str) -> Any:
    for name, index in _STEP.findall(place):
        inputs = inputs[name] if name else inputs[int(index)]
    return inputs


def _values(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """With what is secret or unknown as marks, of which nobody complains."""
    return wire.values(json_format.ParseDict(dict(inputs), struct_pb2.Struct()))
