"""A SageMaker endpoint with its models, machines, scaling, updates, alarms and the role that it acts as."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from .. import component
from ..component import AUTONAME, Component, Input
from ..names import Like, RuleName
from ..refusals import refuse
from ..region import region_of
from ._logs import RetentionDays
from ._sagemaker.alarms import Alarms, Errors, watch
from ._sagemaker.deployment import Deployment, peak
from ._sagemaker.image import domain, image_uri
from ._sagemaker.inference_component import TYPE, InferenceComponent
from ._sagemaker.io import AsyncInference, DataCapture, Vpc, vpc_config
from ._sagemaker.model import Model
from ._sagemaker.policy import invoke_policy, trust
from ._sagemaker.refusals import NAME_MAX, impossible
from ._sagemaker.role import allow
from ._sagemaker.scaling import Scaled, scale
from ._sagemaker.variant import ShadowVariant, Variant

ONLY = "main"  # name of the model where there is one
GUARDED = "guarded"

PhysicalName = Annotated[
    str,
    Like(
        r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$",
        "an endpoint's name has up to 63 letters, digits and inner hyphens; fix: write it like example-chat",
    ),
]


class SagemakerEndpointArgs(component.ScheduledArgs):
    model: Model | None = Field(default=None, description="The model, if there is one.")
    models: dict[RuleName, Model] = Field(default={}, description="Several models, under names of your choice.")
    variants: list[Variant] = Field(
        min_length=1,
        max_length=10,  # botocore sagemaker ProductionVariantList
        description="The machines, or the memory, behind the endpoint, and which share of the requests they get.",
    )
    shadow: ShadowVariant | None = Field(
        default=None,
        description="Machines that get copies of the requests, by their weight against the variant's, and answer "
        "nobody.",
    )
    inference_components: dict[RuleName, InferenceComponent] = Field(
        default={},
        description="Models that share the variants' machines, in copies down to none, under names of your choice; "
        "who asks the endpoint names one of them.",
    )
    async_inference: AsyncInference | None = Field(
        default=None, description="Requests and answers by S3, with a queue between them."
    )
    data_capture: DataCapture | None = Field(default=None, description="Requests and answers that are kept.")
    vpc: Vpc | None = Field(default=None, description="Where the containers stand; outside of your networks if not.")
    network_isolation: bool = Field(default=False, description="Whether containers can connect to nothing at all.")
    kms_key_arn: Input[str] | None = Field(
        default=None, description="Key of the machines' volumes; types with disks of their own take none."
    )
    data_kms_key_arns: list[Input[str]] = Field(
        default=[], description="Keys of what the endpoint reads: weights, requests, secrets."
    )
    policy_arns: dict[RuleName, Input[str]] = Field(
        default={}, description="Further IAM policies of the endpoint's role, under names of your choice."
    )
    execution_role_arn: Input[str] | None = Field(
        default=None, description="Existing role that it acts as, instead of one with the least that it needs."
    )
    invoker_roles: dict[RuleName, Input[str]] = Field(
        default={}, description="Names of roles that may ask the endpoint, under names of your choice."
    )
    deployment: Deployment | None = Field(
        default=None,
        description="How updates reach it; if left out, a second fleet gets all requests at once and nothing undoes "
        "it.",
    )
    alarms: Alarms | None = Field(default=None, description="Alarms for each variant, or inference component.")
    log_retention_days: RetentionDays = Field(
        default=30, description="Days after which the containers' log is deleted."
    )
    physical_name: Input[PhysicalName] | None = Field(
        default=None,
        description="Name of the endpoint in AWS; if left out, one with a random ending. With it, a change that "
        "replaces the endpoint takes it away first.",
    )

    @model_validator(mode="after")
    def _possible(self) -> SagemakerEndpointArgs:
        refuse(impossible(self))
        return self

    @property
    def known_models(self) -> Mapping[str, Model]:
        return self.models if self.model is None else {ONLY: self.model}

    @property
    def watched(self) -> Alarms:
        """What was asked for, and what undoes an update."""
        asked = self.alarms or Alarms()
        if asked.errors is None and self.deployment is not None and "errors" in self.deployment.rollback_on:
            return asked.model_copy(update={"errors": Errors()})
        return asked


class SagemakerEndpoint(Component):
    token = "ultrastack:aws:SagemakerEndpoint"
    cloud = "aws"
    Args = SagemakerEndpointArgs
    roles = {
        "role": "What the endpoint acts as.",
        "data-policy": "Permission for what it reads, writes and opens, and nothing else.",
        "log-policy": "Permission to write into its own logs.",
        "policy-*": "A further policy of the role.",
        "log-group": "The log of the containers.",
        "log-group-*": "The log of an inference component.",
        "model-*": "A container with its weights.",
        "config": "The endpoint's configuration; each change makes a new one.",
        "endpoint": "The endpoint.",
        "component-*": "An inference component.",
        "target-*": "What is scaled, between which limits.",
        "scaling-*": "A rule by which it is scaled.",
        "alarm-*": "An alarm.",
        "start-*": "The beginning of the hours in which it runs.",
        "stop-*": "Their end.",
        "teardown-*": "The moment from which on it is to be gone.",
        "invoker-*": "Permission for a role to ask the endpoint.",
    }

    # IAM CreateRole, RoleName; botocore sagemaker EndpointName and EndpointConfigName
    longest = {"role": 64, "endpoint": NAME_MAX, "config": NAME_MAX}

    endpoint_name: Annotated[pulumi.Output[str], "Name of the endpoint."]
    endpoint_arn: Annotated[pulumi.Output[str], "ARN of the endpoint."]
    endpoint_config_name: Annotated[pulumi.Output[str], "Name of its present configuration."]
    invoke_url: Annotated[pulumi.Output[str], "Address that requests go to, signed for SageMaker."]
    invoke_policy: Annotated[pulumi.Output[str], "IAM policy, as JSON, for whoever may ask the endpoint."]
    variants: Annotated[list[dict[str, Any]], "For each variant: name, instance_type, count, min, max."]
    component_names: Annotated[dict[str, pulumi.Output[str]], "Inference component -> its name in AWS."]
    model_names: Annotated[dict[str, pulumi.Output[str]], "Model -> its name in AWS."]
    alarm_names: Annotated[dict[str, pulumi.Output[str]], "Alarm, as AllTraffic-errors -> its name in CloudWatch."]
    scaled_resource_ids: Annotated[
        dict[str, pulumi.Output[str]],
        "Variant or inference component that is scaled -> its id in Application Auto Scaling.",
    ]
    peak_instances: Annotated[
        pulumi.Output[int] | None, "Most machines that an update needs at the same time; absent if serverless."
    ]
    role_arn: Annotated[pulumi.Output[str], "ARN of the role that it acts as."]
    role_name: Annotated[pulumi.Output[str] | None, "Name of that role; absent with an existing one."]
    log_group_name: Annotated[pulumi.Output[str], "Log group of the containers."]

    def __init__(self, name: str, args: SagemakerEndpointArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        self._args = args
        self._region = region_of(self)
        role = self._make_role()
        self._endpoint_called = self._named(role)
        self.component_names = {
            part: pulumi.Output.concat(self._endpoint_called, "-", part) for part in args.inference_components
        }
        images = {key: self._image(model) for key, model in args.known_models.items()}
        logs = self._make_logs()
        allowed = [] if role is None else allow(self, args, role, self._region, images.values(), logs.values())
        models = {key: self._make_model(key, model, images[key], allowed) for key, model in args.known_models.items()}
        alarms = self._make_alarms()
        self._watched = dict(alarms)
        config = self._make_config(models)
        self._endpoint = self._make_endpoint(config, [*allowed, *logs.values()])
        parts = {key: self._make_component(key, one, models) for key, one in args.inference_components.items()}
        self.scaled_resource_ids = {}
        for one in self._copies(parts) if parts else self._machines():
            made = scale(self, one, args.schedule)
            alarms |= made.alarms
            if made.target is not None:
                self.scaled_resource_ids[one.key] = made.target.resource_id

        self.endpoint_name, self.endpoint_arn = self._endpoint.name, self._endpoint.arn
        self.endpoint_config_name = config.name
        self.model_names = {key: model.name for key, model in models.items()}
        self.alarm_names = {key: alarm.name for key, alarm in alarms.items()}
        self.invoke_url = pulumi.Output.all(self._region, self._endpoint.name).apply(lambda known: self._url(*known))
        self.invoke_policy = self._make_invokers()
        self.variants = [self._told(variant) for variant in args.variants]
        machines = sum(one.most for one in args.variants) + (args.shadow.initial if args.shadow else 0)
        self.peak_instances = pulumi.Output.from_input(peak(args.deployment, machines)) if machines else None
        self.finish()

    @classmethod
    def too_long(cls, name: str, given: Mapping[str, Any]) -> str:
        """Models and inference components have names of the user's own in their names."""
        if why := super().too_long(name, given):
            return why
        keys = [(f"model {key}", len(f"-model-{key}")) for key in given.get("models") or [ONLY]]
        if given.get("physical_name") is None:
            parts = given.get("inference_components") or {}
            keys += [(f"inference component {key}", len(f"-{GUARDED}-{key}")) for key in parts]
        for what, length in keys:
            room = NAME_MAX - AUTONAME - length
            if len(name) > room:
                made = f"is too long for its {what}, whose name in the cloud has at most {NAME_MAX} characters"
                return f"{made}; fix: use at most {room} characters, or a shorter name for it"
        return ""

    def _make_role(self) -> aws.iam.Role | None:
        existing = self._args.execution_role_arn
        if existing is not None:
            self.role_arn, self.role_name = pulumi.Output.from_input(existing), None
            return None
        role = aws.iam.Role(
            self.child("role"),
            assume_role_policy=json.dumps(trust()),
            tags=self.named_tags("role"),
            opts=self.below(),
        )
        self.role_arn, self.role_name = role.arn, role.name
        return role

    def _named(self, role: aws.iam.Role | None) -> pulumi.Output[str]:
        """The endpoint's name, from the random name of its role: logs, alarms and policies have it in their own, and
        must be there first, since SageMaker writes, and looks at alarms, while it makes the endpoint.

        The provider replaces an endpoint that gets or loses its rollback alarms; it must then have another name.
        """
        if self._args.physical_name is not None or role is None:
            return pulumi.Output.from_input(self._args.physical_name or "")
        how = self._args.deployment
        guarded = how is not None and how.guarded and not self._args.inference_components

        return role.name.apply(lambda known: name_from_role(known, guarded=guarded))

    def _image(self, model: Model) -> pulumi.Output[str]:
        def find(known: list[str]) -> str:
            try:
                return image_uri(*known)
            except ValueError as e:
                raise pulumi.RunError(f"{self.name}: {e}") from None

        return pulumi.Output.all(model.image, self._region).apply(find)

    def _make_logs(self) -> dict[str, aws.cloudwatch.LogGroup]:
        """Else SageMaker makes them itself, without tags and for ever."""
        named = {"log-group": pulumi.Output.concat("/aws/sagemaker/Endpoints/", self._endpoint_called)}
        for key, name in self.component_names.items():
            named[f"log-group-{key}"] = pulumi.Output.concat("/aws/sagemaker/InferenceComponents/", name)
        groups = {
            role: aws.cloudwatch.LogGroup(
                self.child(role),
                name=name,
                retention_in_days=self._args.log_retention_days,
                tags=self.named_tags(role),
                # the provider would delete it first: a given name; here another name is what makes another group
                opts=self.below(delete_before_replace=False),
            )
            for role, name in named.items()
        }
        self.log_group_name = groups["log-group"].name
        return groups

    def _make_model(
        self, key: str, model: Model, image: pulumi.Output[str], allowed: list[pulumi.Resource]
    ) -> aws.sagemaker.Model:
        args, role = self._args, f"model-{key}"
        return aws.sagemaker.Model(
            self.child(role),
            execution_role_arn=self.role_arn,
            primary_container=model.container(image),
            vpc_config=vpc_config(args.vpc),
            enable_network_isolation=args.network_isolation or None,
            tags=self.named_tags(role),
            opts=self.below(depends_on=allowed or None),
        )

    def _make_alarms(self) -> dict[str, aws.cloudwatch.MetricAlarm]:
        args = self._args
        watched: dict[str, dict[str, pulumi.Output[str]]] = {
            key: {"InferenceComponentName": name} for key, name in self.component_names.items()
        } or {one.name: self._dimensions(one.name) for one in args.variants}
        found = {}
        for key, dimensions in watched.items():
            asynchronous = args.async_inference is not None
            for kind, alarm in watch(self, key, dimensions, args.watched, asynchronous=asynchronous).items():
                found[f"{key}-{kind}"] = alarm
        return found

    def _dimensions(self, variant_name: str) -> dict[str, pulumi.Output[str]]:
        return {"EndpointName": self._endpoint_called, "VariantName": pulumi.Output.from_input(variant_name)}

    def _rollback_names(self, key: str = "") -> list[Any]:
        """Alarms that undo an update, of all or of one."""
        how = self._args.deployment
        if how is None:
            return []
        named = [alarm.rpartition("-") for alarm in self._watched]
        own = [
            self._watched[f"{of}-{kind}"].name for of, _, kind in named if kind in how.rollback_on and key in ("", of)
        ]
        return [*own, *how.rollback_alarm_names]

    def _make_config(self, models: Mapping[str, aws.sagemaker.Model]) -> aws.sagemaker.EndpointConfiguration:
        args = self._args
        hosts = bool(args.inference_components)

        def model_name(key: str | None) -> pulumi.Output[str]:
            return models[key or next(iter(models))].name

        return aws.sagemaker.EndpointConfiguration(
            self.child("config"),  # never with a fixed name: the new one is made before the old one goes
            production_variants=[one.production(None if hosts else model_name(one.model)) for one in args.variants],
            shadow_production_variants=[args.shadow.shadow(model_name(args.shadow.model))] if args.shadow else None,
            execution_role_arn=self.role_arn if hosts else None,
            async_inference_config=args.async_inference.config() if args.async_inference else None,
            data_capture_config=args.data_capture.config() if args.data_capture else None,
            kms_key_arn=args.kms_key_arn,
            tags=self.named_tags("config"),
            opts=self.below(),
        )

    def _make_endpoint(
        self, config: aws.sagemaker.EndpointConfiguration, first: list[pulumi.Resource]
    ) -> aws.sagemaker.Endpoint:
        how = None if self._args.inference_components else self._args.deployment
        return aws.sagemaker.Endpoint(
            self.child("endpoint"),
            name=self._endpoint_called,
            endpoint_config_name=config.name,
            deployment_config=how.config(self._rollback_names()) if how is not None else None,
            tags=self.named_tags("endpoint"),
            opts=self.below(depends_on=first, delete_before_replace=self._args.physical_name is not None),
        )

    def _make_component(
        self, key: str, part: InferenceComponent, models: Mapping[str, aws.sagemaker.Model]
    ) -> aws.cloudcontrol.Resource:
        args, role = self._args, f"component-{key}"
        state = part.desired_state(
            name=self.component_names[key],
            endpoint_name=self._endpoint.name,
            variant_name=part.variant or args.variants[0].name,
            model_name=models[part.model or next(iter(models))].name,
            tags=self.named_tags(role),
            deployment=args.deployment,
            alarm_names=self._rollback_names(key),
        )
        return aws.cloudcontrol.Resource(
            self.child(role),
            type_name=TYPE,
            desired_state=pulumi.Output.json_dumps(state),
            # nothing in its schema says so, but it cannot move to another endpoint
            opts=self.below(replace_with=[self._endpoint]),
        )

    def _copies(self, parts: Mapping[str, aws.cloudcontrol.Resource]) -> list[Scaled]:
        return [
            Scaled(
                key=key,
                kind="copies",
                resource_id=pulumi.Output.concat("inference-component/", self.component_names[key]),
                dimensions={"InferenceComponentName": self.component_names[key]},
                limits=one.range,
                scaling=one.how,
                after=parts[key],
            )
            for key, one in self._args.inference_components.items()
        ]

    def _machines(self) -> list[Scaled]:
        queued = self._args.async_inference is not None
        return [
            Scaled(
                key=one.name,
                kind="warm" if one.serverless else "queue" if queued else "machines",
                resource_id=pulumi.Output.concat("endpoint/", self._endpoint.name, "/variant/", one.name),
                dimensions=self._dimensions(one.name),
                limits=one.range,
                scaling=one.how,
            )
            for one in self._args.variants
        ]

    def _make_invokers(self) -> pulumi.Output[str]:
        args = self._args
        policy = pulumi.Output.all(self._endpoint.arn, pulumi.Output.all(*self.component_names.values())).apply(
            lambda known: json.dumps(invoke_policy(*known, asynchronous=args.async_inference is not None))
        )
        for key, role_name in args.invoker_roles.items():
            aws.iam.RolePolicy(self.child(f"invoker-{key}"), role=role_name, policy=policy, opts=self.below())
        return policy

    def _url(self, region: str, name: str) -> str:
        verb = "async-invocations" if self._args.async_inference is not None else "invocations"
        return f"https://runtime.sagemaker.{region}.{domain(region)}/endpoints/{name}/{verb}"

    def _told(self, variant: Variant) -> dict[str, Any]:
        told = {
            "name": variant.name,
            "instance_type": variant.instance_type,
            "count": None if variant.serverless else variant.initial,
            "min": variant.lowest if variant.max is not None else None,
            "max": variant.max,
        }
        return {key: value for key, value in told.items() if value is not None}


def name_from_role(role_name: str, *, guarded: bool) -> str:
    """chat-role-1a2b3c4 makes chat-1a2b3c4, or chat-guarded-1a2b3c4 where alarms undo updates."""
    head, _, ending = role_name.rpartition("-role-")
    if not head:  # a role that was given its name from outside
        return role_name
    return f"{head}-{GUARDED}-{ending}" if guarded else f"{head}-{ending}"
