"""What do the rules say of a graph? Each is asked, and what somebody has accepted or knows already is marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ultrastack.catalog import use_local_rows
from ultrastack.model.change import Change
from ultrastack.model.finding import Finding, Judgement, Known
from ultrastack.model.place import Place
from ultrastack.model.stack_file import StackFile
from ultrastack.policies.baseline import parse_baseline, read_baseline
from ultrastack.policies.checking import outcomes
from ultrastack.policies.judged import Difference
from ultrastack.policies.judging import judge
from ultrastack.policies.levels import DEFAULT, levels_in
from ultrastack.policies.world import Costs, World

from .revision import file_at
from .rules import RuleSet
from .stack_words import stack_words


def check(
    world: World,
    rules: RuleSet,
    *,
    profile: str | None = None,
    changes: Sequence[Change] | None = None,
    before: World | None = None,
    costs: Costs | None = None,
    baseline: Path | Iterable[Known] | None = None,
    others: Sequence[Finding] | None = None,
    there: Mapping[str, StackFile] | None = None,
) -> Judgement:
    """`profile`: instead of the stack file's own; a stack that names none is judged as staging.

    `baseline` is a file, or what was read from one. With rules of a revision it comes from there too, if it is a file
    of the project. `others` is what packs of somebody else say. Raises Refused for a profile that is not there, and for
    a file that cannot be used. `there`: as for stack_words.
    """
    words = stack_words(world.file, rules, there)
    if world.file is not None and rules.revision:
        file = replace(world.file, allowed_regions=words.allowed_regions, accept=words.accept, profile=words.profile)
        world = World(world.graph, world.exact, world.now, file)
    known, differences = _known(baseline, rules)
    named = profile or words.profile or DEFAULT
    levels = levels_in(rules.profiles, named, rules.rules, None if profile else words.place)
    use_local_rows(rules.there or rules.root)
    try:
        judgement: Judgement = judge(
            outcomes(rules.selected, world, levels, changes=changes, before=before, costs=costs),
            world,
            levels,
            rules=rules.selected,
            acceptances=(*words.accept, *rules.acceptances),
            baseline=known,
            profile=named,
            purpose=rules.profiles[named].purpose,
            rules_from=rules.revision,
            differences=(*rules.differences, *words.differences, *differences),
            others=others,
        )
        return judgement
    finally:
        use_local_rows(rules.root)


def _known(baseline: Path | Iterable[Known] | None, rules: RuleSet) -> tuple[tuple[Known, ...], list[Difference]]:
    if baseline is None:
        return (), []
    if not isinstance(baseline, Path):
        return tuple(baseline), []
    if not rules.revision or not baseline.resolve().is_relative_to(rules.root.resolve()):
        return read_baseline(baseline), []
    name = baseline.resolve().relative_to(rules.root.resolve()).as_posix()
    old = file_at(rules.root, rules.revision, name)
    now = baseline.read_bytes() if baseline.is_file() else None
    how = "is new" if old is None else "is gone" if now is None else "was changed"
    differences = [Difference(name, how, Place(name, 1, 1))] if old != now else []
    return (() if old is None else parse_baseline(old, f"{rules.revision}:{name}")), differences
