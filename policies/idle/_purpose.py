"""What is a stack for, what do tags say, and does something stop by itself?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ultrastack.model.values import Secret, Unknown

from ..launches import GROUP
from ..launches import SCHEDULE as GROUP_SCHEDULE
from ..rule import Undecided
from ..world import Subject, World

LABELS = ("tags", "labels", "resourceLabels", "nodeConfig.resourceLabels")
SCHEDULER = "aws:scheduler/schedule:Schedule"


def labels(subject: Subject) -> dict[str, Any]:
    """Its tags or labels in lower case, and those of its provider; values may be unknown."""
    found: dict[str, Any] = {}
    defaults = subject.provider.raw("defaultTags")
    if isinstance(defaults, str):  # providers get blocks as JSON
        try:
            defaults = json.loads(defaults)
        except ValueError:
            defaults = None
    if isinstance(defaults, Mapping):
        found |= _pairs(defaults.get("tags"))
    for name in LABELS:
        found |= _pairs(subject.raw(name))
    return found


def _pairs(given: Any) -> dict[str, Any]:
    if isinstance(given, Mapping):
        return {str(key).lower(): value for key, value in given.items()}
    pairs = given if isinstance(given, (list, tuple)) else ()  # of an autoscaling group
    return {str(one.get("key")).lower(): one.get("value") for one in pairs if isinstance(one, Mapping)}


def is_development(subject: Subject) -> bool:
    """By the profile of its stack file, else by its tag `environment`. Raises Undecided."""
    file = subject.world.file
    if file is not None and file.profile:
        return file.profile == "development"
    environment = labels(subject).get("environment")
    if isinstance(environment, (Unknown, Secret)):
        raise Undecided(f"the tag `environment` of {subject.name}", subject, "tags")
    if environment is None:
        hidden = hidden_labels(subject)
        if hidden:
            raise Undecided(f"the tags of {subject.name}, of which one may be `environment`", subject, hidden)
    return isinstance(environment, str) and environment.lower().startswith("dev")


def hidden_labels(subject: Subject) -> str:
    """Which input has tags or labels that nobody knows; empty where all their keys are known."""
    for name in LABELS:
        given = subject.raw(name)
        pairs = given if isinstance(given, (list, tuple)) else (given,)
        keys = (one.get("key") if isinstance(one, Mapping) and one is not given else one for one in pairs)
        if any(isinstance(one, (Unknown, Secret)) for one in keys):
            return name
    return ""


def has_reason(world: World, *keys: str) -> bool:
    """Whether a tag or label with a reason is anywhere, the stack file's own included. Raises Undecided."""
    if world.once(_all_labels) & set(keys):
        return True
    hidden = world.once(_hiding)
    if hidden is not None:
        raise Undecided(f"the tags of {hidden.name}, of which one may be `{keys[0]}`", hidden)
    return False


def _hiding(world: World) -> Subject | None:
    return next((one for one in world.subjects if hidden_labels(one)), None)


def _all_labels(world: World) -> frozenset[str]:
    found = {key for subject in world.subjects for key, value in labels(subject).items() if value != ""}
    if world.file is not None:
        found |= {str(key).lower() for key, value in world.file.tags.items() if value}
        found |= {str(key).lower() for step in world.file.steps for key in step.tags}
    return frozenset(found)


def ends_by_itself(subject: Subject) -> bool:
    """Whether something stops it by the clock. Raises Undecided."""
    if _file_says_so(subject) or any(_component_says_so(one) for one in _parents(subject)):
        return True
    if any(subject.urn in one.resource.dependencies for one in subject.world.of_type(SCHEDULER)):
        return True
    if subject.type != GROUP:
        return False
    found = subject.world.pointing_at(subject, GROUP_SCHEDULE, "autoscalingGroupName")
    if any(_stops(one) for one in found.sure):
        return True
    if found.unsure:
        raise Undecided(f"the group that {found.unsure[0].name} is for", found.unsure[0], "autoscalingGroupName")
    return False


def _stops(schedule: Subject) -> bool:
    names = ("desiredCapacity", "maxSize")
    if any(schedule.raw(name) == 0 for name in names):
        return True
    return any(schedule.has(name) and schedule.number(name) == 0 for name in names)  # raises for one that is unknown


def _parents(subject: Subject) -> Iterator[Subject]:
    parent = subject.world.by_urn.get(subject.resource.parent)
    while parent is not None:
        yield parent
        parent = subject.world.by_urn.get(parent.resource.parent)


def _component_says_so(component: Subject) -> bool:
    """Hours a week alone are for the cost, and stop nothing."""
    return any(component.raw(f"schedule.{name}") is not None for name in ("stop", "teardown_at"))


def _file_says_so(subject: Subject) -> bool:
    file, step = subject.world.file, subject.resource.step
    made = file.step(step) if file is not None and step else None
    schedule = made.schedule if made else None
    return schedule is not None and (schedule.stop is not None or schedule.teardown_at is not None)
