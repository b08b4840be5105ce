"""Which Pulumi commands would make a `--set NAME=VALUE` true for `pulumi up`?"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from ultrastack.language.vars import parse_set
from ultrastack.model.plan import Note

PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")  # needs no quotes in a path of `pulumi config set`


def override_notes(stack: str, overrides: Sequence[str]) -> tuple[Note, ...]:
    """What holds in this plan only, and what to type so that `pulumi up` sees it too."""
    given = dict(map(parse_set, overrides))  # of one variable the last counts
    return tuple(_note(stack, path, value) for path, value in given.items())


def _note(stack: str, path: tuple[str, ...], value: Any) -> Note:
    name = ".".join(path)
    leaves = list(_leaves(_key(path), value))
    if any(v is None or isinstance(v, (list, dict)) for _, v in leaves):
        cannot = "Pulumi's config cannot hold null, [] or {}: write it into the stack file"
        return Note(f"{name} is set in this plan only; {cannot}")
    commands = tuple(_command(stack, key, v) for key, v in leaves)
    return Note(f"{name} is set in this plan only; to make it true for `pulumi up`:", commands)


def _key(path: Sequence[str]) -> str:
    key = "ultrastack:vars"
    for step in path:
        key += f".{step}" if PLAIN_KEY.fullmatch(step) else f'["{step}"]'
    return key


def _leaves(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for k, v in value.items():
            yield from _leaves(f"{key}.{k}" if PLAIN_KEY.fullmatch(k) else f'{key}["{k}"]', v)
    elif isinstance(value, list) and value:
        for i, v in enumerate(value):
            yield from _leaves(f"{key}[{i}]", v)
    else:
        yield key, value


def _command(stack: str, path: str, value: Any) -> str:
    """With --type: without, `pulumi config set` guesses, and takes 1.5 for a text and "8" for a number."""
    kind = {bool: "bool", int: "int", float: "float"}.get(type(value), "string")
    text = str(value).lower() if kind == "bool" else str(value)
    return shlex.join(["pulumi", "config", "set", "--stack", stack, "--path", path, "--type", kind, "--", text])
