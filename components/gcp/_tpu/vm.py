"""How is one slice made by the TPU API? One node, with an endpoint for each of its workers."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_gcp as gcp

from ultrastack.catalog import tpu_runtime

from .environment import environment, metadata
from .made import Made, Site


def make_tpu_vm(site: Site) -> Made:
    args, shape = site.args, site.shape
    email, scopes = site.identity.email, args.scopes_or_all
    node = gcp.tpu.V2Vm(
        site.parent.child("slice-0"),
        name=args.physical_name,
        zone=site.zone,
        description=f"TPU slice {shape.words}",
        runtime_version=runtime(site),
        **accelerator(site),
        **_networks(site),
        scheduling_config=_scheduling(args.purchase),
        service_account=None if email is None else gcp.tpu.V2VmServiceAccountArgs(email=email, scopes=scopes),
        shielded_instance_config=gcp.tpu.V2VmShieldedInstanceConfigArgs(enable_secure_boot=True)
        if args.secure_boot
        else None,
        data_disks=[gcp.tpu.V2VmDataDiskArgs(source_disk=disk.source, mode=disk.mode) for disk in args.data_disks]
        or None,
        metadata=metadata({}, args.startup_script),
        labels=site.labels,
        tags=args.network_tags or None,
        opts=site.options(site.trigger()),
    )
    # as many as the API says there are, for none are left of a node that was taken
    ips = node.network_endpoints.apply(lambda known: [one.ip_address or "" for one in known or []])
    first = ips.apply(lambda known: known[0] if known else "")
    return Made(
        names=[node.name],
        ids=[node.id],
        environment=[environment(0, 1, first)],
        commands=[shell(site, node.name)],
        coordinator=first,
        worker_ips=[ips],
    )


def runtime(site: Site) -> pulumi.Input[str]:
    given = site.args.runtime_version
    return given if given is not None else tpu_runtime(site.shape.generation).name


def accelerator(site: Site) -> dict[str, Any]:
    """One of both, always: with neither, the provider asks for a v2-8."""
    shape = site.shape
    if site.args.accelerator_type is not None:
        return {"accelerator_type": shape.accelerator_type}
    return {
        "accelerator_config": gcp.tpu.V2VmAcceleratorConfigArgs(
            type=shape.row.api_type or "", topology=shape.topology or ""
        )
    }


def shell(site: Site, name: pulumi.Input[str]) -> pulumi.Output[str]:
    """A tunnel to a node without a public address is in the alpha track only (Google Cloud CLI 578)."""
    public = site.args.external_ips
    track, tunnel = ("", "") if public else (" alpha", " --tunnel-through-iap")
    where = pulumi.Output.concat(" --zone ", site.zone, " --project ", site.project)
    return pulumi.Output.concat(f"gcloud{track} compute tpus tpu-vm ssh ", name, where, f" --worker 0{tunnel}")


def _networks(site: Site) -> dict[str, Any]:
    args = site.args
    same: dict[str, Any] = {
        "enable_external_ips": args.external_ips,
        "can_ip_forward": True if args.can_ip_forward else None,
    }
    first = {"network": site.network, "subnetwork": args.subnetwork, **same}
    if not args.additional_networks:
        return {"network_config": gcp.tpu.V2VmNetworkConfigArgs(**first)}
    further = [{"network": one.network, "subnetwork": one.subnetwork, **same} for one in args.additional_networks]
    return {"network_configs": [gcp.tpu.V2VmNetworkConfigArgs(**one) for one in (first, *further)]}


def _scheduling(purchase: str) -> gcp.tpu.V2VmSchedulingConfigArgs | None:
    if purchase == "spot":
        return gcp.tpu.V2VmSchedulingConfigArgs(spot=True)
    return gcp.tpu.V2VmSchedulingConfigArgs(reserved=True) if purchase == "reservation" else None
