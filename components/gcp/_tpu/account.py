"""What may TPU workers do? A service account of their own, with no more than they need."""

from __future__ import annotations

from typing import NamedTuple

import pulumi
import pulumi_gcp as gcp

from ...component import Component
from .._target import project_of
from .arguments import SliceArguments

WRITERS = {"log-writer": "roles/logging.logWriter", "metric-writer": "roles/monitoring.metricWriter"}
# What a node's own agents need, and no more
GKE_NODE = {"node-access": "roles/container.defaultNodeServiceAccount"}


class Identity(NamedTuple):
    """What workers act as; None: what the API takes by itself."""

    email: pulumi.Input[str] | None
    own_id: pulumi.Output[str] | None  # of an account that the component made
    grants: list[pulumi.Resource]


def make_identity(slice_: Component, args: SliceArguments, *, gke: bool) -> Identity:
    own = None
    if args.service_account is None:
        own = gcp.serviceaccount.Account(
            slice_.child("sa"), display_name=f"TPU workers of {slice_.name}", opts=slice_.below()
        )
    email = own.email if own is not None else args.service_account
    member = pulumi.Output.concat("serviceAccount:", email if email is not None else "")
    roles: dict[str, pulumi.Input[str]] = {}
    if own is not None:
        roles |= GKE_NODE if gke else WRITERS
    roles |= {f"role-{name}": role for name, role in args.project_roles.items()}
    grants: list[pulumi.Resource] = [
        gcp.projects.IAMMember(
            slice_.child(child), project=_project(slice_), role=role, member=member, opts=slice_.below()
        )
        for child, role in roles.items()
    ]
    grants += [
        gcp.storage.BucketIAMMember(
            slice_.child(f"bucket-{name}"), bucket=one.bucket, role=one.role, member=member, opts=slice_.below()
        )
        for name, one in args.data_buckets.items()
    ]
    return Identity(email, None if own is None else own.account_id, grants)


def _project(slice_: Component) -> pulumi.Output[str]:
    return project_of(slice_).apply(lambda project: project or "")
