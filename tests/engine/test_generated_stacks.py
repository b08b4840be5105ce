"""The generated stacks hold every keyword that shapes the graph, and are the same in every run."""

from __future__ import annotations

import pytest

from ultrastack.language.finder import find_components

from .generated_stacks import generated
from .real_cli import ROOT
from .test_parity import GENERATED

WORDS = (
    "loop: when: as: register: include: extends: remove: provider: providers: tags: vars: formerly: outputs: "
    "depends_on: protect: retain_on_delete: children: ignore_changes: replace_on_changes: delete_before_replace: "
    "custom_timeouts: secret( stack_output( config( assert: budget: policy: description: retention role_arn: "
    "lifecycle: writer_arns: peers: access: https_to: backups: metadata: data_repository_associations: root_volume: "
    "policy_arns: bootstrap: kms_key_arns: join( to_json | private_subnet_ids_by_zone[ schedule: gcp: spot: "
    "capacity_block: reservation: load_balancer: scaling: deployment: serverless: data_capture: anomaly: thresholds: "
    "secondary_ranges: nat_addresses: private_services: data_buckets: startup_script: gke: flex-start incarnation: "
    "retention_days: readers: writers: filter_labels:"
).split()


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return ["\n".join(files.values()) for files in generated(GENERATED)]


def test_they_are_the_same_in_every_run() -> None:
    assert generated(10) == generated(10)


@pytest.mark.parametrize("word", [*WORDS, *(f"{word}:" for word in find_components(ROOT))])
def test_each_word_occurs(word: str, texts: list[str]) -> None:
    assert sum(word in text for text in texts) >= 2
