"""The mapping holds nothing that is not needed: each rule names an input that there is, and a place that there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tools.models import aws
from tools.models.aws_routes import COMMON, Route, Rule, routes
from tools.models.aws_shapes import resource_schema
from tools.models.aws_translate import destination, place, structure, translate
from tools.models.sdk import inputs_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")

TOKENS = sorted(routes())
# Inputs that a model has under the same name, in another form.
OTHER_FORM = {("AWS::CE::AnomalySubscription", "thresholdExpression")}


def rules(token: str) -> Iterator[tuple[Route, tuple[str, ...], Rule]]:
    for route in (*routes()[token].requests, routes()[token].cloudformation):
        for name, rule in route.names.items():
            if name not in COMMON and route.target:
                yield route, tuple(name.split(".")), rule


def by_default(route: Route, path: tuple[str, ...]) -> str:
    """Where an input would go without its rule."""
    around = place(route, path[:-1])
    if len(path) > 1 and around is None:
        return ""
    shape = structure(around[0] if around else route.shape)
    return destination(route, shape, path[-1], top=len(path) == 1)


@pytest.mark.parametrize("token", TOKENS)
def test_each_rule_is_about_an_input_of_the_sdk(token: str) -> None:
    known = inputs_of(token)
    assert [".".join(path) for _, path, _ in rules(token) if path not in known] == []


@pytest.mark.parametrize("token", TOKENS)
def test_each_rule_leads_to_a_place(token: str) -> None:
    lost = [(r.target, ".".join(path)) for r, path, rule in rules(token) if not rule.none and place(r, path) is None]
    assert lost == []


@pytest.mark.parametrize("token", TOKENS)
def test_no_rule_says_what_holds_anyway(token: str) -> None:
    """For one model at least it must make a difference."""
    needed: dict[str, bool] = {}
    for route, path, rule in rules(token):
        plain = rule == Rule(to=rule.to) and not route.only and by_default(route, path) == rule.to
        needed[".".join(path)] = needed.get(".".join(path), False) or not plain
    assert [path for path, differs in needed.items() if not differs] == []


@pytest.mark.parametrize("token", TOKENS)
def test_no_reason_hides_a_place(token: str) -> None:
    """An input is on the list of what is not mapped only as long as the model has no member of its name."""
    hidden = []
    for route, path, rule in rules(token):
        found = by_default(route, path) if rule.none else ""
        if found and not read_only(route, found) and (route.target, ".".join(path)) not in OTHER_FORM:
            hidden.append((route.target, ".".join(path)))
    assert hidden == []


def read_only(route: Route, name: str) -> bool:
    """A property that CloudFormation only answers with."""
    listed = getattr(route.shape, "root", {}).get("readOnlyProperties", [])
    return any(path.split("/")[2] == name for path in listed)


@pytest.mark.parametrize("token", TOKENS)
def test_what_every_request_needs_can_be_given(token: str) -> None:
    """A required member that no input and no addition reaches would make every resource of the type wrong."""
    for route in routes()[token].requests:
        if route.target:
            reached = {p[2] for path in inputs_of(token) if (p := place(route, path)) and p[1] == route.shape}
            reached |= set(translate(route, {}).value) | {r.to.split(".")[0] for r in route.names.values()}
            assert route.shape.required - reached - {route.within.split(".")[0]} == set(), route.target


def test_what_cloudformation_does_not_have_it_does_not_have() -> None:
    """Were such a type added, its resources could be checked."""
    for token, one in routes().items():
        if not one.cloudformation.target:
            service, name = token.split(":")[1].split("/")[0], token.rpartition(":")[2]
            for family in {service.title(), service.upper(), SERVICES.get(service, "")} - {""}:
                with pytest.raises(KeyError):
                    resource_schema(f"AWS::{family}::{name}")


SERVICES = {
    "autoscaling": "AutoScaling",
    "cloudwatch": "Events",
    "costexplorer": "CE",
    "appautoscaling": "ApplicationAutoScaling",
}


@pytest.mark.parametrize(
    ("token", "path", "said"),
    [
        (
            "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
            "productionVariants.containerStartupHealthCheckTimeoutInSeconds",
            ("integer", (), 60, 3600, "value", False, "sagemaker ProductionVariant.Contain"),
        ),
        (
            "aws:fsx/lustreFileSystem:LustreFileSystem",
            "deploymentType",
            ("text", ("SCRATCH_1", "SCRATCH_2", "PERSISTENT_1", "PERSISTENT_2"), None, None, None, False, "fsx "),
        ),
        ("aws:iam/role:Role", "name", ("text", (), 1, 64, "length", True, "iam CreateRoleRequest.RoleName")),
        ("aws:ec2/vpc:Vpc", "enableDnsSupport", ("boolean", (), None, None, None, False, "ec2 AttributeBooleanValue.")),
        (
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "fromPort",
            ("integer", (), -1, None, "value", False, "AWS::EC2::SecurityGroupIngress FromPort"),
        ),
        ("aws:ec2/vpc:Vpc", "tags", ("mapping", (), None, None, None, False, "ec2 CreateVpcRequest.TagSpecifications")),
        ("aws:lb/loadBalancer:LoadBalancer", "internal", ("boolean", (), None, None, None, False, "elbv2 ")),
    ],
)
def test_what_the_models_say_of_an_input(token: str, path: str, said: tuple[object, ...]) -> None:
    found = aws.constraint_of(token, tuple(path.split(".")))
    assert found is not None
    *rest, source = said
    assert [found.type, found.enum, found.minimum, found.maximum, found.bound, found.required] == rest
    assert source in found.source  # type: ignore[operator]


def test_what_no_model_knows_has_no_constraint() -> None:
    assert aws.constraint_of("aws:ec2/vpc:Vpc", ("region",)) is None
    assert aws.constraint_of("aws:ec2/vpc:Vpc", ("cidrBlok",)) is None
    assert aws.constraint_of("aws:none/none:None", ("name",)) is None
