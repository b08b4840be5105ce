"""Google's own models find nothing wrong with what the components emit, and find what is wrong on purpose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.models import gcp
from tools.models.gcp_documents import in_words
from tools.models.gcp_request import Request
from tools.models.gcp_sdk import sdk_inputs
from tools.models.gcp_values import complaints, complaints_about

from . import gcp_requests

HERE = Path(__file__).parent
TARGET = {"project": "example-ml", "region": "us-east5", "zone": "us-east5-b"}
EACH_TYPE = pytest.mark.parametrize("token", gcp.tokens())


def cases(file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((HERE / file).read_text(encoding="utf-8"))
    return found


def test_what_the_components_emit_is_taken() -> None:
    assert list(gcp_requests.mismatches(gcp_requests.emitted_by_google())) == []


def test_every_emitted_type_is_checked_or_on_the_list() -> None:
    emitted = {one.type for _, one in gcp_requests.emitted_by_google()}
    assert emitted - set(gcp.tokens()) == set(gcp_requests.not_mapped())
    assert all(gcp_requests.not_mapped().values())


def test_the_table_counts_what_was_checked() -> None:
    rows = gcp_requests.table()
    assert {row.type for row in rows} == {one.type for _, one in gcp_requests.emitted_by_google()} & set(gcp.tokens())
    assert all(row.resources and row.properties for row in rows)
    for row in rows:
        assert all(path in sdk_inputs(row.type) for path in row.beta)
    assert (
        gcp_requests.printed()
        .splitlines()[-1]
        .endswith(f"0 mismatches, {len(gcp_requests.not_mapped())} types that are not checked.")
    )


@EACH_TYPE
def test_every_input_of_a_type_has_a_place_or_a_reason(token: str) -> None:
    call = gcp.call(token)
    assert call.unplaced == ()
    placed = call.targets.keys() | call.only_parameters | call.unsent.keys()
    assert set(sdk_inputs(token)) == placed


@EACH_TYPE
def test_the_map_names_nothing_that_is_not_there(token: str) -> None:
    call = gcp.call(token)
    assert call.stale == ()
    assert set(call.parameters) <= set(call.method.parameters)
    assert call.autoname in {"", *sdk_inputs(token)}
    body = call.method.body
    for name in call.not_missed:  # an excuse that nobody needs
        assert body is not None and body.members[name].asked_by(call.method.id)


@EACH_TYPE
def test_an_input_that_is_said_not_to_be_sent_is_none_that_the_api_takes(token: str) -> None:
    call = gcp.call(token)
    in_parameters = " ".join(call.parameters.values())
    for path in call.unsent:
        if path in in_parameters:
            continue
        parent, _, name = path.rpartition(".")
        above = call.targets.get(parent, None if parent else call.root)
        if above is None or above.form:
            continue
        node = above.node
        while node.kind in ("list", "map"):
            node = node.element
        assert name not in node.members or node.members[name].answered_only, path


def test_limits_in_words_are_still_what_the_documents_say() -> None:
    left = dict(in_words())
    for token in gcp.tokens():
        call = gcp.call(token)
        nodes = [target.node for target in call.targets.values()]
        nodes += call.method.body.members.values() if call.method.body else []
        for node in nodes:
            for name in (node.name, f"{node.name}[]"):
                if name in left:
                    assert left[name]["said"] in " ".join(node.written["description"].split()), name
                    del left[name]
    assert left == {}, "no mapped type has them"


@pytest.mark.parametrize("case", cases("gcp_right.yaml"), ids=lambda one: one["type"].rpartition(":")[2])
def test_what_is_right_is_taken(case: dict[str, Any]) -> None:
    assert list(complaints(case["type"], "net", case["inputs"], TARGET)) == []


@pytest.mark.parametrize("case", cases("gcp_wrong.yaml"), ids=lambda one: one["why"])
def test_what_is_wrong_is_found(case: dict[str, Any]) -> None:
    target = case.get("target", TARGET)
    found = complaints(case["type"], case.get("name", "net"), case["inputs"], target)
    assert [f"{one.path}: {one.words}" for one in found] == case["said"]


@pytest.mark.parametrize("case", cases("gcp_right.yaml"), ids=lambda one: one["type"].rpartition(":")[2])
def test_whatever_is_spoilt_in_what_is_right_is_found(case: dict[str, Any]) -> None:
    """Every value in turn becomes one of another kind, and every name of a member one that does not exist."""
    token, call = case["type"], gcp.call(case["type"])
    not_found = []
    for place, spoilt in spoilings(case["inputs"]):
        path = re.sub(r"\[\d+\]", "", place)
        if path in call.only_parameters or path in call.unsent:
            continue  # any text makes an address
        if not list(complaints(token, "net", spoilt, TARGET)):
            not_found.append(place)
    assert not_found == []


def spoilings(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, one in value.items():
            at = f"{place}.{name}".lstrip(".")
            for where, spoilt in spoilings(one, at):
                yield where, {**value, name: spoilt}
            if isinstance(one, dict | list) or "." not in at:
                yield f"{at}_", {(f"{k}_" if k == name else k): v for k, v in value.items()}
    elif isinstance(value, list):
        for i, one in enumerate(value):
            for where, spoilt in spoilings(one, f"{place}[{i}]"):
                yield where, [*value[:i], spoilt, *value[i + 1 :]]
    else:
        yield place, 3.5 if isinstance(value, str | bool) else "many"


def test_every_type_has_a_right_example() -> None:
    assert {one["type"] for one in cases("gcp_right.yaml")} == set(gcp.tokens())


def test_what_only_the_api_writes_may_not_be_sent() -> None:
    call = gcp.call("gcp:tpu/v2Vm:V2Vm")
    body = {"runtimeVersion": "tpu-ubuntu2204-base", "state": "READY", "id": "1", "acceleratorTyp": "v2-8"}
    made = Request(call, {"parent": "projects/p/locations/us-east5-b", "nodeId": "one"}, body)
    assert [found.words for found in complaints_about(made)] == [
        "only the API writes it",
        "only the API writes it",
        "Node has no member 'acceleratorTyp'; did you mean 'acceleratorType'?",
    ]


def test_a_value_that_nobody_knows_is_only_asked_to_be_there() -> None:
    from ultrastack.model.values import SECRET, UNKNOWN

    inputs = {"network": UNKNOWN, "ipCidrRange": UNKNOWN, "logConfig": {"flowSampling": SECRET}}
    assert list(complaints("gcp:compute/subnetwork:Subnetwork", "net", inputs, TARGET)) == []
