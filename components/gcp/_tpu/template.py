"""What is a worker on Compute Engine made from? Its machine, disks, interfaces, and how it is bought."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from ultrastack.catalog import tpu_image

from .environment import metadata
from .made import Site
from .parts import BootDisk, seconds

# Of their boot disks; the others take no Hyperdisk Balanced (Google, TPU machine types)
HYPERDISK = {"v6e", "tpu7x"}
RESERVATION_KEY = "compute.googleapis.com/reservation-name"


def make_template(site: Site, slice_: int, known: dict[str, pulumi.Output[str]]) -> gcp.compute.InstanceTemplate:
    args, shape = site.args, site.shape
    return gcp.compute.InstanceTemplate(
        site.parent.child(f"template-{slice_}"),
        description=f"Workers of TPU slice {slice_}",
        instance_description=f"Worker of TPU slice {shape.words}",
        machine_type=shape.machine_type or "",
        disks=_disks(site),
        network_interfaces=_interfaces(site),
        can_ip_forward=True if args.can_ip_forward else None,
        scheduling=_scheduling(site),
        reservation_affinity=_affinity(site),
        service_account=gcp.compute.InstanceTemplateServiceAccountArgs(
            email=site.identity.email, scopes=args.scopes_or_all
        ),
        shielded_instance_config=gcp.compute.InstanceTemplateShieldedInstanceConfigArgs(
            enable_secure_boot=args.secure_boot
        ),
        metadata=metadata(known, args.startup_script),
        labels=site.labels,
        tags=args.network_tags or None,
        opts=site.parent.below(),
    )


def boot_disk_type(site: Site) -> pulumi.Input[str]:
    disk = site.args.boot_disk or BootDisk()
    usual = "hyperdisk-balanced" if site.shape.generation in HYPERDISK else "pd-balanced"
    return disk.type if disk.type is not None else usual


def _disks(site: Site) -> list[gcp.compute.InstanceTemplateDiskArgs]:
    args = site.args
    disk = args.boot_disk or BootDisk()
    key = disk.kms_key
    boot = gcp.compute.InstanceTemplateDiskArgs(
        boot=True,
        auto_delete=True,
        source_image=args.image if args.image is not None else tpu_image(site.shape.generation).image,
        disk_type=boot_disk_type(site),
        disk_size_gb=disk.size_gib,
        disk_encryption_key=None
        if key is None
        else gcp.compute.InstanceTemplateDiskDiskEncryptionKeyArgs(kms_key_self_link=key),
        labels=site.labels,
    )
    return [
        boot,
        *(
            gcp.compute.InstanceTemplateDiskArgs(
                source=pulumi.Output.from_input(one.source).apply(lambda path: path.rpartition("/")[2]),  # a name
                mode=one.mode,
                auto_delete=False,
                boot=False,
            )
            for one in args.data_disks
        ),
    ]


def _interfaces(site: Site) -> list[gcp.compute.InstanceTemplateNetworkInterfaceArgs]:
    args = site.args
    pairs = [(site.network, args.subnetwork), *((one.network, one.subnetwork) for one in args.additional_networks)]
    return [
        gcp.compute.InstanceTemplateNetworkInterfaceArgs(
            network=network,
            subnetwork=subnetwork,
            nic_type="GVNIC",
            access_configs=[gcp.compute.InstanceTemplateNetworkInterfaceAccessConfigArgs()]
            if args.external_ips
            else None,
        )
        for network, subnetwork in pairs
    ]


# Google, Consume a reservation: TPU machines of a reservation are bound to it
MODELS = {
    "on-demand": "STANDARD",
    "spot": "SPOT",
    "reservation": "RESERVATION_BOUND",
    "flex-start": "FLEX_START",
    "calendar": "RESERVATION_BOUND",
}


def _scheduling(site: Site) -> gcp.compute.InstanceTemplateSchedulingArgs:
    args = site.args
    spot, ends = args.purchase == "spot", args.max_run_duration is not None
    action = "DELETE" if ends or args.reservation is not None else "STOP" if spot else None
    return gcp.compute.InstanceTemplateSchedulingArgs(
        provisioning_model=MODELS[args.purchase],
        preemptible=True if spot else None,
        # "Preemptible instances cannot be automatically restarted" (compute v1 discovery, Scheduling); nor flex-start
        automatic_restart=False if args.purchase in ("spot", "flex-start") else None,
        on_host_maintenance="TERMINATE",
        instance_termination_action=action,
        max_run_duration=gcp.compute.InstanceTemplateSchedulingMaxRunDurationArgs(
            seconds=seconds(args.max_run_duration)
        )
        if args.max_run_duration is not None
        else None,
    )


def _affinity(site: Site) -> gcp.compute.InstanceTemplateReservationAffinityArgs | None:
    if site.args.purchase == "flex-start":
        return gcp.compute.InstanceTemplateReservationAffinityArgs(type="NO_RESERVATION")
    if site.args.reservation is None:
        return None
    return gcp.compute.InstanceTemplateReservationAffinityArgs(
        type="SPECIFIC_RESERVATION",
        specific_reservation=gcp.compute.InstanceTemplateReservationAffinitySpecificReservationArgs(
            key=RESERVATION_KEY, values=[site.args.reservation.path()]
        ),
    )
