"""Machines of the tests: arguments of every kind."""

from __future__ import annotations

from typing import Annotated, Literal

import pulumi
from pydantic import Field, model_validator

from ultrastack.components.component import Component, Input, ScheduledArgs, Strict
from ultrastack.components.refusals import Wrong, refuse

from .net import Part


class Disk(Strict):
    """One disk."""

    size_gib: int = Field(ge=1, description="Size in GiB.")
    kind: Literal["gp3", "io2"] = Field(default="gp3", description="Type of the volume.")


class PoolArgs(ScheduledArgs):
    """Arguments of aws.pool."""

    machine: Literal["trn2.48xlarge", "trn1.32xlarge", "g6.xlarge"] = Field(description="Type of the machines.")
    subnet_ids: Input[list[Input[str]]] = Field(description="Subnets of the machines.")
    max_nodes: Annotated[int, Field(ge=1, le=1000)] = Field(default=1, description="Upper limit of the group.")
    volume_gib: Input[Annotated[int, Field(ge=8)]] = Field(default=100, description="Size of the root volume in GiB.")
    disks: list[Disk] = Field(default=[], description="Further disks.")
    settings: dict[str, str] = Field(default={}, description="Settings of the operating system.")
    boot_script: Input[str] | None = Field(default=None, description="Run at first boot.")
    idle: bool | None = Field(default=None, description="Whether it starts with no machine.")

    @model_validator(mode="after")
    def _no_idle_crowd(self) -> PoolArgs:
        if self.idle and self.max_nodes > 10:
            raise ValueError("an idle pool has at most 10 nodes; fix: lower max_nodes")
        if self.idle and self.schedule is not None and self.schedule.start is not None:
            raise ValueError("an idle pool cannot start; fix: remove idle or the step's schedule")
        if self.idle and self.boot_script is not None:
            refuse([Wrong("boot_script", "cannot go with idle; fix: remove one of them")])
        return self


class Pool(Component):
    """A group of machines."""

    token = "test:aws:Pool"
    cloud = "aws"
    Args = PoolArgs
    roles = {"group": "The group.", "disk-*": "Further disks."}

    group_name: Annotated[pulumi.Output[str], "Name of the group."]

    def __init__(self, name: str, args: PoolArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        props = {"subnets": args.subnet_ids, "volume": args.volume_gib, "boot": args.boot_script, "tags": args.tags}
        if args.settings.get("fail") == "yes":
            raise KeyError("no such setting")
        group = Part(self.child("group"), props, self.below())
        for i, disk in enumerate(args.disks):
            Part(self.child(f"disk-{i}"), {"size": disk.size_gib}, self.below())
        self.group_name = group.answer
        self.finish()
