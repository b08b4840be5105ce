"""Credentials in inputs: variables tell more by their names, and user data is read as a machine reads it."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest

from ultrastack.model.graph import Resource
from ultrastack.model.values import SECRET, UNKNOWN
from ultrastack.policies.credentials import credential_of, in_variables, script
from ultrastack.policies.world import Subject

SCRIPT = "#!/bin/bash\nexport DB_PASSWORD=hunter2\n"
ENCODED = base64.b64encode(SCRIPT.encode()).decode()


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("DB_PASSWORD", "swordfish", "a password"),
        ("MODEL", "hf_" + "a" * 34, "a Hugging Face token"),
        ("DB_PASSWORD", "", ""),
        ("HF_TOKEN", "arn:aws:secretsmanager:us-east-2:111122223333:secret:hf-AbCdEf", ""),
        ("HF_TOKEN", "prod/hf-token", ""),
        ("EOS_TOKEN", "2", ""),
    ],
)
def test_a_variable(name: str, value: str, kind: str) -> None:
    assert credential_of(name, value) == kind


@pytest.mark.parametrize(
    "text", [SCRIPT, ENCODED, base64.b64encode(gzip.compress(SCRIPT.encode())).decode()], ids=["plain", "64", "packed"]
)
def test_user_data_is_unpacked(text: str) -> None:
    assert script(text) == SCRIPT


def test_what_cannot_be_unpacked_stays_as_it_is() -> None:
    assert script("no base64 at all", encoded=True) == "no base64 at all"


def test_variables_one_by_one() -> None:
    given: dict[str, Any] = {"A_TOKEN": SECRET, "B": SECRET, "C_TOKEN": UNKNOWN, "D": UNKNOWN, "E_PASSWORD": "hunter"}
    function = Resource("urn:pulumi:s::p::t::f", "t", "f", "custom", inputs={"environment": given})
    assert [one.message for one in in_variables(Subject(function), "environment", "who may describe f")] == [
        "A_TOKEN is a credential, and everybody who may describe f sees it",
        "cannot decide without what `environment.B` of f holds",
        "cannot decide without what `environment.C_TOKEN` of f holds",
        "E_PASSWORD holds a password, and everybody who may describe f sees it",
    ]
