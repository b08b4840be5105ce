"""Which machines stand behind an endpoint, or which memory, and what share of the requests do they get?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from ...component import Input, Strict
from ...names import Like, RuleName
from ...refusals import Wrong, refuse
from .metric import Scaling
from .model import S3Place, Seconds

# botocore sagemaker VariantName
VariantName = Annotated[
    str,
    Like(
        r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$",
        "a variant's name has up to 63 letters, digits and inner hyphens; fix: write it like AllTraffic",
    ),
]
InstanceType = Annotated[
    str, Like(r"^ml\.[a-z0-9-]+\.[a-z0-9]+$", "must be a type of SageMaker; fix: write it like ml.inf2.24xlarge")
]
# botocore sagemaker MlReservationArn
ReservationArn = Annotated[
    str,
    Like(
        r"^arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:\d{12}:[a-z0-9-]{1,14}/.+$",
        "must be the ARN of a training plan or reservation of SageMaker; "
        "fix: write it like arn:aws:sagemaker:us-east-2:111122223333:training-plan/plan",
    ),
]


class Serverless(Strict):
    memory_mb: Input[Literal[1024, 2048, 3072, 4096, 5120, 6144]] = Field(
        description="Memory of one container in MB."  # botocore sagemaker ServerlessMemorySizeInMB
    )
    max_concurrency: Annotated[int, Field(ge=1, le=200)] = Field(description="Requests at the same time, at most.")
    provisioned_concurrency: Annotated[int, Field(ge=1, le=200)] | None = Field(
        default=None, description="Requests at the same time that are kept warm, and paid for."
    )

    @model_validator(mode="after")
    def _below(self) -> Serverless:
        # botocore sagemaker ProvisionedConcurrency: less than or equal to MaxConcurrency
        if self.provisioned_concurrency is not None and self.provisioned_concurrency > self.max_concurrency:
            words = f"is more than max_concurrency; fix: write at most {self.max_concurrency}"
            refuse([Wrong("provisioned_concurrency", words)])
        return self


class Machines(Strict):
    """What variants and shadow variants have in common."""

    model: RuleName | None = Field(default=None, description="Which of `models`; may be left out if there is one.")
    instance_type: Input[InstanceType] | None = Field(
        default=None, description="Type of the machines, such as ml.inf2.24xlarge."
    )
    count: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Machines at the beginning and after each update of the endpoint, whatever scaling made of them; "
        "min, or 1, if left out.",
    )
    weight: Input[Annotated[float, Field(ge=0)]] | None = Field(
        default=None, description="Its share of the requests, relative to the other variants; 1 if left out."
    )
    startup_timeout_seconds: Input[Seconds] | None = Field(
        default=None, description="Seconds until the container must answer; large models need 1800 and more."
    )
    download_timeout_seconds: Input[Seconds] | None = Field(
        default=None, description="Seconds until the weights must be on the machine."
    )
    volume_gib: Input[Annotated[int, Field(ge=1, le=512)]] | None = Field(
        default=None, description="Size of each machine's volume, for types without disks of their own."
    )
    inference_ami: Input[str] | None = Field(
        default=None,
        description="Image of the machines, which holds their driver, such as al2-ami-sagemaker-inference-neuron-2.",
    )
    routing: Literal["LEAST_OUTSTANDING_REQUESTS", "RANDOM"] | None = Field(
        default=None, description="Which machine gets a request; SageMaker takes RANDOM if left out."
    )
    reservation_arn: Input[ReservationArn] | None = Field(
        default=None, description="Training plan whose capacity is used, and nothing else."
    )
    core_dump_uri: Input[S3Place] | None = Field(default=None, description="Where in S3 dumps of crashes go.")
    core_dump_kms_key_arn: Input[str] | None = Field(default=None, description="Key that dumps are encrypted with.")
    ssm_access: bool = Field(default=False, description="Whether Systems Manager may open a shell in the container.")

    @property
    def initial(self) -> int:
        return self.count or 1

    def machine_inputs(self, model_name: pulumi.Input[str] | None) -> dict[str, Any]:
        return {
            "model_name": model_name,
            "instance_type": self.instance_type,
            "initial_variant_weight": self.weight,
            "container_startup_health_check_timeout_in_seconds": self.startup_timeout_seconds,
            "model_data_download_timeout_in_seconds": self.download_timeout_seconds,
            "volume_size_in_gb": self.volume_gib,
            "inference_ami_version": self.inference_ami,
            "enable_ssm_access": self.ssm_access or None,
        }


class Variant(Machines):
    name: VariantName = Field(default="AllTraffic", description="Name of the variant.")
    min: Annotated[int, Field(ge=0)] | None = Field(
        default=None,
        description="Fewest machines: 1 if left out, 0 for async endpoints and for inference components alone.",
    )
    max: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Most machines, between which and min it is scaled; not scaled if left out. With a schedule "
        "a change of both counts from its next start.",
    )
    scaling: Scaling | None = Field(default=None, description="How it is scaled between min and max.")
    serverless: Serverless | None = Field(default=None, description="Memory instead of machines.")

    @model_validator(mode="after")
    def _together(self) -> Variant:
        refuse(self._impossible())
        return self

    def _impossible(self) -> Iterator[Wrong]:
        if self.serverless is None:
            if self.instance_type is None:
                yield Wrong("instance_type")
        else:
            yield from self._not_serverless()
        for name in ("min", "scaling"):
            if getattr(self, name) is not None and self.max is None:
                yield Wrong(name, "does nothing without max; fix: add max: 4")
        if self.max is not None and self.lowest > self.max:
            yield Wrong("min", f"is more than max; fix: write at most {self.max}")
        if self.count is not None and self.max is not None and not max(self.lowest, 1) <= self.count <= self.max:
            words = f"lies outside of min and max; fix: write {max(self.lowest, 1)} to {self.max}, or remove it"
            yield Wrong("count", words)
        if self.core_dump_kms_key_arn is not None and self.core_dump_uri is None:
            yield Wrong("core_dump_kms_key_arn", "has no dumps to encrypt; fix: add core_dump_uri: s3://...")

    def _not_serverless(self) -> Iterator[Wrong]:
        """botocore sagemaker ProductionVariant.ServerlessConfig: instead of an instance-based configuration."""
        machines = ("instance_type", "count", "volume_gib", "inference_ami", "routing", "reservation_arn")
        given = [name for name in (*machines, "core_dump_uri") if getattr(self, name) is not None]
        for name in [*given, *["ssm_access"] * self.ssm_access]:
            yield Wrong(name, "is for machines, and serverless has none; fix: remove it, or serverless")
        assert self.serverless is not None
        if self.max is not None:
            if self.serverless.provisioned_concurrency is None:
                words = "scales provisioned concurrency, and there is none; fix: add provisioned_concurrency: 1"
                yield Wrong("max", words)
            elif self.max > self.serverless.max_concurrency:
                words = f"is more than max_concurrency; fix: write at most {self.serverless.max_concurrency}"
                yield Wrong("max", words)

    @property
    def lowest(self) -> int:
        return 1 if self.min is None else self.min

    @property
    def initial(self) -> int:
        return self.count or max(self.lowest, 1)

    @property
    def most(self) -> int:
        """Machines of it that there may be between two updates."""
        return 0 if self.serverless else self.range[1]

    @property
    def range(self) -> tuple[int, int]:
        """Machines, or warm requests, by day."""
        if self.max is not None:
            return self.lowest, self.max
        fixed = (self.serverless.provisioned_concurrency or 0) if self.serverless else self.initial
        return fixed, fixed

    @property
    def how(self) -> Scaling | None:
        return self.scaling or (Scaling() if self.max is not None else None)

    def production(
        self, model_name: pulumi.Input[str] | None
    ) -> aws.sagemaker.EndpointConfigurationProductionVariantArgs:
        """Without a model it holds inference components, and SageMaker itself counts its machines."""
        hosts = model_name is None and self.max is not None
        of = aws.sagemaker
        return of.EndpointConfigurationProductionVariantArgs(
            variant_name=self.name,
            initial_instance_count=None if self.serverless else self.initial,
            serverless_config=of.EndpointConfigurationProductionVariantServerlessConfigArgs(
                memory_size_in_mb=self.serverless.memory_mb,
                max_concurrency=self.serverless.max_concurrency,
                provisioned_concurrency=self.serverless.provisioned_concurrency,
            )
            if self.serverless
            else None,
            managed_instance_scaling=of.EndpointConfigurationProductionVariantManagedInstanceScalingArgs(
                status="ENABLED", min_instance_count=self.lowest, max_instance_count=self.max
            )
            if hosts
            else None,
            routing_configs=[of.EndpointConfigurationProductionVariantRoutingConfigArgs(routing_strategy=self.routing)]
            if self.routing
            else None,
            capacity_reservation_config=of.EndpointConfigurationProductionVariantCapacityReservationConfigArgs(
                capacity_reservation_preference="capacity-reservations-only", ml_reservation_arn=self.reservation_arn
            )
            if self.reservation_arn is not None
            else None,
            core_dump_config=of.EndpointConfigurationProductionVariantCoreDumpConfigArgs(
                destination_s3_uri=self.core_dump_uri, kms_key_id=self.core_dump_kms_key_arn
            )
            if self.core_dump_uri is not None
            else None,
            **self.machine_inputs(model_name),
        )


class ShadowVariant(Machines):
    name: VariantName = Field(default="Shadow", description="Name of the variant.")
    instance_type: Input[InstanceType] = Field(description="Type of the machines, such as ml.inf2.24xlarge.")

    @model_validator(mode="after")
    def _together(self) -> ShadowVariant:
        refuse(self._impossible())
        return self

    def _impossible(self) -> Iterator[Wrong]:
        if self.core_dump_kms_key_arn is not None and self.core_dump_uri is None:
            yield Wrong("core_dump_kms_key_arn", "has no dumps to encrypt; fix: add core_dump_uri: s3://...")
        if self.core_dump_uri is not None and self.core_dump_kms_key_arn is None:
            yield Wrong("core_dump_kms_key_arn")  # the provider wants it for shadow variants

    def shadow(self, model_name: pulumi.Input[str]) -> aws.sagemaker.EndpointConfigurationShadowProductionVariantArgs:
        of = aws.sagemaker
        return of.EndpointConfigurationShadowProductionVariantArgs(
            variant_name=self.name,
            initial_instance_count=self.initial,
            routing_configs=[
                of.EndpointConfigurationShadowProductionVariantRoutingConfigArgs(routing_strategy=self.routing)
            ]
            if self.routing
            else None,
            capacity_reservation_config=of.EndpointConfigurationShadowProductionVariantCapacityReservationConfigArgs(
                capacity_reservation_preference="capacity-reservations-only", ml_reservation_arn=self.reservation_arn
            )
            if self.reservation_arn is not None
            else None,
            core_dump_config=of.EndpointConfigurationShadowProductionVariantCoreDumpConfigArgs(
                destination_s3_uri=self.core_dump_uri, kms_key_id=self.core_dump_kms_key_arn
            )
            if self.core_dump_uri is not None and self.core_dump_kms_key_arn is not None
            else None,
            **self.machine_inputs(model_name),
        )
