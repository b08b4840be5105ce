"""Rehearsals made by hand, of every kind that a report may have to show."""

from __future__ import annotations

from ultrastack.model.operation import Hidden, Left, Loss, Operation, Reason, Rehearsal, Stop
from ultrastack.model.place import Place
from ultrastack.model.values import SECRET, UNKNOWN

LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
URN = "urn:pulumi:prod::example::"
SMALLER = Reason("storageCapacity", "update", "yes", "the new value is lower", "sure", 9600, 4800)
PERHAPS = Reason("fileSystemTypeVersion", "add", "may", "", "unknown", None, "2.15")


def operation(number: int, op: str, name: str, token: str = LUSTRE, **more: object) -> Operation:
    about = {"number": number, "asks": bool(number), "step": "data", "holds": "data"} | more
    return Operation(op, f"{URN}{token}::{name}", token, name, **about)  # type: ignore[arg-type]


def small() -> Rehearsal:
    """One file system replaced for certain, another perhaps; a node given back; something nobody knows."""
    tags = Reason('tags["owner"]', "update", "no", "", "sure", "platform", "research")
    word = Reason("password", "update", "no", "", "sure", SECRET, SECRET)
    gone = operation(6, "delete", "node-0", "aws:ec2/instance:Instance", id="i-1", step="training", holds="capacity")
    odd = operation(7, "delete", "odd", "aws:new/thing:Thing", step="", holds="unknown")
    taken = operation(5, "delete-replaced", "lustre", id="fs-1", holds_note="the file system")
    scratch = operation(1, "delete-replaced", "scratch", id="fs-2")
    done = (
        Operation("same", f"{URN}aws:ec2/vpc:Vpc::net", "aws:ec2/vpc:Vpc", "net", step="net", holds="identity"),
        scratch,
        operation(2, "create-replacement", "scratch", reasons=(PERHAPS,)),
        operation(3, "create-replacement", "lustre", reasons=(SMALLER, tags)),
        operation(
            4, "update", "chat", "aws:sagemaker/endpoint:Endpoint", step="chat", reasons=(word,), holds="nothing"
        ),
        operation(0, "delete", "kept", "aws:s3/bucket:Bucket", step="old", retained=True),
        taken,
        gone,
        odd,
        operation(0, "import", "logs", "aws:s3/bucket:Bucket", step="logs"),
    )
    return Rehearsal(
        project="example",
        stack="prod",
        operation="up",
        base="export.json, asked of no cloud",
        operations=done,
        losses=(
            Loss(taken, True, True, (SMALLER,), "", ("leave storageCapacity as it is",)),
            Loss(scratch, False, True, (PERHAPS,), "net", ("copy it",)),
            Loss(gone, True, False, (), "", ("copy it",)),
            Loss(odd, True, False),
        ),
        hidden=(
            Hidden(f"{URN}{LUSTRE}::lustre", "lustre", LUSTRE, "data", "kmsKeyId", "may", "data"),
            Hidden(f"{URN}x::chat", "chat", "x", "chat", "token", "no", "nothing"),
        ),
        places={"data": Place("stacks/prod.yaml", 7, 5), "training": Place("stacks/prod.yaml", 20, 5)},
        notes=("something to know",),
    )


def failed() -> Rehearsal:
    """The second operation fails; the next `up` is stopped by protection."""
    first = operation(1, "create", "lustre", reasons=(Reason("x", "add", "no", new=UNKNOWN),))
    second = operation(2, "create", "link", "aws:fsx/link:Link", failed="operation 2 fails")
    gone = operation(1, "delete", "logs", "aws:s3/bucket:Bucket", protected=True)
    later = Rehearsal(
        "example",
        "prod",
        "up",
        "b",
        (gone,),
        (Loss(gone, True, False),),
        (Stop("protected", gone.urn, "logs", "deleted"),),
    )
    return Rehearsal(
        "example",
        "prod",
        "up",
        "nothing: a new stack",
        (first, second),
        stops=(Stop("failed", second.urn, "link", f"creating {second.urn}: operation 2 fails"),),
        fail_at=2,
        left=(Left(first.urn, "lustre", LUSTRE, "pending operation", "creating"),),
        next=later,
    )


def quiet(**more: object) -> Rehearsal:
    return Rehearsal("example", "prod", "up", "export.json", **more)  # type: ignore[arg-type]
