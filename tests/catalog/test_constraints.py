"""What the tables refuse no cloud takes, and they are what the installed models give."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import emitted
from tools import constraints as compiler
from ultrastack.catalog import (
    Constraint,
    PropertyConstraint,
    constraint_of,
    constraints_of,
    input_complaints,
    use_local_rows,
)
from ultrastack.catalog.constraints import aws_constraints, bounds, gcp_constraints
from ultrastack.model.values import SECRET, UNKNOWN

ROWS = [*aws_constraints(), *gcp_constraints()]
INSTANCE, LUSTRE = "aws:ec2/instance:Instance", "aws:fsx/lustreFileSystem:LustreFileSystem"
ENDPOINT = "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
LOGS, ROLE, KEY = "aws:cloudwatch/logGroup:LogGroup", "aws:iam/role:Role", "aws:kms/key:Key"
FIREWALL, NETWORK = "gcp:compute/firewall:Firewall", "gcp:compute/network:Network"
POOL, GROUP = "gcp:container/nodePool:NodePool", "gcp:compute/instanceGroupManager:InstanceGroupManager"


@pytest.mark.parametrize("cloud", compiler.CLOUDS)
def test_the_tables_are_what_the_installed_models_give(cloud: str) -> None:
    assert compiler.differences(cloud)[:5] == [], "python tools/constraints.py"


def test_nothing_that_the_components_emit_is_refused() -> None:
    refused = {
        (one.type, place, said)
        for graph in emitted.graphs().values()
        for one in graph.resources
        for place, said in input_complaints(one.type, one.inputs)
    }
    assert refused == set()


def test_every_row_says_something() -> None:
    silent = [row for row in ROWS if not (row.words or row.range or row.length or row.count or row.pattern or row.note)]
    assert silent == []
    assert {row.by for row in ROWS} == {"api", "cloudformation", "provider"}


def test_limits_are_written_as_the_readme_says() -> None:
    for row in ROWS:
        for said in filter(None, (row.range, row.length, row.count)):
            assert re.fullmatch(r"(-?\d+(\.\d+)?)?\.\.(-?\d+(\.\d+)?)?", said), row
            assert said != "..", row
            assert bounds(said)[0] <= bounds(said)[1], row
        assert len(set(row.values)) == len(row.values), row


def test_every_pattern_is_one_that_python_reads() -> None:
    for row in ROWS:
        assert not row.pattern or compiler.readable(row.pattern, whole=False) == row.pattern, row


@pytest.mark.parametrize(
    ("token", "path", "value", "said"),
    [
        (LUSTRE, "deploymentType", "PERSISTENT2", "{} is none of the known values; did you mean 'PERSISTENT_2'?"),
        (
            LUSTRE,
            "perUnitStorageThroughput",
            13,
            "13 is none of the known values; they are 12, 40, 50, 100, 125, 200, 250, 500, 1000",
        ),
        (LUSTRE, "automaticBackupRetentionDays", 91, "91 is above the limit: 0 to 90"),
        (LUSTRE, "weeklyMaintenanceStartTime", "8:05:00", r"{} does not match ^[1-7]:([01]\d|2[0-3]):?([0-5]\d)$"),
        (INSTANCE, "instanceType", "trn2.48xlrge", "{} is none of the known values; did you mean 'trn2.48xlarge'?"),
        (
            ENDPOINT,
            "productionVariants[0].instanceType",
            "ml.inf2.24xlage",
            "{} is none of the known values; did you mean 'ml.inf2.24xlarge'?",
        ),
        (
            ENDPOINT,
            "productionVariants[0].variantName",
            "all traffic",
            "{} does not match ^(?:[a-zA-Z0-9](-*[a-zA-Z0-9]){{0,62}})$",
        ),
        (ENDPOINT, "productionVariants", [{}] * 11, "11 are too many: 1 to 10"),
        (ENDPOINT, "productionVariants", [], "0 are too few: 1 to 10"),
        (ROLE, "name", "a" * 65, "65 characters are too many: at most 64"),
        (KEY, "deletionWindowInDays", 6, "6 is below the limit: 7 to 30"),
        (FIREWALL, "priority", 70000, "70000 is above the limit: 0 to 65535"),
        (FIREWALL, "priority", "70000", "{} is above the limit: 0 to 65535"),
        (NETWORK, "name", "net\n", "{} does not match ^(?:[a-z](?:[-a-z0-9]{{0,61}}[a-z0-9])?)$"),
        (
            POOL,
            "nodeConfig.taints[0].effect",
            "NoSchedule",
            "{} is none of the known values; they are NO_SCHEDULE, PREFER_NO_SCHEDULE, NO_EXECUTE",
        ),
        (
            "gcp:projects/iAMMember:IAMMember",
            "member",
            "trainer@example.com",
            "{} is not what is needed: type:value, or one of projectOwners, projectReaders, projectWriters, allUsers, "
            "allAuthenticatedUsers; a deleted: principal is refused",
        ),
        (NETWORK, "mtu", 9001, "9001 is above the limit: 1300 to 8896"),
        (GROUP, "updatePolicy.maxSurgePercent", 101, "101 is above the limit: 0 to 100"),
    ],
)
def test_what_no_cloud_takes_is_refused(token: str, path: str, value: Any, said: str) -> None:
    found = constraint_of(token, path)
    assert found is not None
    assert found.complaint(value) == said.format(repr(value))


@pytest.mark.parametrize(
    ("token", "path", "value"),
    [
        (LUSTRE, "deploymentType", "PERSISTENT_2"),
        (LUSTRE, "deploymentType", None),
        (LUSTRE, "deploymentType", UNKNOWN),
        (LUSTRE, "deploymentType", SECRET),
        (LUSTRE, "automaticBackupRetentionDays", 90),
        (KEY, "deletionWindowInDays", 7),
        (LOGS, "retentionInDays", 0),  # a word of the provider's own: for ever
        (ENDPOINT, "productionVariants", [{}]),
        (FIREWALL, "priority", "as the cloud likes"),  # whether it has to be a number is another question
        (FIREWALL, "priority", 65535.0),
    ],
)
def test_what_a_cloud_may_take_is_not_refused(token: str, path: str, value: Any) -> None:
    found = constraint_of(token, path)
    assert found is not None
    assert found.complaint(value) == ""


def test_complaints_have_their_place() -> None:
    inputs = {
        "network": UNKNOWN,
        "direction": "IN",
        "allows": [{"protocol": "tcp"}, {"protocol": SECRET}],
        "name": "Front",
        "logConfig": {"metadata": "ALL"},
    }
    assert dict(input_complaints(FIREWALL, inputs)) == {
        "direction": "'IN' is none of the known values; they are INGRESS, EGRESS",
        "name": "'Front' does not match ^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$",
        "logConfig.metadata": "'ALL' is none of the known values; they are EXCLUDE_ALL_METADATA, INCLUDE_ALL_METADATA",
    }
    variants = [{f"member{i}": 1 for i in range(12)}]  # a block has as many members as it likes
    assert list(input_complaints(ENDPOINT, {"productionVariants": variants})) == []
    variants = [{"variantName": "a b"}] * 11
    assert [place for place, _ in input_complaints(ENDPOINT, {"productionVariants": variants})] == [
        "productionVariants",
        *(f"productionVariants[{i}].variantName" for i in range(11)),
    ]
    events = {"s3": {"autoExportPolicy": {"events": ["NEW", "OLD", "CHANGED"]}}}
    found = dict(input_complaints("aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation", events))
    assert found == {
        "s3.autoExportPolicy.events[1]": "'OLD' is none of the known values; they are NEW, CHANGED, DELETED"
    }


def test_what_nobody_speaks_of_is_not_refused() -> None:
    assert constraints_of("aws:made/up:Up") == constraints_of("random:index/randomId:RandomId") == {}
    assert constraint_of(NETWORK, "description") is None
    assert list(input_complaints("aws:made/up:Up", {"a": "b"})) == []


def row(by: str, **said: str) -> Constraint:
    empty = dict.fromkeys(("words", "range", "length", "count", "pattern", "note"), "")
    given: dict[str, Any] = {**empty, **said, "type": "t", "path": "p", "by": by}
    return Constraint(**given, source="made up", as_of=datetime.date(2026, 11, 21), confidence="sure")


@pytest.mark.parametrize(
    ("rows", "value", "said"),
    [
        ([row("api", range="1..10"), row("cloudformation", range="1..20")], 15, ""),
        ([row("api", range="1..10"), row("cloudformation", range="1..20")], 21, "21 is above the limit: 1 to 20"),
        ([row("api", words="a|b"), row("cloudformation", words="a|c")], "c", ""),
        (
            [row("api", words="a|b"), row("cloudformation", words="a|c")],
            "d",
            "'d' is none of the known values; they are a, b, c",
        ),
        ([row("api"), row("cloudformation", range="1..20")], 21, "21 is above the limit: 1 to 20"),
        ([row("api", range="1..100"), row("provider", range="1..20")], 21, "21 is above the limit: 1 to 20"),
        ([row("api", range="1..20"), row("provider", range="1..100")], 21, "21 is above the limit: 1 to 20"),
        ([row("api", length="3..")], "ab", "2 characters are too few: at least 3"),
        ([row("api", count="..2")], {"a": 1, "b": 2, "c": 3}, "3 are too many: at most 2"),
        ([row("api", words="true|false")], True, ""),
        ([row("api", pattern=r"^\d+$")], "١", r"'١' does not match ^\d+$"),
    ],
)
def test_whose_word_counts(rows: list[Constraint], value: Any, said: str) -> None:
    assert PropertyConstraint("t", "p", tuple(rows)).complaint(value) == said


@pytest.mark.parametrize(
    ("pattern", "whole", "read"),
    [
        ("[a-z]+", True, "^(?:[a-z]+)$"),
        ("^[a-z]+$", True, "^[a-z]+$"),
        ("^a$|^b$", True, "^(?:^a$|^b$)$"),
        ("^(a|[|])$", True, "^(a|[|])$"),
        ("[a-z]", False, "[a-z]"),
        (r"\p{Print}+", False, r"[\x20-\x7E]+"),
        (r"[\p{L}\p{N}]+", True, ""),
        ("[a-z&&[^b]]", True, ""),
        ("a(?i)b", True, ""),
        (r"[\u0020-\uD7FF\uD800\uDC00-\uDBFF\uDFFF]*", False, r"[\u0020-\uD7FF\U00010000-\U0010FFFF]*"),
    ],
)
def test_patterns_are_translated_or_left_out(pattern: str, whole: bool, read: str) -> None:
    assert compiler.readable(pattern, whole) == read


def test_a_date_stays_until_the_row_changes() -> None:
    old = compiler.Row("t", "p", "api", range="1..2", source="botocore 1", as_of="2026-01-01")
    same = compiler.Row("t", "p", "api", range="1..2", source="botocore 1")
    wider = compiler.Row("t", "p", "api", range="1..3", source="botocore 1")
    own = compiler.Row("t", "q", "api", range="1..3", source="compute.v1", as_of="2026-11-06")
    found = compiler.dated([same, wider, own], [old], "2026-12-24")
    assert [one.as_of for one in found] == ["2026-01-01", "2026-12-24", "2026-11-06"]


def test_a_project_adds_a_word(tmp_path: Path) -> None:
    local = tmp_path / "catalog.local"
    local.mkdir()
    (local / "constraints_aws.csv").write_text(
        f"type,path,by,words,source,as_of,confidence\n{INSTANCE},instanceType,api,trn9.large,us,2026-12-01,sure\n"
    )
    use_local_rows(tmp_path)
    try:
        found = constraint_of(INSTANCE, "instanceType")
        assert found is not None and found.complaint("trn9.large") == ""
    finally:
        use_local_rows(None)


def test_the_tables_are_not_read_before_somebody_asks() -> None:
    program = "import sys, ultrastack.cli, ultrastack.planner.plan, ultrastack.catalog; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert "ultrastack.catalog.constraints" not in loaded.split()
