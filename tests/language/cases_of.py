"""Where are the cases of a test file?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def cases(name: str) -> list[dict[str, Any]]:
    """The case file tests/language/cases/<name>.yaml."""
    found: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases" / f"{name}.yaml").read_text("utf-8"))
    return found
