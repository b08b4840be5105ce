"""A serverless variant is the only one, without machines, networks, queues and capture."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._endpoints import CONFIGURATION, MODEL, containers, variants

RULE = Rule(
    title="a serverless endpoint asks for nothing that serverless has not",
    level="mandatory",
    why="Serverless inference has one variant and memory alone: no machines, VPC, isolation, data capture, queue or "
    "key, and no more warm requests than requests at the same time.",
    fix="remove it, or use machines: `instanceType` and `initialInstanceCount` instead of `serverlessConfig`",
    references=(
        "https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html",
        "botocore 1.44.5 sagemaker ProductionVariantServerlessConfig",
    ),
)
OF_CONFIGURATION = ("asyncInferenceConfig", "dataCaptureConfig", "kmsKeyArn", "shadowProductionVariants")
OF_VARIANT = ("instanceType", "initialInstanceCount", "volumeSizeInGb", "inferenceAmiVersion", "routingConfigs")
OF_MODEL = ("vpcConfig", "enableNetworkIsolation")


@RULE.graph(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    there = variants(configuration, shadows=False)
    without = [one for one in there if one.has("serverlessConfig")]
    if not without:
        raise NotApplicable
    if len(there) > 1:
        yield fail(without[0], f"it is one of {len(there)} variants", at="serverlessConfig")
    for name in OF_CONFIGURATION:
        if configuration.raw(name):
            yield fail(configuration, f"`{name}` cannot go with serverless", at=name)
    for variant in without:
        for name in OF_VARIANT:
            if variant.has(name):
                yield fail(variant, f"`{name}` is for machines, and serverless has none", at=name)
        yield from each(_sizes, variant.block("serverlessConfig"))
        yield from each(_model, variant)


def _sizes(config: Block) -> Iterator[Said]:
    warm, most = config.number("provisionedConcurrency"), config.number("maxConcurrency")
    if warm > most:
        words = f"{warm} requests are kept warm, and at most {most} answered at the same time"
        yield fail(config, words, at="provisionedConcurrency", fix=f"write at most {most}")


def _model(variant: Block) -> Iterator[Said]:
    model = variant.subject.world.made(variant, "modelName", MODEL)
    for name in OF_MODEL if model else ():
        assert model is not None
        if model.has(name) and (name == "vpcConfig" or model.flag(name)):
            yield fail(model, f"`{name}` cannot go with serverless", at=name)
    for container in containers(model) if model else ():
        if container.has("modelDataSource"):
            words = "files as they are cannot go with serverless, which takes one archive"
            yield fail(container, words, at="modelDataSource", fix="name a .tar.gz in `modelDataUrl`")
