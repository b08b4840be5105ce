"""ultrastack urns: its lines survive a real shell."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.report import graphs

from .conftest import Command

pytestmark = pytest.mark.usefixtures("project", "captured")


def test_one_flag_for_each_resource_of_the_step(run: Command) -> None:
    done = run("urns", "dev", "data")
    head = "--target=urn:pulumi:dev::example::ultrastack:aws:FsxLustre"
    assert done.out.splitlines() == [
        f"{head}::data",
        f"{head}$aws:ec2/securityGroup:SecurityGroup::data-group",
        f"{head}$aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::data-in-988",
        f"{head}$aws:fsx/lustreFileSystem:LustreFileSystem::data-file-system",
    ]


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_shell_hands_them_on_as_they_are(run: Command, shell: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    printed = run("urns", "dev", "data").out
    file = tmp_path_factory.mktemp("urns") / "printed"
    file.write_text(printed)
    program = shutil.which(shell)
    assert program is not None
    script = f"{sys.executable} -c 'import sys; print(*sys.argv[1:], sep=chr(10))' up $(cat {file}) --yes"
    done = subprocess.run([program, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["up", *printed.splitlines(), "--yes"]


def test_an_unknown_step_names_the_nearest_and_all(run: Command) -> None:
    done = run("urns", "dev", "dat")
    assert done.code == 2
    assert done.err.endswith(
        "Error: no step 'dat' in dev; did you mean 'data'? There are: data, net, fabric, training, slice\n"
    )


def test_without_a_step_all_are_named(run: Command) -> None:
    assert run("urns", "dev").err.endswith("Error: which step? There are: net, fabric, data, training, slice\n")


def test_a_step_that_is_left_out_has_none(run: Command) -> None:
    done = run("urns", "dev", "slice")
    assert done.code == 2
    assert done.err == (
        "stacks/dev.yaml:20:5  step 'slice' is left out of dev: when: stack == 'prod' is false\n"
        "   fix: name another step\n\n1 problem; nothing was done\n"
    )


def test_white_space_in_a_urn_is_refused(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    make = graphs.Maker()
    step = make.step("net", "aws.network", "ultrastack:aws:Network", 3)
    make.child(step, "my vpc", "aws:ec2/vpc:Vpc")
    monkeypatch.setattr("ultrastack.engine.capture", lambda *_, **__: make.graph())
    done = run("urns", "dev", "net")
    assert done.code == 2
    urn = "urn:pulumi:dev::example::ultrastack:aws:Network$aws:ec2/vpc:Vpc::net-my vpc"
    assert f"white space in the URN '{urn}'\n" in done.err
    assert f"   fix: type it yourself: --target '{urn}'\n" in done.err
