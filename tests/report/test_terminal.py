"""The terminal's report: whole pages as golden files, and what must hold at any width and without colour."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from tests.golden import same_as_golden
from tests.report import graphs
from ultrastack.model.graph import SECRET, UNKNOWN, Graph
from ultrastack.model.plan import Note, Plan
from ultrastack.report import terminal

COMMAND = "pulumi config set --stack dev --path 'ultrastack:vars.capacity_gib' --type int -- 2400"


def plan(graph: Graph, *selected: str) -> Plan:
    return Plan(
        graph,
        base="nothing, all new",
        description="Trying things out on one Trn2 UltraServer",
        checked=("the stack file", "every argument"),
        not_checked=("prices", "rules", "what exists in the account"),
        selected=selected,
        notes=(Note("capacity_gib is set in this plan only; to make it true for `pulumi up`:", (COMMAND,)),),
    )


def shown(made: Plan, width: int = 100, every: bool = False, **console: object) -> str:
    file = io.StringIO()
    terminal.render(made, Console(file=file, width=width, highlight=False, **console), every)  # type: ignore[arg-type]
    return file.getvalue()


def test_a_small_stack() -> None:
    same_as_golden("report/small.txt", shown(plan(graphs.small())))


def test_a_stack_of_60_resources_shows_alike_ones_as_one_row() -> None:
    same_as_golden("report/large.txt", shown(plan(graphs.large())))


def test_a_large_stack_in_a_narrow_terminal() -> None:
    same_as_golden("report/large_80.txt", shown(plan(graphs.large()), width=80))


def test_each_resource_by_itself() -> None:
    same_as_golden("report/small_all.txt", shown(plan(graphs.small()), every=True))


def test_one_step_shows_every_input() -> None:
    same_as_golden("report/small_step.txt", shown(plan(graphs.small(), "data")))


def test_a_program_without_steps() -> None:
    same_as_golden("report/foreign.txt", shown(plan(graphs.foreign())))


def test_a_program_that_makes_nothing() -> None:
    made = Plan(Graph("example", "empty"), base="nothing, all new")
    assert shown(made).splitlines()[0] == "empty: 0 resources would be created (base: nothing, all new)"


@pytest.mark.parametrize("width", [40, 80, 100, 200])
@pytest.mark.parametrize("every", [False, True])
def test_no_line_is_wider_than_the_terminal_but_commands(width: int, every: bool) -> None:
    for graph in (graphs.small(), graphs.large()):
        lines = shown(plan(graph), width, every).splitlines()
        assert [line for line in lines if len(line) > width and "pulumi config set" not in line] == []


@pytest.mark.parametrize("width", [40, 100])
def test_commands_stay_whole_to_be_copied(width: int) -> None:
    assert f"    {COMMAND}\n" in shown(plan(graphs.small()), width)


def test_no_white_space_at_the_end_of_a_line() -> None:
    text = shown(plan(graphs.large())) + shown(plan(graphs.small()), 60, every=True)
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_colour_only_repeats_what_words_say() -> None:
    import re

    coloured = shown(plan(graphs.small()), force_terminal=True, color_system="truecolor", no_color=False)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(plan(graphs.small()))


def test_control_characters_of_a_stack_never_reach_the_terminal() -> None:
    make = graphs.Maker()
    step = make.step("bad\x1b[2J", "aws.network", "ultrastack:aws:Network", 3)
    make.child(
        step, "x\x07", "aws:ec2/vpc:Vpc", inputs={"name\x1b": "value\x1b]0;title\x07", "[red]": "[blink]y[/blink]"}
    )
    text = shown(plan(make.graph(outputs={"out\x1b": "\x1b[1m"})), every=True)
    assert [c for c in text if not c.isprintable() and c != "\n"] == []
    assert "[red]: [blink]y[/blink]" in text  # rich's markup is text here


def test_a_secret_is_said_and_an_unknown_value_is_said_in_words() -> None:
    make = graphs.Maker()
    step = make.step("net", "aws.network", "ultrastack:aws:Network", 3)
    vpc = make.child(step, "vpc", "aws:ec2/vpc:Vpc", inputs={"token": SECRET, "noted": UNKNOWN})
    make.child(step, "subnet", "aws:ec2/subnet:Subnet", {"vpcId": vpc})
    text = shown(plan(make.graph()), every=True)
    assert "token: [secret]" in text
    assert "noted: unknown until `up`" in text
    assert "vpcId: unknown until net-vpc exists" in text


def test_an_export_that_is_known_is_shown_whole() -> None:
    """A reason or a command, which is longer than what an argument may take of a line."""
    why = "compute-engine, " + "since there is no other way " * 10 + "to make it"
    out = shown(
        plan(Graph("example", "dev", outputs={"why": why, "script": "#!/bin/bash\ntrue\n", "huge": "x" * 1001}))
    )
    exports = out.partition("\nexports\n")[2]
    assert " ".join(why.split()) in " ".join(exports.split())
    assert "  script: text of 17 characters\n" in exports
    assert "  huge: text of 1,001 characters\n" in exports


def test_every_value_is_a_long_text_too() -> None:
    make = graphs.Maker()
    role = make.child(make.step("net", "aws.network", "ultrastack:aws:Network", 3), "role", "aws:iam/role:Role")
    policy = '{"Statement": "' + "a" * 200 + '"}'
    make.resources[-1] = replace(role, inputs={"assumeRolePolicy": policy})
    assert "assumeRolePolicy" not in shown(plan(make.graph()))
    assert policy in "".join(line.strip() for line in shown(plan(make.graph()), every=True).splitlines()).replace(
        '"Statement":"', '"Statement": "'
    )


def test_a_value_does_not_wait_for_a_provider_that_stands_beside_others() -> None:
    make = graphs.Maker()
    net = make.step("net", "aws.network", "ultrastack:aws:Network", 3)
    vpc = make.child(net, "vpc", "aws:ec2/vpc:Vpc")
    group = make.child(net, "group", "aws:ec2/securityGroup:SecurityGroup")
    both = {"vpcId": (make.provider, vpc.urn)}
    make.resources[-1] = replace(group, inputs={"vpcId": UNKNOWN}, references=both)
    assert "      vpcId: unknown until net-vpc exists\n" in shown(plan(make.graph()), every=True)


def test_what_is_launched_into_stands_before_what_is_usual() -> None:
    make = graphs.Maker()
    made = make.step("training", "aws.trn2_ultraserver_cluster", "ultrastack:aws:Trn2UltraserverCluster", 3)
    block = {"id": "cr-1", "ends_at": "2026-12-08T11:30:00Z", "upfront_usd": 1}
    inputs = {**made.inputs, "detailed_monitoring": True, "log_retention_days": 30, "ultraservers": [block]}
    make.resources[-1] = replace(made, inputs=inputs)
    lines = shown(plan(make.graph())).splitlines()
    told = " ".join(lines[next(i for i, line in enumerate(lines) if line.startswith("training")) :])
    order = ["ultraservers[0].ends_at", "ultraservers[0].id", "log_retention_days", "detailed_monitoring"]
    assert sorted(order, key=told.index) == order


def test_a_difference_among_alike_resources_is_shown() -> None:
    make = graphs.Maker()
    step = make.step("pool", "aws.pool", "ultrastack:aws:Pool", 3)
    for i, kind in enumerate(["trn1", "trn1", "trn2"]):
        make.child(step, f"node-{i}", "aws:ec2/instance:Instance", inputs={"instanceType": kind, "size": float(i)})
    text = shown(plan(make.graph()))
    assert "pool-node-0 … pool-node-2  3 x aws:ec2/instance:Instance" in text
    assert "instanceType: trn1 (2 x) / trn2 (1 x), size: 0 … 2 (3 values)" in text


def test_what_others_need_stands_above_them() -> None:
    make = graphs.Maker()
    step = make.step("net", "aws.network", "ultrastack:aws:Network", 3)
    vpc = make.child(step, "z-vpc", "aws:ec2/vpc:Vpc")
    make.child(step, "a-subnet", "aws:ec2/subnet:Subnet", {"vpcId": vpc}, dependencies=(vpc.urn,))
    make.resources[-2:] = reversed(make.resources[-2:])
    text = shown(plan(make.graph()))
    assert text.index("net-z-vpc") < text.index("net-a-subnet")
