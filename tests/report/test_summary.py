"""The summary of many plans: a whole page as a golden file, and the verdict's every form."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from tests.golden import same_as_golden
from tests.report import graphs
from ultrastack.model.estate import Estate, Reference, StackPlan
from ultrastack.model.graph import Message, Resource
from ultrastack.model.place import Place, Problem
from ultrastack.model.plan import Note, Plan
from ultrastack.report.summary import render, render_json, verdict

LINE = "      vpc_id: \"{{ stack_output(network, 'vcp_id') }}\""
WARNING = Problem(
    Place("stacks/data.yaml", 14, 15, 36, LINE), "data reads 'vcp_id' of net, which has no such output", "use 'vpc_id'"
)


def planned(name: str, *providers: Resource, **given: object) -> StackPlan:
    graph = graphs.small()
    graph = replace(graph, stack=name, resources=(*providers, *graph.resources), messages=given.pop("messages", ()))  # type: ignore[arg-type]
    return StackPlan(name, Plan(graph, "nothing, all new", notes=given.pop("notes", ())), **given)  # type: ignore[arg-type]


def provider(cloud: str, name: str, **inputs: str) -> Resource:
    return Resource(f"urn-{name}", f"pulumi:providers:{cloud}", name, "provider", inputs=inputs)


ESTATE = Estate(
    "example",
    (
        planned("net", provider("aws", "west", region="us-west-2"), provider("gcp", "google", zone="us-east5-a")),
        planned(
            "data",
            provider("pulumi", "default"),
            references=(Reference(WARNING.place, "acme/example/net", "vcp_id"),),
            notes=(Note("named by index"),),
            messages=(Message("warning", "odd"), Message("info", "hello")),
        ),
        planned("staging", not_set={"capacity_gib=2400": "declare it under `vars`"}),
        StackPlan(
            "prod",
            problems=(
                Problem(
                    Place("stacks/prod.yaml", 3, 5, 4, "    cidx: 10.0.0.0/8"), "unknown argument 'cidx'", "use 'cidr'"
                ),
                Problem(Place("stacks/prod.yaml"), "\x1b[31mred"),
            ),
        ),
        StackPlan(
            "broken",
            failed="stacks/broken.yaml:4:5  step 'one': component aws.odd failed: 'lost'\n   fix: mend odd.py, line 8",
        ),
        StackPlan("large", failed="its process was ended by SIGKILL", ours=True),
    ),
    order=(("net",), ("data",)),
    warnings=(WARNING,),
)


def shown(estate: Estate, width: int = 100) -> str:
    file = io.StringIO()
    render(estate, Console(file=file, width=width, highlight=False))
    return file.getvalue()


def test_a_whole_page() -> None:
    same_as_golden("report/summary.txt", shown(ESTATE))


def test_a_narrow_page_wraps_words_and_never_an_excerpt() -> None:
    text = shown(ESTATE, 60)
    wide = [line for line in text.splitlines() if len(line) > 60]
    assert all(
        line in "\n".join(map(str, (WARNING, *ESTATE.stacks[3].problems))) + ESTATE.stacks[4].failed for line in wide
    )


MADE = "resources would be created"
VERDICTS = {
    f"1 stack: 17 {MADE}": Estate("p", (planned("a"),)),
    f"2 stacks: 34 {MADE}": Estate("p", (planned("a"), planned("b"))),
    f"2 stacks: 17 {MADE} by the others; 1 stack is refused: b": Estate("p", (planned("a"), StackPlan("b"))),
    f"2 stacks: 0 {MADE}; 2 stacks are refused: a and b": Estate("p", (StackPlan("a"), StackPlan("b"))),
    f"1 stack: 17 {MADE}; 1 warning": Estate("p", (planned("a"),), warnings=(WARNING,)),
}


@pytest.mark.parametrize("words", VERDICTS)
def test_the_first_line_says_what_it_comes_to(words: str) -> None:
    assert verdict(VERDICTS[words]) == words


def test_json_holds_each_plan_or_its_problems() -> None:
    found = json.loads(render_json(ESTATE))
    assert (found["schema"], found["version"], found["project"]) == (
        "https://ultrastack.invalid/schema/plans",
        1,
        "example",
    )
    assert found["verdict"] == verdict(ESTATE)
    assert found["order"] == [["net"], ["data"]]
    assert found["warnings"] == [
        {
            "place": "stacks/data.yaml:14:15",
            "what": "data reads 'vcp_id' of net, which has no such output",
            "fix": "use 'vpc_id'",
        }
    ]
    assert list(found["stacks"]) == ["net", "data", "staging", "prod", "broken", "large"]
    data = found["stacks"]["data"]
    assert (data["schema"], data["stack"]) == ("https://ultrastack.invalid/schema/plan", "data")
    assert data["reads"] == [{"stack": "acme/example/net", "output": "vcp_id", "place": "stacks/data.yaml:14:15"}]
    assert found["stacks"]["staging"]["not_set"] == ["capacity_gib=2400"]
    assert found["stacks"]["prod"]["problems"][0] == {
        "place": "stacks/prod.yaml:3:5",
        "what": "unknown argument 'cidx'",
        "fix": "use 'cidr'",
    }
    assert found["stacks"]["large"] == {"problems": [], "failed": "its process was ended by SIGKILL"}
