"""Variables of containers, functions and builds hold no credential, nor do plain parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ultrastack.model.credentials import names_a_credential
from ultrastack.model.values import Unknown

from ..credentials import credential_of, in_variables
from ..rule import Rule, Said, each, fail
from ..world import Block, Subject

MODEL = "aws:sagemaker/model:Model"
FUNCTION = "aws:lambda/function:Function"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
JOB = "aws:batch/jobDefinition:JobDefinition"
BUILD = "aws:codebuild/project:Project"
PARAMETER = "aws:ssm/parameter:Parameter"
FIX = "keep it in Secrets Manager or as a SecureString, and hand over its ARN"

RULE = Rule(
    title="variables of containers and functions hold no credential",
    level="mandatory",
    why="Variables stand in plain text in the console, in descriptions and in Pulumi's state.",
    fix=FIX,
    references=(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html",
        "AWS Security Hub controls ECS.8 and CodeBuild.2",
    ),
)


@RULE.resource(MODEL, FUNCTION, TASK, JOB, BUILD, PARAMETER)
def check(subject: Subject) -> Iterator[Said]:
    match subject.type:
        case "aws:sagemaker/model:Model":
            for container in [*subject.blocks("primaryContainer"), *subject.blocks("containers")]:
                yield from each(in_variables, container, "environment", "who may describe the model", FIX)
        case "aws:lambda/function:Function":
            yield from each(
                in_variables, subject.block("environment"), "variables", "who may describe the function", FIX
            )
        case "aws:ssm/parameter:Parameter":
            yield from _of_parameter(subject)
        case "aws:codebuild/project:Project":
            pairs = subject.block("environment").blocks("environmentVariables")
            for pair in pairs:
                if pair.text("type", "PLAINTEXT") == "PLAINTEXT":
                    yield from each(_of_pair, pair.text("name"), pair, "value")
        case _:
            yield from _of_json(subject, "containerDefinitions" if subject.type == TASK else "containerProperties")


def _of_pair(name: str, where: Block, at: str) -> Iterator[Said]:
    if kind := credential_of(name, where.text(at)):
        yield fail(where, f"{name} holds {kind}", at=at)


def _of_json(subject: Subject, name: str) -> Iterator[Said]:
    """Containers as ECS and Batch take them: JSON, with a list of names and values each."""
    document = subject.document(name)
    for container in document if isinstance(document, list) else [document]:
        for variable in _variables(container):
            key, value = str(variable.get("name", "")), variable.get("value")
            if isinstance(value, str) and (kind := credential_of(key, value)):
                yield fail(subject, f"{key} holds {kind}", at=name)


def _variables(container: Any) -> list[dict[str, Any]]:
    given = container.get("environment") if isinstance(container, dict) else None
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _of_parameter(parameter: Subject) -> Iterator[Said]:
    if parameter.text("type") == "SecureString":
        return
    at = "insecureValue" if parameter.has("insecureValue") else "value"
    given = parameter.raw("name") if parameter.knows("name") else None
    name = str(given or parameter.name).rpartition("/")[2]
    if isinstance(parameter.raw(at), Unknown) and not names_a_credential(name):
        return  # an id or an address: what is secret in an output its provider marks so
    if kind := credential_of(name, parameter.text(at)):
        yield fail(
            parameter, f"the parameter holds {kind}, and is no SecureString", at=at, fix="set type: SecureString"
        )
