"""What does a Pulumi provider check before it asks the cloud? From its source, as provider_checks_*.yaml have it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from . import Constraint

FOLDER = Path(__file__).parent
_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})(?: \(\w+\)| in steps of \d+)?$")
_AT_LEAST = re.compile(rf">= ({_NUMBER})(?: \(\w+\))?$")
_LENGTHS = re.compile(r"(?:length )?(\d+)\.\.(\d+)(?:$|[,;] (?!or\b)| characters| letters)")
_UP_TO = re.compile(r"(?:^|; )(?:length )?up to (\d+)(?:$| characters)")
_CIDR = r"[0-9a-fA-F:.]+/\d{1,3}"
_PRINCIPAL = (
    "type:value, or one of projectOwners, projectReaders, projectWriters, allUsers, allAuthenticatedUsers; "
    "a deleted: principal is refused"
)
_WORDS = {  # checks in words that a pattern can say too, or nearly: never narrower than the check
    _PRINCIPAL: r"^(projectOwners|projectReaders|projectWriters|allUsers|allAuthenticatedUsers|(?!deleted:)[^:]+:.+)$",
    "CIDR network": rf"^({_CIDR})?$",
    "CIDR range": rf"^({_CIDR})?$",
    "IPv6 CIDR": rf"^({_CIDR})?$",
    "HH:00, whole hours": r"^\d\d:00$",
    "HH:MM": r"^\d?\d:\d\d$",
    "RFC 3339 time": r"^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))?$",
    "RFC 3339 time stamp": r"^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))?$",
    "letters, digits, hyphen; no leading hyphen; up to 63 characters": r"^([0-9A-Za-z][0-9A-Za-z-]*)?$",
    "letters, digits, hyphen; no leading hyphen; up to 37 characters": r"^([0-9A-Za-z][0-9A-Za-z-]*)?$",
    "up to 64 characters: letters, digits, _ . -": r"^[0-9A-Za-z_.-]*$",
    "starts with 'alias/', not 'alias/aws/'; letters, digits, _ / -": r"^alias/(?!aws/)[0-9A-Za-z_/-]+$",
    "ARN": r"^(arn:[^:]+:[^:]+:[^:]*:[^:]*:.+)?$",
    "12-digit account id": r"^(\d{12})?$",
    "IPv4 CIDR": r"^(\d{1,3}(\.\d{1,3}){3}/\d{1,2})?$",
    "IPv4 address": r"^(\d{1,3}(\.\d{1,3}){3})?$",
}


def checks(token: str) -> Mapping[str, Any]:
    """The checks of a type: `properties` by dotted input, and groups of inputs; empty if none is known."""
    found: Mapping[str, Any] = _file(token.partition(":")[0])["types"].get(token, {})
    return found


def tokens(cloud: str) -> tuple[str, ...]:
    """The types of a cloud whose checks are known."""
    return tuple(_file(cloud)["types"])


def about(cloud: str) -> Mapping[str, str]:
    """Where and when the checks were read."""
    found: Mapping[str, str] = _file(cloud)["meta"]
    return found


def constraints_of(token: str) -> Iterator[tuple[str, Constraint]]:
    """Dotted input -> those checks that words, numbers and patterns can say; one input may have several."""
    said = checks(token)
    for path, check in said.get("properties", {}).items():
        source = f"{about(token.partition(':')[0])['provider'].split()[0]} {said['read_in']}"
        if "allowed" in check:
            yield path, Constraint("any", enum=tuple(map(str, check["allowed"])), source=source)
        words = str(check.get("range", ""))
        if limits := limits_of(words):
            bound, low, high = limits
            yield path, Constraint("any", minimum=low, maximum=high, bound=bound, source=source)  # type: ignore[arg-type]
        if pattern := pattern_of(check):
            yield path, Constraint("text", pattern=pattern, source=source)


def pattern_of(check: Mapping[str, Any]) -> str:
    """What is searched for in the text; "" for a check that no pattern can say."""
    return str(check.get("pattern") or _WORDS.get(str(check.get("range", "")), ""))


def limits_of(words: str) -> tuple[str, float | None, float | None] | None:
    """`value` or `length`, the least, the most; None for a check that only words can say."""
    if found := _RANGE.match(words):
        return "value", float(found[1]), float(found[2])
    if found := _AT_LEAST.match(words):
        return "value", float(found[1]), None
    if found := _LENGTHS.match(words):
        return "length", float(found[1]), float(found[2])
    if found := _UP_TO.search(words):
        return "length", None, float(found[1])
    return None


@functools.cache
def _file(cloud: str) -> Mapping[str, Any]:
    text = (FOLDER / f"provider_checks_{cloud}.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found
