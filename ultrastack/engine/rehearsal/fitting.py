"""Do inputs have the names and the types that the SDK says, and what does the real provider make of them?

A number for a text, a text that spells a number or a flag: Pulumi's bridge to the Terraform providers converts these
(pulumi-terraform-bridge, pkg/tfbridge/schema.go: makeTerraformInput and CoerceTerraformString) and passes what it has
converted on. It warns of everything else, and the provider's schema then refuses it; so does it a name that it does not
know, in blocks too (`Invalid or unknown key`). What is not known before `up` fits anywhere.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..wire import OF_ARCHIVE, OF_ASSET, OF_SECRET, SIGNATURE, UNKNOWN_TEXT
from .sdk import ANYTHING, Input, Kind, Type, members_of

NAMES_SHOWN = 12
_RESERVED = "__"  # the providers' own notes among inputs
_WHOLE = re.compile(r"[+-]?(0|[1-9]\d*)")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_FLAGS = dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True) | dict.fromkeys(
    ("0", "f", "F", "FALSE", "false", "False"), False
)  # strconv.ParseBool
_WANTED: Mapping[Kind, str] = {
    "text": "a text",
    "whole number": "a whole number",
    "number": "a number",
    "flag": "true or false",
    "list": "a list",
    "mapping": "a mapping",
    "block": "a block",
    "asset": "an asset or an archive",
}


@dataclass
class Fitting:
    """The inputs of one resource; what is wrong with them gathers in `complaints`, each with its place."""

    complaints: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def block(
        self, known: Mapping[str, Input], given: Mapping[str, Any], place: str = "", hidden: bool = False
    ) -> dict[str, Any]:
        """The members as the provider passes them on; a null is as if it were left out.

        `hidden`: it lies in a secret, whose values no complaint may show.
        """
        found = {}
        for name, value in given.items():
            if name.startswith(_RESERVED) or value is None:
                continue
            if name in known:
                found[name] = self.value(known[name].type, value, _below(place, name), hidden)
            else:
                self.complaints.append(f"{_below(place, name)}: no such property; {_meant(name, known)}")
        for name, one in known.items():
            if one.required and name not in found:
                self.complaints.append(f"{_below(place, name)}: missing, and it has no default; give it a value")
        return found

    def value(self, type_: Type, value: Any, place: str, hidden: bool) -> Any:
        """One value as the provider passes it on, and itself where it does not fit."""
        if value == UNKNOWN_TEXT or type_.kind == "anything":
            return value
        if isinstance(value, Mapping) and (signature := value.get(SIGNATURE)):
            return self._marked(type_, value, str(signature), place)
        match type_.kind, value:
            case "list", list():
                of = type_.of or ANYTHING
                return [self.value(of, v, f"{place}[{i}]", hidden) for i, v in enumerate(value) if v is not None]
            case "mapping", Mapping():
                of = type_.of or ANYTHING
                return {k: self.value(of, v, f"{place}.{k}", hidden) for k, v in value.items() if v is not None}
            case "block", Mapping():
                return self.block(members_of(type_), value, place, hidden)
            case "asset", str():  # a path
                return value
        fitting = _scalar(type_.kind, value)
        if fitting is None:
            self.complaints.append(f"{place}: {_instead(type_, value, hidden)}")
            return value
        if type_.kind == "whole number" and isinstance(value, float):
            change = "a secret loses its fraction" if hidden else f"{value} becomes {fitting}"
            self.warnings.append(f"{place}: {change}, since the provider takes whole numbers only")
        return fitting

    def _marked(self, type_: Type, value: Mapping[str, Any], signature: str, place: str) -> Any:
        if signature == OF_SECRET:
            return {**value, "value": self.value(type_, value.get("value", UNKNOWN_TEXT), place, True)}
        if signature in (OF_ASSET, OF_ARCHIVE) and type_.kind != "asset":
            self.complaints.append(f"{place}: an asset where {_WANTED[type_.kind]} is wanted; give its content")
        return value  # a resource stands for its id


def _scalar(kind: Kind, value: Any) -> Any:
    """None: it cannot be converted."""
    match kind, value:
        case ("text", str()) | ("flag", bool()):
            return value
        case "text", bool():
            return "true" if value else "false"
        case "text", int() | float():
            return format(Decimal(repr(value)), "f")
        case "flag", str():
            return _FLAGS.get(value)
        case "whole number" | "number", bool():
            return None
        case "whole number", int() | float():
            return int(value)
        case "number", int() | float():
            return value
        case "whole number", str() if _WHOLE.fullmatch(value):
            return int(value)
        case "number", str() if _NUMBER.fullmatch(value):
            return float(value)
    return None


def _instead(type_: Type, value: Any, hidden: bool) -> str:
    given = "a secret" if hidden else _shown(value)
    said = f"{given} where {_WANTED[type_.kind]} is wanted"
    if type_.kind == "list" and type_.of is not None and _alike(type_.of, value):
        return f"{said}; make it the one element of a list"
    if isinstance(value, list) and len(value) == 1 and _alike(type_, value[0]):
        return f"{said}; give its one element without the list"
    return said


def _alike(type_: Type, value: Any) -> bool:
    return isinstance(value, Mapping) == (type_.kind in ("block", "mapping")) and not isinstance(value, list)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, Mapping):
        return "a block"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 64 else f"{text[:60]}...{text[-1]}"


def _meant(name: str, known: Mapping[str, Any]) -> str:
    """The same word in another spelling (storage_capacity), else the most similar one, else what there is."""
    spelt = {one.lower(): one for one in known}
    bare = name.replace("_", "").replace("-", "").lower()
    near = [spelt[bare]] if bare in spelt else difflib.get_close_matches(name, known, n=1)
    if near:
        return f"did you mean '{near[0]}'?"
    few, more = ", ".join(sorted(known)[:NAMES_SHOWN]), len(known) - NAMES_SHOWN
    return f"there are {few}" + (f" and {more} more" if more > 0 else "") if known else "the block takes none"


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
