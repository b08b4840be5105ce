"""The 42 mistakes in YAML: a program that is right, and the one thing that is wrong in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.policies.cases import PROVIDERS, Case, graph_of, provider_urn
from tests.policies.stack_cases import world_of_stack
from ultrastack.model.graph import SECRET, UNKNOWN, Graph, Options, Resource
from ultrastack.policies.world import World

MISTAKES = Path(__file__).parent / "mistakes"
EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = "2026-11-21T12:00:00Z"
OF_A_FILE = {"number", "check", "evidence", "undecided", "variants"}
MARKS = {"$ref", "$unknown", "$secret"}
HIDING = "urn:pulumi:case::cases::"


@dataclass(frozen=True)
class Program:
    """A stack file as data, and resources: patches of what it makes and whole ones beside it, or a program alone."""

    stack: Mapping[str, Any] | None = None
    resources: Mapping[str, Any] = field(default_factory=dict)
    now: str = NOW
    profile: str = "production"
    costs: Mapping[str, Any] | None = None
    levels: Mapping[str, str] = field(default_factory=dict)  # of rules that are off in the profile

    def but(self, patch: Mapping[str, Any]) -> Program:
        """The same, with something else: a merge patch of the stack (steps by name) or of resources (by name)."""
        if unknown := set(patch) - {"stack", "resources", "now", "profile", "costs", "levels"}:
            raise ValueError(f"unknown words {sorted(unknown)}")
        stack, resources = self.stack, self.resources
        if "stack" in patch:
            steps = {one["name"]: one for one in (stack or {})["steps"]}
            changed = merged({**(stack or {}), "steps": steps}, patch["stack"])
            stack = {**changed, "steps": [{"name": name, **one} for name, one in changed["steps"].items()]}
        if "resources" in patch:
            resources = merged(resources, patch["resources"], keep=stack is not None)
        rest = {word: patch[word] for word in ("now", "profile", "costs", "levels") if word in patch}
        return replace(self, stack=stack, resources=resources, **rest)

    def world(self, folder: Path) -> World:
        now = datetime.fromisoformat(self.now)
        if self.stack is None:
            return World(graph_of(self.resources, PROVIDERS), now=now)
        world = _world_of(yaml.safe_dump(self.stack, sort_keys=False), folder)
        return World(with_resources(world.graph, self.resources), now=now, file=world.file)


@dataclass(frozen=True)
class Mistake:
    """One way to make one mistake."""

    number: int
    check: str
    mistake: str
    rule: str
    program: str  # of programs.yaml
    right: Mapping[str, Any] = field(default_factory=dict)  # what is otherwise in the program, and right as well
    wrong: Mapping[str, Any] = field(default_factory=dict)  # the mistake
    before: Mapping[str, Any] | None = None  # what the program was, of a mistake that is a change
    verdict: str = "fail"
    needs: str = ""  # of one that cannot be decided without asking somebody
    also: Mapping[str, str] = field(default_factory=dict)  # rules that see the same mistake, and why
    refused: Mapping[str, Any] | None = None  # the same mistake in the stack file, which a component does not take

    def __str__(self) -> str:
        return f"{self.number:02} {self.check}: {self.mistake}"

    @property
    def right_program(self) -> Program:
        return programs()[self.program].but(self.right)

    @property
    def wrong_program(self) -> Program:
        return self.right_program.but(self.wrong)

    @property
    def earlier_program(self) -> Program | None:
        return None if self.before is None else self.right_program.but(self.before)


def files(folder: Path = MISTAKES) -> list[Path]:
    return sorted(folder.glob("[0-9]*.yaml"))


def mistakes(folder: Path = MISTAKES) -> Iterator[Mistake]:
    for file in files(folder):
        data = yaml.safe_load(file.read_text())
        if unknown := set(data) - OF_A_FILE:
            raise ValueError(f"{file}: unknown words {sorted(unknown)}")
        for one in data["variants"]:
            yield Mistake(data["number"], data["check"], **one)


@cache
def programs() -> Mapping[str, Program]:
    """Shipped examples with what production asks for beside, and programs of resources alone."""
    found = {}
    for name, one in yaml.safe_load((MISTAKES / "programs.yaml").read_text()).items():
        base = Program()
        if "example" in one:
            base = Program(stack=yaml.safe_load((EXAMPLES / f"{one['example']}.yaml").read_text()))
        found[name] = base.but({word: value for word, value in one.items() if word != "example"})
    return found


_worlds: dict[str, World] = {}  # many mistakes have the same stack file


def _world_of(text: str, folder: Path) -> World:
    if text not in _worlds:
        _worlds[text] = world_of_stack(Case("", "", "", stack=text), folder)
    return _worlds[text]


def merged(old: Any, patch: Any, keep: bool = False) -> Any:
    """A merge patch (RFC 7386): null removes, numbers are places in a list. `keep` leaves nulls for a later patch."""
    if not isinstance(patch, Mapping) or set(patch) & MARKS:
        return patch
    if isinstance(old, (list, tuple)) and all(isinstance(place, int) for place in patch):
        places = dict(enumerate(old))
        changed = merged(places, patch)
        return [changed[place] for place in sorted(changed)]
    found = dict(old) if isinstance(old, Mapping) and not set(old) & MARKS else {}
    for key, value in patch.items():
        if value is None and not keep:
            found.pop(key, None)
        else:
            found[key] = merged(found.get(key), value, keep)
    return found


def with_resources(graph: Graph, patches: Mapping[str, Any]) -> Graph:
    """What a stack makes, with some resources written otherwise, taken away, or standing beside them."""
    made = {one.name: one for one in graph.resources if one.kind in ("custom", "read")}
    fresh = {name: one for name, one in patches.items() if name not in made}
    urns = {name: one.urn for name, one in made.items()}
    urns |= {name: f"{HIDING}{one['type']}::{name}" for name, one in fresh.items()}
    found = []
    for resource in graph.resources:
        if resource.name not in patches or made.get(resource.name) is not resource:
            found.append(resource)
        elif patches[resource.name] is not None:
            found.append(_patched(resource, patches[resource.name], urns))
    for name, one in fresh.items():
        cloud = one["type"].partition(":")[0]
        provider = next((r.urn for r in graph.resources if r.type == f"pulumi:providers:{cloud}"), provider_urn(cloud))
        root = next(r.urn for r in graph.resources if r.kind == "stack")
        found.append(_patched(Resource(urns[name], one["type"], name, "custom", root, provider), one, urns))
    return replace(graph, resources=tuple(found))


def _patched(old: Resource, patch: Mapping[str, Any], urns: Mapping[str, str]) -> Resource:
    if unknown := set(patch) - {"type", "inputs", "options"}:
        raise ValueError(f"{old.name}: unknown words {sorted(unknown)}")
    given = patch.get("inputs", {})
    leaves = dict(_leaves(given))
    gone = tuple(leaves)
    references = {
        path: sources
        for path, sources in old.references.items()
        if not any(path == leaf or path.startswith((f"{leaf}.", f"{leaf}[")) for leaf in gone)
    }
    for path, value in leaves.items():
        references |= dict(_references(value, path, urns))
    of_property: dict[str, tuple[str, ...]] = {}
    for path, sources in references.items():
        first = path.partition(".")[0].partition("[")[0]
        of_property[first] = tuple(dict.fromkeys((*of_property.get(first, ()), *sources)))
    return replace(
        old,
        inputs=_values(merged(old.inputs, given)),
        references=references,
        property_dependencies=of_property,
        dependencies=tuple(dict.fromkeys(s for them in of_property.values() for s in them)),
        options=replace(old.options, **patch["options"]) if "options" in patch else old.options or Options(),
    )


def _leaves(patch: Any, path: str = "") -> Iterable[tuple[str, Any]]:
    """What a patch says anew, and where: (networkInterfaces[0].subnetId, {$ref: other.id})"""
    if isinstance(patch, Mapping) and not set(patch) & MARKS:
        for key, value in patch.items():
            yield from _leaves(value, f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}" if path else key)
    else:
        yield path, patch


def _references(value: Any, path: str, urns: Mapping[str, str]) -> Iterable[tuple[str, tuple[str, ...]]]:
    if isinstance(value, Mapping) and "$ref" in value:
        yield path, (urns[value["$ref"].partition(".")[0]],)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _references(one, f"{path}.{key}", urns)
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from _references(one, f"{path}[{i}]", urns)


def _values(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) & MARKS:
            return SECRET if "$secret" in value else UNKNOWN
        return {key: _values(one) for key, one in value.items()}
    return [_values(one) for one in value] if isinstance(value, list) else value
