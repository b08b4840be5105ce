"""An endpoint may do the least that it needs, and so may those who ask it; its image is one that the region has."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.aws._sagemaker.image import domain, image_uri, partition, repository_arn
from components.aws._sagemaker.policy import NETWORK, Needs, data_policy, invoke_policy, log_policy, trust
from components.aws.sagemaker_endpoint import SagemakerEndpoint as Endpoint
from tests.components.offline import make
from ultrastack.model.credentials import names_a_credential
from ultrastack.model.graph import UNKNOWN

NOTHING = Needs(
    partition="aws",
    images=[],
    reads=[],
    writes=[],
    secret_arns=[],
    topic_arns=[],
    function_arns=[],
    kms_key_arns=[],
    volume_key_arns=[],
    ssm_access=False,
    in_vpc=False,
)
KEY, VOLUME_KEY = (f"arn:aws:kms:us-east-2:111122223333:key/{n}" for n in (1, 2))
SECRET = "arn:aws:secretsmanager:us-east-2:111122223333:secret:hf-AbCdEf"
FUNCTION = "arn:aws:lambda:us-east-2:111122223333:function:credentials"
TOPIC = "arn:aws:sns:us-east-2:111122223333:oncall"
ECR = "111122223333.dkr.ecr.us-east-2.amazonaws.com"


def allowed(**needs: Any) -> dict[tuple[str, ...], list[str]]:
    """Actions -> resources, without what every endpoint may."""
    always = len(data_policy(NOTHING)["Statement"])
    statements = data_policy(NOTHING._replace(**needs))["Statement"][always:]
    assert all(one["Effect"] == "Allow" for one in statements)
    return {tuple(one["Action"]): one["Resource"] for one in statements}


def test_sagemaker_takes_the_role() -> None:
    (statement,) = trust()["Statement"]
    assert statement["Principal"] == {"Service": "sagemaker.amazonaws.com"}


def test_every_endpoint_writes_into_its_own_log_and_sends_its_metrics() -> None:
    arn = "arn:aws:logs:us-east-2:111122223333:log-group:/aws/sagemaker/Endpoints/chat"
    assert log_policy([arn])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": [f"{arn}:*"],
        }
    ]
    (metrics,) = data_policy(NOTHING)["Statement"]
    assert metrics["Action"] == ["cloudwatch:PutMetricData"]


def test_images_come_from_their_own_repositories_and_from_no_others() -> None:
    found = allowed(images=[f"{ECR}/mine:1", f"{ECR}/team/other@sha256:ab", "registry.example.com/mine:1"])
    assert found == {
        ("ecr:GetAuthorizationToken",): ["*"],
        ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"): [
            "arn:aws:ecr:us-east-2:111122223333:repository/mine",
            "arn:aws:ecr:us-east-2:111122223333:repository/team/other",
        ],
    }


def test_weights_are_read_under_their_prefix_and_one_archive_alone() -> None:
    assert allowed(reads=["s3://weights/chat/", "s3://weights/chat/"]) == {
        ("s3:ListBucket",): ["arn:aws:s3:::weights"],
        ("s3:GetObject",): ["arn:aws:s3:::weights/chat/*"],
    }
    assert allowed(reads=["s3://weights/chat.tar.gz"]) == {("s3:GetObject",): ["arn:aws:s3:::weights/chat.tar.gz"]}
    listing = data_policy(NOTHING._replace(reads=["s3://weights/chat/"]))["Statement"][1]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": ["chat/", "chat/*"]}}


def test_answers_are_written_under_their_prefix_and_not_read() -> None:
    put = ("s3:AbortMultipartUpload", "s3:PutObject")
    assert allowed(writes=["s3://answers/chat"]) == {put: ["arn:aws:s3:::answers/chat/*"]}
    assert allowed(writes=["s3://answers"]) == {put: ["arn:aws:s3:::answers/*"]}
    assert allowed(writes=["s3://answers/"], partition="aws-cn") == {put: ["arn:aws-cn:s3:::answers/*"]}


def test_secrets_topics_keys_networks_and_shells() -> None:
    found = allowed(
        secret_arns=[SECRET],
        topic_arns=[TOPIC, TOPIC],
        function_arns=[FUNCTION],
        kms_key_arns=[KEY],
        volume_key_arns=[VOLUME_KEY],
        in_vpc=True,
        ssm_access=True,
    )
    assert found == {
        ("secretsmanager:GetSecretValue",): [SECRET],
        ("sns:Publish",): [TOPIC],
        ("lambda:InvokeFunction",): [FUNCTION],
        ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"): [KEY, VOLUME_KEY],
        ("kms:CreateGrant",): [VOLUME_KEY],
        tuple(NETWORK): ["*"],
        (
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ): ["*"],
    }


def test_all_that_it_touches_is_in_its_policy() -> None:
    made = make(
        Endpoint,
        "chat",
        models={
            "blue": {"image": f"{ECR}/blue:1", "data": "s3://weights/blue", "secrets": {"HF_TOKEN": SECRET}},
            "green": {"image": f"{ECR}/green:1", "data": "s3://weights/green.tar.gz"},
        },
        variants=[
            {
                "model": "blue",
                "instance_type": "ml.inf2.24xlarge",
                "core_dump_uri": "s3://dumps/",
                "core_dump_kms_key_arn": KEY,
            }
        ],
        shadow={"model": "green", "instance_type": "ml.inf2.24xlarge", "ssm_access": True},
        async_inference={
            "output_uri": "s3://answers/chat/",
            "failure_uri": "s3://answers/failed/",
            "error_topic_arn": TOPIC,
            "kms_key_arn": f"{KEY}3",
        },
        data_capture={"uri": "s3://kept/", "percent": 5, "kms_key_arn": f"{KEY}4"},
        data_kms_key_arns=[f"{KEY}5"],
        kms_key_arn=VOLUME_KEY,
        vpc={"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]},
    )
    assert json.loads(str(made["data-policy"].inputs["policy"])) == data_policy(
        NOTHING._replace(
            images=[f"{ECR}/blue:1", f"{ECR}/green:1"],
            reads=["s3://weights/blue/", "s3://weights/green.tar.gz", "s3://answers/"],
            writes=["s3://dumps/", "s3://answers/chat/", "s3://answers/failed/", "s3://kept/"],
            secret_arns=[SECRET],
            topic_arns=[TOPIC],
            kms_key_arns=[f"{KEY}5", KEY, f"{KEY}3", f"{KEY}4"],
            volume_key_arns=[VOLUME_KEY],
            ssm_access=True,
            in_vpc=True,
        )
    )


def test_requests_of_a_queue_may_lie_elsewhere() -> None:
    made = make(
        Endpoint,
        "chat",
        model={"image": "djl-lmi-gpu"},
        variants=[{"instance_type": "ml.g6.xlarge"}],
        async_inference={"output_uri": "s3://answers/", "input_uris": ["s3://requests/chat/"]},
    )
    policy = str(made["data-policy"].inputs["policy"])
    assert "arn:aws:s3:::requests/chat/*" in policy
    assert '"s3:GetObject"], "Resource": ["arn:aws:s3:::answers' not in policy


# ---- who asks -------------------------------------------------------------------------------------------------------


def test_who_may_ask_may_ask_this_endpoint_and_its_components() -> None:
    arn = "arn:aws:sagemaker:us-east-2:111122223333:endpoint/chat"
    assert invoke_policy(arn, ["chat-small"], asynchronous=False)["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"],
            "Resource": [arn, "arn:aws:sagemaker:us-east-2:111122223333:inference-component/chat-small"],
        }
    ]
    (queued,) = invoke_policy(arn, [], asynchronous=True)["Statement"]
    assert (queued["Action"], queued["Resource"]) == (["sagemaker:InvokeEndpointAsync"], [arn])


def test_roles_that_may_ask() -> None:
    made = make(
        Endpoint,
        "chat",
        model={"image": "hf-vllm-neuronx"},
        variants=[{"instance_type": "ml.inf2.24xlarge"}],
        invoker_roles={"web": "example-web", "batch": "example-batch"},
    )
    assert made["invoker-web"].inputs == {"role": "example-web", "policy": UNKNOWN}
    assert made["invoker-batch"].inputs["role"] == "example-batch"
    assert "endpoint" in made.waits_for("invoker-web")
    assert made.outputs["invoke_policy"] == UNKNOWN


# ---- images ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "region", "uri"),
    [
        (
            "djl-lmi-gpu",
            "us-east-2",
            "763104351884.dkr.ecr.us-east-2.amazonaws.com/djl-inference:0.38.0-lmi29.0.0-cu130",
        ),
        (
            "djl-lmi-gpu",
            "ap-south-2",
            "772153158452.dkr.ecr.ap-south-2.amazonaws.com/djl-inference:0.38.0-lmi29.0.0-cu130",
        ),
        (f"{ECR}/mine:1", "us-east-2", f"{ECR}/mine:1"),
        ("registry.example.com/mine:1", "us-east-2", "registry.example.com/mine:1"),
    ],
)
def test_an_image_in_a_region(image: str, region: str, uri: str) -> None:
    assert image_uri(image, region) == uri


@pytest.mark.parametrize(
    ("image", "region", "why"),
    [
        (
            f"{ECR}/mine:1",
            "eu-west-1",
            "the image lies in us-east-2, the endpoint in eu-west-1; fix: copy it to eu-west-1",
        ),
        (
            "djl-lmi-gpu",
            "mars-north-1",
            "no registry of AWS is known for 'djl-lmi-gpu' in mars-north-1; fix: write the image's URI",
        ),
    ],
)
def test_an_image_that_the_region_has_not(image: str, region: str, why: str) -> None:
    with pytest.raises(ValueError) as caught:
        image_uri(image, region)
    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("region", "name", "end"),
    [
        ("us-east-2", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("cn-south-9", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
    ],
)
def test_other_partitions(region: str, name: str, end: str) -> None:
    assert (partition(region), domain(region)) == (name, end)


def test_repositories_of_other_partitions() -> None:
    uri = "727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/djl-inference:1"
    assert repository_arn(uri) == "arn:aws-cn:ecr:cn-north-1:727897471807:repository/djl-inference"
    assert repository_arn("registry.example.com/mine:1") is None


# ---- secrets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    "HF_TOKEN HUGGING_FACE_HUB_TOKEN hf_token TOKEN OPENAI_API_KEY APIKEY AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID "
    "DB_PASSWORD NGC_API_KEY PRIVATE_KEY CREDENTIALS CLIENT_SECRET".split(),
)
def test_names_of_credentials(name: str) -> None:
    assert names_a_credential(name)


@pytest.mark.parametrize(
    "name",
    "MAX_TOKENS EOS_TOKEN PAD_TOKEN BOS_TOKEN STOP_TOKEN TOKENIZER TOKENIZER_PATH KEY_CACHE_DTYPE SECRET_SANTA "
    "HF_TOKEN_SECRET_ARN MONKEY".split(),
)
def test_names_of_no_credentials(name: str) -> None:
    assert not names_a_credential(name)
