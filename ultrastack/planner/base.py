"""What is a change compared with? A git revision, run in a folder of its own, or a file that holds a graph."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ultrastack.model.graph import Graph
from ultrastack.model.place import Place, Problem, Refused
from ultrastack.model.plan import Note

from .judged import earlier_graph
from .listed import listed
from .revision import AGAINST, commit_of, file_at, fork_point, is_untracked, take, tree_of
from .state_graph import graph_of_state

# What says which packages a program runs with, of the tools that people use
LOCKS = ("requirements.lock", "requirements.txt", "pyproject.toml", "poetry.lock", "uv.lock", "Pipfile.lock")


@dataclass(frozen=True)
class Base:
    """`graph` of a file; else `folder`, the whole project at `commit`."""

    words: str
    graph: Graph | None = None
    commit: str = ""
    folder: Path | None = None
    tree: str = ""
    config: Mapping[str, str] = field(default_factory=dict)  # stack -> a digest of config that git does not keep
    notes: tuple[Note, ...] = ()
    _keeps: TemporaryDirectory[str] | None = field(default=None, repr=False)  # lives as long as the base


def base_of_revision(root: Path, revision: str = "") -> Base:
    """ "": where this branch has left the main one. Raises Refused."""
    if revision:
        commit, named = commit_of(root, revision, AGAINST), revision
    else:
        commit, named = fork_point(root)
    if file_at(root, commit, "Pulumi.yaml", AGAINST) is None:
        what = "the revision has no Pulumi.yaml in this folder, so there is no project to compare with"
        raise Refused(Problem(Place(f"{AGAINST} {named}"), what, "name a later one"))
    keeps: TemporaryDirectory[str] = TemporaryDirectory(prefix="ultrastack-base-")
    folder = Path(keeps.name).resolve()
    take(root, commit, folder, option=AGAINST)
    return Base(
        words=f"{named} ({commit[:7]})" if not commit.startswith(named) else f"commit {commit[:7]}",
        commit=commit,
        folder=folder,
        tree=tree_of(root, commit),
        config=dict(_config(root, folder)),
        notes=tuple(_locks(root, folder, named)),
        _keeps=keeps,
    )


def base_of_file(file: Path, *, state: bool = False) -> Base:
    """A graph, a plan in JSON, or the export of a stack (`state`: nothing else). Raises Refused."""
    graph = graph_of_state(file) if state else earlier_graph(file)
    return Base(f"the {'state' if state else 'graph'} in {file.name}", graph=graph)


def _config(root: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Config that everybody has for himself is as it is here, or each of its keys would look like a change."""
    if (root / "stacks").is_symlink():  # what lies elsewhere is not the project's
        return
    for file in sorted((root / "stacks").glob("Pulumi.*.yaml")):
        name = file.relative_to(root).as_posix()
        if not file.is_symlink() and file.is_file() and not (folder / name).exists() and is_untracked(root, name):
            (folder / "stacks").mkdir(exist_ok=True)
            shutil.copyfile(file, folder / name)
            yield file.name.removeprefix("Pulumi.").removesuffix(".yaml"), hashlib.sha256(file.read_bytes()).hexdigest()


def _locks(root: Path, folder: Path, named: str) -> Iterator[Note]:
    """The base is run with the packages that are installed here."""
    different = [name for name in LOCKS if _content(root / name) != _content(folder / name)]
    if different:
        verb = "differs" if len(different) == 1 else "differ"
        yield Note(
            f"{listed(different, len(different))} {verb} from {named}: both sides ran with the packages installed here"
        )


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() and not file.is_symlink() else None
