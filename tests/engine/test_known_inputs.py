"""Whatever our components ask for, the catalogue knows what changing it would do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ultrastack.catalog import resource_type
from ultrastack.engine import capture
from ultrastack.language.stacks import examples, stacks
from ultrastack.model.graph import Graph, value_to_json

from . import generated_stacks as generator
from .real_cli import ROOT, copy_of_repository
from .test_parity import fixtures, write_stacks

GENERATED = 25
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")


def not_known(graph: Graph) -> set[str]:
    """`type path` of each input that no row speaks of, or whose row has no answer."""
    found = set()
    for resource in graph.resources:
        if resource.kind != "custom" or resource.type.startswith("pulumi:"):
            continue
        known = resource_type(resource.type)
        if known is None:
            found.add(resource.type)
            continue
        for path in paths({k: value_to_json(v) for k, v in resource.inputs.items()}):
            if known.replaces(path).answer == "unknown":
                found.add(f"{resource.type} {path}")
    return found


def paths(value: Any, above: str = "") -> Iterator[str]:
    """Of everything that is set, as a diff would write it."""
    if isinstance(value, dict) and not any(key.startswith("$") for key in value):
        for key, inner in value.items():
            path = f"{above}.{key}".lstrip(".")
            yield path
            yield from paths(inner, path)
    if isinstance(value, list):
        for i, inner in enumerate(value):
            yield from paths(inner, f"{above}[{i}]")


@pytest.mark.parametrize("stack", [*stacks(ROOT), *examples(ROOT)])
def test_every_input_of_our_stacks_is_known(stack: str) -> None:
    answers = fixtures(generator.ANSWERS, "", {})
    assert not_known(capture(ROOT, stack, fixtures=answers)) == set()


def test_every_input_of_generated_stacks_is_known(tmp_path: Path) -> None:
    project = copy_of_repository(Path(), tmp_path, {})
    config: dict[str, Any] = {name if ":" in name else f"ultrastack:{name}": v for name, v in generator.CONFIG.items()}
    config |= {f"ultrastack:{name}": {"secure": "hidden"} for name in generator.SECRETS}
    (project.folder / "stacks" / "Pulumi.generated.yaml").write_text(yaml.safe_dump({"config": config}))
    answers = fixtures(generator.ANSWERS, generator.OTHER_STACK, generator.OTHER_OUTPUTS)
    found = set()
    for files in generator.generated(GENERATED):
        write_stacks(project.folder, files)
        found |= not_known(capture(project.folder, "generated", fixtures=answers))
    assert found == set()


def test_an_unknown_input_would_be_seen() -> None:
    inputs = {"tags": {"a.b": 1}, "networkInterfaces": [{"subnetId": "s", "abacus": {"x": 1}}]}
    assert list(paths(inputs)) == [
        "tags",
        "tags.a.b",
        "networkInterfaces",
        "networkInterfaces[0].subnetId",
        "networkInterfaces[0].abacus",
        "networkInterfaces[0].abacus.x",
    ]
