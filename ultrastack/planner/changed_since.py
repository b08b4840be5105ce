"""Is it still what was shown? The project's files, and two previews side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ultrastack.model.operation import Operation

READ = (".py", ".yaml", ".yml", ".json", ".toml", ".csv")  # what a program reads; a README may change meanwhile
Stamps = Mapping[str, tuple[int, int]]  # path in the project -> mtime in ns, size


def stamps(root: Path) -> Stamps:
    """What the program may read, by its path in the project; hidden folders and virtual environments left out."""
    found: dict[str, tuple[int, int]] = {}
    for folder, names, files in os.walk(root):
        names[:] = [
            name
            for name in names
            if not name.startswith((".", "__pycache__")) and not Path(folder, name, "pyvenv.cfg").exists()
        ]
        for file in files:
            if file.endswith(READ):
                path = Path(folder, file)
                try:
                    at = path.stat()
                except OSError:  # gone while we looked: then it differs
                    continue
                found[path.relative_to(root).as_posix()] = at.st_mtime_ns, at.st_size
    return found


def changed_files(before: Stamps, after: Stamps) -> Iterator[str]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield f"{name} has changed"


def difference(before: Sequence[Operation], after: Sequence[Operation]) -> Iterator[str]:
    """One line for each resource that is handled differently: other operations, another id, other properties.

    New values are not compared: a preview makes up new names each time.
    """
    was, now = _by_urn(before), _by_urn(after)
    for urn in dict.fromkeys((*was, *now)):
        old, new = was.get(urn, []), now.get(urn, [])
        name = (old or new)[0].name
        if [one.op for one in old] != [one.op for one in new]:
            yield f"{name}: {_ops(old)} was shown, now it is {_ops(new)}"
        elif [one.id for one in old] != [one.id for one in new]:
            yield f"{name}: it is another one now, {new[0].id} instead of {old[0].id}"
        elif [_compared(one) for one in old] != [_compared(one) for one in new]:
            yield f"{name}: {_ops(old)} for other reasons now"


def _compared(one: Operation) -> list[object]:
    return [(r.path, r.kind, r.replaces, r.old) for r in one.reasons]


def _by_urn(found: Sequence[Operation]) -> dict[str, list[Operation]]:
    made: dict[str, list[Operation]] = {}
    for one in found:
        made.setdefault(one.urn, []).append(one)
    return made


def _ops(found: Sequence[Operation]) -> str:
    return " and ".join(one.op for one in found) or "nothing"
