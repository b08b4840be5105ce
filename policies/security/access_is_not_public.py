"""Keys, topics, queues, repositories, secrets and functions say who may use them."""

from __future__ import annotations

from collections.abc import Iterator

from ..documents import Statement, narrowed, statements
from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Subject

POLICIES = {
    "aws:kms/key:Key": "policy",
    "aws:kms/keyPolicy:KeyPolicy": "policy",
    "aws:sns/topic:Topic": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    "aws:sqs/queue:Queue": "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
    "aws:secretsmanager/secret:Secret": "policy",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
}
PERMISSION = "aws:lambda/permission:Permission"
URL = "aws:lambda/functionUrl:FunctionUrl"

RULE = Rule(
    title="policies of keys, topics, queues, repositories and secrets name whom they allow",
    level="mandatory",
    why="A principal of `*` without a condition that says who lets every AWS account, or everybody, use it.",
    fix="name accounts, roles or services as Principal, or add a condition on aws:PrincipalOrgID or aws:SourceAccount",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html",
        "AWS Security Hub controls KMS.5, SNS.4, SQS.3 and Lambda.1",
    ),
)


@RULE.resource(*POLICIES, PERMISSION, URL)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type == URL:
        if subject.text("authorizationType") == "NONE":
            yield fail(subject, "the function's URL asks nobody who they are", at="authorizationType")
    elif subject.type == PERMISSION:
        if subject.text("principal") == "*" and not any(
            map(subject.has, ("sourceArn", "sourceAccount", "principalOrgId"))
        ):
            yield fail(subject, f"everybody may do {subject.text('action')}", at="principal")
    elif not subject.has(POLICIES[subject.type]):
        raise NotApplicable
    else:
        for statement in statements(subject, POLICIES[subject.type]):
            yield from each(_of_statement, statement)


def _of_statement(statement: Statement) -> Iterator[Said]:
    if statement.allows and statement.anybody and not narrowed(statement):
        what = ", ".join(statement.actions) or "all but " + ", ".join(statement.not_actions)
        yield fail(statement.where, f"the policy allows everybody {what}", at="Principal")
