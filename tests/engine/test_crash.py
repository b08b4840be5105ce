"""A run that is killed at any point loses nothing: it is in the state, named as pending, or named as failed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .crash import Crash, lane

pytestmark = pytest.mark.engine

CRASHES = int(os.environ.get("ULTRASTACK_CRASHES", "25"))
LANES = 2  # one with a .attrs file beside each file of the state, one without
SEED = os.environ.get("ULTRASTACK_CRASH_SEED", "1")


@pytest.fixture(scope="module")
def crashes(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Crash]:
    """Side by side; each lane has a stack, a state and a cloud of its own."""
    folder = tmp_path_factory.mktemp("crashes")
    shares = [CRASHES // LANES + (i < CRASHES % LANES) for i in range(LANES)]
    with ThreadPoolExecutor(LANES) as pool:
        lanes = [
            pool.submit(lane, pulumi_cli, folder / f"lane-{i}", f"{SEED}/{i}", share, sidecars=i == 0)
            for i, share in enumerate(shares)
        ]
        return [crash for one in lanes for crash in one.result()]


def test_after_the_documented_steps_the_cloud_holds_what_the_state_holds(
    crashes: list[Crash], say_at_the_end: Callable[[str], None]
) -> None:
    for line in summary(crashes):
        say_at_the_end(line)
    assert [crash for crash in crashes if crash.not_healed] == []
    assert len(crashes) == CRASHES


def test_what_was_made_before_the_engine_was_killed_is_in_the_state_or_pending(crashes: list[Crash]) -> None:
    assert [crash for crash in crashes if crash.lost and crash.victim != "provider"] == []


def test_what_a_dying_provider_made_unnoticed_is_named_as_failed(crashes: list[Crash]) -> None:
    """The engine writes such a creation down as failed, not as pending: only its words tell of it."""
    assert [crash for crash in crashes if crash.lost != crash.told] == []


def test_the_state_file_is_whole_after_every_crash(crashes: list[Crash]) -> None:
    assert [crash for crash in crashes if crash.torn] == []


def test_without_sidecars_the_state_can_always_be_read(crashes: list[Crash]) -> None:
    """Pulumi writes STACK.json.attrs in place; `?metadata=skip` at the end of the backend's URL leaves it out."""
    assert [crash for crash in crashes if crash.empty_sidecar and not crash.sidecars] == []


def test_crashes_met_every_operation_and_every_victim(crashes: list[Crash]) -> None:
    assert {crash.operation for crash in crashes} == {"create", "change", "destroy"}
    assert {crash.victim for crash in crashes} == {"everything", "engine", "provider"}
    assert sum(crash.pending for crash in crashes) > 0, "no crash met a creation between the cloud and the state"


def summary(crashes: list[Crash]) -> list[str]:
    operations = Counter(crash.operation for crash in crashes)
    lines = [f"{len(crashes)} crashes: " + ", ".join(f"{count} of a {op}" for op, count in sorted(operations.items()))]
    for victim in ("everything", "engine", "provider"):
        some = [crash for crash in crashes if crash.victim == victim]
        lines.append(
            f"  {victim} killed, {len(some)} times: {sum(c.known for c in some)} resources in the state, "
            f"{sum(c.pending for c in some)} pending, {sum(len(c.lost) for c in some)} in neither "
            f"({sum(len(c.told) for c in some)} named as failed), {sum(c.gone for c in some)} deleted unnoticed; "
            f"{sum(c.locked for c in some)} locks, {sum(c.rubbish for c in some)} unfinished files"
        )
    sidecars = [crash for crash in crashes if crash.sidecars]
    lines.append(
        f"  no command could read the state, because of an empty .attrs file: {sum(c.empty_sidecar for c in sidecars)} "
        f"of {len(sidecars)} with such files, {sum(c.empty_sidecar for c in crashes if not c.sidecars)} "
        f"of {len(crashes) - len(sidecars)} with ?metadata=skip"
    )
    untagged = sum(len(crash.untagged) for crash in crashes)
    lines.append(
        f"  recovered: {sum(c.imported for c in crashes)} imported, {sum(c.removed for c in crashes)} half-made "
        f"replacements removed by hand, {untagged} of them without tags; not healed: "
        f"{sum(bool(c.not_healed) for c in crashes)}"
    )
    return lines
