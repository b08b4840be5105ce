"""What would a Pulumi provider refuse before it asks the cloud?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ultrastack.model.values import Asset, ResourceReference, Secret, Unknown

from .provider import checks, limits_of, pattern_of

MARKS = (Unknown, Secret, Asset, ResourceReference)  # values that nobody can see: only that they are there counts


class Complaint(NamedTuple):
    """One thing that the API or the provider would refuse."""

    path: str  # the input, with indexes; `itself` for the whole resource
    words: str
    by: str  # compute.v1 Firewall.direction, provider compute/resource_compute_firewall.go


def provider_complaints(token: str, inputs: Mapping[str, Any]) -> Iterator[Complaint]:
    """What the provider would refuse before it asks the API."""
    said = checks(token)
    by = f"provider {said.get('read_in', '')}"
    for path, check in said.get("properties", {}).items():
        for at, value in _values(inputs, path.split("."), ""):
            yield from (Complaint(at, words, by) for words in _wrong_by_provider(check, value))
    for group, sentence in _GROUPS.items():
        for names in said.get(group, []):
            for block, place in _blocks_of(inputs, names):
                there = [name for name in names if block.get(name.rpartition(".")[2]) is not None]
                if not _holds(group, names, there):
                    yield Complaint(place or "itself", sentence.format(names=", ".join(names)), by)


_GROUPS = {
    "exactly_one_of": "exactly one is needed of {names}",
    "at_least_one_of": "at least one is needed of {names}",
    "conflicts": "at most one can be given of {names}",
    "required_with": "the first needs the others: {names}",
}


def _holds(group: str, names: list[str], there: list[str]) -> bool:
    match group:
        case "exactly_one_of":
            return len(there) == 1
        case "at_least_one_of":
            return bool(there)
        case "conflicts":
            return len(there) <= 1
    return names[0] not in there or len(there) == len(names)


def _blocks_of(inputs: Mapping[str, Any], names: Iterable[str]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The blocks in which all those inputs stand; none if they stand in different ones."""
    blocks = {name.rpartition(".")[0] for name in names}
    if len(blocks) != 1:
        return
    block = blocks.pop()
    if not block:
        yield inputs, ""
        return
    yield from ((v, at) for at, v in _values(inputs, block.split("."), "") if isinstance(v, Mapping))


def _values(value: Any, steps: list[str], at: str) -> Iterator[tuple[str, Any]]:
    """All values at a dotted path, each with its place."""
    if isinstance(value, list):
        for i, one in enumerate(value):
            yield from _values(one, steps, f"{at}[{i}]")
    elif not steps:
        yield at, value
    elif isinstance(value, Mapping) and value.get(steps[0]) is not None:
        yield from _values(value[steps[0]], steps[1:], f"{at}.{steps[0]}".lstrip("."))


def _wrong_by_provider(check: Mapping[str, Any], value: Any) -> Iterator[str]:
    if isinstance(value, (*MARKS, Mapping)):
        return
    words = [str(word) for word in check.get("allowed", ())]
    if words and str(value) not in words:
        yield f"'{value}' is none of {', '.join(words)}"
    pattern = pattern_of(check)
    if pattern and not re.search(pattern, str(value)):
        needed = check.get("pattern") or f"what is needed: {check['range']}"
        yield f"'{value}' does not match {needed}"
    limits = limits_of(str(check.get("range", "")))
    if limits:
        bound, low, high = limits
        measured = len(str(value)) if bound == "length" else value
        if isinstance(measured, str):
            measured = float(measured) if re.fullmatch(r"-?[\d.]+", measured) else None
        if measured is None or low is not None and measured < low or high is not None and measured > high:
            yield f"{shown(value)} is not in {check['range']}"


def shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
