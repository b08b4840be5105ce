"""The image of a model lies in the region of the model, and in AWS's account of that region if it is one of theirs."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import image_accounts

from ..rule import Rule, Said, each, fail
from ..world import Block, Subject
from ._endpoints import MODEL, containers
from ._images import is_of_aws, parsed

RULE = Rule(
    title="a model's image lies in a private registry of its region",
    level="mandatory",
    why="SageMaker pulls images from ECR of the same region alone; AWS keeps its own in one account for some regions "
    "and in another for others.",
    fix="copy the image to a repository of the model's region, or name AWS's one there",
    references=(
        "https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/sagemaker/"
        "aws.sdk.kotlin.services.sagemaker.model/-container-definition/image.html",
        "AWS Deep Learning Containers region list",
    ),
)


@RULE.resource(MODEL)
def check(model: Subject) -> Iterator[Said]:
    for container in containers(model):
        yield from each(_of, container, model)


def _of(container: Block, model: Subject) -> Iterator[Said]:
    uri = container.text("image")
    if uri.startswith("public.ecr.aws/"):
        yield fail(container, f"{uri} lies in a public gallery, from which SageMaker does not pull", at="image")
    image = parsed(uri)
    if image is None:
        return
    region = model.target("region")
    ours = image_accounts().get(region) if is_of_aws(image) else None
    there = f"write {ours.registry}/{image.repository}:{image.tag}" if ours and image.tag else ""
    if image.region != region:
        yield fail(container, f"the image lies in {image.region}, the model in {region}", at="image", fix=there)
    elif ours is not None and image.account != ours.account_id:
        words = f"AWS's images of {region} lie in account {ours.account_id}, not in {image.account}"
        yield fail(container, words, at="image", fix=there)
