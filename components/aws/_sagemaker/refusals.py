"""Which arguments of an endpoint can SageMaker never take together, and which could the user mean?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...refusals import Wrong
from .deployment import ALARMS_MAX

SagemakerEndpointArgs = Any  # its module imports this one

NAME_MAX = 63  # botocore sagemaker EndpointName, InferenceComponentName
# Which kinds of target tracking there are metrics for: async endpoints send neither invocations nor concurrency
# (SageMaker guide, monitoring of asynchronous endpoints), serverless ones only what was provisioned.
TRACKED = {
    "a real-time endpoint": ("concurrent_requests", "invocations", "metric"),
    "an inference component": ("concurrent_requests", "invocations", "metric"),
    "an async endpoint": ("backlog", "metric"),
    "a serverless endpoint": ("utilization", "metric"),
}


def impossible(args: SagemakerEndpointArgs) -> Iterator[Wrong]:
    """Said in botocore's model of sagemaker where no other source is named."""
    yield from _models(args)
    yield from _variants(args)
    yield from _components(args)
    yield from _serverless(args)
    yield from _scaling(args)
    yield from _deployment(args)
    yield from _alarms(args)
    yield from _access(args)


def _models(args: SagemakerEndpointArgs) -> Iterator[Wrong]:
    if (args.model is None) == (not args.models):
        yield Wrong(
            "model", "needs either model or models; fix: add model: {image: ..., data: s3://...}, and only that"
        )
        return
    # an endpoint of inference components says there which model it is
    users: list[tuple[str, Any]] = [("inference_components", one) for one in args.inference_components.values()]
    if not args.inference_components:
        users = [("variants", one) for one in args.variants]
    if args.shadow is not None:
        users.append(("shadow", args.shadow))
    known = args.known_models
    for argument, one in users:
        if one.model is None and len(known) > 1:
            yield Wrong(argument, f"must say which model it means; fix: add model: {next(iter(known))}")
        elif one.model is not None and one.model not in known:
            yield Wrong(argument, f"means the model {one.model}, which is not there; fix: use {' or '.join(known)}")


def _variants(args: SagemakerEndpointArgs) -> Iterator[Wrong]:
    names = [one.name for one in args.variants]
    if twice := _twice(names):
        yield Wrong("variants", f"has {twice} twice; fix: give each variant a name of its own")
    if args.shadow is not None:
        if len(args.variants) > 1:  # CreateEndpointConfig.ShadowProductionVariants
            yield Wrong("shadow", "needs an endpoint with one variant; fix: remove the other variants, or shadow")
        if args.shadow.name in names:
            yield Wrong("shadow", f"has the name of a variant; fix: write name: {args.shadow.name}-shadow")
    for argument, keys in (("variants", names), ("inference_components", list(args.inference_components))):
        if alike := next(((a, b) for a in keys for b in keys if f"{b}-".startswith(f"{a}-step-")), None):
            # names of children: alarm-<variant>-errors, alarm-<variant>-step-<policy>
            yield Wrong(
                argument, f"has {alike[0]} and {alike[1]}, which are too alike to be told apart; fix: rename one"
            )
    weights = [one.weight for one in args.variants]
    if all(isinstance(weight, (int, float)) and weight == 0 for weight in weights):
        yield Wrong("variants", "have weight 0, all of them, and get no requests; fix: write weight: 1")
    for one in args.variants:
        if one.min == 0 and one.serverless is None and args.async_inference is None and not args.inference_components:
            words = "cannot go to zero machines by itself; fix: write min: 1, or add inference_components"
            yield Wrong("variants", f"{words}, or async_inference, which queues requests meanwhile")
        if one.min == 0 and one.serverless is not None:
            yield Wrong("variants", "cannot provision 0; fix: write min: 1, or remove provisioned_concurrency")


def _components(args: SagemakerEndpointArgs) -> Iterator[Wrong]:
    if not args.inference_components:
        return
    if args.async_inference is not None:  # InvokeEndpointAsync has no InferenceComponentName
        words = "cannot be asked asynchronously; fix: remove async_inference, or write variants without them"
        yield Wrong("inference_components", words)
    if args.shadow is not None:  # a shadow variant is a model
        yield Wrong("shadow", "cannot go with inference_components; fix: name the model in a variant, or remove shadow")
    names = [one.name for one in args.variants]
    for one in args.variants:
        if one.model is not None or one.scaling is not None:
            said = "model" if one.model is not None else "scaling"
            words = f"says {said}, and holds inference components, which say it themselves; fix: move it there"
            yield Wrong("variants", words)
        if one.serverless is not None:
            yield Wrong("variants", "is serverless, and holds no inference components; fix: write instance_type")
    for name, component in args.inference_components.items():
        if component.variant is None and len(names) > 1:
            yield Wrong("inference_components", f"must say on which variant {name} lies; fix: add variant: {names[0]}")
        elif component.variant is not None and component.variant not in names:
            words = f"has {name} on the variant {component.variant}, which is not there"
            yield Wrong("inference_components", f"{words}; fix: use {' or '.join(names)}")
        if isinstance(args.physical_name, str) and len(f"{args.physical_name}-{name}") > NAME_MAX:
            words = f"would be called {args.physical_name}-{name}, which has more than {NAME_MAX} characters"
            yield Wrong("inference_components", f"{words}; fix: shorten physical_name")


def _serverless(args: SagemakerEndpointArgs) -> Iterator[Wrong]:
    """What else serverless endpoints lack: SageMaker guide, feature exclusions."""
    if not any(one.serverless for one in args.variants):
        return
    if len(args.variants) > 1:
        yield Wrong("variants", "are several, and a serverless endpoint has one; fix: make an endpoint for each")
    for name in ("async_inference", "vpc", "data_capture", "kms_key_arn"):
        if getattr(args, name) is not None:
            yield Wrong(name, "cannot go with serverless; fix: remove it, or write instance_type instead of serverless")
    if args.network_isolation:
        words = "cannot go with serverless; fix: remove it, or write instance_type instead of serverless"
        yield Wrong("network_isolation", words)
    for model in args.known_models.values():
        # ContainerDefinition.ModelDataSource
        if model.additional_data or (model.data is not None and not model.is_archive):
            fix = "write data: s3://bucket/model.tar.gz" if isinstance(model.data, str) else "add archive: true"
            words = f"has files as they are, and serverless takes one archive; fix: {fix}"
            yield Wrong("models" if args.models else "model", words)


def _scaling(args: SagemakerEndpointArgs) -> Iterator[Wrong]:
    what = "an async endpoint" if args.async_inference is not None else "a real-time endpoint"
    found = [
        ("variants", "a serverless endpoint" if one.serverless else what, one.scaling)
        for one in args.variants
        if not args.inference_components
    ]
    found += [
        ("inference_components", "an inference component", one.scaling) for one in args.inference_components.values()
    ]
    for argument, who, scaling in found:
        for kind in scaling.kinds if scaling is not None else ():
            if kind not in TRACKED[who]:
                words = f"cannot scale by {kind}, which {who} does not tell; fix: use {' or '.join(TRACKED[who])}"
                yield Wrong(argument, words)


def _deployment(args: SagemakerEndpointArgs) -> Iterator[Wrong]:
    how = args.deployment
    if how is None:
        return
    if args.inference_components and how.strategy != "rolling":
        # CloudFormation, AWS::SageMaker::InferenceComponent DeploymentConfig
        words = f"cannot be {how.strategy} for inference_components; fix: write strategy: rolling, step_percent: 50"
        yield Wrong("deployment", words)
    if how.strategy == "rolling":
        # SageMaker guide, exclusions of deployment guardrails
        if len(args.variants) > 1 and not args.inference_components:
            words = "cannot be rolling for several variants; fix: write strategy: canary, step_percent: 10"
            yield Wrong("deployment", words)
        if any(one.serverless for one in args.variants):
            yield Wrong("deployment", "cannot be rolling for serverless; fix: write strategy: all-at-once")
    if "latency" in how.rollback_on and (args.alarms is None or args.alarms.latency is None):
        words = "is undone by latency, and nothing says how slow is too slow; fix: add alarms: {latency: {"
        yield Wrong("deployment", f"{words}milliseconds: 2000}}}}")
    # each inference component is undone by its own alarms alone
    watched = 1 if args.inference_components else len(args.variants)
    count = len(set(how.rollback_on)) * watched
    if (count := count + len(how.rollback_alarm_names)) > ALARMS_MAX:
        words = f"is undone by {count} alarms, and SageMaker takes {ALARMS_MAX}; fix: shorten rollback_on"
        yield Wrong("deployment", words)
    if how.step_instances is not None and not args.inference_components:
        most = min((one.most for one in args.variants if not one.serverless), default=0)
        if 2 * how.step_instances > most:
            words = f"moves {how.step_instances} of {most} machines at a time, and at most half of them may move"
            fix = f"write step_instances: {most // 2}" if most > 1 else f"write count: {2 * how.step_instances}"
            yield Wrong("deployment", f"{words}; fix: {fix}")


def _alarms(args: SagemakerEndpointArgs) -> Iterator[Wrong]:
    watched = args.watched
    if args.alarms is not None and not (watched.errors or watched.latency or watched.idle):
        yield Wrong("alarms", "says of no alarm when it goes off; fix: add errors: {count: 5}, or remove alarms")


def _access(args: SagemakerEndpointArgs) -> Iterator[Wrong]:
    if args.vpc is None and any(model.registry == "vpc" for model in args.known_models.values()):
        words = "needs vpc, since an image lies in a registry of a network; fix: add vpc: {subnet_ids: [...], "
        yield Wrong("models" if args.models else "model", f"{words}security_group_ids: [...]}}")
    if args.execution_role_arn is not None:
        if args.physical_name is None:
            # the role made here gives the endpoint a name that alarms, logs and policies know before it is there
            yield Wrong("execution_role_arn", "needs physical_name beside it; fix: add physical_name: example-chat")
        for name in ("policy_arns", "data_kms_key_arns"):
            if getattr(args, name):
                words = "is for the role that is made here; fix: give it to the role, or remove execution_role_arn"
                yield Wrong(name, words)
    if args.network_isolation:
        for model in args.known_models.values():
            if model.secrets:
                words = "cuts the container off from Secrets Manager; fix: remove it, or secrets"
                yield Wrong("network_isolation", words)


def _twice(names: Iterable[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""
