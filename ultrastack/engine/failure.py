"""What went wrong in the user's program, in the user's terms?"""

from __future__ import annotations

from ..model.place import Problem
from ..model.step import Step


class ProgramFailed(Exception):
    """The program ended with an error; `__cause__` keeps the original with its traceback."""

    def __init__(self, text: str, step: Step | None = None):
        super().__init__(text)
        self.step = step
        self.problem = Problem(step.place, f"step '{step.name}': {text}") if step else None

    def __str__(self) -> str:
        return str(self.problem) if self.problem else str(self.args[0])
