"""Which resources does no stack file make? Components with rare arguments, and every machine of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws
import yaml

from components.aws.accelerator_cluster import AcceleratorCluster
from components.component import Component
from ultrastack.catalog import machines
from ultrastack.catalog.offerings import machine_regions
from ultrastack.language.finder import find_components
from ultrastack.model.graph import Graph

from ..components.offline import build

CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("aws_variants.yaml").read_text("utf-8"))
ROOT = Path(__file__).parents[2]
HOME = "us-east-2"
LARGE = ("us-east-1", "us-east-2", "us-west-2")  # where lists are complete
SOLD_AS_INSTANCES = ("trn2u.48xlarge",)  # aws.trn2_ultraserver_cluster makes these, one by one


def variants() -> Iterator[tuple[str, Graph]]:
    components = find_components(ROOT)
    for name, case in CASES.items():
        ((word, arguments),) = case.items()
        yield f"variants/{name}", build(partial(one, components[word].load(), "one", HOME, arguments))
    yield "variants/every machine", build(every_machine)


def one(made: type[Component], name: str, region: str, arguments: dict[str, Any]) -> None:
    target = pulumi.ResourceOptions(provider=pulumi_aws.Provider(f"{name}-target", region=region))
    tags = {"owner": "platform", "service": "llm"}
    made(name, made.Args.model_validate({**arguments, "tags": tags}), target)


def every_machine() -> None:
    """Each in a region that offers it, so that the catalogue's regions are held against cfn-lint's too."""
    for machine in machines():
        if machine not in SOLD_AS_INSTANCES:
            offered = sorted(machine_regions(machine), key=lambda region: (region not in LARGE, region))
            region = offered[0] if offered else HOME
            one(AcceleratorCluster, machine.replace(".", "-"), region, arguments_of(machine))


def arguments_of(machine: str) -> dict[str, Any]:
    return {
        "instance_type": machine,
        "max": 2,
        "subnet_ids": ["subnet-0a1b2c3d4e5f60718"],
        "security_group_ids": ["sg-0a1b2c3d4e5f60718"],
    }
