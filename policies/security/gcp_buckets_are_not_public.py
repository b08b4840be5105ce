"""No bucket of Google Cloud lets everybody in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ultrastack.model.values import Secret, Unknown

from ..rule import Rule, Said, cannot_decide, fail
from ..world import Block, Subject

RULE = Rule(
    title="no bucket of Google Cloud lets everybody in",
    level="mandatory",
    why="allUsers is the whole world, and allAuthenticatedUsers everybody with any Google account.",
    fix="name the accounts or groups that need the objects",
    references=("https://cloud.google.com/storage/docs/public-access-prevention",),
)
EVERYBODY = ("allUsers", "allAuthenticatedUsers")
PUBLIC_ACLS = ("publicRead", "publicReadWrite", "authenticatedRead")  # storage v1, predefinedAcl
AT = {
    "gcp:storage/bucketIAMMember:BucketIAMMember": "member",
    "gcp:storage/bucketIAMBinding:BucketIAMBinding": "members",
    "gcp:storage/bucketACL:BucketACL": "roleEntities",
    "gcp:storage/defaultObjectACL:DefaultObjectACL": "roleEntities",
    "gcp:storage/bucketAccessControl:BucketAccessControl": "entity",
    "gcp:storage/defaultObjectAccessControl:DefaultObjectAccessControl": "entity",
}


@RULE.graph(*AT)
def check(grant: Subject) -> Iterator[Said]:
    at = AT[grant.type]
    given: Any = grant.raw(at)
    for value in given if isinstance(given, (list, tuple)) else (given,):
        if isinstance(value, (Unknown, Secret)):
            if not _is_account(grant, at):
                yield cannot_decide(grant, f"whom `{at}` of {grant.name} names", at=at)
        elif isinstance(value, str) and (everybody := value.rpartition(":")[2]) in EVERYBODY:
            yield fail(grant, f"{everybody} may use the bucket{_role(grant)}", at=at)
    if grant.has("predefinedAcl") and grant.text("predefinedAcl") in PUBLIC_ACLS:
        yield fail(grant, f"the access list {grant.text('predefinedAcl')} lets everybody in", at="predefinedAcl")


def _is_account(grant: Subject, at: str) -> bool:
    """What a resource of Google Cloud in this program gives is an account, never everybody."""
    givers = [grant.world.by_urn.get(urn) for urn in grant.resource.property_dependencies.get(at, ())]
    return any(one is not None and one.type.startswith("gcp:") for one in givers)


def _role(grant: Block) -> str:
    role = grant.raw("role")
    return f" as {role}" if isinstance(role, str) else ""
