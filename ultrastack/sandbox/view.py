"""What may the child read?"""

from __future__ import annotations

import importlib.util
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# Inside a checkout, never of use to a program, often with a credential in it. google-github-actions/auth writes its
# key as gha-creds-*.json into the workspace; actions/checkout its token into .git/config.
SECRET = (".git", "gha-creds-*.json", ".env", ".env.*", ".envrc", ".netrc", ".npmrc", ".pypirc", ".aws", ".pulumi")


@dataclass(frozen=True)
class View:
    """Folders and files, besides the system's libraries. All read-only."""

    folder: Path  # the checkout: also the child's working directory
    hidden: tuple[Path, ...] = ()  # inside it: not to be seen
    readable: tuple[Path, ...] = ()  # besides it: the interpreter, its packages, the toolkit


def python_view(root: Path) -> View:
    """What a Python of this interpreter, with the packages that this process can import, needs for a project."""
    root = root.absolute()
    parts = (*interpreter(), *_packages(), *_toolkit())
    readable = sorted({one.absolute() for one in parts if one.exists()})
    hidden = sorted({found for name in SECRET for found in root.glob(name)})
    hidden = [one for one in hidden if not any(part.is_relative_to(one) for part in readable)]  # a venv called .env
    return View(root, tuple(hidden), tuple(readable))


def interpreter() -> tuple[Path, ...]:
    """Not the whole prefix: with ~/.local as prefix that would be a home's own files, too."""
    prefixes = {Path(one) for one in (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)}
    parts = [prefix / part for prefix in prefixes for part in ("bin", "lib", "lib64", "pyvenv.cfg")]
    parts += [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")]
    return tuple(sorted({*(one for one in parts if one.exists()), *_hops(Path(sys.executable))}))


def _hops(file: Path) -> Iterator[Path]:
    """A program and all links on the way to it: a venv's python leads to another's, that maybe to a third."""
    for _ in range(40):  # the kernel follows no more, path_resolution(7)
        yield file
        if not file.is_symlink():
            return
        file = file.parent / file.readlink()


def _packages() -> Iterator[Path]:
    """Folders of packages, and where their .pth files lead for what is installed to be edited."""
    folders = [Path(one) for one in site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        folders.append(Path(site.getusersitepackages()))
    yield from folders
    for folder in folders:
        for file in folder.glob("*.pth"):
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            yield from (folder / line.strip() for line in lines if _is_a_path(folder, line))
    for name, module in list(sys.modules.items()):
        if name.startswith("__editable__"):  # setuptools' finder: package -> its folder
            yield from (Path(one) for one in getattr(module, "MAPPING", {}).values())


def _is_a_path(folder: Path, line: str) -> bool:
    """As site.py: a line that begins with import is run, every other names a folder."""
    line = line.strip()
    return bool(line) and not line.startswith(("#", "import ", "import\t")) and (folder / line).is_dir()


def _toolkit() -> Iterator[Path]:
    """In a checkout its rooms lie in several folders."""
    for name in ("ultrastack", "ultrastack.components", "ultrastack.policies"):
        spec = importlib.util.find_spec(name)
        yield from (Path(one) for one in _places(spec.submodule_search_locations if spec else None))


def _places(found: Iterable[str] | None) -> Iterable[str]:
    return found or ()
