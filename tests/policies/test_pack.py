"""The pack answers the engine: levels, secrets, mistakes of a rule, acceptances."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import analyzer_pb2

from tests.policies.cases import PROVIDERS, graph_of
from ultrastack.engine.foreign_pack import analyze_requests, stack_request
from ultrastack.model.finding import Level
from ultrastack.policies.finder import BrokenRule, find_rules
from ultrastack.policies.pack import SETTINGS, Pack
from ultrastack.policies.pack_profile import Profile, profile_of
from ultrastack.policies.rule import Rule
from ultrastack.policies.said import Said, cannot_decide, fail
from ultrastack.policies.world import Subject

BUCKET = "aws:s3/bucket:Bucket"
RULES = find_rules()


def rule(name: str, level: Level = "mandatory") -> Rule:
    return Rule("a bucket is right", level, "It fails otherwise.", "mend it", ("x", "https://example.com"), id=name)


@pytest.fixture
def made() -> list[Rule]:
    right, graph, raises = rule("storage.right"), rule("storage.all"), rule("storage.raises")

    @right.resource(BUCKET)
    def one(bucket: Subject) -> Iterator[Said]:
        if bucket.text("bucket") == "bad":
            yield fail(bucket, "bad is no name", at="bucket")

    @graph.graph(BUCKET)
    def all_of_them(bucket: Subject) -> Iterator[Said]:
        for other in bucket.world.of_type(BUCKET):
            if other.urn != bucket.urn and other.knows("bucket") and other.raw("bucket") == bucket.raw("bucket"):
                yield fail(bucket, f"{other.name} has the same name", at="bucket")
        if not bucket.knows("bucket"):
            yield cannot_decide(bucket, "its name")

    @raises.resource("*")
    def wrong(anything: Subject) -> Iterator[Said]:
        raise KeyError("oh")

    return [right, graph, raises]


def pack(made: list[Rule], **more: Any) -> Pack:
    return Pack([*RULES, *made], more.pop("profile", Profile()), now=datetime(2026, 11, 21, tzinfo=UTC), **more)


def said(answer: Any, *rules: str) -> list[tuple[str, str, str, int]]:
    return [
        (one.policyName, one.urn.rpartition("::")[2], one.message.partition("\n")[0], one.enforcementLevel)
        for one in answer.diagnostics
        if one.policyName in rules
    ]


def graph(**buckets: Any) -> Any:
    return graph_of({n: {"type": BUCKET, "inputs": {"bucket": value}} for n, value in buckets.items()}, PROVIDERS)


def test_a_resource_is_judged_alone_and_the_graph_with_what_was_analysed(made: list[Rule]) -> None:
    one, found = pack(made), []
    resources = graph(a="bad", b="bad", c={"$secret": "bad"})
    for request in analyze_requests(resources, "bad"):
        found += said(one.Analyze(request, None), "storage.right")
    whole = said(one.AnalyzeStack(stack_request(resources, "bad"), None), "storage.all")
    assert found == [
        ("storage.right", "a", "storage.right: bad is no name (bucket)", analyzer_pb2.MANDATORY),
        ("storage.right", "b", "storage.right: bad is no name (bucket)", analyzer_pb2.MANDATORY),
        (
            "storage.right", "c",
            "storage.right: cannot decide without `bucket` of c, which is secret", analyzer_pb2.ADVISORY,
        ),
    ]  # fmt: skip
    assert whole == [
        ("storage.all", "a", "storage.all: b has the same name (bucket)", analyzer_pb2.MANDATORY),
        ("storage.all", "b", "storage.all: a has the same name (bucket)", analyzer_pb2.MANDATORY),
        ("storage.all", "c", "storage.all: cannot decide without its name", analyzer_pb2.ADVISORY),
    ]


def test_a_rule_that_raises_is_our_mistake_and_blocks_nothing(made: list[Rule]) -> None:
    answers = [pack(made).Analyze(one, None) for one in analyze_requests(graph(a="good"))]
    found = [one for answer in answers for one in said(answer, "storage.raises")]
    assert len(found) == 1 and found[0][3] == analyzer_pb2.ADVISORY  # not of the stack and its provider
    assert found[0][2].startswith(
        "storage.raises: the rule itself failed, which is our mistake and not yours: KeyError"
    )


def test_a_file_that_is_no_rule_is_named_and_hides_no_other(made: list[Rule]) -> None:
    answer = pack(made, broken=[BrokenRule(Path("policies/storage/odd.py"), "SyntaxError: x")]).AnalyzeStack(
        stack_request(graph(a="x")), None
    )
    assert said(answer, "storage.odd")[0][2] == "this rule cannot be used: policies/storage/odd.py: SyntaxError: x"


def configured(one: Pack, settings: dict[str, Any], **levels: int) -> Any:
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    for policy in one.GetAnalyzerInfo(None, None).policies:
        request.policyConfig[policy.name].enforcementLevel = policy.enforcementLevel
    request.policyConfig[SETTINGS].properties.update(settings)
    for name, level in levels.items():
        request.policyConfig[name.replace("__", ".")].enforcementLevel = level  # type: ignore[assignment]
    return request


def test_a_config_beats_the_profile_and_a_policy_s_own_level_beats_both(made: list[Rule]) -> None:
    one = pack(made)
    one.Configure(configured(one, {"levels": {"storage.right": "off", "storage.all": "advisory"}}), None)
    assert (one.levels["storage.right"], one.levels["storage.all"]) == ("off", "advisory")
    one.Configure(configured(one, {"profile": "production"}, storage__right=analyzer_pb2.ADVISORY), None)
    assert one.levels["storage.right"] == "advisory"
    found = [said(one.Analyze(request, None), "storage.right") for request in analyze_requests(graph(a="bad"))]
    assert found[-1][0][3] == analyzer_pb2.ADVISORY


class Aborted(Exception):
    pass


class Context:
    def abort(self, code: grpc.StatusCode, words: str) -> None:
        raise Aborted(f"{code.name} {words}")


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"profile": "prodution"}, "there is no profile 'prodution'"),
        ({"levels": {"storage.rigth": "off"}}, "there is no rule 'storage.rigth'"),
        ({"levels": {"storage.right": "mandtory"}}, "the level of storage.right is 'mandtory'"),
    ],
)
def test_a_config_with_a_mistake_ends_the_run(made: list[Rule], settings: dict[str, Any], what: str) -> None:
    one = pack(made)
    with pytest.raises(Aborted, match=what):
        one.Configure(configured(one, settings), Context())


def test_the_stack_s_own_profile_and_what_it_accepts(tmp_path: Path, made: list[Rule]) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    (tmp_path / "stacks" / "base.yaml").write_text("abstract: true\npolicy: {profile: production}\n")
    (tmp_path / "stacks" / "dev.yaml").write_text(
        "extends: base.yaml\n"
        "accept: [{rule: storage.right, reason: old data, owner: ana, until: 2026-11-21}]\n"
        "steps: [{name: 'a-{{ item }}', aws.x: {}, accept: [{rule: b, reason: r, owner: o, until: 2026-12-01}]}]\n"
    )
    found = profile_of("shop", "dev", tmp_path)
    today = datetime(2026, 11, 21).date()
    assert found.name == "production" and profile_of("other", "dev", tmp_path) == Profile()
    assert found.accepted("b", "a-1", today) and not found.accepted("b", "c-1", today)
    one = pack(made, profile=found)
    (answer,) = [said(one.Analyze(r, None), "storage.right") for r in analyze_requests(graph(a="bad"))][-1:]
    assert answer[0][3] == analyzer_pb2.ADVISORY
    assert not found.accepted("storage.right", "", datetime(2026, 11, 22).date())


def test_every_rule_is_a_policy_by_its_id() -> None:
    names = [one.name for one in pack([]).GetAnalyzerInfo(None, None).policies]
    asked = [one.id for one in RULES if one.check is not None and one.check.kind in ("resource", "graph")]
    assert names == [SETTINGS, *asked]
