"""Does Diff say of every property of every type what the tables say? They are read without the code that it uses."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2

from ultrastack.engine.rehearsal.provider import Provider

CATALOG = Path(__file__).parents[2] / "ultrastack" / "catalog"
Row = Mapping[str, str]
KINDS = provider_pb2.PropertyDiff.Kind
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def read(file: str) -> list[Row]:
    with (CATALOG / file).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


TYPES = [row["name"] for row in read("resource_types.csv")]
ROWS: Mapping[str, list[Row]] = defaultdict(list)
for _file in ("resource_properties_aws.csv", "resource_properties_gcp.csv"):
    for _row in read(_file):
        ROWS[_row["type"]].append(_row)

# What makes each condition of the tables true, false, or nothing that the inputs can tell: the property's own value
# before and after, and other inputs by their paths; None: it is not set. `yes` replaces, `no` does not.
Case = tuple[str, Any, Any, dict[str, Any], dict[str, Any]]


def case(
    says: str, old: Any, new: Any, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> Case:
    return says, old, new, before or {}, (before or {}) if after is None else after


NETWORK_LB = {"loadBalancerType": "network"}
OTHER_LB = {"loadBalancerType": "application"}
PRIVATE = {"connectivityType": "private"}
BY_USER = {"metadataConfiguration.mode": "USER_PROVISIONED"}
BLOCK, OTHER = {"a member": "a"}, {"a member": "b"}  # of those that the tables list

CONDITIONS: Mapping[str, list[Case]] = {
    "appears or goes": [case("yes", None, BLOCK), case("yes", BLOCK, None), case("no", BLOCK, OTHER)],
    "appears or goes or members": [case("yes", None, BLOCK), case("yes", BLOCK, None)],
    "empties": [case("yes", "policy", None), case("no", None, "policy"), case("may", "policy", UNKNOWN)],
    "empties or fills": [case("yes", [], ["a"]), case("yes", ["a"], []), case("no", ["a"], ["a", "b"])],
    "falls": [case("yes", 20, 10), case("no", 10, 20), case("yes", "2.15", "2.12"), case("may", 20, UNKNOWN)],
    "falls or is deploymentType SCRATCH_1": [
        case("yes", 4800, 2400),
        case("no", 2400, 4800),
        case("yes", 2400, 4800, {"deploymentType": "SCRATCH_1"}),
        case("may", 2400, UNKNOWN),
    ],
    "from Advanced to Standard": [case("yes", "Advanced", "Standard"), case("no", "Standard", "Advanced")],
    "from CUSTOMER_ROUTED to AWS_MANAGED": [
        case("yes", "CUSTOMER_ROUTED", "AWS_MANAGED"),
        case("no", "AWS_MANAGED", "CUSTOMER_ROUTED"),
        case("may", "CUSTOMER_ROUTED", UNKNOWN),
    ],
    "from true to false": [case("yes", True, False), case("no", False, True), case("may", True, UNKNOWN)],
    "goes": [case("yes", BLOCK, None), case("no", None, BLOCK)],
    "is connectivityType private and is-set secondaryPrivateIpAddressCount": [
        case("yes", 1, 2, PRIVATE),
        case("no", 1, 2, {"connectivityType": "public"}),
    ],
    "is enableAutopilot true": [
        case("yes", "a", "b", {"enableAutopilot": True}),
        case("no", "a", "b"),
        case("may", "a", "b", {"enableAutopilot": True}, {"enableAutopilot": UNKNOWN}),
    ],
    "is loadBalancerType network and empties or is loadBalancerType network and fills": [
        case("yes", ["sg-1"], [], NETWORK_LB),
        case("yes", [], ["sg-1"], NETWORK_LB),
        case("no", ["sg-1"], ["sg-2"], NETWORK_LB),
        case("no", ["sg-1"], [], OTHER_LB),
    ],
    "is loadBalancerType network and loses-items": [
        case("yes", ["a", "b"], ["a"], NETWORK_LB),
        case("no", ["a"], ["a", "b"], NETWORK_LB),
        case("no", ["a", "b"], ["a"], OTHER_LB),
    ],
    "is metadataConfiguration.mode USER_PROVISIONED and falls": [
        case("yes", 12000, 6000, BY_USER),
        case("no", 6000, 12000, BY_USER),
        case("no", 12000, 6000, {"metadataConfiguration.mode": "AUTOMATIC"}),
    ],
    "is userDataReplaceOnChange true": [
        case("yes", "a", "b", {"userDataReplaceOnChange": True}),
        case("no", "a", "b", {"userDataReplaceOnChange": False}),
    ],
    "is-not typeName AWS::SageMaker::InferenceComponent and undecided": [
        case("no", "a", "b", {"typeName": "AWS::SageMaker::InferenceComponent"}),
        case("may", "a", "b", {"typeName": "AWS::SageMaker::App"}),
    ],
    "is-not vpcEndpointType Interface": [
        case("yes", True, False, {"vpcEndpointType": "Gateway"}),
        case("no", True, False, {"vpcEndpointType": "Interface"}),
    ],
    "is-set": [case("yes", "a", "b"), case("yes", None, "b")],
    "is-unset ipv4NetmaskLength": [
        case("yes", "10.0.0.0/16", "10.1.0.0/16"),
        case("no", "10.0.0.0/16", "10.1.0.0/16", {"ipv4NetmaskLength": 20}),
    ],
    "loses-items": [case("yes", ["a", "b"], ["a"]), case("no", ["a"], ["a", "b"]), case("may", ["a"], [UNKNOWN])],
    "members": [],  # its members speak, each in its own row
    "narrows": [
        case("yes", "10.0.0.0/20", "10.0.0.0/24"),
        case("no", "10.0.0.0/24", "10.0.0.0/20"),
        case("may", "10.0.0.0/24", UNKNOWN),
    ],
    "not appears": [case("yes", "role-a", "role-b"), case("yes", "role-a", UNKNOWN), case("no", None, "role-a")],
    "not from dedicated to default": [case("no", "dedicated", "default"), case("yes", "default", "dedicated")],
    "region": [case("yes", "us-east-2", "us-west-2")],
    "same ipv6AddressCount": [
        case("yes", ["a"], ["b"]),
        case("no", ["a"], ["b"], {"ipv6AddressCount": 1}, {"ipv6AddressCount": 2}),
    ],
    "was assignIpv6AddressOnCreation true": [
        case("yes", "a", "b", {"assignIpv6AddressOnCreation": True}),
        case("no", "a", "b", {"assignIpv6AddressOnCreation": False}),
    ],
}
ONE_SIDED = {"is-set", "region", "members", "appears or goes or members"}  # no change that this condition lets pass
KIND_CHANGES = "kind-changes "  # by another of the four the rule's own goes
NOT_TO_BE_TOLD = [case("may", "one", "two")]


def cases(row: Row) -> list[Case]:
    """What to try, and what the table says of it."""
    if row["replaces"] == "when" and row["test"].startswith(KIND_CHANGES):
        return _kinds(row["path"], row["test"].split()[1:])
    if row["replaces"] == "when" and row["test"]:
        return [
            (says, _real(row, old), _real(row, new), *inputs) for says, old, new, *inputs in CONDITIONS[row["test"]]
        ]
    if row["replaces"] == "when":
        return NOT_TO_BE_TOLD
    return [case(row["replaces"] or "unknown", "one", "two")]


def _real(row: Row, value: Any) -> Any:
    """A block with a member that the tables list, and that replaces nothing by itself."""
    if value not in (BLOCK, OTHER):
        return value
    below = [one for one in ROWS[row["type"]] if one["path"].startswith(f"{row['path']}.")]
    parents = {one["path"].rpartition(".")[0] for one in below}
    quiet = [one["path"] for one in below if one["replaces"] == "no" and one["path"] not in parents]
    return nested(quiet[0].removeprefix(f"{row['path']}."), value["a member"], {}) if quiet else [value["a member"]]


def _kinds(path: str, names: list[str]) -> list[Case]:
    other = next(name for name in names if name != path)
    return [case("no", "a", "b"), case("yes", "a", None, {}, {other: "b"}), case("yes", None, "a", {other: "b"}, {})]


def nested(path: str, value: Any, others: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, one in {**others, path: value}.items():
        if one is None:
            continue
        *blocks, last = name.split(".")
        inside = found
        for block in blocks:
            inside = inside.setdefault(block, {})
        inside[last] = one
    return found


@pytest.fixture(scope="module")
def provider() -> Provider:
    return Provider("1")


def says(provider: Provider, token: str, before: dict[str, Any], after: dict[str, Any], path: str) -> str:
    """Of the parts of a property that changed: whether one replaces; "same": none changed."""
    urn = f"urn:pulumi:dev::ultrastack::{token}::one"
    olds, news = (json_format.ParseDict(one, struct_pb2.Struct()) for one in (before, after))
    answer = provider.Diff(provider_pb2.DiffRequest(urn=urn, olds=olds, old_inputs=olds, news=news), None)
    own = [KINDS.Name(one.kind) for name, one in answer.detailedDiff.items() if _under(path, name)]
    return "same" if not own else "replace" if any(kind.endswith("_REPLACE") for kind in own) else "update"


def _under(path: str, name: str) -> bool:
    """name: in Pulumi's notation. A block that comes or goes says it for its members."""
    plain = name.split("[")[0]
    return plain == path or plain.startswith(f"{path}.") or path.startswith(f"{plain}.")


EXPECTED = {"yes": "replace", "no": "update", "may": "replace", "unknown": "replace"}  # what may replace is taken to


def unexplained(provider: Provider, row: Row) -> Iterator[str]:
    for wanted, old, new, before, after in cases(row):
        found = says(
            provider, row["type"], nested(row["path"], old, before), nested(row["path"], new, after), row["path"]
        )
        if row["computed"] == "yes" and new is None and found == "same":
            continue  # the cloud keeps its value
        if found != EXPECTED[wanted]:
            yield f"{row['type']} {row['path']}: {old} -> {new} is {wanted} in the table, and Diff says {found}"


@pytest.mark.parametrize("token", TYPES)
def test_every_property_replaces_where_the_table_says_so_and_nowhere_else(provider: Provider, token: str) -> None:
    assert ROWS[token], f"{token} has no properties in the tables"
    assert [said for row in ROWS[token] for said in unexplained(provider, row)] == []


@pytest.mark.parametrize("token", TYPES)
def test_a_property_left_out_stays_where_the_cloud_fills_it_and_changes_elsewhere(
    provider: Provider, token: str
) -> None:
    wrong = []
    for row in ROWS[token]:
        if row["test"] == "region":
            continue  # the provider's own stands in
        found = says(provider, token, nested(row["path"], "one", {}), {}, row["path"].split(".")[0])
        outer = next(one for one in ROWS[token] if one["path"] == row["path"].split(".")[0])
        if (found == "same") != (outer["computed"] == "yes"):
            wrong.append(f"{token} {row['path']}: {found}")
    assert wrong == []


def test_every_condition_that_inputs_can_decide_is_tried_both_ways() -> None:
    written = {row["test"] for rows in ROWS.values() for row in rows if row["replaces"] == "when"}
    left_out = {one for one in written - set(CONDITIONS) if one and not one.startswith(KIND_CHANGES)}
    assert left_out == set()
    for test in written & set(CONDITIONS) - ONE_SIDED:
        tried = {one[0] for one in CONDITIONS[test]}
        assert "no" in tried, test
        assert tried & {"yes", "may"}, test


def test_a_wrong_verdict_is_found(provider: Provider) -> None:
    """The comparison can fail: a row that says otherwise is reported."""
    row = next(one for one in ROWS["aws:ec2/subnet:Subnet"] if one["path"] == "vpcId")
    assert list(unexplained(provider, row)) == []
    assert list(unexplained(provider, {**row, "replaces": "no"})) == [
        "aws:ec2/subnet:Subnet vpcId: one -> two is no in the table, and Diff says replace"
    ]


def test_how_much_the_tables_know(say_at_the_end: Callable[[str], None]) -> None:
    tried = 0
    for cloud in ("aws", "gcp"):
        rows = [row for token, ones in ROWS.items() if token.startswith(f"{cloud}:") for row in ones]
        answers = Counter(row["replaces"] or "unknown" for row in rows)
        decidable = [row for row in rows if row["replaces"] == "when" and row["test"]]
        tried += sum(len(cases(row)) for row in decidable)
        say_at_the_end(
            f"verdicts {cloud}: {len(rows)} inputs of {sum(t.startswith(cloud) for t in TYPES)} types, "
            + ", ".join(f"{answers[one]} {one}" for one in ("yes", "no", "when", "unknown"))
            + f"; of the conditions {answers['when'] - len(decidable)} only the cloud can decide"
        )
        assert answers["yes"] > 400
        assert answers["unknown"] < 100
    say_at_the_end(f"verdicts: {tried} changes tried where a condition decides, 0 unexplained")
