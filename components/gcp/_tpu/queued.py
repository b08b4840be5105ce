"""How does a slice wait in the queue of the TPU API?"""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from .made import Made, Site
from .vm import runtime, shell


def make_queued(site: Site) -> Made:
    args, shape = site.args, site.shape
    node_id = args.physical_name or ""  # asked for at the door
    request = gcp.tpu.V2QueuedResource(
        site.parent.child("slice-0"),
        zone=site.zone,
        tpu=gcp.tpu.V2QueuedResourceTpuArgs(
            node_specs=[
                gcp.tpu.V2QueuedResourceTpuNodeSpecArgs(
                    parent=pulumi.Output.concat("projects/", site.project, "/locations/", site.zone),
                    node_id=node_id,
                    node=gcp.tpu.V2QueuedResourceTpuNodeSpecNodeArgs(
                        runtime_version=runtime(site),
                        accelerator_type=shape.accelerator_type,
                        description=f"TPU slice {shape.words}",
                        network_config=gcp.tpu.V2QueuedResourceTpuNodeSpecNodeNetworkConfigArgs(
                            network=site.network,
                            subnetwork=args.subnetwork,
                            enable_external_ips=args.external_ips,
                            can_ip_forward=True if args.can_ip_forward else None,
                        ),
                    ),
                )
            ]
        ),
        opts=site.options(site.trigger()),
    )
    return Made(
        names=[pulumi.Output.from_input(node_id)],
        ids=[request.id],
        environment=[{}],
        commands=[shell(site, node_id)],
    )
