"""A stack file holds no credential in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ultrastack.model.place import Place

from ..credentials import credential_of
from ..rule import NotApplicable, Rule, Said, fail
from ..world import World

RULE = Rule(
    title="a stack file holds no credential in plain text",
    level="mandatory",
    why="Everybody who may read the repository has it, in every commit from now on; and it stands in plans and states.",
    fix="take it back where it was made, then: pulumi config set --secret KEY, and {{ secret('KEY') }} in the file",
    references=("https://www.pulumi.com/docs/iac/concepts/secrets/",),
)


@RULE.whole_graph
def check(world: World) -> Iterator[Said]:
    file = world.file
    if file is None:
        raise NotApplicable
    told: set[Place] = set()
    sources = [("vars", file.variables, file.variable_places, file.place, "")]
    sources += [(f"step {s.name}", s.arguments, s.places, s.place, s.name) for s in file.steps]
    for whose, values, places, otherwise, step in sources:
        for path, name, value in _texts(values, ""):
            if kind := credential_of(name, value):
                place = replace(_nearest(places, path) or otherwise, excerpt="")  # a log of CI keeps what it is shown
                if place not in told:  # a variable that a step reads is told once
                    told.add(place)
                    yield fail(None, f"`{path}` of {whose} holds {kind}", at=path, place=place, step=step)


def _texts(value: Any, path: str, name: str = "") -> Iterator[tuple[str, str, str]]:
    """Place, name and text of every text, however deep."""
    if isinstance(value, str):
        yield path, name, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(one, f"{path}.{key}" if path else key, key)
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from _texts(one, f"{path}[{i}]", name)


def _nearest(places: Mapping[str, Place], path: str) -> Place | None:
    while path:
        if path in places:
            return places[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return None
