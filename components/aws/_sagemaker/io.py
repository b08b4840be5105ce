"""Where do requests and answers of an endpoint go besides its callers: S3 places, topics, subnets?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import pulumi_aws as aws
from pydantic import Field, model_validator

from ...component import Input, Strict
from ...names import Like
from ...refusals import Wrong, refuse
from .model import S3Place, S3Uri

# botocore sagemaker SnsTopicArn
TopicArn = Annotated[
    str,
    Like(
        r"^arn:aws[a-z-]*:sns:[a-z0-9-]*:\d{12}:[a-zA-Z0-9_.-]+$",
        "must be the ARN of a topic; fix: write it like arn:aws:sns:us-east-2:111122223333:answers",
    ),
]
ContentTypes = Annotated[list[str], Field(max_length=10)]  # botocore sagemaker CsvContentTypes, JsonContentTypes


class Vpc(Strict):
    # botocore sagemaker Subnets and VpcSecurityGroupIds
    subnet_ids: Input[Annotated[list[Input[str]], Field(min_length=1, max_length=16)]] = Field(
        description="Subnets that containers are reached from and connect through; two zones outlive one."
    )
    security_group_ids: Input[Annotated[list[Input[str]], Field(min_length=1, max_length=5)]] = Field(
        description="Security groups of the containers."
    )


class AsyncInference(Strict):
    output_uri: Input[S3Place] = Field(description="Where in S3 answers go.")
    failure_uri: Input[S3Place] | None = Field(default=None, description="Where in S3 failures go.")
    input_uris: list[Input[S3Uri]] = Field(
        default=[],
        description="Where in S3 requests lie, which the endpoint's role must read; anywhere in the bucket of the "
        "answers if left out.",
    )
    success_topic_arn: Input[TopicArn] | None = Field(default=None, description="Topic that hears of each answer.")
    error_topic_arn: Input[TopicArn] | None = Field(default=None, description="Topic that hears of each failure.")
    topics_with_answer: list[Literal["success", "error"]] = Field(
        default=[], description="Topics that get the answer itself too, if it is at most 128 KB."
    )
    kms_key_arn: Input[str] | None = Field(default=None, description="Key that answers are encrypted with.")
    concurrent_per_instance: Input[Annotated[int, Field(ge=1, le=1000)]] | None = Field(
        default=None, description="Requests at the same time on one machine; SageMaker chooses if left out."
    )

    @model_validator(mode="after")
    def _heard(self) -> AsyncInference:
        refuse(self._unheard())
        return self

    def _unheard(self) -> Iterator[Wrong]:
        for topic in self.topics_with_answer:
            if getattr(self, f"{topic}_topic_arn") is None:
                yield Wrong("topics_with_answer", f"has {topic}, which has no topic; fix: add {topic}_topic_arn")

    def topics(self) -> list[Input[str]]:
        return [arn for arn in (self.success_topic_arn, self.error_topic_arn) if arn is not None]

    def config(self) -> aws.sagemaker.EndpointConfigurationAsyncInferenceConfigArgs:
        notes = aws.sagemaker.EndpointConfigurationAsyncInferenceConfigOutputConfigNotificationConfigArgs(
            success_topic=self.success_topic_arn,
            error_topic=self.error_topic_arn,
            include_inference_response_ins=[f"{one.upper()}_NOTIFICATION_TOPIC" for one in self.topics_with_answer]
            or None,
        )
        return aws.sagemaker.EndpointConfigurationAsyncInferenceConfigArgs(
            output_config=aws.sagemaker.EndpointConfigurationAsyncInferenceConfigOutputConfigArgs(
                s3_output_path=self.output_uri,
                s3_failure_path=self.failure_uri,
                kms_key_id=self.kms_key_arn,
                notification_config=notes if self.topics() else None,
            ),
            client_config=aws.sagemaker.EndpointConfigurationAsyncInferenceConfigClientConfigArgs(
                max_concurrent_invocations_per_instance=self.concurrent_per_instance
            )
            if self.concurrent_per_instance is not None
            else None,
        )


MODES: dict[str, list[str]] = {"requests": ["Input"], "answers": ["Output"], "both": ["Input", "Output"]}


class DataCapture(Strict):
    uri: Input[S3Place] = Field(description="Where in S3 captured requests and answers go.")
    percent: Input[Annotated[int, Field(ge=0, le=100)]] = Field(description="Share of the requests that is captured.")
    capture: Literal["requests", "answers", "both"] = Field(default="both", description="What is captured.")
    enabled: Input[bool] = Field(default=True, description="Whether it is on from the beginning.")
    kms_key_arn: Input[str] | None = Field(default=None, description="Key that captured data is encrypted with.")
    csv_content_types: ContentTypes = Field(default=[], description="Content types that are written down as CSV.")
    json_content_types: ContentTypes = Field(
        default=[], description="Content types that are written down as JSON; all others in base64."
    )

    def config(self) -> aws.sagemaker.EndpointConfigurationDataCaptureConfigArgs:
        types = aws.sagemaker.EndpointConfigurationDataCaptureConfigCaptureContentTypeHeaderArgs(
            csv_content_types=self.csv_content_types or None, json_content_types=self.json_content_types or None
        )
        return aws.sagemaker.EndpointConfigurationDataCaptureConfigArgs(
            enable_capture=self.enabled,  # the provider's own default is off
            destination_s3_uri=self.uri,
            initial_sampling_percentage=self.percent,
            kms_key_id=self.kms_key_arn,
            capture_options=[
                aws.sagemaker.EndpointConfigurationDataCaptureConfigCaptureOptionArgs(capture_mode=mode)
                for mode in MODES[self.capture]
            ],
            capture_content_type_header=types if self.csv_content_types or self.json_content_types else None,
        )


def vpc_config(vpc: Vpc | None) -> aws.sagemaker.ModelVpcConfigArgs | None:
    if vpc is None:
        return None
    return aws.sagemaker.ModelVpcConfigArgs(subnets=vpc.subnet_ids, security_group_ids=vpc.security_group_ids)
