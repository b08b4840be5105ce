"""A model as a part of an endpoint: so many copies with so much of a machine each, down to none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, model_validator

from ...component import Input, Strict
from ...names import RuleName
from ...refusals import Wrong, refuse
from .deployment import Deployment
from .metric import Scaling
from .model import Seconds
from .variant import VariantName

TYPE = "AWS::SageMaker::InferenceComponent"
Memory = Annotated[int, Field(ge=128)]  # botocore sagemaker MemoryInMb


class InferenceComponent(Strict):
    model: RuleName | None = Field(default=None, description="Which of `models`; may be left out if there is one.")
    variant: VariantName | None = Field(
        default=None, description="On which variant's machines; may be left out if there is one."
    )
    memory_mib: Input[Memory] = Field(description="Main memory of one copy in MiB.")
    max_memory_mib: Input[Memory] | None = Field(default=None, description="Most main memory of one copy in MiB.")
    accelerators: Input[Annotated[float, Field(ge=1)]] | None = Field(
        default=None, description="GPUs, Inferentia or Trainium chips of one copy."
    )
    cpu_cores: Input[Annotated[float, Field(ge=0.25)]] | None = Field(
        default=None, description="Processor cores of one copy."
    )
    copies: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Copies at the beginning; min, or 1, if left out."
    )
    min: Annotated[int, Field(ge=0)] | None = Field(
        default=None,
        description="Fewest copies, 1 if left out; with 0 here and at its variant, machines go when nobody asks.",
    )
    max: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Most copies, between which and min it is scaled; not scaled if left out."
    )
    scaling: Scaling | None = Field(default=None, description="How it is scaled between min and max.")
    startup_timeout_seconds: Input[Seconds] | None = Field(
        default=None, description="Seconds until the container must answer."
    )
    download_timeout_seconds: Input[Seconds] | None = Field(
        default=None, description="Seconds until the weights must be on the machine."
    )

    @model_validator(mode="after")
    def _together(self) -> InferenceComponent:
        refuse(self._impossible())
        return self

    def _impossible(self) -> Iterator[Wrong]:
        for name in ("min", "scaling"):
            if getattr(self, name) is not None and self.max is None:
                yield Wrong(name, "does nothing without max; fix: add max: 4")
        if self.max is not None and self.lowest > self.max:
            yield Wrong("min", f"is more than max; fix: write at most {self.max}")
        if self.copies is not None and self.max is not None and not self.lowest <= self.copies <= self.max:
            words = f"lies outside of min and max; fix: write {self.lowest} to {self.max}, or remove it"
            yield Wrong("copies", words)
        least, most = self.memory_mib, self.max_memory_mib
        if isinstance(least, int) and isinstance(most, int) and most < least:
            yield Wrong("max_memory_mib", f"is less than memory_mib; fix: write at least {least}")

    @property
    def lowest(self) -> int:
        return 1 if self.min is None else self.min

    @property
    def initial(self) -> int:
        return max(self.lowest, 1) if self.copies is None else self.copies

    @property
    def range(self) -> tuple[int, int]:
        """Copies by day."""
        return (self.initial, self.initial) if self.max is None else (self.lowest, self.max)

    @property
    def how(self) -> Scaling | None:
        return self.scaling or (Scaling() if self.max is not None else None)

    def desired_state(
        self,
        name: Any,
        endpoint_name: Any,
        variant_name: str,
        model_name: Any,
        tags: Mapping[str, str],
        deployment: Deployment | None,
        alarm_names: Sequence[Any],
    ) -> dict[str, Any]:
        """As CloudFormation's schema has it; the provider has no resource of its own for it.

        Cloud Control reads no CopyCount back, so that what scaling has made of it is no difference.
        """
        needs = {
            "MinMemoryRequiredInMb": self.memory_mib,
            "MaxMemoryRequiredInMb": self.max_memory_mib,
            "NumberOfAcceleratorDevicesRequired": self.accelerators,
            "NumberOfCpuCoresRequired": self.cpu_cores,
        }
        start = {
            "ContainerStartupHealthCheckTimeoutInSeconds": self.startup_timeout_seconds,
            "ModelDataDownloadTimeoutInSeconds": self.download_timeout_seconds,
        }
        specification: dict[str, Any] = {"ModelName": model_name, "ComputeResourceRequirements": _given(needs)}
        if _given(start):
            specification["StartupParameters"] = _given(start)
        state: dict[str, Any] = {
            "InferenceComponentName": name,
            "EndpointName": endpoint_name,
            "VariantName": variant_name,
            "Specification": specification,
            "RuntimeConfig": {"CopyCount": self.initial},
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }
        if deployment is not None:
            state["DeploymentConfig"] = deployment.of_component(alarm_names)
        return state


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
