"""What belongs to an endpoint? Its variants and their machines, its models, and what scales it."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import HostingType, Machine, hosting_types, machines

from ..rule import Undecided
from ..world import Block, Outside, Subject

CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
ENDPOINT = "aws:sagemaker/endpoint:Endpoint"
MODEL = "aws:sagemaker/model:Model"
TARGET = "aws:appautoscaling/target:Target"
POLICY = "aws:appautoscaling/policy:Policy"
OURS = "ultrastack:aws:SagemakerEndpoint"
MADE_FOR = {"aws-neuron": "neuron", "nvidia": "gpu"}  # vendor -> the catalogue's word for images
# botocore application-autoscaling ScalableDimension
OF_MACHINES = "sagemaker:variant:DesiredInstanceCount"
OF_WARM_REQUESTS = "sagemaker:variant:DesiredProvisionedConcurrency"
OF_COPIES = "sagemaker:inference-component:DesiredCopyCount"


def variants(configuration: Subject, *, shadows: bool = True) -> list[Block]:
    """The variants of a configuration, and those that only get copies of the requests."""
    found = configuration.blocks("productionVariants")
    return found + configuration.blocks("shadowProductionVariants") if shadows else found


def on_machines(configuration: Subject, *, shadows: bool = True) -> Iterator[Block]:
    """Those variants that have machines, and not memory alone."""
    for variant in variants(configuration, shadows=shadows):
        if not variant.has("serverlessConfig"):
            yield variant


def hosted(variant: Block) -> HostingType | None:
    """The catalogue's row of its machines; None for types that it does not know, such as those without accelerator."""
    return hosting_types().get(variant.text("instanceType"))


def machine_of(variant: Block) -> Machine | None:
    row = hosted(variant)
    return machines().get(row.machine) if row else None


def containers(model: Subject) -> list[Block]:
    return model.blocks("primaryContainer") + model.blocks("containers")


def name_of(variant: Block) -> str:
    """In messages: its name, or where it stands."""
    name = variant.raw("variantName")
    return f"variant {name}" if isinstance(name, str) and name else f"`{variant.at()}`"


def configuration_of(endpoint: Subject) -> Subject:
    """Raises Undecided for one that is not in this program."""
    found = endpoint.world.made(endpoint, "endpointConfigName", CONFIGURATION)
    if found is None:
        raise Undecided("the configuration of the endpoint", endpoint, "endpointConfigName")
    return found


def endpoint_of(target: Subject) -> Subject:
    """Whose variant is scaled; raises Undecided for an endpoint that is not in this program."""
    found = target.world.meant(target, "resourceId", ENDPOINT)
    if isinstance(found, Outside):
        name = found.id.split("/")[1] if found.id.startswith("endpoint/") else found.id
        called = [one for one in target.world.of_type(ENDPOINT) if name in (one.raw("name"), one.resource.id)]
        if len(called) == 1:
            return called[0]
        raise Undecided(f"the endpoint {name}, which is not in this program", target, "resourceId")
    if found is None:
        raise Undecided("the endpoint that is scaled", target, "resourceId")
    return found


def variant_of(target: Subject, configuration: Subject) -> Block:
    """Which variant is scaled; raises Undecided where several can be meant, or none is called so."""
    there = variants(configuration, shadows=False)
    if not target.knows("resourceId"):
        if len(there) == 1:
            return there[0]
        raise Undecided(f"which variant `resourceId` of {target.name} names", target, "resourceId")
    name = target.text("resourceId").rpartition("/")[2]
    for variant in there:
        if variant.raw("variantName") == name:
            return variant
    raise Undecided(f"a variant called {name}", target, "resourceId")


def is_ours(subject: Subject) -> bool:
    """Whether our own component made it, which writes ids and names that offline are known to nobody."""
    parent = subject.world.by_urn.get(subject.resource.parent)
    return parent is not None and parent.type == OURS
