"""Which tables does the catalogue have? Each with its reader, for whoever wants all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from . import (
    capacity_blocks,
    constraints,
    deploying,
    efa,
    images,
    instance_types,
    lustre,
    offerings,
    quotas,
    resource_changes,
    sagemaker_hosting,
    sagemaker_images,
    tpu_chips,
    tpu_hosts,
    tpu_matrix,
    tpu_places,
    tpu_shapes,
    tpu_software,
    ultraserver_types,
)
from .rows import Sourced

Nested = Mapping[str, Any] | Iterable[Any]

_READERS: Mapping[str, Callable[[], Nested]] = {
    "aws_quotas.csv": quotas.aws_quotas,
    "capacity_block_places.csv": capacity_blocks.capacity_block_places,
    "capacity_block_rules.csv": capacity_blocks.all_rules,
    "constraints_aws.csv": constraints.aws_constraints,
    "constraints_gcp.csv": constraints.gcp_constraints,
    "deploying_actions.csv": deploying.all_deploying_actions,
    "efa_layouts.csv": efa.efa_layouts,
    "hosting_types.csv": sagemaker_hosting.hosting_types,
    "image_accounts.csv": sagemaker_images.image_accounts,
    "images.csv": images.image_parameters,
    "inference_amis.csv": sagemaker_hosting.inference_amis,
    "instance_types.csv": instance_types.machines,
    "lustre_tiers.csv": lustre.lustre_tiers,
    "machine_regions.csv": offerings.all_regions,
    "on_demand_listings.csv": offerings.on_demand_listings,
    "resource_properties_aws.csv": resource_changes.aws_properties,
    "resource_properties_gcp.csv": resource_changes.gcp_properties,
    "resource_types.csv": resource_changes.resource_types,
    "serving_images.csv": sagemaker_images.serving_images,
    "tpu_generations.csv": tpu_chips.tpu_generations,
    "tpu_images.csv": tpu_software.tpu_images,
    "tpu_machine_types.csv": tpu_hosts.tpu_machine_types,
    "tpu_planes.csv": tpu_matrix.tpu_planes,
    "tpu_quotas.csv": quotas.tpu_quotas,
    "tpu_regions.csv": tpu_places.tpu_regions,
    "tpu_runtimes.csv": tpu_software.tpu_runtimes,
    "tpu_slices.csv": tpu_shapes.all_slices,
    "tpu_ways.csv": tpu_matrix.all_ways,
    "tpu_zones.csv": tpu_places.all_zones,
    "ultraserver_types.csv": ultraserver_types.ultraservers,
}


def table_names() -> tuple[str, ...]:
    """The names of the tables, which are the names of their files."""
    return tuple(_READERS)


def rows_of(table: str) -> tuple[Sourced, ...]:
    """All rows of a table, in the order of its file."""
    return tuple(_flat(_READERS[table]()))


def _flat(found: Nested) -> Iterable[Sourced]:
    values = found.values() if isinstance(found, Mapping) else found
    return chain.from_iterable([one] if isinstance(one, Sourced) else _flat(one) for one in values)
