"""What is left when the engine or a provider is killed in the middle of a run, and do the documented steps heal it?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Literal

from ultrastack.engine.rehearsal.cloud import Cloud, Held

from .crash_project import OPERATIONS, OTHER_TEXT, PAUSE_SECONDS, STACK, TEXT, backend, prepared, read_state, state_file
from .crash_run import Victim, killed
from .real_cli import CliFailed, Project

Operation = Literal["create", "change", "destroy"]

TURNS: tuple[Operation, ...] = ("create", "change", "change", "destroy")
VICTIMS: tuple[Victim, ...] = ("everything", "engine", "provider", "everything", "engine")  # each meets each operation


@dataclass(frozen=True)
class Crash:
    victim: Victim = "everything"
    operation: Operation = "create"
    at: int = 0  # operations that the cloud had heard of
    ended_before: bool = False  # nothing was killed
    locked: bool = False
    sidecars: bool = True
    empty_sidecar: bool = False  # the state's own: no command can read the state until it is removed
    torn: str = ""  # why the state file itself could not be read
    rubbish: int = 0  # unfinished files beside the state
    known: int = 0  # held by the cloud, in the state
    pending: int = 0  # held by the cloud, named in pending_operations
    lost: tuple[str, ...] = ()  # held by the cloud, in neither
    told: tuple[str, ...] = ()  # of these, named by the run as failed
    gone: int = 0  # in the state, not in the cloud any more
    untagged: tuple[str, ...] = ()  # types of those to be found again that carry no tag
    imported: int = 0
    removed: int = 0  # half-made replacements, taken away by hand
    not_healed: str = ""


def lane(cli: Path, folder: Path, seed: str, wanted: int, sidecars: bool) -> list[Crash]:
    """Crashes one stack again and again: each run begins where the recovery of the last one ended.

    `sidecars`: whether the state's folder is used as Pulumi does unasked, with a .attrs file beside each file.
    """
    project = prepared(cli, folder)
    if not sidecars:
        project.extra_env["PULUMI_BACKEND_URL"] = f"{(project.home / 'backend').as_uri()}?metadata=skip"
    project.init(STACK)
    found: list[Crash] = []
    for turn in range(3 * wanted):  # some runs end before they are killed
        if len(found) < wanted:
            try:
                one = crash(project, TURNS[turn % 4], VICTIMS[turn % 5], Random(f"{seed}/{turn}"))
            except CliFailed as e:
                return [*found, Crash(not_healed=str(e))]
            found += [] if one.ended_before else [one]
            if one.not_healed:  # what follows would only repeat it
                return found
    return found


def crash(project: Project, operation: Operation, victim: Victim, random: Random) -> Crash:
    if operation == "change":
        file = project.folder / "stacks" / f"{STACK}.yaml"
        file.write_text(OTHER_TEXT if file.read_text() == TEXT else TEXT)
    command = "destroy" if operation == "destroy" else "up"
    at = random.randrange(OPERATIONS[operation])
    said, ended_before = killed(project, command, victim, at, random.uniform(0, 3 * PAUSE_SECONDS))

    locked = any(backend(project).glob("locks/**/*.json"))
    rubbish = list(backend(project).glob("stacks/**/*.tmp"))
    for file in rubbish:
        file.unlink()
    try:
        state, torn = read_state(project), ""
    except ValueError as e:
        state, torn = {"resources": [], "pending_operations": []}, str(e)
    held = list(Cloud(project.home / "cloud").held())
    known = {(r["type"], r["id"]) for r in state["resources"]}
    creating = {one["resource"]["urn"] for one in state["pending_operations"] if one["type"] == "creating"}
    unknown = [one for one in held if (one.type, one.id) not in known]
    lost = tuple(one.urn for one in unknown if one.urn not in creating)

    sidecar = state_file(project).with_name(f"{STACK}.json.attrs")
    if empty_sidecar := sidecar.exists() and not sidecar.read_bytes():
        sidecar.unlink()
    imported, removed, not_healed = 0, 0, torn
    if not torn and not ended_before:
        imported, removed, not_healed = recover(project, command, unknown, {r["urn"] for r in state["resources"]})
    return Crash(
        victim=victim,
        operation=operation,
        at=at,
        ended_before=ended_before,
        locked=locked,
        sidecars="PULUMI_BACKEND_URL" not in project.extra_env,
        empty_sidecar=empty_sidecar,
        torn=torn,
        rubbish=len(rubbish),
        known=len(held) - len(unknown),
        pending=len(unknown) - len(lost),
        lost=lost,
        told=tuple(urn for urn in lost if is_named_as_failed(urn.rpartition("::")[2], said)),
        gone=len(known - {(one.type, one.id) for one in held}),
        untagged=tuple(one.type for one in unknown if not (one.inputs.get("tags") or one.inputs.get("labels"))),
        imported=imported,
        removed=removed,
        not_healed=not_healed,
    )


def is_named_as_failed(name: str, said: str) -> bool:
    """Among the diagnostics at the end of what the run said."""
    return re.search(rf"\({re.escape(name)}\):\n(    .*\n)*?    error: ", said) is not None


def recover(project: Project, command: str, unknown: list[Held], urns: set[str]) -> tuple[int, int, str]:
    """As docs/recover.md says: how many were imported, how many removed by hand, and what is wrong after all that."""
    stack = ("--stack", STACK)
    project.run("cancel", "--yes", *stack)
    halves = [one for one in unknown if one.urn in urns]  # the old one is in the state under that name
    for one in halves:
        Cloud(project.home / "cloud").delete(one.type, one.id, one.urn)
    missing = [one for one in unknown if one.urn not in urns]
    if missing:
        file = project.home / "import.json"
        project.run("preview", "--import-file", str(file), *stack)
        file.write_text(json.dumps(filled_in(json.loads(file.read_text()), missing)))
        words = ("--protect=false", "--generate-code=false", "--yes", "--skip-preview")
        project.run("import", "--file", str(file), *words, *stack)
    project.run("refresh", "--clear-pending-creates", "--yes", "--skip-preview", *stack)
    project.run(command, "--yes", "--skip-preview", *stack)
    return len(missing), len(halves), difference(project)


def filled_in(asked: Mapping[str, Any], missing: list[Held]) -> dict[str, Any]:
    """The file that `preview --import-file` wrote, with the ids of what exists, and without the rest."""
    ids = {(one.type, one.urn.rpartition("::")[2]): one.id for one in missing}
    resources = [one | {"id": ids[key]} for one in asked["resources"] if (key := (one["type"], one["name"])) in ids]
    return {**asked, "resources": resources}


def difference(project: Project) -> str:
    """Between the cloud and the state; nothing may be doubled, lost, pending or half replaced."""
    state = read_state(project)
    known = {(r["type"], r["id"]) for r in state["resources"]}
    held = {(one.type, one.id) for one in Cloud(project.home / "cloud").held()}
    half = [r["urn"] for r in state["resources"] if r.get("delete") or r.get("pendingReplacement")]
    wrong = {
        "in the cloud only": sorted(held - known),
        "in the state only": sorted(known - held),
        "half replaced": half,
        "pending": [one["resource"]["urn"] for one in state["pending_operations"]],
    }
    return "; ".join(f"{what}: {which}" for what, which in wrong.items() if which)
