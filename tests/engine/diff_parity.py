"""What did the real engine decide in a preview, and where does `diff` say something else of the same two programs?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ultrastack.engine import capture
from ultrastack.model.change import Change
from ultrastack.model.graph import SECRET, UNKNOWN, Graph, Secret, Unknown, Value
from ultrastack.planner.diff import diff
from ultrastack.planner.state_graph import graph_of_state

from .real_cli import Project

SAME = "same"
STAYS = (SAME, "move")
IN_PLACE = (*STAYS, "update")
KINDS = {"import-replacement": "replace", "read-replacement": "replace", "read": SAME}  # the others as `diff` says them
FORGOTTEN = ("discard", "read-discard", "discard-replaced", "delete-replaced", "create-replacement")

# ---- two programs and what the engine says of them


@dataclass(frozen=True)
class Preview:
    """One change of a stack that is up; the files of both programs, since the offline engine has its turn later."""

    before: Mapping[Path, str]
    after: Mapping[Path, str]
    export: Path  # of the state that the first one left
    digest: Mapping[str, Any]


@dataclass
class Stack:
    """One stack of a project of its own."""

    project: Project
    name: str
    calls: Mapping[str, Any]  # what look-ups are answered
    previews: dict[str, Preview] = field(default_factory=dict)
    before: Mapping[Path, str] = field(default_factory=dict)
    ups: int = 0
    heard: dict[str, Graph] = field(default_factory=dict)

    def up(self) -> None:
        self.project.up(self.name, "--ignore-protect")
        self.before = self.files()
        self.ups += 1
        self.project.run("stack", "export", "--stack", self.name, "--file", str(self.export))

    def preview(self, label: str) -> None:
        words = ("preview", "--json", "--show-sames", "--ignore-protect", "--stack", self.name)
        digest = json.loads(self.project.run(*words).out)
        self.previews[label] = Preview(self.before, self.files(), self.export, digest)

    @property
    def export(self) -> Path:
        return self.project.home / f"state-{self.ups}.json"

    def files(self) -> dict[Path, str]:
        folder = self.project.folder
        found = (file for under in (".", "stacks", "examples") for file in sorted((folder / under).glob("*.yaml")))
        return {file: file.read_text() for file in found}

    def graph(self, files: Mapping[Path, str]) -> Graph:
        program = "".join(files.values())
        if program not in self.heard:
            for file, text in files.items():
                file.write_text(text)
            self.heard[program] = capture(self.project.folder, self.name, fixtures=self.calls)
        return self.heard[program]


def compared(stack: Stack, label: str, against: str) -> tuple[list[Change], list[Difference]]:
    """`against`: "graph", the first program's, or "state", what it left."""
    one = stack.previews[label]
    old = graph_of_state(one.export) if against == "state" else stack.graph(one.before)
    new = stack.graph(one.after)
    changes = list(diff(old, new))
    return changes, list(differences(one.digest, changes, new))


# ---- what is said of one resource


@dataclass(frozen=True)
class Decided:
    """Of one resource of a cloud; inputs are top-level ones."""

    kind: str = SAME
    was: str = ""  # URN
    inputs: frozenset[str] = frozenset()
    replacing: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()  # of `diff` alone: what only the cloud can tell

    def __str__(self) -> str:
        sets = {"inputs": self.inputs, "replacing": self.replacing, "unsure": self.unsure}
        said = "; ".join(f"{name}: {', '.join(sorted(them))}" for name, them in sets.items() if them)
        return f"{self.kind} {said or '-'} (was {self.was.split('::', 2)[-1] or 'not there'})"


@dataclass(frozen=True)
class Difference:
    urn: str
    engine: Decided
    diff: Decided
    hidden: frozenset[str] = frozenset()  # inputs in which the new program has others' outputs, or secrets

    def __str__(self) -> str:
        return f"{self.urn.split('::', 2)[-1]}\n    engine: {self.engine}\n    diff:   {self.diff}"


def differences(digest: Mapping[str, Any], changes: Sequence[Change], new: Graph) -> Iterator[Difference]:
    engine, said = by_engine(digest), by_diff(changes)
    for urn in sorted({*engine, *said}):
        e, d = engine.get(urn, Decided()), said.get(urn, Decided(was=engine[urn].was if urn in engine else ""))
        if (e.kind, e.was, e.inputs, e.replacing) != (d.kind, d.was, d.inputs, d.replacing):
            inputs = new.by_urn[urn].inputs if urn in new.by_urn else {}
            yield Difference(urn, e, d, frozenset(key for key, value in inputs.items() if _hides(value)))


def by_engine(digest: Mapping[str, Any]) -> dict[str, Decided]:
    """URN -> what a `preview --json --show-sames` says of it; of what goes, its old URN."""
    found: dict[str, Decided] = {}
    for step in digest["steps"]:
        old, new = step.get("oldState") or {}, step.get("newState") or {}
        one = new or old
        if not one.get("custom") or one["type"].startswith("pulumi:") or step["op"] in FORGOTTEN:
            continue
        kind = KINDS.get(step["op"], step["op"])
        if kind == "replace" and old.get("external"):
            kind = "create"  # what was only read is nothing that could be replaced
        was = old.get("urn", "") if kind != "create" else ""
        if kind == SAME and was not in ("", step["urn"]):
            kind = "move"
        if kind in IN_PLACE and found.get(step["urn"], Decided()).kind in ("import", "replace"):
            continue  # what was taken over is then changed
        inputs, replacing = (frozenset(step.get(key) or ()) for key in ("diffReasons", "replaceReasons"))
        found[step["urn"]] = Decided(kind, was, inputs, replacing)
    return found


def by_diff(changes: Sequence[Change]) -> dict[str, Decided]:
    found = {}
    for one in changes:
        inputs = [p for p in one.properties if not p.path.startswith("options.")]
        unsure = [p for p in inputs if p.replaces == "may" or {UNKNOWN, SECRET} & {*map(_mark, (p.old, p.new))}]
        replacing = [p for p in inputs if p.replaces == "yes"]
        tops = (frozenset(_top(p.path) for p in them) for them in (inputs, replacing, unsure))
        found[one.resource.urn] = Decided(one.kind, one.old.urn if one.old is not None else "", *tops)
    return found


def _mark(value: Value) -> Value:
    return value if isinstance(value, (Unknown, Secret)) else None


def _hides(value: Value) -> bool:
    if isinstance(value, (list, Mapping)):
        return any(map(_hides, value.values() if isinstance(value, Mapping) else value))
    return isinstance(value, (Unknown, Secret))


def _top(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


# ---- differences that have to be


@dataclass(frozen=True)
class Known:
    """A difference that has to be, and why."""

    why: str
    fits: Callable[[Difference], bool]


def _agree(d: Difference) -> bool:
    """On the inputs, but for those of which `diff` says that it does not know, or that no graph holds."""
    e, o = d.engine, d.diff
    return (
        e.was == o.was
        and o.inputs - e.inputs <= o.unsure
        and e.inputs - o.inputs <= d.hidden
        and o.replacing - e.replacing <= o.unsure
        and e.replacing - o.replacing <= o.unsure | d.hidden
    )


MAY_REPLACE = Known(
    "only the cloud can tell whether it is replaced; the engine knows the state's outputs, or takes one side",
    lambda d: d.diff.kind == "may replace" and d.engine.kind in (*IN_PLACE, "replace") and _agree(d),
)
KNOWN = (
    MAY_REPLACE,
    Known(
        "the engine names no input of what it replaces because the program asks, or because something else goes first",
        lambda d: d.engine.kind == d.diff.kind == "replace" and not d.engine.inputs and d.engine.was == d.diff.was,
    ),
    Known(
        "`diff` names an input that may replace and whose like does: the engine takes it for one that does",
        lambda d: d.engine.kind == d.diff.kind == "replace" and d.engine.inputs <= d.diff.inputs and _agree(d),
    ),
    Known(
        "another secret, or something else made of the same outputs: no graph holds either",
        lambda d: (
            d.engine.kind == "update"
            and d.diff.kind in IN_PLACE
            and bool(d.engine.inputs - d.diff.inputs)
            and _agree(d)
        ),
    ),
)


@dataclass
class Tally:
    """For the last lines of a run."""

    against: str
    edits: int = 0
    changes: int = 0
    unexplained: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)  # by the engine, of what may be replaced

    def count(self, changes: Sequence[Change], found: Sequence[Difference]) -> list[str]:
        """What is not explained."""
        self.edits += 1
        self.changes += len(changes)
        left = []
        for one in found:
            known = next((known for known in KNOWN if known.fits(one)), None)
            if known is None:
                left.append(str(one))
            else:
                self.explained[known.why] += 1
            if known is MAY_REPLACE:
                self.decided[one.engine.kind] += 1
        self.unexplained += len(left)
        return left

    def __str__(self) -> str:
        decided = ", ".join(f"{kind} {count}" for kind, count in sorted(self.decided.items()))
        others = sum(self.explained.values()) - sum(self.decided.values())
        return (
            f"diff parity against the {self.against}: {self.changes} changes over {self.edits} edits, "
            f"{self.unexplained} unexplained; {sum(self.decided.values())} 'may replace', of which the engine says "
            f"{decided or 'nothing'}; {others} others explained"
        )
