"""Somebody hears of an endpoint on accelerators that nobody asks anything."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..serving._endpoints import ENDPOINT, OURS, configuration_of, machine_of, on_machines
from ..world import Block, Subject
from ._resting import rests_at_zero

RULE = Rule(
    title="an alarm tells of an endpoint that nobody uses",
    level="advisory",
    why="An endpoint is paid for by the hour, whether it is asked or not, and nothing else shows that it is forgotten.",
    fix="add `alarms: {idle: {hours: 24}}`, or an alarm on Invocations with LessThanThreshold",
    references=("https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html",),
)
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


@RULE.graph(ENDPOINT)
def check(endpoint: Subject) -> Iterator[Said]:
    machines = [machine for one in on_machines(configuration_of(endpoint)) if (machine := machine_of(one)) is not None]
    if not machines:
        raise NotApplicable
    if rests_at_zero(endpoint):
        raise NotApplicable  # what nobody asks costs nothing
    unsure = False
    for alarm in endpoint.world.of_type(ALARM):
        if "dimensions" not in alarm.values or not _is_of_silence(alarm):
            continue
        known = alarm.knows("dimensions") and alarm.knows("comparisonOperator")
        same = is_about(alarm.block("dimensions"), endpoint) if known else None
        if same:
            return
        unsure = unsure or same is None
    if unsure:
        raise Undecided(f"which endpoint the alarms of the program are about, {endpoint.name} or others", endpoint)
    chips = " and ".join(dict.fromkeys(one.accelerator for one in machines))
    yield fail(endpoint, f"its machines have {chips}, and no alarm goes off when nobody asks")


def _is_of_silence(alarm: Subject) -> bool:
    return not alarm.knows("comparisonOperator") or alarm.text("comparisonOperator").startswith("LessThan")


def is_about(dimensions: Block, endpoint: Subject) -> bool | None:
    """Whether an alarm's dimensions name the endpoint: by its name, or from whatever gives it its name."""
    name, given = dimensions.raw("EndpointName"), endpoint.raw("name")
    if name is None:
        return False
    if isinstance(name, str) and isinstance(given, str):
        return name == given
    sources, own = _sources(dimensions, "EndpointName"), _sources(endpoint, "name")
    if endpoint.urn in sources or sources & own:
        return True
    others = {one.urn for one in endpoint.world.of_type(ENDPOINT)} - {endpoint.urn}
    if sources & others or _component_of(dimensions.subject) not in (None, _component_of(endpoint)):
        return False
    return None if not sources else False


def _sources(block: Block, name: str) -> set[str]:
    resource, path = block.subject.resource, block.at(name)
    return set(resource.references.get(path) or resource.property_dependencies.get(path.partition(".")[0]) or ())


def _component_of(subject: Subject) -> str | None:
    parent = subject.world.by_urn.get(subject.resource.parent)
    return parent.urn if parent is not None and parent.type == OURS else None
