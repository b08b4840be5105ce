"""What can never work in the arguments of an accelerator cluster, and what would instead?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ultrastack.catalog import Interface, UnknownRow, efa_layout, efa_layouts, image_parameters, machine, machines

from ...refusals import Wrong
from .._neuron_boot import Mounted
from .boot import Duty, user_data
from .machines import fitting_images, interfaces_of, known, nearest_with_efa, types_of, uses_efa

AcceleratorClusterArgs = Any  # its module imports this one

# What FSx makes up, so that the size of user data can be judged before: fs- and 17 digits, and a name of 8 characters
LONGEST_MOUNT = ("fs-0123456789abcdef0.fsx.ap-southeast-4.amazonaws.com", "abcdefgh")
# EC2 Auto Scaling User Guide, launch-template-capacity-blocks, Limitations; instance types: LaunchTemplateOverrides
MOST_TYPES = 40
PURCHASES = {"spot": "spot", "reservation": "reservation", "capacity_block": "capacity-block"}


def wrong_machine(name: str) -> str:
    """What is wrong with an instance type, and its fix; "" if nothing is."""
    try:
        row = machine(name)
    except UnknownRow as unknown:
        if name.removeprefix("ml.") in machines():  # SageMaker's own names of machines
            return f"is SageMaker's name of a machine; fix: use '{name.removeprefix('ml.')}'"
        near = unknown.nearest() or ""
        # of the same family: m7i.large looks like g7.8xlarge, and has no accelerator
        use = f"use '{near}'" if near[:2] == name[:2] else "use one with accelerators"
        return f"cannot be found in the catalogue; fix: {use}, or add a new one to catalog.local/instance_types.csv"
    if row.in_ultraserver and row.vendor == "aws-neuron":
        return "is launched by UltraServer, four at a time; fix: use aws.trn2_ultraserver_cluster"
    return ""


def impossible(args: AcceleratorClusterArgs) -> Iterator[Wrong]:
    yield from _sizes(args)
    yield from _purchase(args)
    yield from _types(args)
    yield from _network(args)
    yield from _image(args)
    yield from _data(args)
    yield from _times(args)
    yield from _balancer(args)


def _sizes(args: AcceleratorClusterArgs) -> Iterator[Wrong]:
    if args.min > args.max:
        yield Wrong("min", f"is above max ({args.max}); fix: exchange them, or raise max to {args.min}")
    elif args.desired is not None and not args.min <= args.desired <= args.max:
        yield Wrong("desired", f"is not from min to max; fix: write a number from {args.min} to {args.max}")
    if args.refresh is not None and not args.update_nodes:
        yield Wrong("refresh", "does nothing without update_nodes; fix: add update_nodes: true")


def _purchase(args: AcceleratorClusterArgs) -> Iterator[Wrong]:
    for argument, purchase in PURCHASES.items():
        if getattr(args, argument) is None:
            if purchase == args.purchase and purchase != "spot":
                yield Wrong(argument)
        elif purchase != args.purchase:
            words = f"cannot go with purchase: {args.purchase}; fix: remove it, or write purchase: {purchase}"
            yield Wrong(argument, words)
    if args.purchase == "capacity-block":
        yield from _block(args)


def _block(args: AcceleratorClusterArgs) -> Iterator[Wrong]:
    block = args.capacity_block
    if args.placement_group is not None:
        yield Wrong(
            "placement_group",
            "cannot go with a capacity block, whose machines are placed already and which the group can keep from "
            "launching; fix: remove it",
        )
    if args.further_instance_types:
        words = "cannot go with a capacity block, which holds one type; fix: remove them, or write purchase: spot"
        yield Wrong("further_instance_types", words)
    if args.min:
        words = "must be 0 with a capacity block, since its group goes to zero before it ends"
        yield Wrong("min", f"{words}; fix: write desired: {args.min} instead")
    if block is not None and block.starts_at is None and args.launch is None:
        yield Wrong(
            "capacity_block",
            "needs starts_at, when its machines are launched; fix: add it, or launch: true if the block has begun",
        )
    if block is not None and block.resource_group_arn is not None and not machine(args.instance_type).in_ultraserver:
        words = "cannot name a resource group: that only works for UltraServers; fix: write its id: cr-..."
        yield Wrong("capacity_block", words)
    if block is not None and args.drain is not None and args.drain.seconds > 60 * block.drain_minutes:
        most = f"{60 * block.drain_minutes} seconds of the capacity block's drain_minutes"
        fix = f"raise drain_minutes to {-(-args.drain.seconds // 60)}"
        yield Wrong("drain", f"takes longer than the {most}; fix: {fix}")
    if args.schedule is not None and args.schedule.start is not None:
        words = (
            "cannot start and stop a capacity block, which is paid for as a whole and would be started after its end"
        )
        yield Wrong("schedule", f"{words}; fix: remove start and stop")


def _types(args: AcceleratorClusterArgs) -> Iterator[Wrong]:
    first = machine(args.instance_type)
    if twice := _twice([args.instance_type, *args.further_instance_types]):
        yield Wrong("further_instance_types", f"has {twice} twice; fix: remove one")
    if len(args.further_instance_types) >= MOST_TYPES:
        yield Wrong("further_instance_types", f"has more than {MOST_TYPES - 1}; fix: remove some")
    for row in types_of(args)[1:]:
        if (row.vendor, row.architecture) != (first.vendor, first.architecture):
            words = f"has {row.name} ({row.architecture}, {row.vendor}), which cannot run the image of {first.name}"
            yield Wrong("further_instance_types", f"{words}; fix: make a second cluster of it")


def _network(args: AcceleratorClusterArgs) -> Iterator[Wrong]:
    if args.efa is False and args.efa_layout is not None:
        yield Wrong("efa_layout", "cannot go with efa: false; fix: remove one of the two")
        return
    if uses_efa(args):
        layouts: list[tuple[Interface, ...]] = []
        for row in types_of(args):
            argument = "further_instance_types" if layouts else "efa" if args.efa else "efa_layout"
            if row.name not in efa_layouts():
                have = " or ".join(nearest_with_efa(row))
                yield Wrong(argument, f"cannot be had on {row.name}; fix: use {have}, or write efa: false")
                return
            try:
                layouts.append(efa_layout(row.name, args.efa_layout).interfaces)
            except UnknownRow as unknown:
                fix = f"use one of {', '.join(unknown.known)}"
                yield Wrong("efa_layout", f"cannot be found in the catalogue for {row.name}; fix: {fix}")
                return
            if layouts[-1] != layouts[0]:
                words = f"has {row.name}, whose network cards are others than those of {args.instance_type}"
                yield Wrong("further_instance_types", f"{words}; fix: remove it, or write efa: false")
                return
    if args.public_ip and len(interfaces_of(args, args.instance_type)) > 1:
        # EC2 RunInstances: AssociatePublicIpAddress only with a single interface
        single = [name for name, one in efa_layouts().get(args.instance_type, {}).items() if len(one.interfaces) == 1]
        instead = f"efa_layout: {single[0]}" if single else "efa: false"
        yield Wrong("public_ip", f"cannot be had with several network interfaces; fix: remove it, or write {instead}")
    told = args.availability_zone_ids if isinstance(args.availability_zone_ids, list) else []
    zones = [zone for zone in told if isinstance(zone, str)]
    if args.placement_group is not None and len(set(zones)) > 1:
        # CreateAutoScalingGroup, PlacementGroup
        words = f"cannot be spread over {' and '.join(sorted(set(zones)))}: a cluster placement group is in one zone"
        yield Wrong("placement_group", f"{words}; fix: leave subnets of one zone, or remove it")


def _image(args: AcceleratorClusterArgs) -> Iterator[Wrong]:
    row = machine(args.instance_type)
    image = image_parameters().get(args.image) if isinstance(args.image, str) else None
    if image is not None and image.name not in fitting_images(row) and image.made_for in ("neuron", "gpu"):
        words = f"is made for {image.made_for} machines with {image.architecture}"
        yield Wrong("image", f"{words}, which {row.name} is not; fix: use '{fitting_images(row)[0]}'")
    if args.logical_neuron_cores is not None and (row.logical_neuron_core_size or 1) < 2:
        yield Wrong("logical_neuron_cores", f"cannot be set on {row.name}, only on Trainium2; fix: remove it")


def _data(args: AcceleratorClusterArgs) -> Iterator[Wrong]:
    if twice := _twice(mount.path.rstrip("/") for mount in args.mounts):
        yield Wrong("mounts", f"has {twice} twice; fix: give each file system a path of its own")
    if any(mount.efa for mount in args.mounts) and not uses_efa(args):
        yield Wrong("mounts", "cannot be reached over EFA by machines without it; fix: remove efa, or write efa: true")
    for argument, script in (("bootstrap", args.bootstrap), ("drain", args.drain.script if args.drain else None)):
        if isinstance(script, str) and (why := _too_long(args, argument, script)):
            yield Wrong(argument, why)
            return


def _too_long(args: AcceleratorClusterArgs, argument: str, script: str) -> str:
    try:
        user_data(
            Duty(
                known(args),
                {},
                [Mounted(*LONGEST_MOUNT, mount.path) for mount in args.mounts],
                bootstrap=args.bootstrap if isinstance(args.bootstrap, str) else None,
                drain_seconds=args.drains.seconds if args.drains else None,
                drain=script if argument == "drain" else None,
            )
        )
    except ValueError as e:
        return str(e)
    return ""


def _times(args: AcceleratorClusterArgs) -> Iterator[Wrong]:
    if args.purchase == "capacity-block":
        return
    if args.schedule is not None and args.schedule.start is not None and not args.wanted:
        yield Wrong("schedule", "would start no machine; fix: say how many there are to be, with desired or min")


def _balancer(args: AcceleratorClusterArgs) -> Iterator[Wrong]:
    balancer = args.load_balancer
    if balancer is None:
        return
    few = isinstance(args.subnet_ids, list) and len(args.subnet_ids) < 2
    if balancer.application and balancer.subnet_ids is None and few:
        words = "needs subnets in two zones, and the machines have one; fix: add subnet_ids to it, or type: network"
        yield Wrong("load_balancer", words)
    if balancer.requests_per_minute_each is not None and args.min == args.max:
        words = "cannot grow or shrink by requests while min is max; fix: raise max, or remove requests_per_minute_each"
        yield Wrong("load_balancer", words)


def _twice(names: Iterable[str]) -> str:
    """The first name that comes again."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""
