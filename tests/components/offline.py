"""What does a component ask the engine for? One program of a test, run by the offline engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pulumi

from components.component import Component
from ultrastack.engine import capture
from ultrastack.model.graph import Graph, Resource, Value

PROJECT = {
    "Pulumi.yaml": "name: tests\nruntime: python\n",
    "__main__.py": "from tests.components import offline\n\noffline.running[-1]()\n",
}
running: list[Callable[[], object]] = []  # the engine runs projects, not functions: its __main__ comes back here


def build(program: Callable[[], object]) -> Graph:
    """The graph of a program."""
    running.append(program)
    try:
        with TemporaryDirectory() as folder:
            for name, text in PROJECT.items():
                (Path(folder) / name).write_text(text)
            return capture(Path(folder), "dev")
    finally:
        running.pop()


def make(component: type[Component], name: str, **arguments: Any) -> Made:
    """One component alone, in us-east-2 or in us-east5-b."""

    def program() -> None:
        target = pulumi.ResourceOptions(provider=_gcp() if component.cloud == "gcp" else _aws())
        component(name, component.Args.model_validate(arguments), target)  # type: ignore[arg-type]

    return Made(build(program), name)


def _aws() -> pulumi.ProviderResource:
    import pulumi_aws

    return pulumi_aws.Provider("target", region="us-east-2")


def _gcp() -> pulumi.ProviderResource:
    import pulumi_gcp

    return pulumi_gcp.Provider("target", project="example-ml", region="us-east5", zone="us-east5-b")


@dataclass(frozen=True)
class Made:
    """The graph of one component, with its children by role."""

    graph: Graph
    name: str

    def __getitem__(self, role: str) -> Resource:
        return next(r for r in self.graph.resources if r.name == f"{self.name}-{role}")

    @property
    def component(self) -> Resource:
        return next(r for r in self.graph.resources if r.name == self.name)

    @property
    def roles(self) -> set[str]:
        return {r.name.removeprefix(f"{self.name}-") for r in self.graph.resources if r.parent == self.component.urn}

    @property
    def outputs(self) -> Mapping[str, Value]:
        return self.component.outputs

    def waits_for(self, role: str) -> set[str]:
        """Roles of the children that a child needs first."""
        names = {self.graph.by_urn[urn].name for urn in self[role].dependencies}
        return {name.removeprefix(f"{self.name}-") for name in names if name.startswith(f"{self.name}-")}
