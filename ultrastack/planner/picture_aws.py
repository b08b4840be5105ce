"""What of AWS is drawn? Networks and zones, machines with what joins them, storage, what answers requests."""

from __future__ import annotations

from . import picture_aws_machines, picture_aws_serving, picture_aws_storage
from .picture_aws_places import draw_networks
from .picture_parts import Drawing


def draw(drawing: Drawing) -> None:
    draw_networks(drawing)
    picture_aws_machines.draw(drawing)
    picture_aws_storage.draw(drawing)
    picture_aws_serving.draw(drawing)
