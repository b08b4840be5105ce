"""Is a whole report still what was read and agreed on? `make golden` rewrites the files; their diff is the review."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).parent


def same_as_golden(name: str, text: str) -> None:
    file = HERE / name
    if os.environ.get("ULTRASTACK_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.is_file(), f"tests/golden/{name} does not exist; `make golden` writes it"
    assert text == file.read_text(encoding="utf-8"), f"differs from tests/golden/{name}; `make golden` rewrites it"
