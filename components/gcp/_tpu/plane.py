"""By which plane is a slice made, and why? One that can express all that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ultrastack.catalog import TpuPlane, tpu_machine_types, tpu_plane, tpu_slices, tpu_way, tpu_ways

from ...refusals import Wrong
from .arguments import SliceArguments
from .parts import Plane
from .shape import PURCHASES, Shape, either

CLUSTER = "gke: {cluster: ...}"
PREFERRED: tuple[Plane, ...] = ("compute-engine", "tpu-vm")  # without a cluster, and never a queue unasked
UNASKED: tuple[Plane, ...] = (*PREFERRED, "gke")  # what a fix may name

# What the arguments of a plane's resources in pulumi_gcp 10.2 cannot say, besides the columns of the catalogue's planes
UNSAYABLE: dict[Plane, tuple[str, ...]] = {
    "tpu-vm": ("image", "max_run_duration", "update_workers", "wait_for_workers"),
    "compute-engine": ("runtime_version",),
    "gke": (
        "image",
        "runtime_version",
        "data_disks",
        "network",
        "can_ip_forward",
        "update_workers",
        "wait_for_workers",
    ),
    "queued-resource": (
        *("image", "max_run_duration", "update_workers", "data_disks", "network_tags", "additional_networks"),
        *("wait_for_workers", "secure_boot", "data_buckets", "project_roles"),
    ),
}
# argument -> column of the catalogue's planes
COLUMNS = {
    "labels": "labels",
    "startup_script": "startup_script",
    "service_account": "service_account",
    "scopes": "service_account",
    "reservation": "named_reservation",
    "boot_disk": "boot_disk",
}


class Objection(NamedTuple):
    """Why a plane cannot make it."""

    argument: str
    words: str  # about the argument; none: it is missing
    short: str  # behind the name of the plane
    fix: str = "remove it"


class Choice(NamedTuple):
    """A plane, and why it was chosen."""

    plane: Plane
    reason: str


def choose(args: SliceArguments, shape: Shape) -> Choice | list[Wrong]:
    """What to build with, or what is wrong with the arguments."""
    wanted = (args.plane,) if args.plane else ("gke",) if args.gke else PREFERRED
    objections = {plane: list(_objections(args, shape, plane)) for plane in wanted}
    chosen = next((plane for plane, said in objections.items() if not said), None)
    if chosen is None:
        return _refusals(args, shape, objections)
    if args.plane:
        why = f"{chosen}, as asked for"
    elif args.gke:
        why = "gke, since a cluster is given"
    elif chosen == PREFERRED[0]:
        why = f"{chosen}, since Google no longer develops the other way, the TPU API"
    else:
        why = f"{chosen}, since {PREFERRED[0]} {objections[PREFERRED[0]][0].short}"
    return Choice(chosen, f"{why}; {what_happens(args, shape, chosen)}")


def comes_back(args: SliceArguments, shape: Shape, plane: Plane) -> bool:
    """Whether a slice that was taken is made again without an `up`."""
    return plane == "gke" or (plane == "compute-engine" and shape.hosts == 1)


def what_happens(args: SliceArguments, shape: Shape, plane: Plane) -> str:
    """How it is had, and how long."""
    if args.purchase != "spot":
        return _without_hint(tpu_way(shape.generation, args.purchase, plane).reason)
    if not comes_back(args, shape, plane):
        # "To restart a Spot VMs instance or MIG, you must delete and then recreate it" (Google, Request TPU Spot VMs)
        what = "a slice of several machines" if plane == "compute-engine" else "it"
        return f"nothing makes {what} again after it was taken: raise incarnation"
    if plane == "gke":
        return "the pool asks for its nodes again after they were taken"
    # Google, Failure recovery of TPU instances: the group repairs single-host slices, also after pre-emption
    return "the group makes the machine again, under its name, after it was taken and as soon as there is room"


def _objections(args: SliceArguments, shape: Shape, plane: Plane) -> Iterator[Objection]:
    way, able = tpu_way(shape.generation, args.purchase, plane), tpu_plane(plane)
    if way.possible is False:
        why = f"cannot make {args.purchase} slices of {shape.generation}: {_without_hint(way.reason)}"
        yield Objection("plane", why, why)
        return
    if plane in ("compute-engine", "gke"):
        if shape.topology is None:
            fix = "write generation and topology"
            yield Objection(
                "accelerator_type", f"cannot be had on {plane}, which needs the sides", "needs a topology", fix
            )
        row = tpu_machine_types().get(shape.machine_type or "")
        if row is None or (row.planes and plane not in row.planes):
            why = f"cannot make machines with {_chips(shape)} of {shape.generation}"
            yield Objection("plane", why, why)
    if _is_divided(shape) and plane != "gke":
        yield Objection("chips_per_machine", f"cannot be chosen on {plane}", "cannot choose chips_per_machine")
    if args.slices > 1 and not able.several_slices:
        said = f"cannot be joined to a Multislice on {plane}"
        yield Objection("slices", said, "cannot join slices to a Multislice", "write slices: 1")
    yield from _unsayable(args, plane, able)
    if plane == "queued-resource":
        yield from _of_the_queue(args, shape)
    if args.purchase in ("reservation", "calendar") and args.reservation is None and plane != "tpu-vm":
        fix = "add reservation: {name: ...}"
        yield Objection("reservation", f"must be named for {plane}", "needs the name of the reservation", fix)
    if args.gke is not None and plane != "gke":
        yield Objection("gke", f"cannot be had on {plane}", "is not in a cluster")
    if args.gke is None and plane == "gke":
        yield Objection("gke", "", "needs a cluster")


def _unsayable(args: SliceArguments, plane: Plane, able: TpuPlane) -> Iterator[Objection]:
    columns = {name: getattr(able, column) for name, column in COLUMNS.items()}
    for name in type(args).model_fields:
        if _asks(getattr(args, name)) and (name in UNSAYABLE[plane] or columns.get(name) is False):
            yield Objection(name, f"cannot be had on {plane}", f"cannot have {name}")


def _asks(value: object) -> bool:
    """Without a look into what is only known later."""
    return value is not None and value is not False and not (isinstance(value, (list, dict)) and not value)


def _of_the_queue(args: SliceArguments, shape: Shape) -> Iterator[Objection]:
    # its node has an accelerator type only, which is the usual one of several shapes
    usual = {row.accelerator_type: row.topology for row in tpu_slices(shape.generation).values()}
    usually = usual.get(shape.accelerator_type)
    if args.topology is not None and usually != shape.topology:
        said = "cannot be chosen for a queued resource, only the number of chips can"
        yield Objection("topology", said, "cannot choose the topology", f"use '{usually}'")
    if args.physical_name is None:
        said = "must be given for a queued resource, since nothing makes up the name of its node"
        yield Objection("physical_name", said, "needs a physical_name", "add physical_name: training")


def _refusals(args: SliceArguments, shape: Shape, objections: Mapping[Plane, list[Objection]]) -> list[Wrong]:
    """Each names a combination that is possible."""
    others = _possible(args, shape)
    if args.plane or args.gke:
        return [_refusal(args, shape, one, others) for of in objections.values() for one in of]
    why = "; ".join(f"{plane} {of[0].short}" for plane, of in objections.items())
    if others:
        return [Wrong("", f"asks for what no plane without a cluster can make: {why}; fix: write {either(others)}")]
    living = {plane: of for plane in UNASKED if not _dead(of := list(_objections(args, shape, plane)))}
    if not living:
        return [
            Wrong("purchase", f"cannot be {args.purchase} for {shape.words}: {why}; fix: {_bought_otherwise(shape)}")
        ]
    # the plane for which the fewest arguments have to go
    plane = min(living, key=lambda one: len(living[one]))
    gone = [one for one in living[plane] if one.words]
    fix = either([f"{one.fix.replace(' it', f' {one.argument}')}" for one in gone]).replace(" or ", " and ")
    where = CLUSTER if plane == "gke" else f"plane: {plane}"
    said = f"asks for what no plane can make at once: {why}; gke {_of_gke(args, shape)}; fix: {fix}, and write {where}"
    return [Wrong("", said)]


def _of_gke(args: SliceArguments, shape: Shape) -> str:
    return next(one.short for one in _objections(args, shape, "gke") if one.words)


def _refusal(args: SliceArguments, shape: Shape, one: Objection, others: Sequence[str]) -> Wrong:
    if not one.words:
        return Wrong(one.argument)
    if one.argument == "gke":
        others = [word for word in others if word == "plane: gke"]
    if one.argument != "plane":
        fix = one.fix + (f", or write {either(others)}" if others else "")
        if getattr(args, one.argument) is None:  # a complaint names only what was given
            return Wrong("", f"needs {one.argument}: it {one.words}; fix: {fix}")
        return Wrong(one.argument, f"{one.words}; fix: {fix}")
    could = others or [
        _written(args, plane)
        for plane in UNASKED
        if tpu_way(shape.generation, args.purchase, plane).possible is not False and plane != (args.plane or "gke")
    ]
    fix = f"write {either(could)}" if could else _bought_otherwise(shape, args.plane or "gke")
    return Wrong("plane" if args.plane else "gke", f"{one.words}; fix: {fix}")


def _possible(args: SliceArguments, shape: Shape) -> list[str]:
    """What to write for the planes that make all of it, but perhaps for the cluster."""
    free = args.model_copy(update={"gke": None})  # `plane: compute-engine` is written instead of it
    return [
        _written(args, plane)
        for plane in UNASKED
        if not [one for one in _objections(args if plane == "gke" else free, shape, plane) if one.words]
    ]


def _written(args: SliceArguments, plane: Plane) -> str:
    if plane == "gke" and args.gke is None:
        return f"{CLUSTER} and no plane" if args.plane else CLUSTER
    return f"plane: {plane} without gke" if args.gke is not None and plane != "gke" else f"plane: {plane}"


def _bought_otherwise(shape: Shape, plane: str | None = None) -> str:
    """How a generation can be bought on that plane, or else on any."""
    for planes in ((plane,), UNASKED):
        words = [
            word
            for word in PURCHASES
            if any(way.possible is not False and way.plane in planes for way in tpu_ways(shape.generation, word))
        ]
        if words:
            return f"write purchase: {either(words)}"
    raise AssertionError("a generation that cannot be bought was refused before")


def _dead(found: Sequence[Objection]) -> bool:
    return any(one.argument == "plane" for one in found)


def _without_hint(reason: str) -> str:
    return reason.partition("; use ")[0]


def _chips(shape: Shape) -> str:
    return f"{shape.chips_per_host} chip{'s' * (shape.chips_per_host > 1)}"


def _is_divided(shape: Shape) -> bool:
    return shape.hosts > 1 and shape.chips == 8 and shape.row.network == "2d-torus"
