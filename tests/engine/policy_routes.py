"""Rule cases on the real CLI: many in one program, and alone where others might have had a say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import count
from pathlib import Path
from typing import Any

from tests.policies.cases import Case, graph_of
from tests.policies.routes import state_of, verdict_of, worst
from ultrastack.policies.rule import Rule

from .real_cli import ROOT, Project, foreign_program

PROGRAM = Path(__file__).with_name("programs_of_cases.py")
STACK = "case"
# The pack as it is, at the time that a case is at; the engine tells no pack a time.
AT = """\
import sys
from datetime import datetime
sys.path[0] = {root!r}
from policies import pack
pack.Pack._time = lambda self: {time}
pack.serve()
"""


@dataclass(frozen=True)
class Batch:
    """Cases in one program, each with a prefix of its own."""

    cases: Sequence[Case]
    alone: bool = False

    @property
    def prefixed(self) -> Iterator[tuple[str, Case]]:
        return ((self.prefix(i), case) for i, case in enumerate(self.cases))

    def prefix(self, number: int) -> str:
        return "" if self.alone else f"c{number}--"

    @property
    def resources(self) -> dict[str, Mapping[str, Any]]:
        return {
            prefix + name: _prefixed(one, prefix)
            for prefix, case in self.prefixed
            for name, one in case.resources.items()
        }

    def program(self) -> dict[str, Any]:
        """In an order in which each stands after what it names."""
        found: dict[str, Any] = {}
        for prefix, case in self.prefixed:
            resources = {prefix + name: _prefixed(one, prefix) for name, one in case.resources.items()}
            for name in TopologicalSorter({n: _names(one) for n, one in resources.items()}).static_order():
                one = resources[name]
                cloud = one["type"].partition(":")[0]
                token = one["type"]
                found[name] = {
                    "type": token,
                    "kind": one.get("kind", "component" if token.startswith("ultrastack:") else "custom"),
                    "inputs": one.get("inputs", {}),
                    "outputs": one.get("outputs", {}),
                    "id": one.get("id", ""),
                    "options": one.get("options", {}),
                    "parent": one.get("parent", ""),
                    "provider": [cloud, case.providers[cloud]] if cloud in case.providers else None,
                }
        return found

    def state(self) -> dict[str, Any]:
        """With one provider of each cloud for all: a batch holds cases of equal providers."""
        return state_of(graph_of(self.resources, self.cases[0].providers))


def batches(cases: Iterable[Case]) -> list[Batch]:
    """Of one time and equal providers, each with one case of a rule: cases of the same rule use the same ids."""
    kinds: dict[tuple[str, int], list[Case]] = {}
    rounds: Counter[tuple[str, str]] = Counter()
    for case in cases:
        kind = f"{case.now} {json.dumps(case.providers, sort_keys=True, default=str)}"
        kinds.setdefault((kind, rounds[kind, case.rule]), []).append(case)
        rounds[kind, case.rule] += 1
    return [Batch(them) for them in kinds.values()]


def makeable(case: Case) -> bool:
    """A resource that names itself, or two that name each other, are in no program that runs."""
    try:
        TopologicalSorter({n: _names(one) for n, one in case.resources.items()}).prepare()
    except CycleError:
        return False
    return True


def reads(case: Case) -> bool:
    """Whether something is only read: `policy analyze` has it analysed as if it were made, and does not tell."""
    return any(one.get("kind") == "read" for one in case.resources.values())


def _prefixed(value: Any, prefix: str) -> Any:
    match value:
        case {"$ref": str(named), **rest} if not rest:
            return {"$ref": prefix + named}
        case dict():
            return {
                k: prefix + v if k == "parent" and "type" in value else _prefixed(v, prefix) for k, v in value.items()
            }
        case list():
            return [_prefixed(one, prefix) for one in value]
        case _:
            return value


def _refs(value: Any) -> Iterator[str]:
    match value:
        case {"$ref": str(named), **rest} if not rest:
            yield named
        case dict():
            for one in value.values():
                yield from _refs(one)
        case list():
            for one in value:
                yield from _refs(one)


def _names(one: Mapping[str, Any]) -> set[str]:
    return {named.partition(".")[0] for named in _refs(one)} | ({one["parent"]} if "parent" in one else set())


# ---- running


@dataclass
class Route:
    """Where the CLI works; `rules` are all at the level mandatory."""

    cli: Path
    folder: Path
    rules: Mapping[str, Rule]
    numbers: Iterator[int] = field(default_factory=count)

    def previewed(self, batch: Batch) -> list[str]:
        project = self._project(batch)
        project.extra_env |= {"PULUMI_DEBUG_COMMANDS": "true", "ULTRASTACK_REHEARSAL_PLAIN": "1"}
        project.init(STACK)
        log = project.home / "preview.events"
        words = ("--stack", STACK, "--event-log", str(log), *self._pack(batch, project.folder))
        run = project.run("preview", *words, ok=False)
        events = [json.loads(line) for line in log.read_text().splitlines()]
        failed = [
            one["diagnosticEvent"]["message"]
            for one in events
            if one.get("diagnosticEvent", {}).get("severity") == "error"
            and one["diagnosticEvent"]["message"] != "preview failed\n"
        ]
        assert not failed and any("summaryEvent" in one for one in events), failed or run.text
        return self._verdicts(batch, events)

    def analyzed(self, batch: Batch) -> list[str]:
        """`pulumi policy analyze --file`: no program, no provider."""
        project = self._project(batch)
        file = project.folder / "state.json"
        file.write_text(json.dumps(batch.state()))
        run = project.run(
            "policy", "analyze", "--file", str(file), "--json", *self._pack(batch, project.folder), ok=False
        )
        events = [json.loads(line) for line in run.out.splitlines() if line.startswith("{")]
        assert any("summaryEvent" in one for one in events), run.text
        return self._verdicts(batch, events)

    def _project(self, batch: Batch) -> Project:
        project = foreign_program(self.cli, self.folder / f"{next(self.numbers)}", PROGRAM)
        (project.folder / "cases.json").write_text(json.dumps(batch.program()))
        return project

    def _pack(self, batch: Batch, folder: Path) -> tuple[str, ...]:
        pack = folder / "pack"
        pack.mkdir()
        now = batch.cases[0].now
        time = f"datetime.fromisoformat({now.isoformat()!r})" if now else "None"
        (pack / "__main__.py").write_text(AT.format(root=str(ROOT), time=time))
        text = (ROOT / "policies" / "PulumiPolicy.yaml").read_text()
        (pack / "PulumiPolicy.yaml").write_text(text)
        (folder / "levels.json").write_text(json.dumps(dict.fromkeys(self.rules, "mandatory")))
        return "--policy-pack", str(pack), "--policy-pack-config", str(folder / "levels.json")

    def _verdicts(self, batch: Batch, events: Sequence[Mapping[str, Any]]) -> list[str]:
        summaries = any("policyAnalyzeSummaryEvent" in one for one in events)  # `policy analyze` tells none
        said: dict[tuple[str, str], list[str]] = {}  # rule, prefix ("" of the whole stack)
        for one in events:
            if violation := one.get("policyEvent"):
                prefix = _prefix(violation["resourceUrn"], batch)
                verdict = verdict_of(violation["enforcementLevel"] == "mandatory", violation["message"])
                said.setdefault((violation["policyName"], prefix), []).append(verdict)
            if summary := one.get("policyAnalyzeSummaryEvent"):
                prefix = _prefix(summary["resourceUrn"], batch)
                for rule in summary.get("passed") or ():
                    said.setdefault((rule, prefix), []).append("pass")
            if summary := one.get("policyAnalyzeStackSummaryEvent"):
                for rule in summary.get("passed") or ():
                    said.setdefault((rule, ""), []).append("pass")
        return [self._verdict(case, prefix, batch, said, summaries) for prefix, case in batch.prefixed]

    def _verdict(
        self, case: Case, prefix: str, batch: Batch, said: Mapping[tuple[str, str], list[str]], summaries: bool
    ) -> str:
        found = [*said.get((case.rule, prefix), ())]
        check = self.rules[case.rule].check
        whole = check is not None and check.kind == "graph" and not batch.alone
        if whole and {*said.get((case.rule, ""), ())} - {"pass"}:
            return "not alone"  # said of the whole stack, so of nobody's case
        if not found and (whole or not summaries):
            return "not applicable" if case.verdict == "not applicable" else "pass"  # nobody says which
        return worst(found)


def _prefix(urn: str, batch: Batch) -> str:
    name = urn.split("::", 3)[3]
    return "" if batch.alone or "--" not in name else name.partition("--")[0] + "--"
