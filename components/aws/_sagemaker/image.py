"""Which container image does a model take: a URI as it stands, or the newest one of a family in the catalogue?"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from ultrastack.catalog import UnknownRow, image_account, serving_image, serving_image_uri, serving_images

ECR = re.compile(r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+/([^:@]+)")


def _image(given: str) -> str:
    if re.search(r"\s", given):
        raise ValueError("has a space in it; fix: write a URI, or a family such as hf-vllm-neuronx")
    if "/" in given:
        if given.startswith("public.ecr.aws/"):
            raise ValueError(
                "lies in a public gallery, and SageMaker pulls from private repositories; fix: copy it to one of yours"
            )
        return given
    try:
        image = serving_image(given)
    except UnknownRow as unknown:
        pulled = [name for name, row in serving_images().items() if row.registry == "sagemaker" and row.tag_is_whole]
        hint = f"use '{near}'" if (near := unknown.nearest()) else f"write a URI, or one of {', '.join(sorted(pulled))}"
        raise ValueError(f"cannot be found in the catalogue; fix: {hint}") from None
    if image.registry != "sagemaker":
        raise ValueError(
            "lies in a public gallery, and SageMaker pulls from private repositories; "
            f"fix: copy {image.repository}:{image.tag} to one of yours, and write its URI"
        )
    if not image.tag_is_whole:
        raise ValueError(f"is known in part only ({image.repository}:{image.tag}...); fix: write its whole URI")
    return given


# botocore sagemaker ContainerImage
ServingImage = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_image)]


def image_uri(image: str, region: str) -> str:
    """The image in that region; raises ValueError with a fix."""
    if "/" not in image:
        try:
            uri = serving_image_uri(image, region)
        except UnknownRow:
            uri = None
        if uri is None:
            raise ValueError(f"no registry of AWS is known for '{image}' in {region}; fix: write the image's URI")
        return uri
    # botocore sagemaker ContainerDefinition.Image: image and artifacts lie in the region of the model
    if (found := ECR.match(image)) and found[2] != region:
        raise ValueError(f"the image lies in {found[2]}, the endpoint in {region}; fix: copy it to {region}")
    return image


def repository_arn(uri: str) -> str | None:
    """The ECR repository that the role must be let into; None for a registry that is not ECR."""
    found = ECR.match(uri)
    if found is None:
        return None
    return f"arn:{partition(found[2])}:ecr:{found[2]}:{found[1]}:repository/{found[3]}"


def partition(region: str) -> str:
    prefix = region.partition("-")[0]
    if prefix == "us" and region.startswith("us-gov-"):
        return "aws-us-gov"
    return {"cn": "aws-cn", "eusc": "aws-eusc"}.get(prefix, "aws")


def domain(region: str) -> str:
    """The end of host names in that region."""
    try:
        return image_account(region).registry_domain
    except UnknownRow:
        return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
