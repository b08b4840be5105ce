"""What does a stack's file say about its own judging, here or at a revision? Its profile, and what it accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ultrastack.model.finding import Acceptance
from ultrastack.model.place import Place, Problem, Refused
from ultrastack.model.stack_file import StackFile
from ultrastack.policies.judged import Difference

if TYPE_CHECKING:
    from ultrastack.language.source import Node

    from .rules import RuleSet


@dataclass(frozen=True)
class Words:
    """`policy` and `accept` of one stack."""

    profile: str = ""
    place: Place | None = None  # of the profile
    allowed_regions: tuple[str, ...] = ()
    accept: tuple[Acceptance, ...] = ()
    differences: tuple[Difference, ...] = ()  # to what lies here


def stack_words(file: StackFile | None, rules: RuleSet, there: Mapping[str, StackFile] | None = None) -> Words:
    """The file's own; with rules of a revision, those that it has there.

    `there` are the files of the revision that somebody has read; None: they are read here, with today's components.
    """
    if file is None:
        return Words()
    here = _words(file)
    if rules.there is None:
        return here
    old = _at(rules.there, rules.root, file.file, rules.revision, there)
    return replace(old, differences=tuple(_differences(old, here, file.file)))


def _words(file: StackFile) -> Words:
    return Words(file.profile, file.keyword_places.get("policy.profile"), file.allowed_regions, file.accept)


def _at(there: Path, root: Path, name: str, revision: str, files: Mapping[str, StackFile] | None) -> Words:
    if files is not None and name in files:
        return _words(files[name])
    if not (there / name).is_file():
        return Words()
    if files is not None:  # nobody could read it with its components
        return _as_written(there, name, revision)
    from ultrastack.catalog import use_local_rows
    from ultrastack.language.finder import find_components
    from ultrastack.language.reader import read

    from .stack_facts import stack_file

    try:
        return _words(stack_file(read(there / name, there, find_components(root))))
    except Refused:  # it asks for something that the components of today do not know, or for config
        return _as_written(there, name, revision)
    finally:
        use_local_rows(root)


def _as_written(there: Path, name: str, revision: str) -> Words:
    """Without the names of steps in a loop or an include, which only a whole reading knows: they accept nothing."""
    from ultrastack.language.extends import flattened

    try:
        top = flattened(name, there, [])
    except Refused as e:
        what = f"{name} of {revision} cannot be read, so nobody knows its profile: {e.problems[0].what}"
        raise Refused(Problem(Place(f"--rules-from {revision}"), what, "name another revision")) from None
    policy = top.child("policy")
    said = policy.data() if policy is not None and policy.kind == "map" else {}
    if "{{" in str(said):
        what = f"`policy` of {name} in {revision} is computed, and the file can no longer be evaluated"
        raise Refused(Problem(Place(f"--rules-from {revision}"), what, "name a later revision"))
    accept = [*_acceptances(top.child("accept"), "")]
    steps = top.child("steps")
    for step in steps.value if steps is not None and steps.kind == "list" else ():
        called = step.child("name")
        if called is not None and called.kind == "text" and "{{" not in called.value:
            accept += _acceptances(step.child("accept"), called.value)
    return Words(str(said.get("profile") or ""), None, tuple(said.get("allowed_regions") or ()), tuple(accept))


def _acceptances(node: Node | None, step: str) -> Iterator[Acceptance]:
    for one in node.value if node is not None and node.kind == "list" else ():
        said = one.data()
        try:
            rule, reason, owner = (str(said[word]) for word in ("rule", "reason", "owner"))
            yield Acceptance(rule, reason, owner, date.fromisoformat(said["until"]), step, "", one.place)
        except (KeyError, TypeError, ValueError):  # what cannot be understood accepts nothing
            continue


def _differences(old: Words, new: Words, name: str) -> Iterator[Difference]:
    was_said, is_said = (old.profile, set(old.allowed_regions)), (new.profile, set(new.allowed_regions))
    if was_said != is_said:
        how = "was changed" if any(was_said) and any(is_said) else "is new" if any(is_said) else "is gone"
        yield Difference(f"`policy` of {name}", how, new.place or Place(name, 1, 1))
    was, now = ({replace(one, place=None): one for one in them} for them in (old.accept, new.accept))
    for key, one in now.items():
        if key not in was:
            yield Difference(f"`accept` of {one.rule} in {_whose(one, name)}", "is new", one.place)
    for key, one in was.items():
        if key not in now:
            yield Difference(f"`accept` of {one.rule} in {_whose(one, name)}", "is gone", Place(name, 1, 1))


def _whose(one: Acceptance, name: str) -> str:
    return f"the step {one.step} of {name}" if one.step else name
