"""How do tests change a stack file? As plain data, with what it extends put into it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ultrastack.language.extends import flattened

from .real_cli import Project

CASES = Path(__file__).parent / "cases" / "life.yaml"
RENAMED = "-b"  # what a new name ends with


@dataclass(frozen=True)
class Edit:
    """What a component's arguments become; `{step}` is the step's name."""

    arguments: Mapping[str, Any]
    replaces: str = ""  # type of a resource that has to be replaced, or its beginning
    keeps: str = ""  # type of what must not be


@dataclass(frozen=True)
class Edits:
    """The cases: for each component, or one step of one stack, a change in place and one that replaces."""

    components: Mapping[str, Mapping[str, Edit]]
    steps: Mapping[str, Mapping[str, Edit]]  # `stack step` -> the same, instead of the component's

    @classmethod
    def load(cls) -> Edits:
        found = yaml.safe_load(CASES.read_text())
        return cls(*({word: _edits(one) for word, one in found[kind].items()} for kind in ("components", "steps")))

    def of(self, kind: str, stack: str, step: str, component: str) -> Edit | None:
        """None: nobody has said yet what can be changed there. A renamed step is known by its earlier name."""
        own = self.steps.get(f"{stack} {step.removesuffix(RENAMED)}", {})
        return own.get(kind) or self.components.get(component, {}).get(kind)


def _edits(given: Mapping[str, Any]) -> dict[str, Edit]:
    return {kind: Edit(one.get("set", {}), one.get("type", ""), one.get("keeps", "")) for kind, one in given.items()}


class StackFile:
    """One stack file of a project; each method writes it."""

    def __init__(self, project: Project, name: str):
        folder = next(f for f in ("stacks", "examples") if (project.folder / f / f"{name}.yaml").is_file())
        self.path = project.folder / folder / f"{name}.yaml"
        self.name = name
        self.data: dict[str, Any] = flattened(f"{folder}/{name}.yaml", project.folder, []).data()
        self.data.pop("extends", None)
        self._write()

    @property
    def steps(self) -> dict[str, dict[str, Any]]:
        """By name, as written."""
        return {step["name"]: step for step in self.data.get("steps", [])}

    def component(self, step: str) -> str:
        return next(key for key in self.steps[step] if "." in key)

    def tag(self, **tags: str) -> None:
        self.data["tags"] = {**self.data.get("tags", {}), **tags}
        self._write()

    def rename(self) -> None:
        """Every step at once, with its earlier name."""
        old = list(self.steps)
        for name, step in self.steps.items():
            step |= {"name": name + RENAMED, "formerly": [name]}
            waits = step.get("options", {}).get("depends_on", [])
            if waits:
                waits = [waits] if isinstance(waits, str) else waits
                step["options"]["depends_on"] = [one + RENAMED if one in old else one for one in waits]
        self._write()

    def set(self, step: str, arguments: Mapping[str, Any]) -> None:
        """Mappings merge, everything else replaces, as in a file that extends this one."""
        found = self.steps[step]
        word = self.component(step)
        found[word] = _merged(found[word] or {}, _filled(arguments, step))
        self._write()

    def option(self, step: str, **options: Any) -> None:
        """`protect` is for the step as a whole: no child keeps a word of its own about it."""
        found = self.steps[step]
        before = found.get("options", {})
        if "protect" in options:
            for child in before.get("children", {}).values():
                child.pop("protect", None)
        found["options"] = {**before, **options}
        self._write()

    def _write(self) -> None:
        self.path.write_text(yaml.safe_dump(self.data, sort_keys=False, width=10**9, allow_unicode=True))


def _merged(low: Mapping[str, Any], high: Mapping[str, Any]) -> dict[str, Any]:
    return {**low, **{k: _merged(low[k], v) if _both_map(low.get(k), v) else v for k, v in high.items()}}


def _both_map(low: Any, high: Any) -> bool:
    return isinstance(low, Mapping) and isinstance(high, Mapping)


def _filled(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return {k: _filled(v, step) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(v, step) for v in value]
    return value.replace("{step}", re.sub(r"[^a-z0-9-]", "", step)) if isinstance(value, str) else value
