"""No policy of this program allows every action on every resource."""

from __future__ import annotations

from collections.abc import Iterator

from ..documents import Statement, statements
from ..rule import NotApplicable, Rule, Said, cannot_decide, each, fail
from ..world import Block, Subject
from ._roles import DOCUMENTS, POLICY, ROLE, documents

RULE = Rule(
    title="no policy allows everything",
    level="mandatory",
    why="Whoever gets hold of such a role owns the account: every bucket in it, every key, every other role.",
    fix="name the actions that are needed, and the resources that they are needed on",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        "AWS Security Hub control IAM.1",
    ),
)


@RULE.graph(*DOCUMENTS)
def check(subject: Subject) -> Iterator[Said]:
    holders = list(documents(subject))
    boundary = subject.world.pointing_at(subject, ROLE, "permissionsBoundary") if subject.type == POLICY else None
    if not holders or (boundary is not None and boundary.sure):
        raise NotApplicable  # a permissions boundary allows nothing by itself: it says what others may allow
    for holder in holders:
        for one in each(_of_document, holder):
            if one.verdict == "fail" and boundary is not None and boundary.unsure:
                role = boundary.unsure[0]
                yield cannot_decide(role, f"whether {subject.name} is the boundary of {role.name}")
            else:
                yield one


def _of_document(holder: Block) -> Iterator[Said]:
    for statement in statements(holder, "policy"):
        yield from each(_of_statement, statement)


def _of_statement(statement: Statement) -> Iterator[Said]:
    if not statement.allows or statement.where.has("Condition"):
        return
    if statement.where.has("NotAction") and statement.every_resource():
        rest = ", ".join(statement.not_actions)
        yield fail(statement.where, f"all actions but {rest} are allowed on all resources", at="NotAction")
    elif any(action in ("*", "*:*") for action in statement.actions) and statement.every_resource():
        yield fail(statement.where, "all actions are allowed on all resources", at="Action")
