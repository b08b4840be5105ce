"""How is a command of GitHub's runner written, so that nothing in a text begins another one?"""

from __future__ import annotations

from typing import Literal

from ultrastack.model.place import Place, no_command, printable

Command = Literal["error", "warning", "notice"]


def command(name: Command, title: str, message: str, place: Place | None = None) -> str:
    """::error file=stacks/prod.yaml,line=31,title=what::why"""
    where = []
    if place is not None and place.file:
        where.append(f"file={_property(place.file)}")
        if place.line:
            end = place.column + max(1, place.width) - 1
            where += [f"line={place.line}", f"col={place.column}", f"endColumn={end}"]
    where.append(f"title={_property(title)}")
    return f"::{name} {','.join(where)}::{_data(message)}"


def _data(text: str) -> str:
    """As GitHub's own toolkit escapes it: nothing in a user's file can begin another command."""
    return no_command(printable(text)).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
