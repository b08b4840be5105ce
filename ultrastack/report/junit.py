"""How do CI systems show findings as tests? JUnit: a suite is a stack, a test is a rule."""

from __future__ import annotations

import xml.etree.ElementTree as xml
from collections.abc import Sequence

from ultrastack.model.finding import Finding, Judgement
from ultrastack.model.place import printable
from ultrastack.model.plan import Plan


def render(plans: Sequence[Plan], fail_on: str = "mandatory") -> str:
    """A rule fails if it has a finding at or above the level; one that cannot decide everything is skipped.

    Rules that found nothing to say are one passed test together: who they are, stands in the documentation.
    """
    root = xml.Element("testsuites", name="ultrastack")
    for plan in plans:
        if plan.judgement is not None:
            root.append(_suite(plan, plan.judgement, fail_on))
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + xml.tostring(root, encoding="unicode") + "\n"


def _suite(plan: Plan, judgement: Judgement, fail_on: str) -> xml.Element:
    by_rule: dict[str, list[Finding]] = {}
    for f in judgement.findings:
        by_rule.setdefault(f.rule, []).append(f)
    stack = _text(plan.graph.stack)
    suite = xml.Element("testsuite", name=stack)
    counts = {"failures": 0, "errors": 0, "skipped": 0}
    for rule, them in sorted(by_rule.items()):
        case = xml.SubElement(suite, "testcase", classname=stack, name=_text(rule))
        against = [f for f in them if f.counts and (f.level == "mandatory" or fail_on == "advisory")]
        broken = [f for f in them if f.verdict == "broken"]
        undecided = [f for f in them if f.verdict == "undecided"]
        if broken:
            counts["errors"] += 1
            xml.SubElement(case, "error", message=_text(broken[0].message)).text = _all(broken)
        elif against:
            counts["failures"] += 1
            message = _text(f"{them[0].title}: {len(against)} found")
            xml.SubElement(case, "failure", message=message, type=against[0].level).text = _all(against)
        elif undecided:
            counts["skipped"] += 1
            xml.SubElement(case, "skipped", message=_text(undecided[0].message))
        if others := [f for f in them if f not in against and f.verdict == "fail"]:
            xml.SubElement(case, "system-out").text = _all(others)
    silent = judgement.coverage.rules - len(by_rule)
    if silent > 0:
        xml.SubElement(suite, "testcase", classname=stack, name=f"{silent} rules that found nothing")
    suite.set("tests", str(len(by_rule) + (silent > 0)))
    for key, count in counts.items():
        suite.set(key, str(count))
    return suite


def _all(found: Sequence[Finding]) -> str:
    return _text("\n\n".join(_words(f) for f in found))


def _words(f: Finding) -> str:
    where = f"{f.place}  " if f.place else ""
    lines = [f"{where}{f.name or f.step}: {f.message}" if f.name or f.step else f"{where}{f.message}"]
    if f.accepted is not None:
        lines.append(f"accepted: {f.accepted.reason} ({f.accepted.owner}, until {f.accepted.until})")
    if f.known:
        lines.append("in the baseline")
    lines += [*f.notes, f"fix: {f.fix}"] if f.fix else f.notes
    return "\n".join(lines)


def _text(words: str) -> str:
    """Without what XML cannot hold."""
    return printable(words)
