"""How do planned steps become resources? The only part that talks to Pulumi: a loop that decides nothing."""

from __future__ import annotations

import fnmatch
import inspect
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pydantic

from ..model.place import Problem
from ..model.step import Step, announce
from .options import ChildOptions, resource_options
from .origin import origin
from .planned import OF_STEP
from .reading import PlannedStep, Reading
from .targets import AwsTarget, Target
from .values import bind


class BuildFailed(Exception):
    """A component's own code failed; the step is named, the cause is its exception."""

    def __init__(self, step: PlannedStep, problem: Problem):
        self.step, self.problem = step, problem
        super().__init__(str(problem))


def build(reading: Reading) -> None:
    """Providers for the targets in use, a component for each step, the stack's exports."""
    providers: dict[str, Any] = {}
    built: dict[str, Any] = {}
    for step in reading.steps:
        announce(Step(step.name, step.word, step.place, step.left_out))
        if step.left_out:
            continue
        if step.provider not in providers:  # an idle provider is a resource too
            providers[step.provider] = make_provider(reading.providers[step.provider])
        built[step.name] = make_component(step, providers[step.provider], built)
    for name, value in reading.outputs.items():
        pulumi.export(name, bind(value, built))


def make_provider(target: Target) -> Any:
    """An explicit one, named like its target, that may touch this account or project only."""
    settings = target.settings
    if isinstance(settings, AwsTarget):
        import pulumi_aws  # on first use: a stack on one cloud does not load the other's SDK

        role = None
        if settings.role_arn is not None:
            role = [pulumi_aws.ProviderAssumeRoleArgs(role_arn=settings.role_arn, external_id=settings.external_id)]
        return pulumi_aws.Provider(
            target.name,
            region=settings.region,
            allowed_account_ids=[settings.account_id],
            assume_roles=role,
            profile=settings.profile,
        )
    import pulumi_gcp

    return pulumi_gcp.Provider(
        target.name,
        project=settings.project,
        region=settings.region,
        zone=settings.zone,
        impersonate_service_account=settings.impersonate_service_account,
    )


def make_component(step: PlannedStep, provider: Any, built: Mapping[str, Any]) -> Any:
    """The component with the Outputs of earlier ones in its arguments; its failure names the step."""
    try:
        args = _args(step, built)
        met: set[str] = set()
        made = step.component(step.name, args, _options(step, provider, built, met))
        _warn_of_roles(step, met)
        return made
    except Exception as e:  # whatever a component's code may raise
        if isinstance(e, pulumi.RunError):
            what = f"step '{step.name}': {e}"
        elif isinstance(e, pydantic.ValidationError):
            said = "; ".join(
                f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
                for one in e.errors(include_url=False, include_input=False)
            )
            what = f"step '{step.name}': component {step.word} failed: its arguments are refused: {said}"
        else:
            what = f"step '{step.name}': component {step.word} failed: {type(e).__name__}: {e}"
        raise BuildFailed(step, Problem(step.place, what, _mend(step, e))) from e


def _mend(step: PlannedStep, error: Exception) -> str:
    """The line of the component's own file that the error came through, if it did."""
    file = inspect.getsourcefile(step.component)
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    return f"mend {Path(file).name}, line {lines[-1]}" if file and lines else ""


def _args(step: PlannedStep, built: Mapping[str, Any]) -> Any:
    """Limits on what only the cloud knows are checked once it has answered; the complaint keeps its place."""
    places: dict[int, str] = {}
    values = {}
    for key, value in step.values.items():
        if key in OF_STEP:
            values[key] = value
            continue
        values[key] = _bound(value, built, step, (key,), places)
    context = {"place_of": lambda output: places.get(id(output), f"{step.place}  {step.word} of step '{step.name}'")}
    return step.component.Args.model_validate(values, context=context)


def _bound(
    value: Any, built: Mapping[str, Any], step: PlannedStep, path: tuple[str | int, ...], places: dict[int, str]
) -> Any:
    """The value with Outputs for its Laters, noting for each where in the file it was asked for."""
    if isinstance(value, Mapping):
        return {k: _bound(v, built, step, (*path, k), places) for k, v in value.items()}
    if isinstance(value, list):
        return [_bound(v, built, step, (*path, i), places) for i, v in enumerate(value)]

    def made(output: Any, later: Any) -> None:
        node = origin(step.nodes, step.scope, path) or origin(step.nodes, step.scope, path[:1])
        where = node.place if node is not None else step.place
        places[id(output)] = f"{where}  '{path[0]}' of {step.word} in step '{step.name}', `{later.text}`"

    return bind(value, built, made)


def _options(step: PlannedStep, provider: Any, built: Mapping[str, Any], met: set[str]) -> pulumi.ResourceOptions:
    options = step.options
    return pulumi.ResourceOptions(
        providers=[provider],
        aliases=[pulumi.Alias(name=name) for name in step.formerly] or None,
        depends_on=[built[name] for name in step.depends_on if name in built] or None,
        protect=options.protect,
        retain_on_delete=options.retain_on_delete,
        transformations=[_transformation(step, met)] if options.children else None,
    )


def _transformation(step: PlannedStep, met: set[str]) -> Callable[[Any], Any]:
    """The SDK calls it for the component's children too: on the component itself most options do nothing."""

    def transform(given: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        options = given.opts
        for role, child in step.options.children.items():
            if fnmatch.fnmatchcase(given.name, f"{step.name}-{role}"):
                options = pulumi.ResourceOptions.merge(options, _child_options(child))
                met.add(role)
        return pulumi.ResourceTransformationResult(given.props, options) if options is not given.opts else None

    return transform


def _warn_of_roles(step: PlannedStep, met: set[str]) -> None:
    """A role that the component knows, but with these arguments makes no child for."""
    for role in step.options.children.keys() - met:
        what = f"the step '{step.name}' makes no child '{role}', so its options do nothing"
        pulumi.log.warn(str(Problem(step.options_place or step.place, what, "remove them")))


def _child_options(child: ChildOptions) -> pulumi.ResourceOptions:
    given = resource_options(child)
    if "custom_timeouts" in given:
        given["custom_timeouts"] = pulumi.CustomTimeouts(**given["custom_timeouts"])
    return pulumi.ResourceOptions(**given)
