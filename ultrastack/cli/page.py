"""How does a command print words in columns that fit the terminal?"""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Collection, Mapping, Sequence

import click

from ultrastack.model.place import printable

WIDEST = 110  # columns; longer lines are hard to read
PIPE_WIDTH = 100
WORD_COLUMN = 30  # a longer word gets a line of its own


def width() -> int:
    return min(WIDEST, shutil.get_terminal_size((PIPE_WIDTH, 24)).columns)


def paragraph(text: str, indent: int = 0) -> None:
    for line in textwrap.wrap(text, max(20, width() - indent), break_long_words=False, break_on_hyphens=False):
        click.echo(" " * indent + printable(line))


def title(text: str) -> None:
    click.echo()
    click.secho(text, bold=True)


def table(words: Mapping[str, str], indent: int = 2) -> None:
    """word  sentence, the sentences in one column."""
    column = min(WORD_COLUMN, max(map(len, words), default=0)) + 2
    for word, sentence in words.items():
        room = max(20, width() - indent - column)
        lines = textwrap.wrap(printable(sentence), room, break_long_words=False, break_on_hyphens=False) or [""]
        if len(word) + 2 > column:
            click.echo(" " * indent + click.style(word, bold=True))
        else:
            click.echo(
                (" " * indent + click.style(word, bold=True) + " " * (column - len(word)) + lines.pop(0)).rstrip()
            )
        for line in lines:
            click.echo(" " * (indent + column) + line)


def columns(head: Sequence[str], rows: Collection[Sequence[str]], numbers: Collection[int] = ()) -> None:
    """A table below its titles; the columns with numbers are right-aligned."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    click.echo()
    for row in (head, *rows):
        cells = [
            cell.rjust(w) if at in numbers else cell.ljust(w)
            for at, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        click.secho("  ".join(cells).rstrip(), bold=row is head)
