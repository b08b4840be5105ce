"""A Lustre file system that follows a bucket stands in the bucket's region."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import NotApplicable, Rule, Said, Undecided, fail
from ..world import Outside, Subject
from ._lustre import LINK

RULE = Rule(
    title="a Lustre file system that follows a bucket stands in its region",
    level="mandatory",
    why="FSx imports changes by itself only from a bucket of its own region; from another one data is only read once.",
    fix="link a bucket of the same region, or leave `autoImportPolicy` out",
    references=(
        "https://docs.aws.amazon.com/fsx/latest/LustreGuide/autoimport-data-repo-dra.html",
        "https://docs.aws.amazon.com/fsx/latest/LustreGuide/create-dra-linked-data-repo.html",
    ),
)
BUCKET = "aws:s3/bucket:Bucket"


@RULE.graph(LINK)
def check(link: Subject) -> Iterator[Said]:
    link.get("s3")
    if not link.has("s3.autoImportPolicy"):
        raise NotApplicable
    bucket = link.world.meant(link, "dataRepositoryPath", BUCKET)
    if isinstance(bucket, Outside):
        name = bucket.id.removeprefix("s3://").partition("/")[0]
        bucket = next((one for one in link.world.of_type(BUCKET) if one.raw("bucket") == name), None)
        if bucket is None:
            raise Undecided(f"the region of bucket {name}, which is not in this program", link, "dataRepositoryPath")
    if bucket is not None and bucket.target("region") != link.target("region"):
        what = f"{bucket.name} is in {bucket.target('region')} and the file system in {link.target('region')}"
        yield fail(link, what, at="dataRepositoryPath")
