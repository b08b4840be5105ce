"""Which ways of confinement are there to test with? Decided here and nowhere else."""

from __future__ import annotations

import os

import pytest

from ultrastack.model.review import Confinement
from ultrastack.sandbox import modes
from ultrastack.sandbox.bubblewrap import PROGRAM
from ultrastack.sandbox.ways import WAYS, confinement


@pytest.fixture(params=list(WAYS), scope="session")
def mode(request: pytest.FixtureRequest) -> Confinement:
    """Each way that is possible here; that bubblewrap is must be so where ULTRASTACK_REQUIRE_ENGINE=1 says so."""
    wanted = confinement(request.param)
    if wanted in modes():
        return wanted
    why = f"{wanted.mode} does not work on this machine"
    if request.param == "bubblewrap":
        why += f" (is {PROGRAM} there, and may it make namespaces?)"
        if os.environ.get("ULTRASTACK_REQUIRE_ENGINE") == "1":
            pytest.fail(f"{why}, and ULTRASTACK_REQUIRE_ENGINE=1 wants its tests to run")
    pytest.skip(why)
