"""Is what a stack file names known to be offered where the stack is made? Notes and no refusal: rows are dated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from ...catalog import UnknownRow, machine_regions, machines, tpu_slice_of, tpu_zones, ultraservers_of
from ...catalog.offerings import all_regions
from ...catalog.sagemaker_hosting import hosting_types
from ..source import Node
from .rewrite import texts

ZONE_ID = re.compile(r"([a-z]{2,4}\d)-(?:[a-z]{3}\d-)?az\d+")
ULTRASERVER_CLUSTER, ULTRASERVER_NODE = "aws.trn2_ultraserver_cluster", "trn2u.48xlarge"


def notes(top: Node, region: str = "", zone: str = "") -> list[str]:
    """What is not known to be in that AWS region, and in that zone of Google Cloud."""
    missing: dict[str, list[str]] = {}  # why -> names
    for name, regions in _machines(top) if region else ():
        if region not in regions:
            known = f"known: {', '.join(regions)}" if regions else "no region is known"
            missing.setdefault(f"not known to be offered in {region}; {known}", []).append(name)
    for name, zones in _generations(top) if zone else ():
        if zone not in zones:
            known = f"known: {', '.join(zones)}" if zones else "no zone is public"
            missing.setdefault(f"not known to be in {zone}; {known}", []).append(f"TPU {name}")
    found = [f"{', '.join(names)}: {why}" for why, names in missing.items()]
    return [_unknown_region(region)] if region and region not in _regions() else found


def _regions() -> set[str]:
    hosting = (row.hosting_regions for row in hosting_types().values())
    return {region for regions in (*all_regions().values(), *hosting) for region in regions}


def _unknown_region(region: str) -> str:
    near = get_close_matches(region, sorted(_regions()))
    return f"{region}: no region that it knows" + (f"; near it: {', '.join(near)}" if near else "")


def zone_ids_elsewhere(text: str, region: str) -> list[str]:
    """Ids of availability zones in the text that belong to another region, as far as the catalogue knows."""
    prefixes = _prefixes()
    return [match[0] for match in ZONE_ID.finditer(text) if prefixes.get(match[1], region) != region]


def _prefixes() -> Mapping[str, str]:
    """use2 -> us-east-2"""
    found: dict[str, str] = {}
    for rows in all_regions().values():
        for region, row in rows.items():
            for one in row.availability_zone_ids:
                if match := ZONE_ID.fullmatch(one):
                    found[match[1]] = region
    return found


def _machines(top: Node) -> Iterator[tuple[str, Sequence[str]]]:
    """Each machine that is named, with the regions that are known to have it."""
    named = dict.fromkeys(node.value for node in texts(top))
    for name in named:
        if name in machines():
            yield name, sorted(machine_regions(name))
        elif name in hosting_types():
            yield name, sorted(hosting_types()[name].hosting_regions)
    if any(ULTRASERVER_CLUSTER in step.value for step in _steps(top)):
        regions = {region for row in ultraservers_of(ULTRASERVER_NODE) for region in row.block_regions}
        yield f"a Trn2 UltraServer ({ULTRASERVER_NODE})", sorted(regions)


def _generations(top: Node) -> Iterator[tuple[str, Sequence[str]]]:
    """Each TPU generation of steps that name no zone of their own."""
    found = []
    for step in _steps(top):
        arguments = step.child("gcp.tpu_slice")
        if arguments is None or arguments.kind != "map" or "zone" in arguments.value:
            continue
        for key in ("generation", "accelerator_type"):
            if (node := arguments.child(key)) is not None and node.kind == "text":
                found.append(node.value)
    for word in dict.fromkeys(found):
        try:
            generation = tpu_slice_of(word).generation if "-" in word else word
            yield generation, sorted(tpu_zones(generation))
        except UnknownRow:
            continue


def _steps(top: Node) -> list[Node]:
    steps = top.child("steps")
    return [step for step in steps.value if step.kind == "map"] if steps is not None and steps.kind == "list" else []
