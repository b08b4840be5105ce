"""What does each plane hand back to the component, and what do all of them start from?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pulumi

from ...component import Component
from .account import Identity
from .arguments import SliceArguments
from .place import region_of
from .shape import Shape

# The provider gives TPU nodes 20 minutes for each; slices that are large or scarce need more
TIMEOUTS = pulumi.CustomTimeouts(create="2h", update="1h", delete="1h")


@dataclass(frozen=True)
class Site:
    """What is to be made, where, and as whom."""

    parent: Component
    args: SliceArguments
    shape: Shape
    zone: pulumi.Output[str]
    project: pulumi.Output[str]
    identity: Identity

    @property
    def labels(self) -> dict[str, str]:
        return {**self.parent.cost_tags, **self.args.labels}

    @property
    def network(self) -> pulumi.Input[str] | None:
        """Both APIs want a network or a subnetwork, and the older one takes this by itself."""
        given = self.args.network is not None or self.args.subnetwork is not None
        return self.args.network if given else "default"

    @property
    def region(self) -> pulumi.Output[str]:
        """All but what follows the last dash, also for AI zones (us-central1-ai1a)."""
        return self.zone.apply(region_of)

    def trigger(self, **more: Any) -> dict[str, Any]:
        """A change of it makes the slices anew; what the provider cannot change by itself is in it too."""
        return {"incarnation": self.args.incarnation, **more}

    def options(self, trigger: dict[str, Any], **more: Any) -> pulumi.ResourceOptions:
        """Of a slice: the old one gives its chips back first, since there are seldom as many again to be had."""
        return self.parent.below(
            delete_before_replace=True,
            replacement_trigger=trigger,
            custom_timeouts=TIMEOUTS,
            depends_on=self.identity.grants,
            **more,
        )


@dataclass(frozen=True)
class Made:
    """The slices, in their order. None: nobody can know it from the resources."""

    names: list[pulumi.Output[str]]
    ids: list[pulumi.Output[str]]
    environment: list[dict[str, pulumi.Output[str]]]
    commands: list[pulumi.Output[str]] = field(default_factory=list)
    coordinator: pulumi.Output[str] | None = None
    worker_ips: list[pulumi.Output[list[str]]] | None = None
    worker_hosts: list[list[pulumi.Output[str]]] | None = None
    workload_policy: pulumi.Output[str] | None = None
