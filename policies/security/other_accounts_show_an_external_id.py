"""A role that a whole other account may take asks for an external id."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ultrastack.model.values import UNKNOWN

from ..documents import Statement, narrowed, statements
from ..rule import NotApplicable, Rule, Said, cannot_decide, each, fail
from ..world import Subject
from ._roles import ROLE

WHOLE_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?$")

RULE = Rule(
    title="other accounts show an external id",
    level="advisory",
    why="A service that works for many customers can be made to take your role for somebody else, who knows its ARN.",
    fix='add "Condition": {"StringEquals": {"sts:ExternalId": "..."}}, or one on aws:PrincipalOrgID within your own',
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html",
    ),
)


@RULE.resource(ROLE)
def check(role: Subject) -> Iterator[Said]:
    found = [s for s in statements(role, "assumeRolePolicy") if s.where.has("Principal")]
    if not any(not s.principals.keys() <= {"Service", "Federated"} for s in found):
        raise NotApplicable
    for statement in found:
        yield from each(_of_statement, statement, role)


def _of_statement(statement: Statement, role: Subject) -> Iterator[Said]:
    if not statement.allows or narrowed(statement) or any(key == "sts:externalid" for _, key in statement.conditions):
        return
    own = role.provider.raw("allowedAccountIds")
    for principal in statement.principals.get("AWS", []):
        account = WHOLE_ACCOUNT.match(principal)
        if account is None:
            continue
        if not isinstance(own, list) or not own or (account[1] not in own and UNKNOWN in own):
            yield cannot_decide(statement.where, f"whether {account[1]} is the account of {role.name}", at="Principal")
        elif account[1] not in own:
            words = f"everybody in account {account[1]} may take the role without an external id"
            yield fail(statement.where, words, at="Principal")
