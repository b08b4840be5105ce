"""Which exports are refused, in which words? And what becomes of one that is taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ultrastack.engine.paths import at, place_at
from ultrastack.engine.real.state import State, read_state
from ultrastack.model.place import Refused

AGAIN = "   fix: pulumi stack export --stack prod --file prod.json"
SIGNATURE = "4dabf18193072939515e22adb298388d"


def resource(name: str = "net", token: str = "aws:ec2/vpc:Vpc", **more: Any) -> dict[str, Any]:
    stack, project = more.pop("stack", "prod"), more.pop("project", "example")
    return {"urn": f"urn:pulumi:{stack}::{project}::{token}::{name}", "type": token, "custom": True, **more}


def export(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(resources)}} | more


REFUSED = {
    "nothing at all": ("", "  the file is empty\n" + AGAIN),
    "no JSON": ("version: 3", ":1:1  this is not JSON: Expecting value\n" + AGAIN),
    "JSON of something else": ('{"version": 3}', "  this is JSON, but no export of a stack\n" + AGAIN),
    "a list": ("[]", "  this is JSON, but no export of a stack\n" + AGAIN),
    "resources that are none": (
        '{"version": 3, "deployment": {"resources": [{}]}}',
        "  resource 1 has no URN, so this is no export of a stack\n" + AGAIN,
    ),
    "a deployment that is none": ('{"version": 3, "deployment": [1]}', "  this is no export of a stack\n" + AGAIN),
    "the backend's own file": (
        '{"version": 3, "checkpoint": {"stack": "organization/example/prod"}}',
        "  this is a file of the backend itself, not an export\n" + AGAIN,
    ),
    "a newer version": (
        json.dumps(export(version=5)),
        "  the export has version 5, newer than version 4, which is what can be read here\n   fix: update ultrastack",
    ),
    "an older version": (
        json.dumps(export(version=1)),
        "  the export has version 1, older than version 3, which is what can be read here\n" + AGAIN,
    ),
    "an unknown feature": (
        json.dumps(export(version=4, features=["views", "telepathy"])),
        "  the export uses what nobody here understands: telepathy\n   fix: update ultrastack and pulumi",
    ),
    "another project's": (
        json.dumps(export(resource(project="other"))),
        "  this is the export of another project: 'other', not 'example'\n"
        "   fix: go to that project's folder, or export this one: pulumi stack export --stack prod --file prod.json",
    ),
    "another stack's": (
        json.dumps(export(resource(stack="dev"))),
        "  this is the export of another stack: 'dev', not 'prod'\n"
        "   fix: pulumi stack export --stack prod --file prod.json; or: ultrastack rehearse dev --state FILE",
    ),
    "another package's resources": (
        json.dumps(export(resource("word", "random:index/randomPet:RandomPet"), resource())),
        "  nobody stands in for the package 'random' in a rehearsal: word\n"
        "   fix: aws and gcp can be rehearsed; keep these resources in a stack of their own",
    ),
    "another package's provider": (
        json.dumps(export(resource("k8s", "pulumi:providers:kubernetes"))),
        "  nobody stands in for the package 'kubernetes' in a rehearsal: k8s\n"
        "   fix: aws and gcp can be rehearsed; keep these resources in a stack of their own",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_export_is_refused_with_what_to_do(case: str, tmp_path: Path) -> None:
    text, said = REFUSED[case]
    file = tmp_path / "export.json"
    file.write_text(text)
    with pytest.raises(Refused) as refused:
        read_state(file, "example", "prod")
    assert str(refused.value).replace(str(file), "FILE") == f"FILE{said}"


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda file: None, "cannot be read: No such file or directory"),
        (lambda file: file.mkdir(), "cannot be read: Is a directory"),
        (lambda file: file.write_bytes(b"\xff\xfe\x00"), "this is not JSON: it is not even text"),
    ],
)
def test_a_file_that_is_none_is_refused(make: Any, why: str, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    make(file)
    with pytest.raises(Refused) as refused:
        read_state(file, "example", "prod")
    assert str(refused.value) == f"{file}  {why}\n{AGAIN}"


@pytest.mark.parametrize(
    "data", [{"version": 3, "deployment": None}, export(), {"version": 3, "deployment": {"manifest": {}}}]
)
def test_an_export_of_nothing_is_a_new_stack(data: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps(data))
    assert read_state(file, "example", "prod") == State()


def test_what_is_encrypted_becomes_a_placeholder_and_is_named(tmp_path: Path) -> None:
    hidden = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
    shown = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"open"'}
    inputs = {"a": hidden, "b": [{"c-d": hidden}], "e": shown}
    file = tmp_path / "export.json"
    data = export(resource(inputs=inputs, outputs={"a": hidden}))
    data["deployment"] |= {"secrets_providers": {"type": "awskms"}, "pending_operations": [{"type": "creating"}]}
    file.write_text(json.dumps(data))
    state = read_state(file, "example", "prod")
    assert state.encrypted == {resource()["urn"]: ("a", 'b[0]["c-d"]')}
    assert state.pending == ({"type": "creating"},)
    copied = json.loads(state.dumps("v1:salt"))["deployment"]
    assert "ciphertext" not in json.dumps(copied)
    assert copied["resources"][0]["inputs"]["e"] == shown
    assert copied["secrets_providers"] == {"type": "passphrase", "state": {"salt": "v1:salt"}}
    assert "pending_operations" not in copied


def test_a_value_is_found_and_put_at_its_path() -> None:
    values: dict[str, Any] = {"a": [{"b": 1}], "tags": {"x.y": 2}}
    assert (at(values, "a[0].b"), at(values, 'tags["x.y"]'), at(values, "a[3].b")) == (1, 2, None)
    place_at(values, 'tags["x.y"]', 3)
    place_at(values, "a[0].c", 4)
    place_at(values, "a[5].b", 5)
    assert values == {"a": [{"b": 1, "c": 4}], "tags": {"x.y": 3}}
