"""How does one stack live on the real engine, from its first `up` to the day on which nothing is left of it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ultrastack.catalog import resource_type
from ultrastack.engine.rehearsal.cloud import Cloud

from .real_cli import CliFailed, Project, Run
from .stack_edits import Edits, StackFile

DEFAULTS = "__defaults"  # which inputs the provider filled in: nobody has asked for their values
READS = ("read", "discard")  # of other stacks' outputs
Key = tuple[str, str]  # type, id in the cloud


@dataclass(frozen=True)
class Done:
    """One operation of the engine."""

    op: str
    urn: str
    type: str
    paths: tuple[str, ...]  # of the inputs that differ
    custom: bool

    @property
    def name(self) -> str:
        return self.urn.split("::")[3]


@dataclass(frozen=True)
class Stage:
    """What one command did, and what there is afterwards."""

    counts: Mapping[str, int] = field(default_factory=dict)
    done: tuple[Done, ...] = ()
    state: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # URN -> resource
    cloud: frozenset[Key] = frozenset()
    said: str = ""  # of a command that is refused

    @property
    def own(self) -> list[Mapping[str, Any]]:
        """Everything that the engine counts: not what is only read, nor the provider of other stacks' outputs."""
        return [r for r in self.state.values() if not r.get("external") and r["type"] != "pulumi:providers:pulumi"]

    @property
    def ids(self) -> frozenset[Key]:
        """What the state says that there is in the clouds."""
        return frozenset((r["type"], r["id"]) for r in self.state.values() if in_a_cloud(r))

    def of(self, step: str) -> list[Done]:
        """What was done to the children of a step."""
        return [one for one in self.done if one.custom and self.step(one.urn) == step]

    def step(self, urn: str) -> str:
        parent = str(self.state.get(urn, {}).get("parent", ""))
        return parent.split("::")[-1]


def in_a_cloud(resource: Mapping[str, Any]) -> bool:
    """What a provider makes; not providers and components, and no other stack that is only read."""
    return bool(resource["custom"]) and not resource["type"].startswith("pulumi:")


@dataclass
class Life:
    stages: dict[str, Stage] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)  # name, after the renaming -> component
    drifted: set[str] = field(default_factory=set)  # names of what was changed behind the engine's back
    vanished: set[str] = field(default_factory=set)  # and of what was deleted there
    failure: str = ""

    def __getitem__(self, stage: str) -> Stage:
        """Fails with the life's own failure where it did not come so far."""
        assert stage in self.stages, self.failure
        return self.stages[stage]


class Living:
    """A stack and its life; what it has done so far stands in `life`."""

    def __init__(self, project: Project, name: str, edits: Edits):
        self.project, self.name, self.edits = project, name, edits
        self.cloud = project.cloud()
        self.file = StackFile(project, name)
        self.life = Life()

    def grow(self) -> None:
        """Everything but the end; what goes wrong stands in the life."""
        try:
            self._grow()
        except (CliFailed, AssertionError) as e:
            self.life.failure = str(e)

    def end(self) -> None:
        try:
            if not self.life.failure:
                self._run("ended", "destroy")
        except CliFailed as e:
            self.life.failure = str(e)

    def _grow(self) -> None:
        project, name, file = self.project, self.name, self.file
        project.init(name)
        planned = project.preview(name)["changeSummary"]
        self._note("planned", replace(self._now(), counts=planned))
        self._up("made")
        self._up("again")
        file.rename()
        for step in file.steps:  # what is protected cannot be replaced
            file.option(step, protect=False)
        self.life.steps = {step: file.component(step) for step in file.steps}
        file.tag(**{"cost-center": "research-4711"})
        self._up("renamed")
        for kind in ("changes", "replaces"):
            for step, component in self.life.steps.items():
                edit = self.edits.of(kind, name, step, component)
                assert edit is not None, f"{name}: nothing is said in cases/life.yaml of what {kind} in {component}"
                file.set(step, edit.arguments)
            self._up(kind)
        self._drift()
        self._run("refreshed", "refresh")
        protected = list(file.steps)[len(file.steps) // 2]
        for step in file.steps:
            file.option(step, retain_on_delete=True, protect=step == protected)
        self._up("mended")
        self._refused("asked", "destroy", "--yes")
        self._refused("forced", "destroy", "--yes", "--skip-preview")
        project.run("state", "unprotect", "--all", "--yes", "--stack", name)
        self._run("let go", "destroy")
        before = self.life["mended"]
        for step in file.steps:
            roles = {
                urn.split("::")[3].removeprefix(f"{step}-"): {"import": one["id"]}
                for urn, one in before.state.items()
                if in_a_cloud(one) and before.step(urn) == step
            }
            file.option(step, retain_on_delete=False, protect=False, children=roles)
        self._up("taken over")
        self._up("taken over again")

    def _up(self, stage: str) -> None:
        self._run(stage, "up")

    def _run(self, stage: str, command: str) -> None:
        counts = self.project.counted(command, self.name)
        counts = {op: count for op, count in counts.items() if op not in READS}
        done = tuple(_done(one) for one in self.project.done(command) if one["op"] not in READS)
        self._note(stage, replace(self._now(), counts=counts, done=done))

    def _refused(self, stage: str, *words: str) -> None:
        run: Run = self.project.run(*words, "--stack", self.name, ok=False)
        if run.code == 0:
            raise CliFailed(f"pulumi {' '.join(words)} was not refused\n{run.text}")
        self._note(stage, replace(self._now(), said=run.text))

    def _note(self, stage: str, found: Stage) -> None:
        self.life.stages[stage] = found

    def _now(self) -> Stage:
        urn = f"urn:pulumi:{self.name}::"
        held = frozenset((one.type, one.id) for one in self.cloud.held() if one.urn.startswith(urn))
        return Stage(state=self.project.state(self.name), cloud=held)

    def _drift(self) -> None:
        """In each step somebody changes one resource and deletes another that nothing else needs."""
        state = self.project.state(self.name)
        needed = {urn for one in state.values() for urn in _needs(one)}
        for step in self.file.steps:
            mine = [u for u, r in sorted(state.items()) if in_a_cloud(r) and r["parent"].endswith(f"::{step}")]
            leaves = [urn for urn in mine if urn not in needed]
            changed = next((urn for urn in mine if _changed(self.cloud, state[urn])), "")
            self.life.drifted |= {urn.split("::")[3] for urn in mine if urn == changed}
            for urn in [urn for urn in leaves if urn != changed][:1]:
                self.cloud.delete(state[urn]["type"], state[urn]["id"], "somebody else")
                self.life.vanished.add(urn.split("::")[3])


def _done(metadata: Mapping[str, Any]) -> Done:
    paths = tuple(metadata.get("detailedDiff") or metadata.get("diffs") or ())
    custom = bool((metadata.get("new") or metadata["old"]).get("custom"))
    return Done(metadata["op"], metadata["urn"], metadata["type"], paths, custom)


def needed_by(state: Mapping[str, Mapping[str, Any]], urns: set[str]) -> set[str]:
    """These, and everything that they need."""
    found: set[str] = set()
    more = set(urns)
    while more:
        found |= more
        more = {needed for urn in more for needed in _needs(state[urn])} - found
    return found


def _needs(resource: Mapping[str, Any]) -> Iterator[str]:
    yield from resource.get("dependencies", ())
    one_each = (resource.get("parent"), resource.get("deletedWith"), resource.get("provider", "").rpartition("::")[0])
    yield from (urn for urn in one_each if urn)


def _changed(cloud: Cloud, resource: Mapping[str, Any]) -> bool:
    """Somebody sets an input to another value: one that is changed back in place."""
    row = resource_type(resource["type"])
    held = cloud.read(resource["type"], resource["id"])
    if row is None or held is None:
        return False
    for path, value in sorted(held.inputs.items(), key=lambda one: one[0] not in ("tags", "labels")):
        new = _other(value)
        if new is None or path in resource.get("ignoreChanges", ()) or path in resource["inputs"].get(DEFAULTS, ()):
            continue
        if row.replaces(path).answer == "no":
            cloud.update(replace(held, inputs={**held.inputs, path: new}))
            return True
    return False


def _other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}-drift"
        case {"owner": str()}:
            return {**value, "owner": "somebody-else"}
    return None
