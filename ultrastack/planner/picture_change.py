"""What of the picture changes? Both sides as one, with marks, and only as much around them as shows where that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ultrastack.model.change import Change, Kind
from ultrastack.model.graph import Graph, Resource
from ultrastack.model.picture import Mark, Picture
from ultrastack.model.stack_file import StackFile

from .picture_drawing import drawn, in_words, kind_word, several
from .picture_parts import CALLED, DETAIL_WIDTH, NOT_OURS, Drawing, Part, short, span
from .picture_tree import tree

MARKS: Mapping[Kind, Mark] = {
    "create": "added",
    "import": "added",
    "update": "changed",
    "replace": "replaced",
    "may replace": "may be replaced",
    "move": "moved",
    "delete": "gone",
}
PLACES = ("cloud", "region", "network", "zone")
ALIKE = ("domain", "machines", "slice")  # beside a marked one, its unmarked siblings say of how many it is
NAMED_TOGETHER = 16  # longer lists are no Output's waiting for others

Owners = Mapping[str, tuple[str, ...]]  # URN -> keys of the parts that have it


def changed(old: Graph, new: Graph, changes: Sequence[Change], file: StackFile | None) -> Picture:
    before, after = drawn(old, later=_later(changes)), drawn(new, file)
    marks = _marks(before, after, changes)
    _unite(before, after, marks)
    untold = _tell_of_others(before, after, changes, marks)
    _tell_what(before, after, changes, marks)
    after.links = {one: None for one in after.links if one.source in marks or one.target in marks}
    _keep(after, _needed(after, marks))
    nodes, links = tree(after, marks)
    return Picture(nodes, links, in_words(untold))


def _later(changes: Sequence[Change]) -> dict[str, str]:
    """Old URN -> new one, of what has another name; also of components, which are in no change themselves."""
    found: dict[str, str] = {}
    for one in changes:
        if one.moved_from and one.old is not None and one.new is not None:
            found |= {one.old.parent: one.new.parent, one.old.urn: one.new.urn}
    return {old: new for old, new in found.items() if old != new}


# ---- marks ----------------------------------------------------------------------------------------------------------


def _marks(before: Drawing, after: Drawing, changes: Sequence[Change]) -> dict[str, Mark]:
    """By the keys of parts; what goes is a part of the old drawing."""
    found: dict[str, Mark] = {}
    new = {one.new.urn: MARKS[one.kind] for one in changes if one.new is not None and one.kind != "delete"}
    gone = {one.old.urn for one in changes if one.old is not None and one.kind == "delete"}
    for part in after.parts.values():
        if mark := _of_all([new.get(urn, "") for urn in part.own], part):
            found[part.key] = mark
    for part in before.parts.values():
        if part.own and gone.issuperset(part.own) and part.key not in after.parts:
            found[part.key] = "gone"
    _mark_inner(before, after, found)
    return found


def _of_all(marks: Sequence[Mark], part: Part) -> Mark:
    """Of a part that stands for several resources: theirs if it is the same, else that something in it changes."""
    if len(set(marks)) == 1:
        return marks[0]
    return "changed" if any(marks) and part.kind != "domain" else ""


def _mark_inner(before: Drawing, after: Drawing, marks: dict[str, Mark]) -> None:
    """Parts that are no resource, such as the variants of an endpoint, are compared with what they were."""
    for part in filter(_is_inner, after.parts.values()):
        was = before.parts.get(part.key)
        if was is None and (part.parent in before.parts or marks.get(part.parent) == "added"):
            marks[part.key] = "added"
        elif was is not None and part.kind == "machines" and was.details != part.details:
            marks[part.key] = "changed"
    for part in filter(_is_inner, before.parts.values()):
        if part.key not in after.parts and (part.parent in after.parts or marks.get(part.parent) == "gone"):
            marks[part.key] = "gone"


def _is_inner(part: Part) -> bool:
    return not part.own and part.kind not in PLACES and NOT_OURS not in part.details


def _unite(before: Drawing, after: Drawing, marks: Mapping[str, Mark]) -> None:
    """What goes is drawn where it was."""
    for part in list(before.parts.values()):
        if marks.get(part.key) != "gone":
            continue
        for one in reversed([part, *_around(before, part)]):
            if one.key not in after.parts:
                after.add(one)
    for link in before.links:
        if "gone" in (marks.get(link.source), marks.get(link.target)):
            after.link(link.source, link.target, link.label)


def _around(drawing: Drawing, part: Part) -> Iterator[Part]:
    while part.parent and part.parent in drawing.parts:
        part = drawing.parts[part.parent]
        yield part


# ---- what is not drawn itself ---------------------------------------------------------------------------------------


def _tell_of_others(
    before: Drawing, after: Drawing, changes: Sequence[Change], marks: dict[str, Mark]
) -> list[Resource]:
    """A launch template that changes is told at its machines. What changes and belongs to nothing that is drawn."""
    owners_before: Owners | None = None
    owners = _owners(after)
    untold: list[Resource] = []
    told: dict[str, Counter[tuple[str, str]]] = {}
    for change in changes:
        resource, drawing, of = change.resource, after, owners
        if change.kind == "move" or (resource.urn in after.at and change.new is not None):
            continue
        if change.new is None:
            if resource.urn in before.at:
                continue
            owners_before = _owners(before) if owners_before is None else owners_before
            drawing, of = before, owners_before
        keys = [key for key in _keys(drawing, of, resource) if key in after.parts]
        if not keys:
            untold.append(resource)
        for key in keys:
            told.setdefault(key, Counter())[kind_word(resource.type), MARKS[change.kind]] += 1
    for key, counts in told.items():
        if marks.get(key, "changed") not in ("changed", "moved"):
            continue
        if marks.get(key) is None:
            marks[key] = "changed"
        said = [f"{_counted(kind, count)} {mark}" for (kind, mark), count in sorted(counts.items())]
        _note(after, key, said[:2] + [f"{len(said) - 2} more kinds changed"] * (len(said) > 2))
    return untold


def _keys(drawing: Drawing, owners: Owners, resource: Resource) -> Sequence[str]:
    inside = drawing.inside.get(resource.urn)
    return (inside,) if inside is not None else owners.get(resource.urn, ())


def _counted(kind: str, count: int) -> str:
    return kind if count == 1 else f"{count:,} {several(kind)}"


def _owners(drawing: Drawing) -> Owners:
    """Who uses what is not drawn: a template's machines; else what it is a setting of: a policy's bucket."""
    drawn_as = {urn: keys[0] for urn, keys in drawing.at.items()} | drawing.inside
    names = _names(drawing.graph)
    found: dict[str, tuple[str, ...]] = {}
    edge: dict[str, tuple[str, ...]] = {urn: (key,) for urn, key in drawn_as.items()}
    while edge:  # along what is named, from what is drawn: the nearest users own it
        reached: dict[str, dict[str, None]] = {}
        for urn, keys in edge.items():
            for named in names.get(urn, ()):
                if named not in drawn_as and named not in found:
                    reached.setdefault(named, {}).update(dict.fromkeys(keys))
        edge = {urn: tuple(keys) for urn, keys in reached.items()}
        found |= edge
    for urn in names:  # what is named is registered before what names it
        if urn not in drawn_as and urn not in found:
            direct = [one for one in names[urn] if one in drawn_as]
            own = [drawn_as[one] for one in _siblings(drawing.graph, urn, direct)]
            if not direct:
                others = _siblings(drawing.graph, urn, [one for one in names[urn] if one in found])
                own = [key for one in others for key in found[one]]
            if own:
                found[urn] = tuple(dict.fromkeys(own))
    return found


def _siblings(graph: Graph, urn: str, named: list[str]) -> list[str]:
    """Of what it names, what is of the same component, if anything is."""
    parent = graph.by_urn[urn].parent
    return [one for one in named if graph.by_urn[one].parent == parent] or named


def _names(graph: Graph) -> Mapping[str, list[str]]:
    """URN of each resource of a cloud -> those that its inputs come from."""
    plain = {one.urn: one for one in graph.resources if one.kind in ("custom", "read")}
    whole = {urn: {other for of in _lists(one) for other in of} for urn, one in plain.items()}
    return {
        urn: list(dict.fromkeys(other for of in _lists(one) for other in _givers(of, whole) if other in plain))
        for urn, one in plain.items()
    }


def _lists(resource: Resource) -> Iterable[Sequence[str]]:
    return list((resource.references or resource.property_dependencies).values()) or [resource.dependencies]


def _givers(urns: Sequence[str], names: Mapping[str, set[str]]) -> Sequence[str]:
    """An Output that waits for others names them too: a bucket's name those that are set on the bucket."""
    if not 1 < len(urns) <= NAMED_TOGETHER:
        return urns
    return [one for one in urns if not names.get(one, set()).intersection(urns)] or urns


# ---- in words -------------------------------------------------------------------------------------------------------


def _tell_what(before: Drawing, after: Drawing, changes: Sequence[Change], marks: Mapping[str, Mark]) -> None:
    by_urn = {one.new.urn: one for one in changes if one.new is not None}
    for key, mark in marks.items():
        part, was = after.parts[key], before.parts.get(key)
        if mark in ("added", "gone"):
            continue
        change = by_urn.get(part.own[0]) if len(part.own) == 1 else None
        said = []
        if was is not None:
            lost = [one for one in was.details if one not in part.details]
            said += [f"was {one}" for one in lost[:2]]
            if was.parent != part.parent and was.parent in before.parts and part.parent in after.parts:
                there, here = before.parts[was.parent].label, after.parts[part.parent].label
                said += [f"was in {there}"] if there != here else []
        if change is not None and change.moved_from and change.old is not None:
            name = was.label if was is not None and was.label != part.label else change.old.name
            if name != part.label:
                after.parts[key] = part = replace(part, ids=(*part.ids, (CALLED, name)))
        if change is not None and change.properties and not said:
            names = span(one.path.partition(".")[0].partition("[")[0] for one in change.replacing or change.properties)
            said.append(f"because of {names}" if change.replacing else f"{names} changed")
        _note(after, key, said)


def _note(drawing: Drawing, key: str, said: Sequence[str]) -> None:
    """Beside what a part is, before its other details."""
    part = drawing.parts[key]
    notes = [short(one, DETAIL_WIDTH) for one in said]
    details = tuple(dict.fromkeys((*part.details[:2], *notes, *part.details[2:])))
    drawing.parts[key] = replace(part, details=details)


# ---- what is needed -------------------------------------------------------------------------------------------------


def _needed(drawing: Drawing, marks: Mapping[str, Mark]) -> set[str]:
    ends = {end for one in drawing.links for end in (one.source, one.target)}
    families = {(part.parent, part.kind, part.family) for part in map(drawing.parts.__getitem__, marks) if part.family}
    alike = {
        part.key
        for part in drawing.parts.values()
        if part.kind in ALIKE and (part.parent, part.kind, part.family) in families
    }
    found: set[str] = set()
    for key in {*marks, *ends, *alike}:
        found.add(key)
        for one in _around(drawing, drawing.parts[key]):
            if one.key in found:
                break
            found.add(one.key)
    return found


def _keep(drawing: Drawing, keys: set[str]) -> None:
    drawing.parts = {key: part for key, part in drawing.parts.items() if key in keys}
