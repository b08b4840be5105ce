"""A state that the real providers wrote, and our program: nothing changes but what was changed in the stack file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ultrastack.catalog import resource_type

from .real_cli import Project, copy_of_repository

pytestmark = pytest.mark.engine

EXPORTS = Path(__file__).parent / "exports"
NAMES = sorted(file.stem for file in EXPORTS.glob("*.json"))
PASSPHRASES = {"checkpoints": "of a rehearsal only"}  # its secrets are encrypted; the others' are in the clear


def read(name: str) -> dict[str, Any]:
    return dict(json.loads((EXPORTS / f"{name}.json").read_text(encoding="utf-8")))


class Stack:
    """An export on the real CLI, with its stack file as it was, or edited."""

    def __init__(self, cli: Path, into: Path, name: str):
        self.name, self.text = name, (EXPORTS / f"{name}.yaml").read_text(encoding="utf-8")
        self.project: Project = copy_of_repository(cli, into, {name: self.text})
        self.project.extra_env["PULUMI_CONFIG_PASSPHRASE"] = PASSPHRASES.get(name, "")
        self.project.init(name)
        self.take(EXPORTS / f"{name}.json")

    def take(self, export: Path) -> None:
        self.project.run("stack", "import", "--stack", self.name, "--file", str(export))

    def preview(self, *edits: tuple[str, str]) -> dict[str, Any]:
        self.edit(*edits)
        return self.project.preview(self.name)

    def edit(self, *edits: tuple[str, str]) -> None:
        text = self.text
        for old, new in edits:
            assert text.count(old) == 1, f"exports/{self.name}.yaml has not one {old!r}: change this test with it"
            text = text.replace(old, new)
        (self.project.folder / "stacks" / f"{self.name}.yaml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def stacks(pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Stack]:
    made: dict[str, Stack] = {}

    def stack(name: str) -> Stack:
        if name not in made:
            made[name] = Stack(pulumi_cli, tmp_path_factory.mktemp(name), name)
        return made[name]

    return stack


def done(preview: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """operation -> resource -> its parts that change, with their kinds; components have none."""
    found: dict[str, dict[str, str]] = {}
    for step in preview["steps"]:
        if step["op"] != "same" and not step["urn"].split("::")[2].split("$")[-1].startswith("ultrastack:"):
            said = ", ".join(f"{path} {one['kind']}" for path, one in sorted((step["detailedDiff"] or {}).items()))
            found.setdefault(step["op"], {})[step["urn"].split("::")[-1]] = said
    return found


@pytest.mark.parametrize("name", NAMES)
def test_an_unchanged_program_changes_nothing(stacks: Callable[[str], Stack], name: str) -> None:
    assert stacks(name).preview()["changeSummary"] == {"same": len(read(name)["deployment"]["resources"])}


def test_a_smaller_file_system_is_another_one(stacks: Callable[[str], Stack]) -> None:
    edit = ("storage_capacity_gib: 4800", "storage_capacity_gib: 2400")
    assert done(stacks("training").preview(edit)) == {
        "replace": {
            "data-file-system": "storageCapacity update-replace",
            "data-link-datasets": "fileSystemId update-replace",
            "data-link-results": "fileSystemId update-replace",
        },
        "update": {"training-template": "userData update"},
    }


NODES = [f"training-cr-0a1b2c3d4e5f60718-node-{rank}" for rank in range(4)]
A_LARGER_DISK = ("      mounts: [", "      root_volume: {size_gib: 800}\n      mounts: [")


def test_a_new_template_leaves_running_nodes_alone(stacks: Callable[[str], Stack]) -> None:
    found = done(stacks("training").preview(A_LARGER_DISK))
    assert found == {"update": {"training-template": "blockDeviceMappings[0].ebs.volumeSize update"}}


def test_nodes_that_follow_their_template_give_the_block_back(stacks: Callable[[str], Stack]) -> None:
    follow = ("    schedule: {teardown_at", "      update_nodes: true\n    schedule: {teardown_at")
    found = done(stacks("training").preview(A_LARGER_DISK, follow))
    assert found["replace"] == dict.fromkeys(NODES, "launchTemplate.version update-replace")
    assert found["update"] == {
        "training-ranks": "insecureValue update",
        "training-schedule-policy": "policy update",
        "training-teardown-cr-0a1b2c3d4e5f60718": "target.input update",
        "training-template": "blockDeviceMappings[0].ebs.volumeSize update",
    }


def test_a_tag_is_written_in_place(stacks: Callable[[str], Stack]) -> None:
    found = done(stacks("training").preview(("owner: platform", "owner: research")))
    assert set(found) == {"update"}
    assert found["update"]["net-vpc"] == "tags.owner update"
    assert found["update"][NODES[0]] == "tags.owner update, volumeTags.owner update"
    assert {part.split(" ")[0] for said in found["update"].values() for part in said.split(", ")} == {
        "finalBackupTags.owner",
        "tags.owner",
        "tagSpecifications[0].tags.owner",
        "tagSpecifications[1].tags.owner",
        "tagSpecifications[2].tags.owner",
        "volumeTags.owner",
    }


def test_a_new_model_is_another_one_and_the_endpoint_moves_to_it(stacks: Callable[[str], Stack]) -> None:
    found = done(stacks("serving").preview(("/chat/", "/chat-2/"), ("max: 4", "max: 6")))
    assert found == {
        "replace": {
            "chat-config": "productionVariants[0].modelName update-replace",
            "chat-data-policy": "policy update-replace",  # the component's own wish: replace_on_changes
            "chat-model-main": "primaryContainer.modelDataSource.s3DataSources[0].s3Uri update-replace",
        },
        "update": {  # not chat-target: its limits are the schedule's, and ignored
            "chat-endpoint": "endpointConfigName update",
            "chat-start-AllTraffic": "scalableTargetAction.maxCapacity update",
        },
    }


def test_a_smaller_tpu_is_another_one_and_a_label_is_written_in_place(stacks: Callable[[str], Stack]) -> None:
    smaller = ("accelerator_type: v5litepod-4", "accelerator_type: v5litepod-1")
    found = done(stacks("tpu").preview(smaller, ("owner: platform", "owner: research")))
    assert found["replace"] == {
        "notebook-slice-0": "acceleratorType update-replace, description update, labels.owner update"
    }
    assert {said for name, said in found["update"].items() if name != "train-slice-0"} == {"labels.owner update"}
    assert found["update"]["train-slice-0"] == "nodeConfig.resourceLabels.owner update"


def test_what_an_up_makes_of_such_a_state_stays_as_it_is(stacks: Callable[[str], Stack]) -> None:
    stack = stacks("checkpoints")
    stack.edit(("owner: platform", "owner: research"))
    assert stack.project.up(stack.name) == {"same": 3, "update": 2}
    assert stack.project.up(stack.name) == {"same": 5}
    kept = next(one for one in stack.project.resources(stack.name).values() if one["type"].startswith("gcp:storage"))
    assert kept["outputs"]["__meta"] == read("checkpoints")["deployment"]["resources"][3]["outputs"]["__meta"]
    assert kept["outputs"]["timeCreated"] == "2026-10-02T09:20:27.143Z"


def test_nobody_stands_in_for_another_package(stacks: Callable[[str], Stack], tmp_path: Path) -> None:
    stack, export = stacks("checkpoints"), read("checkpoints")
    resources = export["deployment"]["resources"]
    root, identity = resources[0]["urn"], "0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f"
    urns = "urn:pulumi:checkpoints::ultrastack::"
    provider = f"{urns}pulumi:providers:random::default_4_18_0"
    resources += [
        {"urn": provider, "custom": True, "id": identity, "type": "pulumi:providers:random", "parent": root},
        {
            "urn": f"{urns}random:index/randomId:RandomId::suffix",
            "custom": True,
            "id": "q1w2",
            "type": "random:index/randomId:RandomId",
            "inputs": {"__defaults": [], "byteLength": 4},
            "parent": root,
            "provider": f"{provider}::{identity}",
        },
    ]
    file = tmp_path / "export.json"
    file.write_text(json.dumps(export), encoding="utf-8")
    stack.edit()
    stack.take(file)
    run = stack.project.run("preview", "--stack", stack.name, ok=False)
    assert run.code != 0
    assert f"could not load provider for resource {urns}random:index/randomId:RandomId::suffix" in run.text
    assert "no resource plugin 'pulumi-resource-random' found in the workspace or on your $PATH" in run.text


# ---- what makes these exports worth the name

OF_NOBODY = {
    "111122223333",
    "444455556666",
    "763104351884",
}  # AWS's examples, and where it shares images with everybody


@pytest.mark.parametrize("name", NAMES)
def test_an_export_looks_as_the_real_providers_leave_it(name: str) -> None:
    resources = [one for one in read(name)["deployment"]["resources"] if one["type"].startswith(("aws:", "gcp:"))]
    assert resources
    for one in resources:
        row = resource_type(one["type"])
        assert row is not None
        assert one["outputs"]["id"] == one["id"]
        assert isinstance(one["inputs"]["__defaults"], list), f"{one['urn']}: the real Check always notes them"
        assert "__pulumi_raw_state_delta" in one["outputs"]
        assert "__defaults" not in one["outputs"]
        if row.regional() and one["type"].startswith("aws:"):
            assert one["inputs"]["region"] == "us-east-2"
        if "tagsAll" in row.outputs:
            assert one["inputs"]["tagsAll"] == one["inputs"].get("tags", {})
        if "effectiveLabels" in one["outputs"]:
            assert one["outputs"]["effectiveLabels"].keys() <= {
                "4dabf18193072939515e22adb298388d",
                "plaintext",
                "ciphertext",
            }
    assert any("__meta" in one["outputs"] for one in resources)


def test_the_stack_files_of_the_exports_are_the_ones_beside_them() -> None:
    assert sorted(file.stem for file in EXPORTS.glob("*.yaml")) == NAMES
    assert NAMES == ["checkpoints", "serving", "tpu", "training"]


def test_no_export_holds_anything_of_a_real_account() -> None:
    for name in NAMES:
        text = (EXPORTS / f"{name}.json").read_text(encoding="utf-8")
        numbers = {one for one in re.findall(r"(?<!\d)\d{12}(?!\d)", text) if not one.endswith("0" * 9)}  # nanoseconds
        assert numbers <= OF_NOBODY
        assert "sourcePosition" not in text
        assert "/home/" not in text.replace("/home/ubuntu", "")
