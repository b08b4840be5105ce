"""Stack files that nobody thought of: small stacks over the language's keywords and the real components."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from . import generated_aws, generated_gcp, generated_serving
from .generated_draft import ANSWERS, CONFIG, OTHER_OUTPUTS, OTHER_STACK, SECRETS, Draft

__all__ = ["ANSWERS", "CONFIG", "OTHER_OUTPUTS", "OTHER_STACK", "SECRETS", "generated"]


def generated(count: int, chosen: int = 16) -> list[dict[str, str]]:
    """So many different stacks, for one seed the same in every run: file name -> text; the stack is `generated`.

    Of three times as many those are taken that bring seldom words; Hypothesis alone repeats itself.
    """
    found: dict[str, dict[str, str]] = {}

    @seed(chosen)
    @settings(
        max_examples=count * 3,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(stack_files())
    def collect(files: dict[str, str]) -> None:
        found[repr(sorted(files.items()))] = files

    collect()
    return list(_various(list(found.values()), count))


def _various(candidates: list[dict[str, str]], count: int) -> Iterator[dict[str, str]]:
    seen: Counter[str] = Counter()
    words = [set(re.findall(r"[\w.-]+:? ?[a-z]*", "\n".join(files.values()))) for files in candidates]
    for _ in range(count):
        best = max(range(len(candidates)), key=lambda i: sum(1 / (1 + seen[word]) ** 2 for word in words[i]))
        seen.update(words.pop(best))
        yield candidates.pop(best)


@st.composite
def stack_files(draw: st.DrawFn) -> dict[str, str]:
    draft = Draft({"aws": {"region": "us-east-2", "account_id": "111122223333"}, "vars": {"retention": 14}})
    if draw(st.integers(0, 19)) == 0:  # a stack in which nothing is made yet
        return {"generated": _text(draft.top | {"steps": []})}
    both_clouds = draw(st.integers(0, 2)) > 0  # asked first: what comes late is seldom so
    draft.top["providers"] = {
        "west": {"cloud": "aws", "region": "us-west-2"},
        "role": {
            "cloud": "aws",
            "region": "us-east-2",
            "account_id": "444455556666",
            "role_arn": "arn:aws:iam::444455556666:role/deployer",
            "external_id": "ours",
        },
    }
    existing = generated_aws.network(draw, draft)
    parts = [*generated_aws.PARTS, *generated_serving.PARTS, _included]
    for add in draw(st.lists(st.sampled_from(parts), min_size=2, max_size=6, unique=True)):
        add(draw, draft, existing)
    if both_clouds:
        draft.top["gcp"] = generated_gcp.TARGET
        generated_gcp.network(draw, draft)
        for part in draw(st.lists(st.sampled_from(generated_gcp.PARTS), min_size=1, max_size=3, unique=True)):
            part(draw, draft)
    if draw(st.booleans()):
        draft.top |= {"budget": {"monthly_usd": 1000}, "description": "Made up", "policy": {"profile": "production"}}
        draft.steps.insert(0, {"assert": {"that": ["retention > 0", "stack == 'generated'"], "message": "never"}})
    if draw(st.booleans()):
        draft.top["tags"] = {"owner": "platform", "service": draw(st.sampled_from(["llm", "vision"]))}
    if draw(st.booleans()):
        draft.top["outputs"] = {
            "vpc": "{{ net.vpc_id }}",
            "zones": "{{ net.private_subnet_ids_by_zone }}",
            "first": "{{ net.private_subnet_ids_by_zone['use2-az3'] }}",
            "all": ["{{ net.private_subnet_ids }}", {"plain": 1, "cidr": "{{ net.cidr }}", "none": None}],
            "retention": "{{ retention }}",
            "joined": "{{ net.private_subnet_ids | join(',') }}",
            **draft.outputs,
        }
    draft.top["steps"] = draft.steps
    if draw(st.booleans()):
        _move_below(draw, draft)
    return {"generated": _text(draft.top), **{name: _text(top) for name, top in draft.files.items()}}


def _text(top: dict[str, Any]) -> str:
    return yaml.safe_dump(top, sort_keys=False, width=1000)


def _included(draw: st.DrawFn, draft: Draft, existing: bool) -> None:
    """Two buckets from another file, one of which may read the other's name."""
    inner: dict[str, Any] = {
        "name": "logs",
        "aws.storage_bucket": {"noncurrent_days": "{{ days }}"},
        "register": "logs",
    }
    second = {"name": "copies", "aws.storage_bucket": {"reader_arns": ["{{ reader }}", "{{ logs.arn }}"]}}
    draft.files["part"] = {
        "steps": [inner, second] if draw(st.booleans()) else [inner],
        "outputs": {"logs": "{{ logs.bucket_name }}"},
    }
    reader = draw(st.sampled_from(["arn:aws:iam::111122223333:role/{{ net.vpc_id }}", "{{ secret('reader') }}"]))
    step: dict[str, Any] = {"name": "team", "include": "part.yaml", "vars": {"days": 9, "reader": reader}}
    if draw(st.booleans()):
        step["tags"] = {"team": "a"}
    if draw(st.booleans()):
        step["provider"] = "west"
    if draw(st.booleans()):
        inner["formerly"] = "records"
    if draw(st.booleans()):
        step |= {"name": "team-{{ word }}", "loop": {"a": 1, "b": 2}, "as": "one", "when": "one.value < 3"}
        step = json.loads(json.dumps(step).replace("word", "one.key").replace('"days": 9', '"days": "{{ one.value }}"'))
        draft.outputs["logs"] = "{{ team.b.logs }}"
    else:
        draft.outputs["logs"] = "{{ team.logs }}"
    draft.steps.append(step | {"register": "team"})
    if draw(st.booleans()):
        after = {
            "name": "after",
            "aws.storage_bucket": {},
            "options": {"depends_on": step["name"].partition("{{")[0].rstrip("-")},
        }
        if "loop" in step:
            after["options"]["depends_on"] = step["name"]
        draft.steps.append(after)


def _move_below(draw: st.DrawFn, draft: Draft) -> None:
    """The same stack as a small difference to a file that it extends."""
    targets = {k: draft.top[k] for k in ("aws", "gcp") if k in draft.top}
    below = {k: v for k, v in draft.top.items() if k not in targets and k != "outputs"}
    below["abstract"] = True
    spare = {"name": "spare", "aws.storage_bucket": {}}
    draft.files["below"] = below | {"steps": [*below["steps"], spare]}
    own: dict[str, Any] = {
        "extends": "below.yaml",
        **targets,
        "steps": [{"name": "spare", "remove": True}],
    }
    if draw(st.booleans()):
        own["tags"] = {"owner": "research"}
    draft.top = own | ({"outputs": draft.top["outputs"]} if "outputs" in draft.top else {})
