"""What a run tells, from its operations and errors alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ultrastack.engine.real.state import State
from ultrastack.model.graph import Graph, Resource
from ultrastack.model.operation import Hidden, Left, Op, Operation, Reason, Stop
from ultrastack.model.place import Place
from ultrastack.model.step import Step
from ultrastack.model.values import SECRET
from ultrastack.planner.losses import losses
from ultrastack.planner.rehearsed import hidden, left, protected, settled, steps, stops

HERE = Path("/home/me/project")
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"


def urn(name: str, token: str = LUSTRE) -> str:
    return f"urn:pulumi:prod::example::{token}::{name}"


def operation(op: Op, name: str, **more: Any) -> Operation:
    return Operation(op, urn(name), LUSTRE, name, **{"holds": "data", **more})


def test_what_is_protected_before_and_after_stops_it() -> None:
    done = [
        operation("create-replacement", "a", protected=True),
        operation("delete-replaced", "a", protected=True),
        operation("create-replacement", "b"),  # the program takes its protection away
        operation("delete-replaced", "b", protected=True),
        operation("delete", "c", protected=True),
        operation("delete", "d"),
        operation("delete-replaced", "e", protected=True),  # waiting since an earlier run
    ]
    assert list(protected(done)) == [
        Stop("protected", urn("a"), "a", "replaced"),
        Stop("protected", urn("c"), "c", "deleted"),
    ]


def test_protection_that_is_taken_away_still_holds_what_goes_before_its_own_turn() -> None:
    done = [
        operation("delete-replaced", "link", protected=True),  # since its file system is deleted first
        operation("delete-replaced", "a"),
        operation("create-replacement", "a"),
        operation("create-replacement", "link"),
        operation("delete-replaced", "own", protected=True),  # in its own turn, after what it needs was made
        operation("create-replacement", "own"),
    ]
    needs = {urn("link"): {urn("a")}, urn("own"): {urn("a")}}
    assert [one.name for one in protected(done, needs)] == ["link"]


def test_a_replacement_under_a_new_name_is_one_loss_and_stays_protected() -> None:
    forcing = Reason("storageCapacity", "update", "yes", old=4800, new=2400)
    taken = operation("delete-replaced", "data", after=urn("store"), protected=True, step="store")
    done = [operation("create-replacement", "store", before=urn("data"), protected=True, reasons=(forcing,)), taken]
    assert list(protected(done)) == [Stop("protected", urn("data"), "data", "replaced")]
    (loss,) = losses(done, None)
    assert (loss.operation, loss.replaced, loss.because) == (taken, True, (forcing,))


def test_what_went_with_another_and_is_made_no_more_has_not_waited() -> None:
    done = [operation("delete-replaced", "link"), operation("remove-pending-replace", "link")]
    (loss,) = losses(done, None)
    assert not any("earlier run" in way for way in loss.ways_out)


def test_a_secret_of_the_export_is_known_by_the_name_that_it_had() -> None:
    before, after = urn("data"), urn("store")
    values = {"urn": before, "inputs": {"kmsKeyId": "old"}, "outputs": {"kmsKeyId": "old"}}
    state = State({"resources": [values]}, encrypted={before: ("kmsKeyId",)})
    reason = Reason("kmsKeyId", "update", "yes", old=SECRET, new="k")
    found = hidden([operation("replace", "store", before=before, reasons=(reason,))], state, False)
    assert [(one.urn, one.before, one.path) for one in found] == [(after, before, "kmsKeyId")]
    same = settled(state, found, State({"resources": [{"urn": after, "inputs": {"kmsKeyId": "k"}}]}))
    assert same.resources[0]["inputs"] == same.resources[0]["outputs"] == {"kmsKeyId": "k"}


def test_the_first_words_about_a_resource_are_the_reason() -> None:
    errors = [(urn("a"), "no room"), (urn("a"), "again"), ("", "update failed")]
    assert list(stops(errors, HERE)) == [Stop("failed", urn("a"), "a", "no room")]
    assert list(stops([("", "update failed")], HERE)) == [Stop("program", "", "", "update failed")]


def test_of_a_traceback_the_error_and_the_users_line_are_left() -> None:
    text = (
        "Program failed with an unhandled exception:\nTraceback (most recent call last):\n"
        f'  File "{HERE}/.venv/lib/site-packages/pulumi/x.py", line 1, in run\n    f()\n'
        f'  File "{HERE}/lib/nets.py", line 12, in f\n    return int("x")\nValueError: no number\n'
    )
    assert [one.text for one in stops([("", text)], HERE)] == [
        "Program failed with an unhandled exception: ValueError: no number (lib/nets.py:12)"
    ]


def test_what_is_gone_from_the_program_belongs_to_the_component_on_top() -> None:
    stack, top = urn("example-prod", "pulumi:pulumi:Stack"), urn("data", "ultrastack:aws:FsxLustre")
    below, alone = urn("data-file-system"), urn("alone")
    state = State(
        {
            "resources": [
                {"urn": stack},
                {"urn": top, "parent": stack},
                {"urn": below, "parent": top, "custom": True},
                {"urn": alone, "parent": stack, "custom": True},
            ]
        }
    )
    assert steps(Graph("example", "prod"), state) == {stack: "", top: "data", below: "data"}


def test_a_secret_that_differs_is_held_equal_and_one_that_comes_is_a_change() -> None:
    reasons = (
        Reason("password", "update", "no", "", "sure", SECRET, SECRET),
        Reason("key", "add", "no", "", "sure", None, SECRET),
        Reason("storageCapacity", "update", "yes", "", "sure", SECRET, 4800),
    )
    done = [operation("update", "a", step="data", reasons=reasons)]
    old = {"urn": urn("a"), "inputs": {"storageCapacity": 1}, "outputs": {"storageCapacity": 1}}
    state = State({"resources": [old]}, encrypted={urn("a"): ("storageCapacity",)})
    capacity = Hidden(urn("a"), "a", LUSTRE, "data", "storageCapacity", "may", "data")
    password = Hidden(urn("a"), "a", LUSTRE, "data", "password", "no", "data")
    assert hidden(done, state, placeholders=False) == (capacity,)
    assert hidden(done, state, placeholders=True) == (password, capacity)
    after = State({"resources": [{"urn": urn("a"), "inputs": {"storageCapacity": 4800}}]})
    assert settled(state, [capacity], after).resources == [
        {"urn": urn("a"), "inputs": {"storageCapacity": 4800}, "outputs": {"storageCapacity": 4800}}
    ]
    assert settled(state, [capacity], State()).resources == [old]


def test_what_a_failure_left_is_named() -> None:
    old = {"urn": urn("a"), "type": LUSTRE, "id": "fs-1", "delete": True}
    half = {"urn": urn("b"), "type": LUSTRE, "initErrors": ["no answer", "no room"]}
    state = State(
        {"resources": [old, half]}, pending=({"resource": {"urn": urn("c"), "type": LUSTRE}, "type": "creating"},)
    )
    assert list(left(state)) == [
        Left(urn("a"), "a", LUSTRE, "pending delete", "fs-1"),
        Left(urn("b"), "b", LUSTRE, "initialization failed", "no answer; no room"),
        Left(urn("c"), "c", LUSTRE, "pending operation", "creating"),
    ]


def test_what_waits_to_be_deleted_has_a_way_out_of_its_own() -> None:
    (found,) = losses([operation("delete-replaced", "a")], None)
    assert (found.certain, found.replaced) == (True, False)
    assert found.ways_out == (
        "it waits to be deleted since an earlier run; taken out of the state (`pulumi state delete`, in a terminal) "
        "it stays in the account",
    )


def test_losses_name_who_forces_them_and_every_way_out() -> None:
    forced = Reason("fileSystemId", "update", "yes", "", "sure", "fs-1", "fs-2")
    perhaps = Reason("x", "update", "may", "", "unknown", 1, 2)
    done = [
        operation("create-replacement", "lustre", reasons=(perhaps,)),
        operation("create-replacement", "data-link", reasons=(forced,)),
        operation("create", "new-bucket", step="new"),
        operation("delete-replaced", "data-link", step="data", holds="capacity"),
        operation("delete-replaced", "lustre"),
        operation("delete", "old-bucket", step="old", protected=True),
        operation("delete", "kept", retained=True),
        operation("delete", "free", holds="nothing"),
        operation("delete", "still-there", failed="no answer"),
    ]
    link = Resource(
        urn("data-link"), LUSTRE, "data-link", "custom", property_dependencies={"fileSystemId": (urn("lustre"),)}
    )
    graph = Graph("example", "prod", resources=(link,), steps=(Step("data", "aws.fsx_lustre", Place("s.yaml")),))
    found = losses(done, graph)
    assert [(one.operation.name, one.certain, one.by) for one in found] == [
        ("old-bucket", True, ""),
        ("lustre", False, ""),
        ("data-link", True, "lustre"),
    ]
    assert found[0].ways_out == (
        "if new is a new name for old: `formerly: [old]` in step new",
        "copy what it holds, or make a snapshot, before",
        "brought by an `up` of its own before this one: `options: {retain_on_delete: true}` keeps it in the account",
    )
    assert found[2].ways_out == (
        "leave fileSystemId as it is",
        "`options: {children: {link: {ignore_changes: [fileSystemId]}}}` in step data",
        "brought by an `up` of its own before this one: `options: {protect: true}` stops it; "
        "`options: {retain_on_delete: true}` keeps it in the account",
    )
