"""How is a YAML text changed at some places while its comments and layout stay?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...model.place import Place
from ..quoting import as_scalar
from ..source import LINE_END, Node, parse

PLAIN = re.compile(r"(\.\./)?[A-Za-z][\w./-]*")
ELSEWHERE = ("y", "n", "yes", "no", "on", "off")  # texts here, and booleans for other readers of YAML


def written(text: str) -> str:
    """The text as a scalar that reads as this text and nothing else."""
    if PLAIN.fullmatch(text) and text.lower() not in ELSEWHERE and parse(text, "").data() == text:
        return text
    return as_scalar(text)


def in_braces(values: Mapping[str, str]) -> str:
    """{owner: platform, service: llm}"""
    return "{" + ", ".join(f"{written(key)}: {written(value)}" for key, value in values.items()) + "}"


class Text:
    """A YAML text, the nodes of which were read from it; changes are collected and made at once."""

    def __init__(self, text: str):
        self.text = text.removeprefix("\N{BYTE ORDER MARK}")
        self.lines = [0, *(match.end() for match in LINE_END.finditer(self.text))]
        self.changes: dict[tuple[int, int], str] = {}

    def offset(self, place: Place) -> int:
        return self.lines[place.line - 1] + place.column - 1

    def set(self, node: Node, value: str) -> None:
        """Another scalar in the place of this one."""
        start = self.offset(node.place)
        self.changes[start, start + len(node.raw)] = written(value)

    def set_mapping(self, node: Node, values: Mapping[str, str]) -> None:
        """Another mapping of scalars in the place of this one, on one line."""
        start = self.offset(node.place)
        last = max([start, *(self.offset(one.place) + len(one.raw) for one in node.value.values())])
        end = self.text.index("}", last) + 1 if self.text[start] == "{" else last
        self.changes = {span: new for span, new in self.changes.items() if not start <= span[0] < end}
        self.changes[start, end] = in_braces(values)

    def replace_words(self, top: Node, words: Mapping[str, str]) -> None:
        """Each of the words in scalars and keys, where it stands by itself; comments stay."""
        for place, raw in scalars(top):
            start = self.offset(place)
            found = self.text[start : start + len(raw)]
            new = with_words(found, words)
            if new != found and not any(begin <= start < end for begin, end in self.changes):
                self.changes[start, start + len(raw)] = new

    def result(self) -> str:
        made = self.text
        for (start, end), new in sorted(self.changes.items(), reverse=True):
            made = made[:start] + new + made[end:]
        return made


def with_words(text: str, words: Mapping[str, str]) -> str:
    """us-east5 in us-east5-b is no word of its own; the longest word is found first."""
    names = sorted((re.escape(word) for word in words), key=len, reverse=True)
    if not names:
        return text
    return re.sub(rf"(?<![\w-])({'|'.join(names)})(?![\w-])", lambda match: words[match[1]], text)


def data_with_words(value: Any, words: Mapping[str, str]) -> Any:
    """The same on what was read."""
    if isinstance(value, dict):
        return {with_words(key, words): data_with_words(inner, words) for key, inner in value.items()}
    if isinstance(value, list):
        return [data_with_words(inner, words) for inner in value]
    return with_words(value, words) if isinstance(value, str) else value


def scalars(node: Node) -> Iterator[tuple[Place, str]]:
    """Texts and keys, each with its place and as it is written; a key's quotes are left out."""
    if node.kind == "map":
        for key, inner in node.value.items():
            yield node.keys[key], place_text(node.keys[key], key)
            yield from scalars(inner)
    elif node.kind == "list":
        for inner in node.value:
            yield from scalars(inner)
    elif node.kind == "text":
        yield node.place, node.raw


def place_text(place: Place, key: str) -> str:
    """A key as it stands in its line: with its quotes, if it has some."""
    rest = place.excerpt[place.column - 1 :]
    return rest[: len(key) + 2] if rest[:1] in "'\"" else rest[: len(key)]


def texts(node: Node) -> Iterable[Node]:
    """All texts of a node, in the order of the file."""
    if node.kind == "map":
        for inner in node.value.values():
            yield from texts(inner)
    elif node.kind == "list":
        for inner in node.value:
            yield from texts(inner)
    elif node.kind == "text":
        yield node
