"""A module of the pack's own."""

from pulumi_policy import ResourceValidationArgs


def is_bucket(args: ResourceValidationArgs) -> bool:
    return args.resource_type == "aws:s3/bucket:Bucket"
