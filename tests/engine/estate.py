"""Which examples read outputs of others, so that they can live only where those are up?"""

from __future__ import annotations

from ultrastack.language.stacks import examples

from .real_cli import ROOT

ORDER = ("estate-network", "estate-data", "estate-training")  # in which they come up; tests/engine/test_estate.py
READERS = tuple(
    name for name in examples(ROOT) if "stack_output(" in (ROOT / "examples" / f"{name}.yaml").read_text("utf-8")
)
