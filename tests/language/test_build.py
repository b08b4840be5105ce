"""Planned steps become resources: providers, options, aliases, exports; a failing component names its step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest

from ultrastack.language.build import BuildFailed, build
from ultrastack.model.place import Refused

from .projects import AWS, read_files, read_text
from .recorder import Recorder

NET = "aws.net: {cidr: 10.0.0.0/16, zones: [a, b]}"


def built(tmp_path: Path, text: str, **more: Any) -> Recorder:
    reading = read_text(tmp_path, text)
    recorder = Recorder(**more)
    recorder.run(lambda: build(reading), {"ultrastack:token": "hunter2"}, ("ultrastack:token",))
    return recorder


def test_targets_in_use_become_explicit_providers_of_their_name(tmp_path: Path) -> None:
    text = f"""
providers:
  west: {{cloud: aws, region: us-west-2, role_arn: "arn:aws:iam::111122223333:role/deploy", external_id: x}}
  idle: {{cloud: aws, region: us-west-1}}
steps:
  - {{name: a, {NET}}}
  - {{name: b, provider: west, {NET}}}
"""
    found = built(tmp_path, text)
    providers = {n: found.given(n) for n, r in found.requests.items() if r.type == "pulumi:providers:aws"}
    assert sorted(providers) == ["aws", "west"]
    assert providers["aws"]["region"] == "us-east-2"
    assert providers["aws"]["allowedAccountIds"] == '["111122223333"]'
    assert "arn:aws:iam::111122223333:role/deploy" in providers["west"]["assumeRoles"]
    assert "::west::" in found.requests["b-vpc"].provider or "::west::" in str(found.requests["b"].providers)


def test_a_google_target_is_a_provider_too(tmp_path: Path) -> None:
    head = "gcp: {project: example-ml, region: us-east5, zone: us-east5-b}\n"
    text = head + "steps: [{name: b, gcp.bucket: {location: US}}]\n"
    reading = read_files(tmp_path, {"stacks/dev.yaml": text})
    recorder = Recorder()
    recorder.run(lambda: build(reading))
    given = recorder.given("gcp")
    assert (given["project"], given["region"], given["zone"]) == ("example-ml", "us-east5", "us-east5-b")


POOL = "aws.pool: {machine: g6.xlarge, subnet_ids: [subnet-1]}"
WEEK = "schedule: {start: 0 8 * * 1-5, stop: 0 19 * * 1-5, time_zone: Europe/Berlin}"


def test_a_schedule_reaches_components_that_can_be_stopped_and_no_others(tmp_path: Path) -> None:
    found = built(tmp_path, f"steps:\n  - {{name: p, {POOL}, {WEEK}}}\n  - {{name: n, {NET}, {WEEK}}}\n")
    assert found.given("p")["schedule"] == {
        "start": "0 8 * * 1-5",
        "stop": "0 19 * * 1-5",
        "time_zone": "Europe/Berlin",
    }
    assert "schedule" not in found.given("n")


def test_a_component_may_refuse_a_schedule(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_text(tmp_path, f"steps:\n  - {{name: p, {POOL[:-1]}, idle: true}}, {WEEK}}}\n")
    assert "an idle pool cannot start" in str(refused.value)


def test_a_schedule_is_no_argument(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_text(tmp_path, f"steps:\n  - {{name: p, {POOL[:-1]}, {WEEK}}}}}\n")
    assert "'schedule' is a keyword of the step, not an argument of aws.pool" in str(refused.value)


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("us-east5", "us-east5-b"),
        ("us-central1", "us-central1-ai1a"),
        ("u-germany-northeast1", "u-germany-northeast1-a"),
    ],
)
def test_google_has_zones_of_several_kinds(tmp_path: Path, region: str, zone: str) -> None:
    head = f"gcp: {{project: example-ml, region: {region}, zone: {zone}}}\n"
    reading = read_files(tmp_path, {"stacks/dev.yaml": head + "steps: [{name: b, gcp.bucket: {location: US}}]\n"})
    assert reading.providers["gcp"].settings.zone == zone  # type: ignore[union-attr]


def test_options_reach_the_resources_that_they_mean(tmp_path: Path) -> None:
    text = f"""
steps:
  - {{name: first, {NET}}}
  - name: net
    {NET}
    formerly: [old, older]
    options:
      protect: true
      retain_on_delete: true
      depends_on: first
      children:
        vpc: {{ignore_changes: [cidr_block, tags.my_key], import: vpc-1, custom_timeouts: {{create: 5m}}}}
        "subnet-*": {{delete_before_replace: true, replace_on_changes: [zone]}}
"""
    found = built(tmp_path, text).requests
    assert [a.spec.name for a in found["net"].aliases] == ["old", "older"]
    assert found["net"].protect and found["net"].retainOnDelete
    assert any("first" in urn for urn in found["net"].dependencies)
    assert list(found["net-vpc"].ignoreChanges) == ["cidrBlock", "tags.my_key"]
    assert found["net-vpc"].importId == "vpc-1" and found["net-vpc"].customTimeouts.create == "5m"
    assert not found["net-vpc"].deleteBeforeReplace
    assert found["net-subnet-a"].deleteBeforeReplace and found["net-subnet-b"].deleteBeforeReplace
    assert list(found["net-subnet-a"].replaceOnChanges) == ["zone"]
    assert not found["first-vpc"].ignoreChanges


def test_steps_are_announced_and_those_left_out_make_nothing(tmp_path: Path) -> None:
    found = built(tmp_path, f"steps:\n  - {{name: a, {NET}}}\n  - {{name: b, when: false, {NET}}}\n")
    assert [(s.name, s.component, str(s.place), s.left_out) for s in found.steps] == [
        ("a", "aws.net", "stacks/dev.yaml:3:15", ""),
        ("b", "aws.net", "stacks/dev.yaml:4:28", "`when` is false at stacks/dev.yaml:4:21"),
    ]
    assert "b" not in found.requests


def test_an_element_of_a_list_depends_on_its_own_resource_only(tmp_path: Path) -> None:
    text = f"""
steps:
  - {{name: net, {NET}, register: net}}
  - {{name: p, aws.pool: {{machine: g6.xlarge, subnet_ids: ["{{{{ net.subnet_ids[1] }}}}"]}}}}
"""
    found = built(tmp_path, text)
    assert [u.split("::")[-1] for u in found.requests["p-group"].propertyDependencies["subnets"].urns] == [
        "net-subnet-b"
    ]


def test_exports_keep_secrets_secret(tmp_path: Path) -> None:
    text = f"""
steps:
  - {{name: net, {NET}, register: net}}
outputs: {{plain: 5, vpc: "{{{{ net.vpc_id }}}}", token: "t={{{{ secret('token') }}}}"}}
"""
    found = built(tmp_path, text, answers={"net-vpc": {"answer": "vpc-1"}})
    assert found.outputs["plain"] == 5 and found.outputs["vpc"] == "vpc-1"
    assert (
        found.outputs["token"]["value"] == "t=hunter2" and len(found.outputs["token"]) == 2
    )  # under Pulumi's secret mark


def test_a_component_that_fails_names_its_step(tmp_path: Path) -> None:
    text = "steps:\n  - name: p\n    aws.pool: {machine: g6.xlarge, subnet_ids: [s], settings: {fail: 'yes'}}\n"
    with pytest.raises(BuildFailed) as failed:
        built(tmp_path, text)
    assert str(failed.value) == (
        "stacks/dev.yaml:4:5  step 'p': component aws.pool failed: KeyError: 'no such setting'\n"
        "    4 |     aws.pool: {machine: g6.xlarge, subnet_ids: [s], settings: {fail: 'yes'}}\n"
        "      |     ^^^^^^^^\n"
        "   fix: mend pool.py, line 60"
    )
    assert failed.value.step.name == "p"
    assert isinstance(failed.value.__cause__, KeyError)


def test_a_limit_broken_by_an_answer_of_the_cloud_keeps_its_place(tmp_path: Path) -> None:
    text = f"""
steps:
  - {{name: net, {NET}, register: net}}
  - name: p
    aws.pool:
      machine: g6.xlarge
      subnet_ids: [s]
      volume_gib: "{{{{ net.vpc_id | length }}}}"
"""
    reading = read_files(tmp_path, {"stacks/dev.yaml": AWS + text})
    recorder = Recorder(answers={"net-vpc": {"answer": "vpc-1"}}, dry_run=False)
    with pytest.raises(pulumi.RunError) as refused:
        recorder.run(lambda: build(reading))
    assert str(refused.value) == (
        "stacks/dev.yaml:9:19  'volume_gib' of aws.pool in step 'p', `net.vpc_id | length`: "
        "input should be greater than or equal to 8"
    )
