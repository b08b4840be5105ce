"""Small worlds and rules for tests of what judges, not of what is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from tests.policies.cases import PROVIDERS, graph_of
from ultrastack.model.finding import Acceptance, Judgement, Known, Level
from ultrastack.model.place import Place
from ultrastack.model.stack_file import FileStep, StackFile
from ultrastack.policies.checking import outcomes
from ultrastack.policies.judging import judge
from ultrastack.policies.rule import Rule, Said, fail
from ultrastack.policies.world import Subject, World

BUCKET = "aws:s3/bucket:Bucket"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def rule(id: str, level: Level = "mandatory") -> Rule:
    made = Rule(f"title of {id}", level, "Why.", "do it", ("docs",), id)

    @made.resource(BUCKET)
    def check(bucket: Subject) -> Iterator[Said]:
        for at, value in bucket.values.items():
            for i, one in enumerate(value if isinstance(value, list) else [value]):
                if one == "bad":
                    yield fail(bucket, f"{at} is bad", at=f"{at}[{i}]" if isinstance(value, list) else at)
                elif isinstance(one, str) and one.startswith("bad "):
                    yield fail(bucket, f"{one[4:]} is bad", at=f"{at}[{i}]")
                else:
                    bucket.get(at)

    return made


def world(
    buckets: Mapping[str, Mapping[str, Any]],
    accept: Sequence[Acceptance] = (),
    steps: Sequence[FileStep] = (),
    now: datetime | None = NOW,
) -> World:
    graph = graph_of({name: {"type": BUCKET, "inputs": inputs} for name, inputs in buckets.items()}, PROVIDERS)
    file = StackFile("stacks/case.yaml", Place("stacks/case.yaml", 1, 1), accept=tuple(accept), steps=tuple(steps))
    return World(graph, now=now, file=file)


def judged(made: World, *rules: Rule, baseline: Sequence[Known] = (), **more: Any) -> Judgement:
    levels = {one.id: one.level for one in rules}
    return judge(outcomes(rules, made, levels), made, levels, rules=rules, baseline=baseline, **more)


def accepted(rule: str, until: str = "2027-06-30", **more: str) -> Acceptance:
    return Acceptance(rule, "it is fine", "Jo", date.fromisoformat(until), **more)  # type: ignore[arg-type]
