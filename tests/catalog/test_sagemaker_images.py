"""An image has one address in a region, or none that anybody can vouch for."""

from __future__ import annotations

import re

import pytest

from ultrastack.catalog import (
    UnknownRow,
    image_account,
    image_accounts,
    machines,
    serving_image,
    serving_image_uri,
    serving_images,
)

FAMILIES = {name.partition(".")[0] for name in machines()} | {"trn3"}  # trn3: named by images, not sold as a machine


@pytest.mark.parametrize("name", serving_images())
def test_an_image_is_whole_or_says_that_it_is_not(name: str) -> None:
    row = serving_image(name)
    assert re.fullmatch(r"[a-z0-9/-]+", row.repository)
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", row.tag)
    assert set(row.families or ()) <= FAMILIES
    assert set(row.regions or ()) <= set(image_accounts())
    assert (row.made_for == "neuron") == ("neuron" in row.tag)


def test_addresses_in_each_partition() -> None:
    tag = "0.38.0-lmi29.0.0-cu130"
    assert [serving_image_uri("djl-lmi-gpu", region) for region in ("us-east-2", "cn-north-1", "eusc-de-east-1")] == [
        f"763104351884.dkr.ecr.us-east-2.amazonaws.com/djl-inference:{tag}",
        f"727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/djl-inference:{tag}",
        f"204133271717.dkr.ecr.eusc-de-east-1.amazonaws.eu/djl-inference:{tag}",
    ]


def test_an_address_is_not_made_up() -> None:
    assert serving_image_uri("hf-tgi-gpu", "us-east-2") is None  # only the beginning of the tag is known
    assert serving_image_uri("neuron-vllm-0.16.0", "us-east-2") is None  # SageMaker pulls from private registries


def test_accounts_have_twelve_digits() -> None:
    assert [r for r, row in image_accounts().items() if not re.fullmatch(r"\d{12}", row.account_id)] == []
    assert sum(row.account_id == "763104351884" for row in image_accounts().values()) == 16


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UnknownRow) as raised:
        image_account("us-east-3")
    assert str(raised.value) == ("no image account of region 'us-east-3' in the catalogue; did you mean 'us-east-2'?")
    with pytest.raises(UnknownRow, match="^no serving image 'djl-lmi-gp' in the catalogue; did you mean 'djl-lmi-gpu'"):
        serving_image("djl-lmi-gp")
