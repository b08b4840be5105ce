"""Which slice is asked for? A shape of a generation, in chips, machines and the words of the APIs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import prod

from ultrastack.catalog import (
    TpuGeneration,
    TpuSlice,
    UnknownRow,
    tpu_generation,
    tpu_generations,
    tpu_machine_types,
    tpu_slice_of,
    tpu_slices,
    tpu_ways,
)

SIDES = r"[1-9]\d{0,3}(x[1-9]\d{0,3}){1,2}"
PURCHASES = ("on-demand", "spot", "reservation", "flex-start", "calendar")


class Impossible(ValueError):
    """An argument and what is wrong with it, with a fix."""

    def __init__(self, argument: str, words: str):
        super().__init__(words)
        self.argument, self.words = argument, words


@dataclass(frozen=True)
class Shape:
    """One slice; None is unknown, or has no word."""

    generation: str
    topology: str | None
    accelerator_type: str | None
    chips: int
    hosts: int
    chips_per_host: int
    machine_type: str | None

    @property
    def row(self) -> TpuGeneration:
        return tpu_generation(self.generation)

    @property
    def hbm_gib(self) -> float | None:
        each = self.row.hbm_gib_per_chip
        return None if each is None else each * self.chips

    @property
    def words(self) -> str:
        return f"{self.generation} {self.topology or self.accelerator_type}"


def shape_of(
    generation: str | None, topology: str | None, accelerator_type: str | None, chips_per_host: int | None
) -> Shape:
    """Raises Impossible. Never a default: with neither, the provider would ask for a v2-8."""
    if accelerator_type is not None:
        found = _by_accelerator_type(accelerator_type)
    elif generation is not None and topology is not None:
        found = _by_topology(_known(generation), topology)
    else:
        raise AssertionError("one of both is there")
    return found if chips_per_host in (None, found.chips_per_host) else _divided(found, chips_per_host or 0)


def makeable() -> list[str]:
    """Generations that a resource of Pulumi's provider can make, some way."""
    ways = {name: [way for p in PURCHASES for way in tpu_ways(name, p)] for name in tpu_generations()}
    return [name for name, of in ways.items() if any(way.possible is not False for way in of)]


def _known(generation: str) -> TpuGeneration:
    try:
        row = tpu_generation(generation)
    except UnknownRow as unknown:
        near = _meant(generation) or unknown.nearest()
        hint = f"use '{near}'" if near in makeable() else f"use one of {', '.join(makeable())}"
        raise Impossible("generation", f"cannot be found in the catalogue; fix: {hint}") from None
    if generation not in makeable():
        why = tpu_ways(generation, "on-demand")[1].reason
        said = f"cannot be made by any resource of Pulumi's provider: {why}"
        raise Impossible("generation", f"{said}; fix: use one of {', '.join(makeable())}")
    return row


def _meant(generation: str) -> str | None:
    """Its other names (Trillium, v5litepod), and the ways in which its own is written (TPU v7x, tpuv6e)."""
    also: dict[str, str] = {}
    for name, row in tpu_generations().items():
        also |= {_bare(word): name for word in (row.marketing_name, row.accelerator_type_prefix, name) if word}
    return also.get(_bare(generation))


def _bare(generation: str) -> str:
    return re.sub(r"^(tpu)?v?", "", re.sub(r"[-_ ]", "", generation.lower()))


def _by_topology(generation: TpuGeneration, topology: str) -> Shape:
    suffix = generation.untwisted_suffix or ""
    plain = topology.removesuffix(suffix) if suffix else topology
    sides = [int(side) for side in plain.split("x")] if re.fullmatch(SIDES, plain) else []
    if not sides:
        like = _respelt(topology) or ("4x4x8" if generation.network == "3d-torus" else "4x4")
        raise Impossible("topology", f"must be the sides of the slice in chips; fix: write it like {like}")
    row = tpu_slices(generation.name).get(plain)
    if row is None and not _can_be(generation, plain, sides):
        raise Impossible("topology", _no_such(generation, sides))
    if plain != topology and not _twistable(sides):
        said = f"cannot be had, since slices of that shape have no twist; fix: use '{plain}'"
        raise Impossible("topology", said)
    shape = _of_row(row) if row is not None else _by_rule(generation, plain, sides)
    return replace(shape, topology=topology)


def _respelt(topology: str) -> str | None:
    """4X4, 4 x 4, 4*4, 04x04"""
    plain = re.sub(r"\b0+(?=\d)", "", re.sub(r"\s*[xX*×,]\s*", " ", topology.strip())).replace(" ", "x")
    return plain if re.fullmatch(SIDES, plain) else None


def _can_be(generation: TpuGeneration, plain: str, sides: list[int]) -> bool:
    """By the rule of the torus; what is sold today is no question here."""
    by_rule = generation.follows_the_rule(plain)
    if by_rule is not None:
        return by_rule
    # A flat slice of several machines is made of squares of 4x4, and all that Google names have powers of two
    flat = len(sides) == 2 and sides == sorted(sides) and all(side in (4, 8, 16, 32, 64) for side in sides)
    return flat and prod(sides) <= (generation.pod_chips or 0)


def _twistable(sides: list[int]) -> bool:
    """n,n,2n or n,2n,2n with whole cubes: Google's page of v5p."""
    first, second, third = sides if len(sides) == 3 else (0, 0, 0)
    return first % 4 == 0 and third == 2 * first > 0 and second in (first, third)


def _by_rule(generation: TpuGeneration, topology: str, sides: list[int]) -> Shape:
    """A shape without a row: several machines of four chips, as all of these are."""
    largest = max(tpu_slices(generation.name).values(), key=lambda row: row.chips)
    chips, each = prod(sides), largest.chips_per_vm
    number = chips * generation.cores_per_chip if generation.accelerator_type_counts == "cores" else chips
    word = f"{generation.accelerator_type_prefix}-{number}" if generation.api_type else None
    machine = largest.machine_type or _machine_type(generation.name, each, joined=True)
    return Shape(generation.name, topology, word, chips, chips // each, each, machine)


def _of_row(row: TpuSlice) -> Shape:
    machine = row.machine_type or _machine_type(row.generation, row.chips_per_vm, joined=row.vms > 1)
    return Shape(row.generation, row.topology, row.accelerator_type, row.chips, row.vms, row.chips_per_vm, machine)


def _machine_type(generation: str, chips: int, *, joined: bool) -> str | None:
    """Some shapes say none (v3), though there are machines."""
    rows = [r for r in tpu_machine_types().values() if (r.generation, r.chips) == (generation, chips) and r.planes]
    fitting = [row for row in rows if row.joins_slices is joined] or rows
    return fitting[0].name if fitting else None


def _divided(shape: Shape, chips_per_host: int) -> Shape:
    """GKE alone also makes the 8 chips of one machine of two machines with 4."""
    smaller = _machine_type(shape.generation, chips_per_host, joined=True)
    if (shape.chips, shape.chips_per_host, chips_per_host) != (8, 8, 4) or smaller is None:
        each = shape.chips_per_host
        said = f"must be {each} for {shape.words}, whose machines have as many; fix: remove it"
        raise Impossible("chips_per_machine", said)
    return replace(shape, hosts=shape.chips // chips_per_host, chips_per_host=chips_per_host, machine_type=smaller)


def _by_accelerator_type(word: str) -> Shape:
    try:
        return _of_row(tpu_slice_of(word))
    except UnknownRow:
        pass
    prefix, _, number = word.rpartition("-")
    if word != (lower := word.lower().strip()) and lower.rpartition("-")[0] in _prefixes():
        raise Impossible("accelerator_type", f"must be in lower case, without spaces; fix: use '{lower}'")
    by_prefix = _prefixes()
    if prefix in tpu_generations() and prefix not in by_prefix:
        right = tpu_generation(prefix).accelerator_type_prefix
        if right:
            raise Impossible("accelerator_type", f"must begin with {right}; fix: use '{right}-{number}'")
    generation = by_prefix.get(prefix)
    if generation is None or not re.fullmatch(r"\d{1,9}", number):
        known = ", ".join(prefix for prefix, row in by_prefix.items() if row.name in makeable())
        raise Impossible("accelerator_type", f"must be one of {known}, and a number; fix: write it like v6e-16")
    generation = _known(generation.name)
    chips = generation.chips_of(word)
    if chips is not None and generation.cubes_max and chips % 64 == 0 and chips // 64 <= generation.cubes_max:
        # every whole number of cubes has a name (v4-640), and the TPU API chooses the shape
        each = max(generation.chips_per_vm)
        machine = _machine_type(generation.name, each, joined=True)
        return Shape(generation.name, None, word, chips, chips // each, each, machine)
    counted = generation.accelerator_type_counts
    how = f", {generation.cores_per_chip} a chip" if counted == "cores" else ""
    said = f"cannot be a slice of {generation.name}: the number counts {counted}{how}"
    asked = int(number) / (generation.cores_per_chip if counted == "cores" else 1)
    rows = tpu_slices(generation.name).values()
    near = either(f"{r.accelerator_type or r.common_name} ({_chips(r)})" for r in _nearest(rows, asked))
    raise Impossible("accelerator_type", f"{said}; fix: use {near}")


def _prefixes() -> dict[str, TpuGeneration]:
    return {row.accelerator_type_prefix: row for row in tpu_generations().values() if row.accelerator_type_prefix}


def _no_such(generation: TpuGeneration, sides: list[int]) -> str:
    rows = tpu_slices(generation.name)
    turned = "x".join(map(str, sorted(sides)))
    if turned in rows or _can_be(generation, turned, sorted(sides)):
        return f"must have its shortest side first; fix: use '{turned}'"
    near = either(f"{row.topology} ({_chips(row)})" for row in _nearest(rows.values(), prod(sides)))
    return f"cannot be the shape of a slice of {generation.name}, it has {prod(sides)} chips; fix: use {near}"


def _nearest(rows: Iterable[TpuSlice], chips: float) -> list[TpuSlice]:
    """Up to three, the smallest first."""
    usual = [row for row in rows if row.schedulable is not False]
    return sorted(sorted(usual, key=lambda row: (abs(row.chips - chips), row.chips))[:3], key=lambda row: row.chips)


def _chips(row: TpuSlice) -> str:
    return f"{row.chips} chip{'s' * (row.chips > 1)}"


def either(words: Iterable[str]) -> str:
    """One, two or three."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
