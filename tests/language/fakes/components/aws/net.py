"""A network of the tests: no resources, all kinds of outputs."""

from __future__ import annotations

from typing import Annotated

import pulumi
from pydantic import Field

from ultrastack.components.component import Args, Component


class NetArgs(Args):
    """Arguments of aws.net."""

    cidr: str = Field(pattern=r"^\d+\.\d+\.\d+\.\d+/\d+$", description="Address range, as 10.0.0.0/16.")
    zones: list[str] = Field(min_length=1, max_length=3, description="Zones with a subnet each.")
    private: bool = Field(default=True, description="Whether it has no public addresses.")


class Net(Component):
    """A network."""

    token = "test:aws:Net"
    cloud = "aws"
    Args = NetArgs
    roles = {"vpc": "The network.", "subnet-*": "One for each zone."}

    vpc_id: Annotated[pulumi.Output[str], "Id of the network."]
    subnet_ids: Annotated[list[pulumi.Output[str]], "Ids of the subnets."]
    facts: Annotated[pulumi.Output[dict[str, str]], "What is known about it."]

    def __init__(self, name: str, args: NetArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        vpc = Part(self.child("vpc"), {"cidr": args.cidr, "tags": args.tags}, self.below())
        subnets = [Part(self.child(f"subnet-{z}"), {"vpc": vpc.answer, "zone": z}, self.below()) for z in args.zones]
        self.vpc_id = vpc.answer
        self.subnet_ids = [s.answer for s in subnets]
        self.facts = vpc.answer.apply(lambda answer: {"id": answer})
        self.finish()


class Part(pulumi.CustomResource):
    """A resource of no provider's schema; the engines take any type token."""

    answer: pulumi.Output[str]

    def __init__(self, name: str, props: dict[str, object], opts: pulumi.ResourceOptions):
        super().__init__("aws:test/part:Part", name, {**props, "answer": None}, opts)
