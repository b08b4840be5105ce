"""What stands in a YAML file, and where exactly?

libyaml's events are composed here: its own composer crashes on deep nesting, loses the places of aliases and accepts
recursion. Depth, aliases, tags and types of scalars stay in our hands at the same speed.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, NoReturn

import yaml

from ..model.place import Place, Problem, Refused
from .limits import DEPTH, DIGITS, FILE_BYTES, VALUES
from .quoting import SMART, as_scalar, bare_braces, quoted_line, spaced
from .yaml_errors import explained

Kind = Literal["map", "list", "text", "plain"]

LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")  # libyaml's; str.splitlines() has more and places would drift
FORBIDDEN = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # YAML 1.1, c-printable
STANDARD_TAGS = (None, "!", "tag:yaml.org,2002:str")
CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d\d?)?")  # not 0777, 1_000, 22:30, 2026-11-21, .inf


@dataclass(eq=False, slots=True)
class Node:
    """One value of a file: a map {key: Node}, a list [Node], a text, or plain (a number, true, false, null)."""

    kind: Kind
    value: Any
    place: Place
    raw: str = ""  # the scalar as written, quotes included
    keys: dict[str, Place] = field(default_factory=dict)  # where each key of a map stands
    size: int = 1  # values in it, aliases expanded
    level: str = ""  # who set it: one of scope.PRECEDENCE
    over: Node | None = None  # whom it beat

    def child(self, key: Any) -> Node | None:
        if self.kind == "map":
            return self.value.get(key) if isinstance(key, str) else None
        if self.kind == "list" and isinstance(key, int) and 0 <= key < len(self.value):
            found: Node = self.value[key]
            return found
        return None

    def data(self) -> Any:
        """As written: expressions are still texts."""
        if self.kind == "map":
            return {k: v.data() for k, v in self.value.items()}
        return [v.data() for v in self.value] if self.kind == "list" else self.value


def load(path: Path, root: Path) -> Node:
    """The content of one file of the project."""
    shown, real = _inside(Path(path), Path(root))
    here = Place(shown)
    try:
        facts = real.stat()
        if not stat.S_ISREG(facts.st_mode):
            _refuse(here, "is a folder, not a file" if real.is_dir() else "is not a file", "name a .yaml file")
        if facts.st_size > FILE_BYTES:
            _refuse(here, f"is larger than {FILE_BYTES // 1_000_000} MB", "split it with `extends` or `include`")
        content = real.read_bytes()
    except FileNotFoundError:
        _refuse(here, "does not exist", _near(real))
    except OSError as e:
        _refuse(here, f"cannot be read: {(e.strerror or 'no reason given').lower()}", f"ls -l {shown}")
    return parse(_decoded(content, shown), shown)


def _inside(path: Path, root: Path) -> tuple[str, Path]:
    """The path as the project sees it, and the file behind it."""
    root = root.resolve()
    path = Path(os.path.normpath(root / path if not path.is_absolute() else path))
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError):
        _refuse(Place(str(path)), "is not the path of a file", "write a path inside the project")
    if not real.is_relative_to(root):
        shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
        _refuse(Place(shown), "lies outside of the project", "copy it into stacks/")
    return (path if path.is_relative_to(root) else real).relative_to(root).as_posix(), real


def _near(real: Path) -> str:
    try:
        there = sorted(p.name for p in real.parent.iterdir() if p.suffix in (".yaml", ".yml"))
    except OSError:
        return "check the path"
    near = get_close_matches(real.name, there, 1, 0.6)
    return f"use '{near[0]}'" if near else ("in that folder: " + ", ".join(there[:20]) if there else "check the path")


def _decoded(content: bytes, shown: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = content.count(b"\n", 0, e.start) + 1
        _refuse(Place(shown, line, 1), f"is not UTF-8 text: byte {content[e.start]:#04x}", "save the file as UTF-8")


def parse(text: str, file: str) -> Node:
    """The content of a YAML text; raises Refused."""
    text = text.removeprefix("\N{BYTE ORDER MARK}")
    lines = LINE_END.split(text)
    if bad := FORBIDDEN.search(text):
        *above, last = LINE_END.split(text[: bad.start()])
        place = Place(file, len(above) + 1, len(last) + 1, 1, lines[len(above)])
        _refuse(place, f"the character U+{ord(bad[0]):04X} cannot stand in a YAML file", "remove it")
    try:
        return _Composer(text, file, lines).document()
    except yaml.YAMLError as error:
        raise Refused(explained(error, file, lines)) from None


class _Composer:
    """One file's events on their way to nodes."""

    def __init__(self, text: str, file: str, lines: list[str]):
        self.text, self.file, self.lines = text, file, lines
        self.events: Iterator[Any] = yaml.parse(text, Loader=yaml.CBaseLoader)
        self.anchors: dict[str, Node] = {}
        self.total = self.expanded = 0

    def document(self) -> Node:
        next(self.events)  # the stream's start
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return Node("map", {}, Place(self.file, 1, 1, 1, self.lines[0]))
        root = self.node(next(self.events), 0)
        next(self.events)  # the document's end
        if not isinstance(event := next(self.events), yaml.StreamEndEvent):
            _refuse(
                self.place(event.start_mark, 3), "a second document begins here", "one file, one document: remove ---"
            )
        return root

    def place(self, mark: Any, width: int = 1) -> Place:
        line = mark.line
        return Place(self.file, line + 1, mark.column + 1, width, self.lines[line] if line < len(self.lines) else "")

    def node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        if depth > DEPTH:
            _refuse(
                self.place(event.start_mark), f"nested more than {DEPTH} levels deep", "move the inner part to `vars`"
            )
        if event.tag not in STANDARD_TAGS:
            written = event.tag.replace("tag:yaml.org,2002:", "!!")
            _refuse(
                self.place(event.start_mark, len(written)),
                f"the tag '{written}' is not part of the language",
                "remove it",
            )
        before, self.total = self.total, self.total + 1
        if isinstance(event, yaml.ScalarEvent):
            made = self.scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            made = self.sequence(event, depth)
        else:
            made = self.mapping(event, depth)
        made.size = self.total - before
        if event.anchor:
            self.anchors[event.anchor] = made
        return made

    def alias(self, event: Any) -> Node:
        """An alias inside its own anchor finds nothing: no recursion."""
        place = self.place(event.start_mark, len(event.anchor) + 1)
        made = self.anchors.get(event.anchor)
        if made is None:
            why = f"the alias '*{event.anchor}' has no finished anchor '&{event.anchor}' before it"
            near = get_close_matches(event.anchor, self.anchors, 1, 0.6)
            _refuse(
                place, why, f"use '*{near[0]}'" if near else f"write &{event.anchor} before the value it stands for"
            )
        self.total += made.size
        self.expanded += made.size
        if self.expanded > VALUES:
            _refuse(place, f"aliases expand to more than {VALUES:,} values", "use `vars` and a `loop`")
        return made

    def scalar(self, event: Any) -> Node:
        start, value = event.start_mark, event.value
        raw = self.text[start.index : event.end_mark.index]
        width = len(raw) if start.line == event.end_mark.line else len(raw.split("\n", 1)[0])
        place = self.place(start, width or 1)
        if not event.implicit[0]:  # quoted or tagged
            return Node("text", value, place, raw)
        if value[:1] in SMART and value:
            _refuse(
                place,
                f"{value[0]} is a quote of a word processor, and YAML takes it for a letter",
                _straight(raw, place),
            )
        if value in CONSTANTS:
            return Node("plain", CONSTANTS[value], place, raw)
        number = _number(value) if value[0] in "-+0123456789" else None
        return Node("text", value, place, raw) if number is None else Node("plain", number, place, raw)

    def sequence(self, event: Any, depth: int) -> Node:
        items: list[Node] = []
        made = Node("list", items, self.place(event.start_mark))
        while not isinstance(inner := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(inner, depth + 1))
        return made

    def mapping(self, event: Any, depth: int) -> Node:
        made = Node("map", {}, self.place(event.start_mark))
        merged: list[Node] = []
        while not isinstance(inner := next(self.events), yaml.MappingEndEvent):
            key = self.key(inner, depth)
            if key.value == "<<" and key.raw == "<<":
                merged += self.below(key, self.node(next(self.events), depth + 1))
                continue
            if key.value in made.value:
                first = made.keys[key.value]
                _refuse(key.place, f"'{key.value}' is written twice, first at {first}", "remove one of the two")
            made.keys[key.value] = key.place
            value = made.value[key.value] = self.node(next(self.events), depth + 1)
            if value.kind == "plain" and not value.raw and key.raw == key.value and (meant := spaced(key.raw)):
                _refuse(key.place, "a space is missing after the colon", f"write {meant}")
        for low in merged:  # below the written keys; the first of several wins
            for name, value in low.value.items():
                if name not in made.value:
                    made.value[name], made.keys[name] = value, low.keys[name]
        return made

    def key(self, event: Any, depth: int) -> Node:
        place = self.place(event.start_mark)
        if isinstance(event, yaml.MappingStartEvent):  # {{ x }} without quotes is a mapping whose key is a mapping
            self.needs_quotes(place)
        if not isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
            _refuse(place, "a key must be text, not a list", "put it in quotes")
        key = self.node(event, depth + 1)
        if key.kind != "text":
            written = key.raw if key.raw else "the empty key"
            _refuse(key.place, f"a key must be text, and {written} is not", f"write {as_scalar(key.raw)}:")
        if key.value.startswith("fn::"):
            _refuse(key.place, f"'{key.value}' is of Pulumi YAML", 'write an expression as the value: "{{ ... }}"')
        if "{{" in key.value:
            _refuse(
                key.place,
                "a key cannot be an expression",
                "write the key out, or compute the whole mapping with `items2dict`",
            )
        return key

    def needs_quotes(self, place: Place) -> NoReturn:
        at = bare_braces(place.excerpt, max(0, place.column - 2))  # the mapping of the inner brace came first
        if at is None:
            _refuse(place, "a key must be text, not a mapping", "put it in quotes")
        place = replace(place, column=at + 1, width=2)
        _refuse(place, "an expression needs quotes here", f"write {quoted_line(place.excerpt, at)}")

    def below(self, key: Node, value: Node) -> list[Node]:
        found: list[Node] = value.value if value.kind == "list" else [value]
        if any(low.kind != "map" for low in found):
            _refuse(key.place, "'<<' takes a mapping or a list of mappings", "write <<: *name of an anchored mapping")
        return found


def _straight(raw: str, place: Place) -> str:
    if (braces := bare_braces(place.excerpt, place.column - 1)) is not None and len(raw) == 1:  # “{{ x }}”
        return f"write {quoted_line(place.excerpt, braces)}"
    return f"write {as_scalar(raw)}" if raw[-1] in SMART else "use straight quotes: ' or \""


def _number(value: str) -> int | float | None:
    """At most 15 digits, since the wire to the engine carries doubles; what has more stays a text."""
    match = NUMBER.fullmatch(value)
    if match is None or sum(c.isdigit() for c in value[: match.start(2) if match[2] else None]) > DIGITS:
        return None
    return float(value) if match[1] or match[2] else int(value)


def _refuse(place: Place, what: str, fix: str = "") -> NoReturn:
    raise Refused(Problem(place, what, fix))
