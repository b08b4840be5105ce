"""Which IAM actions does whoever deploys need for a resource type? What the cloud's own models list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from .overlays import once
from .rows import Sourced, load


@dataclass(frozen=True, kw_only=True)
class DeployingActions(Sourced):
    """One type on AWS. An empty list is unknown."""

    KEY: ClassVar = ("type",)

    type: str
    create: tuple[str, ...]
    read: tuple[str, ...]
    update: tuple[str, ...]
    delete: tuple[str, ...]
    note: str


def deploying_actions(token: str) -> DeployingActions | None:
    """Of a Pulumi type (aws:ec2/vpc:Vpc); None: nobody lists them."""
    return all_deploying_actions().get(token)


@once
def all_deploying_actions() -> Mapping[str, DeployingActions]:
    return {row.type: row for row in load(DeployingActions, "deploying_actions.csv")}
