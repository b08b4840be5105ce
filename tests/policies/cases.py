"""Rule cases: small programs in YAML, and the graph that each of them is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from ultrastack.model.graph import Graph, Options, Resource
from ultrastack.model.values import SECRET, UNKNOWN, Value

CASES = Path(__file__).parent / "cases"
VERDICTS = {"passes": "pass", "fails": "fail", "cannot_decide": "undecided", "not_applicable": "not applicable"}
PROVIDERS = {
    "aws": {"region": "us-east-2"},
    "gcp": {"project": "example-ml", "region": "us-east5", "zone": "us-east5-b"},
}
PROJECT, STACK = "cases", "case"
ROOT = f"urn:pulumi:{STACK}::{PROJECT}::pulumi:pulumi:Stack::{PROJECT}-{STACK}"
WORDS = {"case", "resources", "before", "aws", "gcp", "stack", "now", "finds", "profile", "costs", "differences"}


@dataclass(frozen=True)
class Case:
    """One small program, and what a rule must say about it."""

    rule: str  # fabric.efa_one_zone
    verdict: str
    title: str
    resources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    before: Mapping[str, Mapping[str, Any]] | None = None
    providers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stack: str = ""
    now: datetime | None = None
    finds: tuple[Mapping[str, str], ...] = ()
    profile: str = ""
    costs: Mapping[str, Any] = field(default_factory=dict)  # monthly_usd, unpriced
    differences: tuple[Mapping[str, str], ...] = ()  # what, how

    def __str__(self) -> str:
        return f"{self.rule} {self.verdict}: {self.title}"


def all_cases(folder: Path = CASES) -> Iterator[Case]:
    for file in sorted(folder.glob("*/*.yaml")):
        yield from cases_of(file)


def cases_of(file: Path) -> Iterator[Case]:
    rule = f"{file.parent.name}.{file.stem}"
    data = yaml.safe_load(file.read_text())
    for word, them in data.items():
        for one in them or ():
            if unknown := set(one) - WORDS:
                raise ValueError(f"{file}: unknown words {sorted(unknown)}")
            given = {cloud: {**default, **one.get(cloud, {})} for cloud, default in PROVIDERS.items()}
            now = one.get("now")
            yield Case(
                rule=rule,
                verdict=VERDICTS[word],
                title=one["case"],
                resources=one.get("resources", {}),
                before=one.get("before"),
                providers=given,
                stack=one.get("stack", ""),
                now=datetime.fromisoformat(now) if isinstance(now, str) else now,
                finds=tuple(one.get("finds", ())),
                profile=one.get("profile", ""),
                costs=one.get("costs", {}),
                differences=tuple(one.get("differences", ())),
            )


def graph_of(resources: Mapping[str, Mapping[str, Any]], providers: Mapping[str, Mapping[str, Any]]) -> Graph:
    """As our own engine would hear it: each nested input knows where it comes from."""
    urns = {name: urn_of(name, resources) for name in resources}
    made = [Resource(ROOT, "pulumi:pulumi:Stack", f"{PROJECT}-{STACK}", "stack")]
    for cloud, inputs in providers.items():
        made.append(Resource(provider_urn(cloud), f"pulumi:providers:{cloud}", cloud, "provider", ROOT, inputs=inputs))
    for name, one in resources.items():
        if unknown := set(one) - {"type", "inputs", "outputs", "id", "kind", "options", "parent"}:
            raise ValueError(f"{name}: unknown words {sorted(unknown)}")
        references: dict[str, tuple[str, ...]] = {}
        inputs = {key: _value(value, key, urns, references) for key, value in one.get("inputs", {}).items()}
        of_property: dict[str, tuple[str, ...]] = {}
        for path, sources in references.items():
            first = path.partition(".")[0].partition("[")[0]
            of_property[first] = tuple(dict.fromkeys((*of_property.get(first, ()), *sources)))
        made.append(
            Resource(
                urn=urns[name],
                type=one["type"],
                name=name,
                kind=one.get("kind", "component" if one["type"].startswith("ultrastack:") else "custom"),
                parent=urns[one["parent"]] if "parent" in one else ROOT,
                provider=provider_urn(cloud) if (cloud := one["type"].partition(":")[0]) in providers else "",
                inputs=inputs,
                outputs=one.get("outputs", {}),
                id=one.get("id", ""),
                property_dependencies=of_property,
                dependencies=tuple(dict.fromkeys(s for them in of_property.values() for s in them)),
                references=references,
                options=Options(**one.get("options", {})),
            )
        )
    return Graph(PROJECT, STACK, resources=tuple(made))


def provider_urn(cloud: str) -> str:
    return f"urn:pulumi:{STACK}::{PROJECT}::pulumi:providers:{cloud}::{cloud}"


def urn_of(name: str, resources: Mapping[str, Mapping[str, Any]]) -> str:
    chain, one = [resources[name]["type"]], resources[name]
    while "parent" in one:
        one = resources[one["parent"]]
        chain.append(one["type"])
    return f"urn:pulumi:{STACK}::{PROJECT}::{'$'.join(reversed(chain))}::{name}"


def _value(value: Any, path: str, urns: Mapping[str, str], references: dict[str, tuple[str, ...]]) -> Value:
    match value:
        case {"$ref": str(named), **rest} if not rest:
            references[path] = (urns[named.partition(".")[0]],)
            return UNKNOWN
        case {"$unknown": True}:
            return UNKNOWN
        case {"$secret": _}:
            return SECRET
        case dict():
            return {k: _value(v, f"{path}.{k}", urns, references) for k, v in value.items()}
        case list():
            return [_value(v, f"{path}[{i}]", urns, references) for i, v in enumerate(value)]
        case _:
            return value
