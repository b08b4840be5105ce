"""A role says who may take it: not everybody, and not every repository of a CI service."""

from __future__ import annotations

from collections.abc import Iterator

from ..documents import Statement, narrowed, statements
from ..rule import Rule, Said, each, fail
from ..world import Subject
from ._roles import ROLE

# Identity providers that all customers share: what the token says of its subject tells whose it is.
SHARED = ("token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io")

RULE = Rule(
    title="a role names whom it trusts",
    level="mandatory",
    why="A role that everybody may take, or every repository of a shared CI service, is a key under the mat.",
    fix="name accounts, roles or services as Principal; of a CI service add a condition on its `sub`",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "https://docs.datadoghq.com/security/default_rules/aws-iam-role-trust-policy-misconfigured-github",
    ),
)


@RULE.resource(ROLE)
def check(role: Subject) -> Iterator[Said]:
    for statement in statements(role, "assumeRolePolicy"):
        yield from each(_of_statement, statement)


def _of_statement(statement: Statement) -> Iterator[Said]:
    if not statement.allows:
        return
    if statement.anybody and not narrowed(statement):
        yield fail(statement.where, "everybody may take the role", at="Principal")
    for provider in statement.principals.get("Federated", []):
        host = provider.partition("oidc-provider/")[2] or provider
        if host in SHARED:
            yield from _of_provider(statement, host)


def _of_provider(statement: Statement, host: str) -> Iterator[Said]:
    tests = {k: v for (_, k), v in statement.conditions.items() if k.startswith(f"{host}:") and k != f"{host}:aud"}
    if not tests:
        yield fail(statement.where, f"everybody who has a token of {host} may take the role", at="Condition")
        return
    everybody = [value for value in tests.get(f"{host}:sub", ()) if value.strip("*") in ("", "repo:")]
    if everybody and len(tests) == 1:
        words = f"the condition on `sub` lets everybody of {host} take the role: {everybody[0]}"
        yield fail(statement.where, words, at="Condition")
