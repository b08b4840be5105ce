"""Programs that know nothing of stack files give the same graph on both engines: every programs/real_*.py.

A program is run with one config, one other stack and one record of the cloud, so that a new one is a file and no more.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ultrastack.engine import capture
from ultrastack.model.graph import Graph

from .differences import KNOWN, Known, differences, unexplained
from .goals import goals
from .real_cli import foreign_program
from .test_parity import AT_ONCE, fixtures, prepared

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore")]  # the programs use what the SDKs deprecate

PROGRAMS = {file.stem.removeprefix("real_"): file for file in (Path(__file__).parent / "programs").glob("real_*.py")}
CALLS = {
    "aws:ssm/getParameter:getParameter": [{"args": {"name": "/image"}, "result": {"value": "ami-0a1b2c3d4e5f60718"}}],
    "aws:index/getRegion:getRegion": [{"args": {}, "result": {"region": "us-east-2"}}],
    "aws:index/getCallerIdentity:getCallerIdentity": [{"args": {}, "result": {"accountId": "111122223333"}}],
    "gcp:compute/getImage:getImage": [
        {"args": {"family": "debian-12", "project": "debian-cloud"}, "result": {"selfLink": "projects/debian-cloud/a"}}
    ],
}
RESOURCES = {"aws:s3/bucket:Bucket": {"in-use": {"bucket": "in-use"}}}
OTHER_OUTPUTS = {
    "vpc": "vpc-0f0e0d0c0b0a09080",
    "group": "sg-0a1b2c3d4e5f60718",
    "subnets": ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"],
    "nested": {"zones": ["use2-az1", "use2-az3"]},
}
CONFIG = {
    "size": "2",
    "ratio": "1.5",
    "flag": "true",
    "settings": '{"cidr": "10.0.0.0/16", "zones": ["us-east-2a", "us-east-2b"], "public": false}',
    "list": '[1, "a", {"b": null}]',
    "aws:region": "us-east-2",
    "aws:defaultTags": '{"tags": {"owner": "platform"}}',
    "gcp:project": "example-ml",
}
SECRETS = {"token": "hunter2", "login": '{"user": "me", "password": ["hunter2"]}', "pin": "1234"}
TYPED = Known(
    "offline nothing is decrypted: a secret number, flag or object is unknown, a secret text is not",
    lambda d: "typed" in d.path and d.real == {"$secret": True} and d.offline == {"$secret": True, "$unknown": True},
)


@pytest.fixture(scope="module")
def graphs(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Graph, Graph]]:
    """Each program offline and on the real engine; previews run side by side, the offline engine afterwards."""
    folder = tmp_path_factory.mktemp("programs")

    def previewed(name: str) -> tuple[Any, Graph]:
        project = foreign_program(pulumi_cli, folder / name, PROGRAMS[name])
        prepared(project, "dev", CALLS, OTHER_OUTPUTS, CONFIG, SECRETS, RESOURCES)
        return project, goals(project, "dev")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        real = dict(zip(PROGRAMS, pool.map(previewed, PROGRAMS), strict=True))
    answers = fixtures(CALLS, "organization/foreign/base", OTHER_OUTPUTS)
    return {name: (capture(project.folder, "dev", fixtures=answers), graph) for name, (project, graph) in real.items()}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_foreign_program_is_the_same_on_both_engines(
    name: str, graphs: dict[str, tuple[Graph, Graph]], say_at_the_end: Callable[[str], None]
) -> None:
    offline, real = graphs[name]
    found = [str(one) for one in unexplained(offline, real, [TYPED])]
    say_at_the_end(f"parity: programs/real_{name}.py, {len(offline.resources)} resources, {len(found)} differences")
    assert found == []


@pytest.mark.parametrize("known", [*KNOWN, TYPED], ids=lambda known: known.why)
def test_a_known_difference_is_still_one(known: Known, graphs: dict[str, tuple[Graph, Graph]]) -> None:
    every = [one for pair in graphs.values() for one in differences(*pair) if one.urn]
    assert any(known.fits(one) for one in every)


def test_no_secret_of_the_config_is_in_a_graph(graphs: dict[str, tuple[Graph, Graph]]) -> None:
    text = json.dumps([repr(graph) for pair in graphs.values() for graph in pair])
    assert "hunter2" not in text
