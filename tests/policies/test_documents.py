"""Policy documents read as IAM reads them; what is unknown is said when it is asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ultrastack.model.graph import Resource
from ultrastack.model.values import UNKNOWN
from ultrastack.policies.documents import Statement, covers, narrowed, statements
from ultrastack.policies.rule import Undecided
from ultrastack.policies.world import Subject


def read(document: Any) -> list[Statement]:
    role = Resource("urn:pulumi:s::p::aws:iam/role:Role::r", "aws:iam/role:Role", "r", "custom", inputs={"p": document})
    return statements(Subject(role), "p")


def one(**words: Any) -> Statement:
    return read(json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **words}}))[0]


def test_single_words_and_lists_are_the_same() -> None:
    (a,) = read({"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": ["*"]}})
    (b,) = read('{"Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}]}')
    assert (a.effect, a.actions, a.resources) == (b.effect, b.actions, b.resources) == ("Allow", ["s3:*"], ["*"])
    assert (a.where.at(), b.where.at()) == ("p.Statement", "p.Statement[0]")


def test_no_document_has_no_statements() -> None:
    assert read(None) == []


@pytest.mark.parametrize("document", [UNKNOWN, "no json", "[1]", {"Statement": UNKNOWN}, {"Statement": [UNKNOWN]}])
def test_an_unknown_document_is_undecided(document: Any) -> None:
    with pytest.raises(Undecided):
        read(document)


def test_an_unknown_part_is_undecided_when_it_is_read() -> None:
    (statement,) = read({"Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": [UNKNOWN]}]})
    assert statement.actions == ["s3:Get*"]
    with pytest.raises(Undecided, match=r"p.Statement\[0\].Resource\[0\]"):
        assert statement.resources


@pytest.mark.parametrize(
    ("pattern", "name", "so"),
    [
        ("*", "iam:PassRole", True),
        ("iam:*", "iam:PassRole", True),
        ("IAM:passrole", "iam:PassRole", True),
        ("iam:Pass????", "iam:PassRole", True),
        ("iam:Get*", "iam:PassRole", False),
        ("s3:Get.bject", "s3:GetObject", False),
    ],
)
def test_wildcards(pattern: str, name: str, so: bool) -> None:
    assert covers(pattern, name) is so


def test_what_is_not_meant_leaves_the_rest() -> None:
    assert one(NotAction="iam:*", Resource="*").speaks_of("s3:GetObject")
    assert not one(NotAction="iam:*", Resource="*").speaks_of("iam:PassRole")
    assert one(Action="s3:*", NotResource="arn:aws:s3:::a").every_resource()


@pytest.mark.parametrize(
    ("principal", "so"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": ["arn:aws:iam::111122223333:root", "*"]}, True),
        ({"AWS": "111122223333"}, False),
        ({"Service": "ec2.amazonaws.com"}, False),
    ],
)
def test_anybody(principal: Any, so: bool) -> None:
    assert one(Principal=principal, Action="*").anybody is so


@pytest.mark.parametrize(
    ("condition", "so"),
    [
        ({"StringEquals": {"aws:SourceAccount": "111122223333"}}, True),
        ({"ArnLike": {"AWS:SourceArn": ["arn:aws:s3:::example"]}}, True),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-example/*"}}, True),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, False),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}}, False),
        ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({}, False),
    ],
)
def test_conditions_that_say_whom(condition: Any, so: bool) -> None:
    assert narrowed(one(Principal="*", Action="*", Condition=condition)) is so


def test_a_condition_s_key_may_have_dots() -> None:
    (key,) = one(Condition={"StringLike": {"token.actions.githubusercontent.com:sub": "repo:a/b:*"}}).conditions.items()
    assert key == (("StringLike", "token.actions.githubusercontent.com:sub"), ["repo:a/b:*"])


def test_an_unknown_condition_is_undecided() -> None:
    (statement,) = read({"Statement": [{"Effect": "Allow", "Condition": {"ArnLike": {"aws:SourceArn": UNKNOWN}}}]})
    with pytest.raises(Undecided, match="aws:SourceArn"):
        assert statement.conditions
