"""What is wrong with a request, by the discovery document of its API?"""

from __future__ import annotations

import base64
import binascii
import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from . import Constraint
from .gcp import call
from .gcp_documents import WHOLE, Node
from .gcp_parameters import named
from .gcp_request import Request, request_of
from .provider_values import MARKS, Complaint, provider_complaints, shown


def complaints(
    token: str, name: str, inputs: Mapping[str, Any], provider: Mapping[str, Any] | None = None
) -> Iterator[Complaint]:
    """Everything that is wrong with one resource; KeyError for a type that is not mapped."""
    sent = named(call(token), name, inputs)
    yield from complaints_about(request_of(call(token), sent, provider or {}))
    yield from provider_complaints(token, sent)


def complaints_about(made: Request) -> Iterator[Complaint]:
    """What the API would say of a request."""
    asked = made.call.method
    for path, words in made.problems:
        yield Complaint(path, words, asked.id)
    for name, node in asked.parameters.items():
        where = f"({name})"
        if name in made.parameters:
            for _, words, by in _wrong(node, made.parameters[name], where, asked.id):
                yield Complaint(made.origin[where], f"{words} (parameter '{name}')", by)
        elif name in asked.required:
            yield Complaint(made.origin.get(where, "itself"), f"is required (parameter '{name}')", asked.id)
    for name in made.parameters.keys() - asked.parameters.keys():
        yield Complaint("itself", f"there is no parameter '{name}'", asked.id)
    if asked.body is None:
        return
    forced = {target.path for target in made.call.targets.values()}
    not_missed = made.call.not_missed
    for where, words, by in _wrong(asked.body, made.body, "", asked.id):
        dotted = re.sub(r"\[\d+\]", "", where)
        if words == _ANSWERED and tuple(dotted.split(".")) in forced:
            continue
        if words == _MISSING and dotted in not_missed:
            continue
        yield Complaint(_origin(made, where), _with_member(words, where), by)


_ANSWERED, _MISSING = "only the API writes it", "is required"


def _with_member(words: str, where: str) -> str:
    return f"{words}: '{where.rpartition('.')[2]}'" if words == _MISSING else words


def _origin(made: Request, where: str) -> str:
    """The input that a member came from, or the nearest block above it that came from one."""
    while where and where not in made.origin:
        where = where[: -len(last[0])] if (last := re.search(r"\[\d+\]$", where)) else where.rpartition(".")[0]
    return made.origin.get(where, "itself")


def _wrong(node: Node, value: Any, where: str, method: str) -> Iterator[tuple[str, str, str]]:
    """Place in the body, what is wrong there, and who says so; everything at once."""
    by = f"{node.document} {node.name}"
    if isinstance(value, MARKS):
        return
    if node.answered_only:
        yield where, _ANSWERED, by
    if isinstance(value, list | Mapping) and (said := _outside(node.constraint, "count", len(value))):
        yield where, f"{len(value)} are {said}", by
    if node.kind == "list":
        if not isinstance(value, list):
            yield where, "a list is needed", by
        else:
            for i, one in enumerate(value):
                yield from _wrong(node.element, one, f"{where}[{i}]", method)
    elif node.kind in ("map", "block"):
        if not isinstance(value, Mapping):
            yield where, "a mapping is needed", by
        elif node.kind == "map":
            for key, one in value.items():
                yield from _wrong(node.element, one, f"{where}.{key}".lstrip("."), method)
        else:
            yield from _wrong_members(node, value, where, method)
    elif node.kind != "any":
        yield from ((where, words, by) for words in _wrong_value(node, value))


def _wrong_members(node: Node, value: Mapping[str, Any], where: str, method: str) -> Iterator[tuple[str, str, str]]:
    for key, one in value.items():
        place = f"{where}.{key}".lstrip(".")
        if key in node.members:
            yield from _wrong(node.members[key], one, place, method)
        else:
            near = difflib.get_close_matches(key, node.members, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            yield place, f"{node.owner} has no member '{key}'{hint}", node.document
    for key, member in node.members.items():
        if key not in value and member.asked_by(method):
            yield f"{where}.{key}".lstrip("."), _MISSING, f"{member.document} {member.name}"


def _wrong_value(node: Node, value: Any) -> Iterator[str]:
    kind, form = node.kind, node.schema.get("format", "")
    number = value
    if kind == "integer":
        if isinstance(value, str) and form in ("int64", "uint64") and re.fullmatch(r"-?\d+", value):
            number = int(value)  # 64 bits are sent as a text
        if isinstance(number, bool) or not (isinstance(number, int) or isinstance(number, float) and number % 1 == 0):
            yield f"a whole number is needed, not {shown(value)}"
            return
        low, high = WHOLE.get(form, (number, number))
        if not low <= number <= high:
            yield f"{value} is no {form}"
    elif kind == "number" and (isinstance(value, bool) or not isinstance(value, int | float)):
        yield f"a number is needed, not {shown(value)}"
        return
    elif kind == "boolean" and not isinstance(value, bool):
        yield f"true or false is needed, not {shown(value)}"
        return
    elif kind == "text" and not isinstance(value, str):
        yield f"a text is needed, not {shown(value)}"
        return
    said = node.constraint
    words = node.all_words
    if words and value not in words:
        near = difflib.get_close_matches(str(value), said.enum, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        yield f"'{value}' is none of {', '.join(said.enum)}{hint}"
    if said.pattern and not re.fullmatch(said.pattern.removeprefix("^").removesuffix("$"), str(value)):
        yield f"'{value}' does not match {said.pattern}"
    if isinstance(number, int | float) and (limit := _outside(said, "value", number)):
        yield f"{value} is {limit}"
    if isinstance(value, str) and (limit := _outside(said, "length", len(value))):
        yield f"{len(value)} characters are {limit}"
    if kind == "text" and not _FORMATS.get(form, lambda _: True)(value):
        yield f"'{value}' is no {form}"


def _outside(said: Constraint, bound: str, number: float) -> str:
    if said.bound != bound:
        return ""
    if said.minimum is not None and number < said.minimum:
        return f"below {said.minimum:.10g}"
    return f"above {said.maximum:.10g}" if said.maximum is not None and number > said.maximum else ""


def _base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_FORMATS = {
    "byte": _base64,
    "date": lambda text: bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)),
    "date-time": lambda text: bool(_TIME.fullmatch(text)),
    "google-datetime": lambda text: bool(_TIME.fullmatch(text)),
    "google-duration": lambda text: bool(re.fullmatch(r"-?\d+(\.\d{1,9})?s", text)),
}
