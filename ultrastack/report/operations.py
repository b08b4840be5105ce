"""How does a rehearsal look in a terminal? What is lost first, then every operation in its order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from ultrastack.model.operation import Hidden, Left, Loss, Operation, Reason, Rehearsal
from ultrastack.model.place import printable

from .operations_verdict import counts, stop_words, verdict, would
from .page import Page
from .values import words
from .verdict import many

SIGNS = {  # as Pulumi's own
    "create": "+",
    "update": "~",
    "delete": "-",
    "create-replacement": "++",
    "delete-replaced": "--",
    "import": "=",
    "import-replacement": "=",
    "read": ">",
    "read-replacement": ">>",
    "refresh": "~",
    "discard": "<",
    "discard-replaced": "<<",
}
MEANS = {
    "+": "create",
    "~": "update",
    "-": "delete",
    "++": "make the new one of a replacement",
    "--": "delete the old one of a replacement",
    "=": "take over what exists",
    ">": "read",
    "<": "forget what was only read",
}
COLOURS = {"+": "green", "~": "yellow", "-": "red", "++": "green", "--": "red"}
SURE = {"sure": "", "likely": ", likely so", "guess": ", a guess", "unknown": ", of which nothing is known"}
IF_UNPROTECTED = "if nothing were protected,"
FEW = 4  # differences shown of an operation that loses nothing


def render(made: Rehearsal, console: Console) -> None:
    page = Page(console)
    _rehearsal(page, made)
    page.show()


def _rehearsal(page: Page, made: Rehearsal) -> None:
    guarded = any(one.what == "protected" for one in made.stops)
    page.line(verdict(made), style="bold")
    if made.stops:
        got = f"it gets to {many(counts(made)['operations'], 'operation')}"
        page.line(f"{IF_UNPROTECTED} {would(made)}" if guarded else got)
    whole = made.operation == "up" and all(one.what == "protected" for one in made.stops)
    same = f"; {counts(made)['unchanged']} unchanged" if whole else ""
    page.line(f"base: {printable(made.base)}{same}", style="dim")
    _stops(page, made)
    _losses(page, made, f"{IF_UNPROTECTED} " * guarded)
    _hidden(page, made.hidden)
    _order(page, made, f"{IF_UNPROTECTED} " * guarded)
    if made.next is not None:
        _left(page, made.left)
        page.blank()
        page.line("the next `up`", style="bold")
        _rehearsal(page, made.next)
    if made.notes:
        page.title("notes")
    for note in made.notes:
        page.line(f"- {printable(note)}", 2)


def _stops(page: Page, made: Rehearsal) -> None:
    if made.stops:
        page.title("stopped by")
    for one in made.stops:
        said = (
            next(stop_words([one]))
            if one.what == "protected"
            else re.sub(r"urn:pulumi:\S+::([^\s'\"`:]+)", r"\1", one.text)
        )
        page.line(f"- {printable(said)}", 2)
    if any(one.what == "protected" for one in made.stops):
        word = made.operation
        page.line(
            f"`pulumi {word}` says so in its preview, before it changes anything; with --skip-preview it does first "
            "whatever does not depend on these.",
            2,
        )


def _losses(page: Page, made: Rehearsal, when: str) -> None:
    order = {(one.op, one.lasting_urn): one.number for one in made.operations}
    for holds, title in (("data", "data lost"), ("capacity", "capacity given back"), ("unknown", "nobody knows")):
        some = [loss for loss in made.losses if loss.operation.holds == holds]
        if some:
            page.title(when + title)
        for i, loss in enumerate(some):
            after = some[i + 1] if i + 1 < len(some) else None
            _loss(page, loss, made, order, some[i - 1] if i else None)
            if after is None or _about(after) != _about(loss):  # once for those that are alike
                for way in loss.ways_out:
                    page.line(f"way out: {printable(way)}", 4)


def _about(loss: Loss) -> tuple[Any, ...]:
    return loss.ways_out, loss.operation.step


def _loss(page: Page, loss: Loss, made: Rehearsal, order: Mapping[tuple[Any, str], int], above: Loss | None) -> None:
    one = loss.operation
    what = ("replaced" if loss.certain else "may be replaced") if loss.replaced else "deleted"
    line = Text.assemble((printable(one.name), "bold"), "  ", (printable(one.type), "dim"))
    line.append(f"  {what}", "red" if loss.certain else "yellow")
    page.line(line.append(f"  {printable(one.id)}" if one.id else "", "dim"), 2)
    if one.step and (above is None or above.operation.step != one.step):
        place = made.places.get(one.step)
        page.line(f"step {printable(one.step)}  {place or 'no longer in the stack file'}", 4)
    if one.holds_note and (above is None or above.operation.holds_note != one.holds_note):
        page.line(f"holds: {printable(one.holds_note)}", 4)
    for reason in loss.because:
        page.line(_forces(reason, loss.by), 4)
    makes, takes = (order.get((op, one.lasting_urn), 0) for op in ("create-replacement", "delete-replaced"))
    if makes and takes:
        first = "deleted before the new one is made" if takes < makes else "the new one is made first"
        page.line(f"{first} (operations {min(takes, makes)} and {max(takes, makes)})", 4)


def _forces(reason: Reason, by: str = "") -> Text:
    text = Text.assemble((printable(reason.path), "bold"), f" {_change(reason)}")
    text.append(" replaces it" if reason.replaces == "yes" else " may replace it")
    if reason.when:
        text.append(f": {printable(reason.when)}")
    text.append(SURE.get(reason.confidence, ""))
    return text.append(f"; since {printable(by)} is replaced") if by else text


def _change(reason: Reason) -> str:
    """9600 -> 4800"""
    if reason.kind == "add":
        return f"(not set) -> {words(reason.new)}"
    if reason.kind == "delete":
        return f"{words(reason.old)} -> (not set)"
    old, new = words(reason.old), words(reason.new)
    return f"{old} -> {new}" if old != new else f"{old}, changed"


def _hidden(page: Page, hidden: Sequence[Hidden]) -> None:
    if hidden:
        page.title("cannot compare: secrets that cannot be read here; held equal in this rehearsal")
    for one in hidden:
        tell = {"no": "a change would be written in place", "may": "a change may replace it", "yes": ""}[one.replaces]
        held = f", which holds {one.holds}" if one.replaces != "no" and one.holds in ("data", "capacity") else ""
        page.line(f"{printable(one.name)}  {printable(one.path)}: {tell}{held}", 2)


def _order(page: Page, made: Rehearsal, when: str) -> None:
    shown = [one for one in made.operations if one.op in SIGNS and one.custom and one.op != "refresh"]
    if not shown:
        return
    page.title(f"{when}operations, in the engine's order")
    used = dict.fromkeys(SIGNS[one.op] for one in shown)
    page.line("key: " + "   ".join(f"{s} {MEANS[s]}" for s in MEANS if s in used), 2, style="dim")
    width = len(str(max(one.number for one in shown)))
    step: str | None = None
    for one in shown:
        if one.step != step:
            step = one.step
            place = made.places.get(step)
            where = f"step {printable(step)}  {place or 'no longer in the stack file'}" if step else "without a step"
            page.line(where, 2, style="bold")
        page.line(_operation(one, width), 4)
        forcing = [reason for reason in one.reasons if reason.replaces != "no"]
        for reason in forcing:
            page.line(_forces(reason), 8 + width)
        others = [reason for reason in one.reasons if reason.replaces == "no"]
        for reason in others[:FEW]:
            page.line(f"{printable(reason.path)}: {_change(reason)}", 8 + width)
        if len(others) > FEW:
            page.line(f"and {len(others) - FEW} more", 8 + width, style="dim")
        if one.failed:
            page.line(f"failed: {printable(one.failed)}", 8 + width, style="red")


def _operation(one: Operation, width: int) -> Text:
    sign = SIGNS[one.op]
    number = f"{one.number}." if one.number else ""
    text = Text.assemble(f"{number:>{width + 1}} ", (f"{sign:<2}", COLOURS.get(sign, "")), " ")
    text.append(printable(one.name), "bold").append(f"  {printable(one.type)}", "dim")
    said = [f"called {printable(_name(one.after))} from now on"] if one.after else []
    said += ["protected"] * one.protected + ["stays in the account"] * one.retained
    if one.takes_away and one.holds in ("data", "capacity", "identity"):
        said.append(f"holds {one.holds}")
    return text.append("".join(f"  {word}" for word in said))


def _name(urn: str) -> str:
    return urn.split("::", 3)[-1]


def _left(page: Page, left: Sequence[Left]) -> None:
    page.title("left behind by the failure")
    if not left:
        page.line("nothing half done: what was made is in the state, what was not is made next time", 2)
    for one in left:
        page.line(f"- {printable(one.name)}  {one.what}" + (f": {printable(one.note)}" if one.note else ""), 2)
