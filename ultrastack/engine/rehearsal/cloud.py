"""What does the cloud hold, whoever remembers it? A folder with a file for each resource, which outlives every process.

operations.jsonl                      what was asked of the cloud, in order: {"op", "urn", "type", "id"}
resources/aws.ec2.Vpc.vpc-0a1b.json   one resource: {"type", "id", "urn", "inputs", "outputs"}

A resource is on the disk before its creation is answered, as in a cloud: what is killed in between finds it there.
A drift is made by editing `inputs` (a setting) or `outputs` (what the cloud added); removing the file is a deletion
behind the engine's back. Secrets stand here in the clear, so this is for tests and for made-up values.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

Op = Literal["create", "update", "delete"]


class Refused(Exception):
    """The cloud says no; its words are for the user."""


@dataclass(frozen=True)
class Held:
    type: str
    id: str
    urn: str  # of who made it; a cloud does not know it, a test wants to
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]  # what the cloud added to them


class Cloud:
    def __init__(self, folder: Path):
        self.resources = folder / "resources"
        self.operations = folder / "operations.jsonl"
        self.resources.mkdir(parents=True, exist_ok=True)
        lines = self.operations.read_text(encoding="utf-8").splitlines() if self.operations.exists() else []
        self._created = Counter(one["urn"] for one in map(json.loads, lines) if one["op"] == "create")
        self._lock = threading.Lock()

    def created_before(self, urn: str) -> int:
        """How often; a second one is another resource and has another id."""
        return self._created[urn]

    def read(self, token: str, identity: str) -> Held | None:
        file = self._file(token, identity)
        return _load(file) if file.exists() else None

    def create(self, new: Held, named_by: str | None) -> None:
        """`named_by`: the input that names such a resource. Without one it is a setting of another, and overwritten.

        Raises Refused where that name is taken. Some clouds' calls that overwrite are refused too (a role's inline
        policy, an alarm): a rehearsal may warn too often, never too seldom.
        """
        with self._lock:
            if named_by is not None and (other := self._namesake(new, named_by)) is not None:
                raise Refused(f"{new.type} '{new.inputs.get(named_by, other.id)}' exists already, made by {other.urn}")
            self._created[new.urn] += 1
            self._log("create", new)
            self._write(new)

    def update(self, held: Held) -> None:
        """Raises Refused for what is not there."""
        if self.read(held.type, held.id) is None:
            raise Refused(f"{held.type} '{held.id}' does not exist")
        self._log("update", held)
        self._write(held)

    def delete(self, token: str, identity: str, urn: str) -> None:
        """What is gone already is as well deleted."""
        self._log("delete", Held(token, identity, urn, {}, {}))
        self._file(token, identity).unlink(missing_ok=True)
        _sync(self.resources)

    def held(self, token: str = "") -> Iterator[Held]:
        """All, or those of one type."""
        for file in sorted(self.resources.glob(f"{_short(token)}.*.json" if token else "*.json")):
            yield _load(file)

    def _namesake(self, new: Held, named_by: str) -> Held | None:
        """Who has that id, or, where ids are made up, that name in the same network and region."""

        def name(one: Held) -> list[Any]:
            return [{**one.outputs, **one.inputs}.get(k) for k in (named_by, "region", "vpcId")]

        if (same := self.read(new.type, new.id)) is not None:
            return same
        return next((one for one in self.held(new.type) if named_by in new.inputs and name(one) == name(new)), None)

    def _log(self, op: Op, held: Held) -> None:
        line = json.dumps({"op": op, "urn": held.urn, "type": held.type, "id": held.id}) + "\n"
        file = os.open(self.operations, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode())  # one write: lines of several processes do not mix
            os.fsync(file)
        finally:
            os.close(file)

    def _write(self, held: Held) -> None:
        """Whole or not at all, whenever the process ends."""
        file = self._file(held.type, held.id)
        new = file.with_name(f".{file.name}.{os.getpid()}-{threading.get_ident()}")
        with new.open("w", encoding="utf-8") as f:
            json.dump(asdict(held), f, indent=2, sort_keys=True)
            f.flush()
            os.fsync(f.fileno())
        new.replace(file)
        _sync(self.resources)

    def _file(self, token: str, identity: str) -> Path:
        """Readable; where an id cannot be a file's name or is too long for one, with a mark that keeps it unique."""
        name = re.sub(r"[^\w.-]+", "_", identity)[-100:]
        mark = "" if name == identity else "-" + sha256(identity.encode()).hexdigest()[:8]
        return self.resources / f"{_short(token)}.{name}{mark}.json"


def _short(token: str) -> str:
    """aws:ec2/vpc:Vpc -> aws.ec2.Vpc"""
    package, module, name = token.split(":")
    return f"{package}.{module.split('/')[0]}.{name}"


def _load(file: Path) -> Held:
    return Held(**json.loads(file.read_text(encoding="utf-8")))


def _sync(folder: Path) -> None:
    """A new or removed name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
