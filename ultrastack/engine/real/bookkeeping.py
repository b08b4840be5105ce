"""What does only the state learn? Operations that the engine calls `same` may still rename, protect or export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .cli import Event
from .values import value

STACK = "pulumi:pulumi:Stack"
FLAGS = {"protect": "protect", "retainOnDelete": "retain_on_delete"}  # the engine's word -> the stack file's


def bookkeeping(events: Iterable[Event]) -> Iterator[str]:
    """One line each, for what no cloud is asked for; a stack that is made or taken away whole has none."""
    exports: tuple[object, object] | None = None
    looked_at: set[str] = set()  # by a refresh, which says what it found with the outputs
    for event in events:
        if (heard := event.get("resourcePreEvent")) is not None and heard["metadata"]["op"] == "refresh":
            looked_at.add(heard["metadata"]["urn"])
        if (heard := event.get("resOutputsEvent")) is not None and (urn := heard["metadata"]["urn"]) in looked_at:
            looked_at.remove(urn)
            if heard["metadata"]["op"] not in ("refresh", "same"):
                found = "is gone" if heard["metadata"]["op"] == "delete" else "is not as the state has it"
                yield f"{urn.split('::', 3)[-1]} {found}"
            continue
        if (heard := event.get("resOutputsEvent")) is not None and heard["metadata"]["type"] == STACK:
            data = heard["metadata"]
            if data["op"] == "same":  # the last one has what the program exports
                exports = (data.get("old") or {}).get("outputs"), (data.get("new") or {}).get("outputs")
        if (heard := event.get("resourcePreEvent")) is not None and heard["metadata"]["op"] in ("same", "update"):
            data = heard["metadata"]
            old, new, name = data.get("old") or {}, data.get("new") or {}, data["urn"].split("::", 3)[-1]
            if old.get("urn", data["urn"]) != data["urn"]:
                yield f"{old['urn'].split('::', 3)[-1]} is called {name}"
            for flag, word in FLAGS.items():
                if bool(old.get(flag)) != bool(new.get(flag)):
                    yield f"{name}: {word} is {str(bool(new.get(flag))).lower()}"
    if exports is not None:
        before, after = (value(one or {}) for one in exports)
        assert isinstance(before, dict) and isinstance(after, dict)
        changed = sorted(k for k in {*before, *after} if before.get(k) != after.get(k))
        if changed:
            yield f"outputs: {', '.join(changed)}"
