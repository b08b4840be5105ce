"""How is HTML written from texts that nobody may trust? Escaped, and without a sign that hides or reorders others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from ultrastack.model.place import printable
from ultrastack.model.plan import Note

_BREAKS = re.compile(r"([/:.])(?=\w)")
_LINK = re.compile(r"https://[\w.-]+(/[\w./#?=%~+-]*)?", re.ASCII)


def escaped(text: str) -> str:
    """For content, and for attributes in quotes; line ends stay, marks of direction and control are replaced."""
    return escape(printable(text))


def prose(text: str) -> str:
    """What stands between backquotes is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one that is never closed
        return escaped(text)
    return "".join(code(one) if at % 2 else escaped(one) for at, one in enumerate(parts))


def code(text: str, name: str = "") -> str:
    """May be broken where a reader would break it."""
    given = f' class="{name}"' if name else ""
    return f"<code{given}>" + _BREAKS.sub(r"\1<wbr>", escaped(text)) + "</code>"


def span(name: str, html: str) -> str:
    return f'<span class="{name}">{html}</span>'


def listed(items: Iterable[str], name: str = "") -> str:
    given = f' class="{name}"' if name else ""
    inside = "".join(f"<li>{item}</li>\n" for item in items)
    return f"<ul{given}>\n{inside}</ul>" if inside else ""


def folded(summary: str, html: str, name: str = "") -> str:
    given = f' class="{name}"' if name else ""
    return f"<details{given}><summary>{summary}</summary>\n{html}\n</details>"


def part(level: int, title: str, html: str, name: str = "") -> str:
    """One part of the report under its heading; "" where there is nothing to tell."""
    given = f' class="{name}"' if name else ""
    return f"<section{given}>\n<h{level}>{title}</h{level}>\n{html}\n</section>" if html else ""


def reference(text: str) -> str:
    """A link only where all of it can be read, and nothing in it is unusual."""
    if _LINK.fullmatch(text):
        return f'<a href="{escaped(text)}" rel="noopener noreferrer">{escaped(text)}</a>'
    return prose(text)


def notes(told: Iterable[Note]) -> str:
    return listed((prose(one.text) + "".join(command(line) for line in one.commands) for one in told), "notes")


def command(line: str) -> str:
    return f'<pre class="command"><code>{escaped(line)}</code></pre>'
