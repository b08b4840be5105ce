"""What is written for a new stack: an example with other targets, a small difference to a stack, or hardly anything?

Nothing is guessed: which region, account, project and zone it is made in is an answer, or stands in what it extends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...model.place import Place, Problem, Refused
from ..source import Node, parse
from ..stacks import EXAMPLES, FOLDER
from ..targets import CLOUDS
from .rewrite import Text, data_with_words, in_braces, texts, written
from .start import Targets, Wish, texts_of

SCHEMA = re.compile(r"^# yaml-language-server: \$schema=\S+\n")
SCHEMA_LINE = "# yaml-language-server: $schema=stack.schema.json\n"


def text_of(wish: Wish, root: Path) -> str:
    """The stack file; raises Refused if it would not say what was asked for."""
    if wish.start.kind == "example":
        made = _from_example(wish, root)
    else:
        made = _from_stack(wish, root) if wish.start.kind == "stack" else _empty(wish)
    _check(made, wish)
    return made


def _check(text: str, wish: Wish) -> None:
    """What was asked for is what stands there."""
    top = parse(text, f"{FOLDER}/{wish.name}.yaml")
    for cloud, settings in wish.targets.items():
        said = {
            **(wish.start.targets.get(cloud, {}) if wish.start.kind == "stack" else {}),
            **texts_of(top.child(cloud)),
        }
        for key, value in settings.items():
            if said.get(key) != value:
                raise _cannot(wish, f"{cloud}.{key} would be {said.get(key)!r} and not '{value}'")
    if wish.tags is not None and texts_of(top.child("tags")) != dict(wish.tags):
        raise _cannot(wish, "its tags would not be those that were asked for")


def _cannot(wish: Wish, what: str) -> Refused:
    fix = f"cp {wish.start.file} {FOLDER}/{wish.name}.yaml, and edit it" if wish.start.file else "report it"
    return Refused(Problem(Place(wish.start.file or wish.name), what, fix))


# ---- an example ------------------------------------------------------------------------------------------------------


def _from_example(wish: Wish, root: Path) -> str:
    file = wish.start.file
    content = (root / file).read_text("utf-8-sig")
    own = parse(content, file)
    words = _words(wish)
    text = Text(content)
    text.replace_words(own, words)
    for cloud, settings in wish.targets.items():
        _set_target(text, own, cloud, settings, wish)
    if wish.tags is not None:
        if (tags := own.child("tags")) is None:
            raise _cannot(wish, "it has no `tags` of its own to replace")
        text.set_mapping(tags, wish.tags)
    if wish.description and (described := own.child("description")) is not None:
        text.set(described, wish.description)
    for node in _files_named(own):
        text.set(node, f"../{EXAMPLES}/{node.value}")
    made = SCHEMA_LINE + SCHEMA.sub("", text.result())
    _check_rest(made, own, words, wish)
    return made


def _words(wish: Wish) -> dict[str, str]:
    """The example's account, project, region and zone also stand in names, ARNs and paths."""
    found: dict[str, str] = {}
    for cloud, settings in wish.targets.items():
        of_example = wish.start.targets.get(cloud, {})
        found |= {of_example[key]: value for key, value in settings.items() if key in of_example}
    return found


def _set_target(text: Text, own: Node, cloud: str, settings: Mapping[str, str], wish: Wish) -> None:
    node = own.child(cloud)
    if node is None or node.kind != "map":
        raise _cannot(wish, f"it has no `{cloud}` of its own to replace")
    for key, value in settings.items():
        if (scalar := node.child(key)) is None:
            raise _cannot(wish, f"its `{cloud}` has no '{key}' to replace")
        text.set(scalar, value)


def _files_named(own: Node) -> list[Node]:
    """Names of other files are relative to the file they stand in, and that file moves."""
    named = [own.child("extends"), *(step.child("include") for step in _steps(own))]
    return [one for node in named if node is not None for one in texts(node)]


def _steps(own: Node) -> list[Node]:
    steps = own.child("steps")
    return [step for step in steps.value if step.kind == "map"] if steps is not None and steps.kind == "list" else []


def _check_rest(made: str, own: Node, words: Mapping[str, str], wish: Wish) -> None:
    """Besides what was asked for, it says what the example says."""
    answered = {*wish.targets, "tags", "description", "extends"}
    wanted, found = data_with_words(own.data(), words), parse(made, wish.start.file).data()
    for key in (*wanted, *found):
        if key not in answered and _without_includes(wanted.get(key)) != _without_includes(found.get(key)):
            raise _cannot(wish, f"its `{key}` could not be kept as it is")


def _without_includes(value: Any) -> Any:
    if isinstance(value, list):
        return [{k: v for k, v in one.items() if k != "include"} if isinstance(one, dict) else one for one in value]
    return value


# ---- a small difference to a stack, and an empty one -----------------------------------------------------------------


def _from_stack(wish: Wish, root: Path) -> str:
    base = Path(wish.start.file).name
    head = f"# Only what is different from {base}: later wins, steps merge by name, `remove: true` takes one away.\n"
    parts = [
        f"description: {written(wish.description or f'{wish.name}, like {wish.start.word}')}\nextends: {base}\n",
        _targets({c: _different(s, wish.start.targets.get(c, {})) for c, s in wish.targets.items()}),
        _tags(wish.tags),
        _variables(wish.start.top),
    ]
    return SCHEMA_LINE + head + "\n".join(part for part in parts if part)


def _different(settings: Mapping[str, str], there: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in settings.items() if there.get(key) != value}


def _targets(targets: Targets) -> str:
    return "".join(f"{cloud}: {in_braces(settings)}\n" for cloud, settings in targets.items() if settings)


def _tags(tags: Mapping[str, str] | None) -> str:
    return f"tags: {in_braces(tags)}\n" if tags else ""


def _variables(top: Node | None) -> str:
    """What is usually different, as comments: those with one value, as they are in what is extended."""
    node = top.child("vars") if top is not None else None
    inside = node.value if node is not None and node.kind == "map" else {}
    lines = [f"#   {key}: {inner.raw}\n" for key, inner in inside.items() if inner.kind in ("text", "plain")]
    lines = [line for line in lines if line.count("\n") == 1]
    return "# vars:  # what may be different, as it is there\n" + "".join(lines) if lines else ""


EXAMPLE_STEPS = {
    "aws": "#  - name: checkpoints\n#    aws.storage_bucket: {noncurrent_days: 14}\n#    register: checkpoints\n",
    "gcp": "#  - name: checkpoints\n#    gcp.storage_bucket: {location: REGION}\n#    register: checkpoints\n",
}


def _empty(wish: Wish) -> str:
    head = "# `ultrastack list components` shows what there is to put under steps, `ultrastack doc WORD` explains it.\n"
    cloud = next((c for c in CLOUDS if c in wish.targets), "aws")
    step = EXAMPLE_STEPS[cloud].replace("REGION", wish.targets.get("gcp", {}).get("region", ""))
    parts = [
        f"description: {written(wish.description or f'{wish.name}, nothing in it yet')}\n",
        _targets(wish.targets) + _tags(wish.tags),
        f"steps: []\n{step}",
    ]
    return SCHEMA_LINE + head + "\n".join(part for part in parts if part)
