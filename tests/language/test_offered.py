"""A machine, a TPU or a zone that the catalogue does not know in a place is noted, with where it is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from ultrastack.language.beginning.offered import notes, zone_ids_elsewhere
from ultrastack.language.beginning.stand_ins import stand_ins
from ultrastack.language.beginning.start import start

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("example", "region", "zone", "said"),
    [
        ("trn2-ultraserver", "us-east-2", "", []),
        (
            "trn2-ultraserver",
            "us-west-2",
            "",
            ["a Trn2 UltraServer (trn2u.48xlarge): not known to be offered in us-west-2; known: us-east-2"],
        ),
        (
            "gb200-ultraserver",
            "us-east-2",
            "",
            ["p6e-gb200.36xlarge: not known to be offered in us-east-2; known: us-east-1"],
        ),
        (
            "tpu7x-compute-engine",
            "",
            "us-east5-b",
            ["TPU tpu7x: not known to be in us-east5-b; known: us-central1-ai1a, us-central1-c"],
        ),
        ("tpu-vm", "", "us-west4-a", []),
        ("storage-bucket", "eu-west-3", "", []),
        (
            "storage-bucket",
            "us-esat-2",
            "",
            ["us-esat-2: no region that it knows; near it: us-west-2, us-east-2, us-west-1"],
        ),
    ],
)
def test_what_is_not_known_to_be_there(example: str, region: str, zone: str, said: list[str]) -> None:
    top = start(ROOT, example).top
    assert top is not None
    assert notes(top, region, zone) == said


def test_sagemaker_hosts_elsewhere_than_ec2() -> None:
    top = start(ROOT, "scale-to-zero-endpoint").top
    assert top is not None
    assert [note.partition(";")[0] for note in notes(top, "eu-north-1")] == [
        "ml.g6e.12xlarge: not known to be offered in eu-north-1"
    ]


def test_zone_ids_of_another_region() -> None:
    assert zone_ids_elsewhere("['use2-az3', 'usw2-az1', 'xxx9-az1']", "us-east-2") == ["usw2-az1"]


def test_what_an_example_made_up_is_listed_until_it_is_ones_own() -> None:
    top = start(ROOT, "queued-resource").top
    assert top is not None
    path = "projects/example-ml/regions/us-west4/subnetworks/tpu"
    assert [(str(place), text) for place, text in stand_ins(top)] == [("examples/queued-resource.yaml:15:19", path)]
    top = start(ROOT, "lustre").top
    assert top is not None
    assert stand_ins(top, "us-east-2") == []
    assert [text for _, text in stand_ins(top, "us-west-2")] == ["use2-az3"]
