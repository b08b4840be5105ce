"""How are slices made in a GKE cluster? One node pool each; JobSet joins several of them."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_gcp as gcp

from .compute_engine import workload_policy
from .environment import environment
from .made import Made, Site
from .parts import BootDisk, Gke, seconds
from .template import RESERVATION_KEY, boot_disk_type


def make_pools(site: Site) -> Made:
    args, gke = site.args, site.args.gke
    assert gke is not None  # asked for at the door
    several = site.shape.hosts > 1
    # TPU7x takes its topology from a workload policy; the others have it in the pool
    policy = workload_policy(site) if several and site.shape.generation == "tpu7x" else None
    pools = [_pool(site, gke, n, policy) for n in range(args.slices)]
    return Made(
        workload_policy=None if policy is None else policy.name,
        names=[pool.name for pool in pools],
        ids=[pool.id for pool in pools],
        environment=[environment(n, args.slices, None) for n in range(args.slices)],
        commands=[
            pulumi.Output.concat(
                "gcloud container clusters get-credentials ",
                pulumi.Output.from_input(gke.cluster).apply(lambda path: path.rpartition("/")[2]),  # a name
                " --location ",
                _location(site, gke),
                " --project ",
                site.project,
            )
        ],
    )


def _location(site: Site, gke: Gke) -> pulumi.Input[str]:
    return gke.location if gke.location is not None else site.zone


def _pool(site: Site, gke: Gke, slice_: int, policy: gcp.compute.ResourcePolicy | None) -> gcp.container.NodePool:
    args, shape = site.args, site.shape
    scales = gke.scale_to_zero or args.purchase == "flex-start" or gke.queued_provisioning
    repairs = gke.auto_repair if gke.auto_repair is not None else args.purchase != "flex-start"
    return gcp.container.NodePool(
        site.parent.child(f"slice-{slice_}"),
        name=None if args.physical_name is None else f"{args.physical_name}-{slice_}",
        cluster=gke.cluster,
        location=_location(site, gke),
        node_locations=[site.zone],
        node_count=None if scales else shape.hosts,
        initial_node_count=0 if scales else None,
        autoscaling=gcp.container.NodePoolAutoscalingArgs(
            total_min_node_count=0, total_max_node_count=shape.hosts, location_policy="ANY"
        )
        if scales
        else None,
        management=gcp.container.NodePoolManagementArgs(auto_repair=repairs, auto_upgrade=gke.auto_upgrade),
        max_pods_per_node=gke.max_pods_per_node,
        # the API refuses a topology for a single host
        placement_policy=gcp.container.NodePoolPlacementPolicyArgs(
            type="COMPACT", tpu_topology=shape.topology, policy_name=None if policy is None else policy.name
        )
        if shape.hosts > 1
        else None,
        queued_provisioning=gcp.container.NodePoolQueuedProvisioningArgs(enabled=True)
        if gke.queued_provisioning
        else None,
        network_config=_network(site, gke),
        node_config=_node(site, gke),
        opts=site.options(site.trigger(machine_type=shape.machine_type, topology=shape.topology)),
    )


def _network(site: Site, gke: Gke) -> gcp.container.NodePoolNetworkConfigArgs:
    args = site.args
    return gcp.container.NodePoolNetworkConfigArgs(
        enable_private_nodes=not args.external_ips,
        subnetwork=args.subnetwork,
        accelerator_network_profile=gke.accelerator_network_profile,
        additional_node_network_configs=[
            gcp.container.NodePoolNetworkConfigAdditionalNodeNetworkConfigArgs(
                network=one.network, subnetwork=one.subnetwork
            )
            for one in args.additional_networks
        ]
        or None,
    )


def _node(site: Site, gke: Gke) -> gcp.container.NodePoolNodeConfigArgs:
    args = site.args
    disk = args.boot_disk or BootDisk()
    duration = args.max_run_duration
    return gcp.container.NodePoolNodeConfigArgs(
        machine_type=site.shape.machine_type,
        disk_type=boot_disk_type(site),
        disk_size_gb=disk.size_gib,
        boot_disk_kms_key=disk.kms_key,
        **_bought(site),
        max_run_duration=None if duration is None else f"{seconds(duration)}s",
        service_account=site.identity.email,
        oauth_scopes=args.scopes_or_all,
        shielded_instance_config=gcp.container.NodePoolNodeConfigShieldedInstanceConfigArgs(
            enable_secure_boot=args.secure_boot, enable_integrity_monitoring=True
        ),
        gvnic=gcp.container.NodePoolNodeConfigGvnicArgs(enabled=True),
        labels=gke.node_labels or None,  # those of Kubernetes; what is billed has the others
        resource_labels=site.labels,
        tags=args.network_tags or None,
    )


def _bought(site: Site) -> dict[str, Any]:
    args = site.args
    bought: dict[str, Any] = {}
    if args.purchase == "spot":
        bought["spot"] = True
    if args.purchase == "flex-start":
        bought["flex_start"] = True
    if args.purchase == "flex-start" or (args.gke is not None and args.gke.queued_provisioning):
        bought["reservation_affinity"] = gcp.container.NodePoolNodeConfigReservationAffinityArgs(
            consume_reservation_type="NO_RESERVATION"
        )
    elif args.reservation is not None:
        bought["reservation_affinity"] = gcp.container.NodePoolNodeConfigReservationAffinityArgs(
            consume_reservation_type="SPECIFIC_RESERVATION", key=RESERVATION_KEY, values=[args.reservation.path()]
        )
    return bought
