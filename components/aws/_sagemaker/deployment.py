"""How does an update reach an endpoint: at once, by a canary, in steps or in batches; and what stops it?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from ...component import Input, Strict
from ...refusals import Wrong, refuse

# botocore sagemaker TrafficRoutingConfig.CanarySize and LinearStepSize, RollingUpdatePolicy.MaximumBatchSize
PERCENT = {"canary": (1, 50), "linear": (10, 50), "rolling": (5, 50)}
# the API takes up to 28800, the provider 14400
Timeout = Annotated[int, Field(ge=600, le=14400)]
Wait = Annotated[int, Field(ge=0, le=3600)]
ALARMS_MAX = 10  # botocore sagemaker AlarmList


class Deployment(Strict):
    strategy: Literal["all-at-once", "canary", "linear", "rolling"] = Field(
        description="A second fleet that gets all requests at once, a first share and then the rest, or equal shares; "
        "or machines that are exchanged in batches, which needs the fewest more."
    )
    step_percent: int | None = Field(
        default=None,
        description="Share of the canary (up to 50), of each linear step (10 to 50) or of a batch (5 to 50).",
    )
    step_instances: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="The same as a number of machines, or of copies of an inference component."
    )
    rollback_step_percent: Annotated[int, Field(ge=5, le=100)] | None = Field(
        default=None, description="Share of a batch on the way back, rolling only; all at once if left out."
    )
    wait_seconds: Wait = Field(default=300, description="Seconds that alarms are watched after each step.")
    termination_wait_seconds: Wait | None = Field(
        default=None, description="Seconds that the old fleet stays after the last step; not for rolling."
    )
    timeout_seconds: Timeout | None = Field(
        default=None, description="Seconds after which the whole update is given up, and undone."
    )
    rollback_on: list[Literal["errors", "latency"]] = Field(
        default=["errors"],
        description="Alarms of `alarms` that undo the update; adding the first or taking away the last replaces the "
        "endpoint, under a new name unless it has a physical_name.",
    )
    rollback_alarm_names: list[Input[str]] = Field(
        default=[], description="Further alarms that undo it, by their names in CloudWatch."
    )

    @model_validator(mode="after")
    def _together(self) -> Deployment:
        refuse(self._impossible())
        return self

    def _impossible(self) -> Iterator[Wrong]:
        sizes = [name for name in ("step_percent", "step_instances") if getattr(self, name) is not None]
        if self.strategy == "all-at-once":
            for name in sizes:
                yield Wrong(name, "cannot go with all-at-once, which has one step; fix: write strategy: canary")
        elif len(sizes) != 1:
            first, last = PERCENT[self.strategy]
            words = f"needs either step_percent or step_instances; fix: add step_percent: {max(first, 10)}"
            yield Wrong("strategy", f"{self.strategy} {words}, and only that")
        elif self.step_percent is not None:
            first, last = PERCENT[self.strategy]
            if not first <= self.step_percent <= last:
                yield Wrong("step_percent", f"must be {first} to {last} for {self.strategy}; fix: write {last}")
        if self.strategy == "rolling":
            if self.termination_wait_seconds is not None:
                words = "cannot go with rolling, which leaves no old fleet; fix: remove it, or write strategy: canary"
                yield Wrong("termination_wait_seconds", words)
        elif self.rollback_step_percent is not None:
            words = f"cannot go with {self.strategy}, which goes back at once; fix: remove it, or write "
            yield Wrong("rollback_step_percent", f"{words}strategy: rolling")
        waits = self.wait_seconds + (self.termination_wait_seconds or 0)
        if self.timeout_seconds is not None and self.timeout_seconds <= waits:
            # botocore sagemaker MaximumExecutionTimeoutInSeconds: larger than the total waiting time
            yield Wrong("timeout_seconds", f"is used up by waiting alone; fix: write more than {waits}")

    @property
    def guarded(self) -> bool:
        return bool(self.rollback_on or self.rollback_alarm_names)

    def config(self, alarm_names: Sequence[pulumi.Input[str]]) -> aws.sagemaker.EndpointDeploymentConfigArgs:
        of = aws.sagemaker
        rollback = of.EndpointDeploymentConfigAutoRollbackConfigurationArgs(
            alarms=[
                of.EndpointDeploymentConfigAutoRollbackConfigurationAlarmArgs(alarm_name=name) for name in alarm_names
            ]
        )
        return of.EndpointDeploymentConfigArgs(
            blue_green_update_policy=self._blue_green() if self.strategy != "rolling" else None,
            rolling_update_policy=self._rolling() if self.strategy == "rolling" else None,
            auto_rollback_configuration=rollback if alarm_names else None,
        )

    def _blue_green(self) -> aws.sagemaker.EndpointDeploymentConfigBlueGreenUpdatePolicyArgs:
        of = aws.sagemaker
        routing = of.EndpointDeploymentConfigBlueGreenUpdatePolicyTrafficRoutingConfigurationArgs
        kind, size = self._size("INSTANCE_COUNT")
        steps: dict[str, Any] = {}
        if self.strategy == "canary":
            canary = of.EndpointDeploymentConfigBlueGreenUpdatePolicyTrafficRoutingConfigurationCanarySizeArgs
            steps["canary_size"] = canary(type=kind, value=size)
        if self.strategy == "linear":
            linear = of.EndpointDeploymentConfigBlueGreenUpdatePolicyTrafficRoutingConfigurationLinearStepSizeArgs
            steps["linear_step_size"] = linear(type=kind, value=size)
        return of.EndpointDeploymentConfigBlueGreenUpdatePolicyArgs(
            traffic_routing_configuration=routing(
                type=self.strategy.upper().replace("-", "_"), wait_interval_in_seconds=self.wait_seconds, **steps
            ),
            termination_wait_in_seconds=self.termination_wait_seconds,
            maximum_execution_timeout_in_seconds=self.timeout_seconds,
        )

    def _rolling(self) -> aws.sagemaker.EndpointDeploymentConfigRollingUpdatePolicyArgs:
        of = aws.sagemaker
        kind, size = self._size("INSTANCE_COUNT")
        return of.EndpointDeploymentConfigRollingUpdatePolicyArgs(
            maximum_batch_size=of.EndpointDeploymentConfigRollingUpdatePolicyMaximumBatchSizeArgs(
                type=kind, value=size
            ),
            rollback_maximum_batch_size=of.EndpointDeploymentConfigRollingUpdatePolicyRollbackMaximumBatchSizeArgs(
                type="CAPACITY_PERCENT", value=self.rollback_step_percent
            )
            if self.rollback_step_percent is not None
            else None,
            wait_interval_in_seconds=self.wait_seconds,
            maximum_execution_timeout_in_seconds=self.timeout_seconds,
        )

    def of_component(self, alarm_names: Sequence[Any]) -> dict[str, Any]:
        """DeploymentConfig in CloudFormation's schema of AWS::SageMaker::InferenceComponent: it knows rolling only."""
        kind, size = self._size("COPY_COUNT")
        policy: dict[str, Any] = {
            "MaximumBatchSize": {"Type": kind, "Value": size},
            "WaitIntervalInSeconds": self.wait_seconds,
        }
        if self.timeout_seconds is not None:
            policy["MaximumExecutionTimeoutInSeconds"] = self.timeout_seconds
        if self.rollback_step_percent is not None:
            policy["RollbackMaximumBatchSize"] = {"Type": "CAPACITY_PERCENT", "Value": self.rollback_step_percent}
        if not alarm_names:
            return {"RollingUpdatePolicy": policy}
        alarms = [{"AlarmName": name} for name in alarm_names]
        return {"RollingUpdatePolicy": policy, "AutoRollbackConfiguration": {"Alarms": alarms}}

    def _size(self, counted: str) -> tuple[str, int]:
        if self.step_instances is not None:
            return counted, self.step_instances
        return "CAPACITY_PERCENT", self.step_percent or 100


def peak(deployment: Deployment | None, machines: int) -> int:
    """Machines that an update needs at the same time, at most: two fleets, or one and a batch.

    Without a policy SageMaker makes a second fleet as well (botocore sagemaker DeploymentConfig).
    """
    if deployment is None or deployment.strategy != "rolling":
        return 2 * machines
    if deployment.step_instances is not None:
        return machines + deployment.step_instances
    return machines + math.ceil(machines * (deployment.step_percent or 0) / 100)
