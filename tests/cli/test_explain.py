"""ultrastack explain: who won, where, and whom it beat."""

from __future__ import annotations

import pytest

from .conftest import Command

pytestmark = pytest.mark.usefixtures("project", "only_read")


def test_a_value_computed_from_a_variable(run: Command) -> None:
    assert run("explain", "dev", "net.cidr").out == (
        "net.cidr = 10.21.0.0/16\n"
        "  Range of IPv4 addresses of the whole network, /16 to /28.\n"
        '  set by  stacks/common.yaml:8:13   extended file   "{{ cidr }}"\n'
        "\n"
        "it reads cidr = 10.21.0.0/16\n"
        "  set by  stacks/dev.yaml:3:14      vars            10.21.0.0/16\n"
        "  beats   stacks/common.yaml:4:14   extended file   10.20.0.0/16\n"
    )


def test_what_is_set_for_one_question_wins(run: Command) -> None:
    out = run("explain", "dev", "vars.cidr", "--set", "cidr=10.9.0.0/16").out
    assert out.splitlines()[:2] == [
        "vars.cidr = 10.9.0.0/16",
        "  set by  --set cidr=10.9.0.0/16    --set           10.9.0.0/16",
    ]


def test_a_default(run: Command) -> None:
    out = run("explain", "prod", "net.flow_logs").out.splitlines()
    assert out[0].startswith('net.flow_logs = {"enabled": true, ')
    assert out[-1] == "  set by  component default"


def test_an_output_of_an_earlier_step(run: Command) -> None:
    out = run("explain", "dev", "fabric.vpc_id").out
    assert out.startswith("fabric.vpc_id = <net.vpc_id, known later>\n")
    assert out.endswith("it reads net.vpc_id = <net.vpc_id, known later>\n  set by  output of an earlier step\n")


def test_a_misspelt_argument(run: Command) -> None:
    done = run("explain", "dev", "net.nath")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "net.nath  aws.network has no argument 'nath'\n   fix: use 'nat'\n\n1 problem; nothing was done\n"
    )


def test_without_an_argument_the_steps_are_named(run: Command) -> None:
    done = run("explain", "dev")
    assert done.code == 2
    assert done.err.endswith("Error: which value of dev? Write STEP.ARGUMENT; its steps are: net, fabric\n")
