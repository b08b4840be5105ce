"""The engine's order, where it has to be; the stack file's, where the engine may choose."""

from __future__ import annotations

from typing import Any

from ultrastack.engine.real.events import errors, operations
from ultrastack.engine.real.order import stable
from ultrastack.model.operation import Op, Operation, Reason
from ultrastack.model.values import SECRET


def done(*steps: tuple[Op, str]) -> list[Operation]:
    return [Operation(op, urn, "aws:ec2/vpc:Vpc", urn) for op, urn in steps]


def shown(found: list[Operation]) -> list[str]:
    return [f"{one.op} {one.urn}" for one in found]


WRITTEN = {"net": 0, "data": 1, "logs": 2}


def test_what_is_independent_comes_as_the_stack_file_has_it() -> None:
    ran = done(("create", "logs"), ("create", "net"))
    assert shown(stable(ran, {}, WRITTEN)) == ["create net", "create logs"]


def test_what_depends_on_something_stays_behind_it() -> None:
    ran = done(("create", "logs"), ("create", "data"), ("create", "net"))
    assert shown(stable(ran, {"net": ["logs"]}, WRITTEN)) == ["create data", "create logs", "create net"]


def test_what_is_deleted_first_stays_first() -> None:
    ran = done(("delete-replaced", "data"), ("delete-replaced", "net"), ("create-replacement", "net"))
    ran += done(("create-replacement", "data"))
    assert stable(ran, {"data": ["net"]}, WRITTEN) == ran


def test_what_is_deleted_at_the_end_stays_there_the_last_written_first() -> None:
    ran = done(("update", "logs"), ("create-replacement", "net"), ("delete-replaced", "net"), ("delete", "data"))
    found = shown(stable(ran, {}, WRITTEN))
    assert found == ["create-replacement net", "update logs", "delete data", "delete-replaced net"]


def event(op: str, old: dict[str, Any] | None, new: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    urn = "urn:pulumi:prod::example::aws:fsx/lustreFileSystem:LustreFileSystem::data-file-system"
    token = "aws:fsx/lustreFileSystem:LustreFileSystem"
    return {"resourcePreEvent": {"metadata": {"op": op, "urn": urn, "type": token, "old": old, "new": new, **more}}}


def test_an_operation_says_what_forces_it_in_the_catalogues_words() -> None:
    old = {"custom": True, "id": "fs-1", "inputs": {"storageCapacity": 4800, "deploymentType": "PERSISTENT_2"}}
    new = {"custom": True, "inputs": {"storageCapacity": 2400, "deploymentType": "PERSISTENT_2"}}
    diff = {"storageCapacity": {"diffKind": "update-replace", "inputDiff": True}}
    (one,) = operations([event("create-replacement", old, new, detailedDiff=diff)], {})
    assert one.reasons == (
        Reason(
            "storageCapacity",
            "update",
            "yes",
            "the new value is lower, or deploymentType is SCRATCH_1",
            "sure",
            4800,
            2400,
        ),
    )
    assert (one.number, one.id, one.holds, one.asks) == (1, "fs-1", "data", True)


def test_a_secret_of_the_event_log_stays_one() -> None:
    old = {"custom": True, "inputs": {"storageCapacity": "[secret]"}}
    new = {"custom": True, "inputs": {"storageCapacity": "[secret]"}}
    diff = {"storageCapacity": {"diffKind": "update-replace", "inputDiff": True}}
    (one,) = operations([event("create-replacement", old, new, detailedDiff=diff)], {})
    assert [(r.old, r.new, r.replaces) for r in one.reasons] == [(SECRET, SECRET, "may")]


def test_what_asks_nobody_has_no_number() -> None:
    kept = {"custom": True, "retainOnDelete": True}
    found = operations(
        [
            event("same", {"custom": True}, {"custom": True}),
            event("replace", {"custom": True}, {"custom": True}),
            event("delete", kept, None),
            event("delete", {"custom": True, "external": True}, None),
            event("create", None, {"custom": False}),
            event("update", {"custom": True}, {"custom": True}),
        ],
        {},
    )
    assert [one.number for one in found] == [0, 0, 0, 0, 0, 1]
    assert [one.retained for one in found][2] is True


def test_a_failure_is_told_in_the_providers_words() -> None:
    failed = event("update", {"custom": True}, {"custom": True})
    urn = failed["resourcePreEvent"]["metadata"]["urn"]
    said = {"diagnosticEvent": {"urn": urn, "severity": "error", "message": "no more of these\n"}}
    events = [failed, said, {"resOpFailedEvent": failed["resourcePreEvent"]}]
    assert [one.failed for one in operations(events, {})] == ["no more of these"]
    assert list(errors(events)) == [(urn, "no more of these")]


def test_what_goes_with_another_is_counted_where_the_other_stays() -> None:
    """The provider is asked then, as in DeleteStep.Apply of the engine."""
    gone = event("delete", {"custom": True, "id": "a"}, None)
    urn = gone["resourcePreEvent"]["metadata"]["urn"]
    other = urn + "-other"
    for last, number in (("same", 1), ("delete", 0)):
        beside = event(last, {"custom": False}, None)
        beside["resourcePreEvent"]["metadata"]["urn"] = other
        assert [one.number for one in operations([beside, gone], deleted_with={urn: other})] == [0, number]


def test_both_halves_of_a_replacement_under_a_new_name_belong_together() -> None:
    """The engine deletes the old one by its old URN; what waits since an earlier run keeps it too, with another id."""
    made = event("create-replacement", {"custom": True, "id": "fs-1"}, {"custom": True})
    taken, late = (event("delete-replaced", {"custom": True, "id": id_}, None) for id_ in ("fs-1", "fs-0"))
    old = made["resourcePreEvent"]["metadata"]["urn"]
    made["resourcePreEvent"]["metadata"]["old"]["urn"] = old
    made["resourcePreEvent"]["metadata"]["urn"] = new = old + "-renamed"
    found = operations([made, taken, late], {new: "store"})
    assert [(one.urn, one.before, one.after, one.step) for one in found] == [
        (new, old, "", "store"),
        (old, "", new, "store"),
        (old, "", "", ""),
    ]
    ordered = stable([found[1], found[0]], {}, {new: 0, old: 1})
    assert [one.op for one in ordered] == ["delete-replaced", "create-replacement"], "as the engine did it"


def test_what_becomes_a_secret_is_not_shown_as_it_was() -> None:
    old = {"custom": True, "inputs": {"tags": {"a": "hunter2", "b": 1}, "list": ["hunter3", 2], "made": "hunter4"}}
    new = {"custom": True, "inputs": {"tags": {"a": "[secret]", "b": 2}, "list": ["[secret]", 3], "made": "[secret]"}}
    diff = {path: {"diffKind": "update", "inputDiff": True} for path in ("tags", "list", "made")}
    (one,) = operations([event("update", old, new, detailedDiff=diff)])
    assert [reason.old for reason in one.reasons] == [[SECRET, 2], SECRET, {"a": SECRET, "b": 1}]
    assert "hunter" not in repr(one)
