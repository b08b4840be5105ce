"""What a project's `__main__.py` does, heard by our engine and by Pulumi's own."""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from pathlib import Path

import pytest

from ultrastack.language.program import READER
from ultrastack.language.reading import Reading
from ultrastack.model.overrides import OVERRIDES
from ultrastack.model.place import Refused

from .projects import AWS, FAKES, write
from .recorder import Recorder

ROOT = Path(__file__).parents[2]
GOOD = AWS + 'vars: {zones: [a]}\nsteps:\n  - {name: net, aws.net: {cidr: 10.0.0.0/16, zones: "{{ zones }}"}}\n'
BAD = AWS + "steps:\n  - {name: net, aws.net: {cidr: ten, zones: [a]}}\n"
FAILS = AWS + "steps:\n  - {name: p, aws.pool: {machine: g6.xlarge, subnet_ids: [s], settings: {fail: 'yes'}}}\n"


def project(tmp_path: Path, text: str) -> Path:
    for file in FAKES.glob("components/*/*.py"):
        write(tmp_path, {str(file.relative_to(FAKES)): file.read_text("utf-8")})
    return write(tmp_path, {"stacks/dev.yaml": text, "__main__.py": (ROOT / "__main__.py").read_text("utf-8")})


def heard(
    root: Path, offline: bool = True, config: Mapping[str, str] | None = None, secret: tuple[str, ...] = ()
) -> Recorder:
    recorder = Recorder()
    recorder.run(lambda: runpy.run_path(str(root / "__main__.py")) and None, config, secret, offline)
    return recorder


@pytest.mark.parametrize("offline", [True, False])
def test_the_program_builds_the_stack_of_the_engine(offline: bool, tmp_path: Path) -> None:
    found = heard(project(tmp_path, GOOD), offline)
    assert set(found.requests) == {"ultrastack-dev", "aws", "net", "net-vpc", "net-subnet-a"}


def test_config_and_set_reach_the_variables(tmp_path: Path) -> None:
    root = project(tmp_path, GOOD)
    assert "net-subnet-c" in heard(root, config={"ultrastack:vars": '{"zones": ["c"]}'}).requests
    token = OVERRIDES.set(("zones=[s]",))
    try:
        assert "net-subnet-s" in heard(root, config={"ultrastack:vars": '{"zones": ["c"]}'}).requests
    finally:
        OVERRIDES.reset(token)


def test_a_secret_among_the_variables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Pulumi config ultrastack:vars  holds a secret"):
        heard(project(tmp_path, GOOD), config={"ultrastack:vars": '{"zones": ["c"]}'}, secret=("ultrastack:vars",))


def test_whoever_listens_sees_what_was_read(tmp_path: Path) -> None:
    seen: list[Reading] = []
    token = READER.set(seen.append)
    try:
        heard(project(tmp_path, GOOD))
    finally:
        READER.reset(token)
    assert [s.name for s in seen[0].steps] == ["net"]


def test_our_engine_is_handed_the_refusal_and_nothing_is_registered(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        heard(project(tmp_path, BAD))


@pytest.mark.parametrize(
    "text, logged, made",
    [
        (BAD, "1 problem; nothing was changed\nstacks/dev.yaml:3:33  'cidr' of aws.net is 'ten'", ["ultrastack-dev"]),
        (FAILS, "stacks/dev.yaml:3:15  step 'p': component aws.pool failed: KeyError", ["ultrastack-dev", "aws", "p"]),
    ],
)
def test_pulumi_s_engine_gets_one_message_and_its_own_exit_code(
    text: str, logged: str, made: list[str], tmp_path: Path
) -> None:
    root, recorder = project(tmp_path, text), Recorder()
    with pytest.raises(SystemExit) as stopped:
        recorder.run(lambda: runpy.run_path(str(root / "__main__.py")) and None, offline=False)
    assert stopped.value.code == 32
    assert [message[: len(logged)] for message in recorder.logs] == [logged]
    assert sorted(recorder.requests) == sorted(made)
