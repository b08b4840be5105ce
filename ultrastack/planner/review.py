"""What does a change do to the stacks of a project? Both sides are planned, judged by the same rules, and compared."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from ultrastack.model.comparison import Comparison, FindingsChange
from ultrastack.model.estate import StackPlan
from ultrastack.model.finding import Judgement
from ultrastack.model.graph import Graph
from ultrastack.model.place import Place, Problem, Refused
from ultrastack.model.plan import Note, Plan
from ultrastack.model.review import Confinement, Review

from .base import Base
from .diff import diff
from .earlier_lives import earlier_lives
from .exports_change import exports_notes
from .findings_change import findings_change
from .judged import Asked, judged_by, rules_asked
from .many import check_overrides
from .picture import change_picture, picture
from .plan import plan_of
from .risks import with_risks
from .sides import Side, plan_sides
from .tags_change import tags_change
from .unseen_changes import unseen_changes

if TYPE_CHECKING:
    from .rules import RuleSet

NOW, BEFORE = "now", "before"
FOLDERS = ("stacks", "examples")


@dataclass(frozen=True)
class AskedReview:
    """Which stacks, and how; no names: all that either side has."""

    names: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    judge: Asked = Asked()
    untrusted: bool = False  # the programs run in a sandbox, and nothing of this folder is run or believed outside it
    jobs: int = 0


def review(root: Path, base: Base, asked: AskedReview, done: Callable[[int, int], None] = lambda n, of: None) -> Review:
    """Raises Refused for what cannot be compared or judged with; a stack's own problems stand in the review."""
    _check(base, asked)
    with _seldom_collected():
        return _review(root, base, asked, done)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """What a comparison makes lives to its end: looking through it for garbage would be half of the time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _review(root: Path, base: Base, asked: AskedReview, done: Callable[[int, int], None]) -> Review:
    sides = _sides(root, base, asked)
    count = sum(len(side.names) for side in sides.values())
    made = plan_sides(sides, asked.overrides, jobs=asked.jobs, done=lambda n: done(n, count))
    check_overrides(asked.overrides, [one for side in made.values() for one in side.values()])
    gc.freeze()
    rules = rules_asked(root, asked.judge)
    if asked.untrusted:
        rules = replace(rules, root=base.folder or rules.there or root)
    compare = _Compare(base, rules, asked.judge)
    before = made.get(BEFORE, {})
    stacks = tuple(compare.one(name, made[NOW].get(name), before.get(name)) for name in sorted({*made[NOW], *before}))
    project = next((one.plan.graph.project for one in stacks if one.plan is not None), root.resolve().name)
    notes = (*base.notes, *exports_notes(stacks), *compare.notes)
    return Review(project, base.words, stacks, rules.revision, notes, _confinement() if asked.untrusted else None)


def all_new(plan: Plan) -> Review:
    """A plan alone, as the reports of a change show it: compared with nothing."""
    new = plan.graph
    changes = diff(Graph(new.project, new.stack, new.organization), new)
    found = (
        FindingsChange(new=tuple(f for f in plan.judgement.findings if f.verdict == "fail")) if plan.judgement else None
    )
    said = Comparison(Graph(new.project, new.stack, new.organization), changes, found, picture=picture(new, plan.file))
    made = replace(plan, comparison=said)
    return Review(new.project, plan.base, (StackPlan(new.stack, made),))


def _check(base: Base, asked: AskedReview) -> None:
    if base.graph is not None and base.graph.resources and asked.names != (base.graph.stack,):
        what = f"{base.words} is of the stack {base.graph.stack}"
        raise Refused(Problem(Place(", ".join(asked.names) or "--all"), what, f"name that stack: {base.graph.stack}"))
    if asked.untrusted and not asked.judge.rules_from:
        what = "the rules would come from what nobody trusts"
        raise Refused(Problem(Place("--untrusted"), what, "name a revision that judges: --rules-from REV"))


def _sides(root: Path, base: Base, asked: AskedReview) -> dict[str, Side]:
    if asked.names:
        there = tuple(one for one in asked.names if base.folder is not None and _has(base.folder, one))
        was = {one for one in there if _is_written(base.folder, one)}
        here = tuple(one for one in asked.names if (_is_written if one in was else _has)(root, one))
        _check_names([one for one in asked.names if one not in (*there, *here)], root, base)
    else:
        from ultrastack.language.stacks import stacks

        there = tuple(stacks(base.folder)) if base.folder is not None else ()
        here = _untrusted_stacks(root) if asked.untrusted else tuple(stacks(root))
        if not (there or here):  # a report on nothing would look like one on which nothing is wrong
            fix = "name the stacks of the program: ultrastack diff STACK ..."
            raise Refused(Problem(Place("--all"), "there is no stack file, neither here nor in the base", fix))
    sides = {NOW: Side(root, here, asked.untrusted)}
    if base.folder is not None:
        sides[BEFORE] = Side(base.folder, there, asked.untrusted, base.tree, base.config)
    return sides


def _check_names(lost: list[str], root: Path, base: Base) -> None:
    """By the names of files alone: nobody here reads those that nobody trusts."""
    folders = [folder / one for folder in (root, base.folder) if folder is not None for one in FOLDERS]
    files = sorted({file.stem for folder in folders for file in folder.glob("*.yaml")})
    names = [name for name in files if not name.startswith("Pulumi.")]
    problems = []
    for word in lost:
        near = get_close_matches(word, names, 1, 0.5)
        fix = f"use '{near[0]}'" if near else f"there are: {', '.join(names)}"
        problems.append(Problem(Place("stacks"), f"there is no stack '{word}', neither here nor in the base", fix))
    if problems:
        raise Refused(*problems)


def _has(root: Path, name: str) -> bool:
    """A program that reads no stack files of ours has no list of its stacks: it is asked for any."""
    ours = any(file for file in (root / "stacks").glob("*.yaml") if not file.name.startswith("Pulumi."))
    return not ours or _is_written(root, name)


def _is_written(root: Path | None, name: str) -> bool:
    return root is not None and any((root / folder / f"{name}.yaml").is_file() for folder in FOLDERS)


def _untrusted_stacks(root: Path) -> tuple[str, ...]:
    from .confined import stacks_confined

    try:
        return tuple(stacks_confined(root))
    except ValueError as e:
        fix = "name the stacks: ultrastack diff STACK ... --untrusted"
        raise Refused(Problem(Place("--untrusted"), f"nobody can tell which stacks there are: {e}", fix)) from None


def _confinement() -> Confinement:
    from ultrastack.sandbox import modes

    return modes()[0]


class _Compare:
    """One stack after the other, by the same rules."""

    def __init__(self, base: Base, rules: RuleSet, judge: Asked):
        self.base, self.rules, self.judge = base, rules, judge
        self.rules_before = replace(rules, differences=())  # what judges differs in the change, not before it
        self.notes: list[Note] = []  # of what no change of a resource shows

    def one(self, name: str, now: StackPlan | None, before: StackPlan | None) -> StackPlan:
        """Whatever happens, words or a plan with its comparison."""
        try:
            return self._one(name, now, before)
        except Refused as e:
            return StackPlan(name, problems=e.problems)
        except Exception as e:
            said = f"{type(e).__name__}: {e}".splitlines()[0][:300]
            return StackPlan(name, failed=f"ultrastack itself failed, please report it: {said}", ours=True)

    def _one(self, name: str, now: StackPlan | None, before: StackPlan | None) -> StackPlan:
        if now is not None and now.plan is None:
            return now
        old, words, notes = self._before(name, now, before)
        if now is None or now.plan is None:
            if old is None:
                return StackPlan(name, failed=f"the stack is gone; {'; '.join(note.text for note in notes)}")
            gone = replace(old.graph, resources=(), outputs={}, steps=(), messages=())
            new = plan_of(gone, file=None, description="the stack file is gone: nothing of it would be left")
        else:
            new = now.plan
        compared = self._compared(new, old, replace(new, base=words, notes=(*notes, *new.notes)))
        return replace(now or StackPlan(name), plan=compared)

    def _before(
        self, name: str, now: StackPlan | None, before: StackPlan | None
    ) -> tuple[Plan | None, str, list[Note]]:
        """What it is compared with, and how that is called."""
        if self.base.graph is not None:  # by today's file, or all that a rule asks of one would look like new
            file = now.plan.file if now is not None and now.plan is not None else None
            return plan_of(self.base.graph, file=file), self.base.words, []
        if before is None:
            return None, f"nothing, {self.base.words} has no stack {name}", []
        if before.plan is None:
            why = str(before.problems[0]).splitlines()[0] if before.problems else before.failed
            said = f"at {self.base.words} it could not be planned, so all of it looks new: {why}"
            return None, f"nothing, at {self.base.words} it could not be planned", [Note(said)]
        return before.plan, self.base.words, []

    def _compared(self, new: Plan, old: Plan | None, plan: Plan) -> Plan:
        before = old.graph if old is not None else Graph(new.graph.project, new.graph.stack, new.graph.organization)
        changes = with_risks(diff(before, new.graph), before, new.graph)
        there = {old.file.file: old.file} if old is not None and old.file is not None and not self.base.graph else {}
        judge = self.judge
        if old is not None and old.file is not None and new.file is None:  # it says nothing of its profile any more
            judge = replace(judge, profile=judge.profile or old.file.profile or None)
        judged = judged_by(self.rules, plan, asked=judge, old=before, changes=changes, there=there)
        of_old = judged_by(self.rules_before, old, asked=judge, there=there, exact=_exact(before)) if old else None
        moved = earlier_lives(before, new.graph)
        if old is not None:
            found = unseen_changes(old.file, new.file, (before, new.graph), moved)
            self.notes += [replace(one, text=f"{new.graph.stack}: {one.text}") for one in found]
        return replace(
            judged,
            picture=picture(new.graph, new.file) if changes else None,
            comparison=Comparison(
                old=before,
                changes=changes,
                findings=_findings(of_old.judgement if of_old is not None else None, judged.judgement, moved),
                tags=tags_change(changes, before, new.graph, new.file),
                picture=change_picture(before, new.graph, changes, new.file) if changes else None,
            ),
        )


def _findings(before: Judgement | None, now: Judgement | None, moved: Mapping[str, str]) -> FindingsChange | None:
    """Of a stack that was not there all findings are new."""
    if now is None:
        return None
    return findings_change(before or replace(now, findings=()), now, moved=moved)


def _exact(graph: Graph) -> bool:
    """A graph of ours; an export knows no nested sources."""
    return any(one.references for one in graph.resources) or not graph.resources
