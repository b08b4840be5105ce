"""A stack on both clouds is made, left alone, changed in place, replaced where it has to be, and taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ultrastack.catalog import resource_type

from .real_cli import Project

pytestmark = pytest.mark.engine

STACK = """\
aws: {region: us-east-2, account_id: "111122223333"}
gcp: {project: example-ml, region: us-east5, zone: us-east5-b}
tags: {cost-center: ml-research, owner: platform, service: llm}
steps:
  - name: net
    aws.network: {cidr: 10.20.0.0/16, availability_zone_ids: [use2-az3]}
    register: net
  - name: fabric
    aws.efa_placement_group: {vpc_id: "{{ net.vpc_id }}"}
    register: fabric
  - name: pool
    aws.accelerator_cluster:
      instance_type: p5.48xlarge
      desired: 1
      max: 2
      subnet_ids: "{{ net.private_subnet_ids }}"
      security_group_ids: ["{{ fabric.security_group_id }}"]
      bootstrap: echo first
    register: pool
    schedule: {start: "0 8 * * 1-5", stop: "0 19 * * 1-5", time_zone: Europe/Berlin}
  - name: chat
    aws.sagemaker_endpoint:
      model: {image: "111122223333.dkr.ecr.us-east-2.amazonaws.com/chat:1", data: "s3://weights/chat/"}
      variants: [{instance_type: ml.inf2.24xlarge, min: 1, max: 2, scaling: {concurrent_requests: 4}}]
    register: chat
  - name: limit
    aws.budget: {amount: 1000, emails: [ml-costs@example.com]}
  - name: vpc
    gcp.network: {subnetworks: {us-east5: {cidr: 10.60.0.0/20}}}
    register: vpc
  - name: shards
    gcp.storage_bucket: {location: us-east5}
    register: shards
  - name: slice
    gcp.tpu_slice:
      generation: v6e
      topology: 4x4
      subnetwork: "{{ vpc.subnetwork_ids[0] }}"
      data_buckets: {shards: {bucket: "{{ shards.bucket_name }}", access: read-write}}
    register: slice
  - name: notebook
    gcp.tpu_slice: {accelerator_type: v5litepod-4, zone: us-west4-a}
    register: notebook
outputs:
  group: "{{ pool.group_name }}"
  url: "{{ chat.invoke_url }}"
  bucket: "{{ shards.uri }}"
  why: "{{ slice.reason }}"
  workers: "{{ slice.worker_hosts }}"
  notebook: "{{ notebook.worker_ips }}"
"""


NOTEBOOK = """\
gcp: {project: example-ml, region: us-west4, zone: us-west4-a}
steps:
  - name: notebook
    gcp.tpu_slice: {accelerator_type: v5litepod-4}
"""


def edit(project: Project, old: str, new: str) -> None:
    file = project.folder / "stacks" / "both.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def replaced(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Types of what has another id than before."""
    urns = [urn for urn in before if urn in after and before[urn].get("id") != after[urn].get("id")]
    return {after[urn]["type"] for urn in urns}


def test_a_stack_on_both_clouds_lives_its_whole_life(repository: Callable[..., Project]) -> None:
    project = repository({"both": STACK})
    project.init("both")
    planned = project.preview("both")["changeSummary"]
    assert set(planned) == {"create"}
    assert project.up("both") == planned
    outputs = project.run("stack", "output", "--json", "--stack", "both").out
    assert "null" not in outputs and '""' not in outputs, f"the rehearsal left something unsaid: {outputs}"
    assert project.up("both") == {"same": planned["create"]}
    made = project.resources("both")
    unknown = {one["type"] for one in made.values() if one.get("custom") and resource_type(one["type"]) is None}
    assert {token for token in unknown if not token.startswith("pulumi:")} == set()

    # in place, at both: sizes, limits, cost tags where they can be
    edit(project, "max: 2, scaling", "max: 3, scaling")
    edit(project, "amount: 1000", "amount: 2000")
    edit(project, "location: us-east5", "location: us-east5, soft_delete_days: 14")
    edit(project, "echo first", "echo second")  # a new version of the launch template
    changed = project.up("both")
    assert set(changed) == {"same", "update"}, changed
    updated = project.resources("both")
    assert replaced(made, updated) == set()

    # another machine behind the endpoint: a new configuration, and the endpoint stays
    edit(project, "ml.inf2.24xlarge", "ml.inf2.48xlarge")
    project.up("both")
    endpoint = project.resources("both")
    assert replaced(updated, endpoint) == {"aws:sagemaker/endpointConfiguration:EndpointConfiguration"}

    # another shape: chips are given back and asked for anew
    edit(project, "v5litepod-4", "v5litepod-8")
    edit(project, "10.60.0.0/20", "10.60.0.0/21")  # narrower: no range is taken out of a subnetwork
    project.up("both")
    assert replaced(endpoint, project.resources("both")) >= {
        "gcp:tpu/v2Vm:V2Vm",
        "gcp:compute/subnetwork:Subnetwork",
    }

    project.run("state", "unprotect", "--all", "--yes", "--stack", "both")
    left = len(project.resources("both"))
    assert project.destroy("both") == {"delete": left}
    assert project.resources("both") == {}


def test_naming_the_zone_that_was_chosen_touches_no_machine(repository: Callable[..., Project]) -> None:
    """A target's zone, written into an argument, names what the provider had chosen by itself."""
    project = repository({"both": NOTEBOOK})
    project.init("both")
    count = project.up("both")["create"]
    edit(project, "v5litepod-4", "v5litepod-4, zone: us-west4-a")
    assert project.up("both") == {"same": count - 1, "update": 1}  # the component's own arguments
