"""What does an IAM policy document say? Its statements, read from JSON or from a mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ultrastack.model.values import Secret, Unknown

from .rule import Undecided
from .world import Block


@dataclass(frozen=True)
class Statement:
    """One statement; what is unknown in it raises Undecided when it is read."""

    where: Block

    @property
    def effect(self) -> str:
        return self.where.text("Effect")

    @property
    def allows(self) -> bool:
        return self.effect == "Allow"

    @property
    def actions(self) -> list[str]:
        """As written; none where it names what it does not speak of (`not_actions`)."""
        return self.where.texts("Action")

    @property
    def not_actions(self) -> list[str]:
        return self.where.texts("NotAction")

    @property
    def resources(self) -> list[str]:
        return self.where.texts("Resource")

    @property
    def principals(self) -> Mapping[str, list[str]]:
        """By kind (AWS, Service, Federated, CanonicalUser); a lone `*` is that of every kind."""
        return _principals(self.where, "Principal")

    @property
    def conditions(self) -> Mapping[tuple[str, str], list[str]]:
        """(StringEquals, aws:sourceaccount) -> values: operators as written, keys in small letters."""
        found = {}
        given = self.where.block("Condition")
        for operator in given.values:
            tests = given.block(operator)
            for key, value in tests.values.items():  # a key may have dots, which would lead into a block
                given_values = value if isinstance(value, list) else [value]
                if any(isinstance(one, (Unknown, Secret)) for one in given_values):
                    raise Undecided(f"`{tests.at(key)}` of {tests.subject.name}", tests, key)
                found[operator, key.lower()] = [
                    str(one).lower() if isinstance(one, bool) else str(one) for one in given_values
                ]
        return found

    @property
    def anybody(self) -> bool:
        """Whether every principal of every account is meant, conditions aside."""
        return self.where.has("NotPrincipal") or any("*" in them for them in self.principals.values())

    def speaks_of(self, action: str) -> bool:
        """Whether its actions cover one: `s3:GetObject`."""
        if self.where.has("NotAction"):
            return not any(covers(pattern, action) for pattern in self.not_actions)
        return any(covers(pattern, action) for pattern in self.actions)

    def every_resource(self) -> bool:
        """Whether it speaks of all resources, as far as its words go."""
        if self.where.has("NotResource") or "*" in self.where.elements("Resource"):
            return True
        return "*" in self.resources  # raises for one that is unknown


def statements(block: Block, name: str) -> list[Statement]:
    """Of the document that an input is, JSON or a mapping; none where nothing is given. Undecided if it is unknown."""
    document = block.document(name)
    if document is None:
        return []
    if not isinstance(document, Mapping):
        raise Undecided(f"a policy document as `{block.at(name)}` of {block.subject.name}", block, name)
    subject = block.subject if block.has_subject else None
    return [Statement(one) for one in Block(subject, block.at(name), document).blocks("Statement")]


def covers(pattern: str, name: str) -> bool:
    """Whether a pattern of IAM (`*`, `?`) stands for a name; in actions, large and small letters are the same."""
    return bool(_compiled(pattern.lower()).fullmatch(name.lower()))


@lru_cache(4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _principals(where: Block, name: str) -> Mapping[str, list[str]]:
    given: Any = where.get(name)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        return {"*": where.texts(name)}
    block = where.block(name)
    return {kind: block.texts(kind) for kind in given}


# Conditions by which a statement for everybody speaks of some only, where they name fixed values:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
NARROWING = (
    "aws:sourceip aws:sourcearn aws:sourcevpc aws:sourcevpce aws:sourceowner aws:sourceaccount aws:sourceorgid "
    "aws:sourceorgpaths aws:principalorgid aws:principalorgpaths aws:principalaccount aws:principalarn aws:userid "
    "aws:vpcsourceip aws:viaawsservice aws:principalisawsservice aws:principalservicename "
    "s3:dataaccesspointarn s3:dataaccesspointaccount kms:calleraccount sns:endpoint"
).split()
_EVERY = {"*", "0.0.0.0/0", "::/0", "arn:*", "arn:aws:*"}


def narrowed(statement: Statement) -> bool:
    """Whether a condition says whom a statement for everybody is for."""
    for (operator, key), values in statement.conditions.items():
        word = operator.rpartition(":")[2].lower()
        if operator.lower().endswith("ifexists") or "not" in word or word == "null" or key not in NARROWING:
            continue
        if not _everything(values):
            return True
    return False


def _everything(values: Iterable[str]) -> bool:
    return any(value in _EVERY for value in values)
