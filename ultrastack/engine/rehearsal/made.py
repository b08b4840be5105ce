"""What does the cloud make of a resource's inputs: its id, and the outputs that it adds?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .cloud import Held
from .meaning import DEFAULTS
from .shapes import ACCOUNT, fill, fill_members
from .structs import laid_over
from .types import known, shape_of

REGION_WHEN_UNSET = "us-east-1"


def seed_of(urn: str, inputs: Mapping[str, Any], before: int = 0) -> str:
    """What takes another's place has another id, so that what refers to it changes too; so has a second one."""
    return f"{urn}/{json.dumps(inputs, sort_keys=True)}" + (f"/{before}" if before else "")


def identity(token: str, seed: str, inputs: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    return str(fill(shape_of(token).id, seed, _words(inputs, settings)))


def added(
    token: str, seed: str, made_id: str, inputs: Mapping[str, Any], settings: Mapping[str, Any]
) -> dict[str, Any]:
    """What the cloud adds to the inputs; `settings` are those of the provider."""
    words = _words(inputs, settings) | {"id": made_id}
    row = known(token)
    filled = {k for k in ("region", "zone", "project", "location") if row and row.computed(k)}
    made = {k: words[k] for k in filled if k in words}
    made |= repeated(dict.fromkeys(row.outputs if row else ()), inputs)
    return made | {k: fill(v, f"{seed}/{k}", words) for k, v in shape_of(token).outputs.items()}


def repeated(outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs that repeat tags and labels, with what the provider adds to them."""
    found = {"tagsAll": inputs.get("tags", {})} if "tagsAll" in outputs else {}
    labels = inputs.get("labels", {})
    if isinstance(labels, Mapping) and "effectiveLabels" in outputs:
        found |= dict.fromkeys(("effectiveLabels", "pulumiLabels"), {**labels, "goog-pulumi-provisioned": "true"})
    return found


def outputs(urn: str, token: str, given: Any, made: Mapping[str, Any]) -> Any:
    """What was given, what was made wherever nothing was given, and what the cloud fills inside blocks."""
    found = laid_over(given, made)
    _without_notes(found)
    for path, pattern in shape_of(token).filled.items():
        fill_members(found, path.split("."), pattern, urn)
    return found


def held(token: str, made_id: str, urn: str, inputs: Mapping[str, Any], made: Mapping[str, Any]) -> Held:
    """As the cloud keeps it: without the engine's note of what it filled in, and each value once."""
    settings = {k: v for k, v in inputs.items() if k != DEFAULTS}
    return Held(token, made_id, urn, settings, {k: v for k, v in made.items() if k not in settings})


def _words(inputs: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """What shapes may be made of."""
    placed = {"region": settings.get("region") or REGION_WHEN_UNSET, **_google_place(settings)}
    return {k: v for k, v in placed.items() if v} | dict(inputs) | {"account": ACCOUNT}


def _google_place(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Where Google's provider puts what does not say it itself."""
    found = {k: settings[k] for k in ("project", "region", "zone") if k in settings}
    location = found.get("zone", found.get("region"))
    return found | ({"location": location} if location else {})


def _without_notes(block: Any) -> None:
    """The real providers note in the inputs alone what they filled in, on every level."""
    block.fields.pop(DEFAULTS, None)
    for value in block.fields.values():
        for one in value.list_value.values or [value]:
            if one.HasField("struct_value"):
                _without_notes(one.struct_value)
