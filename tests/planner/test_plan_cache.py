"""A plan is kept whole or not at all, and found again only for the same files, packages and settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.report import graphs
from ultrastack.model.estate import StackPlan
from ultrastack.planner import plan_cache
from ultrastack.planner.plan import plan_of

ONE = StackPlan("dev", plan_of(graphs.small(), file=None))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ultrastack" / "plans"


def test_what_is_kept_is_found() -> None:
    assert plan_cache.kept("k") is None
    plan_cache.keep("k", ONE)
    assert plan_cache.kept("k") == ONE


def test_a_key_is_of_everything_that_a_plan_is_made_of() -> None:
    keys = {
        plan_cache.key("tree", "dev", []),
        plan_cache.key("other", "dev", []),
        plan_cache.key("tree", "prod", []),
        plan_cache.key("tree", "dev", ["a=1"]),
        plan_cache.key("tree", "dev", [], ["config"]),
    }
    assert len(keys) == 5
    assert plan_cache.key("tree", "dev", []) in keys


@pytest.mark.parametrize("text", ["", "{}", "null", '{"name": "dev", "graph": 3}', "\x00"])
def test_what_cannot_be_read_is_made_again(home: Path, text: str) -> None:
    plan_cache.keep("k", ONE)
    (home / "k.json").write_text(text)
    assert plan_cache.kept("k") is None


@pytest.mark.parametrize("ours", [True, False])
def test_a_failure_is_not_kept(home: Path, ours: bool) -> None:
    """It took longer than 120 s: next time it may not."""
    plan_cache.keep("k", StackPlan("dev", failed="killed", ours=ours))
    assert not home.exists()


def test_the_oldest_makes_room(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_cache, "KEPT", 2)
    for i, name in enumerate(("a", "b")):
        plan_cache.keep(name, ONE)
        os.utime(home / f"{name}.json", (i, i))
    assert plan_cache.kept("a") == ONE  # and so it was used later than b
    plan_cache.keep("c", ONE)
    assert sorted(file.name for file in home.iterdir()) == ["a.json", "c.json"]


def test_a_place_that_cannot_be_written_is_no_failure(home: Path) -> None:
    home.parent.mkdir(parents=True)
    home.write_text("a file")
    plan_cache.keep("k", ONE)
    assert plan_cache.kept("k") is None
