"""Machines, copies and warm requests follow the load and the clock, and come back from none."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from components.aws._sagemaker.deployment import Deployment
from components.aws._sagemaker.inference_component import TYPE, InferenceComponent
from components.aws.sagemaker_endpoint import SagemakerEndpoint as Endpoint
from tests.components.offline import Made, make
from ultrastack.model.graph import UNKNOWN

MODEL = {"image": "hf-vllm-neuronx", "data": "s3://weights/chat/"}
INF2: dict[str, Any] = {"instance_type": "ml.inf2.24xlarge"}
NAMED: dict[str, Any] = {"model": MODEL, "physical_name": "example-chat"}
VARIANT = {"EndpointName": "example-chat", "VariantName": "AllTraffic"}
WEEK = {"start": "0 8 * * 1-5", "stop": "0 19 * * 1-5", "time_zone": "Europe/Berlin"}
GONE = "2026-12-15T12:30:00+01:00"


def variant(**given: Any) -> Made:
    more = {key: given.pop(key) for key in ("schedule", "async_inference") if key in given}
    return make(Endpoint, "chat", **NAMED, variants=[{**INF2, **given}], **more)


def serverless(**given: Any) -> Made:
    more = {key: given.pop(key) for key in ("schedule",) if key in given}
    memory = {"memory_mb": 4096, "max_concurrency": 20, "provisioned_concurrency": 2}
    model = {"image": "djl-lmi-gpu", "data": "s3://weights/chat.tar.gz"}
    given = {"model": model, "physical_name": "example-chat", "variants": [{"serverless": memory, **given}]}
    return make(Endpoint, "chat", **given, **more)


def queue(**given: Any) -> Made:
    return variant(async_inference={"output_uri": "s3://answers/"}, **given)


def parts(components: dict[str, Any], **given: Any) -> Made:
    return make(
        Endpoint, "chat", **NAMED, variants=[{**INF2, "min": 0, "max": 4}], inference_components=components, **given
    )


def scaled(made: Made) -> set[str]:
    starts = ("target-", "scaling-", "alarm-", "start-", "stop-", "teardown-")
    return {role for role in made.roles if role.startswith(starts)}


def tracking(made: Made, role: str) -> dict[str, Any]:
    inputs = made[role].inputs
    assert inputs["policyType"] == "TargetTrackingScaling"
    found: Any = inputs["targetTrackingScalingPolicyConfiguration"]
    return dict(found)


COOLDOWNS = {"scaleInCooldown": 300, "scaleOutCooldown": 60}


# ---- target tracking ------------------------------------------------------------------------------------------------


def test_a_variant_without_limits_is_not_scaled() -> None:
    assert scaled(variant(count=3)) == set()


def test_between_limits_it_follows_requests_at_the_same_time() -> None:
    made = variant(min=2, max=6)
    assert scaled(made) == {"target-AllTraffic", "scaling-AllTraffic-concurrent-requests"}
    assert made["target-AllTraffic"].inputs == {
        "serviceNamespace": "sagemaker",
        "scalableDimension": "sagemaker:variant:DesiredInstanceCount",
        "resourceId": "endpoint/example-chat/variant/AllTraffic",
        "minCapacity": 2,
        "maxCapacity": 6,
        "tags": {"Name": "chat-target-AllTraffic"},
    }
    assert tracking(made, "scaling-AllTraffic-concurrent-requests") == {
        "targetValue": 5,
        "predefinedMetricSpecification": {
            "predefinedMetricType": "SageMakerVariantConcurrentRequestsPerModelHighResolution"
        },
        **COOLDOWNS,
    }
    assert "endpoint" in made.waits_for("target-AllTraffic")
    assert made.outputs["scaled_resource_ids"] == {"AllTraffic": "endpoint/example-chat/variant/AllTraffic"}
    config: Any = made["config"].inputs
    assert config["productionVariants"][0]["initialInstanceCount"] == 2


def test_several_numbers_are_followed_at_once() -> None:
    own = {
        "namespace": "/aws/sagemaker/Endpoints",
        "name": "GPUUtilization",
        "statistic": "Maximum",
        "unit": "Percent",
        "target": 70,
    }
    scaling = {"invocations": 120, "metric": own, "scale_in": False, "scale_in_cooldown_seconds": 900}
    made = variant(max=4, scaling=scaling)
    assert scaled(made) == {"target-AllTraffic", "scaling-AllTraffic-invocations", "scaling-AllTraffic-metric"}
    same = {"disableScaleIn": True, "scaleInCooldown": 900, "scaleOutCooldown": 60}
    assert tracking(made, "scaling-AllTraffic-invocations") == {
        "targetValue": 120,
        "predefinedMetricSpecification": {"predefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
        **same,
    }
    assert tracking(made, "scaling-AllTraffic-metric") == {
        "targetValue": 70,
        "customizedMetricSpecification": {
            "metricName": "GPUUtilization",
            "namespace": "/aws/sagemaker/Endpoints",
            "statistic": "Maximum",
            "unit": "Percent",
            "dimensions": [{"name": name, "value": value} for name, value in VARIANT.items()],
        },
        **same,
    }


def test_a_metric_may_have_dimensions_of_its_own() -> None:
    own = {"namespace": "mine", "name": "Tokens", "dimensions": {"Fleet": "chat"}, "target": 5}
    made = variant(max=4, scaling={"metric": own})
    found = tracking(made, "scaling-AllTraffic-metric")["customizedMetricSpecification"]
    assert found["dimensions"] == [{"name": "Fleet", "value": "chat"}]


def test_it_can_be_let_go_for_one_up_since_aws_refuses_another_type_meanwhile() -> None:
    scaling = {"invocations": 10, "registered": False, "steps": {}}
    assert scaled(variant(min=1, max=4, scaling=scaling)) == set()
    assert scaled(variant(min=1, max=4, scaling=scaling, schedule=WEEK)) == set()


# ---- steps ----------------------------------------------------------------------------------------------------------


def test_steps_do_more_the_further_a_number_is_away() -> None:
    policy = {
        "metric": {"namespace": "/aws/sagemaker/Endpoints", "name": "GPUUtilization"},
        "comparison": ">",
        "threshold": 60,
        "minutes": 5,
        "cooldown_seconds": 120,
        "steps": [{"above": 0, "below": 20.5, "change": 1}, {"above": 20.5, "change": 3}],
    }
    made = variant(max=4, scaling={"steps": {"busy": policy}})
    # steps alone are enough: nothing is tracked behind the user's back
    assert scaled(made) == {"target-AllTraffic", "scaling-AllTraffic-step-busy", "alarm-AllTraffic-step-busy"}
    assert made["scaling-AllTraffic-step-busy"].inputs["stepScalingPolicyConfiguration"] == {
        "adjustmentType": "ChangeInCapacity",
        "cooldown": 120,
        "metricAggregationType": "Average",
        "stepAdjustments": [
            {"scalingAdjustment": 1, "metricIntervalLowerBound": "0", "metricIntervalUpperBound": "20.5"},
            {"scalingAdjustment": 3, "metricIntervalLowerBound": "20.5"},
        ],
    }
    alarm = dict(made["alarm-AllTraffic-step-busy"].inputs)
    del alarm["tags"], alarm["alarmDescription"]
    assert alarm == {
        "namespace": "/aws/sagemaker/Endpoints",
        "metricName": "GPUUtilization",
        "dimensions": VARIANT,
        "statistic": "Average",
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 60,
        "period": 60,
        "evaluationPeriods": 5,
        "alarmActions": [UNKNOWN],
    }
    assert made.waits_for("alarm-AllTraffic-step-busy") >= {"scaling-AllTraffic-step-busy"}


@pytest.mark.parametrize(
    ("comparison", "bounds"),
    [(">=", {"metricIntervalLowerBound": "0"}), ("<", {"metricIntervalUpperBound": "0"})],
)
def test_a_single_step_begins_at_the_threshold(comparison: str, bounds: dict[str, str]) -> None:
    """AWS takes no step without any end."""
    policy = {
        "metric": {"name": "InvocationsPerInstance"},
        "threshold": 1,
        "comparison": comparison,
        "adjustment": "exact",
        "steps": [{"change": 1}],
    }
    made = variant(max=4, scaling={"steps": {"only": policy}})
    found: Any = made["scaling-AllTraffic-step-only"].inputs["stepScalingPolicyConfiguration"]
    assert found["adjustmentType"] == "ExactCapacity"
    assert found["stepAdjustments"] == [{"scalingAdjustment": 1, **bounds}]


def test_a_policy_of_the_user_may_be_called_like_one_of_ours() -> None:
    policy = {"metric": {"name": "GPUUtilization"}, "threshold": 60, "steps": [{"change": 1}]}
    names = ("errors", "wake", "invocations", "metric")
    made = variant(max=4, scaling={"invocations": 5, "steps": dict.fromkeys(names, policy)})
    assert {f"alarm-AllTraffic-step-{name}" for name in names} <= made.roles
    assert set(made.outputs["alarm_names"]) == {f"AllTraffic-step-{name}" for name in names}  # type: ignore[arg-type]


# ---- a queue, and serverless ----------------------------------------------------------------------------------------


def test_a_queue_goes_to_zero_and_comes_back() -> None:
    made = queue(min=0, max=8)
    assert scaled(made) == {
        "target-AllTraffic",
        "scaling-AllTraffic-backlog",
        "scaling-AllTraffic-wake",
        "alarm-AllTraffic-wake",
    }
    assert made["target-AllTraffic"].inputs["minCapacity"] == 0
    assert tracking(made, "scaling-AllTraffic-backlog") == {
        "targetValue": 5,
        "customizedMetricSpecification": {
            "metricName": "ApproximateBacklogSizePerInstance",
            "namespace": "AWS/SageMaker",
            "statistic": "Average",
            "dimensions": [{"name": "EndpointName", "value": "example-chat"}],  # it has no variant
        },
        **COOLDOWNS,
    }
    assert made["scaling-AllTraffic-wake"].inputs["stepScalingPolicyConfiguration"] == {
        "adjustmentType": "ChangeInCapacity",
        "cooldown": 300,
        "metricAggregationType": "Average",
        "stepAdjustments": [{"metricIntervalLowerBound": "0", "scalingAdjustment": 1}],
    }
    alarm = made["alarm-AllTraffic-wake"].inputs
    assert (alarm["metricName"], alarm["dimensions"]) == (
        "HasBacklogWithoutCapacity",
        {"EndpointName": "example-chat"},
    )
    assert (alarm["threshold"], alarm["alarmActions"]) == (1, [UNKNOWN])
    assert set(made.outputs["alarm_names"]) == {"AllTraffic-wake"}  # type: ignore[arg-type]


def test_what_is_told_of_the_queue_has_no_variant() -> None:
    metric = {"name": "ApproximateAgeOfOldestRequest", "target": 60}
    steps = {"late": {"metric": {"name": "ApproximateBacklogSize"}, "threshold": 100, "steps": [{"change": 2}]}}
    made = queue(min=1, max=4, scaling={"metric": metric, "steps": steps})
    tracked = made["scaling-AllTraffic-metric"].inputs["targetTrackingScalingPolicyConfiguration"]
    assert tracked["customizedMetricSpecification"]["dimensions"] == [{"name": "EndpointName", "value": "example-chat"}]
    assert made["alarm-AllTraffic-step-late"].inputs["dimensions"] == {"EndpointName": "example-chat"}


def test_a_queue_that_keeps_a_machine_needs_nothing_to_wake_it() -> None:
    made = queue(min=1, max=8, scaling={"backlog": 3})
    assert scaled(made) == {"target-AllTraffic", "scaling-AllTraffic-backlog"}
    assert tracking(made, "scaling-AllTraffic-backlog")["targetValue"] == 3


def test_warm_requests_follow_their_use() -> None:
    made = serverless(min=2, max=10)
    target = made["target-AllTraffic"].inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (2, 10)
    assert target["scalableDimension"] == "sagemaker:variant:DesiredProvisionedConcurrency"
    assert tracking(made, "scaling-AllTraffic-utilization") == {
        "targetValue": 0.7,
        "predefinedMetricSpecification": {"predefinedMetricType": "SageMakerVariantProvisionedConcurrencyUtilization"},
        **COOLDOWNS,
    }


# ---- inference components -------------------------------------------------------------------------------------------


def test_a_component_goes_to_zero_with_its_machines_and_comes_back() -> None:
    made = parts({"chat": {"memory_mib": 65536, "accelerators": 2, "min": 0, "max": 4}})
    config = made["config"].inputs
    assert config["productionVariants"] == [
        {
            "variantName": "AllTraffic",  # without a model
            "instanceType": "ml.inf2.24xlarge",
            "initialInstanceCount": 1,
            "managedInstanceScaling": {"status": "ENABLED", "minInstanceCount": 0, "maxInstanceCount": 4},
        }
    ]
    assert config["executionRoleArn"] == UNKNOWN  # which otherwise is the model's
    assert scaled(made) == {"target-chat", "scaling-chat-concurrent-requests", "scaling-chat-wake", "alarm-chat-wake"}
    target = made["target-chat"].inputs
    assert (target["resourceId"], target["minCapacity"]) == ("inference-component/example-chat-chat", 0)
    assert target["scalableDimension"] == "sagemaker:inference-component:DesiredCopyCount"
    assert tracking(made, "scaling-chat-concurrent-requests")["predefinedMetricSpecification"] == {
        "predefinedMetricType": "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution"
    }
    alarm = made["alarm-chat-wake"].inputs
    assert (alarm["metricName"], alarm["statistic"]) == ("NoCapacityInvocationFailures", "Sum")
    assert alarm["dimensions"] == {"InferenceComponentName": "example-chat-chat"}
    assert "component-chat" in made.waits_for("target-chat")
    assert made.outputs["component_names"] == {"chat": "example-chat-chat"}
    assert made["log-group-chat"].inputs["name"] == "/aws/sagemaker/InferenceComponents/example-chat-chat"


def test_a_component_is_made_by_cloud_control_and_moves_with_its_endpoint() -> None:
    made = parts({"chat": {"memory_mib": 4096}})
    assert made["component-chat"].type == "aws:cloudcontrol/resource:Resource"
    assert made["component-chat"].inputs == {"typeName": TYPE, "desiredState": UNKNOWN}
    assert {"endpoint", "model-main"} <= made.waits_for("component-chat")
    assert made["component-chat"].options.replace_with == (made["endpoint"].urn,)
    assert scaled(made) == set()


def test_components_have_alarms_of_their_own() -> None:
    components = {"chat": {"memory_mib": 4096}, "embed": {"memory_mib": 4096}}
    made = parts(components, alarms={"errors": {}}, deployment={"strategy": "rolling", "step_instances": 1})
    assert {role for role in made.roles if role.startswith("alarm-")} == {"alarm-chat-errors", "alarm-embed-errors"}
    assert made["alarm-chat-errors"].inputs["dimensions"] == {"InferenceComponentName": "example-chat-chat"}
    assert "deploymentConfig" not in made["endpoint"].inputs  # components say themselves how they are updated
    assert made.waits_for("component-chat") & {"alarm-chat-errors", "alarm-embed-errors"} == {"alarm-chat-errors"}


def schema() -> dict[str, Any]:
    """CloudFormation's own, as cfn-lint has it; its patterns know classes of letters that Python's do not."""
    found_at = importlib.util.find_spec("cfnlint")
    assert found_at is not None and found_at.origin is not None
    folder = Path(found_at.origin).parent / "data" / "schemas" / "resources"
    for file in sorted(folder.glob("*.json")):
        if f'"{TYPE}"' in (text := file.read_text()):
            found: dict[str, Any] = json.loads(text.replace(r"\\p{L}\\p{Z}\\p{N}", r"\\w "))
            return found
    raise AssertionError(f"cfn-lint knows no {TYPE}")


LARGEST = {
    "memory_mib": 4096,
    "max_memory_mib": 8192,
    "accelerators": 2,
    "cpu_cores": 0.5,
    "copies": 2,
    "min": 0,
    "max": 4,
    "startup_timeout_seconds": 3600,
    "download_timeout_seconds": 1800,
}
ROLLING = Deployment(
    strategy="rolling", step_instances=1, rollback_step_percent=100, wait_seconds=60, timeout_seconds=3600
)


@pytest.mark.parametrize("deployment", [None, ROLLING, Deployment(strategy="rolling", step_percent=50)])
@pytest.mark.parametrize("given", [{"memory_mib": 4096}, LARGEST], ids=["smallest", "largest"])
@pytest.mark.parametrize("alarm_names", [[], ["chat-errors"]])
def test_what_cloud_control_is_told_keeps_to_its_schema(
    given: dict[str, Any], deployment: Deployment | None, alarm_names: list[str]
) -> None:
    state = InferenceComponent(**given).desired_state(
        "example-chat-chat", "example-chat", "AllTraffic", "chat-model-1", {"a": "b"}, deployment, alarm_names
    )
    jsonschema.validate(state, schema())
    assert set(state["Specification"]["ComputeResourceRequirements"]) >= {"MinMemoryRequiredInMb"}


def test_each_of_many_components_is_undone_by_its_own_alarms() -> None:
    many = {f"m{n}": {"memory_mib": 1024} for n in range(6)}
    how = {"strategy": "rolling", "step_percent": 50, "rollback_on": ["errors", "latency"]}
    given = {**NAMED, "variants": [INF2], "inference_components": many, "deployment": how}
    made = make(Endpoint, "chat", **given, alarms={"latency": {"milliseconds": 500}})
    alarms = {role for role in made.roles if role.startswith("alarm-")}
    assert len(alarms) == 12
    assert made.waits_for("component-m5") & alarms == {"alarm-m5-errors", "alarm-m5-latency"}


def test_what_cloud_control_is_told() -> None:
    state = InferenceComponent(**LARGEST).desired_state(  # type: ignore[arg-type]
        "example-chat-chat", "example-chat", "AllTraffic", "chat-model-1", {"a": "b"}, ROLLING, ["chat-errors"]
    )
    assert state == {
        "InferenceComponentName": "example-chat-chat",
        "EndpointName": "example-chat",
        "VariantName": "AllTraffic",
        "Specification": {
            "ModelName": "chat-model-1",
            "ComputeResourceRequirements": {
                "MinMemoryRequiredInMb": 4096,
                "MaxMemoryRequiredInMb": 8192,
                "NumberOfAcceleratorDevicesRequired": 2,
                "NumberOfCpuCoresRequired": 0.5,
            },
            "StartupParameters": {
                "ContainerStartupHealthCheckTimeoutInSeconds": 3600,
                "ModelDataDownloadTimeoutInSeconds": 1800,
            },
        },
        "RuntimeConfig": {"CopyCount": 2},
        "Tags": [{"Key": "a", "Value": "b"}],
        "DeploymentConfig": {
            "RollingUpdatePolicy": {
                "MaximumBatchSize": {"Type": "COPY_COUNT", "Value": 1},
                "WaitIntervalInSeconds": 60,
                "MaximumExecutionTimeoutInSeconds": 3600,
                "RollbackMaximumBatchSize": {"Type": "CAPACITY_PERCENT", "Value": 100},
            },
            "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "chat-errors"}]},
        },
    }


# ---- the clock ------------------------------------------------------------------------------------------------------


def actions(made: Made) -> dict[str, tuple[Any, ...]]:
    """start, stop and teardown -> when, and between which limits."""
    found = {}
    for role in made.roles:
        if role.partition("-")[0] in ("start", "stop", "teardown"):
            inputs = made[role].inputs
            limits: Any = inputs["scalableTargetAction"]
            found[role] = (inputs["schedule"], limits["minCapacity"], limits["maxCapacity"])
    return found


def test_by_night_a_variant_keeps_one_machine() -> None:
    made = variant(min=2, max=6, schedule=WEEK)
    assert actions(made) == {
        "start-AllTraffic": ("cron(0 8 ? * 2-6 *)", 2, 6),
        "stop-AllTraffic": ("cron(0 19 ? * 2-6 *)", 1, 1),
    }
    assert made["start-AllTraffic"].inputs["timezone"] == "Europe/Berlin"
    # AWS refuses two changes of one target at the same time
    assert "start-AllTraffic" in made.waits_for("stop-AllTraffic")
    assert "target-AllTraffic" in made.waits_for("start-AllTraffic")


def test_a_fixed_number_of_machines_is_scaled_by_the_clock_alone() -> None:
    made = variant(count=3, schedule=WEEK)
    assert scaled(made) == {"target-AllTraffic", "start-AllTraffic", "stop-AllTraffic"}
    assert actions(made)["start-AllTraffic"][1:] == (3, 3)
    assert made["target-AllTraffic"].inputs["minCapacity"] == 3


def test_the_only_machine_of_a_variant_cannot_be_stopped() -> None:
    assert scaled(variant(schedule=WEEK)) == set()
    assert scaled(serverless(schedule={"hours_per_week": 40})) == set()


def test_a_queue_and_copies_stop_altogether() -> None:
    assert actions(queue(max=4, schedule=WEEK))["stop-AllTraffic"][1:] == (0, 0)
    assert actions(queue(schedule=WEEK))["start-AllTraffic"][1:] == (1, 1)
    made = parts({"chat": {"memory_mib": 4096, "min": 1, "max": 2}}, schedule=WEEK)
    assert actions(made) == {
        "start-chat": ("cron(0 8 ? * 2-6 *)", 1, 2),
        "stop-chat": ("cron(0 19 ? * 2-6 *)", 0, 0),
    }


def test_warm_requests_fall_to_one() -> None:
    assert actions(serverless(schedule=WEEK)) == {
        "start-AllTraffic": ("cron(0 8 ? * 2-6 *)", 2, 2),
        "stop-AllTraffic": ("cron(0 19 ? * 2-6 *)", 1, 1),
    }


def test_once_it_is_to_be_gone_nothing_starts_it_again() -> None:
    made = queue(max=4, schedule={**WEEK, "teardown_at": GONE})
    assert actions(made)["teardown-AllTraffic"] == ("at(2026-12-15T11:30:00)", 0, 0)
    assert "timezone" not in made["teardown-AllTraffic"].inputs  # the moment is in UTC
    assert {role: made[role].inputs.get("endTime") for role in actions(made)} == {
        "start-AllTraffic": "2026-12-15T11:30:00Z",
        "stop-AllTraffic": "2026-12-15T11:30:00Z",
        "teardown-AllTraffic": None,
    }


def test_it_can_be_torn_down_without_a_weekly_rhythm() -> None:
    assert set(actions(variant(max=4, schedule={"teardown_at": GONE}))) == {"teardown-AllTraffic"}


def test_an_up_by_night_wakes_nothing() -> None:
    assert variant(max=4, schedule=WEEK)["target-AllTraffic"].options.ignore_changes == ("minCapacity", "maxCapacity")
    assert variant(max=4)["target-AllTraffic"].options.ignore_changes == ()


def test_hours_alone_make_nothing() -> None:
    assert actions(variant(max=4, schedule={"hours_per_week": 40})) == {}
