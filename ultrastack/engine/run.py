"""How does a Pulumi program run without an engine process, and what did it ask for?"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc
from pulumi.runtime.settings import Settings, configure

from ..model.graph import Graph, Message, Resource
from ..model.place import Refused
from ..model.step import LISTENER, Step
from .failure import ProgramFailed
from .monitor import Fixtures, Monitor
from .references import References
from .urns import ROOT


class Log(engine_pb2_grpc.EngineServicer):
    """Pulumi's Engine service: keeps what the program logs."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

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
) -> Graph:
    """The graph of a program, a plain or an async function; raises Refused and ProgramFailed."""
    monitor = Monitor(project, stack, organization, config, secret_keys, fixtures)
    log, references, steps = Log(), References(), monitor.steps
    found: dict[str, dict[str, tuple[str, ...]]] = {}

    def inside() -> None:
        LISTENER.set(steps.append)
        pulumi.runtime.set_all_config(dict(config or {}), list(secret_keys))
        configure(
            Settings(project=project, stack=stack, organization=organization, dry_run=True, monitor=monitor, engine=log)
        )

        async def whole() -> None:
            pulumi.runtime.register_stack_transformation(references.hear)
            result = program()
            if asyncio.iscoroutine(result):
                await result
            # The registrations get their turn before the SDK waits for all outputs at once, which is quadratic.
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        loop = asyncio.new_event_loop()
        loop.set_exception_handler(lambda *_: None)  # every Output of a failed run repeats the one failure raised below
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(pulumi.runtime.run_in_stack(whole))
            inputs = {urn: r.inputs for urn, r in monitor.resources.items()}
            found.update(loop.run_until_complete(references.resolve(inputs)))
        finally:
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()
            asyncio.set_event_loop(None)

    with _tuned(), _errors_on_text():
        try:
            contextvars.copy_context().run(inside)
        except (Refused, KeyboardInterrupt):
            raise
        except ProgramFailed as e:
            raise monitor.failure or e from None
        except (Exception, SystemExit) as e:
            if isinstance(e, SystemExit) and e.code in (0, None):
                raise ProgramFailed("the program called exit() before its end") from e
            if type(e).__name__ == "BuildFailed":
                raise  # the language has put it into the user's words
            raise monitor.failure or _failure(e, monitor, log) from e
    return _graph(monitor, log, found)


def _failure(e: BaseException, monitor: Monitor, log: Log) -> ProgramFailed:
    step = monitor.steps[-1] if monitor.steps else None
    if monitor.unanswered and isinstance(e, (AssertionError, TypeError, AttributeError)):
        token = monitor.unanswered[-1]
        module, _, name = token.rpartition(":")
        short = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        return ProgramFailed(
            f"the program asked the cloud for {token} and no answer is recorded; "
            f"fix: use {short}_output(...), whose answer may be unknown, or record an answer for {token}",
            step,
        )
    if isinstance(e, SystemExit):
        errors = [m.text for m in log.messages if m.severity == "error"]
        return ProgramFailed("; ".join(errors) or f"the program called exit({e.code!r})")
    if isinstance(e, pulumi.RunError):
        return ProgramFailed(str(e), step)
    return ProgramFailed(f"{type(e).__name__}: {e}", step)


def _graph(monitor: Monitor, log: Log, references: Mapping[str, dict[str, tuple[str, ...]]]) -> Graph:
    made = []
    for r in monitor.resources.values():
        step = monitor._step_of(r.urn) if r.kind not in ("stack", "provider") else None
        made.append(
            replace(
                r,
                outputs=monitor.outputs.get(r.urn, {}),
                references=references.get(r.urn, {}),
                step=step.name if step else "",
            )
        )
    root = next((r for r in made if r.type == ROOT), None)
    return Graph(
        project=monitor.project,
        stack=monitor.stack,
        organization=monitor.organization,
        resources=_ordered(made, monitor.steps),
        outputs=monitor.outputs.get(root.urn, {}) if root else {},
        steps=tuple(monitor.steps),
        messages=tuple(log.messages),
    )


def _ordered(made: list[Resource], steps: Sequence[Step]) -> tuple[Resource, ...]:
    """Stack, providers, then step by step, parents before their children; registration order differs between runs."""
    rank = {s.name: i for i, s in enumerate(steps)}
    kinds = {"stack": 0, "provider": 1}
    children: dict[str, list[Resource]] = {}
    urns = {r.urn for r in made}
    for r in made:
        children.setdefault(r.parent if r.parent in urns else "", []).append(r)

    def key(r: Resource) -> tuple[int, int, list[tuple[int, int, str]]]:
        return kinds.get(r.kind, 2), rank.get(r.step, len(rank)), _natural(r.urn)

    ordered: list[Resource] = []
    waiting = sorted(children.get("", ()), key=key, reverse=True)
    while waiting:
        r = waiting.pop()
        ordered.append(r)
        waiting += sorted(children.get(r.urn, ()), key=key, reverse=True)
    return tuple(sorted(ordered, key=lambda r: kinds.get(r.kind, 2)))


def _natural(text: str) -> list[tuple[int, int, str]]:
    """node-2 before node-10."""
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in re.split(r"(\d+)", text) if p]


@contextmanager
def _tuned() -> Iterator[None]:
    """Pulumi makes many objects that live to the end: two thirds of a run would be garbage collection."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def _errors_on_text() -> Iterator[None]:
    """str() of an Output raises, where Pulumi would put a warning into the text."""
    name, before = "PULUMI_ERROR_OUTPUT_STRING", os.environ.get("PULUMI_ERROR_OUTPUT_STRING")
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
