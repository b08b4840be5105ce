"""What would the real engine do with this stack, in which order? It does it, to a copy that nobody misses.

stage     takes                                   gives
heard     the program, offline                    Graph: which step makes what, which stacks are referred to
read      the export                              State: what the stack has; what cannot be read is marked
filled    both, a private folder                  a stack of its own with a copy of the state
run       the real pulumi, our providers          the engine's events
told      the events, Graph, State                Rehearsal
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ultrastack.model.graph import Graph
from ultrastack.model.operation import Operation, Rehearsal, Stop, Word
from ultrastack.model.place import Place, Problem, Refused

from .losses import losses
from .rehearsed import depends, hidden, left, notes, protected, settled, steps, stops, written

if TYPE_CHECKING:
    from ultrastack.engine.real.cli import Cli, Event
    from ultrastack.engine.real.other_stacks import Outputs
    from ultrastack.engine.real.private import Private, Program
    from ultrastack.engine.real.state import State
    from ultrastack.engine.rehearsal.answers import Answers

NEW = "nothing: a new stack"
# --ignore-protect: a run that stops shows nothing of what it stops; `protected` says where it would have stopped
WORDS: Mapping[Word, tuple[str, ...]] = {
    "up": ("up", "--yes", "--skip-preview", "--ignore-protect"),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview", "--ignore-protect"),
}
ONE_AFTER_ANOTHER = ("--parallel", "1")


@dataclass(frozen=True)
class Question:
    """What is asked."""

    root: Path
    stack: str
    operation: Word = "up"
    state: Path | None = None
    fail_at: int = 0
    answers: Path | None = None
    stack_outputs: tuple[str, ...] = ()  # STACK=FILE


def rehearse(asked: Question, heard: Callable[[int], None] | None = None) -> Rehearsal:
    """Raises Refused for input that cannot be used, ProgramFailed where the offline engine finds the program failing.

    `heard` gets the number of operations so far.
    """
    # here, since it brings Pulumi, which those who only want the types need not wait for
    from ultrastack.engine import capture
    from ultrastack.engine.real.cli import Cli, find_cli
    from ultrastack.engine.real.other_stacks import checked, read_outputs
    from ultrastack.engine.real.private import Private, Program, private_folder
    from ultrastack.engine.real.state import State, foreign_resources, read_state

    cli = find_cli(asked.root)
    outputs = read_outputs(asked.stack_outputs)
    answers = _answers(asked.answers)
    graph = capture(asked.root, asked.stack, fixtures=answers.calls)
    checked(graph, outputs)
    program = Program.read(asked.root, asked.stack)
    made = ((one.type, one.name) for one in graph.resources if one.kind == "custom")
    if foreign := list(foreign_resources(made, asked.stack)):
        raise Refused(*foreign)
    state = read_state(asked.state, program.name, asked.stack) if asked.state else State()
    if asked.operation != "up" and not state.resources:
        what = f"there is nothing to {asked.operation}: {asked.stack} has no resources yet"
        fix = f"pulumi stack export --stack {asked.stack} --file {asked.stack}.json; then --state {asked.stack}.json"
        raise Refused(Problem(Place(str(asked.state or "--state")), what, fix))
    with private_folder() as folder:
        private = Private(folder, cli)
        private.fill(program)
        private.answers.write_text(json.dumps(asdict(answers)), encoding="utf-8")  # a pipe can be read only once
        run = Run(asked, Cli(cli), private, program, graph, state, heard)
        run.prepare(outputs)
        return run.told()


@dataclass(frozen=True)
class Run:
    """One private folder at work."""

    asked: Question
    cli: Cli
    private: Private
    program: Program
    graph: Graph
    state: State
    heard: Callable[[int], None] | None

    def prepare(self, outputs: Outputs) -> None:
        from ultrastack.engine.real.other_stacks import as_state
        from ultrastack.engine.real.private import secret_words

        self.cli.version(self.private.env())
        for name, values in outputs.items():
            _, project, stack = name.split("/")
            folder = self.private.other(project)
            self.do("stack", "init", stack, cwd=folder)
            self.load(as_state(name, values), stack, folder)
        self.do("stack", "init", self.asked.stack)
        if self.program.secrets:
            self.do("config", "set-all", "--stack", self.asked.stack, "--path", *secret_words(self.program))

    def load(self, state: State, stack: str = "", folder: Path | None = None) -> None:
        """The copy becomes this state."""
        stack, folder = stack or self.asked.stack, folder or self.private.project
        file = self.private.folder / "state.json"
        file.write_text(state.dumps(self.private.salt(folder, stack)), encoding="utf-8")
        self.do("stack", "import", "--stack", stack, "--file", str(file), cwd=folder)

    def export(self) -> State:
        """What the copy is now, secrets in the clear."""
        from ultrastack.engine.real.state import read_state

        file = self.private.folder / "after.json"
        self.do("stack", "export", "--stack", self.asked.stack, "--show-secrets", "--file", str(file))
        return read_state(file, self.program.name, self.asked.stack)

    def do(self, *words: str, cwd: Path | None = None) -> str:
        done = self.cli.run(*words, cwd=cwd or self.private.project, env=self.private.env())
        if done.code:
            raise Refused(self.failed(" ".join(words[:2]), done.text))
        return done.out

    def failed(self, what: str, said: str) -> Problem:
        """Something that no stack's copy survives: a full disk, or an export that the engine itself refuses."""
        said = said.replace(str(self.private.folder), "").strip()
        if "no space left" in said:
            return Problem(Place(str(self.private.folder.parent)), "the disk is full", "free space, or set TMPDIR")
        what = f"`pulumi {what}` says: {said.removeprefix('error: ')}"
        if what.startswith("`pulumi stack import") and self.asked.state:
            stack = self.asked.stack
            fix = f"export it anew: pulumi stack export --stack {stack} --file {stack}.json"
            return Problem(Place(str(self.asked.state)), what, fix)
        return Problem(Place("pulumi"), what)

    def told(self) -> Rehearsal:
        """With what nobody can compare held equal: a first run finds it, and what the program gives there."""
        if self.state.resources:
            self.load(self.state)
        if not self.state.encrypted and not self.program.secrets:
            return self.rehearsal(self.asked.fail_at)
        tried = self.rehearsal(fail_at=0)
        if differ := hidden(tried.operations, self.state, bool(self.program.secrets)):
            self.load(settled(self.state, differ, self.export()))
            return replace(self.rehearsal(self.asked.fail_at), hidden=differ)
        if not self.asked.fail_at:
            return tried
        self.load(self.state)
        return self.rehearsal(self.asked.fail_at)

    def rehearsal(self, fail_at: int) -> Rehearsal:
        """Of the copy as it is."""
        made = self.run(self.asked.operation, fail_at)
        if not fail_at:
            return made
        if not any(one.failed for one in made.operations):
            count = sum(one.asks for one in made.operations)
            note = f"no operation {fail_at} was there to fail: the run has {count}"
            return replace(made, fail_at=fail_at, notes=(*made.notes, note))
        behind = tuple(left(self.export()))
        return replace(made, fail_at=fail_at, left=behind, next=replace(self.run("up", 0), notes=()))

    def run(self, word: Word, fail_at: int) -> Rehearsal:
        from ultrastack.engine.real.events import errors

        log, counted = self.private.folder / "events.jsonl", self.private.folder / "count"
        log.unlink(missing_ok=True)
        counted.unlink(missing_ok=True)
        env = {"ULTRASTACK_REHEARSAL_ANSWERS": str(self.private.answers)}
        if fail_at:
            env |= {"ULTRASTACK_REHEARSAL_FAIL_AT": str(fail_at), "ULTRASTACK_REHEARSAL_COUNT": str(counted)}
        done, events = self.cli.run_logged(
            *WORDS[word],
            *ONE_AFTER_ANOTHER,
            *("--stack", self.asked.stack),
            cwd=self.private.project,
            env=self.private.env(**env),
            log=log,
            heard=self.counting(),
        )
        stopped = tuple(stops(errors(events), self.program.main)) if done.code else ()
        if done.code and not stopped:
            raise Refused(self.failed(word, done.text))
        return self.of(word, self.operations(events), stopped)

    def counting(self) -> Callable[[Event], None]:
        count = 0

        def hear(event: Event) -> None:
            nonlocal count
            if self.heard is not None and "resourcePreEvent" in event:
                count += 1
                self.heard(count)

        return hear

    def operations(self, events: list[Event]) -> list[Operation]:
        """Up to the first failure in a stable order; from there on as they came, since the failure has a number."""
        from ultrastack.engine.real.events import numbered, operations
        from ultrastack.engine.real.order import stable

        away = {one["urn"]: one["deletedWith"] for one in self.state.resources if one.get("deletedWith")}
        done = operations(events, steps(self.graph, self.state), deleted_with=away)
        failure = next((i for i, one in enumerate(done) if one.failed), len(done))
        known = depends(self.graph, self.state), written(self.graph, self.state)
        return list(numbered([*stable(done[:failure], *known), *done[failure:]]))

    def of(self, word: Word, done: list[Operation], stopped: tuple[Stop, ...]) -> Rehearsal:
        base = self.asked.state.name if self.asked.state and self.state.resources else NEW
        return Rehearsal(
            project=self.program.name,
            stack=self.asked.stack,
            operation=word,
            base=f"{base}, asked of no cloud",
            operations=tuple(done),
            losses=losses(done, self.graph),
            stops=(*protected(done, depends(self.graph, self.state)), *stopped),
            notes=tuple(notes(self.state, self.asked.stack, self.program.secrets)),
            places={step.name: step.place for step in self.graph.steps},
        )


def _answers(file: Path | None) -> Answers:
    """Raises Refused for a file that holds none."""
    from ultrastack.engine.rehearsal.answers import Answers

    fix = 'write {"calls": {TOKEN: [{"args": {...}, "result": {...}}]}} (docs/rehearse.md)'
    try:
        return Answers.load(str(file or ""))
    except OSError as e:
        raise Refused(Problem(Place(str(file)), f"cannot be read: {e.strerror}", fix)) from None
    except (ValueError, TypeError):  # no JSON, or JSON of something else
        raise Refused(Problem(Place(str(file)), "these are no recorded answers", fix)) from None
