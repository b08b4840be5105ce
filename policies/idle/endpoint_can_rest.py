"""An endpoint of a development stack, or one with a queue, may have no machine while nobody asks it."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..serving._endpoints import ENDPOINT, configuration_of, machine_of, on_machines
from ..world import Subject
from ._purpose import ends_by_itself, is_development
from ._resting import rests_at_zero, targets_of

RULE = Rule(
    title="an endpoint that may rest, rests at zero or by the clock",
    level="advisory",
    why="Behind a queue no request is lost while there is no machine, and in development nobody waits at night; a "
    "machine with accelerators is paid for all the same.",
    fix="scale from 0: `min: 0` with inference_components or async_inference, or add a `schedule`",
    references=(
        "https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html",
    ),
)
SCHEDULED = "aws:appautoscaling/scheduledAction:ScheduledAction"


@RULE.graph(ENDPOINT)
def check(endpoint: Subject) -> Iterator[Said]:
    configuration = configuration_of(endpoint)
    there = [one for one in on_machines(configuration) if machine_of(one) is not None]
    queue = configuration.has("asyncInferenceConfig")
    if not there or not (queue or is_development(endpoint)):
        raise NotApplicable
    if rests_at_zero(endpoint) or ends_by_itself(endpoint):
        return
    if any(_is_scheduled(target) for target in targets_of(endpoint)):
        return
    what = "the endpoint has a queue" if queue else "the endpoint is for development"
    names = ", ".join(dict.fromkeys(one.text("instanceType") for one in there))
    yield fail(endpoint, f"{what}, and keeps {names} while nobody asks it")


def _is_scheduled(target: Subject) -> bool:
    pointing = target.world.pointing_at(target, SCHEDULED, "resourceId")
    if pointing.sure:
        return True
    known = target.raw("resourceId")
    if isinstance(known, str) and any(one.raw("resourceId") == known for one in target.world.of_type(SCHEDULED)):
        return True
    if pointing.unsure:
        raise Undecided(f"what {pointing.unsure[0].name} scales", pointing.unsure[0], "resourceId")
    return False
