"""A Python of this interpreter can do in each way of confinement what it is for: plan a stack."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ultrastack.model.review import Confinement
from ultrastack.sandbox import Limits, View, python_view, run_confined
from ultrastack.sandbox.tree import Step, scratch_in, tree

ROOT = Path(__file__).parents[2]
PLAN = """
from pathlib import Path
from ultrastack.planner.many import plan_one
found = plan_one(Path.cwd(), "prod", ())
print(repr(found.failed), found.problems, found.plan and len(found.plan.graph.resources))
"""


def test_a_whole_stack_is_planned_within_the_usual_limits(mode: Confinement) -> None:
    ended = run_confined([sys.executable, "-I", "-c", PLAN], python_view(ROOT), mode=mode.mode)
    assert (ended.code, ended.why, ended.errors) == (0, "", "")
    failed, problems, count = ended.output.split()
    assert (failed, problems, int(count) > 100) == (b"''", b"()", True)


def test_what_the_planner_loads_can_be_loaded(mode: Confinement) -> None:
    code = "import threading, pulumi, grpc, pulumi_aws.ec2, pulumi_gcp.compute, pulumi_policy, yaml, pydantic\n"
    code += "threads = [threading.Thread(target=int) for _ in range(8)]\n[t.start() for t in threads]\nprint('loaded')"
    ended = run_confined([sys.executable, "-I", "-c", code], python_view(ROOT), mode=mode.mode)
    assert (ended.output, ended.errors[-300:]) == (b"loaded\n", "")


def test_a_venv_inside_the_checkout_is_read_only(mode: Confinement, tmp_path: Path) -> None:
    checkout = tmp_path / "project"
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").symlink_to(sys.executable)
    view = View(checkout, readable=python_view(checkout).readable)
    code = "import sys, pathlib\nprint(sys.version_info[:2] > (3, 10))\n"
    ended = run_confined([str(checkout / ".venv/bin/python"), "-I", "-c", code], view, mode=mode.mode)
    assert ended.output == b"True\n"


def test_secrets_that_lie_in_checkouts_are_hidden(tmp_path: Path) -> None:
    for name in (".git", ".github", "gha-creds-1a2b.json", ".env", ".env.local", "stacks", ".netrc"):
        (tmp_path / name).mkdir()
    hidden = {one.name for one in python_view(tmp_path).hidden}
    assert hidden == {".git", "gha-creds-1a2b.json", ".env", ".env.local", ".netrc"}


def test_an_interpreter_is_never_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some call their venv .env."""
    (tmp_path / ".env/bin").mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".env"))
    view = python_view(tmp_path)
    assert (view.hidden, tmp_path / ".env/bin" in view.readable) == ((), True)


def test_a_folder_is_shown_by_both_its_names_and_hidden_in_both(mode: Confinement, tmp_path: Path) -> None:
    real = tmp_path / "real"
    (real / ".git").mkdir(parents=True)
    (real / ".git/config").write_text("secret")
    (real / "file").write_text("shown")
    (tmp_path / "link").symlink_to(real)
    code = f"""
import os
def said(path):
    try: return open(path).read()
    except OSError: return "kept"
print(*[said(os.path.join(root, name)) for root in {[str(tmp_path / "link"), str(real)]!r}
      for name in ("file", ".git/config")])
"""
    view = View(tmp_path / "link", hidden=(tmp_path / "link/.git",))
    words = [str(Path(sys.executable).resolve()), "-I", "-S", "-c", code]
    ended = run_confined(words, view, limits=Limits(seconds=20), mode=mode.mode)
    wanted = b"shown secret shown secret\n" if mode.mode == "limits only" else b"shown kept shown kept\n"
    assert ended.output == wanted


def test_nothing_private_of_the_machine_is_in_the_tree(tmp_path: Path) -> None:
    targets = {one.target for one in tree(View(tmp_path))}
    for name in ("/", "/etc", "/root", "/home", "/proc", "/sys", "/run", "/var", "/dev", "/etc/passwd", "/etc/ssl"):
        assert name not in targets


def test_what_is_shown_already_is_no_step_of_its_own(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    steps = tree(View(tmp_path, readable=(inside, tmp_path)))
    assert [one for one in steps if one.target.startswith(str(tmp_path))] == [
        Step("read", str(tmp_path), str(tmp_path))
    ]


def test_its_own_folder_does_not_cover_the_checkout(tmp_path: Path) -> None:
    assert scratch_in(View(tmp_path)) == "/tmp"
    assert scratch_in(View(Path("/tmp"))) == "/run/scratch"
