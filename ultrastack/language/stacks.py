"""Which stacks does a project have, and which file is meant by a word?"""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

from ..model.place import Place, Problem, Refused
from .source import load

FOLDER = "stacks"
EXAMPLES = "examples"  # small stacks to learn from and to copy; a stack of the same name hides one
# cheap, since shell completion asks too: a keyword at the beginning of a line
BUILDS = re.compile(r"""^(['"]?)(steps|extends)\1\s*:""", re.MULTILINE)
ABSTRACT = re.compile(r"""^(['"]?)abstract\1\s*:\s*true\s*(#.*)?$""", re.MULTILINE)
FLOW = re.compile(r"\A(\s|#.*$)*(---\s*)?\{", re.MULTILINE)


def stacks(root: Path) -> list[str]:
    """The names of all stacks: files with steps or extends that are not abstract and not Pulumi's own config."""
    return _names(root, FOLDER)


def examples(root: Path) -> list[str]:
    """The names of all examples, which can be planned and built like stacks."""
    return sorted(set(_names(root, EXAMPLES)) - set(stacks(root)))


def _names(root: Path, folder: str) -> list[str]:
    return sorted(p.stem for p in (root / folder).glob("*.yaml") if _is_stack(p, root))


def stack_path(root: Path, word: str) -> Path:
    """The stack file that a name or a path means; a command takes either."""
    names = stacks(root)
    if word in names:
        return root / FOLDER / f"{word}.yaml"
    if word.endswith((".yaml", ".yml")) or "/" in word:
        return _by_path(root, word, names)
    for folder in (FOLDER, EXAMPLES):
        if (file := root / folder / f"{word}.yaml").is_file() and not word.startswith("Pulumi."):
            return _checked(file, root, word, names)
    near = get_close_matches(word, [*names, *examples(root)], 1, 0.5)
    raise Refused(Problem(Place(FOLDER), f"there is no stack '{word}'", _offer(near, names)))


def _by_path(root: Path, word: str, names: list[str]) -> Path:
    path = Path(word)
    candidates = [path] if path.is_absolute() else [Path.cwd() / path, root / path]
    for one in candidates:
        if one.is_file():
            folder = next((f for f in (FOLDER, EXAMPLES) if one.resolve().parent == (root / f).resolve()), None)
            if folder is None:
                where = f"a stack file lies in {FOLDER}/, since Pulumi knows the stack by the file's name"
                raise Refused(Problem(Place(word), where, f"move it to {FOLDER}/{one.name}"))
            if one.suffix != ".yaml":
                raise Refused(Problem(Place(word), "a stack file ends in .yaml", f"rename it to {one.stem}.yaml"))
            if folder == EXAMPLES and one.stem in names:
                hidden = f"{FOLDER}/{one.name} is the stack of this name"
                raise Refused(Problem(Place(word), hidden, "rename the example"))
            return _checked(root / folder / one.name, root, word, names)
    near = get_close_matches(path.stem, names, 1, 0.5)
    raise Refused(Problem(Place(word), "there is no such file", _offer(near, names)))


def _checked(path: Path, root: Path, word: str, names: list[str]) -> Path:
    if path.name.startswith("Pulumi."):
        what = "this is Pulumi's config of a stack, not a stack file"
        raise Refused(Problem(Place(f"{path.parent.name}/{path.name}"), what, _offer([], names)))
    if path.stem in names:
        return path
    if path.parent.name == EXAMPLES and path.stem in examples(root):
        return path
    top = load(path, root)  # says what is wrong with a file that cannot be read
    if top.kind == "map" and (flag := top.value.get("abstract")) is not None and flag.value is True:
        what = f"'{word}' is abstract: a file to be extended, not a stack"
        raise Refused(Problem(flag.place, what, _offer([], names)))
    return path


def _offer(near: list[str], names: list[str]) -> str:
    if not names:
        return f"there are none yet; write {FOLDER}/dev.yaml with `steps`"
    return (f"use '{near[0]}'; " if near else "") + "the stacks are: " + ", ".join(names)


def _is_stack(path: Path, root: Path) -> bool:
    if path.name.startswith("Pulumi.") or not path.is_file():
        return False
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, ValueError):
        return False
    if FLOW.search(text):
        try:
            top = load(path, root)
        except Refused:
            return False
        flag = top.value.get("abstract") if top.kind == "map" else None
        return top.kind == "map" and bool({"steps", "extends"} & set(top.value)) and not (flag and flag.value is True)
    return BUILDS.search(text) is not None and ABSTRACT.search(text) is None
