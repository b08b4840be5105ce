"""Where in the stack file stands what a finding is about? The argument that an input is made of, if names say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ultrastack.model.place import Place
from ultrastack.model.stack_file import FileStep

from .world import World

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_POSITION = re.compile(r"\[\d+\]")


def placed(world: World, step: str, path: str, remedy: Mapping[str, Any] | None = None) -> Place | None:
    """The argument that a remedy names; else the one that the input is made of; else the step's component."""
    if not step:
        return None
    written = world.once(_steps).get(step)
    if written is None:
        made = world.graph.step(step)
        return made.place if made else None
    for words in remedy or ():
        argument = words.removeprefix(f"{written.component}.")
        if argument != words and (found := _nearest(written, argument)):
            return found
    return _of_input(written, path) or written.place


def _steps(world: World) -> Mapping[str, FileStep]:
    return {step.name: step for step in world.file.steps} if world.file is not None else {}


def _nearest(step: FileStep, argument: str) -> Place | None:
    """Of an argument, or of the nearest thing around it that is written."""
    while argument:
        if argument in step.places:
            return step.places[argument]
        argument = argument[: max(argument.rfind("."), argument.rfind("["), 0)]
    return None


def _of_input(step: FileStep, path: str) -> Place | None:
    """storageCapacity is storage_capacity_gib, subnetIds[1] is subnet_ids[1]; what several may be is none of them."""
    if not path:
        return None
    snake = ".".join(_HUMP.sub("_", part).lower() for part in path.split("."))
    first, last = snake.partition(".")[0], snake.rpartition(".")[2]
    tops = [name for name in step.arguments if name in step.places]
    for word in dict.fromkeys((_POSITION.sub("", first), _POSITION.sub("", last))):
        for one in (word, word.removesuffix("s")):
            if one in tops:
                return step.places.get(one + snake[len(word) :]) or step.places[one]
            longer = [name for name in tops if name.startswith(f"{one}_")]
            if len(longer) == 1:
                return step.places[longer[0]]
        inner = [name for name in step.places if _last(name) == word]
        if inner:
            return _common(step, inner)
    return None


def _last(path: str) -> str:
    return _POSITION.sub("", path).rpartition(".")[2]


def _common(step: FileStep, paths: Iterable[str]) -> Place | None:
    """One place for all: its own of a single one, else of what they stand in."""
    found = list(dict.fromkeys(paths))
    if len(found) == 1:
        return step.places[found[0]]
    tops = {re.split(r"[.\[]", one, maxsplit=1)[0] for one in found}
    return step.places.get(tops.pop()) if len(tops) == 1 else None
