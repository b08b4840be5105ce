"""Which revision is meant, what it holds, and what is said where there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.pull_request import BEFORE, change, commit, git, project
from tests.report import graphs
from ultrastack.model.graph import dumps
from ultrastack.model.place import Refused
from ultrastack.planner.base import base_of_file, base_of_revision


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """One commit on main, two on a branch that is checked out."""
    made = project(tmp_path / "it", {"train": BEFORE})
    change(made, {"more": BEFORE})
    commit(made, {"requirements.lock": "a==1\n", "stacks/train.yaml": None})
    return made


def said(root: Path, revision: str = "") -> tuple[str, str]:
    with pytest.raises(Refused) as e:
        base_of_revision(root, revision)
    (problem,) = e.value.problems
    return str(problem.place), problem.what


def stacks(folder: Path | None) -> list[str]:
    assert folder is not None
    return sorted(file.name for file in (folder / "stacks").iterdir())


def test_without_a_word_it_is_where_the_branch_has_left_the_main_one(root: Path) -> None:
    git(root, "checkout", "-q", "main")
    commit(root, {"later": ""})
    git(root, "checkout", "-q", "change")
    base = base_of_revision(root)
    assert (base.words, base.commit) == (f"main ({base.commit[:7]})", git(root, "rev-parse", "main~1"))
    assert stacks(base.folder) == ["train.yaml"]


def test_a_remote_main_branch_goes_first(root: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    git(tmp_path, "clone", "-q", str(root), str(copy))
    git(copy, "remote", "set-head", "origin", "main")
    assert base_of_revision(copy).words.startswith("origin/main (")


def test_a_revision_by_any_name(root: Path) -> None:
    for word in ("main", "HEAD~2", git(root, "rev-parse", "main")[:12]):
        assert base_of_revision(root, word).commit == git(root, "rev-parse", "main")
    assert base_of_revision(root, git(root, "rev-parse", "main")[:12]).words.startswith("commit ")
    assert stacks(base_of_revision(root, "HEAD~1").folder) == ["more.yaml", "train.yaml"]


def test_a_project_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    inner = tmp_path / "infra"
    project(tmp_path, {})
    commit(tmp_path, {"infra/Pulumi.yaml": "name: x\nruntime: python\n", "infra/stacks/a.yaml": BEFORE})
    base = base_of_revision(inner, "HEAD")
    assert stacks(base.folder) == ["a.yaml"]
    assert base.folder is not None and not (base.folder / "infra").exists()


def test_other_packages_are_told(root: Path) -> None:
    (note,) = base_of_revision(root).notes
    assert note.text == "requirements.lock differs from main: both sides ran with the packages installed here"
    assert base_of_revision(root, "HEAD").notes == ()


def test_config_that_git_does_not_keep_is_the_same_on_both_sides(root: Path) -> None:
    commit(root, {".gitignore": "stacks/Pulumi.*.yaml\n"})
    (root / "stacks" / "Pulumi.more.yaml").write_text("config: {}\n")
    base = base_of_revision(root, "HEAD")
    assert stacks(base.folder) == ["Pulumi.more.yaml", "more.yaml"]
    assert list(base.config) == ["more"]


def test_nothing_of_it_is_left(root: Path) -> None:
    base = base_of_revision(root)
    folder = base.folder
    del base
    assert folder is not None and not folder.exists()


def test_what_is_said_without_a_base(root: Path, tmp_path: Path) -> None:
    assert said(root, "nothing-of-it") == ("--against nothing-of-it", "there is no such revision here")
    assert said(root, "--upload-pack=x") == ("--against --upload-pack=x", "there is no such revision here")
    (tmp_path / "plain").mkdir()
    assert said(tmp_path / "plain", "main") == ("--against main", "plain is not in a git repository")
    git(root, "branch", "-m", "main", "trunk")
    assert said(root) == ("--against", "there is no main branch here to compare with")


def test_a_shallow_clone_is_told_how_to_get_the_rest(root: Path, tmp_path: Path) -> None:
    git(root, "checkout", "-q", "--orphan", "other")
    commit(root, {"x": ""})
    assert said(root) == ("--against", "git does not know where this branch has left main")


def test_a_file_is_a_base(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(dumps(graphs.small()))
    assert base_of_file(file).graph == graphs.small()
    assert base_of_file(file).words == "the graph in old.json"
    with pytest.raises(Refused):
        base_of_file(file, state=True)


def test_a_tag_named_as_the_main_branch_is_not_taken_for_it(root: Path) -> None:
    """A fork's tags come along when its branch is fetched."""
    git(root, "tag", "main", "change")
    git(root, "tag", "origin/main", "change")
    assert base_of_revision(root).commit == git(root, "rev-parse", "refs/heads/main")
    assert base_of_revision(root, "refs/heads/main").commit == git(root, "rev-parse", "refs/heads/main")


@pytest.mark.parametrize("length", [0, 12])
def test_a_name_of_two_things_is_refused(root: Path, length: int) -> None:
    name = git(root, "rev-parse", "main")[:length] or "main"
    git(root, "tag", name, "change")
    assert said(root, name) == (f"--against {name}", "git knows several things of that name")


def test_a_committed_repository_is_not_asked(tmp_path: Path) -> None:
    """Its config could name programs that git runs, here for each file that it packs."""
    root = tmp_path / "it" / "infra"
    project(root.parent, {})
    ran = tmp_path / "ran"
    commit(root.parent, {"infra/Pulumi.yaml": "name: x\nruntime: python\n"})
    shutil.copytree(root.parent / ".git", root, dirs_exist_ok=True)
    git(root.parent, "config", "--file", str(root / "config"), "core.worktree", ".")
    git(root.parent, "config", "--file", str(root / "config"), "filter.x.smudge", f"touch {ran}; cat")
    (root / "info" / "attributes").write_text("* filter=x\n")
    what = "git takes the folder infra itself for a repository, which anybody may have committed"
    assert said(root, "HEAD") == ("--against HEAD", what)
    assert not ran.exists()
    (root / "HEAD").unlink()
    assert base_of_revision(root, "HEAD").folder is not None


def test_config_behind_a_link_is_not_taken_for_the_project_s(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "Pulumi.train.yaml").write_text("config: {secret: of somebody else}\n")
    commit(root, {"stacks/more.yaml": None})
    (root / "stacks").rmdir()
    (root / "stacks").symlink_to(tmp_path / "elsewhere")
    base = base_of_revision(root, "main")
    assert stacks(base.folder) == ["train.yaml"]
    assert not base.config


def test_a_revision_of_before_the_project_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "it").mkdir()
    first = commit(tmp_path / "it", {"README.md": "soon"})
    commit(tmp_path / "it", {"infra/Pulumi.yaml": "name: x\nruntime: python\n"})
    what = "the revision has no Pulumi.yaml in this folder, so there is no project to compare with"
    assert said(tmp_path / "it" / "infra", first) == (f"--against {first}", what)
