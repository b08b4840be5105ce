"""Would CloudFormation take the same resources? cfn-lint itself judges the translated templates, region by region."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tools.models.aws_routes import routes
from tools.models.aws_shapes import Shape, resource_schema
from tools.models.aws_translate import UNKNOWN, translate
from ultrastack.model.graph import Graph, Resource

from .aws_requests import Mismatch, named

UNKNOWN_THERE = {"Fn::ImportValue": "unknown"}  # takes any place of a text or a number, and no rule can look behind it
CLOUD_CONTROL = "aws:cloudcontrol/resource:Resource"
MOST = 400  # resources of a template; CloudFormation takes 500


@dataclass(frozen=True)
class Translated:
    """One resource of a template."""

    resource: Resource
    region: str
    type: str
    properties: Mapping[str, Any]
    problems: tuple[str, ...] = ()  # inputs that have no property there

    @property
    def key(self) -> str:
        """Two resources with the same key are judged alike."""
        return json.dumps([self.region, self.type, self.properties], sort_keys=True)


def translated(graph: Graph, resource: Resource) -> Translated | None:
    """None for a type that CloudFormation does not have."""
    region = region_of(graph, resource)
    if resource.type == CLOUD_CONTROL:
        return _cloud_control(resource, region)
    route = routes()[resource.type].cloudformation
    if not route.target:
        return None
    made = translate(route, named(resource))
    return _checked(resource, region, route.target, _written(made.value, route.shape), made.problems)


def _cloud_control(resource: Resource, region: str) -> Translated:
    """It says itself which type of CloudFormation it makes, and with which properties."""
    type_, state = resource.inputs.get("typeName"), resource.inputs.get("desiredState")
    try:
        shape = resource_schema(str(type_), region)
        properties = json.loads(str(state))
    except KeyError:
        return Translated(resource, region, "", {}, (f"typeName: there is no type {type_} in {region}",))
    except ValueError:
        return Translated(resource, region, "", {}, ("desiredState: this is not JSON",))
    return _checked(resource, region, str(type_), _written(properties, shape))


def _checked(
    resource: Resource, region: str, type_: str, properties: Mapping[str, Any], problems: Sequence[str] = ()
) -> Translated:
    """cfn-lint sees a property that only AWS sets in some places only."""
    shape = resource_schema(type_, region)
    only = [path.removeprefix("/properties/").split("/") for path in shape.root.get("readOnlyProperties", [])]
    read_only = [f"{'.'.join(path)}: only AWS sets it" for path in only if _has(properties, path)]
    return Translated(resource, region, type_, properties, (*problems, *read_only))


def _has(value: Any, path: Sequence[str]) -> bool:
    if not path:
        return True
    if isinstance(value, list):
        return any(_has(one, path[1:] if path[0] == "*" else path) for one in value)
    if not isinstance(value, Mapping):
        return False
    return any(_has(inner, path[1:]) for key, inner in value.items() if path[0] in (key, "*"))


def region_of(graph: Graph, resource: Resource) -> str:
    provider = graph.by_urn.get(resource.provider)
    region = resource.inputs.get("region") or (provider.inputs.get("region") if provider else None)
    return region if isinstance(region, str) else "us-east-1"


def _written(value: Any, shape: Shape) -> Any:
    """Unknown texts, numbers and switches become a value from another stack; an unknown block is left out."""
    if value is UNKNOWN:
        return UNKNOWN_THERE
    if isinstance(value, Mapping):
        members = shape.members if shape.kind == "structure" else {}
        inner = {k: (v, members.get(k, shape)) for k, v in value.items()}
        return {k: _written(v, s) for k, (v, s) in inner.items() if not (v is UNKNOWN and s.kind == "structure")}
    if isinstance(value, list):
        element = shape.element if shape.kind == "list" else shape
        return [_written(one, element) for one in value]
    return value


def judged(made: Iterable[Translated]) -> Iterator[Mismatch]:
    """What has no property there, and what cfn-lint says of the rest: errors and warnings alike."""
    by_region: dict[str, dict[str, Translated]] = {}
    for one in made:
        yield from (Mismatch(_who(one.resource), one.type or "CloudFormation", what) for what in one.problems)
        if one.type:
            by_region.setdefault(one.region, {}).setdefault(one.key, one)
    for region, found in by_region.items():
        for resources in _packed(_merged(list(found.values()))):
            yield from _linted(region, resources)


def _packed(made: Sequence[Translated]) -> Iterator[list[Translated]]:
    """As few templates as possible: the variants that several stacks have of one resource go into different ones."""
    rounds: dict[int, list[Translated]] = {}
    variants: Counter[tuple[str, str]] = Counter()
    for one in made:
        rounds.setdefault(variants[one.type, one.resource.name], []).append(one)
        variants[one.type, one.resource.name] += 1
    for resources in rounds.values():
        for start in range(0, len(resources), MOST):
            yield resources[start : start + MOST]


def _merged(made: Sequence[Translated]) -> list[Translated]:
    """What the provider has as resources of their own are properties of the bucket there."""
    buckets: dict[str, Translated] = {}
    others = []
    for one in sorted(made, key=lambda one: one.resource.type != "aws:s3/bucket:Bucket"):
        name = json.dumps(one.properties.get("BucketName"))
        if one.type != "AWS::S3::Bucket" or "Fn::ImportValue" in name:
            others.append(one)
        elif name in buckets:
            whole = {**buckets[name].properties, **one.properties}
            buckets[name] = Translated(buckets[name].resource, one.region, one.type, whole)
        else:
            buckets[name] = one
    return [*others, *buckets.values()]


def _linted(region: str, made: Sequence[Translated]) -> Iterator[Mismatch]:
    from cfnlint.config import ConfigMixIn
    from cfnlint.decode.decode import decode_str
    from cfnlint.runner import run_template_by_data

    body: dict[str, Any] = {}
    behind: dict[str, Translated] = {}
    for one in made:
        logical = f"R{len(body)}{re.sub('[^A-Za-z0-9]', '', one.resource.name.title())}"[:255]
        body[logical] = {"Type": one.type, "Properties": one.properties}
        behind[logical] = one
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": body}
    read, _ = decode_str(json.dumps(template))
    for match in run_template_by_data(read, ConfigMixIn(regions=[region]), _rules()):
        path = [str(part) for part in match.path or ()]
        found = behind.get(path[1]) if len(path) > 1 else None
        who = _who(found.resource) if found else f"the template of {region}"
        where = f"{found.type} {'.'.join(path[3:])}: " if found else ""
        yield Mismatch(who, f"cfn-lint {match.rule.id}", f"{where}{match.message}")


@cache
def _rules() -> Any:
    """All of cfn-lint's own, errors and warnings; its api loads them again for each template, half a second each."""
    from cfnlint.config import ConfigMixIn
    from cfnlint.runner import Runner

    return Runner(ConfigMixIn()).rules


def _who(resource: Resource) -> str:
    return f"{resource.type} '{resource.name}'"
