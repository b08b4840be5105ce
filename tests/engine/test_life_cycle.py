"""Every shipped stack and example lives its whole life on the real engine, in clouds that remember.

It is made as previewed, left alone, renamed and tagged anew, changed in place, and changed so that resources are
replaced; somebody else changes and deletes some of it; a protected step stops its destruction; the rest is let go and
stays in the clouds, is taken over again, and at last nothing is left. What is changed in which component stands in
cases/life.yaml.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ultrastack.catalog import resource_type
from ultrastack.language.extends import flattened
from ultrastack.language.finder import find_components
from ultrastack.language.stacks import examples, stack_path, stacks

from . import generated_stacks as generator
from .goals import write_answers
from .lives import Life, Living, in_a_cloud, needed_by
from .real_cli import ROOT, copy_of_repository
from .stack_edits import Edit, Edits
from .test_parity import AT_ONCE

pytestmark = pytest.mark.engine

ALL = [*stacks(ROOT), *examples(ROOT)]
FILES = {name: stack_path(ROOT, name).relative_to(ROOT).as_posix() for name in ALL}
TEXTS = {name: json.dumps(flattened(file, ROOT, []).data()) for name, file in FILES.items()}  # with what they extend
EDITS = Edits.load()
STACK = "pulumi:pulumi:Stack"


def families() -> list[list[str]]:
    """Stacks that use another's outputs come after it, in one backend; all others are alone."""
    found: list[list[str]] = []
    for name in ALL:
        mine = _with_all_below(name)
        for family in [one for one in found if set(one) & set(mine)]:
            found.remove(family)
            mine = family + [one for one in mine if one not in family]
        found.append(mine)
    return sorted(found, key=lambda family: -sum(len(TEXTS[name]) for name in family))  # the longest lives first


def _with_all_below(name: str) -> list[str]:
    asked = re.findall(r"organization/ultrastack/([\w-]+)", TEXTS[name])
    below = [one for other in asked if other in TEXTS for one in _with_all_below(other)]
    return list(dict.fromkeys([*below, name]))


@pytest.fixture(scope="module")
def lives(
    pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory, say_at_the_end: Callable[[str], None]
) -> dict[str, Life]:
    """Side by side; each test looks at one of them."""
    folder = tmp_path_factory.mktemp("lives")

    def live(family: list[str]) -> dict[str, Life]:
        project = copy_of_repository(pulumi_cli, folder / family[0])
        project.home.mkdir(parents=True)
        answers = project.home / "answers.json"
        write_answers(answers, generator.ANSWERS, {})
        project.extra_env["ULTRASTACK_REHEARSAL_ANSWERS"] = str(answers)
        living = [Living(project, name, EDITS) for name in family]
        for one in living:
            one.grow()
        for one in reversed(living):
            one.end()
        return {one.name: one.life for one in living}

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = {name: life for lives in pool.map(live, families()) for name, life in lives.items()}
    say_at_the_end(_summary(found))
    return found


def _summary(lives: Mapping[str, Life]) -> str:
    counts: Counter[str] = Counter()
    for life in lives.values():
        for stage in life.stages.values():
            counts.update({op: count for op, count in stage.counts.items() if stage.done})
    done = ", ".join(f"{op} {count}" for op, count in sorted(counts.items()))
    whole = sum("ended" in life.stages for life in lives.values())
    of_all = f"{len(lives)} stacks and examples, {len(lives) - whole} not lived to the end"
    return f"life cycle: {of_all}, {sum(counts.values())} operations: {done}"


def children(life: Life, stage: str) -> Iterator[tuple[str, str, list[str]]]:
    """Each step with its component and what was done to its children, as operations."""
    for step, component in life.steps.items():
        yield step, component, [one.op for one in life[stage].of(step)]


def edit(stack: str, kind: str, step: str, component: str) -> Edit:
    found = EDITS.of(kind, stack, step, component)
    assert found is not None
    return found


def test_every_component_has_its_row_of_changes() -> None:
    assert set(EDITS.components) == set(find_components(ROOT))
    assert {word.split()[0] for word in EDITS.steps} <= set(ALL)


every_stack = pytest.mark.parametrize("stack", ALL)


@every_stack
def test_it_is_made_as_it_was_previewed_and_a_second_up_changes_nothing(stack: str, lives: dict[str, Life]) -> None:
    life = lives[stack]
    planned, made, again = life["planned"], life["made"], life["again"]
    assert set(planned.counts) == {"create"}
    assert made.counts == planned.counts
    assert made.ids == made.cloud
    outputs = json.dumps(next(one.get("outputs", {}) for one in made.state.values() if one["type"] == STACK))
    assert "null" not in outputs and '""' not in outputs, f"the rehearsal left something unsaid: {outputs}"
    assert again.counts == {"same": planned.counts["create"]}
    assert again.cloud == made.cloud


@every_stack
def test_a_new_name_of_every_step_replaces_and_makes_nothing(stack: str, lives: dict[str, Life]) -> None:
    """With `formerly`; another cost tag comes with it, and may replace what holds nothing: templates of machines."""
    before, renamed = lives[stack]["again"], lives[stack]["renamed"]
    assert set(renamed.counts) <= {"same", "update", "replace"}
    replaced = {one.type for one in renamed.done if one.op not in ("same", "update")}
    assert {token: _holds(token) for token in replaced} == dict.fromkeys(replaced, "nothing")
    assert {key for key in renamed.ids if key[0] not in replaced} == {k for k in before.ids if k[0] not in replaced}
    assert renamed.ids == renamed.cloud
    components = {one["urn"].split("::")[3] for one in renamed.state.values() if not one["custom"]}
    assert components >= set(lives[stack].steps)


@every_stack
def test_an_argument_is_changed_in_place(stack: str, lives: dict[str, Life]) -> None:
    life = lives[stack]
    changed = life["changes"]
    for step, component, ops in children(life, "changes"):
        if edit(stack, "changes", step, component).arguments:
            assert {"update", "create"} & set(ops), f"nothing of {step} ({component}) was changed"
    replaced = {one.type for one in changed.done if one.op not in ("same", "update", "create")}
    assert {token: _holds(token) for token in replaced} == dict.fromkeys(replaced, "nothing")
    assert changed.ids == changed.cloud


@every_stack
def test_an_argument_that_replaces_does_so_and_the_catalogue_knows_why(stack: str, lives: dict[str, Life]) -> None:
    life = lives[stack]
    before, after = life["changes"], life["replaces"]
    for step, component in life.steps.items():
        wanted = edit(stack, "replaces", step, component)
        replaced = {one.type for one in after.of(step) if one.op == "create-replacement"}
        assert not wanted.replaces or any(token.startswith(wanted.replaces) for token in replaced), (step, replaced)
        assert wanted.keeps not in replaced
    made = [one for one in after.done if one.op == "create-replacement"]
    taken = [one for one in after.done if one.op == "delete-replaced"]
    assert sorted(one.urn for one in made) == sorted(one.urn for one in taken)
    paths = {one.urn: one.paths for one in after.done if one.op == "replace"}
    for one in made:
        assert _known_to_replace(one.type, paths[one.urn], after.state[one.urn].get("replaceOnChanges", ())) or (
            needed_by(before.state, {one.urn}) & {other.urn for other in taken} - {one.urn}
            or before.state[one.urn].get("replacementTrigger") != after.state[one.urn].get("replacementTrigger")
        ), f"{one.name}: {paths[one.urn]}"
    assert after.ids == after.cloud


@every_stack
def test_a_refresh_sees_what_others_did_and_the_next_up_mends_it(stack: str, lives: dict[str, Life]) -> None:
    life = lives[stack]
    refreshed, mended = life["refreshed"], life["mended"]
    assert life.drifted | life.vanished
    seen = {one.name: one.op for one in refreshed.done if one.op != "same"}
    assert seen == dict.fromkeys(life.drifted, "update") | dict.fromkeys(life.vanished, "delete")
    assert refreshed.ids == refreshed.cloud
    done = {one.name: one.op for one in mended.done if one.op != "same"}
    assert done == dict.fromkeys(life.drifted, "update") | dict.fromkeys(life.vanished, "create")
    assert mended.ids == mended.cloud
    for urn, one in mended.state.items():
        if urn.split("::")[3] not in life.vanished:  # what is made anew may have another name in the cloud
            assert one.get("inputs") == life["replaces"].state[urn].get("inputs")


@every_stack
def test_a_protected_step_stops_its_destruction(stack: str, lives: dict[str, Life]) -> None:
    """The preview of a destroy refuses it, and nothing is touched. With --skip-preview everything goes that no
    protected resource needs, and only then the run fails."""
    life = lives[stack]
    before, asked, forced = life["mended"], life["asked"], life["forced"]
    protected = {urn for urn, one in before.state.items() if one.get("protect")}
    assert protected
    assert "cannot be deleted\n    because it is protected" in asked.said
    assert "error: preview failed" in asked.said
    assert asked.state == before.state
    assert set(forced.state) == needed_by(before.state, protected)


@every_stack
def test_what_is_retained_leaves_the_state_and_stays_in_the_clouds(stack: str, lives: dict[str, Life]) -> None:
    let_go = lives[stack]["let go"]
    assert let_go.state == {}
    assert let_go.cloud == lives[stack]["mended"].cloud


@every_stack
def test_all_of_it_can_be_taken_over_again(stack: str, lives: dict[str, Life]) -> None:
    there, taken, again = (lives[stack][one] for one in ("let go", "taken over", "taken over again"))
    made = [one for one in taken.own if not in_a_cloud(one)]  # the stack, components and providers
    assert taken.counts == {k: v for k, v in {"import": len(there.cloud), "create": len(made)}.items() if v}
    assert taken.ids == taken.cloud == there.cloud
    assert again.counts == {"same": len(taken.own)}


@every_stack
def test_at_the_end_nothing_is_left(stack: str, lives: dict[str, Life]) -> None:
    before, ended = lives[stack]["taken over again"], lives[stack]["ended"]
    assert ended.counts == {"delete": len(before.own)}
    assert ended.state == {}
    assert ended.cloud == frozenset()


def _known_to_replace(token: str, paths: Iterable[str], asked: Collection[str]) -> bool:
    """By the catalogue, or since the component asks for it (`replace_on_changes`)."""
    row = resource_type(token)
    assert row is not None, f"the catalogue has no row of {token}"
    return any(row.replaces(path).answer in ("yes", "when") or path.split(".")[0] in asked for path in paths)


def _holds(token: str) -> str | None:
    known = resource_type(token)
    return known.holds if known else None
