"""How would the user's line read with the quotes that it lacks?"""

from __future__ import annotations

import re

OPENING = "[{"
SMART = "“”„‟‘’‚‛«»"  # quotes of word processors, which YAML takes for letters
NO_STATEMENTS = ("'{% %}' is not part of the language", "use `when`, `loop` or {{ a if b else c }}")
GLUED = re.compile(r"""(\s*(?:-\s+)*)([A-Za-z_][\w.-]*):(?!//)([^\s:].*)""")


def as_scalar(text: str) -> str:
    """The text as a quoted YAML scalar; the quotes of a word processor around it were meant to be such."""
    if len(text) > 1 and text[0] in SMART and text[-1] in SMART:
        text = text[1:-1]
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def spaced(text: str) -> str:
    """`name:net` as it was meant, `name: net`; nothing if it is no key with its value glued to it."""
    match = GLUED.fullmatch(text)
    return f"{match[2]}: {match[3].rstrip()}" if match else ""


def bare_braces(line: str, start: int = 0) -> int | None:
    """Where the first `{{` outside of quotes and comments stands, at or after `start`."""
    quote, i = "", 0
    while i < len(line):
        c = line[i]
        if quote:
            if c == "\\" and quote == '"':
                i += 1
            elif c == quote:
                quote = ""
        elif c == "#" and (i == 0 or line[i - 1].isspace()):
            return None
        elif c in "'\"" and (not line[:i].strip() or line[:i].rstrip()[-1] in ":-,[{"):
            quote = c
        elif line.startswith("{{", i) and i >= start:
            return i
        i += 1
    return None


def value_start(line: str, at: int) -> int:
    """Where the scalar begins that covers column `at`: after the last `: ` or `- `, or a flow bracket or comma."""
    starts = [m.end() for m in re.finditer(r"^\s*|(?<!\S)-\s+|:\s+|[\[{,]\s*(?!\{)", line[:at])]
    return max([s for s in starts if s <= at] or [0])


def quoted_line(line: str, at: int) -> str:
    """The line, stripped, with the value that covers column `at` in quotes."""
    start = value_start(line, at)
    before, rest = line[:start], line[start:]
    end = len(rest)
    if any(
        c in OPENING for c in before
    ):  # inside a flow list or mapping the value ends before the next bracket or comma
        match = re.match(r"[^{},\]]*(?:\{\{.*?\}\}[^{},\]]*)+", rest)
        end = len(match[0].rstrip()) if match else end
    elif comment := re.search(r"\s#", rest):
        end = comment.start()
    value, after = rest[:end].rstrip(), rest[len(rest[:end].rstrip()) :]
    return f"{before}{as_scalar(value)}{after}".strip()
