"""What exists already: taken over, never replaced by that; what is protected stays, what is retained is left."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .real_cli import Project

pytestmark = pytest.mark.engine

HEAD = 'aws: {region: us-east-2, account_id: "111122223333"}\nsteps:\n'
BUCKET = "aws:s3/bucket:Bucket"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
NAME = "in-use-111122223333"
TAKEN = f"children: {{bucket: {{import: {NAME}}}}}"


def bucket(step: str, arguments: str, options: str = "") -> str:
    return f"  - name: {step}\n    aws.storage_bucket: {{{arguments}}}\n    options: {{{options}}}\n"


def file_system(subnet: str, options: str) -> str:
    size = "storage_capacity_gib: 1200, deployment_type: PERSISTENT_2, throughput_mbps_per_tib: 125"
    given = f"subnet_id: {subnet}, security_group_ids: [sg-0a1b2c3d4e5f60718], {size}"
    return f"  - name: data\n    aws.fsx_lustre: {{{given}}}\n    options: {{{options}}}\n"


@pytest.fixture
def existing(repository: Callable[..., Project]) -> Project:
    """A bucket that another stack made and has let go."""
    project = repository({"theirs": HEAD + bucket("raw", f"physical_name: {NAME}", "retain_on_delete: true")})
    project.cloud()
    project.init("theirs")
    project.up("theirs")
    project.destroy("theirs")
    return project


def test_an_existing_bucket_is_taken_over_and_what_differs_is_changed_in_place(existing: Project) -> None:
    [there] = existing.cloud().held(BUCKET)
    existing.write(ours=HEAD + bucket("datasets", f"physical_name: {NAME}", TAKEN))
    existing.init("ours")

    steps = [(one["op"], one["urn"].split("::")[3]) for one in existing.preview("ours")["steps"]]
    assert [op for op, name in steps if name == "datasets-bucket"] == ["import", "update"]
    assert existing.up("ours") == {"import": 1, "update": 1, "create": 9}
    assert existing.ids("ours", BUCKET) == {"datasets-bucket": there.id}
    [here] = existing.cloud().held(BUCKET)
    assert {**there.inputs, "tags": {}} == {**here.inputs, "tags": {}}
    assert (there.inputs["tags"]["environment"], here.inputs["tags"]["environment"]) == ("theirs", "ours")
    assert existing.up("ours") == {"same": 10}

    existing.write(ours=HEAD + bucket("datasets", f"physical_name: {NAME}"))  # `import` has done its work
    assert existing.up("ours") == {"same": 10}


NOT_REPLACED = (
    "previously-imported resources that still specify an ID may not be replaced; please remove the `import` "
    f"declaration from your program;\n    bucket: {{{NAME}}} => {{other-111122223333}}"
)


def test_a_resource_that_an_import_would_replace_stays_and_is_in_the_state_all_the_same(existing: Project) -> None:
    """The preview only warns; `up` refuses, but the import before it is done: following its advice would replace it."""
    [there] = existing.cloud().held(BUCKET)
    existing.write(ours=HEAD + bucket("datasets", "physical_name: other-111122223333", TAKEN))
    existing.init("ours")
    preview = existing.run("preview", "--stack", "ours")
    assert f"warning: {NOT_REPLACED}" in preview.text
    assert "+-1 to replace" in preview.text
    refused = existing.run("up", "--yes", "--skip-preview", "--stack", "ours", ok=False)
    assert refused.code != 0
    assert f"error: {NOT_REPLACED}" in refused.text
    assert list(existing.cloud().held(BUCKET)) == [there]
    assert existing.ids("ours", BUCKET) == {"datasets-bucket": NAME}

    existing.write(ours=HEAD + bucket("datasets", f"physical_name: {NAME}", TAKEN))  # the way out: its own settings
    assert "replace" not in existing.up("ours")
    assert [one.id for one in existing.cloud().held(BUCKET)] == [NAME]


def test_what_is_not_there_cannot_be_taken_over(existing: Project) -> None:
    existing.write(ours=HEAD + bucket("datasets", "", "children: {bucket: {import: no-such-bucket}}"))
    existing.init("ours")
    for command in (["preview"], ["up", "--yes", "--skip-preview"]):
        refused = existing.run(*command, "--stack", "ours", ok=False)
        assert refused.code != 0
        assert "resource 'no-such-bucket' does not exist" in refused.text
    assert existing.ids("ours", BUCKET) == {}


def test_a_protected_file_system_is_not_replaced(repository: Callable[..., Project]) -> None:
    project = repository({"small": HEAD + file_system("subnet-0a1b2c3d4e5f60718", "protect: true")})
    cloud = project.cloud()
    project.init("small")
    project.up("small")
    before = list(cloud.held(LUSTRE))
    project.write(small=HEAD + file_system("subnet-0fedcba9876543210", "protect: true"))
    for command in (["preview"], ["up", "--yes", "--skip-preview"]):
        refused = project.run(*command, "--stack", "small", ok=False)
        assert refused.code != 0
        assert (
            'data-file-system"\nas it is currently marked for protection. To unprotect the resource, remove the '
            "`protect` flag from the resource in your Pulumi program and run `pulumi up`"
        ) in refused.text.replace("\n    ", "\n")
        assert list(cloud.held(LUSTRE)) == before
    project.write(small=HEAD + file_system("subnet-0fedcba9876543210", "protect: false"))
    assert project.up("small")["replace"] == 1
    assert [one.inputs["subnetIds"] for one in cloud.held(LUSTRE)] == ["subnet-0fedcba9876543210"]


def test_a_destroy_goes_by_what_the_last_up_wrote_and_leaves_a_retained_child(
    repository: Callable[..., Project],
) -> None:
    """Nothing of the stack file is read by it: force_destroy and final_backup count only once an `up` has set them."""
    steps = file_system("subnet-0a1b2c3d4e5f60718", "") + bucket("raw", "")
    project = repository({"small": HEAD + steps})
    cloud = project.cloud()
    project.init("small")
    project.up("small")
    left = bucket("kept", "", "children: {bucket: {retain_on_delete: true}}")
    project.write(small=HEAD + steps + left)
    project.up("small")
    project.write(
        small=HEAD
        + steps.replace("_2,", "_2, final_backup: false,").replace("bucket: {}", "bucket: {force_destroy: true}")
        + left
    )
    project.destroy("small")
    gone = {one["urn"].split("::")[3]: one["old"]["inputs"] for one in project.done("destroy")}
    assert gone["data-file-system"]["skipFinalBackup"] is False
    assert gone["raw-bucket"]["forceDestroy"] is False
    assert [one.type for one in cloud.held()] == [BUCKET]
