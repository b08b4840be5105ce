"""What does an endpoint serve: a container with its weights, its settings and the secrets that it may open?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from ...component import Input, Strict
from ...names import Like, RuleName
from ...refusals import Wrong, refuse
from .environment import VARIABLES_BYTES, VARIABLES_MAX, Environment, EnvironmentName, SecretArn, public
from .image import ECR, ServingImage

ARCHIVE = (".tar.gz", ".tgz")
# botocore sagemaker ModelCompressionType: None and Gzip
UNREAD = (".tar", ".zip", ".7z", ".bz2", ".xz", ".zst")
# botocore sagemaker S3ModelUri, Url and DestinationS3Uri
S3Uri = Annotated[
    str,
    Field(max_length=1024),
    Like(r"^s3://[^/]+(/.*)?$", "must be a place in S3; fix: write it like s3://bucket/prefix/"),
]
S3Place = Annotated[
    str,
    Field(max_length=512),
    Like(r"^s3://[^/]+(/.*)?$", "must be a place in S3; fix: write it like s3://bucket/prefix/"),
]
FunctionArn = Annotated[
    str,
    Like(
        r"^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:\S+$",
        "must be the ARN of a function; fix: write it like arn:aws:lambda:us-east-2:111122223333:function:credentials",
    ),
]
Seconds = Annotated[int, Field(ge=60, le=3600)]  # botocore sagemaker, both time-outs of a production variant


class Model(Strict):
    image: Input[ServingImage] = Field(
        description="Container: a URI in a private repository of the region, or a family such as hf-vllm-neuronx, "
        "whose newest known image is taken from AWS's own registry."
    )
    registry: Literal["ecr", "vpc"] = Field(
        default="ecr", description="Where the image lies: in ECR, or in a registry that the endpoint's network reaches."
    )
    registry_credentials_arn: Input[FunctionArn] | None = Field(
        default=None, description="Lambda function that hands out the credentials of that registry."
    )
    data: Input[S3Uri] | None = Field(
        default=None,
        description="Weights in S3: all files under a prefix as they are, or one archive that ends in .tar.gz.",
    )
    archive: bool | None = Field(
        default=None, description="Whether the weights are one archive; if left out, told by the end of `data`."
    )
    accept_eula: bool = Field(default=False, description="Whether the licence of gated weights is accepted.")
    additional_data: dict[RuleName, Input[S3Uri]] = Field(
        default={},
        max_length=5,  # botocore sagemaker AdditionalModelDataSources
        description="Further files or archives in S3, such as a draft model, under the names that the container looks "
        "for.",
    )
    environment: Environment = Field(
        default={},
        max_length=VARIABLES_MAX,
        description="The container's variables; credentials are refused, since everybody who may describe the model "
        "sees them.",
    )
    secrets: dict[EnvironmentName, Input[SecretArn]] = Field(
        default={},
        description="Secrets of Secrets Manager by variable: HF_TOKEN makes HF_TOKEN_SECRET_ARN, which the container's "
        "own start-up has to fetch; SageMaker itself opens no secret.",
    )

    @model_validator(mode="after")
    def _together(self) -> Model:
        refuse(self._impossible())
        return self

    def _impossible(self) -> Iterator[Wrong]:
        # botocore sagemaker ImageConfig.RepositoryAccessMode
        elsewhere = isinstance(self.image, str) and "/" in self.image and not ECR.match(self.image)
        if self.registry == "ecr" and elsewhere:
            yield Wrong("image", "lies in no ECR repository; fix: copy it to one, or add registry: vpc")
        if self.registry == "vpc" and isinstance(self.image, str) and not elsewhere:
            yield Wrong("registry", "is for images outside of ECR; fix: remove it")
        if self.registry == "ecr" and self.registry_credentials_arn is not None:
            yield Wrong("registry_credentials_arn", "is for a registry outside of ECR; fix: remove it")
        if self.data is None and self.archive is not None:
            yield Wrong("archive", "cannot go without data; fix: add data: s3://bucket/model.tar.gz")
        if self.accept_eula and (self.data is None or self.is_archive):
            yield Wrong("accept_eula", "is for weights as they are, not for an archive; fix: remove it")
        if isinstance(self.data, str):
            if self.data.endswith(UNREAD):
                words = "is an archive that SageMaker does not open; fix: pack it as model.tar.gz, or upload its files"
                yield Wrong("data", words)
            if self.archive and self.data.endswith("/"):
                yield Wrong("archive", "cannot be a prefix that ends in /; fix: write data: s3://bucket/model.tar.gz")
            if self.archive is False and self.data.endswith(ARCHIVE):
                yield Wrong("archive", "is false, and data is one; fix: remove archive")
        if len(self.environment) + len(self.secrets) > VARIABLES_MAX:
            yield Wrong("secrets", f"makes more than {VARIABLES_MAX} variables; fix: remove some")
        plain = [text for pair in self.environment.items() for text in pair if isinstance(text, str)]
        if sum(len(text.encode()) for text in plain) > VARIABLES_BYTES:
            words = f"has more than {VARIABLES_BYTES} bytes; fix: put settings into a file beside the weights"
            yield Wrong("environment", words)
        for name in self.secrets:
            if f"{name}_SECRET_ARN" in self.environment:
                yield Wrong("environment", f"has {name}_SECRET_ARN, which secrets makes; fix: remove it")

    @property
    def is_archive(self) -> bool:
        if self.archive is not None:
            return self.archive
        return self.data is not None and _is_archive(self.data)

    def read(self) -> list[pulumi.Output[str]]:
        """Places in S3 that the role must be able to read: a prefix ends in /."""
        found = [] if self.data is None else [_told(self.data) if self.is_archive else _prefix(self.data)]
        return [*found, *(_told(uri) if _is_archive(uri) else _prefix(uri) for uri in self.additional_data.values())]

    def container(self, image: pulumi.Output[str]) -> aws.sagemaker.ModelPrimaryContainerArgs:
        variables = {name: public(name, value) for name, value in self.environment.items()}
        variables |= {f"{name}_SECRET_ARN": _told(arn) for name, arn in self.secrets.items()}
        return aws.sagemaker.ModelPrimaryContainerArgs(
            image=image,
            image_config=self._registry(),
            # the older word for an archive: it is the only one that serverless endpoints take
            model_data_url=self.data if self.is_archive else None,
            model_data_source=self._files(),
            additional_model_data_sources=[
                aws.sagemaker.ModelPrimaryContainerAdditionalModelDataSourceArgs(
                    channel_name=name,
                    s3_data_sources=[_additional(uri)],
                )
                for name, uri in self.additional_data.items()
            ]
            or None,
            environment=variables or None,
        )

    def _registry(self) -> aws.sagemaker.ModelPrimaryContainerImageConfigArgs | None:
        if self.registry == "ecr":
            return None
        credentials = aws.sagemaker.ModelPrimaryContainerImageConfigRepositoryAuthConfigArgs
        return aws.sagemaker.ModelPrimaryContainerImageConfigArgs(
            repository_access_mode="Vpc",
            repository_auth_config=credentials(repository_credentials_provider_arn=self.registry_credentials_arn)
            if self.registry_credentials_arn is not None
            else None,
        )

    def _files(self) -> aws.sagemaker.ModelPrimaryContainerModelDataSourceArgs | None:
        if self.data is None or self.is_archive:
            return None
        source = aws.sagemaker.ModelPrimaryContainerModelDataSourceS3DataSourceArgs(
            s3_uri=_prefix(self.data),
            s3_data_type="S3Prefix",
            compression_type="None",
            model_access_config=aws.sagemaker.ModelPrimaryContainerModelDataSourceS3DataSourceModelAccessConfigArgs(
                accept_eula=True
            )
            if self.accept_eula
            else None,
        )
        return aws.sagemaker.ModelPrimaryContainerModelDataSourceArgs(s3_data_sources=[source])


def _additional(uri: Input[str]) -> aws.sagemaker.ModelPrimaryContainerAdditionalModelDataSourceS3DataSourceArgs:
    of = aws.sagemaker.ModelPrimaryContainerAdditionalModelDataSourceS3DataSourceArgs
    if _is_archive(uri):
        return of(s3_uri=uri, s3_data_type="S3Object", compression_type="Gzip")
    return of(s3_uri=_prefix(uri), s3_data_type="S3Prefix", compression_type="None")


def _is_archive(uri: Input[str]) -> bool:
    return isinstance(uri, str) and uri.endswith(ARCHIVE)


def _told(value: Input[str]) -> pulumi.Output[str]:
    return pulumi.Output.from_input(value)


def _prefix(uri: Input[str]) -> pulumi.Output[str]:
    """botocore sagemaker S3DataType: a valid prefix always ends with a forward slash."""
    return _told(uri).apply(lambda known: known if known.endswith("/") else f"{known}/")
