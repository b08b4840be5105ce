"""The first line of every report."""

from __future__ import annotations

from tests.report import graphs
from tests.report.test_terminal import plan
from ultrastack.report.verdict import as_pulumi_counts, listing, verdict


def test_a_whole_stack() -> None:
    assert verdict(plan(graphs.small())) == "dev: 17 resources in 4 steps would be created (base: nothing, all new)"


def test_one_step_of_it() -> None:
    said = verdict(plan(graphs.small(), "data"))
    assert said == "dev: 3 of 17 resources, those of step data, would be created (base: nothing, all new)"


def test_what_is_taken_over_or_read_is_not_created() -> None:
    said = verdict(plan(graphs.foreign()))
    assert said == "dev: 1 resource would be created, 1 imported, 1 read (base: nothing, all new)"


def test_why_pulumi_prints_a_larger_number() -> None:
    said = as_pulumi_counts(plan(graphs.small()))
    assert said == "pulumi counts 23: 17 resources, 4 components, 1 provider and the stack itself"


def test_listing() -> None:
    assert [listing([]), listing(["a"]), listing(["a", "b"]), listing(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
