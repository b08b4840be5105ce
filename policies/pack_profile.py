"""How strict is the pack? As the stack's own file says where it lies here, else as in staging."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

import yaml

from ultrastack.model.finding import Acceptance, Level
from ultrastack.model.place import Place, Problem, Refused

from . import levels
from .rule import Rule
from .written import nearest

WHERE = "--policy-pack-config"

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Profile:
    """The stack's own word: how strict the rules are, and what is accepted."""

    name: str = levels.DEFAULT
    accept: tuple[Acceptance, ...] = ()

    def accepted(self, rule: str, step: str, today: date) -> str:
        """By whom, why and until when; "" where it stands."""
        for one in self.accept:
            if one.rule == rule and today <= one.until and (not one.step or fnmatch.fnmatchcase(step, one.step)):
                return f"by {one.owner} until {one.until}: {one.reason}"
        return ""


def levels_for(profile: str, rules: Sequence[Rule], config: Mapping[str, Any]) -> dict[str, Level]:
    """Of every rule, also of those that a pack cannot ask. `config`: rule -> level, as somebody wrote it for this run.

    Raises Refused for a profile, a rule or a level that is not there.
    """
    found = dict(levels.levels_of(profile, rules)) if levels.FILE.is_file() else {r.id: r.level for r in rules}
    for rule, level in config.items():
        if rule not in found:
            raise Refused(Problem(Place(WHERE), f"levels: there is no rule '{rule}'", nearest(rule, found)))
        if level not in get_args(Level):
            what = f"levels: the level of {rule} is '{level}', and must be off, advisory or mandatory"
            raise Refused(Problem(Place(WHERE), what, nearest(str(level), get_args(Level))))
        found[rule] = level
    return found


def profile_of(pulumi_project: str, stack: str, root: Path = ROOT) -> Profile:
    """That of the stack that Pulumi runs, if this pack lies in its project."""
    file = f"stacks/{stack}.yaml"
    try:
        project = yaml.safe_load((root / "Pulumi.yaml").read_text())["name"]
    except (OSError, yaml.YAMLError, TypeError, KeyError):
        return Profile()
    if pulumi_project != project or not (root / file).is_file():
        return Profile()
    from ultrastack.language.extends import flattened

    try:
        top = flattened(file, root, [])
    except Refused:  # the program says what is wrong with its file
        return Profile()
    data = {word: top.value[word].data() for word in ("policy", "accept", "steps") if word in top.value}
    name = str((data.get("policy") or {}).get("profile") or levels.DEFAULT)
    accept = [*_acceptances(data.get("accept"), "")]
    for step in data.get("steps") or ():
        if isinstance(step, dict) and step.get("accept"):
            accept += _acceptances(step["accept"], re.sub(r"\{\{.*?\}\}", "*", str(step.get("name", "*"))))
    return Profile(name=name, accept=tuple(accept))


def _acceptances(given: Any, step: str) -> list[Acceptance]:
    found = []
    for one in given if isinstance(given, list) else ():
        try:
            until = date.fromisoformat(str(one["until"]))
            found.append(Acceptance(str(one["rule"]), str(one["reason"]), str(one["owner"]), until, step))
        except (KeyError, TypeError, ValueError):  # the program says what is wrong with its file
            continue
    return found
