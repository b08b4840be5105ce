"""What is different between two graphs of a stack? What comes, changes, is replaced and goes, without asking a cloud.

A resource is the earlier one if its URN or one of its aliases is that one's, as for the engine, and nothing else.
What an input means and what a change of it does is asked where a rehearsal asks it. A graph does not have a secret's
value: another one is no change here. What only the cloud knows may stay as it is, unless it comes from another
resource than before, from one that is replaced, or from an output that another update moves on.

The old graph may be a state's: there every output has its value, the provider has filled in what nobody asked for, and
where an input came from is known of its first part alone.

A text that is made of another resource's output is not known on either side, so another script in it is no change of
a value that one could see. Where a component is given another setting, such texts below it may be others, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any, Literal

from ultrastack.catalog import InputChange, ResourceType, dotted, resource_type
from ultrastack.model.change import Change, Kind, PropertyChange
from ultrastack.model.graph import SECRET, UNKNOWN, Asset, Graph, Resource, ResourceReference, Secret, Unknown, Value

from .earlier_lives import earlier_lives

Answer = Literal["yes", "no", "may"]
NAMED = 3  # resources that are named where an input comes from many
PLACES = ("region", "project", "zone")  # that a provider gives where a resource does not
# a name that a provider has made up: pulumi-terraform-bridge, pkg/tfbridge/info/autonaming.go; as in rehearsal/names.py
# inputs whose texts are made of settings and outputs together
SCRIPTS = frozenset(("userData", "userDataBase64", "metadata", "metadataStartupScript"))
MADE_TEXTS = SCRIPTS | {"policy", "insecureValue", "environment"}
_MADE_UP = re.compile(r".+-[0-9a-f]{7}(\.fifo)?")


def diff(old: Graph, new: Graph) -> tuple[Change, ...]:
    """One change for each resource of a cloud that is not as it was: in the order of the new graph, then what goes."""
    return tuple(_Diff(old, new).changes())


class _Diff:
    def __init__(self, old: Graph, new: Graph):
        self.old, self.new = old, new
        self.before = earlier_lives(old, new)  # new URN -> old one
        self.after = {one: urn for urn, one in self.before.items()}
        self.replaced: dict[str, Answer] = {}  # new URN -> surely or perhaps
        self.goes_first: set[str] = set()  # those of them that go before the new one comes
        self.updated: set[str] = set()
        self.known: dict[str, tuple[frozenset[object], Change | None]] = {}  # new URN -> what it was decided on
        # new URN below a component -> in which inputs settings of that may be, and which ones nobody sees change
        self.hidden: dict[str, tuple[frozenset[str], str]] = {}

    def changes(self) -> Iterator[Change]:
        found = self._settled()
        if hidden := self._hidden(found):
            self.hidden = hidden
            self.known = {urn: one for urn, one in self.known.items() if urn not in hidden}
            found = self._settled()
        yield from found
        for old in self.old.resources:
            if old.kind == "custom" and old.urn not in self.after:
                yield Change("delete", old, None)

    def _settled(self) -> list[Change]:
        while True:  # until no change is found that another resource, earlier in the graph, may notice
            known = dict(self.replaced), set(self.updated), set(self.goes_first)
            found = [change for new in self.new.resources if (change := self._once(new)) is not None]
            if (self.replaced, self.updated, self.goes_first) == known:
                return found

    def _hidden(self, found: Sequence[Change]) -> dict[str, tuple[frozenset[str], str]]:
        """Settings of components that change, though no resource below shows it; a script also beside other ones."""
        settings: dict[str, dict[str, Value]] = {}
        for new in self.new.resources:
            old = self.old.by_urn.get(self.before.get(new.urn, "")) if new.kind == "component" else None
            if old is not None and (given := _given_anew(old, new)):
                settings[new.urn] = given
        if not settings:
            return {}
        above: dict[str, str] = {}  # what is registered stands behind its parent
        for one in self.new.resources:
            if urn := one.parent if one.parent in settings else above.get(one.parent, ""):
                above[one.urn] = urn
        seen: dict[str, list[str]] = {}  # component -> known values that change below
        for change in found:
            shown = [text for one in change.properties for text in _texts(one.new)]
            if component := above.get(change.resource.urn):
                seen.setdefault(component, []).extend(shown if change.kind not in ("create", "import") else [""])
        for old in self.old.resources:
            if old.urn not in self.after and (urn := self.after.get(old.parent, "")) in settings:
                seen.setdefault(urn, []).append("")
        said = {urn: _unseen(_name(urn), given, seen.get(urn, [])) for urn, given in settings.items()}
        return {urn: hidden for urn, component in above.items() if (hidden := said[component]) is not None}

    def _once(self, new: Resource) -> Change | None:
        """Looked at again only when something else has become of what it refers to."""
        noticed = self._noticed(new)
        if new.urn not in self.known or self.known[new.urn][0] != noticed:
            self.known[new.urn] = noticed, self._of_new(new)
        return self.known[new.urn][1]

    def _noticed(self, new: Resource) -> frozenset[object]:
        if new.options.replacement_trigger is not None:
            return frozenset(self.replaced.items())  # whose outputs are in it is not known
        named = {*new.dependencies, *new.options.replace_with, new.options.deleted_with, new.parent, new.provider}
        for urns in (*new.references.values(), *new.property_dependencies.values()):
            named.update(urns)
        if (old := self.old.by_urn.get(self.before.get(new.urn, ""))) is not None:
            named.update(self.after.get(urn, "") for urns in old.property_dependencies.values() for urn in urns)
            named.update(self.after.get(urn, "") for urn in old.dependencies)
        return frozenset(
            (urn, self.replaced.get(urn), urn in self.updated, urn in self.goes_first)
            for urn in named
            if urn in self.replaced or urn in self.updated
        )

    def _of_new(self, new: Resource) -> Change | None:
        old = self.old.by_urn.get(self.before.get(new.urn, ""))
        change = self._of(old if old is not None and old.kind == "custom" else None, new)
        if change is not None and change.goes:
            self.replaced[new.urn] = "yes" if change.kind == "replace" else "may"
            if change.kind == "replace" and change.old_goes_first:
                self.goes_first.add(new.urn)
        elif change is not None and change.kind == "update":
            self.updated.add(new.urn)
        return change

    def _of(self, old: Resource | None, new: Resource) -> Change | None:
        if old is None:
            kind: Kind = "import" if new.options.import_id else "create"
            return Change(kind, None, new) if new.kind == "custom" else None
        if new.kind != "custom" and new.kind != "read":
            return Change("delete", old, None)
        if (other := _another(old, new)) is not None:
            return Change("replace" if other.replaces == "yes" else "may replace", old, new, (other,))
        if new.kind == "read":
            return None  # from now on nobody changes it
        given = {one.path: one for one in self._properties(old, new)}
        for one in self._taken_along(old, new):
            if one.path not in given or given[one.path].replaces == "no":
                given[one.path] = one
        found = tuple(sorted(given.values(), key=lambda one: one.path))
        answers = {one.replaces for one in found}
        if not found:
            return Change("move", old, new) if old.urn != new.urn else None
        kind = "replace" if "yes" in answers else "may replace" if "may" in answers else "update"
        first = _goes_first(old, new) or any(self._is_taken_along(old, new, one.path) == "yes" for one in found)
        return Change(kind, old, new, found, first)

    # ---- what is different ----------------------------------------------------------------------------------------

    def _properties(self, old: Resource, new: Resource) -> Iterator[PropertyChange]:
        from ultrastack.engine.paths import at
        from ultrastack.engine.rehearsal.changes import differences, opaque, verdict
        from ultrastack.engine.rehearsal.meaning import chosen

        row = resource_type(new.type)
        before, after = self._as_compared(row, old, new)

        def answered(path: str, was: Any, now: Any) -> tuple[Answer, str]:
            if _lies_in(path, new.options.replace_on_changes):
                answer, because = "yes", "`replaceOnChanges` asks for it"
            elif row is None:
                answer, because = "may", "nothing is known of its type"
            else:
                found = verdict(row, InputChange(path, was, now, before, after, opaque))
                answer = found.replaces
                because = "; ".join(dict.fromkeys(one.when for one in found.because if one.when))
            unsure = answer == "yes" and (opaque(was) or opaque(now)) and self._is_taken_along(old, new, path) != "yes"
            return ("may" if unsure else answer), because  # type: ignore[return-value]

        there = {k: _heard(v) for k, v in old.outputs.items()}
        for path, _, was, now in differences(row, before, after, there, new.options.ignore_changes):
            answer, because = answered(path, was, now)
            if now == _unknown():
                urns = new.references.get(path, new.property_dependencies.get(_top(path), ()))
                because = self._from(urns, path) or because
            yield PropertyChange(path, *_shown(was, now), answer, because)
        shown = set()
        for path, why, others in self._come_from_others(row, old, new):
            answer, _ = answered(path, _unknown(), _unknown())
            if others or answer == "no":
                shown.add(path)
                yield PropertyChange(path, UNKNOWN, UNKNOWN, answer, why)
        for path, why in self._made_of_hidden(new):
            if path not in shown and isinstance(was := at(before, path), str):
                answer, _ = answered(path, was, _unknown())
                yield PropertyChange(path, *_shown(was, _unknown()), answer, why)
        if (name := _to_be_named(row, after)) in chosen(before) and not _lies_in(name, new.options.ignore_changes):
            answer, _ = answered(name, before[name], None)
            unsure = answer == "yes" and old.id  # a state's: `pulumi:autonaming` may have made it up, too
            because = "the program does not name it any more"
            yield PropertyChange(name, _plain(before[name]), UNKNOWN, "may" if unsure else answer, because)
        yield from self._asked_for(old, new)

    def _as_compared(
        self, row: ResourceType | None, old: Resource, new: Resource
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """As the engine hears them, with the place that a provider gives them."""
        from ultrastack.engine.rehearsal.placing import placed

        before = {k: _heard(v, self.after) for k, v in old.inputs.items()}
        after = {k: _heard(v) for k, v in new.inputs.items()}
        self._fill_in(before, after, old, new)
        if old.id and _MADE_UP.fullmatch(str(before.get(name := _to_be_named(row, after)))):
            del before[name]
        was, now = _settings(self.old, old), _settings(self.new, new)
        state = {name: before.get(name) or was.get(name) for name in PLACES}
        return placed(row, before, after, state, {name: now.get(name) or was.get(name) for name in PLACES})

    def _fill_in(self, before: Mapping[str, Any], after: dict[str, Any], old: Resource, new: Resource) -> None:
        """What is known before and unknown now, but an output of the same resources, which stay; in place."""
        from ultrastack.engine.paths import at, place_at

        whole = {key: new.property_dependencies.get(key, ()) for key in new.inputs.keys() - new.references.keys()}
        for path, urns in (*new.references.items(), *whole.items()):
            if at(after, path) == _unknown() and not self._moved_on(path, urns):
                there, outputs = at(before, path), self._outputs(urns)
                kept = next((one for one in _alike(there, path, before, outputs) if str(one) in outputs), None)
                if kept is None and self._comes_from_the_same(path, old, urns):
                    kept = there
                if kept is not None:
                    place_at(after, path, kept)

    def _outputs(self, urns: Iterable[str]) -> set[str]:
        """Of those that stay, as far as they are known."""
        staying = _givers(self.new, urns) - self.replaced.keys()
        sources = [self.old.by_urn[self.before[urn]] for urn in staying if urn in self.before]
        return {str(value) for one in sources for value in (one.id, *one.outputs.values())}

    def _comes_from_the_same(self, path: str, old: Resource, urns: Iterable[str]) -> bool:
        """Of a state: it may be made of their outputs, as it was before."""
        sources = _givers(self.new, urns)
        if old.references or not sources or sources & self.replaced.keys():
            return False
        return sources <= {self.after.get(urn) for urn in old.property_dependencies.get(_top(path), ())}

    def _is_taken_along(self, old: Resource, new: Resource, path: str) -> Answer:
        """What goes first takes those along that its unknown successor would replace: pulumi v3.259, step_generator.go,
        calculateDependentReplacements, which asks for an input as a whole."""
        from ultrastack.engine.rehearsal.changes import opaque, verdict

        row, top = resource_type(new.type), _top(path)
        gone = {self.after.get(urn) for urn in old.property_dependencies.get(top, ())} & self.goes_first
        if not gone or new.urn in gone or _lies_in(top, old.options.ignore_changes):
            return "no"
        if _lies_in(top, old.options.replace_on_changes):
            return "yes"
        asked = InputChange(top, _heard(old.inputs.get(top)), _unknown(), old.inputs, new.inputs, opaque)
        return verdict(row, asked).replaces if row is not None else "may"

    def _taken_along(self, old: Resource, new: Resource) -> Iterator[PropertyChange]:
        for top, urns in old.property_dependencies.items():
            answer = self._is_taken_along(old, new, top)
            if answer != "no":
                gone = {self.after[urn] for urn in urns if self.after.get(urn) in self.goes_first}
                values = _shown(old.inputs.get(top), new.inputs.get(top))
                yield PropertyChange(top, *values, answer, self._replaced(gone))

    def _moved_on(self, path: str, urns: Iterable[str]) -> set[str]:
        """Those that are updated and whose outputs of that name change with every update."""
        from ultrastack.engine.rehearsal.types import shape_of

        name = path.rpartition(".")[2].partition("[")[0].lower()

        def moves(urn: str) -> bool:
            outputs = shape_of(self.new.by_urn[urn].type).moving
            return any(one.lower().endswith(name) or name.endswith(one.lower()) for one in outputs)

        return {urn for urn in urns if urn in self.updated and moves(urn)}

    def _from(self, urns: Iterable[str], path: str) -> str:
        """Why an output that it takes is another one; "" where it is not."""
        if replaced := _givers(self.new, urns) & self.replaced.keys():
            return self._replaced(replaced)
        return f"{', '.join(sorted(map(_name, moved)))} is updated" if (moved := self._moved_on(path, urns)) else ""

    def _come_from_others(
        self, row: ResourceType | None, old: Resource, new: Resource
    ) -> Iterator[tuple[str, str, bool]]:
        """Inputs that nobody knows before or after, and that come from other resources now, or from replaced ones.

        The last one is whether they surely do: one of many that an Output waits for may have no part in it.
        """
        was, now = self._sources(row, self.old, old), self._sources(row, self.new, new)
        for path, sources in now.items():
            earlier = {self.after.get(urn, urn) for urn in was.get(path, ())}
            if not earlier or not sources or _lies_in(path, new.options.ignore_changes):
                continue
            more, less = (_names(urns) for urns in (sources - earlier, earlier - sources))
            if more and less:
                yield path, f"it comes from {more} instead of {less}", True
            elif why := self._from(sources, path):
                yield path, why, True
            elif more or less:
                yield path, f"it comes from {more}, too" if more else f"it comes from {less} no more", False

    def _made_of_hidden(self, new: Resource) -> Iterator[tuple[str, str]]:
        """Unknown inputs in which a setting may be that nobody sees change."""
        from ultrastack.engine.paths import at

        inputs, why = self.hidden.get(new.urn, (frozenset(), ""))
        for path in new.references if inputs else ():
            unknown = at(new.inputs, path) == UNKNOWN and not _lies_in(path, new.options.ignore_changes)
            if unknown and not inputs.isdisjoint(re.split(r"[.\[]", path)):
                yield path, why

    def _replaced(self, urns: Iterable[str]) -> str:
        """The sure ones, else those that may be."""
        sure = [urn for urn in urns if self.replaced[urn] == "yes"]
        verb = "may be" if not sure else "is" if len(sure) == 1 else "are"
        return f"{_names(sure or urns)} {verb} replaced"

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
        if was is not None and now is not None:  # pulumi v3.259, step_generator.go, shouldTriggerReplace
            # whose output it holds nobody knows: the SDK names no dependencies of it
            path, others = "options.replacementTrigger", self.replaced.keys() - {new.urn}
            if not _may_be(was, now):
                yield PropertyChange(path, *_shown(was, now), "yes", "the program asks")
            elif others and not _is_known(now):
                yield PropertyChange(path, *_shown(was, now), "may", "it holds an output, and resources are replaced")
        for urn in new.options.replace_with:
            if urn in self.replaced:
                yield PropertyChange("options.replaceWith", None, None, self.replaced[urn], self._replaced([urn]))


def _given_anew(old: Resource, new: Resource) -> dict[str, Value]:
    """Settings of a component that are known to be others."""
    both = {name: (old.inputs.get(name), value) for name, value in new.inputs.items()}
    return {name: now for name, (was, now) in both.items() if not _may_be(was, now)}


def _texts(value: Value) -> Iterator[str]:
    """Of what is known."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif _is_known(value):
        yield str(value)


def _unseen(name: str, given: Mapping[str, Value], shown: Sequence[str]) -> tuple[frozenset[str], str] | None:
    """Settings that no resource shows: all of them where nothing is shown at all, else scripts that are in none."""
    lines = {setting: [text.strip() for text in _texts(value) if "\n" in text] for setting, value in given.items()}
    scripts = {key for key, some in lines.items() if some and not any(text in one for text in some for one in shown)}
    found = sorted(scripts if shown else given)
    inputs = SCRIPTS if scripts.issuperset(found) else MADE_TEXTS
    return (inputs, f"{', '.join(found)} of {name} changes") if found else None


def _alike(there: Any, path: str, inputs: Mapping[str, Any], outputs: set[str]) -> Iterator[Any]:
    """What stands there, then in the other elements of its list, whose order may say nothing."""
    from ultrastack.engine.paths import at

    if there is not None:
        yield there
    whole, of, rest = path.rpartition("[")
    if not of or not any(outputs):  # a graph has no outputs
        return
    _, _, inside = rest.partition("]")
    elements = at(inputs, whole)
    for i in range(len(elements)) if isinstance(elements, list) else ():
        if (one := at(inputs, f"{whole}[{i}]{inside}")) is not None:
            yield one


def _another(old: Resource, new: Resource) -> PropertyChange | None:
    """What is read or taken over from now on may be another one, which takes the old one's place: pulumi v3.259,
    step_generator.go, GenerateReadSteps and continueStepsFromRefresh (`isImport`)."""
    if new.kind == "read":
        was, now, why = old.id, new.id, "from now on it is only read"
    else:
        was, now, why = old.options.import_id or old.id, new.options.import_id, "another one is taken over"
        if not now:
            return None
    if was and was == now:
        return None
    return PropertyChange("id", was or None, now or UNKNOWN, "yes" if was and now else "may", why)


def _to_be_named(row: ResourceType | None, inputs: Mapping[str, Any]) -> str:
    """The input under which the provider makes up a name."""
    from ultrastack.engine.rehearsal.names import to_be_named

    return to_be_named(row, {k: v for k, v in inputs.items() if v is not None}) or ""


def _may_be(was: Value, now: Value) -> bool:
    """Whether two values may be the same; a secret's and an unknown one may be any."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        return was.keys() == now.keys() and all(_may_be(was[key], now[key]) for key in was)
    if isinstance(was, list) and isinstance(now, list):
        return len(was) == len(now) and all(map(_may_be, was, now))
    return was == now or not (_is_known(was) and _is_known(now))


def _is_known(value: Value) -> bool:
    if isinstance(value, Mapping):
        return all(map(_is_known, value.values()))
    return all(map(_is_known, value)) if isinstance(value, list) else not isinstance(value, (Unknown, Secret))


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


def _top(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _names(urns: Iterable[str]) -> str:
    """The first ones, where there are many."""
    names = sorted(map(_name, urns))
    more = len(names) - NAMED
    return ", ".join(names) if more < 2 else f"{', '.join(names[:NAMED])} and {more} more"


def _name(urn: str) -> str:
    return urn.split("::", 3)[-1]


# ---- values: a rehearsal compares what the engine hears, where a mark is a mapping


class _Mark(dict[str, Any]):
    value: Value = None


@cache
def _unknown() -> str:
    from ultrastack.engine.wire import UNKNOWN_TEXT

    return UNKNOWN_TEXT


def _heard(value: Value, moved: Mapping[str, str] | None = None) -> Any:
    """`moved` leads from a URN to its later one."""
    if value is None or isinstance(value, (str, int, float)):
        return value
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


def _shown(was: Any, now: Any) -> tuple[Value, Value]:
    """What is a secret on one side alone may be the same text on the other."""
    old, new = _plain(was), _plain(now)
    return _masked(old, new), _masked(new, old)


def _masked(value: Value, other: Value) -> Value:
    """Without what the other side has as a secret."""
    if isinstance(other, Secret):
        return value if value is None or isinstance(value, Unknown) else SECRET
    if isinstance(value, dict) and isinstance(other, dict):
        return {key: _masked(one, other.get(key)) for key, one in value.items()}
    if isinstance(value, list) and isinstance(other, list):
        return [_masked(*both) for both in zip_longest(value, other[: len(value)])]
    return value


def _plain(value: Any) -> Value:
    from ultrastack.engine.wire import UNKNOWN_TEXT

    if value == UNKNOWN_TEXT:
        return UNKNOWN
    if isinstance(value, _Mark):
        return value.value
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, Mapping) else value
