"""Which rules are there? Every file of a topic's folder is one; putting it there is all the registration there is."""

from __future__ import annotations

import importlib
import traceback
from pathlib import Path
from typing import get_args

from ultrastack.model.finding import Level

from .rule import Rule


class BrokenRule(Exception):
    """A rule's file cannot be used; `file` is where, the words say why."""

    def __init__(self, file: Path, why: str):
        super().__init__(f"{file}: {why}")
        self.file, self.why = file, why


def find_rules(folder: Path | None = None, package: str = __package__ or "") -> tuple[Rule, ...]:
    """All rules below a folder (this one), by id; BrokenRule for a file that cannot be used as one.

    `package` is the name under which the folder is importable.
    """
    folder = folder or Path(__file__).parent
    return tuple(_rule(file, package) for file in rule_files(folder))


def find_usable_rules(
    folder: Path | None = None, package: str = __package__ or ""
) -> tuple[tuple[Rule, ...], tuple[BrokenRule, ...]]:
    """The same, where one file that cannot be used shall not hide the other rules."""
    rules, broken = [], []
    for file in rule_files(folder or Path(__file__).parent):
        try:
            rules.append(_rule(file, package))
        except BrokenRule as e:
            broken.append(e)
    return tuple(rules), tuple(broken)


def rule_files(folder: Path) -> list[Path]:
    """<topic>/<rule>.py, by id; what begins with `_` serves several rules of a topic and is none."""
    return sorted(f for f in folder.glob("*/*.py") if not f.name.startswith("_") and f.parent.name.isidentifier())


def _rule(file: Path, package: str) -> Rule:
    topic, stem = file.parent.name, file.stem
    try:
        module = importlib.import_module(f"{package}.{topic}.{stem}")
    except (Exception, SystemExit) as e:  # whatever a rule's file does when it is loaded
        lines = [f.lineno for f in traceback.extract_tb(e.__traceback__) if Path(f.filename) == file]
        where = f" (line {lines[-1]})" if lines else ""
        raise BrokenRule(file, f"{type(e).__name__}: {e}{where}") from e
    rule: Rule | None = getattr(module, "RULE", None)
    if rule is None or not hasattr(rule, "check"):
        raise BrokenRule(file, "it defines no RULE = Rule(...)")
    for word in ("title", "why", "fix"):
        if not isinstance(getattr(rule, word), str):
            raise BrokenRule(file, f"`{word}` of its RULE is no text")
    if rule.level not in get_args(Level):
        raise BrokenRule(file, f"its level is {rule.level!r}, and must be off, advisory or mandatory")
    if rule.check is None:
        raise BrokenRule(file, "its RULE has no check; write one under @RULE.resource(...) or @RULE.graph(...)")
    rule.id = f"{topic}.{stem}"
    return rule
