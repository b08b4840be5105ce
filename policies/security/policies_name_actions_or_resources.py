"""Where a policy speaks of all resources, it names actions; where it takes all of a service's, it names resources."""

from __future__ import annotations

from collections.abc import Iterator

from ..documents import Statement, statements
from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._roles import DOCUMENTS, documents

RULE = Rule(
    title="all actions of a service are not allowed on all resources",
    level="advisory",
    why="s3:* on * reads and deletes every bucket of the account, also those that this stack knows nothing of.",
    fix="name the actions that are needed, or the resources that they are needed on",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        "AWS Security Hub control IAM.21",
    ),
)


@RULE.resource(*DOCUMENTS)
def check(subject: Subject) -> Iterator[Said]:
    holders = list(documents(subject))
    if not holders:
        raise NotApplicable
    for holder in holders:
        yield from each(_of_document, holder)


def _of_document(holder: Block) -> Iterator[Said]:
    for statement in statements(holder, "policy"):
        yield from each(_of_statement, statement)


def _of_statement(statement: Statement) -> Iterator[Said]:
    if not statement.allows or statement.where.has("Condition"):
        return
    whole = [action for action in statement.actions if action.endswith(":*") and action != "*:*"]
    if whole and statement.every_resource():
        verb = "is" if len(whole) == 1 else "are"
        yield fail(statement.where, f"{', '.join(whole)} {verb} allowed on all resources", at="Action")
