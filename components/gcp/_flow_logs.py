"""Who talked to whom in a network? VPC flow logs, kept in Cloud Logging."""

from __future__ import annotations

from typing import Annotated, Literal

import pulumi_gcp as gcp
from pydantic import Field

from ..component import Input, Strict

# compute v1 discovery, SubnetworkLogConfig.aggregationInterval
INTERVALS = {
    5: "INTERVAL_5_SEC",
    30: "INTERVAL_30_SEC",
    60: "INTERVAL_1_MIN",
    300: "INTERVAL_5_MIN",
    600: "INTERVAL_10_MIN",
    900: "INTERVAL_15_MIN",
}


class FlowLogs(Strict):
    enabled: bool = Field(default=True, description="Whether the connections of machines are recorded at all.")
    aggregation_seconds: Literal[5, 30, 60, 300, 600, 900] = Field(
        default=600, description="Seconds that one record sums up."
    )
    sampling: Input[Annotated[int | float, Field(ge=0, le=1)]] = Field(
        default=0.5, description="Part of the records that is kept, from 0 to 1; Cloud Logging is paid for by the GiB."
    )
    metadata: bool = Field(
        default=True, description="Whether records name the machines at both ends, not only their addresses."
    )
    filter: Input[str] | None = Field(
        default=None, description="Which connections are recorded, as an expression of CEL; all if left out."
    )


def log_config(logs: FlowLogs) -> gcp.compute.SubnetworkLogConfigArgs | None:
    if not logs.enabled:
        return None
    return gcp.compute.SubnetworkLogConfigArgs(
        aggregation_interval=INTERVALS[logs.aggregation_seconds],
        flow_sampling=logs.sampling,
        metadata="INCLUDE_ALL_METADATA" if logs.metadata else "EXCLUDE_ALL_METADATA",
        filter_expr=logs.filter,
    )
