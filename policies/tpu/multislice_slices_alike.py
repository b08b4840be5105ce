"""All slices of a Multislice job have the same machines, topology and zone, and a number of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ultrastack.model.values import Secret, Unknown

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Subject, World
from ._slices import GROUPS, POLICY, machine_of_group, templates_of

RULE = Rule(
    title="all slices of a Multislice job have the same machines, topology and zone, and a number of their own",
    level="mandatory",
    why="Multislice runs one program on equal slices; with another shape, or a number twice, it never starts.",
    fix="make all slices of the job alike, and number them from 0",
    references=(
        "https://github.com/AI-Hypercomputer/maxtext/issues/158",
        "https://docs.cloud.google.com/compute/docs/instance-groups/about-workload-policies",
    ),
)
# The environment that the launcher gives to each slice: jax clusters/cloud_tpu_cluster.py
WORD = re.compile(r"MEGASCALE_(COORDINATOR_ADDRESS|NUM_SLICES|SLICE_ID)=['\"]?([^\s'\"]+)")
COMPONENT = "ultrastack:gcp:TpuSlice"


@dataclass(frozen=True)
class _Part:
    """One slice of a job: which one of how many."""

    group: Subject
    job: str
    count: str
    number: str


@RULE.graph(*GROUPS)
def check(group: Subject) -> Iterator[Said]:
    machine_of_group(group)
    part = _part(group)
    if part is None:
        raise NotApplicable
    parts = group.world.once(_jobs)[part.job]
    first = parts[0]
    if part.count and part.number and int(part.number) >= int(part.count):
        said = f"the slice has number {part.number} of {part.count} slices, which begin with 0"
        yield fail(group, said, at="versions")
    if any(one.number == part.number != "" and one.group is not group for one in parts[: _place(parts, group)]):
        yield fail(group, f"two slices of the job have number {part.number}", at="versions")
    if group is first.group:
        return
    for what, at, mine, its in (
        ("machines", "versions", _machine(group), _machine(first.group)),
        ("topology", "resourcePolicies", _topology(group), _topology(first.group)),
        ("zone", "zone", _zone(group), _zone(first.group)),
    ):
        if mine != its:
            said = (
                f"the {what} {mine or 'of no policy'} of {group.name} and {its or 'of no policy'} of {first.group.name}"
            )
            yield fail(group, f"{said} differ, and both are slices of one job", at=at)


def _place(parts: list[_Part], group: Subject) -> int:
    return next(i for i, one in enumerate(parts) if one.group is group)


def _jobs(world: World) -> dict[str, list[_Part]]:
    found: dict[str, list[_Part]] = {}
    for group in world.of_type(*GROUPS):
        try:
            machine_of_group(group)
            part = _part(group)
        except (NotApplicable, Undecided):
            continue
        if part is not None:
            found.setdefault(part.job, []).append(part)
    return found


def _part(group: Subject) -> _Part | None:
    """By the environment in its metadata, where it can be read, else by the component that made several."""
    hidden: Subject | None = None
    for template in templates_of(group):
        metadata = template.raw("metadata")
        given = list(metadata.values()) if isinstance(metadata, dict) else [metadata]
        texts = [one for one in given if isinstance(one, str)]
        words = {match[1]: match[2] for text in texts for match in WORD.finditer(text)}
        if "COORDINATOR_ADDRESS" in words:
            count, number = words.get("NUM_SLICES", ""), words.get("SLICE_ID", "")
            count, number = (word if word.isdecimal() else "" for word in (count, number))
            return _Part(group, words["COORDINATOR_ADDRESS"], count, number)
        if any(isinstance(one, (Unknown, Secret)) for one in given):
            hidden = template
    parent = group.world.by_urn.get(group.resource.parent)
    siblings = [one for one in group.world.of_type(*GROUPS) if one.resource.parent == group.resource.parent]
    if parent is not None and parent.type == COMPONENT and len(siblings) > 1:
        return _Part(group, parent.urn, "", "")
    if hidden is not None and sum(1 for _ in group.world.of_type(*GROUPS)) > 1:
        raise Undecided(f"`metadata` of {hidden.name}, which may say what job it is for", hidden, "metadata")
    return None


def _machine(group: Subject) -> str:
    return machine_of_group(group).name


def _topology(group: Subject) -> str:
    policy = group.world.meant(group, "resourcePolicies.workloadPolicy", POLICY)
    if policy is None:
        return ""
    return policy.text("workloadPolicy.acceleratorTopology") if isinstance(policy, Subject) else policy.id


def _zone(group: Subject) -> str:
    return group.target("zone") if group.type == GROUPS[0] else group.target("region")
