"""Whatever becomes of the process that plans a stack, there is one answer for each name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from ultrastack.model.estate import StackPlan
from ultrastack.model.graph import Graph
from ultrastack.model.place import Place, Problem, Refused
from ultrastack.model.plan import Plan
from ultrastack.planner.many import check_overrides, plan_many

LARGE = 5_000_000  # more characters than a pipe holds


def strange(root: Path, name: str, overrides: Sequence[str]) -> StackPlan:
    """Plans, dies or says a lot, as the stack is called."""
    print("noise", file=sys.stderr)
    if name.startswith("killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "left":
        os._exit(7)
    if name == "raised":
        raise MemoryError
    return StackPlan(name, Plan(Graph("p", name), base=name * (LARGE if name == "large" else 1)))


def test_each_name_has_its_answer_in_the_order_asked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    counted: list[int] = []
    names = ("a", "killed-1", "large", "left", "killed-2", "raised", "b")
    found = plan_many(tmp_path, names, jobs=3, done=counted.append, planner=strange)
    assert tuple(one.name for one in found) == names
    assert counted == [1, 2, 3, 4, 5, 6, 7]
    assert [one.name for one in found if one.plan] == ["a", "large", "b"]
    large = found[2].plan
    assert large is not None and len(large.base) == 5 * LARGE
    killed = (
        "its process was ended by SIGKILL, as by a machine that has no memory left; "
        "plan fewer at once (--jobs 1), or this stack alone"
    )
    assert {one.name: one.failed for one in found if one.failed} == {
        "killed-1": killed,
        "killed-2": killed,
        "left": "its process ended with 7 and gave no answer; plan this stack alone to see why",
        "raised": "its process ended with 1 and gave no answer; plan this stack alone to see why",
    }
    assert all(one.ours for one in found if one.failed)
    assert capfd.readouterr() == ("", "")


def slow(root: Path, name: str, overrides: Sequence[str]) -> StackPlan:
    (root / name).write_text(str(os.getpid()))
    while name != "first":
        time.sleep(0.05)
    return StackPlan(name)


def test_an_interrupt_ends_all_children(tmp_path: Path) -> None:
    names = ("second", "third", "first")

    def interrupted(count: int) -> None:
        while not all((tmp_path / name).is_file() and (tmp_path / name).read_text() for name in names):
            time.sleep(0.01)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan_many(tmp_path, names, jobs=3, done=interrupted, planner=slow)
    alive = [name for name in names if Path(f"/proc/{(tmp_path / name).read_text()}").exists()]
    assert alive == []


def test_a_variable_that_no_stack_has_is_refused() -> None:
    declare = "declare it under `vars`"
    stacks = [StackPlan("a", not_set={"x=1": declare, "y=2": declare, "dayz=3": declare})]
    stacks += [StackPlan("b", not_set={"y=2": declare, "dayz=3": "use 'days'"})]
    with pytest.raises(Refused) as e:
        check_overrides(["x=1", "y=2", "dayz=3"], stacks)
    assert e.value.problems == (
        Problem(Place("--set dayz=3"), "none of the stacks has this variable", "use 'days'"),
        Problem(Place("--set y=2"), "none of the stacks has this variable", declare),
    )


def test_nothing_is_imported_from_the_folder_that_is_stood_in(tmp_path: Path) -> None:
    """It may be a pull request's, whose modules would run outside every sandbox."""
    (tmp_path / "ultrastack").mkdir()
    for name in ("multiprocessing.py", "json.py", "ultrastack/__init__.py"):
        (tmp_path / name).write_text("open('imported', 'w').close()\nraise SystemExit\n")
    asks = "import sys; sys.path.remove(''); from tests.planner.test_many import asked; asked()"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    words = [sys.executable, "-c", asks]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("a of []\n", 0), done.stderr
    assert not (tmp_path / "imported").exists()


def asked() -> None:
    (one,) = plan_many(Path(), ("a",), planner=tells_its_environment)
    print(one.failed)


def tells_its_environment(root: Path, name: str, overrides: Sequence[str]) -> StackPlan:
    """What a program starts itself finds the environment as it was."""
    return StackPlan(name, failed=f"{name} of {[word for word in os.environ if word == 'PYTHONSAFEPATH']}")
