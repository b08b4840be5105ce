"""Packages that nobody has installed here: their default providers, parameters, components and references."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import alias_pb2, resource_pb2

from ultrastack.engine import run
from ultrastack.engine.monitor import FEATURES, Monitor
from ultrastack.engine.providers import Providers
from ultrastack.engine.urns import alias_urn, default_provider_name, make_urn
from ultrastack.model.graph import SECRET, Message, Resource


@pytest.mark.parametrize(
    ("version", "url", "name"),
    [
        ("", "", "default"),
        ("0.18.1", "", "default_0_18_1"),
        ("0.17.7-dev.1555435978+gb7030aa4.dirty", "", "default_0_17_7_dev_1555435978_gb7030aa4_dirty"),
        ("0.18.1", "pulumi.com/pkg", "default_0_18_1_pulumi.com/pkg"),
        ("1.0.0-alpha-1", "github://api.github.com/x", "default_1_0_0_alpha-1_github_/api.github.com/x"),
    ],
)
def test_a_default_provider_is_named_as_the_engine_names_it(version: str, url: str, name: str) -> None:
    assert default_provider_name(version, url) == name


def made(config: dict[str, str], secret_keys: list[str]) -> tuple[Providers, list[Resource]]:
    resources: list[Resource] = []
    return Providers("dev", "p", config, set(secret_keys), resources.append), resources


def test_a_default_provider_has_the_config_of_its_package() -> None:
    config = {"aws:region": "us-east-2", "aws:token": "x", "gcp:project": "p", "p:region": "no"}
    providers, resources = made(config, ["aws:token"])
    providers.default("", "aws", "7.51.1", "")
    assert [r.inputs for r in resources] == [{"region": "us-east-2", "token": SECRET, "version": "7.51.1"}]


def test_one_default_provider_serves_all_that_ask_for_the_same() -> None:
    providers, resources = made({}, [])
    asked = [providers.default("", "aws", version, "") for version in ("7.51.1", "7.51.1", "7.50.0")]
    assert asked[0] == asked[1] != asked[2]
    assert [r.name for r in resources] == ["default_7_51_1", "default_7_50_0"]


def test_a_parameterized_package_is_a_provider_of_its_own_name_and_version() -> None:
    providers, resources = made({}, [])
    parameter = resource_pb2.Parameterization(name="hetzner", version="2.0.1", value=b"x")
    request = resource_pb2.RegisterPackageRequest(
        name="terraform-provider", version="0.9.0", parameterization=parameter
    )
    reference = providers.register_package(request).ref
    providers.default(reference, "hetzner", "", "")
    assert [(r.type, r.name, r.inputs) for r in resources] == [
        ("pulumi:providers:hetzner", "default_2_0_1", {"version": "2.0.1"})
    ]


def test_packages_with_other_parameters_have_other_references() -> None:
    providers, _ = made({}, [])
    parameters = [resource_pb2.Parameterization(name=name, version="1.0.0") for name in ("a", "b")]
    requests = [resource_pb2.RegisterPackageRequest(name="base", parameterization=p) for p in parameters]
    assert len({providers.register_package(r).ref for r in requests}) == 2


def test_a_component_of_another_package_is_there_without_its_children() -> None:
    import pulumi

    def program() -> None:
        remote = pulumi.ComponentResource("eks:index:Cluster", "c", {"out": None, "size": 2}, None, remote=True)
        pulumi.export("out", remote.out)  # type: ignore[attr-defined]

    graph = run(program)
    urn = make_urn("dev", "project", "", "eks:index:Cluster", "c")
    cluster = graph.by_urn[urn]
    assert (cluster.kind, cluster.provider, cluster.inputs["size"]) == ("component", "", 2)
    assert graph.messages == (
        Message(
            "warning",
            "'c' (eks:index:Cluster) is a component of another package, which is not run offline: "
            "its children are missing, its outputs unknown",
            urn,
        ),
    )


def test_only_features_that_the_monitor_has_are_announced() -> None:
    info = Monitor("p", "dev").GetDeploymentInfo(None)
    assert (info.project, info.stack, info.dryRun, len(info.supportedFeatures)) == ("p", "dev", True, len(FEATURES))
    names = {resource_pb2.ResourceMonitorFeature.Name(one) for one in info.supportedFeatures}
    assert not {name for name in names if name.endswith(("BYTE_STRING", "STATE_MIGRATIONS"))}


@pytest.mark.parametrize(
    ("id_", "has"), [("secrets", True), ("outputValues", True), ("sendsOptionsToHooks", False), ("x", False)]
)
def test_older_sdks_ask_for_each_feature(id_: str, has: bool) -> None:
    request = resource_pb2.SupportsFeatureRequest(id=id_)
    assert Monitor("p", "dev").SupportsFeature(request).hasSupport is has


def test_an_alias_below_the_stack_is_one_without_a_parent() -> None:
    root = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev"
    spec = alias_pb2.Alias(spec=alias_pb2.Alias.Spec(parentUrn=root))
    assert alias_urn(spec, "dev", "p", "urn:pulumi:dev::p::a:b:C::above", "a:b:D", "n") == "urn:pulumi:dev::p::a:b:D::n"


def test_a_parent_of_another_stack_is_refused() -> None:
    request = resource_pb2.RegisterResourceRequest(type="a:b:C", name="n", parent="urn:pulumi:x::p::a:b:C::gone")
    monitor = Monitor("p", "dev")
    with pytest.raises(Exception, match="the parent of 'n'") as e:
        monitor.RegisterResource(request)
    assert str(e.value) == (
        "__main__.py  the parent of 'n' (a:b:C) is not part of this stack: urn:pulumi:x::p::a:b:C::gone"
    )
    assert monitor.record.failure is e.value


def test_a_resource_reference_can_be_looked_up_again() -> None:
    request = resource_pb2.ResourceInvokeRequest(tok="pulumi:pulumi:getResource")
    request.args["urn"] = "urn:pulumi:dev::p::a:b:C::n"
    answer = getattr(Monitor("p", "dev").Invoke(request), "return")
    assert dict(answer) == {"urn": "urn:pulumi:dev::p::a:b:C::n", "id": "", "state": {}}


def registered(monitor: Monitor, type_: str, name: str, **more: Any) -> str:
    request = resource_pb2.RegisterResourceRequest(type=type_, name=name, **more)
    return str(monitor.RegisterResource(request).urn)


@pytest.mark.parametrize("with_a_transform", [False, True])
def test_providers_reach_grandchildren_also_of_an_sdk_that_leaves_this_to_the_engine(with_a_transform: bool) -> None:
    monitor = Monitor("p", "dev")
    if with_a_transform:
        monitor.RegisterStackTransform("a transform")
        monitor.callbacks.call = lambda callback, request: b""  # type: ignore[method-assign]
    provider = registered(monitor, "pulumi:providers:aws", "mine", custom=True)
    other = registered(monitor, "pulumi:providers:aws", "other", custom=True)
    outer = registered(monitor, "x:y:Box", "outer", providers={"aws": f"{provider}::id"})
    inner = registered(monitor, "x:y:Box", "inner", parent=outer)
    changed = registered(monitor, "x:y:Box", "changed", parent=outer, providers={"aws": f"{other}::id"})
    below = [
        registered(monitor, "aws:a:B", f"in-{i}", parent=urn, custom=True) for i, urn in enumerate((inner, changed))
    ]
    assert [monitor.record.resources[urn].provider for urn in below] == [provider, other]


def test_old_sdks_that_name_no_property_dependencies_depend_with_all_of_them() -> None:
    monitor = Monitor("p", "dev")
    first = registered(monitor, "aws:a:B", "first", custom=True)
    inputs = struct_pb2.Struct()
    inputs.update({"a": 1, "b": 2})
    second = registered(monitor, "aws:a:B", "second", custom=True, object=inputs, dependencies=[first])
    assert monitor.record.resources[second].property_dependencies == {"a": (first,), "b": (first,)}


def test_explicit_inheritance_stops_at_another_package() -> None:
    """A resource hands its provider down to resources of the same package only."""
    monitor = Monitor("p", "dev")
    provider = registered(monitor, "pulumi:providers:aws", "mine", custom=True)
    above = registered(monitor, "aws:a:B", "above", custom=True, provider=f"{provider}::id")
    same = registered(monitor, "aws:a:B", "same", custom=True, parent=above)
    other = registered(monitor, "gcp:a:B", "other", custom=True, parent=above)
    assert monitor.record.resources[same].provider == provider
    assert monitor.record.resources[other].provider == "urn:pulumi:dev::p::pulumi:providers:gcp::default"
