"""What can be done instead of a loss, so that it can be typed? One set of words for a rehearsal and for a diff."""

from __future__ import annotations

from collections.abc import Sequence

from ultrastack.catalog import dotted

NAMED = 3  # inputs
COPY = "copy what it holds, or make a snapshot, before"
SECOND = "make a second one in a step of its own, copy what the old one holds, and take the old step away later"


def formerly(before: str, now: str) -> str:
    """Of steps."""
    return f"if {now} is a new name for {before}: `formerly: [{before}]` in step {now}"


def leave(paths: Sequence[str], others: Sequence[str] = ()) -> str:
    """Several of one input are that input; `others` are those of other resources. Of many the first ones."""
    tops = [top(path) for path in paths]
    whole = (path if tops.count(one) == 1 else one for path, one in zip(paths, tops, strict=True))
    some = list(dict.fromkeys((*whole, *others)))
    more = len(some) - NAMED
    named = ", ".join(some) if more < 2 else f"{', '.join(some[:NAMED])} and {more} more"
    return f"leave {named} as {'it is' if len(some) == 1 else 'they are'}"


def ignore(paths: Sequence[str], role: str, step: str) -> str:
    """Whole inputs, as the engine names them."""
    ignored = ", ".join(dict.fromkeys(top(path) for path in paths))
    return f"`options: {{children: {{{role}: {{ignore_changes: [{ignored}]}}}}}}` in step {step}"


def before_it(protected: bool = False, more: Sequence[str] = ()) -> str:
    """What has to be there already when the change comes: the engine asks the state."""
    options = [*more] if protected else ["`options: {protect: true}` stops it", *more]
    options.append("`options: {retain_on_delete: true}` keeps it in the account")
    return f"brought by an `up` of its own before this one: {'; '.join(options)}"


def role_of(name: str, step: str) -> str:
    """data-file-system in step data is its file-system; "" for what has no role."""
    return name.removeprefix(f"{step}-") if step and name.startswith(f"{step}-") else ""


def top(path: str) -> str:
    """networkInterfaces[0].subnetId -> networkInterfaces"""
    return dotted(path).partition(".")[0]
