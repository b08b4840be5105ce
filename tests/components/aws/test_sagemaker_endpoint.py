"""An endpoint is what was asked for, under a name that its alarms and logs know before it is there."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components.aws._sagemaker.deployment import Deployment, peak
from components.aws.sagemaker_endpoint import SagemakerEndpoint as Endpoint
from components.aws.sagemaker_endpoint import SagemakerEndpointArgs as EndpointArgs
from components.aws.sagemaker_endpoint import name_from_role
from tests.components.offline import build, make
from ultrastack.model.graph import UNKNOWN

VLLM = (
    "763104351884.dkr.ecr.us-east-2.amazonaws.com/huggingface-vllm-inference-neuronx:"
    "0.11.0-optimum0.4.5-neuronx-py310-sdk2.26.1-ubuntu22.04"
)
MODEL = {"image": "hf-vllm-neuronx", "data": "s3://weights/chat"}
ARCHIVE = {"image": "djl-lmi-gpu", "data": "s3://weights/chat.tar.gz"}
INF2: dict[str, Any] = {"instance_type": "ml.inf2.24xlarge"}
ONE: dict[str, Any] = {"model": MODEL, "variants": [INF2]}
NAMED: dict[str, Any] = {**ONE, "physical_name": "example-chat"}
LESS: dict[str, Any] = {
    "model": ARCHIVE,
    "variants": [{"serverless": {"memory_mb": 4096, "max_concurrency": 20, "provisioned_concurrency": 2}}],
}
ALWAYS = {"role", "data-policy", "log-policy", "log-group", "model-main", "config", "endpoint"}
KEY = "arn:aws:kms:us-east-2:111122223333:key/1"
TOPIC = "arn:aws:sns:us-east-2:111122223333:oncall"
SECRET = "arn:aws:secretsmanager:us-east-2:111122223333:secret:hf-AbCdEf"


def production(made: Any) -> dict[str, Any]:
    (one,) = made["config"].inputs["productionVariants"]
    return dict(one)


def container(made: Any, key: str = "main") -> dict[str, Any]:
    return dict(made[f"model-{key}"].inputs["primaryContainer"])


# ---- the smallest one -----------------------------------------------------------------------------------------------


def test_the_smallest_one() -> None:
    made = make(Endpoint, "chat", **ONE)
    assert made.roles == ALWAYS
    assert made["model-main"].inputs == {
        "executionRoleArn": UNKNOWN,
        "primaryContainer": {
            "image": VLLM,
            "modelDataSource": {
                "s3DataSources": [{"s3Uri": "s3://weights/chat/", "s3DataType": "S3Prefix", "compressionType": "None"}]
            },
        },
        "tags": {"Name": "chat-model-main"},
    }
    assert made["config"].inputs == {  # no name: the next one is made before this one goes
        "productionVariants": [
            {
                "variantName": "AllTraffic",
                "modelName": UNKNOWN,
                "instanceType": "ml.inf2.24xlarge",
                "initialInstanceCount": 1,
            }
        ],
        "tags": {"Name": "chat-config"},
    }
    assert made["endpoint"].inputs == {
        "name": UNKNOWN,
        "endpointConfigName": UNKNOWN,
        "tags": {"Name": "chat-endpoint"},
    }
    assert made["log-group"].inputs == {
        "name": UNKNOWN,
        "retentionInDays": 30,
        "tags": {"Name": "chat-log-group"},
    }


def test_what_must_be_there_first() -> None:
    made = make(Endpoint, "chat", **ONE, policy_arns={"more": "arn:aws:iam::111122223333:policy/more"})
    assert made.waits_for("model-main") == {"role", "data-policy", "log-policy", "policy-more"}
    assert {"config", "log-group", "data-policy", "log-policy", "policy-more"} <= made.waits_for("endpoint")


def test_the_role_keeps_the_old_leave_until_an_update_is_through() -> None:
    """Else the old fleet could not start another machine, nor come back: the policy would name the new weights only."""
    made = make(Endpoint, "chat", **ONE)
    assert made["data-policy"].options.replace_on_changes == ("policy",)
    assert made["log-policy"].options.replace_on_changes == ("policy",)
    assert made["log-group"].options.delete_before_replace is False


def test_all_that_can_be_tagged_is() -> None:
    made = make(
        Endpoint,
        "chat",
        **{**ONE, "variants": [{**INF2, "max": 4}]},
        alarms={"errors": {}},
        tags={"service": "llm"},
        invoker_roles={"web": "web"},
    )
    untaggable = {"data-policy", "log-policy", "invoker-web", "scaling-AllTraffic-concurrent-requests"}
    assert {role: made[role].inputs.get("tags") for role in made.roles - untaggable} == {
        role: {"Name": f"chat-{role}", "service": "llm"} for role in made.roles - untaggable
    }


# ---- names ----------------------------------------------------------------------------------------------------------


def test_a_name_of_the_user_is_known_everywhere() -> None:
    made = make(Endpoint, "chat", **NAMED, alarms={"errors": {}})
    assert made["endpoint"].inputs["name"] == "example-chat"
    assert made["log-group"].inputs["name"] == "/aws/sagemaker/Endpoints/example-chat"
    assert made["alarm-AllTraffic-errors"].inputs["dimensions"] == {
        "EndpointName": "example-chat",
        "VariantName": "AllTraffic",
    }
    url = "https://runtime.sagemaker.us-east-2.amazonaws.com/endpoints/example-chat/invocations"
    assert made.outputs["endpoint_name"] == "example-chat"
    assert made.outputs["invoke_url"] == url
    assert made["endpoint"].options.delete_before_replace is True  # there is no second one of that name


def test_a_name_that_is_made_up_comes_from_the_role() -> None:
    assert name_from_role("chat-role-1a2b3c4", guarded=False) == "chat-1a2b3c4"
    assert name_from_role("my-role-chat-role-1a2b3c4", guarded=False) == "my-role-chat-1a2b3c4"
    assert name_from_role("given-from-outside", guarded=True) == "given-from-outside"


def test_an_endpoint_that_gets_rollback_alarms_is_replaced_and_must_have_another_name() -> None:
    assert name_from_role("chat-role-1a2b3c4", guarded=True) == "chat-guarded-1a2b3c4"
    assert make(Endpoint, "chat", **ONE)["endpoint"].options.delete_before_replace is False


def test_an_existing_role_needs_no_policies() -> None:
    made = make(Endpoint, "chat", **NAMED, execution_role_arn="arn:aws:iam::111122223333:role/chat")
    assert made.roles == ALWAYS - {"role", "data-policy", "log-policy"}
    assert made["model-main"].inputs["executionRoleArn"] == "arn:aws:iam::111122223333:role/chat"
    assert made.outputs["role_arn"] == "arn:aws:iam::111122223333:role/chat"
    assert "role_name" not in made.outputs


# ---- models ---------------------------------------------------------------------------------------------------------


def test_an_archive_is_told_by_its_end_or_by_the_user() -> None:
    assert container(make(Endpoint, "chat", **{**ONE, "model": ARCHIVE}))["modelDataUrl"] == "s3://weights/chat.tar.gz"
    told = {"image": "djl-lmi-gpu", "data": "s3://weights/chat", "archive": True}
    found = container(make(Endpoint, "chat", **{**ONE, "model": told}))
    assert (found["modelDataUrl"], "modelDataSource" in found) == ("s3://weights/chat", False)


def test_a_model_may_have_no_weights_and_an_image_of_its_own() -> None:
    image = "111122223333.dkr.ecr.us-east-2.amazonaws.com/mine:1"
    assert container(make(Endpoint, "chat", **{**ONE, "model": {"image": image}})) == {"image": image}


def test_an_image_of_a_registry_in_the_network() -> None:
    function = "arn:aws:lambda:us-east-2:111122223333:function:credentials"
    model = {"image": "registry.example.com/mine:1", "registry": "vpc", "registry_credentials_arn": function}
    vpc = {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}
    made = make(Endpoint, "chat", **{**ONE, "model": model}, vpc=vpc)
    assert container(made)["imageConfig"] == {
        "repositoryAccessMode": "Vpc",
        "repositoryAuthConfig": {"repositoryCredentialsProviderArn": function},
    }
    assert function in str(made["data-policy"].inputs["policy"])


def test_further_weights_a_licence_variables_and_secrets() -> None:
    model = {
        **MODEL,
        "accept_eula": True,
        "additional_data": {"draft": "s3://weights/draft", "adapter": "s3://weights/adapter.tar.gz"},
        "environment": {"MAX_MODEL_LEN": "8192"},
        "secrets": {"HF_TOKEN": SECRET},
    }
    found = container(make(Endpoint, "chat", **{**ONE, "model": model}))
    assert found["modelDataSource"]["s3DataSources"][0]["modelAccessConfig"] == {"acceptEula": True}
    assert found["additionalModelDataSources"] == [
        {
            "channelName": "draft",
            "s3DataSources": [{"s3Uri": "s3://weights/draft/", "s3DataType": "S3Prefix", "compressionType": "None"}],
        },
        {
            "channelName": "adapter",
            "s3DataSources": [
                {"s3Uri": "s3://weights/adapter.tar.gz", "s3DataType": "S3Object", "compressionType": "Gzip"}
            ],
        },
    ]
    assert found["environment"] == {"MAX_MODEL_LEN": "8192", "HF_TOKEN_SECRET_ARN": SECRET}


def test_a_secret_that_plain_python_hands_in_as_a_variable_is_refused() -> None:
    def program() -> None:
        model = {**MODEL, "environment": {"WHATEVER": pulumi.Output.secret("hf")}}
        Endpoint("chat", EndpointArgs.model_validate({**ONE, "model": model}))

    with pytest.raises(Exception, match="the variable WHATEVER is a secret, and everybody who may describe the model"):
        build(program)


def test_an_image_of_another_region_is_refused() -> None:
    model = {"image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/mine:1"}
    with pytest.raises(Exception, match="chat: the image lies in eu-west-1, the endpoint in us-east-2; fix: copy it"):
        make(Endpoint, "chat", **{**ONE, "model": model})


def test_containers_in_a_network_or_in_none() -> None:
    vpc = {"subnet_ids": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"]}
    model = make(Endpoint, "chat", **ONE, vpc=vpc, network_isolation=True)["model-main"].inputs
    assert model["vpcConfig"] == {"subnets": ["subnet-1", "subnet-2"], "securityGroupIds": ["sg-1"]}
    assert model["enableNetworkIsolation"] is True


# ---- variants -------------------------------------------------------------------------------------------------------


def test_all_that_a_variant_says() -> None:
    plan = "arn:aws:sagemaker:us-east-2:111122223333:training-plan/plan"
    given = {
        **INF2,
        "name": "big",
        "count": 3,
        "weight": 0.5,
        "startup_timeout_seconds": 3600,
        "download_timeout_seconds": 1800,
        "volume_gib": 256,
        "inference_ami": "al2-ami-sagemaker-inference-neuron-2",
        "routing": "LEAST_OUTSTANDING_REQUESTS",
        "reservation_arn": plan,
        "core_dump_uri": "s3://dumps/",
        "core_dump_kms_key_arn": KEY,
        "ssm_access": True,
    }
    made = make(Endpoint, "chat", **{**ONE, "variants": [given]}, kms_key_arn=KEY)
    assert production(made) == {
        "variantName": "big",
        "modelName": UNKNOWN,
        "instanceType": "ml.inf2.24xlarge",
        "initialInstanceCount": 3,
        "initialVariantWeight": 0.5,
        "containerStartupHealthCheckTimeoutInSeconds": 3600,
        "modelDataDownloadTimeoutInSeconds": 1800,
        "volumeSizeInGb": 256,
        "inferenceAmiVersion": "al2-ami-sagemaker-inference-neuron-2",
        "routingConfigs": [{"routingStrategy": "LEAST_OUTSTANDING_REQUESTS"}],
        "capacityReservationConfig": {
            "capacityReservationPreference": "capacity-reservations-only",
            "mlReservationArn": plan,
        },
        "coreDumpConfig": {"destinationS3Uri": "s3://dumps/", "kmsKeyId": KEY},
        "enableSsmAccess": True,
    }
    assert made["config"].inputs["kmsKeyArn"] == KEY


def test_several_models_on_several_variants() -> None:
    variants = [{**INF2, "name": "a", "model": "blue", "count": 2}, {**INF2, "name": "b", "model": "green"}]
    made = make(Endpoint, "chat", models={"blue": MODEL, "green": ARCHIVE}, variants=variants)
    assert {"model-blue", "model-green"} <= made.roles
    assert set(made.outputs["model_names"]) == {"blue", "green"}  # type: ignore[arg-type]
    assert made.outputs["variants"] == [
        {"name": "a", "instance_type": "ml.inf2.24xlarge", "count": 2},
        {"name": "b", "instance_type": "ml.inf2.24xlarge", "count": 1},
    ]
    assert made.outputs["peak_instances"] == 6
    assert {"chat-model-blue", "chat-model-green"} <= {
        made.graph.by_urn[urn].name for urn in made["config"].dependencies
    }


def test_a_shadow_hears_requests_and_answers_nobody() -> None:
    shadow = {**INF2, "model": "green", "weight": 0.2, "core_dump_uri": "s3://dumps/", "core_dump_kms_key_arn": KEY}
    variants = [{**INF2, "model": "blue"}]
    made = make(Endpoint, "chat", models={"blue": MODEL, "green": MODEL}, variants=variants, shadow=shadow)
    assert made["config"].inputs["shadowProductionVariants"] == [
        {
            "variantName": "Shadow",
            "modelName": UNKNOWN,
            "instanceType": "ml.inf2.24xlarge",
            "initialInstanceCount": 1,
            "initialVariantWeight": 0.2,
            "coreDumpConfig": {"destinationS3Uri": "s3://dumps/", "kmsKeyId": KEY},
        }
    ]
    assert made.outputs["peak_instances"] == 4


def test_serverless_has_memory_and_no_machines() -> None:
    made = make(Endpoint, "chat", **LESS)
    assert production(made) == {
        "variantName": "AllTraffic",
        "modelName": UNKNOWN,
        "serverlessConfig": {"memorySizeInMb": 4096, "maxConcurrency": 20, "provisionedConcurrency": 2},
    }
    assert "peak_instances" not in made.outputs
    assert made.outputs["variants"] == [{"name": "AllTraffic"}]


# ---- requests and answers -------------------------------------------------------------------------------------------


def test_answers_by_s3() -> None:
    given = {
        "output_uri": "s3://answers/chat/",
        "failure_uri": "s3://answers/failed/",
        "success_topic_arn": TOPIC,
        "error_topic_arn": TOPIC,
        "topics_with_answer": ["success"],
        "kms_key_arn": KEY,
        "concurrent_per_instance": 4,
    }
    made = make(Endpoint, "chat", **NAMED, async_inference=given)
    assert made["config"].inputs["asyncInferenceConfig"] == {
        "outputConfig": {
            "s3OutputPath": "s3://answers/chat/",
            "s3FailurePath": "s3://answers/failed/",
            "kmsKeyId": KEY,
            "notificationConfig": {
                "successTopic": TOPIC,
                "errorTopic": TOPIC,
                "includeInferenceResponseIns": ["SUCCESS_NOTIFICATION_TOPIC"],
            },
        },
        "clientConfig": {"maxConcurrentInvocationsPerInstance": 4},
    }
    assert str(made.outputs["invoke_url"]).endswith("/endpoints/example-chat/async-invocations")


def test_the_least_that_a_queue_needs() -> None:
    config = make(Endpoint, "chat", **ONE, async_inference={"output_uri": "s3://answers/"})["config"].inputs
    assert config["asyncInferenceConfig"] == {"outputConfig": {"s3OutputPath": "s3://answers/"}}


@pytest.mark.parametrize(
    ("what", "modes"), [("both", ["Input", "Output"]), ("requests", ["Input"]), ("answers", ["Output"])]
)
def test_requests_and_answers_are_kept(what: str, modes: list[str]) -> None:
    capture = {"uri": "s3://kept/", "percent": 5, "capture": what, "json_content_types": ["application/json"]}
    config = make(Endpoint, "chat", **ONE, data_capture=capture)["config"].inputs
    assert config["dataCaptureConfig"] == {
        "enableCapture": True,
        "destinationS3Uri": "s3://kept/",
        "initialSamplingPercentage": 5,
        "captureOptions": [{"captureMode": mode} for mode in modes],
        "captureContentTypeHeader": {"jsonContentTypes": ["application/json"]},
    }


# ---- updates --------------------------------------------------------------------------------------------------------

WAIT = {"waitIntervalInSeconds": 300}
UPDATES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "all at once": (
        {"strategy": "all-at-once", "rollback_on": []},
        {"blueGreenUpdatePolicy": {"trafficRoutingConfiguration": {"type": "ALL_AT_ONCE", **WAIT}}},
    ),
    "a canary": (
        {
            "strategy": "canary",
            "step_percent": 10,
            "wait_seconds": 60,
            "termination_wait_seconds": 120,
            "timeout_seconds": 3600,
            "rollback_on": [],
        },
        {
            "blueGreenUpdatePolicy": {
                "trafficRoutingConfiguration": {
                    "type": "CANARY",
                    "waitIntervalInSeconds": 60,
                    "canarySize": {"type": "CAPACITY_PERCENT", "value": 10},
                },
                "terminationWaitInSeconds": 120,
                "maximumExecutionTimeoutInSeconds": 3600,
            }
        },
    ),
    "equal steps": (
        {"strategy": "linear", "step_instances": 1, "rollback_on": []},
        {
            "blueGreenUpdatePolicy": {
                "trafficRoutingConfiguration": {
                    "type": "LINEAR",
                    **WAIT,
                    "linearStepSize": {"type": "INSTANCE_COUNT", "value": 1},
                }
            }
        },
    ),
    "batches": (
        {"strategy": "rolling", "step_percent": 25, "rollback_step_percent": 100, "timeout_seconds": 7200}
        | {"rollback_on": []},
        {
            "rollingUpdatePolicy": {
                "maximumBatchSize": {"type": "CAPACITY_PERCENT", "value": 25},
                "rollbackMaximumBatchSize": {"type": "CAPACITY_PERCENT", "value": 100},
                "maximumExecutionTimeoutInSeconds": 7200,
                **WAIT,
            }
        },
    ),
    "alarms of somebody else": (
        {"strategy": "all-at-once", "rollback_on": [], "rollback_alarm_names": ["slow"]},
        {
            "blueGreenUpdatePolicy": {"trafficRoutingConfiguration": {"type": "ALL_AT_ONCE", **WAIT}},
            "autoRollbackConfiguration": {"alarms": [{"alarmName": "slow"}]},
        },
    ),
}


@pytest.mark.parametrize("case", UPDATES)
def test_how_updates_reach_it(case: str) -> None:
    given, config = UPDATES[case]
    made = make(Endpoint, "chat", **{**ONE, "variants": [{**INF2, "count": 4}]}, deployment=given)
    assert made["endpoint"].inputs["deploymentConfig"] == config


def test_without_a_word_nothing_is_said_of_updates() -> None:
    assert "deploymentConfig" not in make(Endpoint, "chat", **ONE)["endpoint"].inputs


def test_errors_undo_an_update_unless_told_otherwise() -> None:
    made = make(Endpoint, "chat", **ONE, deployment={"strategy": "all-at-once"})
    assert made.roles == ALWAYS | {"alarm-AllTraffic-errors"}
    rollback: Any = made["endpoint"].inputs["deploymentConfig"]
    assert rollback["autoRollbackConfiguration"] == {"alarms": [{"alarmName": UNKNOWN}]}
    assert "alarm-AllTraffic-errors" in made.waits_for("endpoint")


def test_only_some_alarms_undo_an_update() -> None:
    made = make(
        Endpoint,
        "chat",
        **ONE,
        deployment={"strategy": "all-at-once", "rollback_on": ["latency"], "rollback_alarm_names": ["mine"]},
        alarms={"errors": {}, "latency": {"milliseconds": 500}, "idle": {}},
    )
    assert made.waits_for("endpoint") & {role for role in made.roles if role.startswith("alarm-")} == {
        "alarm-AllTraffic-latency"
    }
    config: Any = made["endpoint"].inputs["deploymentConfig"]
    assert config["autoRollbackConfiguration"]["alarms"] == [{"alarmName": UNKNOWN}, {"alarmName": "mine"}]


@pytest.mark.parametrize(
    ("given", "machines", "most"),
    [
        (None, 4, 8),
        ({"strategy": "all-at-once"}, 4, 8),
        ({"strategy": "canary", "step_percent": 10}, 4, 8),
        ({"strategy": "rolling", "step_percent": 25}, 4, 5),
        ({"strategy": "rolling", "step_percent": 30}, 4, 6),  # SageMaker starts whole machines
        ({"strategy": "rolling", "step_instances": 2}, 5, 7),
    ],
)
def test_machines_during_an_update(given: dict[str, Any] | None, machines: int, most: int) -> None:
    assert peak(Deployment(**given) if given else None, machines) == most


# ---- alarms ---------------------------------------------------------------------------------------------------------


def test_what_is_wrong_with_it_and_who_is_told() -> None:
    alarms = {
        "errors": {"count": 5, "minutes": 3},
        "latency": {"milliseconds": 250, "percentile": 99.9},
        "idle": {"hours": 12},
        "topic_arns": [TOPIC],
    }
    made = make(Endpoint, "chat", **NAMED, alarms=alarms)
    told = {"alarmActions": [TOPIC], "okActions": [TOPIC]}
    dimensions = {"EndpointName": "example-chat", "VariantName": "AllTraffic"}
    found = {}
    for kind in ("errors", "latency", "idle"):
        inputs = dict(made[f"alarm-AllTraffic-{kind}"].inputs)
        assert {name: inputs.pop(name) for name in ("alarmActions", "okActions")} == told
        assert inputs.pop("dimensions") == dimensions
        assert inputs.pop("namespace") == "AWS/SageMaker"
        del inputs["tags"], inputs["alarmDescription"]
        found[kind] = inputs
    assert found == {
        "errors": {
            "metricName": "Invocation5XXErrors",
            "statistic": "Sum",
            "comparisonOperator": "GreaterThanOrEqualToThreshold",
            "threshold": 5,
            "period": 60,
            "evaluationPeriods": 3,
            "treatMissingData": "notBreaching",
        },
        "latency": {
            "metricName": "ModelLatency",
            "extendedStatistic": "p99.9",
            "comparisonOperator": "GreaterThanThreshold",
            "threshold": 250_000,  # microseconds
            "period": 60,
            "evaluationPeriods": 3,
            "treatMissingData": "notBreaching",
        },
        "idle": {
            "metricName": "Invocations",
            "statistic": "Sum",
            "comparisonOperator": "LessThanThreshold",
            "threshold": 1,
            "period": 3600,
            "evaluationPeriods": 12,
            "treatMissingData": "breaching",  # no requests, no data
        },
    }
    assert set(made.outputs["alarm_names"]) == {  # type: ignore[arg-type]
        "AllTraffic-errors",
        "AllTraffic-latency",
        "AllTraffic-idle",
    }


def test_a_queue_tells_other_numbers() -> None:
    made = make(Endpoint, "chat", **NAMED, async_inference={"output_uri": "s3://a/"}, alarms={"errors": {}, "idle": {}})
    assert made["alarm-AllTraffic-errors"].inputs["metricName"] == "InvocationFailures"
    assert made["alarm-AllTraffic-idle"].inputs["metricName"] == "InvocationsProcessed"


def test_each_variant_has_its_alarms() -> None:
    variants = [{**INF2, "name": "a"}, {**INF2, "name": "b"}]
    made = make(Endpoint, "chat", **{**ONE, "variants": variants}, alarms={"errors": {}})
    assert {role for role in made.roles if role.startswith("alarm-")} == {"alarm-a-errors", "alarm-b-errors"}


def test_every_output_is_there() -> None:
    made = make(Endpoint, "chat", **NAMED)
    assert set(made.outputs) == set(Endpoint.declared_outputs())


def test_every_declared_role_is_used() -> None:
    common: dict[str, Any] = {
        "alarms": {"errors": {}},
        "invoker_roles": {"web": "web"},
        "policy_arns": {"more": "arn:aws:iam::111122223333:policy/more"},
        "schedule": {
            "start": "0 8 * * *",
            "stop": "0 19 * * *",
            "time_zone": "UTC",
            "teardown_at": "2026-12-15T11:30:00Z",
        },
    }
    parts = {"chat": {"memory_mib": 4096, "min": 0, "max": 2}}
    made = make(Endpoint, "chat", **ONE, inference_components=parts, **common).roles
    assert all(any(role.startswith(known.rstrip("*")) for role in made) for known in Endpoint.roles)
