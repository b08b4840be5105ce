"""Roles of machines, functions and containers do not have AWS's policies for administrators."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, cannot_decide, each, fail
from ..world import Outside, Subject, Unsure
from ._roles import ATTACHMENT, POLICY, ROLE, SHARED_ATTACHMENT, is_of_aws, services

ADMINISTRATORS = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess")
RUN_PROGRAMS = ("ec2", "sagemaker", "ecs-tasks", "lambda", "pods.eks", "batch", "eks-fargate-pods", "codebuild", "glue")

RULE = Rule(
    title="machines are not administrators of the account",
    level="mandatory",
    why="Every program on the machine, and whoever breaks into one, then owns the account.",
    fix="attach a policy that names what the machine needs",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        "AWS Security Hub control IAM.1",
    ),
)


@RULE.graph(ATTACHMENT, SHARED_ATTACHMENT, ROLE)
def check(subject: Subject) -> Iterator[Said]:
    name = "managedPolicyArns" if subject.type == ROLE else "policyArn"
    given = subject.world.all_meant(subject, name, POLICY)
    too_much = [one.id.rpartition("/")[2] for one in given if isinstance(one, Outside) and is_of_aws(one)]
    too_much = [one for one in too_much if one in ADMINISTRATORS]
    if not too_much:
        unsure = next((one for one in given if isinstance(one, Unsure)), None)
        if unsure is None:
            raise NotApplicable
        raise Undecided(unsure.needs, subject, name)
    if subject.type == ROLE:
        yield from _of_role(subject, subject, name, too_much[0])
        return
    by = "role" if subject.type == ATTACHMENT else "roles"
    for role in subject.world.all_meant(subject, by, ROLE):
        if isinstance(role, Subject):
            yield from each(_of_role, role, subject, name, too_much[0])
        else:
            which = f"role {role.id}, which is not in this program" if isinstance(role, Outside) else role.needs
            yield cannot_decide(subject, which, at=by)


def _of_role(role: Subject, where: Subject, at: str, policy: str) -> Iterator[Said]:
    try:
        takers = services(role)
    except Undecided as e:
        raise Undecided(e.said.needs, where, at) from None
    running = [one for one in takers if one.partition(".amazonaws")[0] in RUN_PROGRAMS]
    if running:
        yield fail(where, f"{role.name}, which {running[0]} takes, has {policy}", at=at)
