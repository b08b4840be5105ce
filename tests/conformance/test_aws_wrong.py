"""Each route finds what it is there for: a resource that AWS would refuse is refused here, in these words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ultrastack.model.graph import Graph, Resource

from . import aws_cloudformation, aws_requests
from .typed_dicts import wrong_names

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")

CASES = yaml.safe_load(Path(__file__).with_name("aws_wrong.yaml").read_text(encoding="utf-8"))
ROUTES = ("sdk", "request", "policy", "cloudformation")
PROVIDER = Resource("urn:provider", "pulumi:providers:aws", "target", "provider", inputs={"region": "us-east-2"})


def made(case: dict[str, Any]) -> tuple[Graph, Resource]:
    name = case.get("name", "one")
    one = Resource(f"urn:{name}", case["type"], name, "custom", provider=PROVIDER.urn, inputs=case["inputs"])
    return Graph("tests", "dev", resources=(PROVIDER, one)), one


def says(route: str, case: dict[str, Any]) -> Iterator[str]:
    graph, one = made(case)
    match route:
        case "sdk":
            yield from wrong_names(one)
        case "request" | "policy":
            yield from (m.what for m in aws_requests.mismatches(one) if (m.route == "policy") == (route == "policy"))
        case "cloudformation":
            there = aws_cloudformation.translated(graph, one)
            for m in aws_cloudformation.judged([there] if there else []):
                yield (
                    f"{m.route} {m.what.partition(': ')[0]}"
                    if m.route.startswith("cfn-lint")
                    else f"{m.route} {m.what}"
                )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"].replace(" ", "-"))
def test_it_is_found(case: dict[str, Any]) -> None:
    route = next(route for route in ROUTES if route in case)
    assert case[route] in list(says(route, case))


@pytest.mark.parametrize("route", ROUTES)
def test_each_route_has_cases(route: str) -> None:
    assert sum(route in case for case in CASES) >= 5
