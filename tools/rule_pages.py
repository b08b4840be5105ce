"""What does a rule's page say? The rule, its level in each profile, and two of its cases, which the suite runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ultrastack.policies.finder import find_rules
from ultrastack.policies.levels import levels_in, read_profiles
from ultrastack.policies.rule import Rule

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "policies" / "cases"
FOLDER = Path("docs/rules")
INDEX = Path("docs/rules.md")
MISTAKES = Path("docs/mistakes.md")
MISTAKES_HEAD = """# Mistakes that cost days, and the rule that finds each

From public issues, each made once in a program that is right but for it (`tests/policies/mistakes/`): the suite asks
all rules, and only the one named here may find something. Made by `make tables`.

| | check | mistake | rule |
| --- | --- | --- | --- |
"""
HEAD = """# Rules

What `ultrastack check` asks, made by `make tables` from the rules themselves; `ultrastack doc RULE` prints one in a
terminal. How levels, acceptances and baselines work: [check.md](check.md); mistakes from public issues:
[mistakes.md](mistakes.md). `m` is mandatory, `a` advisory, `-` off.
"""
LETTERS = {"mandatory": "m", "advisory": "a", "off": "-"}
ASKS = {
    "resource": "each resource alone (in the policy pack, before it is created)",
    "graph": "the whole program",
    "change": "a change: only with something to compare with (`check --against`)",
    "cost": "what it costs",
    "judgement": "the judging itself",
}


def pages() -> dict[Path, str]:
    """Path -> text, for each rule, and the index."""
    rules = find_rules()
    profiles = read_profiles(rules)
    levels = {name: levels_in(profiles, name, rules) for name in profiles}
    made = {FOLDER / f"{rule.id}.md": "\n".join(_page(rule, levels)) + "\n" for rule in rules}
    return {**made, INDEX: "\n".join(_index(rules, levels)) + "\n", MISTAKES: MISTAKES_HEAD + "".join(_mistakes())}


def _mistakes() -> Iterator[str]:
    for file in sorted((ROOT / "tests" / "policies" / "mistakes").glob("[0-9]*.yaml")):
        one = yaml.safe_load(file.read_text())
        evidence = one["evidence"][0]
        check = f"[`{one['check']}`]({evidence})" if evidence.startswith("http") else f"`{one['check']}`"
        for i, variant in enumerate(one["variants"]):
            first = f"{one['number']} | {check}" if not i else " | "
            rule = f"[`{variant['rule']}`](rules/{variant['rule']}.md)"
            open_ = " (cannot be decided offline, and says so)" if variant.get("verdict") == "undecided" else ""
            yield f"| {first} | {cell(variant['mistake'])}{open_} | {rule} |\n"


def _index(rules: Sequence[Rule], levels: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield HEAD
    yield f"There are {len(rules)}.\n"
    topic = ""
    for rule in rules:
        if rule.id.partition(".")[0] != topic:
            topic = rule.id.partition(".")[0]
            about = (ROOT / "policies" / topic / "__init__.py").read_text().strip().strip('"')
            yield f"\n## {topic}\n\n{about}\n"
            yield f"| rule | what must hold | {' | '.join(levels)} |\n| --- | --- |{' --- |' * len(levels)}"
        said = " | ".join(LETTERS[levels[name][rule.id]] for name in levels)
        yield f"| [`{rule.id}`](rules/{rule.id}.md) | {cell(rule.title)} | {said} |"


def _page(rule: Rule, levels: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    assert rule.check is not None
    yield f"# {rule.id}\n"
    yield f"**{sentence(rule.title)}**\n"
    yield f"{rule.why}\n"
    yield f"**Fix:** {rule.fix}.\n"
    yield f"It asks {ASKS[rule.check.kind]}" + (f", about {_types(rule.check.types)}.\n" if rule.check.types else ".\n")
    yield "| profile | level |\n| --- | --- |"
    yield from (f"| {name} | {levels[name][rule.id]} |" for name in levels)
    topic, _, stem = rule.id.partition(".")
    file = CASES / topic / f"{stem}.yaml"
    cases = yaml.safe_load(file.read_text()) if file.is_file() else {}
    for word, title in (("fails", "Fails"), ("passes", "Passes")):
        if shown := _shown(cases.get(word) or ()):
            yield f"\n## {title}: {shown['case']}\n"
            yield from _example(shown)
    yield "\n## Evidence\n"
    yield from (f"- <{one}>" if one.startswith("http") else f"- {one}" for one in rule.references)
    cases_file = file.relative_to(ROOT)
    yield f"\nAll its cases: [{cases_file}](../../{cases_file})."


def _shown(cases: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """A stack file tells more to most people than resources; else the first."""
    return next((one for one in cases if "stack" in one), next(iter(cases), None))


def _example(case: Mapping[str, Any]) -> Iterator[str]:
    if "stack" in case:
        yield f"```yaml\n{case['stack'].rstrip()}\n```"
    else:
        if "before" in case:
            yield "Before:\n"
            yield _resources(case["before"])
            yield "\nAfter:\n"
        yield _resources(case.get("resources") or {})
    for found in case.get("finds", ()):
        if "says" in found:
            whose = f"{found['resource']}: " if found.get("resource") else ""
            yield f"\n> {cell(whose + found['says'])}"


def _resources(resources: Mapping[str, Any]) -> str:
    if not resources:
        return "No resources."
    text = yaml.safe_dump(dict(resources), sort_keys=False, width=100, default_flow_style=None, allow_unicode=True)
    return f"```yaml\n{text.rstrip()}\n```"


def _types(types: Sequence[str]) -> str:
    return "all resources" if "*" in types else ", ".join(f"`{one}`" for one in types)


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
