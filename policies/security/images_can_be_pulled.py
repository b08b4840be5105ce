"""The role of a model or a task may pull its image from ECR."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Subject
from ._roles import ROLE, grants

MODEL = "aws:sagemaker/model:Model"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
PRIVATE = re.compile(r"\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com")
PULL = "ecr:BatchGetImage"
MANAGED = (
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryPowerUser",
    "AmazonEC2ContainerRegistryFullAccess",
    "AmazonECSTaskExecutionRolePolicy",
    "AmazonSageMakerFullAccess",
    "AdministratorAccess",
)

RULE = Rule(
    title="the role of a container may pull its image",
    level="mandatory",
    why="Without it the container is created and never starts, which shows after minutes as a failed health check.",
    fix="allow ecr:GetAuthorizationToken on *, and ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the repository",
    references=(
        "https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    ),
)


@RULE.graph(MODEL, TASK)
def check(subject: Subject) -> Iterator[Said]:
    try:
        found = [image for image in _images(subject) if PRIVATE.match(image)]
    except Undecided:
        role = subject.world.made(subject, "executionRoleArn", ROLE)
        if role is not None and grants(role).allow(PULL, *MANAGED):
            return  # whatever the image is
        raise
    if not found:
        raise NotApplicable
    image = found[0].partition("@")[0]
    if not subject.has("executionRoleArn"):
        yield fail(subject, f"{subject.name} has no execution role, and {image} is in a private registry")
        return
    role = subject.world.made(subject, "executionRoleArn", ROLE)
    if role is not None and not grants(role).allow(PULL, *MANAGED):
        yield fail(subject, f"{role.name} may not pull {image}", at="executionRoleArn")


def _images(subject: Subject) -> list[str]:
    """Raises Undecided. A task on machines of one's own may be pulled for by the machine's role."""
    if subject.type == MODEL:
        blocks = [*subject.blocks("primaryContainer"), *subject.blocks("containers")]
        return [block.text("image") for block in blocks if block.has("image")]
    if not subject.has("executionRoleArn") and "FARGATE" not in subject.texts("requiresCompatibilities"):
        return []
    document: Any = subject.document("containerDefinitions")
    if not isinstance(document, list):
        raise Undecided(f"the containers of {subject.name}", subject, "containerDefinitions")
    return [str(one.get("image", "")) for one in document if isinstance(one, dict)]
