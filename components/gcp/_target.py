"""In which project, region and zone of Google Cloud does a component build?"""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp


def project_of(component: pulumi.ComponentResource) -> pulumi.Output[str | None]:
    """The project of the component's provider; None where the program named none (the provider then looks around)."""
    return _provider(component).project


def region_of(component: pulumi.ComponentResource) -> pulumi.Output[str | None]:
    """The region of the component's provider, if it has one."""
    return _provider(component).region


def zone_of(component: pulumi.ComponentResource) -> pulumi.Output[str | None]:
    """The zone of the component's provider, if it has one."""
    return _provider(component).zone


def _provider(component: pulumi.ComponentResource) -> gcp.Provider:
    provider = component.get_provider("gcp:compute/network:Network")
    if not isinstance(provider, gcp.Provider):
        raise pulumi.RunError(
            "a component on Google Cloud takes project, region and zone from its provider; fix: hand it one, "
            "pulumi.ResourceOptions(providers=[gcp.Provider(...)])"
        )
    return provider
