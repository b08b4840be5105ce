"""What the outcomes come to: findings with their place and id, and how much was decided."""

from __future__ import annotations

from collections.abc import Iterator

from tests.policies.made import BUCKET, judged, rule, world
from ultrastack.model.finding import Acceptance, Finding, identified
from ultrastack.model.place import Place
from ultrastack.model.stack_file import FileStep
from ultrastack.policies.judged import Difference, Judged
from ultrastack.policies.places import placed
from ultrastack.policies.rule import Rule, Said, fail
from ultrastack.policies.world import Subject


def at(line: int) -> Place:
    return Place("stacks/case.yaml", line, 7)


STEP = FileStep(
    "data",
    "aws.fsx_lustre",
    at(1),
    {"storage_capacity_gib": 1, "subnet_id": "", "variants": [], "mounts": [], "zone_name": "", "zone_id": ""},
    {
        "storage_capacity_gib": at(2),
        "subnet_id": at(3),
        "variants": at(4),
        "variants[0].instance_type": at(5),
        "variants[0].max": at(6),
        "variants[1].max": at(7),
        "mounts": at(8),
        "mounts[0]": at(9),
        "mounts[1]": at(10),
        "zone_name": at(11),
        "zone_id": at(12),
    },
)


def test_an_input_is_placed_at_the_argument_that_it_is_made_of() -> None:
    made = world({}, steps=[STEP])

    def line(path: str, **remedy: object) -> int:
        found = placed(made, "data", path, {f"aws.fsx_lustre.{k}": v for k, v in remedy.items()})
        return found.line if found else 0

    assert line("storageCapacity") == 2  # the argument's name is longer
    assert line("subnetId") == line("subnetIds") == line("subnetIds[3]") == 3
    assert line("mounts[1]") == 10 and line("mounts[7]") == 8
    assert line("instanceType") == line("launchTemplateData.instanceType") == 5
    assert line("max") == 4  # of several: what they stand in
    assert line("zone") == 1  # two arguments may be meant
    assert line("somethingElse[0].deep") == line("") == 1
    assert line("somethingElse", storage_capacity_gib=2) == 2  # what mends it says where
    assert placed(made, "other", "") is None and placed(made, "", "x") is None


def test_what_a_rule_says_itself_about_its_place_counts() -> None:
    made = Rule("title", "advisory", "Why.", "do it", ("docs",), "t.place")

    @made.whole_graph
    def check(_: object) -> Iterator[Said]:
        yield fail(None, "wrong", place=at(9), step="data", fix="better")

    (one,) = judged(world({}, steps=[STEP]), made).findings
    assert (one.place, one.step, one.fix, one.level, one.urn) == (at(9), "data", "better", "advisory", "")


def test_how_much_was_decided_is_counted() -> None:
    broken = Rule("title", "mandatory", "Why.", "do it", ("docs",), "t.broken")

    @broken.resource(BUCKET)
    def check(bucket: Subject) -> Iterator[Said]:
        raise KeyError("ours")
        yield

    made = judged(
        world({"a": {"x": "bad"}, "b": {"x": {"$unknown": True}}, "c": {}}), rule("t.r"), rule("t.off", "off"), broken
    )
    seen = made.coverage
    assert (seen.rules, seen.checks, seen.passed, seen.failed, seen.undecided, seen.broken) == (2, 6, 1, 1, 1, 3)
    assert seen.needs == {"`x` of b, known only after `up`": 1} and seen.decided == 2
    assert [f.message for f in made.broken][0].startswith("the rule itself failed: KeyError: 'ours' (line ")


def test_rules_about_the_judging_see_all_the_others() -> None:
    about = Rule("title", "mandatory", "Why.", "do it", ("docs",), "t.about")
    heard: list[Judged] = []

    @about.judgement
    def check(judged: Judged) -> Iterator[Said]:
        heard.append(judged)
        yield fail(None, "told")

    difference = Difference("policies/levels.yaml", "was changed")
    given = Acceptance("t.r", "fine", "Jo", __import__("datetime").date(2027, 1, 1))
    made = judged(world({"a": {"x": "bad"}}, [given]), about, rule("t.r"), differences=[difference], rules_from="main")
    (seen,) = heard
    assert [f.accepted for f in seen.findings] == [given] and seen.differences == (difference,)
    assert (seen.revision, seen.levels) == ("main", {"t.about": "mandatory", "t.r": "mandatory"})
    assert [f.rule for f in made.findings] == ["t.r", "t.about"]
    assert made.rules_from == "main"


def finding(message: str, path: str = "x[0]", **more: str) -> Finding:
    return Finding("t.r", "fail", "mandatory", "", message, path=path, **more)  # type: ignore[arg-type]


def test_an_id_knows_neither_lines_nor_positions_nor_the_stack() -> None:
    dev, prod = (f"urn:pulumi:{stack}::p::t::n" for stack in ("dev", "prod"))
    (one,), (two,) = identified([finding("m", urn=dev)]), identified([finding("m", "x[7]", urn=prod)])
    assert one.id == two.id
    assert identified([finding("m", urn=dev), finding("m", "y", urn=dev)])[1].id != one.id


def test_equal_findings_are_told_apart_by_their_words_in_any_order() -> None:
    urn = "urn:pulumi:dev::p::t::n"
    two = [finding("b is wrong", "x[0]", urn=urn), finding("a is wrong", "x[1]", urn=urn)]
    first, second = identified(two), identified(reversed(two))
    assert {(f.message, f.id) for f in first} == {(f.message, f.id) for f in second}
    assert len({f.id for f in first}) == 2
