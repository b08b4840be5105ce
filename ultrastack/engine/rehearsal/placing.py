"""Where does a resource lie that does not say it itself, and did that move?

The provider's own settings stand in: pulumi-aws, provider/region.go, and Google's since its version 5 (Terraform's
upgrade guide, "Provider default values shown at plan-time": project, region and zone). The state knows where it lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...catalog import ResourceType
from .made import REGION_WHEN_UNSET
from .meaning import revealed

Inputs = Mapping[str, Any]


def placed(
    row: ResourceType | None, before: Inputs, after: Inputs, state: Inputs, settings: Inputs
) -> tuple[Inputs, Inputs]:
    """The inputs before and after; where the place stays, of the providers' notes of it nothing is left."""
    if row is None:
        return before, after
    if row.regional():
        own = settings.get("region") or REGION_WHEN_UNSET
        return _with(before, after, "region", state.get("region") or before.get("region") or own, own)
    for name in _of_google(row):
        was, own = revealed(state.get(name)), settings.get(name)
        if not (after.get(name) or str(was or "").isdigit()) and was and own:  # digits: a project's other name
            before, after = _with(before, after, name, str(was).rpartition("/")[2], own)
    return before, after


def _with(before: Inputs, after: Inputs, name: str, was: Any, own: Any) -> tuple[Inputs, Inputs]:
    was, now = revealed(was), revealed(after.get(name)) or own
    before, after = ({k: v for k, v in one.items() if k != name} for one in (before, after))
    return (before, after) if was == now else ({**before, name: was}, {**after, name: now})


def _of_google(row: ResourceType) -> Iterator[str]:
    for name in ("project", "region", "zone") if row.name.startswith("gcp:") else ():
        about = row.properties().get(name)
        if about is not None and about.computed and about.replaces == "yes":
            yield name
