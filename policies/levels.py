"""How strict is each rule? Profiles of `levels.yaml`, each on top of the one that it extends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from ultrastack.model.finding import Level
from ultrastack.model.place import Place, Problem, Refused

from .rule import Rule
from .written import Written, nearest, read

FILE = Path(__file__).with_name("levels.yaml")
SHOWN = "policies/levels.yaml"
DEFAULT = "staging"  # of a stack that names no profile
WORDS = ("purpose", "extends", "topics", "rules")


@dataclass(frozen=True)
class Profile:
    """How strict one kind of environment is."""

    name: str
    purpose: str = ""  # in one sentence
    extends: str = ""
    topics: Mapping[str, Level] = field(default_factory=dict)
    rules: Mapping[str, Level] = field(default_factory=dict)
    place: Place = Place(SHOWN)


Profiles = Mapping[str, Profile]


def read_profiles(rules: Sequence[Rule], files: Sequence[tuple[Path, str]] = ((FILE, SHOWN),)) -> Profiles:
    """By name, in the order of the files (each with the name to show it by). A later file adds to a profile of an
    earlier one, and what it says wins. Refused with every mistake.
    """
    ids = {rule.id for rule in rules}
    found: dict[str, Profile] = {}
    problems: list[Problem] = []
    for path, shown in files:
        for profile in _profiles(read(path, shown), ids, problems):
            found[profile.name] = _joined(found.get(profile.name), profile)
    for profile in found.values():
        if profile.extends and profile.extends not in found:
            what = f"the profile '{profile.name}' extends '{profile.extends}', which is not there"
            problems.append(Problem(profile.place, what, nearest(profile.extends, found)))
    problems += _circles(found)
    if problems:
        raise Refused(*problems)
    return found


def levels_of(profile: str, rules: Sequence[Rule], file: Path | None = None) -> Mapping[str, Level]:
    """The level of every rule in a profile of that file, or of this room's own."""
    files = ((FILE, SHOWN),) if file is None else ((file, file.name),)
    return levels_in(read_profiles(rules, files), profile, rules)


def levels_in(profiles: Profiles, name: str, rules: Sequence[Rule], asked: Place | None = None) -> Mapping[str, Level]:
    """Of each rule its own level, then its topic's, then what is said of the rule itself, profile by profile.

    A rule that is off by itself is woken by its own name only. `asked` is where the profile is named.
    """
    chain = chain_of(profiles, name, asked)
    found: dict[str, Level] = {}
    for rule in rules:
        level, topic = rule.level, rule.id.partition(".")[0]
        for profile in chain:
            if level != "off" or rule.level != "off":
                level = profile.topics.get(topic, level)
            level = profile.rules.get(rule.id, level)
        found[rule.id] = level
    return found


def chain_of(profiles: Profiles, name: str, asked: Place | None = None) -> tuple[Profile, ...]:
    """A profile and all that it extends, the lowest first."""
    if name not in profiles:
        place = asked or Place(f"--profile {name}")
        raise Refused(Problem(place, f"there is no profile '{name}'", nearest(name, profiles)))
    chain = [profiles[name]]
    while chain[0].extends:
        chain.insert(0, profiles[chain[0].extends])
    return tuple(chain)


def _joined(low: Profile | None, high: Profile) -> Profile:
    if low is None:
        return high
    return Profile(
        high.name,
        high.purpose or low.purpose,
        high.extends or low.extends,
        {**low.topics, **high.topics},
        {**low.rules, **high.rules},
        high.place,
    )


def _profiles(top: Written, ids: set[str], problems: list[Problem]) -> Iterable[Profile]:
    if top.kind == "nothing":
        return
    if top.kind != "map" or set(top.map) != {"profiles"} or top.map["profiles"].kind != "map":
        wrong = next((w for w in top.map if w != "profiles"), "")
        place = top.keys[wrong] if wrong else top.place
        what = f"unknown word '{wrong}'" if wrong else "a file of levels is a mapping of profiles"
        problems.append(Problem(place, what, "profiles: {production: {rules: {...}}}"))
        return
    for name, one in top.map["profiles"].map.items():
        yield _profile(name, top.map["profiles"].keys[name], one, ids, problems)


def _profile(name: str, place: Place, one: Written, ids: set[str], problems: list[Problem]) -> Profile:
    if one.kind not in ("map", "nothing"):
        what = f"the profile '{name}' is a mapping of {', '.join(WORDS)}"
        problems.append(Problem(one.place, what, f"{name}: {{rules: {{...}}}}"))
        return Profile(name, place=place)
    for word in one.map:
        if word not in WORDS:
            what = f"unknown word '{word}' in the profile '{name}'"
            problems.append(Problem(one.keys[word], what, nearest(word, WORDS)))
    return Profile(
        name,
        _text(one, "purpose", problems),
        _text(one, "extends", problems),
        _levels(one, "topics", "topic", {i.partition(".")[0] for i in ids}, problems),
        _levels(one, "rules", "rule", ids, problems),
        one.map["extends"].place if "extends" in one.map else place,
    )


def _text(one: Written, word: str, problems: list[Problem]) -> str:
    found = one.map.get(word)
    if found is None or found.kind == "nothing":
        return ""
    if found.kind != "text":
        problems.append(Problem(found.place, f"'{word}' is a text", f"{word}: ..."))
    return found.text


def _levels(one: Written, word: str, kind: str, known: set[str], problems: list[Problem]) -> dict[str, Level]:
    found = one.map.get(word)
    if found is None or found.kind == "nothing":
        return {}
    if found.kind != "map":
        problems.append(Problem(found.place, f"'{word}' is a mapping from a {kind} to its level", f"{word}: {{}}"))
        return {}
    made: dict[str, Level] = {}
    for name, value in found.map.items():
        if name not in known:
            problems.append(Problem(found.keys[name], f"there is no {kind} '{name}'", nearest(name, known)))
        elif value.text in get_args(Level) and value.kind == "text":
            made[name] = value.text  # type: ignore[assignment]
        else:
            said = f"'{value.text}'" if value.kind == "text" else "nothing" if value.kind == "nothing" else "no text"
            fix = (
                "write off" if value.text in ("no", "false", "False", "none") else nearest(value.text, get_args(Level))
            )
            what = f"the level of {name} is {said}, and must be off, advisory or mandatory"
            problems.append(Problem(value.place, what, fix))
    return made


def _circles(profiles: Profiles) -> Iterable[Problem]:
    told: set[str] = set()
    for profile in profiles.values():
        path = [profile.name]
        while (above := profiles.get(path[-1])) and above.extends in profiles and above.extends not in path:
            path.append(above.extends)
        last = profiles[path[-1]].extends
        if last in path and not told & set(path[path.index(last) :]):
            circle = path[path.index(last) :]
            told |= set(circle)
            words = " -> ".join([*circle, last])
            yield Problem(profiles[circle[0]].place, f"profiles extend each other in a circle: {words}", "remove one")
