"""What takes a resource away, what is said of it, and what keeps it in spite of that?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ultrastack.model.change import PropertyChange

from ..rule import NotApplicable, Said, cannot_decide, fail
from ..world import Subject, SubjectChange

LONGEST = 60


def gone(one: SubjectChange) -> Subject | None:
    """What is, or may be, taken away; None where its options keep it. Else the rule has nothing to say."""
    old = one.old or (Subject(one.change.old) if one.change.old is not None else None)
    if old is None or not one.change.goes:
        raise NotApplicable
    return None if _kept(one, old) else old


def said(one: SubjectChange, lost: str) -> Iterator[Said]:
    """That it goes, with what; where only the cloud can tell whether it goes, that nobody can decide it."""
    where = one.new or one.old
    if one.change.kind == "delete":
        yield fail(where, f"it is deleted, {lost}")
        return
    because = next((p for p in one.change.replacing if p.replaces == "yes"), None) or one.change.replacing[0]
    at = "" if because.path.startswith("options.") else because.path
    if one.change.kind == "replace":
        yield fail(where, f"{_words(because)} replaces it, {lost}", at=at)
    else:
        why = f": {because.because}" if because.because else ""
        yield cannot_decide(where, f"whether {_words(because)} replaces it{why}", at=at)


def _kept(one: SubjectChange, old: Subject) -> bool:
    """Protection stops the run: of what goes the old one counts, of what is replaced the new (pulumi v3.259,
    step_generator.go). Google's provider does the same with `deletionPolicy`."""
    new = one.change.new
    protected = old.resource.options if one.change.kind == "delete" or new is None else new.options
    if protected.protect or old.resource.options.retain_on_delete:
        return True
    return old.type.startswith("gcp:") and old.has("deletionPolicy") and old.text("deletionPolicy") != "DELETE"


def _words(change: PropertyChange) -> str:
    path = change.path.removeprefix("options.")
    old, new = _word(change.old), _word(change.new)
    return f"`{path}` from {old} to {new}" if old and new else f"another `{path}`"


def _word(value: Any) -> str:
    if value is None:
        return "nothing"
    plain = isinstance(value, (str, bool, int, float)) and len(str(value)) <= LONGEST
    return (str(value).lower() if isinstance(value, bool) else str(value)) if plain else ""
