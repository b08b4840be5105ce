"""The recipe for vLLM shows stacks that plan, and says of them what is so."""

from __future__ import annotations

import base64
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ultrastack.catalog import image_parameter, machine
from ultrastack.model.graph import Graph
from ultrastack.planner.plan import plan

ROOT = Path(__file__).parents[3]
RECIPE = ROOT / "docs" / "vllm.md"
NAMES = ("vllm-inf2", "vllm-g6e")


@pytest.fixture(scope="module", params=NAMES)
def graph(request: pytest.FixtureRequest) -> Graph:
    return plan(ROOT, request.param).graph


def resources(graph: Graph, kind: str) -> list[Any]:
    return [one for one in graph.resources if one.type == kind]


def bootstrap(graph: Graph) -> str:
    (template,) = resources(graph, "aws:ec2/launchTemplate:LaunchTemplate")
    text = base64.b64decode(template.inputs["userData"]).decode()
    (script,) = [one["content"] for one in yaml.safe_load(text)["write_files"] if one["path"].endswith("/bootstrap")]
    return str(script)


@pytest.mark.parametrize("name", NAMES)
def test_the_recipe_shows_the_example_as_it_is(name: str) -> None:
    blocks = re.findall(r"```yaml\n([\s\S]*?)```\n", RECIPE.read_text())
    assert (ROOT / "examples" / f"{name}.yaml").read_text() in blocks


def test_it_plans_a_balancer_and_a_group_that_heeds_it(graph: Graph) -> None:
    (group,) = resources(graph, "aws:autoscaling/group:Group")
    (targets,) = resources(graph, "aws:lb/targetGroup:TargetGroup")
    assert (group.inputs["healthCheckType"], targets.inputs["port"]) == ("ELB", 8000)
    assert targets.inputs["healthCheck"]["path"] == "/health"
    assert len(resources(graph, "aws:autoscaling/policy:Policy")) == 1


def test_the_script_serves_the_port_that_the_balancer_asks(graph: Graph, tmp_path: Path) -> None:
    script = bootstrap(graph)
    (tmp_path / "script").write_text(script)
    subprocess.run(["bash", "-n", str(tmp_path / "script")], check=True)
    assert "{{" not in script
    assert "--port 8000" in script or "-p 8000:8000" in script
    assert 'aws s3 sync --no-progress "s3://example-models/chat" /opt/model' in script


def test_what_the_recipe_says_of_inf2() -> None:
    text = re.sub(r"\s+", " ", RECIPE.read_text())
    for size in ("xlarge", "8xlarge", "24xlarge", "48xlarge"):
        row = machine(f"inf2.{size}")
        assert row.efa_interfaces == 0
        assert re.search(rf"{re.escape(row.name)}( and inf2\.\w+)? (has |have )?{row.neuron_cores}\b", text), row.name
    image = image_parameter("neuron-pytorch-inference-vllm-0.16-ubuntu-24.04")
    assert image.parameter in text
    assert image.confidence != "sure", "the recipe asks to look; drop that when it is sure"
