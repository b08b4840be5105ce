"""What do the stacks that a program refers to give it, where nobody may ask them? What their owners wrote down."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ...model.graph import Graph
from ...model.place import Place, Problem, Refused
from .state import PLACEHOLDER, STACK, State, secret
from .values import MASK

REFERENCE = "pulumi:pulumi:StackReference"
ORGANIZATION = "organization"  # of every stack that is kept in a folder; pkg/backend/diy/store.go of pulumi v3.259

Outputs = Mapping[str, Mapping[str, Any]]  # organization/project/stack -> output -> value


def read_outputs(given: Iterable[str]) -> Outputs:
    """Of STACK=FILE, the file written by `pulumi stack output --json`; raises Refused for what cannot be read."""
    found: dict[str, Mapping[str, Any]] = {}
    for word in given:
        name, _, file = word.partition("=")
        place = Place(f"--stack-outputs {word}")
        if name.count("/") != 2 or not all(name.split("/")) or not file:
            raise Refused(Problem(place, "this is not STACK=FILE", "organization/network/prod=network-prod.json"))
        fix = f"pulumi stack output --json --stack {name} > {file}"
        try:
            data = json.loads(Path(file).read_text(encoding="utf-8"))
        except OSError as e:
            raise Refused(Problem(Place(file), f"cannot be read: {e.strerror}", fix)) from None
        except ValueError:
            raise Refused(Problem(Place(file), "this is not JSON", fix)) from None
        if not isinstance(data, dict):
            raise Refused(Problem(Place(file), "these are no outputs of a stack: a mapping is needed", fix))
        found[name] = data
    return found


def checked(graph: Graph, outputs: Outputs) -> None:
    """Raises Refused for a stack that the program asks and nobody wrote down, and for one that it does not ask."""
    asked = sorted({str(one.inputs.get("name", one.name)) for one in graph.resources if one.type == REFERENCE})
    problems = []
    for name in asked:
        place = Place(f"stack '{name}'")
        if name.partition("/")[0] != ORGANIZATION:
            what = f"a rehearsal keeps its stacks in a folder, where the organization is '{ORGANIZATION}'"
            problems.append(Problem(place, what, "make the stack's name a variable, and `pulumi config set` it here"))
        elif name not in outputs:
            file = name.replace("/", "-") + ".json"
            fix = f"pulumi stack output --json --stack {name} > {file}; then --stack-outputs {name}={file}"
            problems.append(Problem(place, "its outputs are asked for, and a rehearsal asks no other stack", fix))
    for name in outputs:
        if name not in asked:
            near = get_close_matches(name, asked, 1)
            there = f"it asks {', '.join(asked)}" if asked else "it asks none"
            fix = f"use '{near[0]}'" if near else "leave it out"
            problems.append(Problem(Place(f"--stack-outputs {name}"), f"the program does not ask it: {there}", fix))
    if problems:
        raise Refused(*problems)


def as_state(name: str, outputs: Mapping[str, Any]) -> State:
    """A stack that has nothing but its outputs; of a secret one a placeholder."""
    _, project, stack = name.split("/")
    urn = f"urn:pulumi:{stack}::{project}::{STACK}::{project}-{stack}"
    values = {key: secret(PLACEHOLDER) if value == MASK else value for key, value in outputs.items()}
    return State({"resources": [{"urn": urn, "custom": False, "type": STACK, "outputs": values}]})
