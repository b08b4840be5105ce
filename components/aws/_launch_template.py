"""What does every launch template of ours say? Metadata for a token only, and cost tags on all that it launches."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws


def metadata_options(hop_limit: pulumi.Input[int]) -> aws.ec2.LaunchTemplateMetadataOptionsArgs:
    return aws.ec2.LaunchTemplateMetadataOptionsArgs(
        http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=hop_limit
    )


def launched_tags(name: str, tags: Mapping[str, str]) -> list[aws.ec2.LaunchTemplateTagSpecificationArgs]:
    """Provider default tags do not reach what a template launches."""
    return [
        aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags={"Name": name, **tags})
        for kind in ("instance", "volume", "network-interface")
    ]
