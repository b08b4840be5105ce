"""Images, snapshots and documents are not shared with all accounts of AWS."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject

IMAGE = "aws:ec2/amiLaunchPermission:AmiLaunchPermission"
DOCUMENT = "aws:ssm/document:Document"
SNAPSHOTS = "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess"
IMAGES = "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess"

RULE = Rule(
    title="images, snapshots and documents are not shared with everybody",
    level="mandatory",
    why="Public images and snapshots are searched for keys and weights by others within hours.",
    fix="name the accounts, or the organization, that it is shared with",
    references=(
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html",
        "AWS Security Hub controls EC2.1 and SSM.4",
    ),
)


@RULE.resource(IMAGE, DOCUMENT, SNAPSHOTS, IMAGES)
def check(subject: Subject) -> Iterator[Said]:
    match subject.type:
        case "aws:ec2/amiLaunchPermission:AmiLaunchPermission":
            if subject.text("group") == "all":
                yield fail(subject, "everybody may launch the image", at="group")
        case "aws:ssm/document:Document":
            shared = subject.raw("permissions.account_ids") or subject.raw("permissions.accountIds")
            if isinstance(shared, str) and shared.lower() == "all":
                yield fail(subject, "everybody may run the document", at="permissions")
        case _:
            if subject.text("state") == "unblocked":
                what = "images" if subject.type == IMAGES else "snapshots"
                yield fail(
                    subject, f"sharing {what} with everybody is allowed", at="state", fix="remove it, or block it"
                )
