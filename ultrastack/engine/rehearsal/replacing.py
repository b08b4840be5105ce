"""What goes first when a resource is replaced, and what stays as it is while it is not?

As pulumi-terraform-bridge decides it (pkg/tfbridge/provider.go, Diff; schema.go, nameRequiresDeleteBeforeReplace).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...catalog import ResourceType
from .meaning import DEFAULTS, known_paths


def deletes_first(row: ResourceType | None, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the old one has to go before the new one comes: a name that the program chose cannot exist twice."""
    if row is None:
        return False
    if row.delete_before_replace:
        return True
    unique = known_paths("unique_names").get(row.name)
    if unique and any(before.get(name) != after.get(name) for name in unique):
        return False
    return bool(row.autoname and row.autoname in after and row.autoname not in after.get(DEFAULTS, []))


def unchangeable(row: ResourceType | None) -> set[str]:
    """Inputs that no update can change: the engine keeps their outputs when it previews one."""
    if row is None:
        return set()
    return {path for path, one in row.properties().items() if one.replaces == "yes" and "." not in path}
