"""That SageMaker's API knows a type does not mean that it hosts models anywhere."""

from __future__ import annotations

import pytest

from ultrastack.catalog import UnknownRow, hosting_type, hosting_types, inference_ami, inference_amis


def test_a_type_is_a_machine_of_ec2() -> None:
    for name, row in hosting_types().items():
        assert name == f"ml.{row.machine}"
        assert row.hosting or not row.hosting_regions, name


def test_types_that_are_known_and_sold_nowhere() -> None:
    unsold = [name for name, row in hosting_types().items() if row.hosting and not row.hosting_regions]
    assert unsold == ["ml.trn2.48xlarge", "ml.p5e.48xlarge", "ml.p6e-gb200.36xlarge"]
    assert hosting_type("ml.trn2.48xlarge").hyperpod_regions == ("us-east-2",)
    assert [name for name, row in hosting_types().items() if not row.hosting] == ["ml.trn2.3xlarge"]
    assert not [name for name in hosting_types() if name.startswith("ml.trn2u")]  # UltraServers are not in SageMaker


def test_regions() -> None:
    assert hosting_type("ml.trn1.32xlarge").hosting_regions == ("us-east-1", "us-west-2")
    assert len(hosting_type("ml.inf2.24xlarge").hosting_regions) == 14
    assert hosting_type("ml.g5.xlarge").hyperpod_regions is None  # not looked up


def test_an_inference_ami_says_what_it_is() -> None:
    for name, row in inference_amis().items():
        assert name.startswith("al2023-" if row.operating_system == "amazon-linux-2023" else "al2-")
        assert row.made_for in name
        assert (row.cuda is None) == (row.made_for == "neuron")
    newest = inference_ami("al2023-ami-sagemaker-inference-gpu-4-1")
    assert (newest.driver, newest.cuda) == ("580", "13.0")


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UnknownRow) as raised:
        hosting_type("ml.inf2.24xlarg")
    assert str(raised.value) == (
        "no SageMaker type 'ml.inf2.24xlarg' in the catalogue; did you mean 'ml.inf2.24xlarge'?"
    )
    with pytest.raises(UnknownRow, match="^no inference AMI 'al2023-ami-sagemaker-inference-gpu-4' in the catalogue"):
        inference_ami("al2023-ami-sagemaker-inference-gpu-4")
