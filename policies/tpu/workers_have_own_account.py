"""TPU machines act as a service account of their own, and may use it."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, each, fail
from ..world import Block, Subject
from ._slices import CLUSTER, COMPUTE, NODE_POOL, TPU_VM, machine_in, pools

RULE = Rule(
    title="TPU machines act as a service account of their own, and may use it",
    level="advisory",
    why="Without one they act as Compute Engine's default account, which all machines of the project share and which "
    "often may change everything; without scopes they may do nothing.",
    fix="make a service account with the roles that the job needs, and name it",
    references=(
        "https://cloud.google.com/compute/docs/access/create-enable-service-accounts-for-instances",
        "https://cloud.google.com/python/docs/reference/tpu/latest/google.cloud.tpu_v2.types.ServiceAccount",
    ),
)
DEFAULT = "-compute@developer.gserviceaccount.com"


@RULE.resource(TPU_VM, *COMPUTE, NODE_POOL, CLUSTER)
def check(subject: Subject) -> Iterator[Said]:
    if subject.type in (NODE_POOL, CLUSTER):
        for pool, _ in pools(subject):
            yield from each(_own, pool.block("nodeConfig"), "serviceAccount", subject.name)
        return
    if subject.type in COMPUTE:
        machine_in(subject)
    account = subject.block("serviceAccount")
    yield from each(_own, account, "email", subject.name)
    if subject.type in COMPUTE and account.values and account.get("scopes", []) == []:
        said = f"the machines of {subject.name} have an account without scopes"
        fix = "write scopes: [https://www.googleapis.com/auth/cloud-platform]"
        yield fail(account, said, at="scopes", fix=fix)


def _own(block: Block, at: str, name: str) -> Iterator[Said]:
    if not block.has(at):
        yield fail(block, f"the machines of {name} act as the default account of Compute Engine", at=at)
    elif isinstance(email := block.raw(at), str) and email.endswith(DEFAULT):
        yield fail(block, f"the machines of {name} act as {email}", at=at)
