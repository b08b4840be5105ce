"""--set: what makes it true for `pulumi up`."""

from __future__ import annotations

import pytest

from ultrastack.planner.overrides import override_notes


def commands(*given: str) -> tuple[str, ...]:
    (note,) = override_notes("dev", given)
    return note.commands


def test_the_command_keeps_the_type() -> None:
    set_n = "pulumi config set --stack dev --path ultrastack:vars.n --type"
    assert commands("n=5") == (f"{set_n} int -- 5",)
    assert commands("n=-1.5") == (f"{set_n} float -- -1.5",)
    assert commands("n=true") == (f"{set_n} bool -- true",)
    assert commands("n='5'") == (f"{set_n} string -- 5",)
    assert commands("n=no") == (f"{set_n} string -- no",)
    assert commands("n=") == (f"{set_n} string -- ''",)
    assert commands("n=it's $5") == (f"{set_n} string -- 'it'\"'\"'s $5'",)


def test_lists_and_mappings_take_one_command_for_each_value() -> None:
    head, tail = "pulumi config set --stack dev --path", "--type int --"
    assert commands("n=[{size: 4, x.y: 5}, {size: 6}]") == (
        f"{head} 'ultrastack:vars.n[0].size' {tail} 4",
        f"{head} 'ultrastack:vars.n[0][\"x.y\"]' {tail} 5",
        f"{head} 'ultrastack:vars.n[1].size' {tail} 6",
    )
    assert commands("pool.size=3") == (f"{head} ultrastack:vars.pool.size {tail} 3",)


def test_of_one_variable_the_last_counts() -> None:
    assert commands("n=5", "n=6")[0].endswith("-- 6")


@pytest.mark.parametrize("text", ["n=null", "n=[]", "n={}", "n={a: null}"])
def test_what_the_config_cannot_hold_is_said(text: str) -> None:
    (note,) = override_notes("dev", [text])
    assert note.text == (
        "n is set in this plan only; Pulumi's config cannot hold null, [] or {}: write it into the stack file"
    )
    assert note.commands == ()
