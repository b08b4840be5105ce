"""The offline graph is the real engine's graph: for every shipped stack and for generated ones.

Compared is what the program asked for: URNs, types, parents, inputs with their secret marks and unknowns, dependencies,
property dependencies, providers, options, exports. What has to differ stands in differences.KNOWN.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ultrastack.engine import capture
from ultrastack.language.stacks import examples, stacks
from ultrastack.model.graph import Graph

from . import generated_stacks as generator
from .differences import unexplained
from .estate import READERS
from .goals import goals, write_answers
from .real_cli import ROOT, CliFailed, Project, copy_of_repository

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")]

GENERATED = 60
AT_ONCE = min(2, os.cpu_count() or 1)  # previews; each starts four processes
SHIPPED = stacks(ROOT)
EXAMPLES = [name for name in examples(ROOT) if name not in READERS]  # those: test_estate.py


def prepared(
    project: Project,
    stack: str,
    calls: Mapping[str, Any],
    other: Mapping[str, Any],
    config: Any,
    secrets: Any,
    resources: Mapping[str, Any] = {},  # noqa: B006
) -> Project:
    """With the answers, another stack to refer to, and an empty stack of its own."""
    answers = project.home / "answers.json"
    project.home.mkdir(parents=True)
    write_answers(answers, calls, resources)
    project.extra_env["ULTRASTACK_REHEARSAL_ANSWERS"] = str(answers)
    project.init("base")
    root = f"urn:pulumi:base::{project.name}::pulumi:pulumi:Stack::{project.name}-base"
    state = {"urn": root, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": other}
    deployment = {"manifest": {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""}, "resources": [state]}
    file = project.home / "base.json"
    file.write_text(json.dumps({"version": 3, "deployment": deployment}))
    project.run("stack", "import", "--stack", "base", "--file", str(file))
    project.init(stack, config, secrets)
    return project


def fixtures(calls: Mapping[str, Any], reference: str, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The same answers for the offline engine; it knows the provider's region by itself."""
    other = [{"args": {"name": reference}, "result": outputs}]
    return {**calls, "pulumi:pulumi:StackReference": other}


@pytest.fixture(scope="module")
def compared(say_at_the_end: Callable[[str], None]) -> Any:
    """Counts what was compared, for the last line of the run."""
    counts = {"stacks": 0, "resources": 0, "differences": 0}

    def compare(offline: Graph, real: Graph) -> list[str]:
        found = [str(one) for one in unexplained(offline, real)]
        counts["stacks"] += 1
        counts["resources"] += len(offline.resources)
        counts["differences"] += len(found)
        return found

    yield compare
    say_at_the_end("parity: {stacks} stacks, {resources} resources, {differences} differences".format(**counts))


@pytest.mark.parametrize("stack", SHIPPED)
def test_a_shipped_stack_is_the_same_on_both_engines(
    repository: Callable[..., Project], stack: str, compared: Callable[[Graph, Graph], list[str]]
) -> None:
    project = prepared(repository(), stack, generator.ANSWERS, {}, {}, {})
    offline = capture(project.folder, stack, fixtures=fixtures(generator.ANSWERS, "", {}))
    assert compared(offline, goals(project, stack)) == []


@pytest.fixture(scope="module")
def previewed_examples(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Graph | CliFailed]:
    """Each example on the real engine; previews run side by side, the offline engine has its turns afterwards."""
    folder = tmp_path_factory.mktemp("examples")

    def previews(lane: int) -> dict[str, Graph | CliFailed]:
        project = copy_of_repository(pulumi_cli, folder / f"lane-{lane}")
        return {name: previewed(project, name) for name in EXAMPLES[lane::AT_ONCE]}

    def previewed(project: Project, name: str) -> Graph | CliFailed:
        try:
            if project.home.exists():
                project.init(name)
            else:
                prepared(project, name, generator.ANSWERS, {}, {}, {})
            return goals(project, name)
        except CliFailed as failed:
            return failed

    with ThreadPoolExecutor(AT_ONCE) as pool:
        lanes = [pool.submit(previews, lane) for lane in range(AT_ONCE)]
        return {name: graph for lane in lanes for name, graph in lane.result().items()}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_the_same_on_both_engines(
    example: str,
    previewed_examples: dict[str, Graph | CliFailed],
    compared: Callable[[Graph, Graph], list[str]],
) -> None:
    real = previewed_examples[example]
    assert not isinstance(real, CliFailed), str(real)
    assert compared(capture(ROOT, example, fixtures=fixtures(generator.ANSWERS, "", {})), real) == []


def test_generated_stacks_are_the_same_on_both_engines(
    pulumi_cli: Path, tmp_path: Path, compared: Callable[[Graph, Graph], list[str]]
) -> None:
    """Previews run side by side in folders of their own; the offline engine has its turns in between."""
    made = generator.generated(GENERATED)
    assert len(made) == GENERATED
    other = fixtures(generator.ANSWERS, generator.OTHER_STACK, generator.OTHER_OUTPUTS)

    def previews(lane: int) -> dict[int, Graph]:
        project = copy_of_repository(pulumi_cli, tmp_path / f"lane-{lane}", {})
        outputs, config, secrets = generator.OTHER_OUTPUTS, generator.CONFIG, generator.SECRETS
        prepared(project, "generated", generator.ANSWERS, outputs, config, secrets)
        return {i: preview_of(project, made[i]) for i in range(lane, GENERATED, AT_ONCE)}

    def preview_of(project: Project, files: Mapping[str, str]) -> Graph:
        write_stacks(project.folder, files)
        return goals(project, "generated")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        lanes = [pool.submit(previews, lane) for lane in range(AT_ONCE)]
        real = {i: graph for lane in lanes for i, graph in lane.result().items()}
    project = copy_of_repository(pulumi_cli, tmp_path / "offline", {})
    settings = (tmp_path / "lane-0" / "project" / "stacks" / "Pulumi.generated.yaml").read_text()
    (project.folder / "stacks" / "Pulumi.generated.yaml").write_text(settings)
    found = []
    for i, files in enumerate(made):
        write_stacks(project.folder, files)
        if lines := compared(capture(project.folder, "generated", fixtures=other), real[i]):
            found.append("\n".join([f"--- {name}.yaml\n{text}" for name, text in files.items()] + lines))
    assert found == [], f"{len(found)} of {GENERATED} differ; the first:\n{found[0]}"


def write_stacks(folder: Path, files: Mapping[str, str]) -> None:
    for file in (folder / "stacks").glob("*.yaml"):
        if not file.name.startswith("Pulumi."):
            file.unlink()
    for name, text in files.items():
        (folder / "stacks" / f"{name}.yaml").write_text(text)
