"""What does a rehearsed run tell, seen with the graph and the state that it began with?"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ultrastack.model.graph import Graph
from ultrastack.model.operation import TAKES, Hidden, Left, Operation, Stop, Unfinished
from ultrastack.model.values import SECRET

if TYPE_CHECKING:
    from ultrastack.engine.real.state import State

SUMS_UP = ("update failed", "destroy failed", "refresh failed", "one or more")  # the engine's last words
EXITED = "program exited with non-zero exit code"
FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
URN = re.compile(r"urn:pulumi:[^\s'\"`]+")


# ---- order and place


def depends(graph: Graph, state: State | None = None) -> dict[str, set[str]]:
    """URN -> what it needs, as the program says and as the state says, where it is known: what is replaced depends on
    both."""
    found: dict[str, set[str]] = {}
    for one in graph.resources:
        inner = (urn for urns in one.property_dependencies.values() for urn in urns)
        found.setdefault(one.urn, set()).update({*one.dependencies, *inner, one.parent, one.provider})
    for old in state.resources if state is not None else ():
        inner = (urn for urns in (old.get("propertyDependencies") or {}).values() for urn in urns or ())
        provider = str(old.get("provider", "")).rpartition("::")[0]
        others = (old.get("parent", ""), provider, old.get("deletedWith", ""))
        found.setdefault(old["urn"], set()).update({*(old.get("dependencies") or ()), *inner, *others})
    return found


def written(graph: Graph, state: State) -> dict[str, int]:
    """URN -> its place in the stack file; what is in it no more comes after, as the state has it."""
    urns = [*(one.urn for one in graph.resources), *(one["urn"] for one in state.resources)]
    return {urn: i for i, urn in enumerate(dict.fromkeys(urns))}


def steps(graph: Graph, state: State) -> dict[str, str]:
    """URN -> step: as the program says; of what it makes no more the name of the component on top."""
    found = {one.urn: one.step for one in graph.resources}
    old = {one["urn"]: one for one in state.resources}
    for urn in old:
        top, above = urn, old[urn].get("parent", "")
        while above in old and old[above].get("parent"):
            top, above = above, old[above]["parent"]
        if urn not in found and not old[top].get("custom"):
            found[urn] = "" if "pulumi:pulumi:Stack" in top else top.split("::", 3)[3]
    return found


# ---- what stops it


def protected(done: Sequence[Operation], depends: Mapping[str, Iterable[str]] = {}) -> Iterator[Stop]:  # noqa: B006
    """What the engine would refuse to delete or to replace, as in pkg/resource/deploy/step_generator.go of v3.259.

    Protection that the program takes away in the same run saves what is replaced for its own sake, and not what has
    to go since something that it needs (`depends`) is deleted before the new one is made.
    """
    made = {one.urn: i for i, one in enumerate(done) if one.op == "create-replacement"}
    kept = {one.urn for one in done if one.op in ("replace", "create-replacement") and one.protected}
    for i, one in enumerate(done):
        if one.op not in TAKES or not one.protected:
            continue
        first = any(i < made.get(urn, 0) for urn in depends.get(one.urn, ()) if urn != one.urn)
        if one.op == "delete" or one.lasting_urn in kept or first:
            yield Stop("protected", one.urn, one.name, "replaced" if one.op == "delete-replaced" else "deleted")


def stops(errors: Iterable[tuple[str, str]], program: Path) -> Iterator[Stop]:
    """One for each resource, with its first words; the engine's summing-up only where it is all there is."""
    found: dict[str, Stop] = {}
    last = None
    for urn, text in errors:
        whole = not urn or "pulumi:pulumi:Stack" in urn
        named = next(iter(URN.findall(text)), "") if whole else urn
        one = Stop("program" if whole else "failed", named, named.split("::", 3)[-1], _without_frames(text, program))
        if whole and text.startswith((*SUMS_UP, EXITED)):
            last = one
        else:
            found.setdefault(named or text, one)
    yield from found.values() if found else [last] if last else []


def _without_frames(text: str, program: Path) -> str:
    """Of a traceback the error and the line of the user's own program, where one is in it."""
    before, found, frames = text.partition("Traceback (most recent call last):\n")
    if not found:
        return text
    own = [one for one in FRAME.finditer(frames) if Path(one["file"]).is_relative_to(program)]
    own = [one for one in own if "site-packages" not in one["file"]]
    where = f" ({Path(own[-1]['file']).relative_to(program)}:{own[-1]['line']})" if own else ""
    error = [line for line in frames.rstrip().splitlines() if line[:1].strip()]
    return f"{before.strip()} {' '.join(error)}{where}".strip()


# ---- what cannot be read


def hidden(done: Sequence[Operation], state: State, placeholders: bool) -> tuple[Hidden, ...]:
    """Differences of what was encrypted in the export; with placeholders in the config also of every other secret.

    What comes or goes is a change, whatever its value.
    """
    found: dict[tuple[str, str], Hidden] = {}
    for one in done:
        encrypted = state.encrypted.get(one.before or one.urn, ())
        for reason in (reason for reason in one.reasons if reason.kind == "update"):
            known = any(reason.path.startswith(path) or path.startswith(reason.path) for path in encrypted)
            if known or (placeholders and SECRET in (reason.old, reason.new)):
                answer = "no" if reason.replaces == "no" else "may"
                about = (one.urn, one.name, one.type, one.step, reason.path, answer, one.holds, one.before)
                found.setdefault((one.urn, reason.path), Hidden(*about))  # type: ignore[arg-type]
    return tuple(found[key] for key in sorted(found))


def settled(state: State, differ: Sequence[Hidden], after: State) -> State:
    """The state as if these had always been what the program gives now."""
    from ultrastack.engine.paths import at, place_at

    made = {one["urn"]: one for one in after.resources if not one.get("delete")}
    resources = copy.deepcopy(state.resources)
    for one in differ:
        if (new := at(made.get(one.urn, {}).get("inputs") or {}, one.path)) is None:
            continue  # the run did not get there
        for old in (r for r in resources if r["urn"] == (one.before or one.urn)):
            place_at(old.get("inputs"), one.path, new)
            if at(old.get("outputs") or {}, one.path) is not None:
                place_at(old.get("outputs"), one.path, new)
    return replace(state, deployment={**state.deployment, "resources": resources})


# ---- what is left


def left(state: State) -> Iterator[Left]:
    """What a run that failed left: waiting to be deleted, half made, or half known."""
    for one in state.resources:
        if one.get("delete"):
            yield _left(one, "pending delete", one.get("id", ""))
        if one.get("initErrors"):
            yield _left(one, "initialization failed", "; ".join(one["initErrors"]))
    yield from pending(state)


def pending(state: State) -> Iterator[Left]:
    for one in state.pending:
        yield _left(one.get("resource") or {}, "pending operation", str(one.get("type", "")))


def _left(resource: Mapping[str, Any], what: Unfinished, note: str) -> Left:
    urn = str(resource.get("urn", ""))
    return Left(urn, urn.split("::", 3)[-1], str(resource.get("type", "")), what, note)


def notes(state: State, stack: str, secrets: Sequence[str]) -> Iterator[str]:
    """What the copy cannot show; `secrets` are those of the config."""
    for one in pending(state):
        yield (
            f"the export has a pending operation: an earlier run was killed while {one.note} {one.name}; "
            "the copy goes on without it, as a real `up` does once you have looked into the account and run "
            f"`pulumi refresh --stack {stack}`"
        )
    if secrets:
        yield f"encrypted config has a placeholder here: {', '.join(secrets)}"
