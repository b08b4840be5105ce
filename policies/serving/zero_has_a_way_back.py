"""What may have gone to zero is started again when a request comes."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Subject
from ._endpoints import OF_COPIES, OF_MACHINES, POLICY, TARGET

RULE = Rule(
    title="what scales to zero has a policy that starts it again",
    level="mandatory",
    why="Target tracking alone never leaves zero copies of an inference component: each request fails. A queue without "
    "any policy waits for ever.",
    fix="add a StepScaling policy that adds 1, on an alarm on NoCapacityInvocationFailures of the component, or "
    "HasBacklogWithoutCapacity of the queue",
    references=(
        "https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html",
    ),
)
SCHEDULED = "aws:appautoscaling/scheduledAction:ScheduledAction"


@RULE.graph(TARGET)
def check(target: Subject) -> Iterator[Said]:
    if target.text("scalableDimension") not in (OF_MACHINES, OF_COPIES) or target.number("minCapacity") > 0:
        raise NotApplicable
    if target.number("maxCapacity") == 0:
        raise NotApplicable  # it is switched off
    copies = target.text("scalableDimension") == OF_COPIES
    unsure = False
    for policy in target.world.of_type(POLICY, SCHEDULED):
        if (
            policy.type == POLICY
            and copies
            and policy.knows("policyType")
            and policy.text("policyType") != "StepScaling"
        ):
            continue
        same = _is_of(policy, target)
        if same and not policy.knows("policyType"):
            same = None
        if same and (policy.type == POLICY or _starts(policy)):
            return
        unsure = unsure or same is None
    if unsure:
        raise Undecided(f"which target the policies of the program are for, {target.name} or others", target)
    what = "no step policy starts the first copy" if copies else "no policy starts the first machine"
    yield fail(target, f"the minimum is 0, and {what} again", at="minCapacity")


def _is_of(policy: Subject, target: Subject) -> bool | None:
    """None where nobody can tell."""
    if policy.knows("resourceId") and target.knows("resourceId"):
        return policy.text("resourceId") == target.text("resourceId")
    found = policy.world.all_meant(policy, "resourceId", TARGET)
    if any(one == target for one in found):
        return True
    return False if any(isinstance(one, Subject) for one in found) else None


def _starts(action: Subject) -> bool:
    """One that raises the minimum by the clock is a way back too."""
    return action.number("scalableTargetAction.minCapacity") > 0
