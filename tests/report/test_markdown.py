"""Whatever somebody writes, GitHub shows it as it is: no markup, no mention, no link, no reference, no command."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ultrastack.report.markdown import clipped, code, escaped, fenced, table_head, table_row

PARSER = MarkdownIt("gfm-like", {"linkify": False})
# What GitHub itself looks for outside of code, by its html-pipeline and the autolinks of its Markdown.
LINKED = (
    re.compile(r"@[a-z0-9]", re.I),
    re.compile(r"#\d"),
    re.compile(r"(^|\W)GH-\d", re.I),
    re.compile(r"(^|\W)[0-9a-f]{7,40}(\W|$)"),
    re.compile(r"(https?|ftp)://|www\.|(mailto|xmpp):\S*@"),
    re.compile(r":[a-z0-9_+-]+:"),
    re.compile(r"\$"),
)
HARD = some.text(
    some.one_of(
        some.sampled_from("`*_[]()#~<>&|@!$:/\\-+=.0123456789 \n\tabcdefwGH\u202e\u200b\x1b"), some.characters()
    ),
    max_size=60,
)


def inline(text: str) -> list[Token]:
    (block,) = [one for one in PARSER.parse(text) if one.type == "inline"]
    return list(block.children or [])


def plain(tokens: list[Token]) -> str:
    return "".join(one.content if one.type != "code_inline" else " ` " for one in tokens)


def same(text: str) -> str:
    """What has to be read: white space, backquotes and what cannot be printed are shown differently."""
    shown = "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)
    return re.sub(r"[`'\s]", "", shown)


@settings(deadline=None)
@given(HARD)
def test_text_stays_text_and_nothing_of_it_is_lost(text: str) -> None:
    made = escaped(text)
    if not made:
        assert not text.strip() or not same(text)
        return
    tokens = inline(made)
    assert {one.type for one in tokens} <= {"text", "text_special", "code_inline"}, made
    assert same("".join(one.content for one in tokens)) == same(text.replace("##[", "## [")), made
    assert not [pattern for pattern in LINKED if pattern.search(plain(tokens))], made


@settings(deadline=None)
@given(HARD)
def test_no_text_begins_a_block(text: str) -> None:
    if made := escaped(text):
        assert [one.type for one in PARSER.parse(f"- {made}")] == [
            "bullet_list_open", "list_item_open", "paragraph_open", "inline",
            "paragraph_close", "list_item_close", "bullet_list_close",
        ]  # fmt: skip


@settings(deadline=None)
@given(HARD)
def test_code_is_one_code(text: str) -> None:
    if made := code(text):
        assert [one.type for one in inline(f"a {made} b")] == ["text", "code_inline", "text"]


@settings(deadline=None)
@given(some.lists(HARD, min_size=2, max_size=4))
def test_a_row_has_its_cells(texts: list[str]) -> None:
    rows = [table_row([escaped(one) for one in texts]), table_row([code(one) for one in texts])]
    tokens = PARSER.parse("\n".join([table_head(["title"] * len(texts)), *rows]))
    assert [one.type for one in tokens].count("td_open") == 2 * len(texts)
    assert not [one for one in tokens if one.type in ("html_block", "fence", "link_open")]


@settings(deadline=None)
@given(HARD, some.sampled_from(["", "```", "~~~", "````\n```", "    "]))
def test_a_fence_is_closed_by_us_alone(text: str, more: str) -> None:
    tokens = PARSER.parse(f"{fenced(f'{more}{text}', 'mermaid')}\n\n</p>")
    assert [one.type for one in tokens] == ["fence", "html_block"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("use `formerly: [data]` in step data", "use `formerly: [data]` in step data"),
        ("one that `is never closed", "one that &#96;is never closed"),
        ("ask @platform (see #12, GH-3).", "ask `@platform` (see `#12`, `GH-3`)."),
        ("ami-0123456789abcdef0: gone", "`ami-0123456789abcdef0`: gone"),
        ("read https://x.invalid/a?b, or www.x.invalid", "read `https://x.invalid/a?b`, or `www.x.invalid`"),
        ("`a``b` is odd", "`'a''b'` is odd"),
        ("- no list", r"\- no list"),
        ("1. no list", r"1\. no list"),
        ("1.5 TiB at 12:30", "1.5 TiB at 12:30"),
        ("it is :tada: time", "it is :`tada`: time"),
        ("a::b aws:s3/bucket:Bucket", "a::b aws:s3/bucket:Bucket"),
        ("two\nlines \u202ereversed", "two lines \ufffdreversed"),
        ("", ""),
    ],
)
def test_words_that_stay_readable(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_a_page_in_the_log_of_a_runner_begins_no_command_there() -> None:
    """Its runner reads `::` at the start of a line, and `##[` anywhere (ActionCommand.cs of actions/runner)."""
    text = "::add-mask::x\n  ::error::y\nz ##[set-output name=a]b"
    lines = fenced(text).splitlines()
    assert lines == ["```", ": :add-mask::x", ": :error::y", "z ## [set-output name=a]b", "```"]
    assert code("##[error]x") == "`## [error]x`"
    assert "##[" not in escaped("##[error]x") and "##[" not in escaped("`##[error]x`")


def test_clipping() -> None:
    assert clipped("abc", 3) == "abc"
    assert clipped("abcd", 3) == "ab…"
