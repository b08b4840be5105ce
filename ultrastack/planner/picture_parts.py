"""What is a picture made of, before alike things become one? Parts with the place that each stands in, and links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from ultrastack.model.graph import Graph, Resource
from ultrastack.model.picture import Link, NodeKind
from ultrastack.policies.launches import Meant
from ultrastack.policies.said import NotApplicable, Undecided
from ultrastack.policies.world import Block, Outside, Subject, World

T = TypeVar("T")
DETAILS_MAX = 4
DETAIL_WIDTH = 60  # characters
ID_WIDTH = 30  # characters of one id or name inside a detail
OURS = "ultrastack:"  # types of our components
CALLED = "was called"  # before a name, which is another one for each of several alike things
ZONE_UNKNOWN = "zone unknown until `up`"
NOT_OURS = "not made by this program"
NAMED = ("bucket", "name", "id", "dnsName")
_ADDRESS = re.compile(r"^(?:s3://|gs://|arn:[a-z-]+:s3:::)")
_DIGITS = re.compile(r"(\d+)")
NUMBER = re.compile(r"([0-9a-f]{8,}|\d+)")  # also an id


@dataclass(frozen=True)
class Part:
    """One thing, not yet aggregated."""

    key: str
    parent: str  # key of what it stands in; "" for a cloud
    kind: NodeKind
    label: str
    details: tuple[str, ...] = ()
    own: tuple[str, ...] = ()  # URNs of what it stands for
    ids: tuple[tuple[str, str], ...] = ()  # what tells it from alike ones: ("capacity block", "cr-...")
    family: str = ""  # who made it: its step or component; "" where only the name tells which are alike


@dataclass
class Drawing:
    """All parts and links of one graph. `later` leads from a URN to the one that it has in the newer graph."""

    world: World
    later: Mapping[str, str] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    links: dict[Link, None] = field(default_factory=dict)
    at: dict[str, list[str]] = field(default_factory=dict)  # URN -> keys of the parts that stand for it
    inside: dict[str, str] = field(default_factory=dict)  # URN of what is only told of a part -> its key
    later_links: list[tuple[str, str, str]] = field(default_factory=list)  # URNs, once all parts are there

    @property
    def graph(self) -> Graph:
        graph: Graph = self.world.graph
        return graph

    def add(self, part: Part) -> str:
        """Its key; one of the same key keeps its place and gets what is new in this one."""
        if not all(part.details):
            part = replace(part, details=tuple(filter(None, part.details)))
        fresh = tuple(urn for urn in dict.fromkeys(part.own) if part.key not in self.at.get(urn, ()))
        before = self.parts.get(part.key)
        if before is not None:
            details = tuple(dict.fromkeys((*before.details, *part.details)))
            part = replace(before, own=(*before.own, *fresh), details=details)
        self.parts[part.key] = part
        for urn in fresh:
            self.at.setdefault(urn, []).append(part.key)
        return part.key

    def fact(self, key: str, *details: str) -> None:
        """More of what is known of a part."""
        part = self.parts[key]
        self.parts[key] = replace(part, details=tuple(dict.fromkeys((*part.details, *details))))

    def link(self, source: str, target: str, label: str = "") -> None:
        if source != target and source in self.parts and target in self.parts:
            self.links[Link(source, target, label)] = None

    def join(self) -> None:
        """Draws the links between URNs: to what stands for each first."""
        for source, target, label in self.later_links:
            for one in self.at.get(source, ())[:1]:
                for other in self.at.get(target, ())[:1]:
                    self.link(one, other, label)

    def bucket(self, block: Block, name: str, types: Sequence[str]) -> Subject | None:
        """The one of this program that an input names: by an address (s3://bucket/prefix), a name or an ARN."""
        value = block.raw(name)
        if isinstance(value, str):
            return next((one for one in named_as(self.world, value) if one.type in types), None)
        return one_of(meant(block, name, *types))

    def key(self, subject: Subject) -> str:
        """The same in every run, and before and after a resource has another name in Pulumi."""
        return self.key_of(subject.urn)

    def key_of(self, urn: str) -> str:
        return tail(self.later.get(urn, urn))

    def move(self, key: str, parent: str) -> None:
        self.parts[key] = replace(self.parts[key], parent=parent)

    # ---- places -----------------------------------------------------------------------------------------------------

    def cloud(self, name: str, label: str) -> str:
        return self.add(Part(name, "", "cloud", label))

    def region(self, cloud: str, name: str) -> str:
        return self.add(Part(f"{cloud}/{name or '?'}", cloud, "region", name or "region unknown"))

    def zone(self, parent: str, name: str) -> str:
        return self.add(Part(f"{parent}/zone/{name or '?'}", parent, "zone", name or ZONE_UNKNOWN))

    def label(self, subject: Subject) -> str:
        """The user's own name: of the step, where it has one such thing, else of the resource."""
        labels: Mapping[str, str] = self.world.once(_labels)
        return labels.get(subject.urn) or str(subject.name)

    def family(self, subject: Subject) -> str:
        """Its component's or step's; "" at the top of a program, where only names tell what belongs together."""
        parent = self.graph.by_urn.get(subject.resource.parent)
        if parent is None or parent.kind == "stack":
            return str(subject.resource.step)
        return self.key_of(parent.urn)


def _labels(world: World) -> Mapping[str, str]:
    """Of resources that are the only ones of their type in a step, or in a component of ours, as a state has it."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in world.subjects:
        parent = world.graph.by_urn.get(one.resource.parent)
        ours = parent.name if parent is not None and parent.type.startswith(OURS) else ""
        if one.resource.kind == "custom" and (name := one.resource.step or ours):
            found.setdefault((name, one.type), []).append(one.urn)
    return {urns[0]: name for (name, _), urns in found.items() if len(urns) == 1}


def named_as(world: World, value: str) -> Sequence[Subject]:
    """Resources of this program with that id, name, ARN or address (s3://bucket/prefix)."""
    names: Mapping[str, list[Subject]] = world.once(_named)
    return names.get(_ADDRESS.sub("", value).partition("/")[0], ())


def _named(world: World) -> Mapping[str, list[Subject]]:
    """Whatever has a name or id that is known."""
    found: dict[str, list[Subject]] = {}
    for one in world.subjects:
        values = (
            one.resource.id,
            *(held.get(n) for held in (one.resource.inputs, one.resource.outputs) for n in NAMED),
        )
        for value in {value for value in values if isinstance(value, str) and value}:
            found.setdefault(value, []).append(one)
    return found


def tail(urn: str) -> str:
    """A URN without project and stack: types::name."""
    return urn.split("::", 2)[-1]


def pattern(name: str) -> str:
    """What alike names have in common: node-0 and node-1, cr-0a1b2c3d and cr-9f8e7d6c."""
    return NUMBER.sub("#", name)


# ---- reading, where nothing raises ----------------------------------------------------------------------------------


def known(ask: Callable[[], T], otherwise: T) -> T:
    """The answer, or something else where nobody knows it."""
    try:
        return ask()
    except (Undecided, NotApplicable):
        return otherwise


def plain(value: Any) -> str:
    """A text or a number as a text; "" for everything else, so also for what is unknown or secret."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def text(block: Block, name: str) -> str:
    """An input as a text; dots lead into blocks, also where a block is written as a list of one."""
    value: Any = block.values
    for word in name.split("."):
        if isinstance(value, list) and value:
            value = value[0]
        value = value.get(word) if isinstance(value, Mapping) else None
    return plain(value)


def given(block: Block, name: str, unit: str, nothing: str = "", unknown: str = "unknown") -> str:
    """9600 GiB; `nothing` where the input is not given, and `unknown` where nobody knows it."""
    if not block.has(name):
        return nothing
    said = text(block, name)
    return f"{said}{unit}" if said else unknown


def blocks(block: Block, name: str) -> list[Block]:
    return known(lambda: block.blocks(name), [])


def meant(block: Block, name: str, *types: str) -> list[Meant]:
    """All that an input names."""
    return known(lambda: block.subject.world.all_meant(block, name, *types), [])


def one_of(found: Sequence[Meant]) -> Subject | None:
    return next((one for one in found if isinstance(one, Subject)), None)


def word_of(found: Meant) -> str:
    """As a detail names it; "" where nobody knows it."""
    if isinstance(found, Subject):
        return short(found.name)
    return short(found.id) if isinstance(found, Outside) else ""


def short(said: str, most: int = ID_WIDTH) -> str:
    return said if len(said) <= most else f"{said[: most - 1]}…"


def joined(words: Iterable[str], between: str = ", ") -> str:
    return between.join(word for word in words if word)


def span(words: Iterable[str]) -> str:
    """a, b: both; of more the first and the last."""
    found = sorted({word for word in words if word})
    return ", ".join(found) if len(found) < 3 else f"{found[0]} … {found[-1]}"


def sources(resource: Resource, name: str) -> list[str]:
    """URNs that an input, or anything inside it, comes from."""
    inside = (f"{name}.", f"{name}[")
    exact = [urn for path, of in resource.references.items() if path == name or path.startswith(inside) for urn in of]
    return list(dict.fromkeys(exact or resource.property_dependencies.get(name, ())))


def natural(name: str) -> list[tuple[int, int, str]]:
    """node-9 before node-10."""
    return [(0, int(one), "") if one.isascii() and one.isdecimal() else (1, 0, one) for one in _DIGITS.split(name)]


def number(block: Block, name: str) -> int | None:
    """A whole number; None where nobody knows it."""
    said = text(block, name)
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None
