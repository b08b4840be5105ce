"""What the real Pulumi writes of any program becomes the graph that the rules look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ultrastack.engine.real import state
from ultrastack.model.graph import SECRET, UNKNOWN, Graph
from ultrastack.model.place import Refused
from ultrastack.planner.state_graph import AGAIN, graph_of_state

EXPORT = Path(__file__).parents[1] / "engine" / "exports" / "training.json"
SIGNATURE, OF_SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
NEITHER = "so this is neither an export nor a preview"
PREFIX = "urn:pulumi:dev::shop::"
ROOT = PREFIX + "pulumi:pulumi:Stack::shop-dev"
PROVIDER = PREFIX + "pulumi:providers:aws::default_7_51_1"
VPC, SUBNET = PREFIX + "aws:ec2/vpc:Vpc::vpc", PREFIX + "my:mod:Net$aws:ec2/subnet:Subnet::a"


def states() -> list[dict[str, Any]]:
    own = {"custom": True, "provider": f"{PROVIDER}::{UNKNOWN_TEXT}"}
    return [
        {"urn": ROOT, "type": "pulumi:pulumi:Stack", "custom": False, "outputs": {"vpc": UNKNOWN_TEXT}},
        {"urn": PREFIX + "my:mod:Net::net", "type": "my:mod:Net", "custom": False, "parent": ROOT},
        {"urn": VPC, "type": "aws:ec2/vpc:Vpc", "id": "vpc-1", "external": True, "parent": ROOT, **own},
        {
            "urn": SUBNET,
            "type": "aws:ec2/subnet:Subnet",
            "parent": PREFIX + "my:mod:Net::net",
            "protect": True,
            "inputs": {"vpcId": UNKNOWN_TEXT, "tags": {"a": "[secret]"}, "__defaults": []},
            "dependencies": [VPC],
            "propertyDependencies": {"vpcId": [VPC], "tags": None},
            "customTimeouts": {"create": 3600},
            **own,
        },
    ]


def written(folder: Path, data: Any) -> Path:
    file = folder / "state.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data))
    return file


def preview(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"config": {"aws:region": "us-east-2", "gcp:project": "p"}, "steps": list(steps), "duration": 1, **more}


def shape(graph: Graph) -> list[tuple[str, str]]:
    return [(one.kind, one.name) for one in graph.resources]


def test_a_preview_of_any_program(tmp_path: Path) -> None:
    graph = graph_of_state(
        written(tmp_path, preview(*({"op": "create", "urn": s["urn"], "newState": s} for s in states())))
    )
    assert (graph.project, graph.stack, graph.outputs) == ("shop", "dev", {"vpc": UNKNOWN})
    assert shape(graph) == [
        ("stack", "shop-dev"), ("provider", "default_7_51_1"), ("component", "net"), ("read", "vpc"), ("custom", "a"),
    ]  # fmt: skip
    assert graph.by_urn[PROVIDER].inputs == {"region": "us-east-2"}  # a digest lists no default provider
    subnet = graph.by_urn[SUBNET]
    assert subnet.inputs == {"vpcId": UNKNOWN, "tags": {"a": SECRET}}
    assert (subnet.provider, subnet.property_dependencies["vpcId"], subnet.options.protect) == (PROVIDER, (VPC,), True)
    assert subnet.options.custom_timeouts == {"create": "3600s"} and graph.by_urn[VPC].id == "vpc-1"


def test_what_a_preview_takes_away_is_left_out(tmp_path: Path) -> None:
    root, net, vpc, subnet = states()
    new = {**subnet, "inputs": {"vpcId": "vpc-2"}}
    graph = graph_of_state(
        written(
            tmp_path,
            preview(
                {"op": "same", "urn": ROOT, "oldState": root, "newState": root},
                {"op": "delete", "urn": VPC, "oldState": vpc},
                {"op": "create-replacement", "urn": SUBNET, "oldState": subnet, "newState": new},
                {"op": "replace", "urn": SUBNET, "oldState": subnet, "newState": new},
                {"op": "delete-replaced", "urn": SUBNET, "oldState": subnet},
            ),
        )
    )
    assert VPC not in graph.by_urn and graph.by_urn[SUBNET].inputs == {"vpcId": "vpc-2"}


def test_an_export_with_secrets_and_what_is_only_waiting_to_go(tmp_path: Path) -> None:
    root, net, vpc, subnet = states()
    subnet["inputs"] = {"cidrBlock": {SIGNATURE: OF_SECRET, "ciphertext": "v1:abc"}}
    gone = [{**subnet, "urn": PREFIX + f"aws:ec2/subnet:Subnet::{i}", **how} for i, how in enumerate(
        ({"delete": True}, {"pendingReplacement": True}))]  # fmt: skip
    data = {"version": 3, "deployment": {"manifest": {}, "resources": [root, net, vpc, subnet, *gone]}}
    graph = graph_of_state(written(tmp_path, data))
    assert graph.by_urn[SUBNET].inputs == {"cidrBlock": SECRET}
    assert [one.name for one in graph.resources if one.type == "aws:ec2/subnet:Subnet"] == ["a"]


def test_an_export_of_ours() -> None:
    graph = graph_of_state(EXPORT)
    assert (graph.stack, graph.resources[0].kind, graph.resources[1].kind) == ("training", "stack", "provider")
    assert all(one.id for one in graph.resources if one.kind == "custom")


def test_a_stack_that_has_nothing(tmp_path: Path) -> None:
    assert graph_of_state(written(tmp_path, {"version": 3, "deployment": None or {}})).resources == ()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("", "the file is empty"),
        ("{", "this is not JSON: Expecting property name enclosed in double quotes"),
        ("[]", "this is JSON, but neither an export of a stack nor a preview"),
        ({"a": 1}, "this is JSON, but neither an export of a stack nor a preview"),
        ({"checkpoint": {}}, "this is a file of the backend itself, not an export"),
        ({"resourcePlans": {}, "manifest": {}}, "this is a saved plan of pulumi, which does not hold all resources"),
        (
            {"version": 9, "deployment": {}},
            "the export has version 9, newer than version 4, which is what can be read here",
        ),
        ({"version": 3, "deployment": {"resources": {"a": 1}}}, "this is no export of a stack"),
        ({"version": 3, "deployment": {"resources": [{"urn": "x"}]}}, f"resource 1 has no URN, {NEITHER}"),
        (
            {"version": 3, "deployment": {"resources": [{"urn": ROOT}]}},
            "resource 1 has no type, so this is neither an export nor a preview",
        ),
        (
            {"version": 3, "deployment": {"resources": [{"urn": ROOT, "type": "a", "inputs": 3}]}},
            "`inputs` of resource 1 is damaged",
        ),
        (
            {"version": 3, "deployment": {"resources": [{"urn": ROOT, "type": "a", "aliases": 5}]}},
            "`aliases` of resource 1 is damaged",
        ),
        (
            {"version": 3, "deployment": {"resources": [{"urn": ROOT, "type": "a", "propertyDependencies": {"a": 3}}]}},
            "`propertyDependencies` of resource 1 is damaged",
        ),
        (
            {"version": 3, "deployment": {"resources": [{"urn": ROOT, "type": "a", "customTimeouts": {"a": "x"}}]}},
            "`customTimeouts` of resource 1 is damaged",
        ),
        ("[" * 100_000, "this is not JSON: it is nested too deeply"),
        (f'{{"version": 3, "deployment": {{"resources": [{{"urn": "{ROOT}", "type": "a", "inputs": {{"a": '
         f'{"[" * 900}{"]" * 900}}}}}]}}}}', "is nested too deeply"),
        (f"[{'9' * 5000}]", "holds a number that is too long"),
        ({"a": "\ud800"}, "this is not JSON: it holds half a character, as \\ud800"),
        (preview({"urn": ROOT}), "step 1 has no operation, so this is no preview"),
        (preview({"op": "create", "newState": {"urn": 3}}), f"step 1 has no URN, {NEITHER}"),
        (preview(diagnostics=[{"severity": "error"}]), "this preview ended with an error, so resources are missing"),
    ],
)  # fmt: skip
def test_a_file_that_is_neither_is_refused(tmp_path: Path, data: Any, what: str) -> None:
    file = written(tmp_path, data)
    with pytest.raises(Refused) as refused:
        graph_of_state(file)
    (problem,) = refused.value.problems
    assert (problem.what, problem.place.file) == (what, str(file)) and problem.fix


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        graph_of_state(tmp_path / "none.json")
    assert (refused.value.problems[0].what, refused.value.problems[0].fix) == (
        "cannot be read: No such file or directory", AGAIN
    )  # fmt: skip


def test_two_stacks_in_one_file_are_refused(tmp_path: Path) -> None:
    other = {**states()[0], "urn": ROOT.replace(":dev:", ":prod:")}
    data = {"version": 3, "deployment": {"resources": [states()[0], other]}}
    with pytest.raises(Refused, match="resource 2 is of another stack"):
        graph_of_state(written(tmp_path, data))


def test_a_file_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "BYTES", 2**20)
    with pytest.raises(Refused, match="/dev/zero  is larger than 1 MB"):
        graph_of_state(Path("/dev/zero"))


def test_diagnostics_of_another_shape_are_no_error(tmp_path: Path) -> None:
    assert graph_of_state(written(tmp_path, preview(diagnostics=5))).resources == ()
