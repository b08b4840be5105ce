"""A Lustre file system has no more links to S3 than FSx makes, and nothing that FSx refuses beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..rule import NotApplicable, Rule, Said, cannot_decide, each, fail
from ..world import Subject
from ._lustre import LINK, SYSTEM, deployment_of, links_of, storage_of

RULE = Rule(
    title="links of a Lustre file system to S3 are such as FSx makes",
    level="mandatory",
    why="FSx refuses the link, after the file system was made.",
    fix="leave out what cannot go with a link, or the link",
    references=(
        "https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystem.html",
        "https://docs.aws.amazon.com/fsx/latest/LustreGuide/create-dra-linked-data-repo.html",
    ),
)
MOST = 8  # botocore fsx, CreateDataRepositoryAssociation
VERSION = "fileSystemTypeVersion"
OLD_WAYS = ("importPath", "exportPath", "autoImportPolicy", "importedFileChunkSize")


@RULE.graph(SYSTEM)
def check(system: Subject) -> Iterator[Said]:
    links = links_of(system)
    if not links:
        raise NotApplicable
    if len(links) > MOST:
        yield fail(links[MOST], f"{len(links)} links are made to {system.name}, which takes {MOST}", at="fileSystemId")
    for part in (_old_ways, _kind, _backups, _paths):
        yield from each(part, system, links)
    for one in system.world.pointing_at(system, LINK, "fileSystemId").unsure:
        yield cannot_decide(one, f"which file system {one.name} links", at="fileSystemId")


def _old_ways(system: Subject, links: Sequence[Subject]) -> Iterator[Said]:
    for name in OLD_WAYS:
        if system.has(name):
            yield fail(system, f"`{name}` cannot go with the link {links[0].name}", at=name)


def _kind(system: Subject, links: Sequence[Subject]) -> Iterator[Said]:
    if system.has(VERSION) and system.text(VERSION) == "2.10":
        yield fail(system, f"Lustre 2.10 takes no link, such as {links[0].name}", at=VERSION, fix="take Lustre 2.15")
    if deployment_of(system) == "SCRATCH_1":
        yield fail(system, f"a SCRATCH_1 file system takes no link, such as {links[0].name}", at="deploymentType")
    elif storage_of(system) == "INTELLIGENT_TIERING":
        what = f"a file system of INTELLIGENT_TIERING takes no link, such as {links[0].name}"
        yield fail(system, what, at="storageType")


def _backups(system: Subject, links: Sequence[Subject]) -> Iterator[Said]:
    days = system.number("automaticBackupRetentionDays")
    if days > 0:
        what = f"backups of {days} days cannot go with the link {links[0].name}"
        remedy = {"aws.fsx_lustre.backups": None}
        yield fail(system, what, at="automaticBackupRetentionDays", remedy=remedy)
    if system.flag("copyTagsToBackups"):
        yield fail(system, f"`copyTagsToBackups` cannot go with the link {links[0].name}", at="copyTagsToBackups")


def _paths(_system: Subject, links: Sequence[Subject]) -> Iterator[Said]:
    """No directory of a link is inside that of another."""
    seen: list[tuple[str, Subject]] = []
    for link in links:
        path = link.text("fileSystemPath").rstrip("/") + "/"
        for other, earlier in seen:
            if path.startswith(other) or other.startswith(path):
                what = f"{link.text('fileSystemPath')} and {earlier.text('fileSystemPath')} of {earlier.name} overlap"
                yield fail(link, what, at="fileSystemPath")
                break
        seen.append((path, link))
