"""Editors accept what the reader accepts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ultrastack.language.finder import find_components
from ultrastack.language.reader import read
from ultrastack.language.schema import stack_schema

from .projects import write

ROOT = Path(__file__).parents[2]
SCHEMA = stack_schema(find_components(ROOT))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def loaded(text: str) -> Any:
    class Loader(yaml.SafeLoader):
        """Only true and false are booleans, and dates are texts, as in the language."""

    Loader.yaml_implicit_resolvers = {
        c: [(tag, pattern) for tag, pattern in found if not tag.endswith((":bool", ":timestamp"))]
        for c, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
    return yaml.load(text, Loader)


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


README = (ROOT / "stacks" / "README.md").read_text("utf-8").split("```yaml\n")[1:]


@pytest.mark.parametrize("text", [block.partition("```")[0] for block in README], ids=lambda t: t.split("\n")[0][2:])
def test_the_examples_are_accepted(text: str) -> None:
    assert [e.message for e in VALIDATOR.iter_errors(loaded(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "step: []",
        "steps: {}",
        "{aws: {region: us-east-2}, steps: []}",
        "steps: [{name: net, aws.network: {cidrs: 10.0.0.0/16}}]",
        "steps: [{name: net, aws.network: {availability_zone_ids: 5}}]",
        "steps: [{name: net, whn: true}]",
        "steps: [{name: Net}]",
        "steps: [{name: net, aws.network: {}, aws.storage_bucket: {}}]",
        "steps: [{name: net, options: {children: {vpc: {protected: true}}}}]",
    ],
)
def test_mistakes_are_marked(text: str) -> None:
    assert list(VALIDATOR.iter_errors(loaded(text)))


def test_two_components_may_have_models_of_the_same_name() -> None:
    """FlowLogs of aws.network and of gcp.network are not the same."""
    given = "steps: [{name: net, %s.network: {flow_logs: {traffic: REJECT}}}]"
    assert VALIDATOR.is_valid(loaded(given % "aws"))
    assert not VALIDATOR.is_valid(loaded(given % "gcp"))


def test_every_definition_is_used_and_every_reference_has_one() -> None:
    text = json.dumps(SCHEMA)
    assert set(re.findall(r'"#/\$defs/([^"]+)"', text)) == set(SCHEMA["$defs"])


def test_an_expression_may_stand_for_anything_that_is_no_text() -> None:
    given = 'aws.network: {availability_zone_ids: "{{ zones }}", cidr: "{{ cidr }}"}'
    text = f'steps: [{{name: net, {given}, options: "{{{{ o }}}}"}}]'
    assert [e.message for e in VALIDATOR.iter_errors(loaded(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "{extends: common.yaml, aws: {region: us-west-2}}",
        "{abstract: true, gcp: {project: example-ml}, steps: []}",
        "aws: {region: us-east-2}",
        "{extends: common.yaml, description: null, budget: null, steps: [{name: net, when: null, loop: null}]}",
        "{extends: common.yaml, steps: [{name: net, aws.network: {nat: null, flow_logs: null}, options: null}]}",
    ],
)
def test_a_difference_to_another_file_says_only_a_part(text: str) -> None:
    assert [e.message for e in VALIDATOR.iter_errors(loaded(text))] == []


EVERYTHING = """
description: All keywords
extends: [low.yaml]
aws: {region: us-east-2, role_arn: "arn:aws:iam::111122223333:role/deploy", external_id: x}
gcp: {project: example-ml, region: us-east5, zone: us-east5-b}
providers: {west: {cloud: aws, region: us-west-2}, south: {cloud: gcp, region: us-south1, project: other-ml}}
tags: {cost-center: ml, owner: null}
vars: {n: 2, ids: [use2-az1], sizes: {a: 1, b: 2}, flag: "{{ n > 1 }}"}
budget: {monthly_usd: 1000.5}
policy: {profile: production}
accept: [{rule: x, reason: y, owner: z, until: 2027-01-31}]
steps:
  - {assert: {that: [n < 9, "{{ flag }}"], message: "{{ n }} are too many"}}
  - {name: net, aws.network: {cidr: 10.0.0.0/16, availability_zone_ids: "{{ ids }}"}, register: net, provider: west}
  - name: "b-{{ size.key }}"
    description: Buckets
    loop: "{{ sizes }}"
    as: size
    when: [flag, true, "{{ size.value < 3 }}"]
    vars: {days: "{{ size.value * 10 }}"}
    aws.storage_bucket: {noncurrent_days: "{{ days }}", versioning: true}
    register: buckets
    tags: {team: "{{ size.key }}"}
    formerly: ["old-{{ size.key }}"]
    schedule: {hours_per_week: 50, start: 0 8 * * 1-5, stop: 0 19 * * 1-5, time_zone: Europe/Berlin}
    options:
      protect: "{{ flag }}"
      retain_on_delete: true
      depends_on: [net]
      children: {bucket: {ignore_changes: [tags], custom_timeouts: {create: 20m}}}
  - {name: rest, include: rest.yaml, when: flag, provider: west, tags: {a: b}, vars: {z: 1}, register: r}
outputs: {vpc: "{{ net.vpc_id }}", n: 5, all: [1, {a: "{{ r.b }}"}]}
"""


def test_what_the_reader_takes_the_schema_takes(tmp_path: Path) -> None:
    files = {
        "stacks/low.yaml": '{abstract: true, aws: {account_id: "111122223333"}, tags: {owner: x}}',
        "stacks/rest.yaml": "{steps: [{name: b, aws.storage_bucket: }], outputs: {b: 1}}",
        "stacks/dev.yaml": EVERYTHING,
    }
    write(tmp_path, files)
    assert len(read(tmp_path / "stacks/dev.yaml", tmp_path, find_components(ROOT)).steps) == 4
    for text in files.values():
        assert [e.message for e in VALIDATOR.iter_errors(loaded(text))] == []
