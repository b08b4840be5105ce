"""The comment on a pull request: whole pages as golden files, every size and limit, and hostile names."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.golden import same_as_golden
from tests.report import reviews
from tests.report.findings import finding
from tests.report.test_markdown import LINKED
from ultrastack.model.comparison import FindingsChange
from ultrastack.model.cost import Cost
from ultrastack.model.estate import StackPlan
from ultrastack.model.finding import identified
from ultrastack.model.place import Place, Problem
from ultrastack.model.plan import Plan
from ultrastack.model.review import Review
from ultrastack.report import review_outline
from ultrastack.report.markdown import escaped
from ultrastack.report.review_markdown import LIMIT, MARKER, render

PARSER = MarkdownIt("gfm-like", {"linkify": False})
OURS = re.compile(r"(<details><summary>([\w ,'-]|<code>up</code>|:)*</summary>|</details>|<!-- ultrastack -->)\n?")


def undrawn(text: str) -> str:
    """Pictures have golden files of their own."""
    return re.sub(r"(```mermaid\n).+?(\n```)", r"\1the picture\2", text, flags=re.S)


def test_a_comment_of_one_stack() -> None:
    same_as_golden("report/review_small.md", undrawn(render(reviews.small())))


def test_a_comment_of_several() -> None:
    text = render(reviews.several(), full_report="https://ci.invalid/runs/7")
    same_as_golden("report/review_several.md", undrawn(text))


def test_a_comment_of_nothing() -> None:
    same_as_golden("report/review_quiet.md", render(reviews.quiet()))


def test_a_comment_of_too_much() -> None:
    full = "the artifact ultrastack-report of this run"
    same_as_golden("report/review_large.md", render(reviews.large(400), limit=6_000, full_report=full))


def test_a_comment_that_may_hold_little() -> None:
    same_as_golden("report/review_least.md", render(reviews.several(), limit=1_500))


# ---- every size, every limit ----------------------------------------------------------------------------------------


def sound(text: str, review: Review, limit: int) -> None:
    """It fits, it begins as it has to, and nothing in it is cut in its middle."""
    assert len(text.encode()) <= limit
    assert text.startswith(f"{MARKER}\n### {escaped(review_outline.verdict(review))}\n")
    open_, fence, columns = 0, "", 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        ticks = re.match("`{3,}", line)
        if fence:
            fence = "" if line == fence else fence
        elif ticks:
            fence = ticks.group()
        elif line.startswith("<details>"):
            assert open_ == 0 and lines[number - 1] == lines[number + 1] == "" and line.endswith("</summary>")
            open_ = 1
        elif line == "</details>":
            assert open_ == 1 and lines[number - 1] == lines[number + 1] == ""
            open_ = 0
        cells = line.count("|") if line.startswith("|") and not fence else 0
        assert not cells or cells == columns or (columns == 0 and lines[number + 1].startswith("| ---"))
        columns = cells
    assert not open_ and not fence


def losses(text: str, words: str) -> int:
    """Those in the table, and those that are only counted."""
    rows = [line for line in text.split("\n") if line.startswith(f"| **{words}**<br>")]
    alike = [re.search(r"\(([\d,]+) alike\)", row) for row in rows]
    counted = re.findall(r"at risk: .*", text)
    rest = [n for line in counted for n in re.findall(rf"([\d,]+) changes?: \*\*{words}\*\*", line)]
    return sum(int(one.group(1).replace(",", "")) if one else 1 for one in alike) + sum(
        int(n.replace(",", "")) for n in rest
    )


@settings(max_examples=40, deadline=None)
@given(some.one_of(some.integers(1, 300), some.integers(300, 5000)), some.integers(1_500, LIMIT))
def test_any_number_of_changes_fits_any_limit(count: int, limit: int) -> None:
    review = reviews.large(count)
    text = render(review, limit=limit)
    sound(text, review, limit)
    comparison = next(review.compared())[1].comparison
    assert comparison is not None
    found = review_outline.harms(comparison)
    assert losses(text, "loses data") == found.get(("data loss", True), 0)
    assert losses(text, "may lose data") == found.get(("data loss", False), 0)


@settings(max_examples=40, deadline=None)
@given(some.sampled_from(["small", "several", "quiet"]), some.integers(1_500, 20_000))
def test_any_review_fits_any_limit(which: str, limit: int) -> None:
    review = getattr(reviews, which)()
    text = render(review, limit=limit, full_report="https://ci.invalid/runs/7")
    sound(text, review, limit)
    whole = render(review, full_report="https://ci.invalid/runs/7")
    assert (text == whole) == (len(whole.encode()) <= limit)
    assert ("**left out here**" in text) == (text != whole)


@pytest.mark.parametrize("limit", range(1_000, 12_000, 250))
def test_nothing_stands_under_another_stack(limit: int) -> None:
    about = {
        "`archive`": "old",
        "`data-file-system`": "prod",
        "3600 GiB": "prod",
        "trial": "trial",
        "capacity_gb": "staging",
    }
    stack = ""
    for line in render(reviews.several(), limit=limit).split("\n")[2:]:
        if found := re.match(r"#### `?(\w+)", line):
            stack = found.group(1)
        for piece, whose in about.items():
            assert piece not in line or stack == whose, line


def test_with_little_room_what_is_lost_stays() -> None:
    """Longer than the lines of stacks of which nothing is at risk."""
    text = render(reviews.several(), limit=2_000)
    assert "| **loses data**<br>`-` delete | `archive`" in text
    assert "| **loses data**<br>`+-` replace | `data-file-system`" in text
    assert "training-node-4 has a public address" in text


@pytest.mark.parametrize("limit", [1_500, 3_000, 6_000, 12_000, LIMIT])
def test_hostile_texts_fit_too(limit: int) -> None:
    assert len(render(reviews.hostile(), limit=limit).encode()) <= limit


@pytest.mark.parametrize("limit", [1_500, 4_000, LIMIT])
def test_many_stacks_fit(limit: int) -> None:
    prod = next(iter(reviews.small().stacks))
    stacks = tuple(replace(prod, name=f"stack-{i}") for i in range(300))
    review = Review("example", reviews.BASE, stacks)
    text = render(review, limit=limit)
    sound(text, review, limit)
    assert "left out here" in text


def test_a_verdict_that_alone_is_too_long() -> None:
    review = Review("example", "main", tuple(StackPlan("日" * 200 + str(i), failed="no") for i in range(50)))
    text = render(review, limit=1_500)
    assert len(text.encode()) <= 1_500 and text.startswith(f"{MARKER}\n### 50 stacks could not be planned")
    assert "left out here" in text


def test_what_goes_before_what() -> None:
    """With less and less room: properties, harmless rows, findings that are gone, the picture, advisory findings."""
    review = reviews.small()
    pieces = {
        "properties": "`[secret]` → `[secret]`",
        "rows": "`checkpoints-bucket` |",
        "gone": "zone use2-az2 has none",
        "picture": "```mermaid",
        "advisory": "nothing stops it at night",
        "other risks": "| **takes an endpoint down**",
        "mandatory": "3600 GiB is no size",
        "loss": "| **loses data**<br>",
    }
    last = dict.fromkeys(pieces, LIMIT)
    for limit in range(LIMIT // 4, 1_000, -50):
        text = render(review, limit=limit)
        last |= {name: limit for name, piece in pieces.items() if piece in text}
    assert sorted(last, key=lambda one: -last[one]) == list(pieces)
    assert last["loss"] < 1_600


def test_five_thousand_changes_take_no_time() -> None:
    review = reviews.large(5000)
    started = time.process_time()
    render(review)
    assert time.process_time() - started < 1


# ---- what nobody may write into it ----------------------------------------------------------------------------------


def walk(text: str) -> list[Token]:
    return [inner for one in PARSER.parse(text) for inner in [one, *(one.children or [])]]


@pytest.mark.parametrize("limit", [2_000, 10_000, LIMIT])
def test_hostile_names_are_only_read(limit: int) -> None:
    tokens = walk(render(reviews.hostile(), limit=limit))
    assert not [one for one in tokens if one.type in ("link_open", "image", "s_open", "em_open")]
    assert {one.content for one in tokens if one.type == "html_inline"} <= {"<br>"}
    for one in tokens:
        if one.type == "html_block":
            assert OURS.fullmatch(one.content), one.content
        if one.type == "inline":
            said = "".join(" ` " if t.type == "code_inline" else t.content for t in one.children or [])
            assert not [pattern for pattern in LINKED if pattern.search(said)], said
    fences = [one for one in tokens if one.type == "fence"]
    assert {one.info for one in fences} <= {"mermaid", ""}


def test_no_line_is_a_command_to_the_runner_that_prints_it() -> None:
    text = render(reviews.hostile())
    assert not re.search(r"^\s*::", text, re.M) and "##[" not in text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]", text)


def test_the_address_of_the_report_is_a_link_only_if_it_is_one() -> None:
    assert "whole picture: [this page](https://ci.invalid/runs/7)" in render(
        reviews.quiet(), full_report="https://ci.invalid/runs/7"
    )
    for odd in ("https://x.invalid/)[y](z", "javascript:alert(1)", "https://x.invalid/ y", "http://x.invalid"):
        assert "](" not in render(reviews.quiet(), full_report=odd).replace("`", "")[-400:].replace(odd, "")
        assert not [one for one in walk(render(reviews.quiet(), full_report=odd)) if one.type == "link_open"], odd


# ---- what it says ---------------------------------------------------------------------------------------------------


def changed(**given: object) -> Review:
    """The stack of the small review, with this in its plan."""
    review = reviews.small()
    plan = review.stacks[0].plan
    assert plan is not None
    return replace(review, stacks=(StackPlan("prod", replace(plan, **given)),))  # type: ignore[arg-type]


def test_what_has_no_price_is_not_free() -> None:
    assert "\n\ncost: not priced yet\n\n" in render(changed(cost=None))
    assert "\n\ncost: not priced yet\n\n" in render(changed(cost=Cost()))
    priced = Cost(Decimal("1234.5"), Decimal("1000"), ("slice",))
    assert "\n\ncost: 1,234.50 USD a month, before: 1,000.00 USD; without a price: slice\n\n" in render(
        changed(cost=priced)
    )


def test_a_base_that_no_rule_was_asked_of_has_no_new_findings() -> None:
    plan = reviews.small().stacks[0].plan
    assert plan is not None and plan.comparison is not None
    text = render(changed(comparison=replace(plan.comparison, findings=None)))
    assert "**5 mandatory findings**" in text and "new advisory" not in text and "**2 advisory findings**" in text


def test_findings_that_somebody_accepts_or_that_are_open_are_not_among_the_new_ones() -> None:
    known = finding("tags.owner_is_known", known=True)
    open_ = finding("tags.owner_is_known", verdict="undecided")
    broken = finding("tags.owner_is_known", verdict="broken", message="KeyError")
    found = identified((known, open_, broken))
    plan = reviews.small().stacks[0].plan
    assert plan is not None and plan.comparison is not None and plan.judgement is not None
    text = render(
        changed(
            comparison=replace(plan.comparison, findings=FindingsChange(new=found)),
            judgement=replace(plan.judgement, findings=found),
        )
    )
    assert "mandatory finding" not in text
    assert "<summary>1 new finding, accepted or in the baseline</summary>" in text
    assert "<summary>1 new check not decided, which is no pass</summary>" in text
    assert "- `tags.owner_is_known` failed itself, please report it: KeyError" in text


def test_a_program_that_failed_is_quoted_from_its_end() -> None:
    failed = "\n".join(f"  File {i}" for i in range(2000)) + "\n```\nKeyError: 'zone'"
    review = Review("example", "main", (StackPlan("lab", failed=failed, ours=True),))
    text = render(review)
    assert "#### `lab` could not be planned, by a failure of ultrastack or of the machine" in text
    assert "\n````\n" in text and "KeyError: 'zone'\n````" in text and "File 3\n" not in text
    sound(text, review, LIMIT)


def test_of_many_problems_the_first_are_shown() -> None:
    problems = tuple(Problem(Place("stacks/a.yaml", i, 1), f"problem {i}") for i in range(1, 60))
    text = render(Review("example", "main", (StackPlan("a", problems=problems),)))
    assert "problem 20 (`stacks/a.yaml:20:1`)\n- and 39 problems more" in text


def test_stacks_that_were_compared_with_nothing_are_named() -> None:
    plan = replace(changed().stacks[0].plan or Plan(reviews.Graph("a", "b"), ""), comparison=None)
    text = render(Review("example", "main", (StackPlan("a", plan), *reviews.quiet().stacks)))
    assert "would not change: `dev`" in text and "compared with nothing: `a`" in text


def test_it_says_how_programs_were_kept() -> None:
    assert "the programs ran confined (limits only): 60 s, 2 GiB; not enforced: the network" in render(
        reviews.several()
    )
    assert "the programs ran unconfined" in render(reviews.quiet())
