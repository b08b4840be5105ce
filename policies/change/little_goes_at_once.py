"""One change does not take away several kinds of what has to last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ultrastack.catalog import resource_type
from ultrastack.model.change import Change

from ..rule import NotApplicable, Rule, Said, fail
from ..world import SubjectChange

RULE = Rule(
    title="one change takes away no more than one kind of storage, capacity, endpoints and network",
    level="mandatory",
    why="A change that takes away storage, capacity and network at once is mostly the wrong stack, or a lost loop.",
    fix="bring up one of these after the other, or accept this finding with the reason",
    references=(
        "https://www.pulumi.com/docs/iac/concepts/options/protect/",
        "https://github.com/aws/aws-parallelcluster/issues/4651",
    ),
)

KINDS: Mapping[str, str] = {"data": "storage", "capacity": "capacity", "identity": "network"}
ENDPOINTS = ("aws:sagemaker/endpoint:Endpoint", "gcp:vertex/aiEndpoint:AiEndpoint")
NETWORK = ("aws:ec2/", "aws:lb/", "gcp:compute/", "gcp:servicenetworking/")
OF_MACHINES = ("launchTemplate", "placementGroup", "resourcePolicy")


@RULE.change("*")
def check(change: SubjectChange) -> Iterator[Said]:
    first = next(filter(_goes, change.beside)) if _goes(change.change) else None
    if first is not change.change:  # said once, of the first
        raise NotApplicable
    kinds: dict[str, list[str]] = {}
    for one in filter(_goes, change.beside):
        kinds.setdefault(_kind(one), []).append(one.resource.name)
    if len(kinds) > 1:
        words = "; ".join(f"{kind} ({_listed(names)})" for kind, names in sorted(kinds.items()))
        yield fail(change.subject, f"{len(kinds)} kinds go at once: {words}")


def _goes(change: Change) -> bool:
    return change.kind in ("delete", "replace") and bool(_kind(change)) and not _kept(change)


def _kind(change: Change) -> str:
    row = resource_type(change.resource.type)
    if row is None or row.holds is None:
        return ""
    if row.name in ENDPOINTS:
        return "endpoints"
    outside = row.holds == "identity" and (
        not row.name.startswith(NETWORK) or any(f"/{word}:" in row.name for word in OF_MACHINES)
    )
    return "" if outside else KINDS.get(row.holds, "")


def _kept(change: Change) -> bool:
    assert change.old is not None
    options = change.new.options if change.new is not None else change.old.options
    return options.protect or change.old.options.retain_on_delete


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
