"""How does text stay text in Markdown that GitHub shows? No markup, no mention, no link, no reference, no emoji."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# What GitHub makes something of, even in plain words: a mention or an address, a formula, #12, GH-12, a commit, a link,
# :emoji:. It leaves code alone (IGNORE_PARENTS of its html-pipeline: pre, code, a, style), so such words become code.
_MEANS_SOMETHING = re.compile(r"@|\$|#\d|://|www\.|\bGH-\d|(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])|:[\w+-]+:", re.I)
_WORD = re.compile(r"(?:`[^`]*`|\S)+")  # with the white space that stands between backquotes
_CODE = re.compile(r"`([^`]*)`")
_AT_START = re.compile(r"^(?:(?=[-+=:])|(\d+)(?=[.)](?!\S)))")  # 1. and - begin a list, === underlines a heading
_COMMAND = re.compile(r"^\s*::")  # begins a command of GitHub's runner, where a page is printed to its log
_SIGNS = {ord(sign): f"\\{sign}" for sign in "\\*_[]#~"} | {
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord("&"): "&amp;",
    ord("`"): "&#96;",
    ord("|"): "&#124;",
}


def escaped(text: str) -> str:
    """One line of what somebody wrote. What stands between backquotes is code."""
    return _AT_START.sub(r"\1\\", " ".join(map(_word, _WORD.findall(_printable(text)))))


def _word(word: str) -> str:
    parts = _CODE.split(word)  # every second one stood between backquotes
    plain, quoted = parts[::2], parts[1::2]
    apart = all(plain[1:-1]) and all(map(str.strip, quoted))  # two codes side by side would be one, or none
    if _MEANS_SOMETHING.search(" ".join(plain)) or not apart:
        return _bare(word)
    return "".join(code(one) if i % 2 else one.translate(_SIGNS) for i, one in enumerate(parts))


def _bare(word: str) -> str:
    """As code, but for the punctuation around it."""
    inside = word.strip("(.,:;!?)")
    if not inside.strip("` "):
        return word.translate(_SIGNS)
    before, after = word.split(inside, 1)
    return before.translate(_SIGNS) + code(inside) + after.translate(_SIGNS)


def code(text: str) -> str:
    """Between backquotes nothing means anything but a backquote; "" stays empty."""
    shown = _printable(text).replace("`", "'").strip()
    return f"`{shown}`" if shown else ""


def fenced(text: str, language: str = "") -> str:
    """A block of lines that nothing in them can close."""
    lines = "\n".join(_COMMAND.sub(": :", _printable(line)) for line in text.splitlines())
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", lines)), default=0))
    return f"{fence}{language}\n{lines}\n{fence}"


def table_row(cells: Sequence[str]) -> str:
    """Of Markdown; a bar inside code would end the cell, and how one is escaped there differs among parsers."""
    return f"| {' | '.join(cell.replace('|', '¦') for cell in cells)} |"


def table_head(titles: Sequence[str]) -> str:
    return f"{table_row(titles)}\n|{' --- |' * len(titles)}"


def folded(title: str, lines: Sequence[str]) -> Iterator[str]:
    """The title is HTML of our own; without the empty lines GitHub reads no Markdown inside."""
    yield from (f"<details><summary>{title}</summary>", "", *lines, "", "</details>", "")


def clipped(text: str, most: int) -> str:
    """Before it is escaped, never after."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _printable(text: str) -> str:
    """White space becomes a space; a control character, or a mark that turns the direction of text, is seen.

    ##[ begins a command of GitHub's runner wherever it stands in a line (ActionCommand.TryParse of actions/runner).
    """
    if text.isprintable():
        shown = text
    else:
        shown = "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown.replace("##[", "## [")
