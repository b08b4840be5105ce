"""An image's name leads to the parameter that holds its id."""

from __future__ import annotations

import pytest

from ultrastack.catalog import ImageParameter, image_parameter, image_parameters


@pytest.mark.parametrize("row", image_parameters().values(), ids=image_parameters().keys())
def test_a_parameter_is_a_whole_path(row: ImageParameter) -> None:
    assert row.parameter.startswith("/aws/service/")
    assert not set("<>{}|") & set(row.parameter)
    # the last part differs by service; a wrong one is found at launch only
    assert row.parameter.endswith("/ami-id" if row.made_for in ("gpu", "pcs") else "/image_id")
    assert row.made_for in row.name
    if row.made_for in ("neuron", "gpu"):
        assert row.operating_system in row.name
        assert row.operating_system in row.parameter


def test_no_parameter_is_listed_twice() -> None:
    parameters = [row.parameter for row in image_parameters().values()]
    assert len(set(parameters)) == len(parameters)


def test_a_launch_template_takes_the_parameter() -> None:
    assert image_parameter("neuron-multi-framework-ubuntu-24.04").image_id == (
        "resolve:ssm:/aws/service/neuron/dlami/multi-framework/ubuntu-24.04/latest/image_id"
    )
    assert "ap-south-2" in image_parameter("neuron-base-amazon-linux-2023").missing_in
