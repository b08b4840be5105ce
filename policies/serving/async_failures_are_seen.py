"""Somebody hears of requests that an asynchronous endpoint could not answer."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, fail
from ..world import Subject
from ._endpoints import CONFIGURATION

RULE = Rule(
    title="an asynchronous endpoint says where failures go",
    level="advisory",
    why="Whoever asks gets no answer but a place in S3 where one will be; a request that fails leaves nothing there, "
    "and its caller waits.",
    fix="set `s3FailurePath`, or an `errorTopic` in `notificationConfig`",
    references=(
        "https://docs.amazonaws.cn/en%5Fus/sagemaker/latest/dg/async-inference-create-endpoint-create-endpoint-config.html",
        "botocore 1.44.5 sagemaker AsyncInferenceOutputConfig",
    ),
)


@RULE.resource(CONFIGURATION)
def check(configuration: Subject) -> Iterator[Said]:
    if not configuration.has("asyncInferenceConfig"):
        raise NotApplicable
    output = configuration.block("asyncInferenceConfig.outputConfig")
    if not output.has("s3FailurePath") and not output.has("notificationConfig.errorTopic"):
        yield fail(output, "requests that fail leave no trace", at="s3FailurePath")
