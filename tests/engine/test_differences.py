"""The comparison of graphs sees every kind of difference: without that, parity would be easy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ultrastack.model.graph import SECRET, UNKNOWN, UNKNOWN_SECRET, Asset, Graph, Options, Resource

from .differences import differences

VPC = Resource(
    "urn:pulumi:dev::p::aws:ec2/vpc:Vpc::a",
    "aws:ec2/vpc:Vpc",
    "a",
    "custom",
    parent="urn:parent",
    provider="urn:provider",
    inputs={"cidrBlock": "10.0.0.0/16", "tags": {"a": "b"}, "ports": [1, 2], "flag": True},
    dependencies=("urn:one", "urn:two"),
    property_dependencies={"tags": ("urn:one",)},
    options=Options(custom_timeouts={"create": "1h30m"}, aliases=("urn:old",)),
)
GRAPH = Graph("p", "dev", resources=(VPC,), outputs={"vpc": UNKNOWN})


def changed(**fields: Any) -> Graph:
    return replace(GRAPH, resources=(replace(VPC, **fields),))


@pytest.mark.parametrize(
    ("other", "paths"),
    [
        (GRAPH, []),
        (changed(type="aws:ec2/vpc:Other"), ["type"]),
        (changed(parent=""), ["parent"]),
        (changed(provider="urn:other"), ["provider"]),
        (changed(kind="read"), ["kind"]),
        (changed(inputs={**VPC.inputs, "cidrBlock": UNKNOWN}), ["inputs.cidrBlock"]),
        (changed(inputs={**VPC.inputs, "tags": {"a": SECRET}}), ["inputs.tags.a"]),
        (changed(inputs={**VPC.inputs, "tags": {"a": "b", "c": ""}}), ["inputs.tags.c"]),
        (changed(inputs={**VPC.inputs, "ports": [1, 3]}), ["inputs.ports[1]"]),
        (changed(inputs={**VPC.inputs, "ports": [1]}), ["inputs.ports"]),
        (changed(inputs={**VPC.inputs, "flag": 1}), ["inputs.flag"]),
        (changed(inputs={**VPC.inputs, "file": Asset("asset", "1")}), ["inputs.file"]),
        (changed(dependencies=("urn:two", "urn:one")), []),
        (changed(dependencies=("urn:one",)), ["dependencies"]),
        (changed(property_dependencies={"tags": ("urn:two",)}), ["property dependencies.tags[0]"]),
        (changed(property_dependencies={"tags": ("urn:one",), "ports": ()}), []),
        (changed(options=replace(VPC.options, protect=True)), ["options.protect"]),
        (changed(options=replace(VPC.options, delete_before_replace=False)), ["options.delete_before_replace"]),
        (changed(options=replace(VPC.options, custom_timeouts={"create": "90m"})), []),
        (changed(options=replace(VPC.options, custom_timeouts={"create": "2h"})), ["options.custom_timeouts.create"]),
        (changed(options=replace(VPC.options, aliases=())), ["options.aliases"]),
        (replace(GRAPH, resources=()), [""]),
        (replace(GRAPH, outputs={"vpc": UNKNOWN_SECRET}), ["vpc"]),
        (replace(GRAPH, outputs={}), ["vpc"]),
    ],
)
def test_what_differs_is_named_by_its_path(other: Graph, paths: list[str]) -> None:
    assert [one.path for one in differences(GRAPH, other)] == paths
    assert [one.path for one in differences(other, GRAPH)] == paths
