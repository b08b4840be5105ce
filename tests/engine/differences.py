"""Where do two graphs of the same program differ? A list of paths with both sides, and the differences we know of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from ultrastack.model.graph import Asset, Graph, Options, Resource, Value, value_to_json

from .goals import seconds


@dataclass(frozen=True)
class Difference:
    urn: str  # "" for the stack's exports
    path: str
    offline: Any
    real: Any

    def __str__(self) -> str:
        where = self.urn.split("::", 2)[-1] or "exports"
        return f"{where}  {self.path}: offline {self.offline!r}, real {self.real!r}"


@dataclass(frozen=True)
class Known:
    """A difference that has to be, and why."""

    why: str
    fits: Callable[[Difference], bool]


ABSENT = "(absent)"
KNOWN = (
    Known(
        "the engine itself notes a provider's version, and an empty __internal, among the provider's inputs",
        lambda d: (
            d.urn.split("::")[2].rpartition("$")[2].startswith("pulumi:providers:")
            and d.path in ("inputs.version", "inputs.__internal")
            and d.offline == ABSENT
        ),
    ),
    Known(
        "an archive's hash is of the tar file that only the engine packs; offline it is of what the program named",
        lambda d: d.path.endswith(".$archive.hash"),
    ),
)


def differences(offline: Graph, real: Graph) -> list[Difference]:
    """Everything the two ask for differently; what order cannot mean is compared without order."""
    found: list[Difference] = []
    sides = {r.urn: r for r in offline.resources}, {r.urn: r for r in real.resources}
    for urn in sorted({*sides[0], *sides[1]}):
        one, other = (_asked(side[urn]) if urn in side else ABSENT for side in sides)
        found += _compare(urn, "", one, other)
    exports = [{k: _shown(v) for k, v in graph.outputs.items()} for graph in (offline, real)]
    return found + _compare("", "", *exports)


def unexplained(offline: Graph, real: Graph, also: Sequence[Known] = ()) -> list[Difference]:
    """`also`: what is known of this one program."""
    found = [one for one in differences(offline, real) if not any(known.fits(one) for known in KNOWN if one.urn)]
    return [one for one in found if not any(known.fits(one) for known in also)]


def _asked(r: Resource) -> dict[str, Any]:
    """A resource as plain data, empty fields left out; what the stack itself puts out are the exports."""
    data: dict[str, Any] = {
        "type": r.type,
        "name": r.name,
        "kind": r.kind,
        "parent": r.parent,
        "provider": r.provider,
        "id": r.id,
        "inputs": {k: _shown(v) for k, v in r.inputs.items()},
        "outputs": {} if r.kind == "stack" else {k: _shown(v) for k, v in r.outputs.items()},
        "dependencies": sorted(set(r.dependencies)),
        "property dependencies": {k: sorted(set(v)) for k, v in r.property_dependencies.items() if v},
        "options": _options(r.options),
    }
    return {k: v for k, v in data.items() if v not in ("", [], {})}


def _shown(value: Value) -> Any:
    """As JSON; archives apart from assets, since of these the hashes are the same."""
    if isinstance(value, Asset) and value.kind == "archive":
        return {"$archive": {"hash": value.hash, "path": value.path}}
    if isinstance(value, dict):
        return {k: _shown(v) for k, v in value.items()}
    return [_shown(v) for v in value] if isinstance(value, list) else value_to_json(value)


def _options(options: Options) -> dict[str, Any]:
    """Without what the engine keeps for the provider alone: version and plugin_download_url choose the provider."""
    found: dict[str, Any] = {}
    for name in sorted({one.name for one in fields(options)} - {"version", "plugin_download_url"}):
        value = getattr(options, name)
        if name == "custom_timeouts":
            value = {k: seconds(v) for k, v in value.items()}
        if name == "hide_diffs":  # the engine writes the paths anew
            value = tuple(re.sub(r'\.\*|\["\*"\]|^\*', "[*]", path) for path in value)
        if isinstance(value, tuple):
            value = sorted(set(value))
        if value not in ("", [], {}, None) and (value is not False or name == "delete_before_replace"):
            found[name] = value_to_json(value) if name == "replacement_trigger" else value
    return found


def _compare(urn: str, path: str, offline: Any, real: Any) -> list[Difference]:
    if isinstance(offline, Mapping) and isinstance(real, Mapping) and "$secret" not in {*offline, *real}:
        return [
            difference
            for key in sorted({*offline, *real})
            for difference in _compare(
                urn, f"{path}.{key}".lstrip("."), offline.get(key, ABSENT), real.get(key, ABSENT)
            )
        ]
    if isinstance(offline, list) and isinstance(real, list) and len(offline) == len(real):
        pairs = enumerate(zip(offline, real, strict=True))
        return [difference for i, pair in pairs for difference in _compare(urn, f"{path}[{i}]", *pair)]
    # True is not 1
    same = offline == real and isinstance(offline, bool) == isinstance(real, bool)
    return [] if same else [Difference(urn, path, offline, real)]
