"""Which endpoints have no machine while nobody asks them?"""

from __future__ import annotations

from ultrastack.model.values import Unknown

from ..rule import Undecided
from ..serving._endpoints import TARGET, configuration_of, on_machines
from ..world import Block, Subject


def targets_of(endpoint: Subject) -> list[Subject]:
    """What scales it: by its id, or by an output that the id is made of."""
    pointing = endpoint.world.pointing_at(endpoint, TARGET, "resourceId")
    if pointing.unsure and not pointing.sure:
        raise Undecided(f"what {pointing.unsure[0].name} scales", pointing.unsure[0], "resourceId")
    found = list(pointing.sure)
    name = endpoint.raw("name")
    if isinstance(name, Unknown) and not found:
        for target in endpoint.world.of_type(TARGET):
            if str(target.raw("resourceId")).startswith("endpoint/"):
                raise Undecided(f"whether {target.name} scales {endpoint.name}", endpoint, "name")
    if isinstance(name, str):
        for target in endpoint.world.of_type(TARGET):
            if str(target.raw("resourceId")).startswith(f"endpoint/{name}/") and target not in found:
                found.append(target)
    return found


def rests_at_zero(endpoint: Subject) -> bool:
    """Whether its machines may all go: by SageMaker itself, or by a target. Raises Undecided."""
    least: list[tuple[Block, str]] = [
        (variant, "managedInstanceScaling.minInstanceCount") for variant in on_machines(configuration_of(endpoint))
    ]
    least += [(target, "minCapacity") for target in targets_of(endpoint)]
    if any(block.raw(name) == 0 for block, name in least):
        return True
    return any(block.has(name) and block.number(name) == 0 for block, name in least)
