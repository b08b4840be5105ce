"""What has a program registered so far, for which step, and what went wrong with it?"""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import grpc

from ..model.graph import Message, Resource, Value
from ..model.place import Place
from ..model.step import Step
from .failure import ProgramFailed, failed, place_at
from .urns import ROOT


class Record:
    """Kept by the monitor, from several threads; a graph is made of it in the end."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.resources: dict[str, Resource] = {}
        self.outputs: dict[str, dict[str, Value]] = {}
        self.steps: dict[str, Step] = {}  # by name, in the order they were announced
        self.step_of: dict[str, Step | None] = {}  # by the URN of a resource
        self.messages: list[Message] = []
        self.failure: ProgramFailed | None = None
        self._origins: dict[str, tuple[str, int]] = {}  # file URI and line that made a resource, by its URN
        self._lock = threading.RLock()

    def announce(self, step: Step) -> None:
        self.steps[step.name] = step

    def add(self, made: Resource, origin: Any = None) -> None:
        with self._lock:
            step = self._step_for(made)
            if made.parent and made.parent not in self.resources:
                what = f"the parent of '{made.name}' ({made.type}) is not part of this stack: {made.parent}"
                raise self.failed(what, "", step, origin)
            if made.urn in self.resources:
                what = f"two resources of type {made.type} are named '{made.name}'{self._first(made.urn, step)}"
                raise self.failed(what, "give one of them another name", step, origin)
            self.resources[made.urn] = made
            self.step_of[made.urn] = step
            if origin is not None:
                self._origins[made.urn] = (origin.uri, origin.line)

    def _step_for(self, made: Resource) -> Step | None:
        """A step's component stands directly below the stack; what is below it belongs to the same step."""
        above = self.resources.get(made.parent)
        if above is not None and above.type != ROOT:
            return self.step_of[made.parent]
        return None if made.kind == "provider" else self.steps.get(made.name)

    def _first(self, urn: str, step: Step | None) -> str:
        """Where the other one of two comes from."""
        first = self.step_of[urn]
        if first is not None:
            return "" if first == step else f"; the first is in step '{first.name}' ({first.place})"
        place = place_at(*self._origins[urn], self.root) if urn in self._origins else None
        return f"; the first is at {place}" if place else ""

    def failed_transform(self, whose: str, error: grpc.RpcError, r: Any) -> ProgramFailed:
        """The SDK tells what happened as one text: our own address, the words, a traceback."""
        said, _, trace = str(error.details()).partition(":\n  File ")
        said = re.sub(r"^Invoke callback [0-9a-f-]+ error: ", "", said)
        lines = re.findall(r'"([^"]+)", line (\d+)', trace)
        places = (place_at(Path(file).as_uri(), int(line), self.root) for file, line in reversed(lines))
        step = self.step_of.get(r.parent) or self.steps.get(getattr(r, "name", ""))
        return self.failed(f"{whose} failed: {said}", "", step, r.sourcePosition, next(filter(None, places), None))

    def failed(self, what: str, fix: str, step: Step | None, origin: Any, place: Place | None = None) -> ProgramFailed:
        """The first failure is kept: the SDK repeats it for everything that waits for the resource."""
        place = place or (place_at(origin.uri, origin.line, self.root) if origin is not None else None)
        failure = failed(what, fix, step, place)
        self.failure = self.failure or failure
        return failure
