"""TPU machines have no public address."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, each, fail
from ..world import Block, Subject
from ._slices import CLUSTER, COMPUTE, NODE_POOL, QUEUED, TPU_VM, machine_in, nodes, pools

RULE = Rule(
    title="TPU machines have no public address",
    level="advisory",
    why="Each address costs, counts against a quota and can be reached from everywhere that a firewall rule lets in.",
    fix="leave public addresses out, and use Private Google Access and Cloud NAT",
    references=("https://cloud.google.com/vpc/docs/private-google-access",),
)


@RULE.resource(TPU_VM, QUEUED, *COMPUTE, NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type in (TPU_VM, QUEUED):
        for node in nodes(subject):
            for config in (node.block("networkConfig"), *node.blocks("networkConfigs")):
                yield from each(_node, config)
    elif subject.type in COMPUTE:
        machine_in(subject)
        for interface in subject.blocks("networkInterfaces"):
            if interface.has("accessConfigs") and interface.raw("accessConfigs") != []:
                said = f"the machines of {subject.name} have public addresses"
                yield fail(interface, said, at="accessConfigs", fix="remove accessConfigs", remedy=REMEDY)
    else:
        for pool, _ in pools(subject):
            yield from each(_pool, pool.block("networkConfig"))


REMEDY = {"gcp.tpu_slice.external_ips": None}


def _node(config: Block) -> Iterator[Said]:
    if config.flag("enableExternalIps"):
        said = f"the machines of {config.subject.name} have public addresses"
        yield fail(config, said, at="enableExternalIps", fix="write enableExternalIps: false", remedy=REMEDY)


def _pool(config: Block) -> Iterator[Said]:
    if config.has("enablePrivateNodes") and not config.flag("enablePrivateNodes"):
        said = f"the nodes of {config.subject.name} have public addresses"
        yield fail(config, said, at="enablePrivateNodes", fix="write enablePrivateNodes: true", remedy=REMEDY)
