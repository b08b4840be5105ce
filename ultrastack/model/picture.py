"""What stands where? A tree of clouds, regions, zones and what is in them, and the links between; plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Place = Literal["cloud", "region", "zone", "network"]
NodeKind = Literal[Place, "fabric", "placement", "domain", "machines", "slice", "storage", "endpoint", "other"]
Mark = Literal["", "added", "changed", "moved", "may be replaced", "replaced", "gone"]


@dataclass(frozen=True)
class Node:
    """One thing, or `count` alike ones. A domain is what shares one NeuronLink or NVLink; a slice is one TPU torus."""

    key: str  # the same in every run
    kind: NodeKind
    label: str  # the user's own name of it, or the place's
    details: tuple[str, ...] = ()  # short facts: "4 x trn2u.48xlarge", "64 Trainium2", "torus 4x4x8"
    count: int = 1
    mark: Mark = ""  # in the picture of a change
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Link:
    """From one node to another, by their keys: a mount, a data repository, a route of requests."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True)
class Picture:
    nodes: tuple[Node, ...] = ()  # the outermost: clouds
    links: tuple[Link, ...] = ()
    left_out: str = ""  # in words, what is not drawn: "34 rules, roles and log groups"

    def walk(self) -> Iterator[Node]:
        for node in self.nodes:
            yield from node.walk()
