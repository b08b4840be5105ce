"""How would a state that our stand-in made look, had the clouds' own providers made it?

Bridged providers note in `__defaults` of every block which inputs they filled in, and in the output `__meta` the
schema's version (exports/README.md says who shows it). exports/ has states written by hand after the real shape; this
is for a stack that is too large for that, so its outputs are not as many as the real ones.
"""

from __future__ import annotations

from typing import Any

DEFAULTS, META = "__defaults", "__meta"


def as_real(export: dict[str, Any]) -> dict[str, Any]:
    """In place, and returned."""
    for one in export["deployment"]["resources"]:
        if one.get("custom") and one["type"].split(":")[0] in ("aws", "gcp"):
            one["inputs"] = _noted(one.get("inputs", {}))
            one["outputs"] = {META: '{"schema_version":"1"}', **one.get("outputs", {})}
    return export


def _noted(value: Any) -> Any:
    if isinstance(value, dict) and not any(key.startswith("4dabf") for key in value):
        return {DEFAULTS: [], **{k: v if k == DEFAULTS else _noted(v) for k, v in value.items()}}
    return [_noted(one) for one in value] if isinstance(value, list) else value
