"""How many tags may a step have, and which four has it always?"""

from __future__ import annotations

from pathlib import Path

import pytest

from ultrastack.language.tags import AUTOMATIC, AWS_MOST
from ultrastack.model.place import Refused

from .projects import read_text

STEP = "steps: [{name: net, aws.net: {cidr: 10.0.0.0/16, zones: [a]}}]\n"


def tags(count: int) -> str:
    return "tags: {" + ", ".join(f"t{n}: v" for n in range(count)) + "}\n"


def test_the_automatic_tags_are_on_every_step(tmp_path: Path) -> None:
    assert read_text(tmp_path, STEP).steps[0].tags == {
        "environment": "dev",
        "stack": "ultrastack-dev",
        "managed-by": "ultrastack",
        "component": "aws-net",
    }


def test_as_many_tags_as_aws_has_room_for(tmp_path: Path) -> None:
    read_text(tmp_path, tags(AWS_MOST - len(AUTOMATIC)) + STEP)
    with pytest.raises(Refused) as refused:
        read_text(tmp_path, tags(AWS_MOST - len(AUTOMATIC) + 1) + STEP)
    what = "49 tags, automatic ones included; AWS has room for 48 beside the components' own"
    assert [(p.what, p.fix) for p in refused.value.problems] == [(what, "remove some with null")]
