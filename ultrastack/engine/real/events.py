"""Which operations does an event log tell of, in the engine's order, and why each?

The fields are those of sdk/go/common/apitype/events.go of pulumi v3.259. Secrets are masked in it by the engine.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from ...catalog import InputChange, resource_type
from ...model.operation import CALLS, TAKES, Answer, Holds, Op, Operation, Reason
from ...model.values import SECRET
from ..paths import at
from .cli import Event
from .values import MASK, covered, opaque, value


def operations(
    events: Iterable[Event],
    steps: Mapping[str, str] = {},  # noqa: B006
    *,
    planned: bool = False,
    rehearsed: bool = True,
    deleted_with: Mapping[str, str] = {},  # noqa: B006
) -> tuple[Operation, ...]:
    """All operations, the unchanged resources too; those that ask a cloud to change something are numbered from 1.

    `steps`: URN -> the step that makes it. `planned`: those of the preview, not of the run after it. `rehearsed`: our
    provider answered, which replaces where the catalogue says that a change may; the clouds' own know.
    `deleted_with`: URN -> URN, of the state: the deletion of the first asks nobody if the second is deleted too.
    """
    failures = dict(_failures(events := list(events)))
    begun = [
        one["metadata"]
        for event in events
        if (one := event.get("resourcePreEvent")) is not None
        and bool(one.get("planning")) == planned
        and one["metadata"]["op"] in get_args(Op)
    ]
    renamed = dict(_renamed(begun))
    last = {data["urn"]: data["op"] for data in begun}  # what the engine does not get to, it would delete
    unasked = {urn for urn, other in deleted_with.items() if last.get(other, "delete") in TAKES}
    found: list[Operation] = []
    for data in begun:
        after = renamed.get(_one(data), "") if data["op"] in TAKES else ""
        step = steps.get(after or data["urn"], "")
        found.append(_operation(data, step, after, rehearsed, failures, unasked))
    return tuple(numbered(found))


def _renamed(begun: Iterable[Mapping[str, Any]]) -> Iterator[tuple[tuple[str, str], str]]:
    """(URN, id) of what is replaced under another name -> its URN from now on; its deletion has the old one."""
    for data in begun:
        old = data.get("old") or {}
        if data["op"] in ("replace", "create-replacement") and old.get("urn", data["urn"]) != data["urn"]:
            yield (old["urn"], str(old.get("id") or "")), data["urn"]


def _one(data: Mapping[str, Any]) -> tuple[str, str]:
    return data["urn"], str((data.get("old") or {}).get("id") or "")


def numbered(found: Iterable[Operation]) -> Iterator[Operation]:
    """Counted as our provider counts: what asks a cloud to change something."""
    count = 0
    for one in found:
        count += one.asks
        yield replace(one, number=count if one.asks else 0)


def errors(events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """URN ("" for the whole run) and words of each error that the engine, a provider or the program told."""
    for event in events:
        said = event.get("diagnosticEvent")
        if said is not None and said.get("severity") == "error" and (text := said.get("message", "").strip()):
            yield said.get("urn", ""), text
        if failed := event.get("errorEvent"):
            yield "", str(failed.get("error", "")).strip()


def warnings(events: Iterable[Event]) -> Iterator[str]:
    for event in events:
        said = event.get("diagnosticEvent")
        if said is not None and said.get("severity") == "warning" and (text := said.get("message", "").strip()):
            yield text


def _failures(events: Iterable[Event]) -> Iterator[tuple[tuple[str, str], str]]:
    said: dict[str, list[str]] = {}
    for urn, text in errors(events):
        said.setdefault(urn, []).append(text)
    for event in events:
        if (failed := event.get("resOpFailedEvent")) is not None:
            data = failed["metadata"]
            yield (data["op"], data["urn"]), "; ".join(said.get(data["urn"], [])) or "failed"


def _operation(
    data: Mapping[str, Any],
    step: str,
    after: str,
    rehearsed: bool,
    failures: Mapping[tuple[str, str], str],
    unasked: Container[str],
) -> Operation:
    op, urn, token = data["op"], data["urn"], data["type"]
    old, new = data.get("old") or {}, data.get("new") or {}
    shown = old or new
    row = resource_type(token)
    cloud = bool(shown.get("custom")) and not token.startswith("pulumi:")
    retained = bool(old.get("retainOnDelete")) and op in ("delete", "delete-replaced")
    external = bool(shown.get("external"))
    holds: Holds = "nothing" if not cloud else row.holds or "unknown" if row is not None else "unknown"
    return Operation(
        op=op,
        urn=urn,
        type=token,
        name=urn.split("::", 3)[-1],
        id=str(old.get("id") or ""),
        step=step,
        before=before if (before := str(old.get("urn") or urn)) != urn else "",
        after=after,
        parent=str(shown.get("parent") or ""),
        reasons=tuple(_reasons(data, old, new, rehearsed)),
        holds=holds,
        holds_note=row.holds_note if row is not None else "",
        protected=_protected(op, old, new),
        retained=retained,
        custom=cloud,
        asks=cloud and op in CALLS and not retained and not external and not (op in TAKES and urn in unasked),
        failed=failures.get((op, urn), ""),
    )


def _protected(op: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Protection that the program brings in this very run does not save what the run replaces."""
    if op in ("replace", "create-replacement"):
        return bool(old.get("protect")) and bool(new.get("protect"))
    return bool((new or old).get("protect"))


def _reasons(
    data: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any], rehearsed: bool
) -> Iterator[Reason]:
    row = resource_type(data["type"])
    for path, diff in sorted((data.get("detailedDiff") or {}).items()):
        kind, _, forces = str(diff.get("diffKind", "update")).partition("-")
        before = old.get("inputs" if diff.get("inputDiff") else "outputs") or {}
        after = new.get("inputs") or {}
        one = InputChange(path, at(before, path, MASK), at(after, path, MASK), before, after, opaque)
        replaces: Answer = "yes" if forces else "no"
        when, confidence = "", ""
        if forces and row is None:
            replaces = "may"
        elif forces and row is not None:
            verdict = row.verdict(one)
            replaces = "may" if rehearsed and verdict.replaces != "yes" else "yes"
            when = "; ".join(dict.fromkeys(one.when for one in verdict.because if one.when))
            confidence = next((one.confidence for one in verdict.because), "unknown")
        hidden = row is not None and bool(row.secret(path))
        yield Reason(
            path=path,
            kind=kind,  # type: ignore[arg-type]
            replaces=replaces,
            when=when,
            confidence=confidence,
            old=SECRET if hidden and one.old is not None else covered(value(one.old), value(one.new)),
            new=SECRET if hidden and one.new is not None else covered(value(one.new), value(one.old)),
        )
