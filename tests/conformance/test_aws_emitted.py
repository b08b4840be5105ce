"""Everything that the components emit on AWS is what AWS's own models know: requests, schemas and the SDK's names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .aws_findings import Findings, accepted, findings, table

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")


@pytest.fixture(scope="module")
def found(say_at_the_end: Callable[[str], None]) -> Findings:
    made = findings()
    say_at_the_end(table(made).splitlines()[-1])
    return made


def test_every_type_that_is_emitted_has_routes(found: Findings) -> None:
    assert found.unrouted == set()


def test_no_model_disagrees(found: Findings) -> None:
    assert [f"{graph}: {one}" for graph, one in found.mismatches] == []


def test_every_accepted_complaint_is_still_made(found: Findings) -> None:
    assert [one for one in accepted() if one not in found.accepted] == []


def test_the_table_has_a_row_for_each_type(found: Findings) -> None:
    rows = [line.split(" | ")[0].removeprefix("| ") for line in table(found).splitlines()[2:-2]]
    assert rows == sorted(found.emitted)
    assert "not mapped" not in table(found)


@pytest.mark.parametrize("route", ["by_request", "by_schema"])
def test_both_models_are_asked_about_nearly_all(found: Findings, route: str) -> None:
    """A mapping that is lost would be seen by nothing else."""
    asked = sum(getattr(found, route).values())
    assert asked > 0.9 * sum(found.emitted.values())
