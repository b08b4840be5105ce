"""In which AWS region does a component build?"""

from __future__ import annotations

import pulumi
import pulumi_aws as aws


def region_of(component: pulumi.ComponentResource) -> pulumi.Output[str]:
    """The region of the component's provider, known without a look-up where the program made the provider itself."""

    def looked_up() -> pulumi.Output[str]:
        return aws.get_region_output(opts=pulumi.InvokeOptions(parent=component)).region

    provider = component.get_provider("aws:index/region:Region")
    if not isinstance(provider, aws.Provider):
        return looked_up()
    return provider.region.apply(lambda region: region or looked_up())
