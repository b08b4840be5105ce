"""Where does a container's image lie, and what is it made for?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ultrastack.catalog import ServingImage, image_accounts, serving_images

# botocore sagemaker ContainerImage; hosts of ECR, with FIPS and dual-stack ones
ECR = re.compile(r"^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+/([^:@]+)(?::([^@]+))?")


@dataclass(frozen=True)
class Image:
    account: str
    region: str
    repository: str
    tag: str


def parsed(uri: str) -> Image | None:
    """None for a registry that is not a private one of ECR."""
    found = ECR.match(uri)
    return Image(found[1], found[2], found[3], found[4] or "") if found else None


def is_of_aws(image: Image) -> bool:
    """Whether it is one of AWS's own, in whatever region."""
    ours = any(row.account_id == image.account for row in image_accounts().values())
    return ours and any(row.repository == image.repository for row in serving_images().values())


def made_for(image: Image) -> str | None:
    """`neuron` or `gpu`; None where the catalogue does not know, or knows both under that name."""
    rows: list[ServingImage] = [row for row in serving_images().values() if row.repository == image.repository]
    of_tag = {row.made_for for row in rows if image.tag and row.tag == image.tag}
    kinds = of_tag or {row.made_for for row in rows}
    return kinds.pop() if len(kinds) == 1 else None
