"""Each of the 42 mistakes is caught by the rule that is named for it, and by no other; without it nothing is found."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.policies.mistake_cases import Mistake, Program, files, mistakes, programs
from ultrastack.model.finding import Level
from ultrastack.model.place import Refused
from ultrastack.planner.diff import diff
from ultrastack.planner.rules import RuleSet, load_rules
from ultrastack.policies.checking import Outcome, outcomes
from ultrastack.policies.levels import levels_in
from ultrastack.policies.world import Costs

ROOT = Path(__file__).parents[2]
ALL = list(mistakes())


@cache
def rule_set() -> RuleSet:
    return load_rules(ROOT)


def outcomes_of(program: Program, folder: Path, before: Program | None = None) -> list[Outcome]:
    """What every rule says that the profile asks."""
    world = program.world(folder / "now")
    earlier = before.world(folder / "before") if before is not None else None
    levels: Mapping[str, Level] = levels_in(rule_set().profiles, program.profile, rule_set().rules)
    costs = None
    if program.costs is not None:
        costs = Costs(world, Decimal(program.costs["monthly_usd"]), tuple(program.costs.get("unpriced", ())))
    return list(
        outcomes(
            rule_set().rules,
            world,
            {**levels, **program.levels},
            changes=diff(earlier.graph, world.graph) if earlier is not None else None,
            before=earlier,
            costs=costs,
        )
    )


def words(found: list[Outcome], *verdicts: str) -> dict[str, list[str]]:
    """By rule: what it says with one of these verdicts."""
    said: dict[str, list[str]] = {}
    for one in found:
        if one.verdict in verdicts:
            name = one.subject.name if one.subject is not None else "-"
            said.setdefault(one.rule.id, []).append(f"{name}: {one.why}{'; '.join(s.message for s in one.said)}")
    return said


@pytest.mark.parametrize("name", sorted(programs()))
def test_a_program_is_right(name: str, tmp_path: Path) -> None:
    assert words(outcomes_of(programs()[name], tmp_path), "fail", "broken") == {}


@pytest.mark.parametrize("mistake", ALL, ids=str)
def test_a_mistake_is_caught_by_its_rule_alone(mistake: Mistake, tmp_path: Path) -> None:
    found = outcomes_of(mistake.wrong_program, tmp_path, mistake.earlier_program)
    failed = words(found, "fail", "broken")
    if mistake.verdict == "undecided":
        assert failed == {}
        needs = [s.needs for one in found if one.rule.id == mistake.rule for s in one.said]
        assert mistake.needs and mistake.needs in needs
    else:
        assert set(failed) == {mistake.rule, *mistake.also}, failed


@pytest.mark.parametrize("mistake", [one for one in ALL if one.right or one.before is not None], ids=str)
def test_the_same_program_is_right_without_it(mistake: Mistake, tmp_path: Path) -> None:
    found = outcomes_of(mistake.right_program, tmp_path, mistake.earlier_program)
    assert words(found, "fail", "broken") == {}


@pytest.mark.parametrize("mistake", [one for one in ALL if one.refused is not None], ids=str)
def test_a_component_refuses_it_before_any_rule_is_asked(mistake: Mistake, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        mistake.right_program.but(mistake.refused or {}).world(tmp_path)


def test_all_42_mistakes_are_there() -> None:
    assert [int(file.name[:2]) for file in files()] == list(range(1, 43))
    for file in files():
        data = yaml.safe_load(file.read_text())
        assert file.name == f"{data['number']:02}_{data['check'].replace('-', '_')}.yaml"
        assert data["evidence"] and all(one.startswith("https://") for one in data["evidence"])
        assert any(one.number == data["number"] and one.verdict == "fail" for one in ALL)


def test_each_names_a_rule_that_there_is() -> None:
    ids = {rule.id for rule in rule_set().rules}
    assert {one.rule for one in ALL} | {rule for one in ALL for rule in one.also} <= ids
