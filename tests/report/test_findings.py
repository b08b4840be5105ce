"""Findings in every format: whole pages as golden files, what other programs ask of them, and hostile texts."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as xml

import pytest
from markdown_it import MarkdownIt
from rich.console import Console
from sarif_pydantic import Sarif

from tests.golden import same_as_golden
from tests.report.findings import HOSTILE, hostile, judgement, plan
from ultrastack.model.finding import Coverage, Judgement
from ultrastack.report import findings, findings_json, findings_markdown, findings_outline, github, junit, sarif


def shown(width: int = 100, **asked: bool) -> str:
    file = io.StringIO()
    findings.render([plan()], Console(file=file, width=width, highlight=False), **asked)
    return file.getvalue()


def test_a_page() -> None:
    same_as_golden("report/findings.txt", shown())


def test_a_page_with_every_place_and_every_open_check() -> None:
    same_as_golden("report/findings_all.txt", shown(every=True, open_ones=True))


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal_but_source_lines(width: int) -> None:
    long = [line for line in shown(width, every=True, open_ones=True).splitlines() if len(line) > width]
    assert [line for line in long if not re.match(r"\s*(\d+)? \|", line)] == []


def test_markdown() -> None:
    same_as_golden("report/findings.md", findings_markdown.render([plan()]))


def test_json() -> None:
    same_as_golden("report/findings.json", findings_json.render([plan()]))


def test_junit_counts_what_it_holds() -> None:
    text = junit.render([plan()])
    same_as_golden("report/findings.junit.xml", text)
    root = xml.fromstring(text.encode())
    for tag, key in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped"), ("testcase", "tests")):
        assert root.get(key) == str(len(root.findall(f".//{tag}"))), tag


@pytest.mark.parametrize(("fail_on", "more"), [("mandatory", set()), ("advisory", {"idle.has_a_schedule"})])
def test_junit_fails_for_advisory_findings_only_if_asked(fail_on: str, more: set[str]) -> None:
    cases = xml.fromstring(junit.render([plan()], fail_on=fail_on).encode()).iter("testcase")
    failed = {case.get("name") for case in cases if case.find("failure") is not None}
    assert failed == {"storage.capacity_is_sold", "fabric.no_public_address", *more}


def test_github() -> None:
    same_as_golden("report/findings.github.txt", github.render([plan()]))


def test_sarif_is_what_its_schema_asks_for() -> None:
    text = sarif.render([plan()])
    same_as_golden("report/findings.sarif", text)
    run = Sarif.model_validate_json(text).runs[0]
    rules = [one.id for one in run.tool.driver.rules or []]
    results = json.loads(text)["runs"][0]["results"]
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in results)
    assert [one["kind"] for one in results if one["ruleId"] == "security.no_secret_in_user_data"] == ["open"]
    assert [one["level"] for one in results if one["kind"] == "open"] == ["none"]
    accepted = next(one for one in results if one["ruleId"] == "network.nat_in_each_zone")
    assert accepted["suppressions"][0]["justification"] == "one is enough (platform, until 2027-01-31)"
    assert next(one for one in results if one["ruleId"] == "tags.owner_is_known")["baselineState"] == "unchanged"
    assert "tpu.shape_exists" not in {one["ruleId"] for one in results}, "a rule that failed says nothing of the stack"
    fingerprints = [one["partialFingerprints"]["ultrastack/v1"] for one in results]
    assert len(set(fingerprints)) == len(fingerprints)


def test_verdicts_in_one_line() -> None:
    assert findings_outline.verdict(judgement()) == (
        "9 mandatory and 1 advisory findings, 1 accepted, 1 in the baseline, 1 check failed itself"
    )
    assert findings_outline.verdict(Judgement()) == "no findings"
    assert findings_outline.coverage(judgement()) == (
        "103 rules, 612 checks: 590 decided, 21 not, 1 failed itself; 3 need `userData`, known only after `up`"
    )
    assert findings_outline.coverage(Judgement(coverage=Coverage(rules=1, checks=1, passed=1))) == (
        "1 rule, 1 check: 1 decided"
    )


def test_hostile_texts_stay_texts() -> None:
    """Names, paths and messages come from a pull request that anybody may open."""
    lines = github.render([hostile()]).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::notice"]
    assert "file=stacks/a%2Cb%3Ac%25.yaml," in lines[0] and "\x1b" not in lines[0]

    page = findings_markdown.render([hostile()])
    html = MarkdownIt("gfm-like", {"linkify": False}).render(page.replace("<details>", "").replace("</details>", ""))
    assert "<script" not in html and "<a " not in html and "<strong>b" not in html
    assert "@everyone" not in re.sub("<code>.*?</code>", "", html), "GitHub makes a mention of it, but in code"

    text = junit.render([hostile()])
    assert "\x1b" not in text and xml.fromstring(text.encode()).find(".//failure") is not None

    file = io.StringIO()
    findings.render([hostile()], Console(file=file, width=100), every=True)
    assert "\x1b" not in file.getvalue()
    assert not [line for line in file.getvalue().splitlines() if line.lstrip().startswith("::")], "a runner's command"

    said = json.loads(sarif.render([hostile()]))["runs"][0]["results"][0]
    assert said["message"]["text"].endswith(HOSTILE.replace("](", "] ("))
    Sarif.model_validate(json.loads(sarif.render([hostile()])))
