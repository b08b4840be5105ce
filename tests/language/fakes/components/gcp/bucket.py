"""A bucket of the tests, on the other cloud."""

from __future__ import annotations

from typing import Annotated

import pulumi
from pydantic import Field

from ultrastack.components.component import Args, Component, Input


class BucketArgs(Args):
    """Arguments of gcp.bucket."""

    location: Input[str] = Field(description="Region or multi-region.")


class Bucket(Component):
    """A bucket."""

    token = "test:gcp:Bucket"
    cloud = "gcp"
    Args = BucketArgs
    roles = {"bucket": "The bucket."}

    bucket_name: Annotated[pulumi.Output[str], "Name of the bucket."]

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self.bucket_name = pulumi.Output.from_input(name)
        self.finish()
