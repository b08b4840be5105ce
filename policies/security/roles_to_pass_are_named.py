"""Who may hand roles to services names the roles, or the services."""

from __future__ import annotations

from collections.abc import Iterator

from ..documents import Statement, covers, statements
from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Subject
from ._roles import DOCUMENTS, documents

PASS = "iam:PassRole"
EVERY_ROLE = ("*", "arn:aws:iam::*:role/*", "arn:*:iam::*:role/*")

RULE = Rule(
    title="iam:PassRole names the roles that may be passed",
    level="mandatory",
    why="Who may pass any role starts a machine with the account's most powerful one, and has its credentials.",
    fix="name role ARNs as Resource, or add a condition on iam:PassedToService",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
        "#access-analyzer-reference-policy-checks-security-warning-pass-role-with-star-in-resource",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
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
    if not statement.allows or statement.where.has("Condition") or statement.where.has("NotAction"):
        return
    # all actions together are another rule's
    passing = [action for action in statement.actions if action not in ("*", "*:*") and covers(action, PASS)]
    if passing and any(one in EVERY_ROLE for one in statement.resources):
        yield fail(statement.where, f"{passing[0]} is allowed on every role", at="Resource")
