"""Judgements to print: two levels, two places, an acceptance, a baseline, an open check and a rule that failed."""

from __future__ import annotations

from datetime import date

from tests.report import graphs
from ultrastack.model.finding import Acceptance, Coverage, Finding, Judgement, identified
from ultrastack.model.place import Place
from ultrastack.model.plan import Plan

HOSTILE = "a\n::error::b %0A <script>x</script> @everyone `|` [l](http://x) \x1b[31m *b*"


def place(line: int, column: int = 7, width: int = 20) -> Place:
    return Place("stacks/dev.yaml", line, column, width, "      storage_capacity_gib: 3600   # for now")


def finding(rule: str, **more: object) -> Finding:
    given = {
        "verdict": "fail",
        "level": "mandatory",
        "title": f"what {rule} asks for holds",
        "message": "3600 GiB is no size that is sold",
        "why": "The request is refused after minutes.",
        "fix": "use 4800",
        "references": ("https://example.com/rules", "a guide"),
        **more,
    }
    return Finding(rule=rule, **given)  # type: ignore[arg-type]


def of(name: str, type_: str = "aws:ec2/instance:Instance") -> dict[str, str]:
    return {"urn": f"urn:pulumi:dev::example::{type_}::{name}", "name": name, "type": type_}


def judgement() -> Judgement:
    accepted = Acceptance("network.nat_in_each_zone", "one is enough", "platform", date(2027, 1, 31), step="net")
    found = [
        finding("storage.capacity_is_sold", step="data", place=place(12), path="storageCapacity", **of("data")),
        *(
            finding(
                "fabric.no_public_address",
                message=f"node-{i} has a public address",
                step="nodes",
                place=place(20, 5),
                path=f"networkInterfaces[{i}]",
                **of(f"node-{i}"),
            )
            for i in range(8)
        ),
        finding("idle.has_a_schedule", level="advisory", message="nothing stops it at night", **of("workbench")),
        finding("network.nat_in_each_zone", accepted=accepted, step="net", notes=("ends in 5 days",), **of("net-nat")),
        finding("tags.owner_is_known", level="advisory", known=True, **of("old")),
        finding(
            "security.no_secret_in_user_data",
            verdict="undecided",
            message="cannot decide without `userData` of node-0, known only after `up`",
            needs="`userData` of node-0, known only after `up`",
            path="userData",
            **of("node-0"),
        ),
        finding("tpu.shape_exists", verdict="broken", message="the rule itself failed: KeyError: 'x'", **of("slice")),
    ]
    needs = {f"`userData` of node-{i}, known only after `up`": 1 for i in range(3)}
    return Judgement(
        findings=identified(found),
        coverage=Coverage(rules=103, checks=612, passed=579, failed=11, undecided=21, broken=1, needs=needs),
        profile="staging",
        purpose="as production, but data may be lost",
    )


def plan(judged: Judgement | None = None) -> Plan:
    return Plan(graphs.small(), base="nothing, all new", judgement=judged or judgement())


def hostile() -> Plan:
    one = finding("a.b", message=HOSTILE, fix=HOSTILE, why=HOSTILE, title=HOSTILE, name=HOSTILE, step=HOSTILE)
    where = Place("stacks/a,b:c%.yaml", 3, 1, 2, HOSTILE)
    found = identified([Finding(**{**vars(one), "place": where, "urn": "urn:pulumi:dev::x::t::n"})])
    return plan(Judgement(findings=found, coverage=Coverage(rules=1, checks=1, failed=1), profile="staging"))
