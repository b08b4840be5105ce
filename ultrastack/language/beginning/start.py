"""What can a new stack begin with, what can it be called, and where can it be made?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from ...model.place import Place, Problem, Refused
from ..extends import flattened
from ..source import Node, load
from ..stacks import EXAMPLES, FOLDER, examples
from ..targets import CLOUDS, FORMS, GCP_ZONE

Kind = Literal["example", "stack", "empty"]
Targets = Mapping[str, Mapping[str, str]]  # cloud -> setting -> value

EMPTY = "empty"
ASKED = {"aws": ("region", "account_id"), "gcp": ("project", "region", "zone")}
OPTIONAL = ("zone",)
# Pulumi v3.259, sdk/go/common/tokens/stack_name.go
LONGEST_NAME = 100
NAME = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Start:
    """What a new stack begins with."""

    kind: Kind
    word: str
    file: str = ""  # seen from the project's folder
    description: str = ""
    targets: Targets = field(default_factory=dict)  # what it says itself; of an example: of nobody
    tags: Mapping[str, str] = field(default_factory=dict)
    top: Node | None = None  # with everything that it extends


@dataclass(frozen=True)
class Wish:
    """What was answered."""

    name: str
    start: Start
    targets: Targets
    tags: Mapping[str, str] | None = None  # None: as the start has them
    description: str = ""


def starts(root: Path) -> dict[str, str]:
    """What there is to begin with: word -> sentence; stacks also those that are only there to be extended."""
    words = {EMPTY: "Nothing but targets and tags; the steps are yours."}
    for folder, names in ((FOLDER, _extensible(root)), (EXAMPLES, examples(root))):
        for name in names:
            node = load(root / folder / f"{name}.yaml", root).child("description")
            sentence = str(node.value) if node is not None else ""
            words[name] = f"Extends {folder}/{name}.yaml: {sentence}" if folder == FOLDER else sentence
    return words


def _extensible(root: Path) -> list[str]:
    found = []
    for path in sorted((root / FOLDER).glob("*.yaml")):
        if path.name.startswith("Pulumi."):
            continue
        try:
            top = load(path, root)
        except Refused:
            continue
        if top.kind == "map" and {"steps", "extends", "abstract"} & set(top.value):
            found.append(path.stem)
    return found


def start(root: Path, word: str) -> Start:
    """What the word names; raises Refused if there is no such thing, or if it cannot be read."""
    if word == EMPTY:
        return Start("empty", word)
    path = Path(word.removesuffix(".yaml"))
    name = path.name
    if name in _extensible(root) and _lies_in(root, FOLDER, path):
        kind, file = "stack", f"{FOLDER}/{name}.yaml"
    elif name in examples(root) and _lies_in(root, EXAMPLES, path):
        kind, file = "example", f"{EXAMPLES}/{name}.yaml"
    else:
        there = [EMPTY, *_extensible(root), *examples(root)]
        near = get_close_matches(name, there, 1, 0.5)
        fix = (f"use '{near[0]}'; " if near else "") + "there are: " + ", ".join(there)
        raise Refused(Problem(Place("--from"), f"there is no example and no stack '{word}' to begin with", fix))
    top = flattened(file, root, [])
    return Start(
        "stack" if kind == "stack" else "example",
        name,
        file,
        _text(top, "description"),
        {cloud: texts_of(top.child(cloud)) for cloud in CLOUDS if top.child(cloud) is not None},
        texts_of(top.child("tags")),
        top,
    )


def _lies_in(root: Path, folder: str, path: Path) -> bool:
    """A name alone means either folder; a path, from here or from the project, only its own."""
    wanted = (root / folder).resolve()
    return path.parent == Path() or any((start / path.parent).resolve() == wanted for start in (Path.cwd(), root))


def _text(top: Node, key: str) -> str:
    node = top.child(key)
    return str(node.value) if node is not None and node.kind == "text" else ""


def texts_of(node: Node | None) -> dict[str, str]:
    """The settings of a mapping that are plain texts; an expression is nobody's answer."""
    inside = node.value if node is not None and node.kind == "map" else {}
    return {key: str(inner.value) for key, inner in inside.items() if inner.kind == "text" and "{{" not in inner.value}


def name_problem(root: Path, name: str) -> str:
    """Why a new stack cannot be called so; empty if it can."""
    if not NAME.fullmatch(name):
        return f"'{name}' is no name of a stack: Pulumi takes letters, digits and - _ ."
    if len(name) > LONGEST_NAME:
        return f"a name of {len(name)} characters: Pulumi takes at most {LONGEST_NAME}"
    if name.startswith("-"):
        return f"'{name}' would be an option of every command; begin it with a letter or a digit"
    if f"{name}.".startswith("Pulumi.") or name.endswith((".yaml", ".yml")) or name in (".", ".."):
        near = f"{name}.".removeprefix("Pulumi.").strip(".").removesuffix(".yaml").removesuffix(".yml") or "dev"
        return f"'{name}' would be the name of a file of Pulumi's, or of no stack file; use '{near}'"
    if name == EMPTY:
        return f"'{EMPTY}' is the word for a stack without steps; use another name"
    if (root / FOLDER / f"{name}.yaml").exists():
        return (
            f"{FOLDER}/{name}.yaml is there already and stays as it is; take another name, or look at it with "
            f"`ultrastack plan {name}`"
        )
    return ""


def target_problem(cloud: str, given: Mapping[str, str]) -> str:
    """What is wrong with settings of `aws` or `gcp`, some of which may still be missing; empty if nothing is."""
    form = FORMS[cloud]
    if cloud == "gcp" and (zone := GCP_ZONE.fullmatch(given.get("region", ""))):
        return f"'{given['region']}' is a zone; its region is '{zone[1]}'"
    try:
        form.model_validate(dict(given))
    except ValidationError as e:
        for error in e.errors():
            if error["type"] == "missing":
                continue
            if not error["loc"]:
                return f"`{cloud}` " + str(error["msg"]).removeprefix("Value error, ").replace("; fix:", ";")
            key = str(error["loc"][0])
            return f"'{given.get(key, '')}' cannot be: {form.model_fields[key].description}"
    return ""
