"""How is a page for a terminal or a pipe put together? Line by line, then written at once."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from ultrastack.model.place import no_command, printable


class Page:
    """Lines of bounded width with a hanging indent and no white space at their end, printed all at once.

    Line by line, rich asks for the terminal's size and settings again and again: ten times slower at 5,000 resources.
    """

    def __init__(self, console: Console):
        self.console = console
        self.width = console.width
        self.lines: list[Text] = []

    def line(self, text: str | Text, indent: int = 0, hang: int = 2, style: str = "") -> None:
        if not text:
            return
        whole = Text(printable(text)) if isinstance(text, str) else text
        whole.plain = printable(whole.plain)  # whoever has forgotten it; as long as before, so styles keep their place
        whole.stylize(style)
        for part in self.wrapped(whole, indent, hang):
            self.lines.append(part)

    def whole(self, text: str) -> None:
        """Never wrapped: to be copied."""
        self.lines += [Text(line) for line in printable(text).split("\n")]

    def show(self) -> None:
        if self.console.color_system is None:
            self.console.file.write("".join(f"{no_command(line.plain)}\n" for line in self.lines))
        else:
            lines = map(_obeyed_by_nobody, self.lines)
            self.console.print(Text("\n").join(lines), soft_wrap=True, highlight=False)

    def wrapped(self, text: Text, indent: int, hang: int) -> Iterator[Text]:
        room = max(20, self.width - indent)
        if len(text) <= room and "\n" not in text.plain:
            yield Text(" " * indent) + text
            return
        first = text.wrap(self.console, room)[0]
        first.rstrip()
        yield Text(" " * indent) + first
        rest = text[len(first) :]
        if rest.plain.strip():
            rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
            for part in rest.wrap(self.console, max(20, room - hang)):
                part.rstrip()
                yield Text(" " * (indent + hang)) + part

    def blank(self) -> None:
        self.lines.append(Text())

    def title(self, words: str) -> None:
        self.blank()
        self.line(words, style="bold")


def _obeyed_by_nobody(line: Text) -> Text:
    """As no_command, of a line with styles: a runner shows colours, too, where they are asked for."""
    plain = line.plain
    at = len(plain) - len(plain.lstrip())
    if plain.startswith("::", at):
        line = Text.assemble(line[:at], "\N{ZERO WIDTH SPACE}", line[at:])
    while (at := line.plain.find("##[")) >= 0:
        line = Text.assemble(line[: at + 2], " ", line[at + 2 :])
    return line
