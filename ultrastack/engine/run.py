"""How does a Pulumi program run without an engine process, and what did it ask for?"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc
from pulumi.runtime.settings import Settings, configure

from ..model.graph import Graph, Message
from ..model.place import Problem, Refused
from ..model.step import LISTENER, Step
from .assemble import graph_of
from .encrypted import cover
from .failure import ProgramFailed, failed, frames, place_of, words
from .invokes import Fixtures, python_name
from .monitor import Monitor
from .references import References

ERROR_OUTPUT_STRING = "PULUMI_ERROR_OUTPUT_STRING"


class Log(engine_pb2_grpc.EngineServicer):
    """Pulumi's Engine service: keeps what the program logs."""

    def __init__(self, messages: list[Message]) -> None:
        self.messages = messages

    def Log(self, request: Any, context: Any = None) -> Any:
        words: dict[int, Any] = {engine_pb2.INFO: "info", engine_pb2.WARNING: "warning", engine_pb2.ERROR: "error"}
        if request.severity in words:
            self.messages.append(Message(words[request.severity], request.message, request.urn))
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: Any = None) -> Any:
        return engine_pb2.GetRootResourceResponse()

    def SetRootResource(self, request: Any, context: Any = None) -> Any:
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(self, request: Any, context: Any = None) -> Any:
        return engine_pb2.RequirePulumiVersionResponse()


def run(
    program: Callable[[], Any],
    *,
    project: str = "project",
    stack: str = "dev",
    organization: str = "organization",
    config: Mapping[str, str] | None = None,
    secret_keys: Sequence[str] = (),
    fixtures: Fixtures | None = None,
    root: Path | None = None,
) -> Graph:
    """The graph of a program, a plain or an async function; raises Refused and ProgramFailed.

    `root` is the folder whose files an error's place may name. An exception that brings its own `problem`, as our
    language's does, is raised as it is.
    """
    monitor = Monitor(project, stack, organization, config, secret_keys, fixtures, (root or Path.cwd()).resolve())
    log, references, building = Log(monitor.record.messages), References(), [True]
    found: dict[str, dict[str, tuple[str, ...]]] = {}

    def inside() -> None:
        LISTENER.set(monitor.record.announce)
        pulumi.runtime.set_all_config(dict(config or {}), list(secret_keys))
        cover(config or {}, secret_keys)
        configure(
            Settings(project=project, stack=stack, organization=organization, dry_run=True, monitor=monitor, engine=log)
        )

        async def whole() -> None:
            pulumi.runtime.register_stack_transformation(references.hear)
            result = program()
            if asyncio.iscoroutine(result):
                await result
            building.clear()  # what fails from here on fails in no particular step
            # The registrations get their turn before the SDK waits for all outputs at once, which is quadratic.
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        loop = asyncio.new_event_loop()
        loop.set_exception_handler(lambda *_: None)  # every Output of a failed run repeats the one failure raised below
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(pulumi.runtime.run_in_stack(whole))
            inputs = {urn: r.inputs for urn, r in monitor.record.resources.items()}
            found.update(loop.run_until_complete(references.resolve(inputs)))
        finally:
            monitor.callbacks.close()
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()
            asyncio.set_event_loop(None)

    with _settings():
        try:
            contextvars.copy_context().run(inside)
        except (Refused, KeyboardInterrupt):
            raise
        except (Exception, SystemExit) as e:
            if monitor.record.failure is not None:
                raise monitor.record.failure from None
            step = next(reversed(monitor.record.steps.values()), None) if building else None
            if (failure := _failure(e, monitor, step)) is not None:
                raise failure from e
            raise
    return graph_of(monitor, found)


def _failure(e: BaseException, monitor: Monitor, step: Step | None) -> ProgramFailed | None:
    """In the user's words; None for what is in their words already."""
    own = getattr(e, "problem", None)
    place = own.place if isinstance(own, Problem) else place_of(e, monitor.record.root)
    if token := _unanswered(e, monitor.answers.unanswered):
        what = f"the program asked the cloud for {token}, and no answer is recorded"
        fix = f"use {python_name(token)}_output(...), whose answer may be unknown, or record an answer for {token}"
        return failed(what, fix, step, place)
    if isinstance(own, Problem):
        return None
    if isinstance(e, SystemExit):
        errors = [m.text for m in monitor.record.messages if m.severity == "error"]
        if not errors and e.code in (0, None):
            return failed("the program called exit() before its end", "", step, place)
        return failed("; ".join(errors) or f"the program called exit({e.code!r})", "", step, place)
    what, fix = (str(e), "") if isinstance(e, pulumi.RunError) else words(e)
    return failed(what, fix, step, place)


def _unanswered(e: BaseException, tokens: Sequence[str]) -> str:
    """The invoke without an answer that the SDK stumbled over: its typed result cannot be made of nothing."""
    for one in (e, e.__cause__):
        passed = frames(one) if one is not None else []
        for token in reversed(tokens):
            module = f"{python_name(token)}.py"
            if any(f.filename.endswith(("pulumi/runtime/invoke.py", f"/{module}")) for f in passed):
                return token
    return ""


_running = 0  # runs in this process; they may be in several threads, and what is set for them is the process's
_settings_lock = threading.Lock()
_settings_before: tuple[Any, str | None] = (), None


@contextmanager
def _settings() -> Iterator[None]:
    """What holds while a program runs, for the whole process; the last run to end puts it back.

    Pulumi makes many objects that live to the end: two thirds of a run would be garbage collection. And str() of an
    Output raises, where Pulumi would put a warning into the text.
    """
    global _running, _settings_before
    with _settings_lock:
        if not _running:
            _settings_before = gc.get_threshold(), os.environ.get(ERROR_OUTPUT_STRING)
            os.environ[ERROR_OUTPUT_STRING] = "1"
            gc.collect()
            gc.freeze()
            gc.set_threshold(200_000, 50, 100)
        _running += 1
    try:
        yield
    finally:
        with _settings_lock:
            _running -= 1
            if not _running:
                threshold, text = _settings_before
                gc.set_threshold(*threshold)
                gc.unfreeze()
                os.environ.pop(ERROR_OUTPUT_STRING)
                if text is not None:
                    os.environ[ERROR_OUTPUT_STRING] = text
