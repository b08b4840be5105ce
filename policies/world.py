"""What does a rule look at? Resources with typed look-ups that never take an unknown value for an answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from math import isfinite
from typing import Any, TypeVar

from ultrastack.model.change import Change
from ultrastack.model.graph import Graph, Resource
from ultrastack.model.stack_file import StackFile
from ultrastack.model.values import UNKNOWN, Asset, ResourceReference, Secret, Unknown

from .resolver import Resolver
from .said import Undecided

T = TypeVar("T")
_HIDDEN = (Unknown, Secret)


class _OnlyRead(dict[str, Any]):
    """Inputs of a resource that is read by its id: what the program does not say of it is there, and not known."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name, UNKNOWN)


class Block:
    """A mapping of inputs: a resource's own, or one inside it, with the place that it has there."""

    __slots__ = ("_path", "_subject", "values")

    def __init__(self, subject: Subject | None, path: str, values: Mapping[str, Any]):
        self._subject = subject
        self._path = path
        self.values = values

    @property
    def subject(self) -> Subject:
        """The resource that it is in."""
        assert self._subject is not None
        return self._subject

    @property
    def has_subject(self) -> bool:
        return self._subject is not None

    def at(self, name: str = "") -> str:
        """Where an input of this block stands in the resource: networkInterfaces[0].subnetId"""
        return f"{self._path}.{name}" if self._path and name else self._path or name

    # ---- reading ------------------------------------------------------------------------------------------------

    def raw(self, name: str) -> Any:
        """As it is, unknown and secret marks included; None where nothing is given. Dots lead into blocks."""
        if "." not in name:
            return self.values.get(name)
        value: Any = self.values
        for part in name.split("."):
            if isinstance(value, _HIDDEN):
                return value
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def has(self, name: str) -> bool:
        """Whether something is given, though it may be unknown."""
        return self.raw(name) is not None

    def knows(self, name: str) -> bool:
        """Whether it can be read: it is known, or nothing is given."""
        return not isinstance(self.raw(name), _HIDDEN)

    def get(self, name: str, default: Any = None) -> Any:
        """The value; the default where nothing is given. Raises Undecided for what is unknown or secret."""
        value = self.values.get(name) if "." not in name else self.raw(name)
        if value is None:
            return default
        if isinstance(value, _HIDDEN):
            raise Undecided(self._words(name, value), self, name)
        return value

    def text(self, name: str, default: str = "") -> str:
        value = self.get(name)
        return default if value is None else _as_text(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """Providers write booleans as texts in some places."""
        value = self.get(name)
        return default if value is None else value if isinstance(value, bool) else str(value).lower() in ("true", "1")

    def number(self, name: str, default: float = 0) -> float:
        """A number, also where it is written as a text; whole ones are ints. Raises Undecided for any other text."""
        value = self.get(name)
        if value is None or value == "":
            return default
        try:
            found = float(value)
            if not isfinite(found):
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            raise Undecided(f"a number as {self._named(name)}", self, name) from None
        return int(found) if found.is_integer() else found

    def elements(self, name: str) -> list[Any]:
        """A list, one value as a list of one; elements may be unknown. Raises Undecided where the whole is."""
        value = self.get(name)
        return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]

    def texts(self, name: str) -> list[str]:
        """A list of texts; raises Undecided where one of them is unknown or secret."""
        found = []
        for i, one in enumerate(self.elements(name)):
            if isinstance(one, _HIDDEN):
                raise Undecided(self._words(f"{name}[{i}]", one), self, f"{name}[{i}]")
            found.append(_as_text(one))
        return found

    def block(self, name: str) -> Block:
        """The block of that name, or the first of several; an empty one where nothing is given."""
        return next(iter(self.blocks(name)), Block(self._subject, self.at(name), {}))

    def blocks(self, name: str) -> list[Block]:
        """The blocks of that name, one or many. Raises Undecided where one is unknown."""
        value = self.get(name)
        if value is None:
            return []
        if isinstance(value, Mapping):
            return [Block(self._subject, self.at(name), value)]
        found = []
        for i, one in enumerate(value if isinstance(value, (list, tuple)) else ()):
            if isinstance(one, _HIDDEN):
                raise Undecided(self._words(f"{name}[{i}]", one), self, f"{name}[{i}]")
            if isinstance(one, Mapping):
                found.append(Block(self._subject, self.at(f"{name}[{i}]"), one))
        return found

    def document(self, name: str) -> Any:
        """JSON that is written as a text, such as a policy; None where nothing is given.

        Raises Undecided for what is unknown, and for a text that is no JSON.
        """
        value = self.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise Undecided(f"JSON as {self._named(name)}", self, name) from None

    def _named(self, name: str) -> str:
        return f"`{self.at(name)}`" + (f" of {self._subject.name}" if self._subject is not None else "")

    def _words(self, name: str, value: Any) -> str:
        hidden = "which is secret" if isinstance(value, Secret) and value.known else "known only after `up`"
        return f"{self._named(name)}, {hidden}"


class Subject(Block):
    """One resource, as a rule sees it."""

    __slots__ = ("_world", "provider", "resource")

    def __init__(self, resource: Resource, world: World | None = None, provider: Mapping[str, Any] | None = None):
        super().__init__(self, "", resource.inputs)
        self.resource = resource
        self._world = world
        self.provider = Block(self, "", provider or {})

    @property
    def world(self) -> World:
        """All other resources; a rule that looks at one resource alone has none."""
        if self._world is None:
            raise RuntimeError("a rule about a resource may not look at others: make it a graph rule")
        return self._world

    @property
    def urn(self) -> str:
        return self.resource.urn

    @property
    def type(self) -> str:
        return self.resource.type

    @property
    def name(self) -> str:
        return self.resource.name

    def target(self, name: str) -> str:
        """`region`, `zone` or `project`: its own, else its provider's. Raises Undecided where neither says it.

        A provider may take it from the environment; what is there is not looked at.
        """
        own = self.text(name)
        if own:
            return own
        value = self.provider.raw(name)
        if isinstance(value, str) and value:
            return value
        raise Undecided(f"the {name} of {self.name}, which its provider takes from the environment", self, name)

    def __repr__(self) -> str:
        return f"<{self.type} {self.name}>"


@dataclass(frozen=True)
class Outside:
    """Something with this id, name or ARN that is not made by this program."""

    id: str


@dataclass(frozen=True)
class Unsure:
    """Nobody can tell which one is meant; what would tell."""

    needs: str


@dataclass(frozen=True)
class Pointing:
    """Who names a resource: surely, and perhaps. Nobody sure and somebody unsure means that nobody can tell."""

    sure: tuple[Subject, ...]
    unsure: tuple[Subject, ...]


@dataclass(frozen=True)
class SubjectChange:
    """What becomes of one resource, with both graphs to look at, and all changes that come with it."""

    change: Change
    old: Subject | None
    new: Subject | None
    beside: Sequence[Change] = ()  # this one too

    @property
    def subject(self) -> Subject:
        one = self.new or self.old
        assert one is not None
        return one


@dataclass(frozen=True)
class Costs:
    """What is known of the stack's cost, in US dollars a month; `unpriced` are names of what nobody has priced."""

    world: World
    monthly_usd: Decimal
    unpriced: tuple[str, ...] = ()


@dataclass
class World:
    """All resources of one graph, and what else can be known without asking a cloud.

    `exact`: the graph says for each nested input where it comes from (only our own engine can); without it a value is
    known by its id, name or ARN, or by Pulumi's dependencies of the whole property.
    """

    graph: Graph
    exact: bool = True
    now: datetime | None = None  # with a time zone; None: the time is not known
    file: StackFile | None = None  # None: no stack file of ours made this graph
    _cache: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Every resource of a cloud, made or only read, every component; not the stack and its providers."""
        by_urn = self.graph.by_urn
        found = []
        for r in self.graph.resources:
            if r.kind in ("stack", "provider"):
                continue
            given = by_urn.get(r.provider) or by_urn.get(r.provider.rpartition("::")[0])
            one = Subject(r, self, given.inputs if given else None)
            if r.kind == "read":
                one.values = _OnlyRead(r.inputs)
            found.append(one)
        return tuple(found)

    @cached_property
    def alone_of(self) -> Mapping[str, Subject]:
        """By URN, each without a world: what a rule about one resource may look at."""
        return {s.urn: Subject(s.resource, None, s.provider.values) for s in self.subjects}

    @cached_property
    def by_urn(self) -> Mapping[str, Subject]:
        return {s.urn: s for s in self.subjects}

    @cached_property
    def by_type(self) -> Mapping[str, tuple[Subject, ...]]:
        found: dict[str, list[Subject]] = {}
        for s in self.subjects:
            found.setdefault(s.type, []).append(s)
        return {token: tuple(them) for token, them in found.items()}

    def of_type(self, *types: str) -> Iterator[Subject]:
        for token in types:
            yield from self.subjects if token == "*" else self.by_type.get(token, ())

    def once(self, make: Callable[[World], T]) -> T:
        """What `make` finds in this world, computed once."""
        if make not in self._cache:
            self._cache[make] = make(self)
        return self._cache[make]  # type: ignore[no-any-return]

    def time(self) -> datetime:
        """Raises Undecided where it is not known."""
        if self.now is None:
            raise Undecided("the time")
        return self.now

    # ---- which resource is meant ------------------------------------------------------------------------------------

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self.graph, self.exact)

    def meant(self, block: Block, name: str, *types: str) -> Subject | Outside | None:
        """The resource of these types that an input names; None where nothing is given.

        Raises Undecided where nobody can tell which one it is.
        """
        value = block.raw(name)
        if value is None:
            return None
        found = self._meant(block, name, value, types)
        if isinstance(found, Unsure):
            raise Undecided(found.needs, block, name)
        return found

    def made(self, block: Block, name: str, *types: str) -> Subject | None:
        """The same, where only one that this program makes can be judged: raises Undecided for any other."""
        found = self.meant(block, name, *types)
        if isinstance(found, Outside):
            raise Undecided(f"{_kind(types)} {found.id}, which is not in this program", block, name)
        return found

    def all_meant(self, block: Block, name: str, *types: str) -> list[Subject | Outside | Unsure]:
        """What each element of a list names. A list that is unknown as a whole is one Unsure, or all it can be."""
        value = block.raw(name)
        if value is None:
            return []
        if isinstance(value, _HIDDEN):
            return list(self._all_of(block, name, types))
        if not isinstance(value, (list, tuple)):
            return [self._meant(block, name, value, types)]
        found = [self._meant(block, f"{name}[{i}]", one, types) for i, one in enumerate(value)]
        hidden = [i for i, one in enumerate(value) if isinstance(one, _HIDDEN)]
        if self.exact or len(hidden) < 2:
            return found
        # Pulumi's dependencies are of the whole list: as many unknown elements as candidates are just these, in some
        # order; of more elements nobody knows which ones come from elsewhere
        candidates = self._resolver.candidates(block.subject.urn, block.at(name), types)
        needs = f"which {_kind(types)}s `{block.at(name)}` of {block.subject.name} names"
        known = any(isinstance(one, Unsure) for i, one in enumerate(found) if i not in hidden)
        same = len(hidden) == len(candidates) and not known
        for i, urn in zip(hidden, candidates if same else [""] * len(hidden), strict=True):
            found[i] = self.by_urn[urn] if urn else Unsure(needs)
        return found

    def pointing_at(self, target: Subject, type: str, name: str) -> Pointing:
        """The resources of a type whose input, or an element of it, names the target."""
        key = ("pointing", type, name, target.type)
        if key not in self._cache:
            self._cache[key] = self._pointers(type, name, target.type)
        sure, unsure = self._cache[key]
        return Pointing(tuple(sure.get(target.urn, ())), tuple(unsure))

    def _pointers(self, type: str, name: str, target: str) -> tuple[dict[str, list[Subject]], list[Subject]]:
        sure: dict[str, list[Subject]] = {}
        unsure: list[Subject] = []
        for one in self.by_type.get(type, ()):
            for found in self.all_meant(one, name, target):
                if isinstance(found, Subject):
                    sure.setdefault(found.urn, []).append(one)
                elif isinstance(found, Unsure):
                    unsure.append(one)
        return sure, unsure

    def _meant(self, block: Block, name: str, value: Any, types: Sequence[str]) -> Subject | Outside | Unsure:
        found = self._resolver.meant(block.subject.urn, block.at(name), value, types)
        if found.urn:
            named = f"which {_kind(types)} `{block.at(name)}` of {block.subject.name} names"
            return self.by_urn.get(found.urn) or Unsure(named)
        if found.outside:
            return Outside(found.outside)
        return Unsure(f"which {_kind(types)} `{block.at(name)}` of {block.subject.name} names" + found.why)

    def _all_of(self, block: Block, name: str, types: Sequence[str]) -> Iterator[Subject | Unsure]:
        candidates = self._resolver.candidates(block.subject.urn, block.at(name), types)
        if len(candidates) == 1:
            yield self.by_urn[candidates[0]]
        else:
            yield Unsure(f"which {_several(_kind(types))} `{block.at(name)}` of {block.subject.name} names")


def _kind(types: Sequence[str]) -> str:
    """aws:ec2/securityGroup:SecurityGroup -> security group"""
    name = types[0].rpartition(":")[2] if types else "resource"
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


def _several(kind: str) -> str:
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (Asset, ResourceReference)):
        return ""
    return str(value)
