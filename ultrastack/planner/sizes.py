"""Does a group become smaller? What is asked for before and after, where a group says how many machines it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ultrastack.model.change import Change, PropertyChange
from ultrastack.model.graph import Value


class Size(NamedTuple):
    """Inputs with numbers of machines; "" where a type has none of that kind."""

    least: str = ""
    wanted: str = ""
    most: str = ""


SIZES: Mapping[str, tuple[Size, ...]] = {
    "aws:autoscaling/group:Group": (Size("minSize", "desiredCapacity", "maxSize"),),
    "aws:ec2/capacityReservation:CapacityReservation": (Size(wanted="instanceCount"),),
    "aws:ec2/fleet:Fleet": (Size(wanted="targetCapacitySpecification.totalTargetCapacity"),),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": (Size(wanted="targetCapacity"),),
    "aws:eks/nodeGroup:NodeGroup": (
        Size("scalingConfig.minSize", "scalingConfig.desiredSize", "scalingConfig.maxSize"),
    ),
    "gcp:compute/instanceGroupManager:InstanceGroupManager": (Size(wanted="targetSize"),),
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": (Size(wanted="targetSize"),),
    "gcp:compute/reservation:Reservation": (Size(wanted="specificReservation.count"),),
    "gcp:container/nodePool:NodePool": (
        Size("autoscaling.minNodeCount", "nodeCount", "autoscaling.maxNodeCount"),
        Size("autoscaling.totalMinNodeCount", "", "autoscaling.totalMaxNodeCount"),
    ),
}


@dataclass(frozen=True)
class Shrinking:
    properties: tuple[PropertyChange, ...]  # that fall
    certain: bool  # fewer may run than had to run before


def shrinking(change: Change) -> Shrinking | None:
    """None for what keeps its size or grows."""
    if change.old is None or change.new is None:
        return None
    for size in SIZES.get(change.new.type, ()):
        fallen = tuple(one for path in size if path and (one := _changed(change, path)) and _falls(one))
        if fallen:
            return Shrinking(fallen, _surely(change, size))
    return None


def _changed(change: Change, path: str) -> PropertyChange | None:
    """Of that input itself; a block that comes or goes as a whole says it by its own numbers."""
    found = change.of(path)
    if found is not None or change.old is None or change.new is None or "." not in path:
        return found
    if change.of(path.partition(".")[0]) is None:
        return None
    old, new = _at(change.old.inputs, path), _at(change.new.inputs, path)
    return PropertyChange(path, old, new) if old != new else None


def _falls(one: PropertyChange) -> bool:
    """Also where only the cloud knows whether it does."""
    old, new = number(one.old), number(one.new)
    if old is None or one.new is None:
        return False
    return new is None or new < old


def _surely(change: Change, size: Size) -> bool:
    assert change.old is not None and change.new is not None
    old, new = change.old.inputs, change.new.inputs
    before = [number(_at(old, path)) for path in (size.least, size.wanted)]
    # a wanted number that stays the same is not set again: what runs may be another by now
    wanted = size.wanted if size.wanted and change.of(size.wanted) is not None else ""
    after = [number(_at(new, path)) for path in (size.most, wanted)]
    had, has = [one for one in before if one is not None], [one for one in after if one is not None]
    return bool(had and has) and min(has) < max(had)


def number(value: Value) -> float | None:
    """Numbers also arrive as texts; None for what is no number, or not known."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _at(inputs: Mapping[str, Value], path: str) -> Value:
    value: Value = dict(inputs) if path else None
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
