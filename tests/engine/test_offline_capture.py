"""A project runs as Pulumi's Python host would run it, and leaves nothing behind in our process."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pulumi
import pytest

from ultrastack.engine import capture, run
from ultrastack.model.graph import SECRET, UNKNOWN, Graph, dumps
from ultrastack.model.place import Refused
from ultrastack.model.step import LISTENER

from .offline_project import FIXTURES, TOKEN, folder

ASKS = """
import json, pulumi
config = pulumi.Config()
for key in ("text", "number", "yes", "list", "default", "overruled", "day"):
    pulumi.export(key, config.get(key))
pulumi.export("region", pulumi.Config("aws").get("region"))
pulumi.export("password", config.get_secret("password"))
pulumi.export("nested", config.get_secret_object("nested"))
pulumi.export("names", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()])
pulumi.export("dry", pulumi.runtime.is_dry_run())
"""
CONFIG = """
config:
  foreign:default: {type: string, default: from the project}
  overruled: {default: no}
  unset: {type: string}
stackConfigDir: settings
"""
SETTINGS = """
encryptionsalt: v1:x
config:
  foreign:text: hello
  foreign:number: 3
  foreign:yes: true
  foreign:list: [1, {a: b}]
  foreign:overruled: by the stack
  foreign:day: 2026-01-02
  aws:region: us-east-2
  foreign:password: {secure: v1:abcdef}
  foreign:nested: {user: me, key: {secure: v1:abcdef}}
"""


def test_config_comes_from_the_project_then_the_stack_then_the_caller(tmp_path: Path) -> None:
    root = folder(tmp_path, ASKS, CONFIG)
    (root / "settings").mkdir()
    (root / "settings" / "Pulumi.dev.yaml").write_text(SETTINGS)
    graph = capture(root, "dev", config={"foreign:text": "caller"}, organization="acme")
    assert graph.outputs == {
        "text": "caller",
        "number": "3",
        "yes": "true",
        "list": '[1,{"a":"b"}]',
        "default": "from the project",
        "overruled": "by the stack",
        "day": '"2026-01-02"',
        "region": "us-east-2",
        "password": SECRET,
        "nested": SECRET,
        "names": ["foreign", "dev", "acme"],
        "dry": True,
    }
    assert "abcdef" not in dumps(graph)


def test_a_stack_without_settings_has_the_projects(tmp_path: Path) -> None:
    outputs = capture(folder(tmp_path, ASKS, CONFIG), "new").outputs
    assert (outputs["default"], outputs["overruled"]) == ("from the project", "false")
    assert "text" not in outputs


@pytest.mark.parametrize(
    ("yaml", "words"),
    [
        ("runtime: python\n", "Pulumi.yaml  the project has no name\n   fix: add `name: my-project`"),
        (
            "name: p\nruntime: {name: nodejs}\n",
            "Pulumi.yaml  the runtime is nodejs\n   fix: only `runtime: python` can be planned offline",
        ),
        ("name: [\n", "Pulumi.yaml:2:1  this is not YAML: expected the node content, but found '<stream end>'"),
        ("- a\n", "Pulumi.yaml  a mapping is needed here"),
        ("name: p\nconfig: 3\n", "Pulumi.yaml  `config` is not a mapping"),
        ("name: p\nmain: infra\n", "Pulumi.yaml  the project's program is not there: infra"),
        ("name: p\n", "Pulumi.yaml  the project's program is not there: __main__.py"),
    ],
)
def test_a_project_that_cannot_be_used_is_refused(tmp_path: Path, yaml: str, words: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(yaml)
    with pytest.raises(Refused) as e:
        capture(tmp_path, "dev")
    assert str(e.value) == words


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as e:
        capture(tmp_path, "dev")
    assert str(e.value) == "Pulumi.yaml  no such file\n   fix: run this in a Pulumi project's folder"


def test_the_program_may_stand_in_a_folder_of_its_own(tmp_path: Path) -> None:
    root = folder(tmp_path, "", "main: infra\n")
    (root / "infra").mkdir()
    (root / "infra" / "__main__.py").write_text(
        "import os, pulumi\npulumi.export('here', os.path.basename(os.getcwd()))\n"
    )
    assert capture(root, "dev").outputs == {"here": "infra"}


def test_what_the_program_prints_is_not_in_our_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capture(folder(tmp_path, "print('the program speaks')\n"), "dev")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "the program speaks\n")


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    root = folder(tmp_path, "import mine\nimport pulumi\npulumi.export('x', mine.x)\n")
    (root / "mine.py").write_text("x = 1\n")
    before = Path.cwd(), sys.path[:], sys.argv[:], gc.get_threshold(), os.environ.get("PULUMI_ERROR_OUTPUT_STRING")
    assert capture(root, "dev").outputs == {"x": 1}
    after = Path.cwd(), sys.path[:], sys.argv[:], gc.get_threshold(), os.environ.get("PULUMI_ERROR_OUTPUT_STRING")
    assert before == after
    assert "mine" not in sys.modules
    assert LISTENER.get() is None


def test_two_projects_with_modules_of_the_same_name_are_kept_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        root = folder(tmp_path / name, "import same\nimport pulumi\npulumi.export('x', same.x)\n")
        (root / "same.py").write_text(f"x = '{name}'\n")
    outputs = [capture(tmp_path / name, "dev").outputs["x"] for name in ("one", "two", "one")]
    assert outputs == ["one", "two", "one"]


def kinds(root: Path) -> Graph:
    return capture(root, "dev", config={"foreign:token": TOKEN}, secret_keys=["foreign:token"], fixtures=FIXTURES)


def test_the_same_project_twice_gives_the_same_graph(tmp_path: Path) -> None:
    root = folder(tmp_path, "offline_kinds.py")
    assert dumps(kinds(root)) == dumps(kinds(root))


def test_an_answer_that_was_not_recorded_is_unknown(tmp_path: Path) -> None:
    program = """
import pulumi, pulumi_aws as aws
pulumi.export("image", aws.ssm.get_parameter_output(name="/image").value)
pulumi.export("other", pulumi.StackReference("organization/x/base").get_output("vpc"))
"""
    assert capture(folder(tmp_path, program), "dev").outputs == {"image": UNKNOWN, "other": UNKNOWN}


def test_an_answer_may_be_computed_from_the_arguments() -> None:
    def program() -> None:
        asked = pulumi.runtime.invoke_output("x:y:twice", {"number": 4})
        pulumi.export("twice", asked.apply(lambda found: found["number"]))

    answers = {"x:y:twice": lambda args: {"number": args["number"] * 2}}
    assert run(program, fixtures=answers).outputs == {"twice": 8}


def test_an_async_program_runs_to_its_end() -> None:
    async def program() -> None:
        await asyncio.sleep(0)
        pulumi.export("done", True)

    assert run(program).outputs == {"done": True}


def test_runs_in_threads_do_not_meet() -> None:
    def of(number: int) -> Graph:
        def program() -> None:
            pulumi.ComponentResource("x:y:Z", f"z-{number}")
            pulumi.export("number", number)

        return run(program, stack=f"stack-{number}")

    with ThreadPoolExecutor(4) as pool:
        graphs = list(pool.map(of, range(8)))
    assert [g.outputs["number"] for g in graphs] == list(range(8))
    assert [[r.name for r in g.resources] for g in graphs] == [[f"project-stack-{n}", f"z-{n}"] for n in range(8)]
