"""What does a rehearsal come to, in one line, in numbers and as an exit code? The same for every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ultrastack.model.operation import Loss, Operation, Rehearsal, Stop
from ultrastack.model.place import printable

from .verdict import listing, many

LOST = {
    "data": "data would be lost",
    "capacity": "capacity would be given back",
    "unknown": "nobody knows what is lost",
}
LOST_MAYBE = {
    "data": "data may be lost",
    "capacity": "capacity may be given back",
    "unknown": "nobody knows what may be lost",
}
CHANGES = ("replace", "delete", "update", "create", "import", "forget")
SOME = 3  # names in a verdict


def findings(made: Rehearsal) -> bool:
    """Whether data or capacity would be lost, or the run would stop by itself."""
    lost = any(loss.operation.holds != "unknown" for loss in made.losses)
    stopped = any(one.what == "protected" or _failed(made) is None for one in made.stops)
    return lost or stopped or (made.next is not None and findings(made.next))


def counts(made: Rehearsal) -> dict[str, int]:
    """Of resources in a cloud; a replacement is one, whatever steps the engine makes of it."""
    found = Counter("retained" if one.retained else one.op for one in made.operations if one.custom)
    replaced = {one.urn for one in made.operations if one.op in ("create-replacement", "import-replacement")}
    late = sum(
        one.op == "delete-replaced" and one.takes_away and one.lasting_urn not in replaced for one in made.operations
    )
    return {
        "create": found["create"],
        "update": found["update"],
        "replace": found["create-replacement"] + found["import-replacement"],
        "delete": found["delete"] + late,
        "import": found["import"],
        "forget": found["retained"],
        "refresh": found["refresh"],
        "unchanged": found["same"],
        "operations": sum(bool(one.number) for one in made.operations),
    }


def verdict(made: Rehearsal) -> str:
    """prod: up would replace 1 (data would be lost), delete 0, update 2, create 3"""
    if (failed := _failed(made)) is not None:
        what = f"{failed.op} of {printable(failed.name)}"
        return f"{made.stack}: {made.operation} fails at operation {made.fail_at}, {what}"
    if made.stops:
        return f"{made.stack}: {made.operation} would stop: {'; '.join(stop_words(made.stops))}"
    return f"{made.stack}: {would(made)}"


def would(made: Rehearsal) -> str:
    n = counts(made)
    if made.operation == "refresh":
        return f"refresh would ask about {many(n['refresh'], 'resource')}, change {n['update']}, lose {n['delete']}"
    if not any(n[word] for word in CHANGES):
        return f"{made.operation} would change nothing"
    said = []
    for word in ("replace", "delete"):
        some = (loss for loss in made.losses if loss.replaced == (word == "replace"))
        lost = list(dict.fromkeys(lost_words(loss) for loss in some))
        said.append((not lost, f"{word} {n[word]}" + (f" ({listing(lost)})" if lost else "")))
    said += [(True, f"{word} {n[word]}") for word in ("update", "create")]
    said += [(True, text) for count, text in _also(n) if count]
    return f"{made.operation} would " + ", ".join(text for _, text in sorted(said, key=lambda one: one[0]))


def _also(n: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    yield n["import"], f"take over {n['import']}"
    yield n["forget"], f"forget {n['forget']} (kept in the account)"


def lost_words(loss: Loss) -> str:
    return (LOST if loss.certain else LOST_MAYBE)[loss.operation.holds]


def stop_words(stops: Sequence[Stop]) -> Iterator[str]:
    """data and logs are protected and would be deleted"""
    for what, fate in dict.fromkeys((one.what, one.text if one.what == "protected" else "") for one in stops):
        names = [
            printable(one.name) for one in stops if one.what == what and one.name and (not fate or one.text == fate)
        ]
        some = listing(names if len(names) <= SOME else [*names[: SOME - 1], f"{len(names) - SOME + 1} more"])
        are = "is" if len(names) == 1 else "are"
        if what == "protected":
            yield f"{some} {are} protected and would be {fate}"
        else:
            yield f"{some} fail{'s' * (len(names) == 1)}" if names else "the program fails"


def _failed(made: Rehearsal) -> Operation | None:
    """The operation that was asked to fail, where the run got to it."""
    return next((one for one in made.operations if one.failed), None) if made.fail_at else None
