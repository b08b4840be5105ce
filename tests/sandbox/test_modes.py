"""Which ways of confinement are possible is found by trying; the best that works is taken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ultrastack.sandbox import NotConfined, View, complete, modes, run_confined, seccomp
from ultrastack.sandbox.ways import NO_ASKING, NO_FILES, NO_NETWORK, WAYS, confinement

ROOT = Path(__file__).parents[2]


def test_limits_are_always_possible_and_say_what_they_are_not() -> None:
    last = modes()[-1]
    assert last.mode == "limits only"
    assert not complete(last)
    assert {NO_NETWORK, NO_FILES} <= set(last.not_enforced)


def test_every_promise_is_in_one_of_the_two_lists() -> None:
    for way in WAYS:
        found = confinement(way)
        assert not set(found.enforced) & set(found.not_enforced)
        assert {NO_NETWORK, NO_FILES} <= {*found.enforced, *found.not_enforced}


def test_the_readme_names_every_promise() -> None:
    page = " ".join((ROOT / "ultrastack/sandbox/README.md").read_text().split())
    every = {what for way in WAYS for what in (*confinement(way).enforced, *confinement(way).not_enforced)}
    assert [what for what in sorted(every) if what not in page] == []


def test_only_a_tree_of_its_own_is_complete() -> None:
    if seccomp.possible():
        assert [way for way in WAYS if complete(confinement(way))] == ["bubblewrap", "namespaces"]
    assert NO_ASKING in confinement("landlock").not_enforced


def test_the_best_is_taken(tmp_path: Path) -> None:
    ended = run_confined([sys.executable, "-I", "-c", "print(1)"], View(tmp_path, readable=(Path(sys.prefix),)))
    assert (ended.output, ended.confinement) == (b"1\n", modes()[0])


def test_an_unknown_way_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotConfined, match="^this machine cannot confine a program by 'magic'$"):
        run_confined(["/bin/true"], View(tmp_path), mode="magic")


def test_the_whole_machine_is_never_shown() -> None:
    with pytest.raises(NotConfined, match="^the root of the machine cannot be what a confined program may read$"):
        run_confined(["/bin/true"], View(Path("/")))


@pytest.mark.skipif(not seccomp.possible(), reason="no filter for this machine's calls")
def test_where_namespaces_are_forbidden_less_is_left_and_said() -> None:
    """As in a container: unshare() and mount() are refused there by a filter."""
    code = """
from ultrastack.sandbox import complete, modes, seccomp
from ultrastack.sandbox.kernel import PR_SET_NO_NEW_PRIVS, prctl
prctl(PR_SET_NO_NEW_PRIVS, 1)
seccomp.apply(mounts_are_ours=True)
print([(one.mode, complete(one)) for one in modes()])
"""
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    left = "('Landlock', False), " * (any(one.mode == "Landlock" for one in modes()))
    assert said == f"[{left}('limits only', False)]\n"
