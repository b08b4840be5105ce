"""Which file systems, volumes and buckets of AWS are there, how large, and where?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ultrastack.policies import subnets as network
from ultrastack.policies.storage._lustre import LINK, SYSTEM, deployment_of, storage_of
from ultrastack.policies.world import Subject

from .picture_aws_places import around, place_of, region_of
from .picture_parts import Drawing, Part, given, joined, known, meant, one_of, short, text

BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", "aws:s3/directoryBucket:DirectoryBucket")
VOLUME = "aws:ebs/volume:Volume"
EFS = "aws:efs/fileSystem:FileSystem"
MOUNT_TARGET = "aws:efs/mountTarget:MountTarget"
# what FSx calls its kinds; capacity in GiB and throughput in MB/s (botocore fsx CreateFileSystem)
FSX = {
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": "FSx for OpenZFS",
    "aws:fsx/ontapFileSystem:OntapFileSystem": "FSx for NetApp ONTAP",
    "aws:fsx/windowsFileSystem:WindowsFileSystem": "FSx for Windows",
}
FILE_SYSTEMS = (SYSTEM, EFS, *FSX)


def draw(drawing: Drawing) -> None:
    world = drawing.world
    for system in world.of_type(SYSTEM, *FSX):
        details = _lustre(system) if system.type == SYSTEM else _fsx(system)
        place, spread = place_of(drawing, system, meant(system, "subnetIds", *network.SUBNETS))
        _stored(drawing, system, place, [*details, spread])
    for system in world.of_type(EFS):
        zone = text(system, "availabilityZoneName")
        targets = world.pointing_at(system, MOUNT_TARGET, "fileSystemId").sure
        place = around(drawing, system, targets, "subnetId")
        _stored(drawing, system, drawing.zone(place, zone) if zone else place, ["EFS"])
    for volume in world.of_type(VOLUME):
        place = drawing.zone(region_of(drawing, volume), text(volume, "availabilityZone"))
        size = given(volume, "size", " GiB", "size of its snapshot", "size unknown")
        _stored(drawing, volume, place, [joined(("EBS volume", text(volume, "type")), " "), size])
    for bucket in world.of_type(*BUCKETS):
        zone = text(bucket, "location.name") if bucket.type == BUCKETS[2] else ""
        region = region_of(drawing, bucket)
        kind = "S3 Express bucket" if bucket.type == BUCKETS[2] else "S3 bucket"
        _stored(drawing, bucket, drawing.zone(region, zone) if zone else region, [kind])
    for link in world.of_type(LINK):
        _linked(drawing, link)


def _stored(drawing: Drawing, subject: Subject, place: str, details: Sequence[str]) -> None:
    said = tuple(one for one in details if one)
    drawing.add(Part(drawing.key(subject), place, "storage", drawing.label(subject), said, (subject.urn,)))


def _lustre(system: Subject) -> Iterator[str]:
    kinds = known(lambda: deployment_of(system), ""), known(lambda: storage_of(system), "")
    yield joined(("FSx for Lustre", *(short(one) for one in kinds)), " ")
    elastic = kinds[1] == "INTELLIGENT_TIERING"  # grows with its data: FSx for Lustre User Guide, intelligent tiering
    yield (
        "grows with its data"
        if elastic
        else given(system, "storageCapacity", " GiB", "size of its backup", "size unknown")
    )
    yield given(system, "perUnitStorageThroughput", " MB/s per TiB", unknown="throughput unknown")
    yield given(system, "throughputCapacity", " MB/s", unknown="throughput unknown")
    if known(lambda: system.flag("efaEnabled"), False):
        yield "reached by EFA"


def _fsx(system: Subject) -> Iterator[str]:
    yield joined((FSX[system.type], text(system, "deploymentType")), " ")
    yield given(system, "storageCapacity", " GiB", unknown="size unknown")
    yield given(system, "throughputCapacity", " MB/s", unknown="throughput unknown")


def _linked(drawing: Drawing, link: Subject) -> None:
    """A data repository: file system -> bucket."""
    system = one_of(meant(link, "fileSystemId", SYSTEM))
    if system is None:
        return
    for key in drawing.at.get(system.urn, ()):
        drawing.inside[link.urn] = key
    bucket = drawing.bucket(link, "dataRepositoryPath", BUCKETS)
    if bucket is not None:
        label = joined(("data repository", text(link, "fileSystemPath")), " ")
        drawing.later_links.append((system.urn, bucket.urn, label))
