"""Commands to GitHub's runner: the worst first, each at its place, and none that a name begins."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.golden import same_as_golden
from tests.report import reviews
from tests.report.findings import finding
from ultrastack.model.change import Change
from ultrastack.model.comparison import FindingsChange
from ultrastack.model.estate import StackPlan
from ultrastack.model.finding import identified
from ultrastack.model.place import Place, Problem
from ultrastack.model.review import Review
from ultrastack.model.step import Step
from ultrastack.report.review_github import render

DATA = Step("data", "aws.fsx_lustre", Place("stacks/prod.yaml", 30, 5, 14))


def test_a_review_of_one_stack() -> None:
    same_as_golden("report/review_small.github.txt", render(with_steps(reviews.small())))


def test_the_worst_comes_first_over_all_stacks() -> None:
    lines = render(reviews.several()).splitlines()
    assert [re.split(r" (?:file=\S*,)?title=|::", line.removeprefix("::"))[:2] for line in lines] == [
        ["error", "lab could not be planned"],
        ["error", "staging could not be planned"],
        ["error", "fabric.no_public_address (prod)"],
        ["error", "storage.capacity_is_sold (prod)"],
        ["warning", "loses data (old)"],
        ["warning", "loses data (prod)"],
        ["warning", "may lose data (prod)"],
        ["warning", "gives capacity back (prod)"],
        ["warning", "gives capacity back (prod)"],
        ["warning", "may drain a fleet (prod)"],
        ["warning", "takes an endpoint down (prod)"],
        ["warning", "may take away something unknown (prod)"],
        ["warning", "idle.has_a_schedule (prod)"],
        ["notice", "ultrastack"],
    ]


def test_a_loss_of_a_later_stack_comes_before_a_smaller_harm_of_an_earlier_one() -> None:
    loss, *_, endpoint, _ = reviews.losing()
    review = replace(reviews.quiet(), stacks=(reviews.stack("a", (endpoint,)), reviews.stack("b", (loss,))))
    assert [line.split("::")[1] for line in render(review).splitlines()[:2]] == [
        "warning title=loses data (b)",
        "warning title=takes an endpoint down (a)",
    ]


def test_nothing_in_a_text_begins_another_command() -> None:
    """As the runner reads them: `::` at the start of a line, its name, then `key=value` by commas up to `::`."""
    text = render(reviews.hostile())
    assert "\r" not in text and text.endswith("\n")
    for line in text.removesuffix("\n").split("\n"):
        found = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.+)", line)
        assert found, line
        assert [pair.partition("=")[0] for pair in found.group(2).split(",")] in (
            ["title"],
            ["file", "line", "col", "endColumn", "title"],
        )


def test_a_change_is_told_at_its_step() -> None:
    lines = render(with_steps(reviews.small())).splitlines()
    at = "::warning file=stacks/prod.yaml,line=30,col=5,endColumn=18,title=loses data (prod)::replace data-file-system"
    assert [line for line in lines if "data-file-system: storageCapacity" in line][0].startswith(at)


def test_what_a_rule_of_the_change_stops_is_not_told_twice() -> None:
    review = reviews.small()
    loss = changes(review)[0]
    on_it = {"urn": loss.resource.urn, "name": loss.resource.name, "message": "its data is lost"}

    def lines(rule: str, level: str) -> list[str]:
        found = identified((finding(rule, level=level, **on_it),))
        return [
            line for line in render(with_findings(review, FindingsChange(new=found))).splitlines() if "data" in line
        ]

    warned = "::warning title=loses data (prod)"
    assert any(line.startswith(warned) for line in lines("storage.capacity_is_sold", "mandatory"))
    assert any(line.startswith(warned) for line in lines("change.data_is_not_lost", "advisory"))
    stopped = lines("change.data_is_not_lost", "mandatory")
    assert stopped[0].startswith("::error title=change.data_is_not_lost (prod)")
    assert not any(line.startswith(warned) for line in stopped)


def test_of_many_problems_of_a_stack_the_first_is_told() -> None:
    problems = tuple(Problem(Place("stacks/a.yaml", i, 1), f"problem {i}", "none") for i in range(1, 4))
    text = render(Review("example", "main", (StackPlan("a", problems=problems),)))
    assert text.splitlines()[0] == (
        "::error file=stacks/a.yaml,line=1,col=1,endColumn=1,title=a could not be planned"
        "::problem 1. fix: none (and 2 problems more)"
    )


def test_a_quiet_review_is_one_notice() -> None:
    assert render(reviews.quiet()) == "::notice title=ultrastack::dev: nothing would change\n"


def changes(review: Review) -> tuple[Change, ...]:
    comparison = next(review.compared())[1].comparison
    assert comparison is not None
    return comparison.changes


def with_findings(review: Review, found: FindingsChange) -> Review:
    (one, plan), *_ = review.compared()
    assert plan.comparison is not None
    compared = replace(plan, comparison=replace(plan.comparison, findings=found))
    return replace(review, stacks=(replace(one, plan=compared),))


def with_steps(review: Review) -> Review:
    (one, plan), *_ = review.compared()
    return replace(review, stacks=(replace(one, plan=replace(plan, graph=replace(plan.graph, steps=(DATA,)))),))
