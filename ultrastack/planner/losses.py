"""What would not come back, why would it go, and what can be done instead?"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from ultrastack.model.graph import Graph
from ultrastack.model.operation import Loss, Operation, Reason

from .ways_out import COPY, SECOND, before_it, formerly, ignore, leave, role_of, top

LATE = (
    "it waits to be deleted since an earlier run; taken out of the state (`pulumi state delete`, in a terminal) "
    "it stays in the account"
)
WORST = {"data": 0, "capacity": 1, "unknown": 2}


def losses(done: Sequence[Operation], graph: Graph | None) -> tuple[Loss, ...]:
    """Of what holds data, capacity, or nobody knows what; certain ones first, data before capacity."""
    replaced = {one.urn: one for one in done if one.op in ("replace", "create-replacement")}
    dropped = {one.urn for one in done if one.op == "remove-pending-replace"}  # went with another, no longer made
    found = []
    for one in done:
        if not one.takes_away or one.failed or one.holds not in WORST:
            continue
        reasons = (
            replaced[one.lasting_urn].reasons if one.op == "delete-replaced" and one.lasting_urn in replaced else ()
        )
        forcing = tuple(reason for reason in reasons if reason.replaces != "no")
        found.append(
            Loss(
                operation=one,
                certain=not forcing or any(reason.replaces == "yes" for reason in forcing),
                replaced=one.op == "delete-replaced" and one.lasting_urn in replaced,
                because=forcing,
                by=_forced_by(one, forcing, replaced, graph),
                ways_out=(LATE,) if _late(one, {*replaced, *dropped}) else tuple(_ways_out(one, forcing, done, graph)),
            )
        )
    return tuple(sorted(found, key=lambda loss: (WORST[loss.operation.holds], not loss.certain)))


def _late(one: Operation, replaced: Container[str]) -> bool:
    """Whether its successor was made by an earlier run."""
    return one.op == "delete-replaced" and one.lasting_urn not in replaced


def _forced_by(
    one: Operation, forcing: Sequence[Reason], replaced: Mapping[str, Operation], graph: Graph | None
) -> str:
    """The resource that is replaced itself, and so gives this one another value."""
    resource = graph.by_urn.get(one.lasting_urn) if graph is not None else None
    if resource is None:
        return ""
    for reason in forcing:
        for urn in resource.references.get(reason.path) or resource.property_dependencies.get(top(reason.path), ()):
            if urn in replaced:
                return replaced[urn].name
    return ""


def _ways_out(
    one: Operation, forcing: Sequence[Reason], done: Sequence[Operation], graph: Graph | None
) -> Iterator[str]:
    role = role_of(one.name, one.step)
    step = graph.step(one.step) if graph is not None and one.step else None
    if one.op == "delete" and (new := _namesake(one, done)) is not None:
        yield formerly(one.step or one.name, new.step or new.name)
    if forcing:
        paths = [reason.path for reason in forcing]
        yield leave(paths)
        if role and step is not None:
            yield ignore(paths, role, one.step)
    if one.holds == "data":
        yield SECOND if one.op == "delete-replaced" else COPY
    yield before_it(one.protected)


def _namesake(one: Operation, done: Sequence[Operation]) -> Operation | None:
    """Something of the same type that is made in the same run."""
    return next((new for new in done if new.op == "create" and new.type == one.type), None)
