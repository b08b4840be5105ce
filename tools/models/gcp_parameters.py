"""How is a call addressed? Its path and query parameters, made of a resource's inputs and of its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ultrastack.model.values import UNKNOWN

from .gcp import Call
from .provider_values import MARKS

AUTONAME = "-1234567"  # what Pulumi puts after a resource's name to make its name in the cloud


def named(call: Call, name: str, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The inputs with the name that Pulumi makes up for a resource called that."""
    if not call.autoname or inputs.get(call.autoname) is not None or inputs.get("namePrefix") is not None:
        return inputs
    made = f"{name}{AUTONAME}"
    return {**inputs, call.autoname: made.lower() if call.lower_cased else made}


def inputs_in(text: str) -> list[str]:
    """The inputs that the text of a parameter names."""
    return [text[1:]] if text.startswith("?") else re.findall(r"{(\w+)/?}", text)


def parameter(text: str, known: Mapping[str, Any]) -> Any:
    """The parameter as it is sent; UNKNOWN if nobody can see it, None if an input that it needs is missing."""
    names = inputs_in(text)
    values = [known.get(name) for name in names]
    if None in values:
        return None
    if text.startswith("?") or any(isinstance(value, MARKS) for value in values):
        return UNKNOWN
    if text == f"{{{names[0]}}}":
        return values[0]
    parts = dict(zip(names, values, strict=True))
    return text.format_map(parts | {f"{name}/": str(value).rpartition("/")[2] for name, value in parts.items()})
