"""Which resources can the components emit? Graphs of all stacks, examples, variants and generated stacks."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from ultrastack.engine import capture
from ultrastack.language.stacks import examples, stacks
from ultrastack.model.graph import Graph

from ..engine import generated_stacks as generator
from .answered import AnsweringMonitor
from .variants import variants

ROOT = Path(__file__).parents[2]
GENERATED = 50


@cache
def graphs() -> Mapping[str, Graph]:
    """Name -> graph; the stand-in answers as after an `up`, so that texts made of ids (policies) can be read too."""
    with answering(), quick_to_collect() as settle:
        found = {}
        for folder, names in (("stacks", stacks(ROOT)), ("examples", examples(ROOT))):
            for name in names:
                found[f"{folder}/{name}"] = capture(ROOT, name, fixtures=generator.ANSWERS)
                settle()
        for name, graph in chain(variants(), _generated()):
            found[name] = graph
            settle()
        return found


@contextmanager
def quick_to_collect() -> Iterator[Callable[[], None]]:
    """Each run of a program ends with a collection, and the clouds' SDKs are large: what stays is seen once only."""
    gc.freeze()
    try:
        yield gc.freeze
    finally:
        gc.unfreeze()


@contextmanager
def answering() -> Iterator[None]:
    with mock.patch("ultrastack.engine.run.Monitor", AnsweringMonitor):
        yield


def _generated() -> Iterator[tuple[str, Graph]]:
    fixtures: dict[str, Any] = {
        **generator.ANSWERS,
        "pulumi:pulumi:StackReference": [
            {"args": {"name": generator.OTHER_STACK}, "result": dict(generator.OTHER_OUTPUTS)}
        ],
    }
    settings = {**generator.CONFIG, **generator.SECRETS}
    config = {key if ":" in key else f"ultrastack:{key}": value for key, value in settings.items()}
    secrets = [f"ultrastack:{key}" for key in generator.SECRETS]
    for i, files in enumerate(generator.generated(GENERATED)):
        with TemporaryDirectory() as made:
            folder = Path(made)
            for name in ("Pulumi.yaml", "__main__.py"):
                shutil.copy(ROOT / name, folder)
            (folder / "components").symlink_to(ROOT / "components")
            (folder / "stacks").mkdir()
            for name, text in files.items():
                (folder / "stacks" / f"{name}.yaml").write_text(text, encoding="utf-8")
            graph = capture(folder, "generated", config=config, secret_keys=secrets, fixtures=fixtures)
        yield f"generated {i}", graph
