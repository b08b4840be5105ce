"""ultrastack plan: formats, files, and what is refused before anything runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.golden import same_as_golden
from ultrastack.cli.group import COMMANDS
from ultrastack.model.place import Place, Problem, Refused

from .conftest import Command

pytestmark = pytest.mark.usefixtures("project")
USAGE = "Usage: ultrastack plan [OPTIONS] [STACK]...\nTry 'ultrastack plan --help' for help.\n\nError: "


@pytest.mark.usefixtures("captured")
def test_a_pipe_gets_the_report_as_text(run: Command) -> None:
    done = run("plan", "dev")
    assert (done.code, done.err) == (0, "")
    same_as_golden("cli/plan.txt", done.out)


@pytest.mark.usefixtures("captured")
def test_a_path_means_the_stack_of_that_file(run: Command, project: Path) -> None:
    assert (
        run("plan", "stacks/dev.yaml").out
        == run("plan", "dev").out
        == run("plan", str(project / "stacks/dev.yaml")).out
    )


@pytest.mark.usefixtures("captured")
def test_what_is_set_is_noted_with_the_command_that_makes_it_true(run: Command) -> None:
    out = run("plan", "dev", "--set", "capacity_gib=2400").out
    assert out.endswith(
        "notes\n  - capacity_gib is set in this plan only; to make it true for `pulumi up`:\n"
        "    pulumi config set --stack dev --path ultrastack:vars.capacity_gib --type int -- 2400\n"
    )


@pytest.mark.usefixtures("captured")
def test_json(run: Command) -> None:
    done = run("plan", "dev", "--format", "json", "--step", "data")
    data = json.loads(done.out)
    assert (data["schema"], data["version"]) == ("https://ultrastack.invalid/schema/plan", 1)
    assert data["selected_steps"] == ["data"]


@pytest.mark.usefixtures("captured")
@pytest.mark.parametrize("form", ["terminal", "json"])
def test_a_file_gets_what_a_pipe_gets(run: Command, project: Path, form: str) -> None:
    done = run("plan", "dev", "--format", form, "--output", "report.out")
    assert (done.code, done.out, done.err) == (0, "", "wrote report.out\n")
    assert (project / "report.out").read_text() == run("plan", "dev", "--format", form).out


@pytest.mark.usefixtures("captured")
def test_a_file_that_cannot_be_written(run: Command) -> None:
    done = run("plan", "dev", "--output", "missing/report.txt")
    assert (done.code, done.out) == (2, "")
    assert done.err == USAGE + "cannot write missing/report.txt: No such file or directory\n"


def test_without_a_stack_all_are_named(run: Command) -> None:
    done = run("plan")
    assert (done.code, done.err) == (2, USAGE + "which stack? There are: dev, prod\n")


def test_an_unknown_stack_names_the_nearest_and_all(run: Command) -> None:
    done = run("plan", "prd")
    assert done.code == 2
    assert done.err == (
        "stacks  there is no stack 'prd'\n"
        "   fix: use 'prod'; the stacks are: dev, prod\n"
        "\n1 problem; nothing was done\n"
    )


def test_a_mistyped_option_and_command_name_the_right_one(run: Command) -> None:
    assert run("plan", "dev", "--fromat", "json").err.endswith(
        "Error: No such option '--fromat'. Did you mean '--format'?\n"
    )
    done = run("pln", "dev")
    assert done.code == 2
    said, _, there = done.err.strip().rpartition(" There are: ")
    assert said.endswith("Error: no command 'pln'; did you mean 'plan'?")
    assert sorted(there.split(", ")) == sorted(COMMANDS) and there.startswith("plan, ")


def test_every_problem_of_a_refusal_then_their_number(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Refused(
            Problem(Place("stacks/dev.yaml", 3, 5, 4, "    cidx: 10.0.0.0/8"), "unknown argument 'cidx'", "use 'cidr'"),
            Problem(Place("stacks/dev.yaml", 9, 1), "\x1b[31mred"),
        )

    monkeypatch.setattr("ultrastack.engine.capture", refuse)
    done = run("plan", "dev")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "stacks/dev.yaml:3:5  unknown argument 'cidx'\n"
        "    3 |     cidx: 10.0.0.0/8\n"
        "      |     ^^^^\n"
        "   fix: use 'cidr'\n"
        "stacks/dev.yaml:9:1  �[31mred\n"
        "\n2 problems; nothing was done\n"
    )


def test_our_own_failure_is_one_line_and_a_traceback_only_on_demand(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr("ultrastack.engine.capture", fail)
    done = run("plan", "dev")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("ultrastack itself failed, please report it: KeyError: 'lost' (")
    assert done.err.endswith("); run again with --debug for the traceback\n")
    assert done.err.count("\n") == 1
    debugged = run("plan", "dev", "--debug")
    assert debugged.code == 3
    assert debugged.err.startswith("Traceback (most recent call last):\n")


def test_an_error_of_a_component_names_its_step(run: Command, project: Path) -> None:
    """On the real offline engine: the project's own component fails while it is built."""
    (project / "components" / "aws").mkdir(parents=True)
    (project / "components" / "aws" / "odd.py").write_text(
        "from ultrastack.components.component import Args, Component\n\n"
        "class Odd(Component):\n"
        "    token, cloud, Args, roles = 'acme:aws:Odd', 'aws', Args, {}\n\n"
        "    def __init__(self, name, args, opts=None):\n"
        "        super().__init__(name, args, opts)\n"
        "        {}['lost']\n"
    )
    (project / "stacks" / "dev.yaml").write_text(
        'aws: {region: us-east-2, account_id: "111122223333"}\nsteps:\n  - name: one\n    aws.odd: {}\n'
    )
    (project / "__main__.py").write_text(
        "from pathlib import Path\nfrom ultrastack.language.program import run\nrun(Path(__file__).resolve().parent)\n"
    )
    done = run("plan", "dev")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "stacks/dev.yaml:4:5  step 'one': component aws.odd failed: KeyError: 'lost'\n"
        "    4 |     aws.odd: {}\n"
        "      |     ^^^^^^^\n"
        "   fix: mend odd.py, line 8\n"
        "\nthe program failed; nothing was done; run again with --debug for its traceback\n"
    )
    debugged = run("plan", "dev", "--debug").err
    assert debugged.startswith("Traceback (most recent call last):\n")
    assert "in __init__\n    {}['lost']\n" in debugged


def test_ctrl_c_is_quiet(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ultrastack.engine.capture", interrupt)
    done = run("plan", "dev")
    assert (done.code, done.out, done.err.strip()) == (130, "", "")


def test_a_folder_without_a_project(run: Command, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("elsewhere")
    done = run("plan", "dev", "-C", str(folder))
    assert done.code == 2
    assert done.err == USAGE + (
        f"no Pulumi.yaml in {folder} or above it, so this is no project; "
        "go to the project's folder or name it with -C DIR\n"
    )


@pytest.mark.usefixtures("captured")
def test_a_project_is_found_from_below(run: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "stacks")
    assert run("plan", "dev").code == 0
    assert run("plan", "dev.yaml").code == 0


@pytest.mark.parametrize("words", [("--picture",), ("--format", "svg"), ("--format", "html")], ids=str)
def test_what_shows_all_steps_takes_no_step(run: Command, project: Path, words: tuple[str, ...]) -> None:
    done = run("-C", str(project), "plan", "dev", "--step", "net", *words)
    assert (done.code, done.out) == (2, "")
    assert f"--step is for the list: leave it out, or {words[0]}" in done.err


def test_the_exit_codes_stand_in_every_help(run: Command) -> None:
    for command in ([], ["plan"], ["explain"], ["list"], ["doc"], ["catalog"], ["schema"], ["urns"]):
        text = run(*command, "--help").out
        assert "  2  the input could not be used: every problem with its place and what to type instead\n" in text
    same_as_golden("cli/help.txt", run("--help").out)


def test_the_folder_may_stand_before_the_command(run: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here = str(Path.cwd())
    away = tmp_path / "away"
    away.mkdir()
    monkeypatch.chdir(away)
    before, after = run("-C", here, "list", "stacks"), run("list", "stacks", "-C", here)
    assert before.out == after.out
    assert before.out.startswith("dev")
