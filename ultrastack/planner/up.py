"""How does an `up` do what was shown, and nothing else?

stage     takes                          gives
heard     the program, offline           Graph; a wrong stack file ends it here, before any credential is used
shown     the user's own pulumi preview  Shown: operations, losses, what only the state learns
changed   the files, a second preview    in which words it is no longer what was shown
done      pulumi up --skip-preview       Done

Between the first and the last somebody is asked, which is the command's work. Nothing is ours to decide in the
environment: the user's PATH, credentials, backend and passphrase reach Pulumi as they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ultrastack.model.finding import Judgement
from ultrastack.model.graph import Graph
from ultrastack.model.operation import Operation, Rehearsal
from ultrastack.model.place import Place, Problem, Refused
from ultrastack.model.plan import Plan

from .changed_since import Stamps, changed_files, difference, stamps
from .ended_blocks import ended_blocks
from .losses import WORST, losses
from .plan import select
from .program import run_program
from .pulumi_said import what_to_do, words
from .rehearsed import depends

if TYPE_CHECKING:
    from ultrastack.engine.real.cli import Event
    from ultrastack.engine.real.watched import Watched
    from ultrastack.language.reading import Reading

BASE = "the stack's own state"
TAKING = ("delete", "delete-replaced", "replace", "create-replacement")


@dataclass(frozen=True)
class Asked:
    """What somebody asked for."""

    root: Path
    stack: str
    refresh: bool = False
    targets: tuple[str, ...] = ()  # names of steps; none means all
    policy_packs: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class Shown:
    """What a preview says."""

    report: Rehearsal
    bookkeeping: tuple[str, ...] = ()
    files: Stamps = field(default_factory=dict)  # of the project, before the preview

    @property
    def changes(self) -> tuple[Operation, ...]:
        """What is done, the engine's own notes and looks left out; components and providers too."""
        return tuple(one for one in self.report.operations if one.op not in ("same", "replace", "read", "refresh"))

    @property
    def asked_for(self) -> frozenset[tuple[str, str]]:
        """What some cloud is asked to do: (operation, URN)."""
        return frozenset((one.op, one.urn) for one in self.changes if one.asks)


@dataclass(frozen=True)
class Done:
    """How `pulumi up` ended."""

    code: int
    done: int  # operations of those that were shown
    of: int
    stopped_for: str = ""  # the resource that would have been lost without having been shown


class Up:
    """One `up` at work."""

    def __init__(self, asked: Asked, graph: Graph, reading: Reading | None, cli: Watched, folder: Path):
        self.asked, self.graph, self.reading, self.cli, self.folder = asked, graph, reading, cli, folder
        self.runs = 0

    def rules(self, now: datetime) -> Judgement | None:
        """What they say of the stack as it would be; they stop nothing here, a policy pack does."""
        from .judged import Asked as Judged
        from .judged import judged
        from .stack_facts import stack_file

        file = stack_file(self.reading) if self.reading is not None else None
        return judged(Plan(self.graph, BASE, file=file), root=self.asked.root, asked=Judged(now=now)).judgement

    def show(self) -> Shown:
        """Raises Refused with Pulumi's own words where it cannot be previewed."""
        from ultrastack.engine.real.bookkeeping import bookkeeping
        from ultrastack.engine.real.events import numbered, operations, warnings
        from ultrastack.engine.real.order import stable

        files = stamps(self.asked.root)
        run, events = self.cli.run_logged(
            "preview", *self._words(), cwd=self.asked.root, env=os.environ, log=self._log()
        )
        if run.code:
            raise Refused(self._problem(run.text))
        steps = {one.urn: one.step for one in self.graph.resources}
        done = operations(events, steps, planned=True, rehearsed=False)
        found = tuple(numbered(stable(done, depends(self.graph), {urn: i for i, urn in enumerate(steps)})))
        report = Rehearsal(
            project=self.graph.project,
            stack=self.asked.stack,
            operation="up",
            base=BASE,
            operations=found,
            losses=losses(found, self.graph),
            notes=tuple(dict.fromkeys(warnings(events))),
            places={step.name: step.place for step in self.graph.steps},
        )
        return Shown(report, tuple(bookkeeping(events)), files)

    def refuse_ended_blocks(self, shown: Shown, now: datetime) -> None:
        """Raises Refused where machines would be started in a capacity block that has ended by `now`."""
        if problems := tuple(ended_blocks(shown.report.operations, self.graph, now)):
            raise Refused(*problems)

    def changed(self, shown: Shown) -> tuple[str, ...]:
        """In which words it is no longer what was shown: the project's files, or what a second preview says."""
        files = tuple(changed_files(shown.files, stamps(self.asked.root)))
        return files or tuple(difference(shown.changes, self.show().changes))

    def do(self, shown: Shown) -> Done:
        """`pulumi up` on the terminal, with the user's own display and Ctrl-C."""
        may_go = {one.urn for one in shown.report.operations if one.op in TAKING}
        message = ("--message", self.asked.message) if self.asked.message else ()
        code, events, stopper = self.cli.run_watched(
            *("up", "--yes", "--skip-preview", *self._words(), *message),
            cwd=self.asked.root,
            env=os.environ,
            log=self._log(),
            allowed=lambda event: allowed(event, may_go),
        )
        finished = {(data["op"], data["urn"]) for data in _finished(events)}
        name = stopper["resourcePreEvent"]["metadata"]["urn"].split("::", 3)[-1] if stopper else ""
        return Done(code, len(shown.asked_for & finished), len(shown.asked_for), name)

    def _words(self) -> Iterator[str]:
        yield from ("--stack", self.asked.stack)
        if self.asked.refresh:
            yield "--refresh"
        steps = chosen(self.graph, self.asked.targets)
        for one in self.graph.resources:
            if one.step in steps and one.kind != "read":
                yield from ("--target", one.urn)
        for pack in self.asked.policy_packs:
            yield from ("--policy-pack", pack)

    def _log(self) -> Path:
        self.runs += 1
        return self.folder / f"{self.runs}.events"

    def _problem(self, said: str) -> Problem:
        return Problem(Place("pulumi preview"), words(said), what_to_do(said, self.asked.stack))


@contextmanager
def up(asked: Asked, progress: Callable[[str], None] = lambda _: None) -> Iterator[Up]:
    """Raises Refused for a wrong stack file or step, a missing or an old pulumi; ProgramFailed as `plan` does."""
    from ultrastack.engine.real.cli import find_cli
    from ultrastack.engine.real.private import private_folder
    from ultrastack.engine.real.watched import Watched

    progress(f"reading {asked.stack}")
    graph, reading = run_program(asked.root, asked.stack)
    chosen(graph, asked.targets)
    cli = Watched(find_cli(asked.root))
    cli.version(os.environ)
    with private_folder() as folder:  # for the event logs: they hold no secrets, but what is nobody else's business
        progress(f"pulumi preview of {asked.stack}")
        yield Up(asked, graph, reading, cli, folder)


def allowed(event: Event, may_go: Container[str]) -> bool:
    """Whether an event of the `up` tells of anything but the loss of data or capacity that was not shown."""
    from ultrastack.engine.real.events import operations

    return not any(
        one.op in TAKING and one.holds in WORST and one.custom and not one.retained and one.urn not in may_go
        for one in operations([event], rehearsed=False)
    )


def chosen(graph: Graph, targets: Sequence[str]) -> tuple[str, ...]:
    """The steps that --target names; raises Refused for one that is not there."""
    try:
        return select(graph, targets)
    except Refused as e:
        places = (Place(one.place.file.replace("--step", "--target", 1)) for one in e.problems)
        raise Refused(*(replace(one, place=at) for one, at in zip(e.problems, places, strict=True))) from None


def _finished(events: Sequence[Event]) -> Iterator[Mapping[str, str]]:
    for event in events:
        heard = event.get("resOutputsEvent")
        if heard is not None and not heard.get("planning"):
            yield heard["metadata"]
