"""Which physical name does a resource get when the program gives it none?

As Pulumi's bridge does it (pulumi-terraform-bridge, pkg/tfbridge/info/autonaming.go, ComputeAutoNameDefault): a name
that was made up earlier stays; else it is what `pulumi:autonaming` in the stack's config makes the engine propose, or
<logical name>-<7 hex digits>. It shortens nothing: a name that is too long is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ...catalog import ResourceType

Mode = Literal["propose", "enforce", "disable"]

RANDOM_DIGITS = 7
_FIFO = ".fifo"


@dataclass(frozen=True)
class Proposal:
    """What the engine says of a name: take it if you like, take exactly it, or make up none."""

    mode: Mode
    name: str = ""


class NoName(Exception):
    """No name can be made; its words are for the user."""


def to_be_named(row: ResourceType | None, inputs: Mapping[str, Any]) -> str | None:
    """The property that needs a name."""
    if row is None or not row.autoname or row.autoname in inputs:
        return None
    # one reservation type names the reservations that it makes later by its prefix, not itself
    prefixed = f"{row.autoname}Prefix" in inputs and not row.autoname_note.startswith("filled also when namePrefix")
    return None if prefixed else row.autoname


def physical_name(
    row: ResourceType, logical: str, seed: bytes, proposal: Proposal | None, inputs: Mapping[str, Any]
) -> str:
    """Raises NoName: `pulumi:autonaming` allows none, or it is longer than the provider takes."""
    if proposal is not None and proposal.mode == "disable":
        field = row.autoname
        raise NoName(f"{field}: automatic naming is disabled (pulumi:autonaming), so the program has to give a {field}")
    if proposal is not None and proposal.mode == "enforce":
        return proposal.name
    start = "alias/" if row.autoname_note.startswith("alias/") else ""
    end = _FIFO if _FIFO in row.autoname_note and inputs.get("fifoTopic") is True else ""
    if proposal is not None:
        name = start + _transformed(row, proposal.name)
    else:
        name = f"{start}{_transformed(row, logical)}-{hashlib.sha256(seed).hexdigest()[:RANDOM_DIGITS]}"
    if row.autoname_max is not None and len(name) > row.autoname_max:
        raise NoName(
            f"{row.autoname}: the name that would be made up, '{name}', has {len(name)} characters, and at most "
            f"{row.autoname_max} are possible; shorten the resource's name or give a {row.autoname}"
        )
    return name.removesuffix(end) + end


def _transformed(row: ResourceType, name: str) -> str:
    return name.lower() if row.autoname_is_lower else name
