"""A rehearsal's page and its JSON: what is lost first, then everything in its order."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from tests.golden import same_as_golden
from ultrastack.model.operation import Rehearsal, Stop
from ultrastack.report import operations, operations_json
from ultrastack.report.operations_verdict import findings, verdict

from . import rehearsals

MADE = {"small": rehearsals.small(), "failed": rehearsals.failed(), "quiet": rehearsals.quiet()}


def page(made: Rehearsal, width: int = 100) -> str:
    file = io.StringIO()
    operations.render(made, Console(file=file, width=width, highlight=False, color_system=None))
    return file.getvalue()


@pytest.mark.parametrize("name", MADE)
def test_the_page(name: str) -> None:
    same_as_golden(f"report/rehearsal_{name}.txt", page(MADE[name]))


@pytest.mark.parametrize("name", MADE)
def test_no_line_is_wider_than_the_terminal(name: str) -> None:
    assert max(map(len, page(MADE[name], 60).splitlines())) <= 60


def test_the_json_says_what_the_page_says() -> None:
    data = json.loads(operations_json.render(MADE["small"]))
    assert (data["schema"], data["version"]) == ("https://ultrastack.invalid/schema/rehearsal", 1)
    assert data["verdict"] == page(MADE["small"], 1000).splitlines()[0]
    assert data["counts"]["operations"] == 7
    assert [(one["holds"], one["certain"]) for one in data["losses"]] == [
        ("data", True),
        ("data", False),
        ("capacity", True),
        ("unknown", True),
    ]
    assert [one["name"] for one in data["cannot_compare"]] == ["lustre", "chat"]
    (forcing, tags) = next(one for one in data["operations"] if one.get("number") == 3)["reasons"]
    assert (forcing["replaces"], forcing["old"], forcing["new"]) == ("yes", 9600, 4800)
    assert (tags["path"], tags["replaces"]) == ('tags["owner"]', "no")


def test_a_secret_is_never_shown() -> None:
    whole = page(MADE["small"]) + operations_json.render(MADE["small"])
    assert "password: [secret], changed" in whole
    assert '"old": {\n      "$secret": true' in whole


@pytest.mark.parametrize(
    ("made", "said", "found"),
    [
        (rehearsals.quiet(), "prod: up would change nothing", False),
        (
            rehearsals.small(),
            "prod: up would replace 2 (data would be lost and data may be lost), "
            "delete 2 (capacity would be given back and nobody knows what is lost), update 1, create 0, take over 1, "
            "forget 1 (kept in the account)",
            True,
        ),
        (rehearsals.failed(), "prod: up fails at operation 2, create of link", True),
        (
            rehearsals.quiet(stops=tuple(Stop("protected", n, n, "deleted") for n in ("a", "b", "c", "d"))),
            "prod: up would stop: a, b and 2 more are protected and would be deleted",
            True,
        ),
        (rehearsals.quiet(stops=(Stop("program", text="1 problem"),)), "prod: up would stop: the program fails", True),
        (
            rehearsals.quiet(fail_at=9, stops=(Stop("failed", "u", "u", "x"),)),
            "prod: up would stop: u fails",
            True,
        ),
    ],
)
def test_the_verdict_is_the_first_line_and_the_exit_code(made: Rehearsal, said: str, found: bool) -> None:
    assert (verdict(made), findings(made)) == (said, found)


def test_the_old_half_of_a_replacement_says_its_new_name() -> None:
    new_urn = f"{rehearsals.URN}{rehearsals.LUSTRE}::store"
    old = rehearsals.operation(2, "delete-replaced", "data", after=new_urn)
    new = rehearsals.operation(1, "create-replacement", "store")
    made = rehearsals.quiet(operations=(new, old))
    assert "2. -- data  aws:fsx/lustreFileSystem:LustreFileSystem  called store from now on  holds data\n" in page(made)
    assert verdict(made) == "prod: up would replace 1, delete 0, update 0, create 0"


def test_a_failure_that_is_never_reached_is_no_failure() -> None:
    """And what stops the run by itself is the verdict and a finding."""
    made = rehearsals.quiet(fail_at=9)
    assert (verdict(made), findings(made)) == ("prod: up would change nothing", False)
    assert "left behind" not in page(made)
