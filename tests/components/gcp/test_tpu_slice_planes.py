"""Which plane makes a slice, and what is said of it: the catalogue's matrix, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from components.gcp._tpu.plane import UNASKED, Choice, choose, comes_back
from components.gcp._tpu.shape import PURCHASES, Impossible, shape_of
from components.gcp.tpu_slice import TpuSliceArgs
from tests.components.arguments import complaints
from ultrastack.catalog import tpu_generations, tpu_planes, tpu_slices, tpu_way

KEY = "projects/example-ml/locations/us-east5/keyRings/ml/cryptoKeys/disks"
V6E: dict[str, Any] = {"generation": "v6e", "topology": "4x4"}
SINGLE: dict[str, Any] = {"generation": "v6e", "topology": "2x4"}
V5E: dict[str, Any] = {"generation": "v5e", "topology": "4x4"}
CUBE: dict[str, Any] = {"generation": "tpu7x", "topology": "4x4x4"}
GKE: dict[str, Any] = {"gke": {"cluster": "training"}}
NAMED: dict[str, Any] = {"reservation": {"name": "ours"}}


def chosen(**arguments: Any) -> tuple[str, str]:
    return TpuSliceArgs.model_validate(arguments).choice


@pytest.mark.parametrize(
    ("given", "plane", "reason"),
    [
        (
            V6E,
            "compute-engine",
            "compute-engine, since Google no longer develops the other way, the TPU API; "
            "fails at once when there is no capacity",
        ),
        (
            CUBE,
            "compute-engine",
            "compute-engine, since Google no longer develops the other way, the TPU API; "
            "fails at once when there is no capacity",
        ),
        (
            V5E,
            "tpu-vm",
            "tpu-vm, since compute-engine cannot make on-demand slices of v5e: an instance is refused though a "
            "template "
            "is taken; fails at once when there is no capacity",
        ),
        ({**V6E, **GKE}, "gke", "gke, since a cluster is given; fails at once when there is no capacity"),
        (
            {**V6E, "runtime_version": "v2-alpha-tpuv6e"},
            "tpu-vm",
            "tpu-vm, since compute-engine cannot have runtime_version; fails at once when there is no capacity",
        ),
        (
            {**V6E, "purchase": "reservation"},
            "tpu-vm",
            "tpu-vm, since compute-engine needs the name of the reservation; takes any matching reservation of the "
            "project: none can be named",
        ),
        (
            {**V6E, "purchase": "reservation", **NAMED},
            "compute-engine",
            "compute-engine, since Google no longer develops the other way, the TPU API; the reservation "
            "itself cannot be made by gcp.compute.Reservation",
        ),
        (
            {"accelerator_type": "v4-640"},
            "tpu-vm",
            "tpu-vm, since compute-engine cannot make on-demand slices of v4: no instance of it; one zone; fails at "
            "once when there is no capacity",
        ),
        (
            {**V6E, "plane": "tpu-vm"},
            "tpu-vm",
            "tpu-vm, as asked for; fails at once when there is no capacity",
        ),
        (
            {**V6E, "plane": "queued-resource", "physical_name": "patient"},
            "queued-resource",
            "queued-resource, as asked for; no labels, start-up script or service account",
        ),
        (
            {**V6E, "purchase": "flex-start", "max_run_duration": "7d"},
            "compute-engine",
            "compute-engine, since Google no longer develops the other way, the TPU API; 7 days at most; "
            "draws on the spot quota first",
        ),
    ],
)
def test_the_plane_and_its_reason(given: dict[str, Any], plane: str, reason: str) -> None:
    assert chosen(**given) == (plane, reason)


@pytest.mark.parametrize(
    ("given", "plane", "back", "said"),
    [
        (
            SINGLE,
            "compute-engine",
            True,
            "the group makes the machine again, under its name, after it was taken and as soon as there is room",
        ),
        (
            V6E,
            "compute-engine",
            False,
            "nothing makes a slice of several machines again after it was taken: raise incarnation",
        ),
        (V5E, "tpu-vm", False, "nothing makes it again after it was taken: raise incarnation"),
        ({**V5E, **GKE}, "gke", True, "the pool asks for its nodes again after they were taken"),
    ],
)
def test_what_becomes_of_a_spot_slice_is_said(given: dict[str, Any], plane: str, back: bool, said: str) -> None:
    args = TpuSliceArgs.model_validate({**given, "purchase": "spot"})
    assert (args.choice.plane, args.choice.reason.rpartition("; ")[2]) == (plane, said)
    assert comes_back(args, args.shape, args.choice.plane) is back


def cells() -> Iterator[tuple[str, str, str, str]]:
    for generation, row in tpu_generations().items():
        shapes = tpu_slices(row.name)
        for purchase in PURCHASES:
            for plane in tpu_planes():
                for topology in list(shapes)[:3]:
                    yield generation, topology, purchase, plane


@pytest.mark.parametrize(("generation", "topology", "purchase", "plane"), [*cells()], ids="-".join)
def test_a_cell_of_the_matrix_is_refused_if_the_catalogue_says_no(
    generation: str, topology: str, purchase: str, plane: str
) -> None:
    """With all that the plane needs otherwise."""
    given: dict[str, Any] = {"generation": generation, "topology": topology, "purchase": purchase, "plane": plane}
    if purchase == "flex-start":
        given["max_run_duration"] = "1d"
    if purchase in ("reservation", "calendar") and plane != "tpu-vm":
        given |= NAMED
    if plane == "gke":
        given |= GKE
    if plane == "queued-resource":
        given["physical_name"] = "patient"
    said = complaints(TpuSliceArgs, given)
    if tpu_way(generation, purchase, plane).possible is False:
        assert said and said[0].startswith(f"plane: cannot make {purchase} slices of {generation}: ")
        assert "; fix: write p" in said[0] or "; fix: write gke: {cluster: ...} and no plane" in said[0]
    elif (generation, topology, plane) == ("tpu7x", "1x1x1", "compute-engine"):
        assert said == ["plane: cannot make machines with 1 chip of tpu7x; fix: write gke: {cluster: ...} and no plane"]
    else:
        assert said == []


def test_every_refusal_names_something_that_is_possible() -> None:
    """Whatever is asked for at once, following the fix leads somewhere in a few steps."""
    wishes: list[dict[str, Any]] = [
        {"runtime_version": "v2-alpha-tpuv6e"},
        {"image": "projects/p/global/images/i"},
        {"boot_disk": {"kms_key": KEY}},
        {"data_disks": [{"source": "projects/p/zones/z/disks/d"}]},
        {"startup_script": "#!/bin/bash"},
        {"slices": 2},
        GKE,
        {"max_run_duration": "1d"},
    ]
    shapes = [V6E, V5E, CUBE, {"generation": "tpu7x", "topology": "1x1x1"}, {"accelerator_type": "v4-640"}]
    for shape in shapes:
        for purchase in PURCHASES:
            for first in wishes:
                for second in wishes:
                    given = {**shape, "purchase": purchase, "max_run_duration": "1d", **first, **second}
                    for one in complaints(TpuSliceArgs, given):
                        what, _, fix = one.partition("; fix: ")
                        assert what and fix.split(" ")[0] in ("write", "remove", "add", "use"), one


def test_the_queue_is_never_chosen_unasked() -> None:
    assert "queued-resource" not in UNASKED
    for generation in ("v2", "v3", "v4", "v5e", "v5p", "v6e"):
        topology = next(iter(tpu_slices(generation)))
        args = TpuSliceArgs(generation=generation, topology=topology)
        made = choose(args, args.shape)
        assert isinstance(made, Choice) and made.plane != "queued-resource"


@pytest.mark.parametrize(
    ("generation", "topology", "accelerator_type", "chips", "hosts", "machine"),
    [
        ("v6e", "1x1", None, 1, 1, "ct6e-standard-1t"),
        ("v6e", "2x4", None, 8, 1, "ct6e-standard-8t"),
        ("v6e", "16x16", None, 256, 64, "ct6e-standard-4t"),
        ("v6e", "4x16", None, 64, 16, "ct6e-standard-4t"),  # no row, and no reason why not
        ("v5p", "4x4x8_untwisted", None, 128, 32, "ct5p-hightpu-4t"),
        ("v5p", "4x4x20", None, 320, 80, "ct5p-hightpu-4t"),
        ("v5p", "4x8x40", None, 1280, 320, "ct5p-hightpu-4t"),
        ("tpu7x", "16x24x24", None, 9216, 2304, "tpu7x-standard-4t"),
        ("v3", "4x4", None, 16, 4, "ct3p-hightpu-4t"),
        (None, None, "v5p-8", 4, 1, "ct5p-hightpu-4t"),
        (None, None, "v6e-8", 8, 1, "ct6e-standard-8t"),
        (None, None, "tpu7x-64", 32, 8, "tpu7x-standard-4t"),
        (None, None, "v4-640", 320, 80, "ct4p-hightpu-4t"),
    ],
)
def test_shapes(
    generation: str | None, topology: str | None, accelerator_type: str | None, chips: int, hosts: int, machine: str
) -> None:
    shape = shape_of(generation, topology, accelerator_type, None)
    assert (shape.chips, shape.hosts, shape.machine_type) == (chips, hosts, machine)


def test_every_shape_of_the_catalogue_is_taken_by_both_its_names() -> None:
    for generation, row in tpu_generations().items():
        for topology, known in tpu_slices(generation).items():
            shape = shape_of(row.name, topology, None, None)
            assert (shape.chips, shape.hosts, shape.chips_per_host) == (known.chips, known.vms, known.chips_per_vm)
            word = known.accelerator_type or known.common_name
            if word is not None:
                assert shape_of(None, None, word, None) == shape


@pytest.mark.parametrize(
    ("asked", "argument", "words"),
    [
        (
            ("v6e", "3x3", None),
            "topology",
            "cannot be the shape of a slice of v6e, it has 9 chips; "
            "fix: use 2x2 (4 chips), 2x4 (8 chips) or 4x4 (16 chips)",
        ),
        (("v6e", "4x2", None), "topology", "must have its shortest side first; fix: use '2x4'"),
        (
            ("v6e", "16x32", None),
            "topology",
            "cannot be the shape of a slice of v6e, it has 512 chips; "
            "fix: use 8x8 (64 chips), 8x16 (128 chips) or 16x16 (256 chips)",
        ),
        (
            ("v5p", "4x4x6", None),
            "topology",
            "cannot be the shape of a slice of v5p, it has 96 chips; "
            "fix: use 2x4x4 (32 chips), 4x4x4 (64 chips) or 4x4x8 (128 chips)",
        ),
        (("tpu7x", "8x4x4", None), "topology", "must have its shortest side first; fix: use '4x4x8'"),
        (
            ("v5p", "4x4x4_untwisted", None),
            "topology",
            "cannot be had, since slices of that shape have no twist; fix: use '4x4x4'",
        ),
        (("v5p", "a cube", None), "topology", "must be the sides of the slice in chips; fix: write it like 4x4x8"),
        (
            ("tpu7x", "4x4x8_untwisted", None),
            "topology",
            "must be the sides of the slice in chips; fix: write it like 4x4x8",
        ),
        (
            ("v6", "4x4", None),
            "generation",
            "cannot be found in the catalogue; fix: use 'v6e'",
        ),
        (("trillium", "4x4", None), "generation", "cannot be found in the catalogue; fix: use 'v6e'"),
        (("v5litepod", "4x4", None), "generation", "cannot be found in the catalogue; fix: use 'v5e'"),
        (
            ("tpu8t", "4x4x4", None),
            "generation",
            "cannot be made by any resource of Pulumi's provider: announced for late 2026; only in the preview API of "
            "Compute Engine; fix: use one of v2, v3, v4, v5e, v5p, v6e, tpu7x",
        ),
        (
            (None, None, "v5p-4"),
            "accelerator_type",
            "cannot be a slice of v5p: the number counts cores, 2 a chip; "
            "fix: use v5p-8 (4 chips), v5p-16 (8 chips) or v5p-32 (16 chips)",
        ),
        (
            (None, None, "v6e-12"),
            "accelerator_type",
            "cannot be a slice of v6e: the number counts chips; "
            "fix: use v6e-4 (4 chips), v6e-8 (8 chips) or v6e-16 (16 chips)",
        ),
        ((None, None, "v5e-16"), "accelerator_type", "must begin with v5litepod; fix: use 'v5litepod-16'"),
        *(
            (
                (None, None, word),
                "accelerator_type",
                "must be one of v2, v3, v4, v5litepod, v5p, v6e, tpu7x, and a number; fix: write it like v6e-16",
            )
            for word in ("a100-8", "v6e", "v6e-", "v6e-sixteen", "", "v6e-" + "9" * 5000)
        ),
    ],
)
def test_shapes_that_are_impossible_name_the_nearest_that_are_not(
    asked: tuple[str | None, str | None, str | None], argument: str, words: str
) -> None:
    with pytest.raises(Impossible) as caught:
        shape_of(*asked, None)
    assert (caught.value.argument, caught.value.words) == (argument, words)
