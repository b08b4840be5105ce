"""The planner: its stages, and what it refuses itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.language.projects import read_text
from tests.report import graphs
from ultrastack.language.program import READER
from ultrastack.model.overrides import OVERRIDES
from ultrastack.model.place import Place, Problem, Refused
from ultrastack.model.plan import Note
from ultrastack.planner.plan import plan, select


@pytest.fixture
def captured(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """An engine that notes what it was asked, hands over what a program has read, and answers with a graph."""
    asked: dict[str, Any] = {"reading": None}

    def capture(root: Path, stack: str, **given: Any) -> Any:
        asked.update(root=root, stack=stack, overrides=OVERRIDES.get(), **given)
        if asked["reading"] and (heard := READER.get()):
            heard(asked["reading"])
        return graphs.small()

    monkeypatch.setattr("ultrastack.engine.capture", capture)
    return asked


def test_a_plan_says_what_was_looked_at_and_what_was_not(captured: dict[str, Any], tmp_path: Path) -> None:
    place = Place("stacks/dev.yaml", 9, 5)
    notices = [Problem(place, "named by index", "name it by the item")]
    captured["reading"] = replace(read_text(tmp_path, "description: To try things\nsteps: []\n"), notices=notices)
    made = plan(Path("/p"), "dev")
    assert (captured["root"], captured["stack"]) == (Path("/p"), "dev")
    assert (made.graph, made.base, made.description) == (graphs.small(), "nothing, all new", "To try things")
    assert made.checked == ("the stack file", "every argument")
    assert made.not_checked == ("prices", "rules", "what exists in the account")
    assert made.selected == ()
    assert made.notes == (Note("stacks/dev.yaml:9:5  named by index; name it by the item"),)


def test_of_another_program_no_stack_file_was_checked(captured: dict[str, Any]) -> None:
    assert plan(Path("/p"), "dev").checked == ("that the program runs",)


def test_what_is_set_reaches_the_program_and_is_noted(captured: dict[str, Any]) -> None:
    made = plan(Path("/p"), "dev", overrides=["capacity_gib=2400"])
    assert captured["overrides"] == ("capacity_gib=2400",)
    assert (READER.get(), OVERRIDES.get()) == (None, ())  # nobody listens to a later run, nothing is set for it
    (note,) = made.notes
    assert note.commands == (
        "pulumi config set --stack dev --path ultrastack:vars.capacity_gib --type int -- 2400",
    )  # fmt: skip


def test_selected_steps_keep_the_order_of_the_file() -> None:
    assert select(graphs.small(), ["data", "net", "data"]) == ("net", "data")


def test_an_unknown_step_names_the_nearest_and_all() -> None:
    with pytest.raises(Refused) as e:
        select(graphs.small(), ["dta", "net"])
    assert str(e.value) == (
        "--step dta  no step 'dta' in dev\n"
        "   fix: use 'data'; the steps are: net, fabric, data, training, slice"
    )  # fmt: skip
