"""What is different from what there was? Changes, findings, tags and pictures of one stack; plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .change import Change
from .finding import Finding
from .graph import Graph, Resource
from .picture import Picture


@dataclass(frozen=True)
class FindingsChange:
    """What the rules say of both sides, by the same rules. Each tuple is in the order of the judgement."""

    new: tuple[Finding, ...] = ()  # of today: not there before
    still: tuple[Finding, ...] = ()  # of today
    gone: tuple[Finding, ...] = ()  # of before: it is right now, or what it was about is not there any more
    unclear: tuple[Finding, ...] = ()  # of before: whether it still holds cannot be decided now


@dataclass(frozen=True)
class TagsChange:
    """What one resource would lose of its tags, or have as another value."""

    resource: Resource  # as it would be
    lost: Mapping[str, str] = field(
        default_factory=dict
    )  # key -> value that it had, or that its stack gives all others
    changed: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # key -> before, after
    untagged: bool = False  # it would have no tag at all


@dataclass(frozen=True)
class Comparison:
    """One stack against a base; `Plan.base` says in words what that is."""

    old: Graph
    changes: tuple[Change, ...] = ()  # in the order of the new graph, then what goes
    findings: FindingsChange | None = None  # None: no rule was asked of the base
    tags: tuple[TagsChange, ...] = ()
    picture: Picture | None = None  # of what changes, with its marks
