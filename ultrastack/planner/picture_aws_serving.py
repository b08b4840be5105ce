"""What of AWS answers requests? Endpoints of SageMaker with their variants and models, load balancers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ultrastack.policies import launches as ec2
from ultrastack.policies import subnets as network
from ultrastack.policies.serving import _endpoints as serving
from ultrastack.policies.world import Block, Subject

from .picture_aws_machines import accelerators_of
from .picture_aws_places import around, region_of
from .picture_aws_storage import BUCKETS
from .picture_parts import Drawing, Part, blocks, given, joined, known, meant, one_of, sources, text

COMPONENTS = ("aws:cloudcontrol/resource:Resource",)  # inference components, which pulumi-aws has no type for
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENERS = ("aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule")
TARGETS = "aws:lb/targetGroup:TargetGroup"
ATTACHED = {  # what gives machines to a target group: the inputs that name the machines and the target group
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": ("targetId", "targetGroupArn"),
    "aws:autoscaling/attachment:Attachment": ("autoscalingGroupName", "lbTargetGroupArn"),
}


def draw(drawing: Drawing) -> None:
    _endpoints(drawing)
    _balancers(drawing)


def _endpoints(drawing: Drawing) -> None:
    scaled = _scaled(drawing)
    models = _models_of_components(drawing)
    for endpoint in drawing.world.of_type(serving.ENDPOINT):
        configuration = one_of(meant(endpoint, "endpointConfigName", serving.CONFIGURATION))
        key = drawing.key(endpoint)
        details = ["SageMaker endpoint"]
        variants: list[Block] = []
        if configuration is None:
            details.append("variants unknown")
        else:
            variants = known(partial(serving.variants, configuration), [])
            details += ["asynchronous"] * configuration.has("asyncInferenceConfig")
        place = region_of(drawing, endpoint)
        drawing.add(Part(key, place, "endpoint", drawing.label(endpoint), tuple(details), (endpoint.urn,)))
        served: list[Subject] = list(models.get(endpoint.urn, ()))
        for i, variant in enumerate(variants):
            name = text(variant, "variantName")
            label = name or "variant"
            said = tuple(_of_variant(variant, scaled.get((endpoint.urn, name)) or scaled.get((endpoint.urn, ""))))
            drawing.add(Part(f"{key}/{name or i}", key, "machines", label, said, family=key))
            served += [one for one in meant(variant, "modelName", serving.MODEL) if isinstance(one, Subject)]
        if configuration is not None:
            for name in ("asyncInferenceConfig.outputConfig", "dataCaptureConfig"):
                for at in ("s3OutputPath", "destinationS3Uri"):
                    holder = known(partial(configuration.block, name), None)
                    if holder is not None and (bucket := drawing.bucket(holder, at, BUCKETS)) is not None:
                        label = "answers" if at == "s3OutputPath" else "captured requests"
                        drawing.later_links.append((endpoint.urn, bucket.urn, label))
        for model in dict.fromkeys(served):
            _of_model(drawing, endpoint, model)


def _scaled(drawing: Drawing) -> dict[tuple[str, str], Subject]:
    """Endpoint and variant ("" where only one can be meant) -> what scales it."""
    found: dict[tuple[str, str], Subject] = {}
    for target in drawing.world.of_type(serving.TARGET):
        if text(target, "scalableDimension") not in ("", serving.OF_MACHINES):
            continue
        endpoint = known(partial(serving.endpoint_of, target), None)
        if endpoint is None:
            continue
        drawing.inside[target.urn] = drawing.key(endpoint)
        configuration = known(partial(serving.configuration_of, endpoint), None)
        variant = None if configuration is None else known(partial(serving.variant_of, target, configuration), None)
        found[endpoint.urn, text(variant, "variantName") if variant is not None else target.name] = target
    return found


def _of_variant(variant: Block, target: Subject | None) -> Iterator[str]:
    if variant.has("serverlessConfig"):
        most = text(variant, "serverlessConfig.maxConcurrency")
        yield joined(("serverless", f"{most} requests at once" if most else ""))
        yield given(variant, "serverlessConfig.memorySizeInMb", " MB")
        return
    count = text(variant, "initialInstanceCount") or "number unknown:"
    if target is not None:
        count = _between(text(target, "minCapacity"), text(target, "maxCapacity"))
    elif variant.has("managedInstanceScaling"):
        count = _between(*(text(variant, f"managedInstanceScaling.{name}InstanceCount") for name in ("min", "max")))
    yield f"{count} x {text(variant, 'instanceType') or 'type unknown until `up`'}"
    machine = known(lambda: serving.machine_of(variant), None)
    if machine is not None:
        yield f"each with {accelerators_of(machine, 1)}" if machine.accelerators else ""


def _between(least: str, most: str) -> str:
    return least if least == most and least else f"{least or 'unknown'} to {most or 'unknown'}"


def _models_of_components(drawing: Drawing) -> dict[str, list[Subject]]:
    """Endpoint -> models of its inference components: what their state is made of is all that is known of them."""
    found: dict[str, list[Subject]] = {}
    world = drawing.world
    for one in world.of_type(*COMPONENTS):
        named = [world.by_urn[urn] for urn in sources(one.resource, "desiredState") if urn in world.by_urn]
        endpoint = next((other for other in named if other.type == serving.ENDPOINT), None)
        if endpoint is not None:
            drawing.inside[one.urn] = drawing.key(endpoint)
            found.setdefault(endpoint.urn, []).extend(other for other in named if other.type == serving.MODEL)
    return found


def _of_model(drawing: Drawing, endpoint: Subject, model: Subject) -> None:
    containers: list[Block] = known(partial(serving.containers, model), [])
    for container in containers:
        places = [(container, "modelDataUrl")]
        for source in blocks(container, "modelDataSource"):
            places += [(one, "s3Uri") for one in blocks(source, "s3DataSources")]
        for block, name in places:
            bucket = drawing.bucket(block, name, BUCKETS)
            if bucket is not None:
                drawing.later_links.append((bucket.urn, endpoint.urn, "model data"))
    subnets = [one for config in blocks(model, "vpcConfig") for one in meant(config, "subnets", *network.SUBNETS)]
    vpcs = {known(partial(network.vpc_of, drawing.world, one), None) for one in subnets} - {None}
    for vpc in vpcs:
        if isinstance(vpc, Subject):
            drawing.later_links.append((endpoint.urn, vpc.urn, "network interfaces"))


def _balancers(drawing: Drawing) -> None:
    world = drawing.world
    behind = _behind(drawing)
    for balancer in world.of_type(BALANCER):
        kind = text(balancer, "loadBalancerType") or "application"  # what the provider takes by itself
        reached = known(partial(balancer.flag, "internal"), None)
        where = "" if reached is None else "internal" if reached else "open to the internet"
        said = (joined((f"{kind} load balancer", where)),)
        place = around(drawing, balancer, [balancer], "subnets")
        drawing.add(Part(drawing.key(balancer), place, "endpoint", drawing.label(balancer), said, (balancer.urn,)))
    of_listener: dict[str, str] = {}
    for listener in world.of_type(*LISTENERS):
        urn = next((one.urn for one in meant(listener, "loadBalancerArn", BALANCER) if isinstance(one, Subject)), "")
        if listener.type == LISTENERS[1]:
            named = one_of(meant(listener, "listenerArn", LISTENERS[0]))
            urn = of_listener.get(named.urn, "") if named is not None else ""
        of_listener[listener.urn] = urn
        if urn:
            drawing.inside[listener.urn] = drawing.at[urn][0]
        for action in blocks(listener, "defaultActions") + blocks(listener, "actions"):
            for target in meant(action, "targetGroupArn", TARGETS):
                for machines_urn in behind.get(target.urn, ()) if isinstance(target, Subject) else ():
                    drawing.later_links.append((urn, machines_urn, "requests"))


def _behind(drawing: Drawing) -> dict[str, list[str]]:
    """Target group -> what answers its requests."""
    found: dict[str, list[str]] = {}
    world = drawing.world
    for group in world.of_type(ec2.GROUP):
        for target in meant(group, "targetGroupArns", TARGETS):
            if isinstance(target, Subject):
                found.setdefault(target.urn, []).append(group.urn)
    for type, (machine, target_name) in ATTACHED.items():
        for one in world.of_type(type):
            target, answers = one_of(meant(one, target_name, TARGETS)), one_of(meant(one, machine, *ec2.LAUNCHING))
            if target is not None and answers is not None:
                found.setdefault(target.urn, []).append(answers.urn)
    return found
