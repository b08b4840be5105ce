"""`extends`: which files lie below this one?"""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from ..model.place import Problem, Refused
from .merge import merge
from .source import Node, load


def flattened(file: str, root: Path, problems: list[Problem]) -> Node:
    """The file with everything it extends below it; later files win, and the file itself over all of them.

    What is wrong with the merged steps goes to `problems`; a file that cannot be used at all is refused.
    """
    return _flattened(file, root, (), problems)


def _flattened(file: str, root: Path, above: tuple[str, ...], noted: list[Problem]) -> Node:
    top = load(root / file, root)
    if top.kind != "map":
        return top
    level = "vars" if not above else "extended file"
    if (word := top.value.get("extends")) is None:
        return merge(None, top, level, noted)
    low: Node | None = None
    problems: list[Problem] = []
    for one in word.value if word.kind == "list" else [word]:
        try:
            target = project_file(one, "extends", file, root)
            if target in (*above, file):
                circle = " -> ".join([*(*above, file)[(*above, file).index(target) :], target])
                raise Refused(
                    Problem(one.place, f"'{one.value}' extends itself: {circle}", "remove it from one of them")
                )
            lower = _flattened(target, root, (*above, file), noted)
            if lower.kind != "map":
                raise Refused(Problem(one.place, f"'{one.value}' must hold a mapping of keywords", "steps: [...]"))
            low = merge(low, _without(lower, "extends", "abstract"), "extended file", noted)
        except Refused as e:
            problems += e.problems
    if problems:
        raise Refused(*problems)
    own = _without(top, "extends")
    made = merge(low, own, level, noted)
    made.value["extends"], made.keys["extends"] = word, top.keys["extends"]
    return made


def project_file(node: Node, word: str, file: str, root: Path) -> str:
    """The file that a text names, relative to the file it stands in; inside the project, and there."""
    if node.kind != "text" or "{{" in node.value or not node.value.strip():
        raise Refused(Problem(node.place, f"'{word}' takes the name of a file", f"{word}: common.yaml"))
    target = PurePosixPath(os.path.normpath(PurePosixPath(file).parent / node.value)).as_posix()
    if target.startswith(("../", "/")) or target == "..":
        what = f"'{node.value}' is outside of the project"
        raise Refused(Problem(node.place, what, "copy it into the project"))
    path = root / target
    try:
        folder, there = path.is_dir(), path.is_file()
    except (OSError, ValueError):  # no name that a file could have: too long, a character that no file system takes
        raise Refused(Problem(node.place, "no file can have this name", f"{word}: common.yaml")) from None
    if folder:
        raise Refused(Problem(node.place, f"'{node.value}' is a folder, not a file", f"{word}: {node.value}/FILE.yaml"))
    if not there:
        raise Refused(Problem(node.place, f"there is no file {target}", _near(path, root / file, root / node.value)))
    return target


def _near(path: Path, asking: Path, from_root: Path) -> str:
    if from_root.is_file():
        return f"names are relative to the file they stand in: '{os.path.relpath(from_root, asking.parent)}'"
    files = path.parent.glob("*.y*ml") if path.parent.is_dir() else ()
    there = sorted(p.name for p in files if not p.name.startswith("Pulumi.") and p != asking)
    near = get_close_matches(path.name, there, 3, 0.6)
    if near:
        return "use " + " or ".join(f"'{n}'" for n in near)
    return "in that folder: " + ", ".join(there[:10]) if there else "names are relative to the file they stand in"


def _without(node: Node, *words: str) -> Node:
    """A copy; a file that is extended twice must stay as it was read."""
    kept = {k: v for k, v in node.value.items() if k not in words}
    return Node("map", kept, node.place, node.raw, {k: p for k, p in node.keys.items() if k not in words}, node.size)
