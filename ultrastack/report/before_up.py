"""What has to be looked at before `up`? Each with the line that shows what there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from ultrastack.model.place import printable
from ultrastack.model.requirement import Requirement

from .page import Page
from .verdict import listing, many

TITLE = "before `up`: what must exist, and cannot be seen offline"
MOST_NAMES = 3


def section(page: Page, found: Sequence[Requirement]) -> None:
    """Nothing here says that it is missing: nobody has asked the cloud."""
    if not found:
        return
    page.title(TITLE)
    for one in found:
        if one.kind != "permission":
            page.line(_line(one), 2)
            if one.command:
                page.whole(f"      {one.command}")
    if told := _permissions(found):
        page.line(Text.assemble(("permission  ", "bold"), told), 2)


def _line(one: Requirement) -> Text:
    return Text.assemble((f"{one.kind:<10}  ", "bold"), printable(said(one)))


def said(one: Requirement) -> str:
    """Running On-Demand P instances (L-417A185B) in us-east-2: 192 vCPUs, for training-group"""
    amount = f": {_number(one.amount)} {one.unit}" if one.amount is not None else ""
    code = f" ({one.code})" if one.code else ""
    where = f" in {one.target}" if one.target else ""
    note = f"; {one.note}" if one.note else ""
    names = list(one.by)
    shown = names if len(names) <= MOST_NAMES else [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} more"]
    return f"{one.what}{code}{where}{amount}{note}" + (f", for {listing(shown)}" if shown else "")


def _number(amount: float) -> str:
    return f"{amount:,.0f}" if float(amount).is_integer() else f"{amount:,}"


def _permissions(found: Sequence[Requirement]) -> str:
    """They would fill a page; programs read them."""
    listed = [one for one in found if one.kind == "permission" and one.amount is not None]
    unknown = [one for one in found if one.kind == "permission" and one.amount is None]
    if not listed and not unknown:
        return ""
    total = int(sum(one.amount or 0 for one in listed))
    services = [one.what.partition(":")[0] for one in listed]
    said = f"the deploying role may do {many(total, 'action')} of {listing(services)}" if listed else ""
    more = "".join(f"; {one.what}" for one in unknown)
    return said + more + " (--format json names each)" * bool(listed)


def data(found: Sequence[Requirement]) -> list[dict[str, Any]]:
    return list(_data(found))


def _data(found: Sequence[Requirement]) -> Iterator[dict[str, Any]]:
    for one in found:
        yield {
            "kind": one.kind,
            "what": one.what,
            "target": one.target,
            "code": one.code,
            "amount": one.amount,
            "unit": one.unit,
            "by": list(one.by),
            "note": one.note,
            "command": one.command,
        }
