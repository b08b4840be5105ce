"""What happens to a resource when an input changes, and what is lost with it? A row a type, a row a property."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from .overlays import once
from .resource_conditions import InputChange, decided
from .rows import Sourced, load

Answer = Literal["yes", "no", "when", "unknown"]
Outcome = Literal["yes", "no", "may"]
_SURE_ENOUGH: tuple[Outcome, ...] = ("yes", "may")
_POSITION = re.compile(r"""\[(\d+|\*|"(?:[^"\\]|\\.)*")\]""")


@dataclass(frozen=True, kw_only=True)
class ResourceProperty(Sourced):
    """One input of a type; members of blocks are dotted, without the positions in lists."""

    KEY: ClassVar[tuple[str, ...]] = ("type", "path")

    type: str
    path: str
    replaces: Literal["yes", "no", "when"] | None
    when: str  # in words
    test: str  # the same for resource_conditions; empty: only the cloud can tell
    computed: bool
    default: str | None
    secret: bool
    write_only: bool
    unsent: bool
    disrupts: str
    others_say: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Replacement:
    """Whether a property replaces its resource, and who says so. Unknown is never a no."""

    answer: Answer
    path: str = ""  # of the row that says so
    when: str = ""
    test: str = ""
    confidence: str = "unknown"


@dataclass(frozen=True)
class Verdict:
    """What one change does: `may` where a condition cannot be decided, or nothing is known of the property."""

    replaces: Outcome
    because: tuple[Replacement, ...]  # of those that made it so


UNKNOWN = Replacement("unknown")


@dataclass(frozen=True, kw_only=True)
class ResourceType(Sourced):
    """One resource type by its Pulumi token."""

    name: str
    terraform: str
    cloudformation: str | None
    aliases: tuple[str, ...]
    holds: Literal["data", "capacity", "identity", "nothing"] | None
    holds_note: str
    id: str
    autoname: str | None
    autoname_max: int | None
    name_max: int | None
    autoname_note: str
    delete_before_replace: bool
    outputs: tuple[str, ...]
    secret_outputs: tuple[str, ...]
    destroy: str
    note: str

    @property
    def autoname_is_lower(self) -> bool:
        """Whether Pulumi lowers capitals in the name that it makes."""
        return self.autoname_note.startswith("lower-cased")

    def properties(self) -> Mapping[str, ResourceProperty]:
        """Dotted path -> row."""
        return _properties(self.name).get(self.name, {})

    def about(self, path: str) -> ResourceProperty | None:
        """The row of a property, or of the mapping or text that it lies in; None: nothing is known of it.

        Takes a path as a diff writes it: networkInterfaces[0].subnetId, tags["a.b"].
        """
        rows, name = self.properties(), dotted(path)
        if name in rows:
            return rows[name]
        while "." in name:
            name = name.rpartition(".")[0]
            if name in rows:
                inner = any(one.startswith(f"{name}.") for one in rows)
                return None if inner else rows[name]  # a member that its block does not list is not known
        return None

    def replaces(self, path: str) -> Replacement:
        """What the tables say of a property, whatever its values are."""
        row = self.about(path)
        if row is None or row.replaces is None:
            return UNKNOWN
        return Replacement(row.replaces, row.path, row.when, row.test, row.confidence)

    def computed(self, path: str) -> bool | None:
        """Whether the cloud fills it when it is left out, so that leaving it out later is no change."""
        row = self.about(path)
        return None if row is None else row.computed

    def secret(self, path: str) -> bool | None:
        row = self.about(path)
        return None if row is None else row.secret or row.write_only

    def regional(self) -> bool:
        """Whether another region of the provider means another resource."""
        row = self.properties().get("region")
        return row is not None and row.test == "region"

    def verdict(self, change: InputChange) -> Verdict:
        """What this change does: as its own row says, and those of the members that come or go with it."""
        own = self.replaces(change.path)
        found = [(own, _outcome(own, change))]
        name = dotted(change.path)
        if own.path == name or own is UNKNOWN:  # a member of a mapping has no members of its own
            found += self._of_members(name, change)
        for wanted in _SURE_ENOUGH:
            because = tuple(one for one, outcome in found if outcome == wanted)
            if because:
                return Verdict(wanted, because)
        return Verdict("no", ())

    def _of_members(self, name: str, change: InputChange) -> Iterator[tuple[Replacement, Outcome]]:
        rows = self.properties()
        if not any(one.startswith(f"{name}.") for one in rows):
            return
        old, new = (_members(value, change) for value in (change.old, change.new))
        for inner in sorted({*old, *new}):
            if inner in old and inner in new and old[inner] == new[inner]:
                continue
            row = self.replaces(f"{name}.{inner}")
            member = InputChange(
                f"{name}.{inner}", old.get(inner), new.get(inner), change.before, change.after, change.opaque
            )
            yield row, _outcome(row, member)


def resource_type(token: str) -> ResourceType | None:
    """The type of that token, or of one that it was called before; None: nothing is known of it."""
    types = resource_types()
    return types.get(token) or types.get(_earlier().get(token, ""))


def dotted(path: str) -> str:
    """networkInterfaces[0].subnetId -> networkInterfaces.subnetId; tags["a.b"] -> tags.*, a key is no member."""
    return _POSITION.sub(lambda found: ".*" if found[1].startswith('"') else "", path).lstrip(".")


@once
def resource_types() -> Mapping[str, ResourceType]:
    return {row.name: row for row in load(ResourceType, "resource_types.csv")}


@once
def aws_properties() -> Mapping[str, Mapping[str, ResourceProperty]]:
    """Type -> path -> row."""
    return _by_type("resource_properties_aws.csv")


@once
def gcp_properties() -> Mapping[str, Mapping[str, ResourceProperty]]:
    """Type -> path -> row."""
    return _by_type("resource_properties_gcp.csv")


@once
def _earlier() -> Mapping[str, str]:
    """What a type was called before -> what it is called now."""
    return {old: row.name for row in resource_types().values() for old in row.aliases}


def _properties(token: str) -> Mapping[str, Mapping[str, ResourceProperty]]:
    return gcp_properties() if token.startswith("gcp:") else aws_properties()


def _by_type(file: str) -> Mapping[str, Mapping[str, ResourceProperty]]:
    found: dict[str, dict[str, ResourceProperty]] = {}
    for row in load(ResourceProperty, file):
        found.setdefault(row.type, {})[row.path] = row
    return found


def _outcome(one: Replacement, change: InputChange) -> Outcome:
    if one.answer == "yes" or one.answer == "no":
        return one.answer
    found = decided(one.test, change) if one.answer == "when" else None
    return "may" if found is None else "yes" if found else "no"


def _members(value: Any, change: InputChange) -> dict[str, Any]:
    """Dotted name -> value of all members of a block, or of a list of blocks."""
    if isinstance(value, list):
        return {name: inner for one in value for name, inner in _members(one, change).items()}
    if not isinstance(value, Mapping) or change.opaque(value):
        return {}
    found: dict[str, Any] = {}
    for key, inner in value.items():
        if not key.startswith("__"):  # the providers' own notes
            found[key] = inner
            found |= {f"{key}.{name}": deeper for name, deeper in _members(inner, change).items()}
    return found
