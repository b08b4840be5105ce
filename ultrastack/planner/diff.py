"""What is different between two graphs of a stack? What comes, changes, is replaced and goes, without asking a cloud.

A resource is the earlier one if its URN or one of its aliases is that one's, as for the engine, and nothing else.
What an input means and what a change of it does is asked where a rehearsal asks it. A graph does not have a secret's
value: another one is no change here. What only the cloud knows may stay as it is, unless it comes from another
resource than before, or from one that is replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from ultrastack.catalog import InputChange, ResourceType, dotted, resource_type
from ultrastack.model.change import Change, Kind, PropertyChange
from ultrastack.model.graph import UNKNOWN, Asset, Graph, Resource, ResourceReference, Secret, Unknown, Value

Answer = Literal["yes", "no", "may"]
PLACES = ("region", "project", "zone")  # that a provider gives where a resource does not


def diff(old: Graph, new: Graph) -> tuple[Change, ...]:
    """One change for each resource of a cloud that is not as it was: in the order of the new graph, then what goes."""
    return tuple(_Diff(old, new).changes())


class _Diff:
    def __init__(self, old: Graph, new: Graph):
        self.old, self.new = old, new
        self.before = _earlier_lives(old, new)  # new URN -> old one
        self.after = {one: urn for urn, one in self.before.items()}
        self.replaced: dict[str, Answer] = {}  # new URN -> surely or perhaps

    def changes(self) -> Iterator[Change]:
        while True:  # until no replacement is found that another resource, earlier in the graph, may refer to
            known = dict(self.replaced)
            found = [change for new in self.new.resources if (change := self._of_new(new)) is not None]
            if self.replaced == known:
                break
        yield from found
        for old in self.old.resources:
            if old.kind == "custom" and old.urn not in self.after:
                yield Change("delete", old, None)

    def _of_new(self, new: Resource) -> Change | None:
        old = self.old.by_urn.get(self.before.get(new.urn, ""))
        change = self._of(old if old is not None and old.kind == "custom" else None, new)
        if change is not None and change.goes:
            self.replaced[new.urn] = "yes" if change.kind == "replace" else "may"
        return change

    def _of(self, old: Resource | None, new: Resource) -> Change | None:
        if old is None:
            kind: Kind = "import" if new.options.import_id else "create"
            return Change(kind, None, new) if new.kind == "custom" else None
        if new.kind != "custom":
            # pulumi v3.259, step_generator.go, GenerateReadSteps: what is read in its place takes away any other
            read = PropertyChange("id", old.id or None, new.id or UNKNOWN, "may", "from now on it is only read")
            return Change("may replace", old, new, (read,)) if new.kind == "read" else Change("delete", old, None)
        found = tuple(sorted({one.path: one for one in self._properties(old, new)}.values(), key=lambda one: one.path))
        answers = {one.replaces for one in found}
        if not found:
            return Change("move", old, new) if old.urn != new.urn else None
        kind = "replace" if "yes" in answers else "may replace" if "may" in answers else "update"
        return Change(kind, old, new, found, _goes_first(old, new))

    # ---- what is different ----------------------------------------------------------------------------------------

    def _properties(self, old: Resource, new: Resource) -> Iterator[PropertyChange]:
        from ultrastack.engine.rehearsal.changes import differences, opaque, verdict

        row = resource_type(new.type)
        before, after = self._as_compared(row, old, new)

        def answered(path: str, was: Any, now: Any) -> tuple[Answer, str]:
            if _lies_in(path, new.options.replace_on_changes):
                answer, because = "yes", "`replaceOnChanges` asks for it"
            elif row is None:
                answer, because = "may", "nothing is known of its type"
            else:
                found = verdict(row, InputChange(path, was, now, before, after, opaque))
                answer, because = (
                    found.replaces,
                    "; ".join(dict.fromkeys(one.when for one in found.because if one.when)),
                )
            return ("may" if answer == "yes" and (opaque(was) or opaque(now)) else answer), because  # type: ignore[return-value]

        for path, _, was, now in differences(row, before, after, {}, new.options.ignore_changes):
            if now == _heard(UNKNOWN) and self._is_still_there(was, new.references.get(path, ())):
                continue
            yield PropertyChange(path, _plain(was), _plain(now), *answered(path, was, now))
        for path, why in self._come_from_others(row, old, new):
            answer, _ = answered(path, _heard(UNKNOWN), _heard(UNKNOWN))
            yield PropertyChange(path, UNKNOWN, UNKNOWN, answer, why)
        yield from self._asked_for(old, new)

    def _as_compared(
        self, row: ResourceType | None, old: Resource, new: Resource
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """As the engine hears them, with the place that a provider gives them."""
        from ultrastack.engine.rehearsal.placing import placed

        before = {k: _heard(v, self.after) for k, v in old.inputs.items()}
        after = {k: _heard(v) for k, v in new.inputs.items()}
        was, now = _settings(self.old, old), _settings(self.new, new)
        state = {name: before.get(name) or was.get(name) for name in PLACES}
        return placed(row, before, after, state, {name: now.get(name) or was.get(name) for name in PLACES})

    def _is_still_there(self, was: Any, urns: Iterable[str]) -> bool:
        """Known before and unknown now, but an output of the same resource, which stays."""
        for urn in _givers(self.new, urns) - self.replaced.keys():
            source = self.old.by_urn.get(self.before.get(urn, ""))
            if source is not None and was is not None and was in (source.id, *source.outputs.values()):
                return True
        return False

    def _come_from_others(self, row: ResourceType | None, old: Resource, new: Resource) -> Iterator[tuple[str, str]]:
        """Inputs that nobody knows before or after, and that come from other resources now, or from replaced ones."""
        was, now = self._sources(row, self.old, old), self._sources(row, self.new, new)
        for path, sources in now.items():
            earlier = {self.after.get(urn, urn) for urn in was.get(path, ())}
            if not earlier or not sources or _lies_in(path, new.options.ignore_changes):
                continue
            names = [", ".join(sorted(_name(urn) for urn in urns)) for urns in (sources - earlier, earlier - sources)]
            if all(names):
                yield path, f"it comes from {names[0]} instead of {names[1]}"
            elif replaced := sources & self.replaced.keys():
                yield path, self._replaced(replaced)

    def _replaced(self, urns: Iterable[str]) -> str:
        """The sure ones, else those that may be."""
        sure = [urn for urn in urns if self.replaced[urn] == "yes"]
        names = sorted(_name(urn) for urn in sure or urns)
        verb = "may be" if not sure else "is" if len(names) == 1 else "are"
        return f"{', '.join(names)} {verb} replaced"

    def _sources(self, row: ResourceType | None, graph: Graph, resource: Resource) -> dict[str, set[str]]:
        """Path of an unknown input -> whose it is; of a list whose order says nothing, the list's."""
        from ultrastack.engine.paths import at
        from ultrastack.engine.rehearsal.meaning import known_paths

        sets = known_paths("sets").get(row.name, frozenset()) if row is not None else frozenset()
        found: dict[str, set[str]] = {}
        for path, urns in resource.references.items():
            value = at(resource.inputs, path)
            if isinstance(value, Unknown) or (isinstance(value, Secret) and not value.known):
                whole = path.rpartition("[")[0] if path.endswith("]") and dotted(path) in sets else path
                found.setdefault(whole, set()).update(_givers(graph, urns))
        return found

    def _asked_for(self, old: Resource, new: Resource) -> Iterator[PropertyChange]:
        was, now = old.options.replacement_trigger, new.options.replacement_trigger
        if was != now:
            unsure = was is None or UNKNOWN in (was, now)
            yield PropertyChange("options.replacementTrigger", was, now, "may" if unsure else "yes", "the program asks")
        for urn in new.options.replace_with:
            if urn in self.replaced:
                yield PropertyChange("options.replaceWith", None, None, self.replaced[urn], self._replaced([urn]))


def _earlier_lives(old: Graph, new: Graph) -> dict[str, str]:
    """New URN -> old one; the own URN before aliases, and none twice."""
    found = {one.urn: one.urn for one in new.resources if one.urn in old.by_urn}
    taken = set(found)
    for one in new.resources:
        earlier = next((a for a in one.options.aliases if a in old.by_urn and a not in taken), None)
        if one.urn not in found and earlier is not None:
            found[one.urn] = earlier
            taken.add(earlier)
    return found


def _givers(graph: Graph, urns: Iterable[str]) -> set[str]:
    """An Output that waits for others names them too; what others are made of is seldom the id of a mere setting."""
    found = {urn for urn in urns if urn in graph.by_urn}
    rows = {urn: resource_type(graph.by_urn[urn].type) for urn in found}
    more = {urn for urn, row in rows.items() if row is None or row.holds != "nothing"}
    return more or found


def _settings(graph: Graph, resource: Resource) -> Mapping[str, Any]:
    provider = graph.by_urn.get(resource.provider) or graph.by_urn.get(resource.provider.rpartition("::")[0])
    return {name: _heard(provider.inputs.get(name)) for name in PLACES} if provider is not None else {}


def _goes_first(old: Resource, new: Resource) -> bool:
    from ultrastack.engine.rehearsal.replacing import deletes_first

    asked = new.options.delete_before_replace
    return deletes_first(resource_type(new.type), old.inputs, new.inputs) if asked is None else asked


def _lies_in(path: str, paths: Sequence[str]) -> bool:
    from ultrastack.engine.rehearsal.changes import lies_in

    return lies_in(path, paths)


def _name(urn: str) -> str:
    return urn.split("::", 3)[-1]


# ---- values: a rehearsal compares what the engine hears, where a mark is a mapping


class _Mark(dict[str, Any]):
    value: Value = None


def _heard(value: Value, moved: Mapping[str, str] | None = None) -> Any:
    """`moved` leads from a URN to its later one."""
    from ultrastack.engine.wire import OF_ARCHIVE, OF_ASSET, OF_RESOURCE, OF_SECRET, SIGNATURE, UNKNOWN_TEXT

    def heard(one: Any) -> Any:
        match one:
            case Unknown() | Secret(known=False):
                return UNKNOWN_TEXT
            case Secret():
                mark = _Mark({SIGNATURE: OF_SECRET})
            case Asset():
                mark = _Mark({SIGNATURE: OF_ASSET if one.kind == "asset" else OF_ARCHIVE, "hash": one.hash})
            case ResourceReference():
                mark = _Mark({SIGNATURE: OF_RESOURCE, "urn": (moved or {}).get(one.urn, one.urn)})
            case list():
                return [heard(inner) for inner in one]
            case dict():
                return {key: heard(inner) for key, inner in one.items()}
            case _:
                return one
        mark.value = one
        return mark

    return heard(value)


def _plain(value: Any) -> Value:
    from ultrastack.engine.wire import UNKNOWN_TEXT

    if value == UNKNOWN_TEXT:
        return UNKNOWN
    if isinstance(value, _Mark):
        return value.value
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, Mapping) else value
