"""Which machines is an accelerator cluster made of, and which interfaces, image and numbers follow from that?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ultrastack.catalog import (
    Interface,
    Machine,
    efa_layout,
    efa_layouts,
    image_parameter,
    image_parameters,
    machine,
    machines,
)

from .boot import Known

AcceleratorClusterArgs = Any  # its module imports this one


def types_of(args: AcceleratorClusterArgs) -> list[Machine]:
    """The type that is wanted, and those that may stand in for it."""
    return [machine(name) for name in (args.instance_type, *args.further_instance_types)]


def uses_efa(args: AcceleratorClusterArgs) -> bool:
    """Unless it is said: where a machine has several network cards, of which only one would be used else."""
    if args.efa is not None:
        return bool(args.efa)
    row = machine(args.instance_type)
    return args.efa_layout is not None or (row.efa_interfaces > 0 and row.network_cards > 1)


def interfaces_of(args: AcceleratorClusterArgs, instance_type: str) -> tuple[Interface, ...]:
    """Those of the launch template, which are the same for all types."""
    if not uses_efa(args):
        return (Interface(0, 0, "interface"),)
    return efa_layout(instance_type, args.efa_layout).interfaces


def known(args: AcceleratorClusterArgs) -> list[Known]:
    """What each machine looks for in itself."""
    return [
        Known(
            row.name,
            row.vendor,
            row.accelerators,
            sum(one.is_efa for one in interfaces_of(args, row.name)),
        )
        for row in types_of(args)
    ]


def image_of(args: AcceleratorClusterArgs) -> Any:
    """The first of the catalogue that is made for this machine, unless one is given."""
    return args.image if args.image is not None else fitting_images(machine(args.instance_type))[0]


def fitting_images(row: Machine) -> list[str]:
    made_for = "neuron" if row.vendor == "aws-neuron" else "gpu"
    return [
        name
        for name, one in image_parameters().items()
        if (one.made_for, one.architecture) == (made_for, row.architecture)
    ]


def image_id(image: str) -> str:
    if image.startswith("/"):
        return f"resolve:ssm:{image}"
    return image if image.startswith(("ami-", "resolve:ssm:")) else image_parameter(image).image_id


def root_device(image: Any) -> str:
    """Amazon's own images call it otherwise than Ubuntu's; a wrong name would add a disk instead of sizing this one."""
    row = image_parameters().get(image) if isinstance(image, str) else None
    return "/dev/xvda" if row and row.operating_system.startswith("amazon-linux") else "/dev/sda1"


def nearest_with_efa(row: Machine) -> list[str]:
    """The two sizes of its family that have EFA and are nearest to it; else machines of the same vendor."""
    family = row.name.partition(".")[0]
    have = [one for one in machines().values() if one.name in efa_layouts() and not one.in_ultraserver]
    akin = [one for one in have if one.name.partition(".")[0] == family] or [
        one for one in have if one.vendor == row.vendor
    ]
    akin.sort(key=lambda one: abs(math.log(one.vcpus / row.vcpus)))
    return [one.name for one in akin[:2]]


def at_most(each: Sequence[float | None], machines_max: int) -> float | None:
    """Of the largest group of machines; None where one is unknown."""
    numbers = [one for one in each if one is not None]
    return machines_max * max(numbers) if len(numbers) == len(each) else None
