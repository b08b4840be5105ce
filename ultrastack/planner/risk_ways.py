"""Which ways out does one change have? Only those that help here, each in words that can be typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ultrastack.model.change import Change, Harm, PropertyChange
from ultrastack.model.graph import Graph, Resource, Unknown
from ultrastack.policies.change import data_is_not_lost, fleet_is_not_drained, loop_keeps_its_names
from ultrastack.policies.checking import asked
from ultrastack.policies.world import SubjectChange

from .change_words import TRIGGER, follows, reasons
from .ways_out import COPY, NAMED, SECOND, before_it, formerly, ignore, leave, role_of, top

KEY = "aws:kms/key:Key"
CANCEL = "until its deletion window is over: `aws kms cancel-key-deletion`"
FINAL_BACKUP = "final_backup"  # of aws.fsx_lustre; other components have no word for what leaves a copy
LOOKED_AT = 100  # resources that may be the renamed one
BESIDE = "make a second one in a step of its own, let callers go there, and take the old step away later"


class Ways:
    def __init__(self, changes: Sequence[Change], old: Graph, new: Graph):
        self.old, self.new = old, new
        self.made: dict[tuple[str, ...], list[Resource]] = {}
        self.becoming = {one.new.urn: one for one in changes if one.new is not None and one.goes}
        self.gone = {one.old.urn: one.old for one in changes if one.old is not None and one.kind == "delete"}
        for one in changes:
            if one.kind == "create" and one.new is not None and (not one.new.step or old.step(one.new.step) is None):
                for kind in (_kind_of(one.new), _round_of(one.new)):
                    self.made.setdefault(kind, []).append(one.new)

    def of(self, about: SubjectChange, change: Change, harm: Harm, paths: Sequence[str]) -> tuple[str, ...]:
        """`paths` of an update are the inputs that do it; `about` is the same change, for rules."""
        return tuple(dict.fromkeys(self._of(about, change, harm, paths)))

    def _of(self, about: SubjectChange, change: Change, harm: Harm, paths: Sequence[str]) -> Iterator[str]:
        if change.kind == "delete" and (namesake := self._namesake(change.resource)) is not None:
            yield _renamed(change.resource, namesake)
        yield from _of_loop(about)
        yield from self._left(change, paths or [one.path for one in reasons(change)])
        if change.kind == "create":
            yield f"leave {change.resource.name} out"
        if harm == "fleet drained":
            yield fleet_is_not_drained.RULE.fix
        if not change.goes:
            return
        if harm == "endpoint down" and change.kind != "delete":
            yield BESIDE
        elif harm in ("data loss", "unknown"):
            yield SECOND if change.kind != "delete" else COPY
        if change.resource.type == KEY:
            yield CANCEL
        yield _before(change, harm)

    def _left(self, change: Change, paths: Sequence[str]) -> Iterator[str]:
        """Inputs as they were, and what the others follow; either a way by itself."""
        some = [one for path in dict.fromkeys(paths) if (one := change.of(path)) is not None and _is_input(one)]
        given = [one.path for one in some if not follows(one)]
        given += [_setting(one) for one in reasons(change) if one.path.startswith(f"{TRIGGER}.")]
        if change.new is None or change.old is None:
            return
        followed = [one for one in some if follows(one) and one.because]
        renamed = [way for one in followed for way in self._renamed_before(change.old, one.path)]
        yield from renamed
        roots = {name: None for one in followed for name in self._roots(change, one)}
        if given or roots:
            yield leave(given, sorted(roots))
        elif followed and not renamed:
            yield f"leave {'; '.join(f'what {one.path} follows: {one.because}' for one in followed[:NAMED])}"
        step = change.new.step
        role = role_of(change.new.name, step)
        own = all(top(path) in change.new.inputs or top(path) in change.old.inputs for path in given)
        if given and role and own and len(given) == len(some) and self.new.step(step) is not None:
            yield ignore(given, role, step)

    def _renamed_before(self, old: Resource, path: str) -> Iterator[str]:
        """What an input came from may only have another name."""
        for urn in _sources(old, path):
            if (was := self.gone.get(urn)) is not None and (namesake := self._namesake(was)) is not None:
                yield _renamed(was, namesake)

    def _roots(self, change: Change, one: PropertyChange) -> Iterator[str]:
        """What is followed may follow something itself: the inputs with which it begins."""
        waiting, seen = [(change, one)], {change.resource.urn}
        for changing, path in waiting:
            for urn in _sources(changing.new, path.path):
                if urn in seen or (source := self.becoming.get(urn)) is None or len(seen) > LOOKED_AT:
                    continue
                seen.add(urn)
                causes = reasons(source)
                waiting += [(source, cause) for cause in causes if follows(cause)]
                yield from (f"{_setting(cause)} of {source.resource.name}" for cause in causes if _is_known(cause))

    def _namesake(self, gone: Resource) -> Resource | None:
        """Of the same type and role, made in the same change by a step that is new, while the old step is no more."""
        if gone.step and self.new.step(gone.step) is not None:
            return None
        some = (self.made.get(_round_of(gone)) or self.made.get(_kind_of(gone), []))[:LOOKED_AT]
        alike = {one.urn: sum(one.inputs.get(name) == value for name, value in gone.inputs.items()) for one in some}
        return max(some, key=lambda one: alike[one.urn], default=None)


def _kind_of(one: Resource) -> tuple[str, ...]:
    """What a resource and its earlier life have in common: the type, and the role in a step."""
    return one.type, role_of(one.name, one.step), "step" if one.step else ""


def _round_of(one: Resource) -> tuple[str, ...]:
    """Of a loop also the same number."""
    return *_kind_of(one), *re.findall(r"\d+", one.name), "round"


def _sources(resource: Resource | None, path: str) -> Sequence[str]:
    """Whose outputs an input is made of."""
    if resource is None:
        return ()
    inside = [urns for one, urns in resource.references.items() if one.startswith((f"{path}[", f"{path}."))]
    whole = resource.property_dependencies.get(top(path), ())
    return resource.references.get(path) or [urn for urns in inside for urn in urns] or whole


def _setting(one: PropertyChange) -> str:
    """Of a replacement trigger the setting that is in it."""
    return one.path.removeprefix(f"{TRIGGER}.")


def _is_known(one: PropertyChange) -> bool:
    """An input, or a setting, that is another one by itself."""
    return not follows(one) and (_is_input(one) or one.path.startswith(f"{TRIGGER}."))


def _is_input(one: PropertyChange) -> bool:
    return one.path != "id" and not one.path.startswith("options.")


def _of_loop(about: SubjectChange) -> Iterator[str]:
    if any(isinstance(one.new, Unknown) for one in about.change.properties):
        return  # two values that nobody knows are not the same
    said = asked(loop_keeps_its_names.RULE, about.subject, about)
    if said.verdict == "fail":
        yield f"{said.said[0].message}: {loop_keeps_its_names.RULE.fix}"


def _before(change: Change, harm: Harm) -> str:
    """What has to be there already when this change comes."""
    assert change.old is not None
    lustre = change.old.type == data_is_not_lost.LUSTRE
    kept = [found] if harm == "data loss" and (found := _as_input(change.old)) else []
    protected = (change.new or change.old).options.protect
    if change.resource.step:
        return before_it(protected, [f"`{FINAL_BACKUP}: true` makes a final backup"] if kept and lustre else [])
    options = [] if protected else ["`protect` among its options stops it"]
    options += [*kept, "`retainOnDelete` keeps it in the account"]
    return f"brought by an `up` of its own before this one: {'; '.join(options)}"


def _as_input(old: Resource) -> str:
    """What makes the cloud leave a copy, or refuse; "" where that is so already, or nothing does."""
    if old.type == data_is_not_lost.LUSTRE:
        scratch = str(old.inputs.get("deploymentType", "SCRATCH_1")).startswith("SCRATCH")  # never leaves a backup
        makes_none = not scratch and old.inputs.get("skipFinalBackup", True) is True
        return "`skipFinalBackup: false` makes a final backup" if makes_none else ""
    keeper = data_is_not_lost.keeper(old.type)
    if keeper is None or old.inputs.get(keeper.name, keeper.unset) == keeper.keeps:
        return ""
    does = "makes a snapshot" if "napshot" in keeper.name else "keeps what is in it"
    return f"`{keeper.name}: {str(keeper.keeps).lower()}` {does}"


def _renamed(gone: Resource, made: Resource) -> str:
    if gone.step:
        return formerly(gone.step, made.step)
    return f"if {made.name} is a new name for {gone.name}: an alias with the name {gone.name} among its options"
