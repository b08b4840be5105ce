"""Projects of the tests: stack files in a folder of their own, and components that do not change with the toolkit's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ultrastack.language.finder import ComponentEntry, find_components
from ultrastack.language.reader import read
from ultrastack.language.reading import Reading
from ultrastack.language.stacks import stack_path

FAKES = Path(__file__).parent / "fakes"
AWS = 'aws: {region: us-east-2, account_id: "111122223333"}\n'


def fake_components() -> dict[str, ComponentEntry]:
    return {w: e for w, e in find_components(FAKES).items() if e.file.is_relative_to(FAKES)}


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return root


def read_files(
    root: Path,
    files: Mapping[str, str],
    stack: str = "dev",
    overrides: Sequence[str] = (),
    config: Mapping[str, str] | None = None,
    secret_keys: Sequence[str] = (),
) -> Reading:
    write(root, files)
    path = stack_path(root, stack)
    return read(path, root, fake_components(), config=config, secret_keys=secret_keys, overrides=overrides)


def read_text(root: Path, text: str, **more: object) -> Reading:
    """One stack file on AWS."""
    return read_files(root, {"stacks/dev.yaml": AWS + text}, **more)  # type: ignore[arg-type]
