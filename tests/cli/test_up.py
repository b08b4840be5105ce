"""Who may say yes to what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click
import pytest

from ultrastack.cli import consent
from ultrastack.cli.consent import agree, uncovered
from ultrastack.model.operation import Loss, Operation
from ultrastack.model.place import Refused

from .conftest import Command

PLACE = "ultrastack up prod  "


def loss(name: str, token: str = "aws:s3/bucket:Bucket") -> Loss:
    urn = f"urn:pulumi:prod::example::ultrastack:aws:StorageBucket${token}::{name}"
    return Loss(Operation("delete", urn, token, name, holds="data"), certain=True, replaced=False)


A, B, C, D = (loss(name) for name in ("a", "b", "c", "d"))
SAME_NAME = loss("a", "aws:kms/key:Key")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Somebody sits before the terminal and answers; what was asked is handed back."""

    def sits(*given: str) -> list[str]:
        asked: list[str] = []
        left = list(given)

        def prompt(text: str, **_: Any) -> str:
            asked.append(text)
            return left.pop(0)

        monkeypatch.setattr(consent, "terminal", lambda: True)
        monkeypatch.setattr(click, "prompt", prompt)
        monkeypatch.setattr(click, "confirm", lambda text, **_: prompt(text) == "y")
        return asked

    return sits


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consent, "terminal", lambda: False)


@pytest.mark.usefixtures("nobody")
def test_a_general_yes_never_covers_a_loss() -> None:
    with pytest.raises(Refused) as refused:
        agree("prod", [A, B], yes=True, may_lose=["a"])
    assert str(refused.value) == (
        f"{PLACE}this `up` would lose b, and nobody can be asked here\n   fix: if that is meant: --may-lose b"
    )


@pytest.mark.usefixtures("nobody")
def test_where_every_loss_is_named_nothing_else_is_asked() -> None:
    assert agree("prod", [A, B], yes=False, may_lose=["b", "a", "gone-already"]) is False


@pytest.mark.usefixtures("nobody")
def test_a_name_that_two_bear_names_neither() -> None:
    with pytest.raises(Refused) as refused:
        agree("prod", [A, SAME_NAME], yes=True, may_lose=["a"])
    assert str(refused.value) == (
        f"{PLACE}this `up` would lose {A.operation.urn}, {SAME_NAME.operation.urn}, and nobody can be asked here\n"
        f"   fix: if that is meant: --may-lose '{A.operation.urn}' --may-lose '{SAME_NAME.operation.urn}'"
    )
    assert uncovered([A, SAME_NAME], [A.operation.urn, SAME_NAME.operation.urn]) == []


def test_up_to_three_names_are_typed_one_by_one(answers: Callable[..., list[str]]) -> None:
    asked = answers("a", " b ", "c")
    assert agree("prod", [A, B, C], yes=True, may_lose=[]) is True
    assert asked == ["Type a to go on", "Type b to go on", "Type c to go on"]


def test_of_more_the_stack_and_their_number_are_typed(answers: Callable[..., list[str]]) -> None:
    asked = answers("prod")
    with pytest.raises(Refused, match=r"^ultrastack up prod  not confirmed: 'prod' is not 'prod 4'$"):
        agree("prod", [A, B, C, D], yes=False, may_lose=[])
    assert asked == ["Type the stack's name and how many are lost (prod 4) to go on"]


def test_a_wrong_name_stops_it(answers: Callable[..., list[str]]) -> None:
    answers("yes")
    with pytest.raises(Refused, match=r"^ultrastack up prod  not confirmed: 'yes' is not 'a'$"):
        agree("prod", [A], yes=True, may_lose=[])


def test_what_loses_nothing_takes_a_plain_yes(answers: Callable[..., list[str]]) -> None:
    assert answers("y") == []
    assert agree("prod", [], yes=False, may_lose=[]) is True
    answers("n")
    with pytest.raises(Refused, match=r"^ultrastack up prod  not confirmed: the answer was not yes$"):
        agree("prod", [], yes=False, may_lose=[])


def test_yes_is_not_asked_again(answers: Callable[..., list[str]]) -> None:
    asked = answers()
    assert agree("prod", [], yes=True, may_lose=[]) is False
    assert asked == []


def test_a_loss_that_only_may_happen_is_one(answers: Callable[..., list[str]]) -> None:
    asked = answers("a")
    assert agree("prod", [replace(A, certain=False)], yes=True, may_lose=[]) is True
    assert asked == ["Type a to go on"]


@pytest.mark.usefixtures("project", "captured")
def test_without_a_pulumi_it_says_where_to_get_one(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    outcome = run("up", "dev")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "pulumi  there is no pulumi CLI: this runs the real engine\n"
        "   fix: install it (https://www.pulumi.com/docs/install/) and put it on PATH\n"
        "\n"
        "1 problem; nothing was done\n"
    )


@pytest.mark.usefixtures("project", "captured")
def test_a_target_that_is_no_step_is_refused_before_pulumi_is_looked_for(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    outcome = run("up", "dev", "--target", "nothing-like-it")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("--target nothing-like-it  no step 'nothing-like-it' in ")


@pytest.mark.usefixtures("project")
def test_a_stack_that_is_not_there_is_refused(run: Command) -> None:
    outcome = run("up", "prd")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "stacks  there is no stack 'prd'\n   fix: use 'prod'; the stacks are: dev, prod\n"
        "\n1 problem; nothing was done\n"
    )
