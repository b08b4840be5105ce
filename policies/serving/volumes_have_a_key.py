"""The volumes of an endpoint's machines are encrypted with a key of your own."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._endpoints import CONFIGURATION, machine_of, on_machines

RULE = Rule(
    title="volumes of an endpoint are encrypted with a key of your own",
    level="off",
    why="Without a key of yours SageMaker takes its own, whose use you can neither watch nor end. Local disks are "
    "encrypted by hardware and take no key.",
    fix="set `kmsKeyArn` to the ARN of a key that the endpoint's role may use",
    references=(
        "https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/sagemaker/"
        "aws.sdk.kotlin.services.sagemaker.model/-create-endpoint-config-request/kms-key-id.html",
    ),
)


@RULE.resource(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    there = list(on_machines(configuration))
    if not there:
        raise NotApplicable
    if configuration.has("kmsKeyArn"):
        return
    # one machine with local disks, and the whole configuration takes no key
    if any((machine := machine_of(one)) is not None and machine.nvme_disks for one in there):
        raise NotApplicable
    yield fail(configuration, "the volumes of its machines have no key", at="kmsKeyArn")
