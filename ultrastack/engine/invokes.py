"""What does the cloud answer when a program asks it something, and nobody may ask the cloud?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# Token -> a function of the arguments, or what was recorded: [{"args": {...}, "result": {...}}]. The fixture of a stack
# reference has the token pulumi:pulumi:StackReference and the argument name; its result are the other stack's outputs.
Fixtures = Mapping[str, Callable[[dict[str, Any]], Mapping[str, Any]] | Sequence[Mapping[str, Any]]]


class Answers:
    """The recorded answers, and the questions that had none."""

    def __init__(self, fixtures: Fixtures):
        self.fixtures = fixtures
        self.unanswered: list[str] = []  # tokens, in the order they were asked

    def of(self, token: str, args: dict[str, Any]) -> Mapping[str, Any] | None:
        """None: not recorded, so unknown."""
        found = self.fixtures.get(token)
        if callable(found):
            return found(args)
        answer = next((one["result"] for one in found or () if one.get("args", {}) == args), None)
        if answer is None:
            self.unanswered.append(token)
        return None if answer is None else dict(answer)


def python_name(token: str) -> str:
    """aws:ec2/getAmi:getAmi -> get_ami, as the SDKs name the function of a token."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", token.rpartition(":")[2]).lower()
