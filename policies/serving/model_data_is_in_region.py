"""A model's weights lie in a bucket of the model's region."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, each, fail
from ..world import Block, Outside, Subject
from ._endpoints import MODEL, containers

RULE = Rule(
    title="a model's weights lie in the region of the model",
    level="mandatory",
    why="SageMaker reads weights from S3 of the same region alone.",
    fix="copy the weights to a bucket of the model's region",
    references=(
        "https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/sagemaker/"
        "aws.sdk.kotlin.services.sagemaker.model/-container-definition/image.html",
    ),
)
BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")


@RULE.graph(MODEL)
def check(model: Subject) -> Iterator[Said]:
    places = [(block, name) for container in containers(model) for block, name in _places(container) if block.has(name)]
    if not places:
        raise NotApplicable
    for block, name in places:
        yield from each(_of, block, name, model)


def _places(container: Block) -> Iterator[tuple[Block, str]]:
    yield container, "modelDataUrl"
    for source in container.block("modelDataSource").blocks("s3DataSources"):
        yield source, "s3Uri"
    for more in container.blocks("additionalModelDataSources"):
        for source in more.blocks("s3DataSources"):
            yield source, "s3Uri"


def _of(block: Block, name: str, model: Subject) -> Iterator[Said]:
    bucket = _bucket(block, name)
    region = model.target("region")
    if bucket.target("region") != region:
        words = f"the bucket {bucket.name} lies in {bucket.target('region')}, the model in {region}"
        yield fail(block, words, at=name)


def _bucket(block: Block, name: str) -> Subject:
    world = block.subject.world
    found = world.meant(block, name, *BUCKETS)
    if isinstance(found, Outside):
        called = found.id.partition("://")[2].partition("/")[0]
        for one in world.of_type(*BUCKETS):
            if called and called in (one.raw("bucket"), one.resource.id):
                return one
        raise Undecided(f"the region of the bucket {called}, which is not in this program", block, name)
    if found is None:
        raise NotApplicable
    return found
