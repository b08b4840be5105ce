"""`diff` of two programs is what the real engine plans for the second one on the state that the first one left.

Kind, earlier URN, inputs that differ and inputs that replace, of every resource of a cloud: once from both programs'
graphs, once from the state. Where they have to differ stands in diff_parity.KNOWN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from string import Template

import pytest

from ultrastack.engine import capture
from ultrastack.planner.diff import diff
from ultrastack.planner.state_graph import graph_of_state

from . import diff_parity as parity
from . import generated_stacks as generator
from .diff_parity import KNOWN, Difference, Stack, Tally
from .goals import write_answers
from .real_cli import Project, copy_of_repository, foreign_program
from .rehearsals import EXPORTS, Case, project_of
from .stack_edits import Edits, StackFile
from .test_foreign_programs import CALLS
from .test_parity import AT_ONCE

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore")]  # the program uses what the SDKs deprecate

EDITS = Edits.load()
LIVING = ("prod", "inf2-vllm-endpoint", "budgets", "tpu-gke")  # between them, every component that makes something
OF_A_LIFE = ("renamed", "changes", "forgotten", "less", "same", "replaces", "renamed-replaces")
PROGRAM = Path(__file__).parent / "programs" / "two_versions.py"
BUCKETS = ("in-use", "taken", "taken-once", "taken-later", "let-go-1", "owned")  # that are there already

SMALL = {
    "small": """\
aws: {region: $region, account_id: "111122223333"}
providers: {west: {cloud: aws, region: $west}}
tags: {cost-center: $tag}
steps:
  - name: "$name-{{ item }}"
    aws.storage_bucket: {noncurrent_days: 14}
    loop: $loop
$formerly\
  - {name: team, include: part.yaml, vars: {days: 9}}
  - name: far
    provider: west
    aws.storage_bucket: {noncurrent_days: 14}
    options: {children: {bucket: {$option}}}
""",
    "part": """\
steps:
  - name: $part
    aws.storage_bucket: {noncurrent_days: "{{ days }}"}
$of_part\
""",
}
BASE = {
    "region": "us-east-2",
    "west": "us-west-2",
    "tag": "a",
    "name": "data",
    "loop": "[raw, clean, last]",
    "formerly": "",
    "option": "",
    "part": "logs",
    "of_part": "",
}
SMALL_EDITS = {
    "renamed loop and include": {
        "name": "bucket",
        "formerly": '    formerly: ["older-{{ item }}", "data-{{ item }}"]\n',
        "part": "records",
        "of_part": "    formerly: logs\n",
    },
    "forgotten names": {"name": "bucket", "part": "records"},
    "another order": {"loop": "[last, new, raw]"},
    "another region of a provider": {"west": "us-west-1"},
    "another region": {"region": "us-west-2"},
    "other tags": {"tag": "b"},
    "options": {"option": "protect: true, retain_on_delete: true"},
    "import": {"option": "import: taken"},
}


@pytest.fixture(scope="module")
def previewed(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """Side by side; the offline engine has its turns afterwards."""
    folder = tmp_path_factory.mktemp("diff")

    def life(name: str) -> Stack:
        return lived(stack_of(copy_of_repository(pulumi_cli, folder / name), name))

    def foreign(name: str) -> Stack:
        return of_two_versions(stack_of(foreign_program(pulumi_cli, folder / name, PROGRAM), "dev"))

    def small(name: str) -> Stack:
        return of_small_edits(stack_of(copy_of_repository(pulumi_cli, folder / name, {}), name))

    lanes: list[tuple[Callable[[str], Stack], str]] = [(life, name) for name in LIVING]
    lanes += [(foreign, "two_versions"), (small, "small")]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip([name for _, name in lanes], pool.map(lambda one: one[0](one[1]), lanes), strict=True))


def stack_of(project: Project, name: str) -> Stack:
    answers = project.home / "answers.json"
    project.home.mkdir(parents=True)
    calls = {**generator.ANSWERS, **CALLS}
    write_answers(answers, calls, {"aws:s3/bucket:Bucket": {name: {"bucket": name} for name in BUCKETS}})
    project.extra_env["ULTRASTACK_REHEARSAL_ANSWERS"] = str(answers)
    return Stack(project, name, calls)


def lived(stack: Stack) -> Stack:
    """The changes of cases/life.yaml: first on the stack as it is, then on what they made of it."""
    stack.project.init(stack.name)
    file = StackFile(stack.project, stack.name)

    def rename() -> None:
        file.rename()
        file.tag(**{"cost-center": "research-4711"})

    def forget() -> None:
        file.rename()
        for step in file.steps.values():
            del step["formerly"]
        file.tag()

    def less() -> None:
        """One step is gone; the others have options that change nothing in a cloud."""
        del file.data["steps"][-1]
        file.data.pop("outputs", None)
        for step in file.steps:
            file.option(step, protect=True, retain_on_delete=True)

    def change(kind: str) -> None:
        for step in file.steps:
            edit = EDITS.of(kind, stack.name, step, file.component(step))
            assert edit is not None
            file.set(step, edit.arguments)

    def preview(label: str, *edits: Callable[[], None]) -> None:
        before = deepcopy(file.data)
        for edit in edits:
            edit()
        stack.preview(label)
        file.data = before
        file.tag()

    stack.up()
    preview("renamed", rename)
    preview("changes", lambda: change("changes"))
    preview("forgotten", forget)
    preview("less", less)
    change("changes")
    stack.up()
    preview("same")
    preview("replaces", lambda: change("replaces"))
    preview("renamed-replaces", lambda: change("replaces"), rename)
    return stack


def of_two_versions(stack: Stack) -> Stack:
    stack.project.init(
        "dev", {"version": "1", "aws:region": "us-east-2", "gcp:project": "example-ml"}, {"token": "hunter2"}
    )
    stack.up()
    for key, value, back, label in (("version", "2", "1", "everything"), ("aws:region", "us-west-2", "", "region")):
        stack.project.run("config", "set", "--stack", "dev", key, value)
        stack.preview(label)
        stack.project.run("config", "set", "--stack", "dev", key, back or "us-east-2")
    return stack


def of_small_edits(stack: Stack) -> Stack:
    def write(given: Mapping[str, str]) -> None:
        stack.project.write(**{name: Template(text).substitute(BASE, **given) for name, text in SMALL.items()})

    write({})
    stack.project.init(stack.name)
    stack.up()
    for label, given in SMALL_EDITS.items():
        write(given)
        stack.preview(label)
    return stack


@pytest.fixture(scope="module")
def tallies(say_at_the_end: Callable[[str], None]) -> Iterator[dict[str, Tally]]:
    found = {against: Tally(against) for against in ("graph", "state")}
    yield found
    for one in found.values():
        say_at_the_end(str(one))


CHANGED = [
    *((name, label) for name in LIVING for label in OF_A_LIFE),
    *(("two_versions", label) for label in ("everything", "region")),
    *(("small", label) for label in SMALL_EDITS),
]


@pytest.mark.parametrize("against", ["graph", "state"])
@pytest.mark.parametrize(("stack", "label"), CHANGED)
def test_the_diff_says_what_the_engine_plans(
    stack: str, label: str, against: str, previewed: dict[str, Stack], tallies: dict[str, Tally]
) -> None:
    changes, found = parity.compared(previewed[stack], label, against)
    assert tallies[against].count(changes, found) == []
    assert bool(changes) == (label not in ("same", "options"))


@pytest.mark.parametrize("stack", sorted(file.stem for file in EXPORTS.glob("*.json")))
def test_a_state_as_the_clouds_own_providers_write_it_is_no_change(stack: str, tmp_path: Path) -> None:
    project = project_of(Case(stack), tmp_path)
    new = capture(project, stack, fixtures=generator.ANSWERS)
    assert diff(graph_of_state(project / "export.json"), new) == ()


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.why)
def test_a_known_difference_is_still_one(known: parity.Known, previewed: dict[str, Stack]) -> None:
    of_these = [("prod", "renamed"), ("prod", "replaces"), ("two_versions", "everything")]
    every: list[Difference] = [
        one for where in of_these for one in parity.compared(previewed[where[0]], where[1], "graph")[1]
    ]
    assert any(known.fits(one) for one in every)


def test_every_component_that_makes_something_is_changed(previewed: dict[str, Stack]) -> None:
    files = [(name, previewed[name].previews["same"].after) for name in LIVING]
    texts = [text for name, of in files for file, text in of.items() if file.name == f"{name}.yaml"]
    changed = {word for word, kinds in EDITS.components.items() if any(edit.arguments for edit in kinds.values())}
    assert changed == {word for word in changed if any(f"{word}:" in text for text in texts)}
