"""What does a project's `__main__.py` do? It reads the stack file of the stack that Pulumi runs, and builds it."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Container, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path

import pulumi

from ..model.overrides import OVERRIDES
from ..model.place import Refused
from ..model.step import LISTENER
from . import lazy_sdk
from .build import BuildFailed, build
from .finder import find_components
from .reader import read
from .reading import Reading
from .stacks import stack_path

# exit code with which Pulumi's language host adds no line of its own under ours
ALREADY_TOLD = 32

ASKED = ("ultrastack:vars", "aws:region", "gcp:project", "gcp:region", "gcp:zone")  # besides what config('key') names

# Set by whoever runs the program in its own process and wants to see what was read, before anything is built.
READER: ContextVar[Callable[[Reading], None] | None] = ContextVar("ultrastack_reader", default=None)


def run(root: Path) -> None:
    """The whole program, for either engine; the last line of `__main__.py`."""
    lazy_sdk.install()
    if LISTENER.get() is not None:  # our engine tunes itself, and reports refusals itself
        build(_read(root))
        return
    try:
        reading = _read(root)
    except Refused as e:
        count = len(e.problems)
        _stop(f"{count} problem{'s' if count > 1 else ''}; nothing was changed\n{e}")
    for notice in reading.notices:
        pulumi.log.warn(str(notice))
    _tune()
    pulumi.run(lambda: _build(reading))


def _read(root: Path) -> Reading:
    reading = read(
        stack_path(root, pulumi.get_stack()),
        root,
        find_components(root),
        project=pulumi.get_project(),
        config=RunConfig(),
        secret_keys=RunSecrets(),
        overrides=OVERRIDES.get(),
    )
    if (heard := READER.get()) is not None:
        heard(reading)
    return reading


class RunConfig(Mapping[str, str]):
    """Pulumi's config of this run by full key, aws:region; asked through the public API, which lists no keys."""

    def __getitem__(self, key: str) -> str:
        namespace, _, name = key.partition(":")
        found = pulumi.Config(namespace).get(name)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter([key for key in ASKED if key in self])

    def __len__(self) -> int:
        return len(list(iter(self)))


class RunSecrets(Container[str]):
    """Which keys are secret: Config.get() hands them out as plain text without a word."""

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and pulumi.runtime.is_config_secret(key)


async def _build(reading: Reading) -> None:
    try:
        build(reading)
    except BuildFailed as e:
        _stop(str(e))
    # The registrations get their turn before the SDK waits for all outputs at once, which is quadratic in their number:
    # at 4,000 resources 16 s instead of 45, measured with pulumi 3.272.0 over gRPC.
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def _stop(text: str) -> None:
    pulumi.log.error(text)
    sys.exit(ALREADY_TOLD)


def _tune() -> None:
    """Pulumi makes many objects that live to the end; looking through them again and again is most of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
