"""A key for disks is not given to machines that encrypt their own."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, machine_of, on_machines

RULE = Rule(
    title="no KMS key is given for machines with disks of their own",
    level="mandatory",
    why="Local disks are encrypted by hardware, and CreateEndpointConfig fails if it gets a key for them.",
    fix="remove `kmsKeyArn`, or choose machines without disks of their own",
    references=(
        "https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/sagemaker/"
        "aws.sdk.kotlin.services.sagemaker.model/-create-endpoint-config-request/kms-key-id.html",
    ),
)

REMEDY = {"aws.sagemaker_endpoint.kms_key_arn": None}


@RULE.resource(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    if not configuration.has("kmsKeyArn"):
        raise NotApplicable
    for variant in on_machines(configuration):
        yield from each(_of, variant, configuration)


def _of(variant: Block, configuration: Subject) -> Iterator[Said]:
    machine = machine_of(variant)
    if machine is not None and machine.nvme_disks:
        disks = f"{machine.nvme_disks} local disk{'s' * (machine.nvme_disks > 1)}"
        yield fail(
            configuration, f"{variant.text('instanceType')} has {disks} and takes no key", at="kmsKeyArn", remedy=REMEDY
        )
