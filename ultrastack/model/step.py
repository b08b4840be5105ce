"""Which step of a stack file is being built? Told by the language to whichever engine listens in this process."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from .place import Place


@dataclass(frozen=True)
class Step:
    """One entry of a stack file, one round of its loop."""

    name: str  # the Pulumi name of its component
    component: str  # aws.fsx_lustre
    place: Place  # of the component's word in the file
    left_out: str = ""  # why nothing was made: the `when` that was false


# Set by an engine that runs the program in its own process; under the real engine nobody listens.
LISTENER: ContextVar[Callable[[Step], None] | None] = ContextVar("ultrastack_step_listener", default=None)


def announce(step: Step) -> None:
    """Called just before the step's component is built, and for each step that was left out."""
    if (listener := LISTENER.get()) is not None:
        listener(step)
