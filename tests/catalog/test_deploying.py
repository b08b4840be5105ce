"""Which actions make a type: what the installed models list, in the words of IAM."""

from __future__ import annotations

import re

import pytest

from ultrastack.catalog import all_deploying_actions, deploying_actions, resource_types


@pytest.mark.parametrize("token", all_deploying_actions())
def test_every_type_is_one_that_is_known_and_has_actions_to_make_it(token: str) -> None:
    row = deploying_actions(token)
    assert row is not None and token in resource_types() and row.create
    for action in (*row.create, *row.read, *row.update, *row.delete):
        assert re.fullmatch(r"[a-z0-9-]+:[A-Z]\w*\*?", action)


def test_a_schema_of_cloudformation_lists_more_than_the_request() -> None:
    row = deploying_actions("aws:ec2/vpc:Vpc")
    assert row is not None and {"ec2:CreateVpc", "ec2:DescribeVpcs"} <= set(row.create) and row.delete


def test_where_no_schema_lists_them_the_request_is_one_of_them() -> None:
    row = deploying_actions("aws:fsx/lustreFileSystem:LustreFileSystem")
    assert row is not None and row.create == ("fsx:CreateFileSystem",) and row.note == "at least this one"


def test_a_type_that_nobody_lists() -> None:
    assert deploying_actions("gcp:tpu/v2Vm:V2Vm") is None
