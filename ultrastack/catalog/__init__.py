"""What exists in the clouds? Dated rows with their sources, and typed look-ups.

Names are loaded when they are first asked for: a stack without a TPU reads no table of TPUs. No module here is
named like something that it offers, because importing it would then hide that name.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .capacity_blocks import CapacityBlockPlace, CapacityBlockRules, capacity_block_places, capacity_block_rules
    from .constraints import Constraint, PropertyConstraint, constraint_of, constraints_of, input_complaints
    from .deploying import DeployingActions, all_deploying_actions, deploying_actions
    from .efa import EfaLayout, Interface, efa_layout, efa_layouts
    from .images import ImageParameter, image_parameter, image_parameters
    from .instance_types import Machine, machine, machines
    from .local_rows import use_local_rows
    from .lustre import LustreTier, lustre_tiers
    from .offerings import MachineRegion, OnDemandListing, listed_on_demand, machine_region, machine_regions
    from .quotas import AwsQuota, TpuQuota, aws_quota, aws_quotas, aws_quotas_for, tpu_quotas
    from .resource_changes import (
        Replacement,
        ResourceProperty,
        ResourceType,
        Verdict,
        dotted,
        resource_type,
        resource_types,
    )
    from .resource_conditions import InputChange
    from .rows import Sourced, UnknownRow, as_mapping
    from .sagemaker_hosting import HostingType, InferenceAmi, hosting_type, hosting_types, inference_ami, inference_amis
    from .sagemaker_images import (
        ImageAccount,
        ServingImage,
        image_account,
        image_accounts,
        serving_image,
        serving_image_uri,
        serving_images,
    )
    from .tables import rows_of, table_names
    from .tpu_chips import TpuGeneration, tpu_generation, tpu_generations
    from .tpu_hosts import TpuMachineType, tpu_machine_type, tpu_machine_types
    from .tpu_matrix import TpuPlane, TpuWay, tpu_plane, tpu_planes, tpu_way, tpu_ways
    from .tpu_places import TpuRegion, TpuZone, tpu_regions, tpu_zone, tpu_zones
    from .tpu_shapes import TpuSlice, tpu_slice, tpu_slice_of, tpu_slices
    from .tpu_software import TpuImage, TpuRuntime, tpu_image, tpu_images, tpu_runtime, tpu_runtimes
    from .ultraserver_types import UltraServer, ultraserver, ultraservers, ultraservers_of

_OFFERED_BY = {
    "capacity_blocks": "CapacityBlockPlace CapacityBlockRules capacity_block_places capacity_block_rules",
    "constraints": "Constraint PropertyConstraint constraint_of constraints_of input_complaints",
    "deploying": "DeployingActions all_deploying_actions deploying_actions",
    "efa": "EfaLayout Interface efa_layout efa_layouts",
    "images": "ImageParameter image_parameter image_parameters",
    "instance_types": "Machine machine machines",
    "local_rows": "use_local_rows",
    "lustre": "LustreTier lustre_tiers",
    "offerings": "MachineRegion OnDemandListing listed_on_demand machine_region machine_regions",
    "quotas": "AwsQuota TpuQuota aws_quota aws_quotas aws_quotas_for tpu_quotas",
    "resource_changes": "Replacement ResourceProperty ResourceType Verdict dotted resource_type resource_types",
    "resource_conditions": "InputChange",
    "rows": "Sourced UnknownRow as_mapping",
    "sagemaker_hosting": "HostingType InferenceAmi hosting_type hosting_types inference_ami inference_amis",
    "sagemaker_images": "ImageAccount ServingImage image_account "
    "image_accounts serving_image serving_image_uri serving_images",
    "tables": "rows_of table_names",
    "tpu_chips": "TpuGeneration tpu_generation tpu_generations",
    "tpu_hosts": "TpuMachineType tpu_machine_type tpu_machine_types",
    "tpu_matrix": "TpuPlane TpuWay tpu_plane tpu_planes tpu_way tpu_ways",
    "tpu_places": "TpuRegion TpuZone tpu_regions tpu_zone tpu_zones",
    "tpu_shapes": "TpuSlice tpu_slice tpu_slice_of tpu_slices",
    "tpu_software": "TpuImage TpuRuntime tpu_image tpu_images tpu_runtime tpu_runtimes",
    "ultraserver_types": "UltraServer ultraserver ultraservers ultraservers_of",
}
_WHERE = {name: module for module, names in _OFFERED_BY.items() for name in names.split()}

__all__ = [
    "AwsQuota",
    "CapacityBlockPlace",
    "CapacityBlockRules",
    "Constraint",
    "DeployingActions",
    "EfaLayout",
    "HostingType",
    "ImageAccount",
    "ImageParameter",
    "InferenceAmi",
    "InputChange",
    "Interface",
    "LustreTier",
    "Machine",
    "MachineRegion",
    "OnDemandListing",
    "PropertyConstraint",
    "Replacement",
    "ResourceProperty",
    "ResourceType",
    "ServingImage",
    "Sourced",
    "TpuGeneration",
    "TpuImage",
    "TpuMachineType",
    "TpuPlane",
    "TpuQuota",
    "TpuRegion",
    "TpuRuntime",
    "TpuSlice",
    "TpuWay",
    "TpuZone",
    "UltraServer",
    "UnknownRow",
    "Verdict",
    "all_deploying_actions",
    "as_mapping",
    "aws_quota",
    "aws_quotas",
    "aws_quotas_for",
    "capacity_block_places",
    "capacity_block_rules",
    "constraint_of",
    "constraints_of",
    "deploying_actions",
    "dotted",
    "efa_layout",
    "efa_layouts",
    "hosting_type",
    "hosting_types",
    "image_account",
    "image_accounts",
    "image_parameter",
    "image_parameters",
    "inference_ami",
    "inference_amis",
    "input_complaints",
    "listed_on_demand",
    "lustre_tiers",
    "machine",
    "machine_region",
    "machine_regions",
    "machines",
    "resource_type",
    "resource_types",
    "rows_of",
    "serving_image",
    "serving_image_uri",
    "serving_images",
    "table_names",
    "tpu_generation",
    "tpu_generations",
    "tpu_image",
    "tpu_images",
    "tpu_machine_type",
    "tpu_machine_types",
    "tpu_plane",
    "tpu_planes",
    "tpu_quotas",
    "tpu_regions",
    "tpu_runtime",
    "tpu_runtimes",
    "tpu_slice",
    "tpu_slice_of",
    "tpu_slices",
    "tpu_way",
    "tpu_ways",
    "tpu_zone",
    "tpu_zones",
    "ultraserver",
    "ultraservers",
    "ultraservers_of",
    "use_local_rows",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f".{_WHERE[name]}", __name__), name)
    globals()[name] = found  # asked for once only
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
