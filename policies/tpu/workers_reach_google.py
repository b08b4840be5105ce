"""TPU machines without a public address reach Google's APIs."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, each, fail
from ..world import Block, Outside, Subject
from ._slices import COMPUTE, QUEUED, SUBNETWORK, TPU_VM, machine_in, nodes

RULE = Rule(
    title="TPU machines without a public address reach Google's APIs",
    level="mandatory",
    why="Without Private Google Access in their subnetwork they reach neither Cloud Storage nor the TPU service, and "
    "a TPU VM is refused or never ready.",
    fix="write privateIpGoogleAccess: true on the subnetwork",
    references=(
        "https://cloud.google.com/vpc/docs/private-google-access",
        "pulumi_gcp 10.2.0, tpu.V2Vm: network_config",
    ),
)
NAT, ROUTER, NETWORK = (
    "gcp:compute/routerNat:RouterNat",
    "gcp:compute/router:Router",
    "gcp:compute/network:Network",
)


@RULE.graph(TPU_VM, QUEUED, *COMPUTE)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type in COMPUTE:
        machine_in(subject)
        private = [one for one in subject.blocks("networkInterfaces") if not one.has("accessConfigs")]
    else:
        configs = [
            c for n in nodes(subject) for c in (n.block("networkConfig"), *n.blocks("networkConfigs")) if c.values
        ]
        private = [one for one in configs if not one.flag("enableExternalIps")]
    private = [one for one in private if one.has("subnetwork")]
    if not private:
        raise NotApplicable
    for interface in private[:1]:  # the first one has the default route
        yield from each(_reaches, interface)


def _reaches(interface: Block) -> Iterator[Said]:
    world = interface.subject.world
    subnetwork = world.meant(interface, "subnetwork", SUBNETWORK)
    if subnetwork is None or isinstance(subnetwork, Outside):
        raise NotApplicable  # whoever made it knows; it is not of this program
    if not subnetwork.flag("privateIpGoogleAccess") and not _has_nat(subnetwork):
        said = f"the machines of {interface.subject.name} have no public address, and {subnetwork.name} has no "
        yield fail(subnetwork, f"{said}Private Google Access", at="privateIpGoogleAccess")


def _has_nat(subnetwork: Subject) -> bool:
    """A NAT gateway turns it on by itself."""
    world = subnetwork.world
    network = world.meant(subnetwork, "network", NETWORK)
    for nat in world.of_type(NAT):
        router = world.meant(nat, "router", ROUTER)
        if isinstance(router, Subject) and world.meant(router, "network", NETWORK) == network:
            return True
    return False
