"""What is a child told that confines itself? Plain data, as JSON in its arguments: nothing in it is secret."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from .limits import Limits
from .tree import Step

READY = b"r"  # on the status pipe, just before the command takes over; anything after it is why it could not


@dataclass(frozen=True)
class Order:
    way: str  # one of ways.WAYS
    command: tuple[str, ...]
    folder: str
    scratch: str
    tree: tuple[Step, ...]
    limits: Limits
    user: int  # whom it becomes; -1: who it is
    status: int  # file descriptor

    def text(self) -> str:
        return json.dumps(asdict(self))


def read(text: str) -> Order:
    data = json.loads(text)
    data["tree"] = tuple(Step(**one) for one in data["tree"])
    return Order(**data | {"limits": Limits(**data["limits"]), "command": tuple(data["command"])})
