"""What may stand in a container's environment, which everybody who may describe the model sees?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

import pulumi
from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from ultrastack.model.credentials import credential_in, names_a_credential
from ultrastack.model.later import Later

from ...component import Input
from ...names import Like

# botocore sagemaker EnvironmentMap, and ContainerDefinition.Environment: 32 KB for all keys and values
VARIABLES_MAX, VARIABLES_BYTES = 100, 32 * 1024

# botocore sagemaker EnvironmentKey and EnvironmentValue
EnvironmentName = Annotated[
    str,
    Field(max_length=1024),
    Like(
        r"^[a-zA-Z_][a-zA-Z0-9_]*$",
        "a variable's name has letters, digits and _, and begins with no digit; fix: write it like MAX_MODEL_LEN",
    ),
]
EnvironmentValue = Annotated[str, Field(max_length=1024)]
SecretArn = Annotated[
    str,
    Like(
        r"^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+$",
        "must be the ARN of a secret of Secrets Manager; "
        "fix: write it like arn:aws:secretsmanager:us-east-2:111122223333:secret:hf-token-AbCdEf",
    ),
]


def _open_secrets(given: dict[str, Any]) -> dict[str, Any]:
    found = list(_credentials(given))
    if found:
        raise ValidationError.from_exception_data("environment", found)
    return given


def _credentials(given: dict[str, Any]) -> Iterator[InitErrorDetails]:
    """SageMaker shows a model's environment to whoever may describe it, and so does Pulumi's state."""
    for name, value in given.items():
        seen = "and everybody who may describe the model sees it"
        fix = f"fix: write secrets: {{{name}: arn:aws:secretsmanager:...}}, or copy the weights to S3, which needs none"
        if isinstance(value, Later) and re.search(r"\bsecret\(", value.text):
            yield _wrong(f"has {name}, which is a secret, {seen}; {fix}")
        elif isinstance(value, Later) and names_a_credential(name):
            # at the mapping: a place of its own has what is plain
            yield _wrong(f"has {name}, which is the name of a credential, {seen}; {fix}")
        elif isinstance(value, str) and credential_in(value):
            yield _wrong(f"holds what looks like a credential, {seen}; {fix}", name)
        elif names_a_credential(name) and not (isinstance(value, str) and value.startswith("arn:")):
            yield _wrong(f"is the name of a credential, {seen}; {fix}", name)


def _wrong(words: str, *where: str) -> InitErrorDetails:
    # the type tells the language to show neither the value nor its line
    said = PydanticCustomError("credential", "Value error, {words}", {"words": words})
    return InitErrorDetails(type=said, loc=where, input=None)


Environment = Annotated[dict[EnvironmentName, Input[EnvironmentValue]], AfterValidator(_open_secrets)]


def public(name: str, value: Input[str]) -> Input[str]:
    """In plain Python a secret Output may come this far."""
    if not isinstance(value, pulumi.Output):
        return value
    output: pulumi.Output[str] = value

    async def check(known: str) -> str:
        if await output.is_secret():
            raise pulumi.RunError(f"the variable {name} is a secret, and everybody who may describe the model sees it")
        return known

    return output.apply(check)
