"""An asynchronous program: pulumi.run, resources made inside apply, tasks and threads, functions as components."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi import Output, ResourceOptions

made: list[Any] = []


class Fleet(pulumi.ComponentResource):
    """A component whose construction waits."""

    def __init__(self, name: str, opts: ResourceOptions | None = None):
        super().__init__("example:index:Fleet", name, None, opts)

    async def build(self, sizes: dict[str, int]) -> Fleet:
        await asyncio.sleep(0)
        for word, size in sizes.items():
            made.append(aws.sqs.Queue(f"{word}-{size}", delay_seconds=size, opts=ResourceOptions(parent=self)))
        self.register_outputs({"count": len(sizes)})
        return self


def of_known(zones: list[str]) -> list[str]:
    return [zone.upper() for zone in zones]


async def main() -> dict[str, Any]:
    fleet, second = await asyncio.gather(
        Fleet("fleet").build({"a": 1, "b": 2}), Fleet("second", ResourceOptions(protect=True)).build({"c": 3})
    )
    known = Output.from_input(["use2-az1", "use2-az3"]).apply(of_known)
    known.apply(lambda zones: [aws.sns.Topic(f"topic-{zone}", opts=ResourceOptions(parent=fleet)) for zone in zones])
    made[0].id.apply(lambda one: aws.sns.Topic(f"never-{one}"))  # unknown in a preview: not made
    pulumi.export("exported", made[0].arn)
    return {"zones": known, "fleet": fleet.urn, "second": second.urn, "arns": [one.arn for one in made]}


pulumi.export("before", "main")
early = aws.sqs.Queue("early")
pulumi.run(main)
