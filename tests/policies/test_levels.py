"""How strict each rule is in each profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policies.made import rule
from ultrastack.model.place import Place, Refused
from ultrastack.policies.finder import find_rules
from ultrastack.policies.levels import chain_of, levels_in, levels_of, read_profiles

RULES = (rule("net.a"), rule("net.b", "advisory"), rule("net.c", "off"), rule("cost.d"))
FILE = """\
profiles:
  low:
    purpose: to try things
    topics: {net: advisory}
    rules: {cost.d: off}
  high:
    extends: low
    topics: {net: mandatory}
    rules: {net.b: advisory, net.c: advisory}
"""


def levels(folder: Path, text: str, profile: str = "high") -> dict[str, str]:
    (folder / "levels.yaml").write_text(text)
    return dict(levels_of(profile, RULES, folder / "levels.yaml"))


def test_a_profile_stands_on_the_one_that_it_extends(tmp_path: Path) -> None:
    low = {"net.a": "advisory", "net.b": "advisory", "net.c": "off", "cost.d": "off"}
    assert levels(tmp_path, FILE, "low") == low  # a topic does not wake what is off by itself
    high = {"net.a": "mandatory", "net.b": "advisory", "net.c": "advisory", "cost.d": "off"}
    assert levels(tmp_path, FILE) == high


def test_without_a_word_a_rule_keeps_its_own_level(tmp_path: Path) -> None:
    assert levels(tmp_path, "profiles: {high: }") == {r.id: r.level for r in RULES}


def test_a_projects_file_adds_to_the_toolkits(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(FILE)
    (tmp_path / "b.yaml").write_text("profiles: {low: {rules: {net.a: off}}, more: {extends: high, purpose: all}}")
    profiles = read_profiles(RULES, [(tmp_path / "a.yaml", "a.yaml"), (tmp_path / "b.yaml", "b.yaml")])
    assert list(profiles) == ["low", "high", "more"] and profiles["low"].purpose == "to try things"
    assert levels_in(profiles, "low", RULES)["net.a"] == "off"
    assert [one.name for one in chain_of(profiles, "more")] == ["low", "high", "more"]
    assert levels_in(profiles, "more", RULES)["net.a"] == "mandatory"


def test_an_unknown_profile_is_refused_where_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="--profile hihg  there is no profile 'hihg'\n   fix: use 'high'"):
        levels(tmp_path, FILE, "hihg")
    profiles = read_profiles(RULES, [(tmp_path / "levels.yaml", "levels.yaml")])
    with pytest.raises(Refused, match="stacks/dev.yaml:2:3  there is no profile 'prod'"):
        levels_in(profiles, "prod", RULES, Place("stacks/dev.yaml", 2, 3))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "levels.yaml:1:1  a file of levels is a mapping of profiles"),
        ("profile: {}\n", "levels.yaml:1:1  unknown word 'profile'"),
        ("profiles: [a]\n", "levels.yaml:1:1  a file of levels is a mapping of profiles"),
        ("profiles: {high: [a]}\n", "levels.yaml:1:18  the profile 'high' is a mapping of"),
        (
            FILE.replace("purpose", "purpos"),
            "levels.yaml:3:5  unknown word 'purpos' in the profile 'low'\n"
            "    3 |     purpos: to try things\n      |     ^^^^^^\n   fix: use 'purpose'",
        ),
        (FILE.replace("net.b:", "net.bb:"), "levels.yaml:9:13  there is no rule 'net.bb'"),
        (FILE.replace("net: adv", "nett: adv"), "levels.yaml:4:14  there is no topic 'nett'"),
        (
            FILE.replace("extends: low", "extends: lo"),
            "levels.yaml:7:14  the profile 'high' extends 'lo', which is not",
        ),
        (
            FILE.replace("net: mandatory", "net: must"),
            "levels.yaml:8:19  the level of net is 'must', and must be off, advisory or mandatory",
        ),
        (FILE.replace("cost.d: off", "cost.d: no"), "fix: write off"),
        (FILE.replace("cost.d: off", "cost.d: [off]"), "the level of cost.d is no text"),
        (FILE.replace("cost.d: off", "cost.d: "), "the level of cost.d is nothing"),
        (FILE.replace("{cost.d: off}", "[cost.d]"), "levels.yaml:5:12  'rules' is a mapping from a rule to its level"),
        (FILE.replace("purpose: to try things", "purpose: {}"), "levels.yaml:3:14  'purpose' is a text"),
        (FILE + "  high: {}\n", "levels.yaml:10:3  'high' is written twice, first at levels.yaml:6:3"),
        (FILE + "    rules: {}\n", "levels.yaml:10:5  'rules' is written twice, first at levels.yaml:9:5"),
        (FILE.replace("    purpose: to", "    extends: high\n    purpose: to"), "in a circle: low -> high -> low"),
        ("profiles: {high: {extends: high}}\n", "in a circle: high -> high"),
        ("profiles: {high: \n", "this is no YAML: "),
        ("profiles: {}\n---\n{}\n", "this is no YAML: but found another document"),
        ("? [a]\n: b\n", "levels.yaml:1:3  a key must be a text"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Refused) as e:
        levels(tmp_path, text)
    assert said in str(e.value) and "fix: " in str(e.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refused) as e:
        levels(tmp_path, FILE.replace("net.b:", "net.bb:").replace("net: mandatory", "net: must"))
    assert len(e.value.problems) == 2


def test_the_shipped_profiles_name_rules_that_there_are_and_get_stricter() -> None:
    rules = find_rules()
    profiles = read_profiles(rules)
    assert list(profiles) == ["development", "staging", "production"]
    assert all(one.purpose for one in profiles.values())
    order = ("off", "advisory", "mandatory")
    found = [levels_in(profiles, name, rules) for name in profiles]
    for low, high in zip(found, found[1:], strict=False):
        assert [i for i in low if order.index(low[i]) > order.index(high[i])] == []


def test_the_shipped_profiles_do_not_repeat_what_holds_already() -> None:
    rules = find_rules()
    profiles = read_profiles(rules)
    own = {rule.id: rule.level for rule in rules}
    for name, profile in profiles.items():
        below = dict(levels_in(profiles, profile.extends, rules)) if profile.extends else own
        assert [f"{name}: {i}" for i, level in profile.rules.items() if below[i] == level] == []
