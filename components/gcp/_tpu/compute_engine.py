"""How are slices made of Compute Engine's machines? One managed group each, all at once and on one torus."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from ...component import AUTONAME
from .environment import environment
from .made import Made, Site
from .template import make_template

STEM_MAX = 48


def make_groups(site: Site) -> Made:
    args, shape = site.args, site.shape
    policy = workload_policy(site) if shape.hosts > 1 else None
    stem = _stem(site, policy)
    hosts = [_hosts(site, stem, n) for n in range(args.slices)] if stem is not None else None
    coordinator = hosts[0][0] if hosts is not None else None
    # JAX finds the workers of a single slice by itself, and nobody says that the machine numbered first is worker 0
    shared = coordinator if args.slices > 1 else None
    known = [environment(n, args.slices, shared) for n in range(args.slices)]
    groups = [_group(site, n, make_template(site, n, known[n]), policy, stem) for n in range(args.slices)]
    return Made(
        names=[group.name for group in groups],
        ids=[group.id for group in groups],
        environment=known,
        commands=[_shell(site, group, hosts[n][0] if hosts is not None else None) for n, group in enumerate(groups)],
        coordinator=coordinator,
        worker_hosts=hosts,
        workload_policy=None if policy is None else policy.name,
    )


def workload_policy(site: Site) -> gcp.compute.ResourcePolicy:
    """What joins the machines of a slice; its name is made up, so that no other topology hides behind an old name."""
    return gcp.compute.ResourcePolicy(
        site.parent.child("policy"),
        region=site.region,
        description=f"TPU slices {site.shape.words}",
        workload_policy=gcp.compute.ResourcePolicyWorkloadPolicyArgs(
            type="HIGH_THROUGHPUT", accelerator_topology=site.shape.topology
        ),
        opts=site.parent.below(),
    )


def _stem(site: Site, policy: gcp.compute.ResourcePolicy | None) -> pulumi.Output[str] | None:
    """What workers are named after: something unique that no later change of the template renames.

    None: they get random names, since there is no such thing.
    """
    if site.args.physical_name is not None:
        return pulumi.Output.from_input(site.args.physical_name)
    if site.identity.own_id is not None:
        return site.identity.own_id
    return policy.name.apply(_fitting) if policy is not None else None


def _fitting(name: str) -> str:
    """Its begin, and its end that was made up: before slice and number, a base name has room for 51 characters
    (compute v1 discovery, InstanceGroupManager.baseInstanceName)."""
    return name if len(name) <= STEM_MAX else name[: STEM_MAX - AUTONAME] + name[-AUTONAME:]


def _digits(site: Site) -> int:
    return len(str(site.shape.hosts))


def _hosts(site: Site, stem: pulumi.Output[str], slice_: int) -> list[pulumi.Output[str]]:
    """Zonal names that the VPC's own DNS knows. Compute Engine numbers machines from 1 if their group's base name ends
    in hash signs (compute v1 discovery, InstanceGroupManager.baseInstanceName)."""
    numbers = [f"{n:0{_digits(site)}}" for n in range(1, site.shape.hosts + 1)]
    domain = pulumi.Output.concat(".", site.zone, ".c.", site.project, ".internal")
    return [pulumi.Output.concat(stem, f"-{slice_}-{number}", domain) for number in numbers]


def _group(
    site: Site,
    slice_: int,
    template: gcp.compute.InstanceTemplate,
    policy: gcp.compute.ResourcePolicy | None,
    stem: pulumi.Output[str] | None,
) -> gcp.compute.InstanceGroupManager:
    args, shape = site.args, site.shape
    # Bulk: all machines or none. Flex-start groups know no other way, and single machines elsewhere need none of it
    bulk = shape.hosts > 1 or args.purchase == "flex-start"
    numbered = f"-{slice_}-" + "#" * _digits(site)
    return gcp.compute.InstanceGroupManager(
        site.parent.child(f"slice-{slice_}"),
        name=None if args.physical_name is None else f"{args.physical_name}-{slice_}",
        zone=site.zone,
        description=f"TPU slice {shape.words}",
        base_instance_name=f"{shape.generation}-{slice_}" if stem is None else pulumi.Output.concat(stem, numbered),
        target_size=shape.hosts,
        target_size_policies=[gcp.compute.InstanceGroupManagerTargetSizePolicyArgs(mode="BULK")] if bulk else None,
        versions=[gcp.compute.InstanceGroupManagerVersionArgs(instance_template=template.self_link_unique)],
        resource_policies=None
        if policy is None
        else gcp.compute.InstanceGroupManagerResourcePoliciesArgs(workload_policy=policy.self_link),
        # A machine cannot come back alone into a slice of several, whose torus is wired at once. Compute Engine itself
        # restarts such slices, but for spot (Google, Failure recovery of TPU instances)
        instance_lifecycle_policy=gcp.compute.InstanceGroupManagerInstanceLifecyclePolicyArgs(
            default_action_on_failure="DO_NOTHING" if bulk else "REPAIR"
        ),
        # Labels and metadata reach running machines, all else only those that are made anew
        update_policy=gcp.compute.InstanceGroupManagerUpdatePolicyArgs(
            type="PROACTIVE",
            minimal_action="REFRESH",
            most_disruptive_allowed_action="REFRESH",
            replacement_method="RECREATE",
            max_surge_fixed=0,
            max_unavailable_fixed=shape.hosts,
        ),
        wait_for_instances=True if args.wait_for_workers else None,
        opts=site.options(_trigger(site), replace_on_changes=["versions"] if args.update_workers else None),
    )


def _trigger(site: Site) -> dict[str, pulumi.Input[object]]:
    """What a new template would change for new machines only, and the slice must not wait for."""
    args, shape = site.args, site.shape
    bought = {"purchase": args.purchase, "max_run_duration": args.max_run_duration}
    if args.reservation is not None:
        bought["reservation"] = args.reservation.path()  # type: ignore[assignment]  # an Output may be in a trigger
    return site.trigger(machine_type=shape.machine_type, topology=shape.topology, **bought)


def _shell(site: Site, group: gcp.compute.InstanceGroupManager, host: pulumi.Output[str] | None) -> pulumi.Output[str]:
    where = pulumi.Output.concat(" --zone ", site.zone, " --project ", site.project)
    if host is None:
        return pulumi.Output.concat("gcloud compute instance-groups managed list-instances ", group.name, where)
    name = host.apply(lambda known: known.partition(".")[0])
    tunnel = "" if site.args.external_ips else " --tunnel-through-iap"
    return pulumi.Output.concat("gcloud compute ssh ", name, where, tunnel)
