"""How are many stacks planned at once? Each in a process of its own, so that none can spoil or end another's plan.

The processes are forked from one that has loaded Pulumi already. It and they leave Ctrl-C to the process that asked,
and end when that one has ended, by whatever. What a program prints while it is planned here is not shown.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import connection, forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from ultrastack.model.estate import StackPlan
from ultrastack.model.place import Place, Problem, Refused
from ultrastack.model.plan import Plan

LOADED_ONCE = ["ultrastack.planner.plan", "ultrastack.planner.references", "ultrastack.engine", "ultrastack.language"]
LOADED_ONCE += ["ultrastack.language.program", "ultrastack.language.expressions"]
PATIENCE_SECONDS = 2.0  # for a process that was told to end, before it is killed
SAFE = "PYTHONSAFEPATH"  # Python keeps its path free of the folder it stands in
SET = "--set "  # how the reader of stack files names an override's place

Planner = Callable[[Path, str, Sequence[str]], StackPlan]
Then = Callable[[Plan], Plan]


def plan_many(
    root: Path,
    names: Sequence[str],
    *,
    overrides: Sequence[str] = (),
    jobs: int = 0,
    done: Callable[[int], None] = lambda count: None,
    planner: Planner | None = None,
) -> list[StackPlan]:
    """One result for each name, in their order, whatever becomes of its process.

    `jobs`: how many at once, 0 for as many as there are processors; `done` hears how many are finished. On an interrupt
    all processes are ended before it is raised again.
    """
    context = multiprocessing.get_context("forkserver")
    waiting = list(reversed(names))
    running: dict[connection.Connection, tuple[str, BaseProcess]] = {}
    found: dict[str, StackPlan] = {}
    most = jobs or os.cpu_count() or 1
    try:
        with _interrupts_are_ours(), _nothing_from_this_folder():
            context.set_forkserver_preload(LOADED_ONCE)
            forkserver.ensure_running()
        while waiting or running:
            while waiting and len(running) < most:
                name = waiting.pop()
                answer, theirs = context.Pipe(duplex=False)
                work = (theirs, planner or plan_one, root, name, tuple(overrides), SAFE in os.environ)
                process = context.Process(target=_work, args=work, daemon=True)
                process.start()
                theirs.close()  # with the child's own end gone, its death is the end of the pipe
                running[answer] = (name, process)
            ready = connection.wait(list(running))
            for answer in [one for one in running if one in ready]:
                name, child = running.pop(answer)
                found[name] = _received(answer, name, child)
                done(len(found))
    finally:
        _end([process for _, process in running.values()])
    return [found[name] for name in names]


def plan_one(root: Path, name: str, overrides: Sequence[str], then: Then | None = None) -> StackPlan:
    """One stack, whose every failure is words. A variable that it has not is left out and told.

    `then` makes more of the plan.
    """
    from ultrastack.engine import ProgramFailed
    from ultrastack.language.build import BuildFailed

    from .plan import plan_with_reading
    from .references import references

    try:
        given, left = list(overrides), dict[str, str]()
        try:
            made, reading = plan_with_reading(root, name, overrides=given)
        except Refused as e:
            left = {text: p.fix for text in given for p in e.problems if _has_no_variable(p, text)}
            if not left:
                raise
            made, reading = plan_with_reading(root, name, overrides=[text for text in given if text not in left])
        if then is not None:
            made = then(made)
        return StackPlan(name, made, references=references(made.graph, reading), not_set=left)
    except Refused as e:
        return StackPlan(name, problems=e.problems)
    except (ProgramFailed, BuildFailed) as e:
        return StackPlan(name, failed=str(e))
    except Exception as e:
        said = f"{type(e).__name__}: {e}".splitlines()[0][:300]
        return StackPlan(name, failed=f"ultrastack itself failed, please report it: {said}", ours=True)


def check_overrides(overrides: Sequence[str], stacks: Sequence[StackPlan]) -> None:
    """Raises Refused for a variable that no stack has: a misspelt name would change nothing, and say nothing."""
    lost = [text for text in overrides if stacks and all(text in one.not_set for one in stacks)]
    if lost:
        what = "none of the stacks has this variable"
        raise Refused(*(Problem(Place(SET + text), what, _instead(text, stacks)) for text in lost))


def _instead(text: str, stacks: Sequence[StackPlan]) -> str:
    """A near word, if one of the stacks has one; of several the one that most of them have."""
    fixes = Counter(one.not_set[text] for one in stacks)
    return max(fixes, key=lambda fix: (fix.startswith("use "), fixes[fix]))


def _has_no_variable(problem: Any, text: str) -> bool:
    return bool(problem.place.file == SET + text and problem.what.startswith("there is no variable "))


def _work(
    answer: connection.Connection, planner: Planner, root: Path, name: str, overrides: Sequence[str], safe: bool
) -> None:
    """The child: quiet, since many would write at once."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    threading.Thread(target=_end_with_the_asker, daemon=True).start()
    if not safe:
        os.environ.pop(SAFE, None)  # for what a program starts itself
    answer.send(planner(root, name, overrides))


def _end_with_the_asker() -> None:
    """A program may never end by itself, and one that was killed can end nobody."""
    if (asker := multiprocessing.parent_process()) is not None:
        asker.join()
        os._exit(1)


def _received(answer: connection.Connection, name: str, process: BaseProcess) -> StackPlan:
    try:
        found: StackPlan = answer.recv()
    except (EOFError, OSError):
        process.join()
        return StackPlan(name, failed=_how_it_ended(process.exitcode), ours=True)
    finally:
        answer.close()
    process.join()
    return found


def _how_it_ended(code: int | None) -> str:
    """Linux kills with SIGKILL what it has no memory for; who else did, nobody can ask."""
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        why = ", as by a machine that has no memory left" if -code == signal.SIGKILL else ""
        return f"its process was ended by {name}{why}; plan fewer at once (--jobs 1), or this stack alone"
    return f"its process ended with {code} and gave no answer; plan this stack alone to see why"


def _end(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(PATIENCE_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()


@contextmanager
def _nothing_from_this_folder() -> Iterator[None]:
    """`python -c`, as the first process is started, imports from the folder it stands in before anything else: that may
    be a pull request's, whose modules would run outside every sandbox.
    """
    before = os.environ.get(SAFE)
    os.environ[SAFE] = "1"
    try:
        yield
    finally:
        os.environ.pop(SAFE)
        if before is not None:
            os.environ[SAFE] = before


@contextmanager
def _interrupts_are_ours() -> Iterator[None]:
    """A process inherits which signals are blocked, and so do those that are forked from it: they hear no Ctrl-C."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
