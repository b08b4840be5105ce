"""Good programs in YAML: what is right, though it may be unusual, and what may be advised all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from tests.policies.cases import PROVIDERS, Case

GOOD = Path(__file__).parent / "good"
PARTS = "parts.yaml"
WORDS = {"case", "because", "with", "resources", "before", "stack", "profile", "now", "aws", "gcp", "advises"}


@dataclass(frozen=True)
class Good:
    """One program, why it is right, and the rules that advise something there, and only advise it."""

    case: Case
    because: str
    advises: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.case.rule}: {self.case.title}"


def good_programs(folder: Path = GOOD) -> Iterator[Good]:
    parts = yaml.safe_load((folder / PARTS).read_text())
    for file in sorted(folder.glob("*.yaml")):
        if file.name != PARTS:
            for one in yaml.safe_load(file.read_text()):
                yield _program(file, one, parts)


def _program(file: Path, one: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]]) -> Good:
    if unknown := set(one) - WORDS:
        raise ValueError(f"{file}: {one.get('case')}: unknown words {sorted(unknown)}")
    common = {name: resource for part in one.get("with", ()) for name, resource in parts[part].items()}
    before = one.get("before")
    now = one.get("now")
    case = Case(
        rule=file.stem,
        verdict="pass",
        title=one["case"],
        resources=common | one.get("resources", {}),
        before=None if before is None else common | before,
        providers={cloud: {**default, **one.get(cloud, {})} for cloud, default in PROVIDERS.items()},
        stack=one.get("stack", ""),
        now=datetime.fromisoformat(now) if isinstance(now, str) else now,
        profile=one.get("profile", ""),
    )
    return Good(case, one["because"], tuple(one.get("advises", ())))
