"""A private folder is measured by what can be seen of it, and removed whatever was made of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ultrastack.sandbox.scratch import held_by, scratch


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_removed_however_deep_and_closed_and_never_what_links_lead_to(tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    beside.mkdir(mode=0o500)
    with scratch(-1) as made:
        (made / "out").symlink_to(beside)
        (made / "a/b").mkdir(parents=True)
        (made / "a/b/out").symlink_to(beside)
        before = Path.cwd()
        os.chdir(made)
        for _ in range(1500):  # deeper than Python calls itself
            os.mkdir("deep")  # noqa: PTH102 (no path is this long)
            os.chdir("deep")
        os.chdir(before)
        (made / "a/b").chmod(0)
        (made / "a").chmod(0)
    assert [one.name for one in tmp_path.iterdir()] == ["beside"]
    assert beside.stat().st_mode & 0o777 == 0o500


def test_removed_when_something_raises(tmp_path: Path) -> None:
    with pytest.raises(KeyError), scratch(-1):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_measured_without_following_links(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 2**20)
    with scratch(-1) as made:
        (made / "out").symlink_to(tmp_path)
        assert held_by(made, 2**30) < 2**17
        (made / "in").mkdir()
        (made / "in/file").write_bytes(b"x" * 2**18)
        assert 2**18 <= held_by(made, 2**30) < 2**20


def test_what_cannot_be_counted_is_too_much(tmp_path: Path) -> None:
    with scratch(-1) as made:
        before = Path.cwd()
        os.chdir(made)
        for _ in range(30):
            os.mkdir("d" * 200)  # noqa: PTH102
            os.chdir("d" * 200)
        os.chdir(before)
        assert held_by(made, 2**30) == 2**30
