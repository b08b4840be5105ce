"""What did the program ask the real engine for? A Graph, from the plan and the digest that one preview writes.

The plan file (`--save-plan`) holds the goal of each resource after inheritance and transforms, secrets in the clear;
the digest (`--json`) holds the options that goals leave out and the resources that are only read. With our provider in
its plain mode nobody has changed the inputs in between.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ultrastack.model.graph import (
    SECRET,
    UNKNOWN,
    UNKNOWN_SECRET,
    Asset,
    Graph,
    Options,
    Resource,
    ResourceReference,
    Value,
)

from .real_cli import Project

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270"
ASSET_MARK = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE_MARK = "0def7320c3a5731c473e5ecbe6d01bc7"
REFERENCE_MARK = "5cf8f73096256a8f31e491e813e4eb8e"


def goals(project: Project, stack: str) -> Graph:
    """One preview of a stack that has nothing yet."""
    plan_file = project.home / f"{stack}.plan"
    project.extra_env |= {"PULUMI_EXPERIMENTAL": "1", "ULTRASTACK_REHEARSAL_PLAIN": "1"}
    words = ("--json", "--show-sames", "--show-secrets", "--stack", stack, "--save-plan", str(plan_file))
    digest = project.run("preview", *words).out
    states = {one["urn"]: one["newState"] for one in json.loads(digest)["steps"]}
    plans = json.loads(plan_file.read_text())["resourcePlans"]
    root = next(urn for urn in plans if urn.split("::")[2] == "pulumi:pulumi:Stack")
    made = [_registered(urn, one["goal"], states.get(urn, {})) for urn, one in plans.items()]
    made += [_read(urn, state) for urn, state in states.items() if state.get("external")]
    outputs = next(one.outputs for one in made if one.urn == root)
    return Graph(
        project=root.split("::")[1], stack=stack, resources=tuple(sorted(made, key=lambda r: r.urn)), outputs=outputs
    )


def _registered(urn: str, goal: Mapping[str, Any], state: Mapping[str, Any]) -> Resource:
    imported = state.get("inputs", {}) if state.get("importID") else {}  # of these the plan has what differs alone
    return Resource(
        urn=urn,
        type=goal["type"],
        name=goal["name"],
        kind=_kind(goal["type"], goal["custom"]),
        parent=goal.get("parent", ""),
        provider=_without_id(goal.get("provider", "")),
        inputs=_values({**imported, **goal["inputDiff"].get("adds", {})}),
        outputs=_values(goal["outputDiff"].get("adds", {})),
        dependencies=tuple(goal.get("dependencies", ())),
        property_dependencies={k: tuple(v) for k, v in goal.get("propertyDependencies", {}).items()},
        options=Options(
            protect=goal.get("protect", False),
            retain_on_delete=state.get("retainOnDelete", False),
            delete_before_replace=goal.get("deleteBeforeReplace"),
            deleted_with=state.get("deletedWith", ""),
            import_id=goal.get("id", "") or state.get("importID", ""),
            aliases=tuple(_alias(urn, goal, one) for one in goal.get("structuredAliases", ()))
            + tuple(goal.get("aliases", ())),
            ignore_changes=tuple(goal.get("ignoreChanges", ())),
            replace_on_changes=tuple(state.get("replaceOnChanges", ())),
            additional_secret_outputs=tuple(goal.get("additionalSecretOutputs", ())),
            custom_timeouts={k: f"{seconds:g}s" for k, seconds in goal.get("customTimeouts", {}).items()},
            hide_diffs=tuple(state.get("hideDiff", ())),
            replace_with=tuple(state.get("replaceWith", ())),
            replacement_trigger=_value(state.get("replacementTrigger")),
        ),
    )


def _read(urn: str, state: Mapping[str, Any]) -> Resource:
    return Resource(
        urn=urn,
        type=state["type"],
        name=urn.split("::", 3)[3],
        kind="read",
        parent=state.get("parent", ""),
        provider=_without_id(state.get("provider", "")),
        inputs=_values(state.get("inputs", {})),
        id="" if state["id"] == UNKNOWN_TEXT else state["id"],
        dependencies=tuple(state.get("dependencies", ())),
    )


def _kind(token: str, custom: bool) -> Any:
    if token == "pulumi:pulumi:Stack":
        return "stack"
    if token.startswith("pulumi:providers:"):
        return "provider"
    return "custom" if custom else "component"


def _without_id(provider: str) -> str:
    """The engine writes <urn>::<id>."""
    return provider.rpartition("::")[0]


def _alias(urn: str, goal: Mapping[str, Any], spec: Mapping[str, Any]) -> str:
    """The URN an alias means: what it does not say is as it is now."""
    if spec["URN"]:
        return str(spec["URN"])
    stack, project = urn.removeprefix("urn:pulumi:").split("::")[:2]
    parent = "" if spec["NoParent"] else spec["Parent"] or goal.get("parent", "")
    above = "" if not parent or parent.split("::")[2] == "pulumi:pulumi:Stack" else parent.split("::")[2] + "$"
    token, name = spec["Type"] or goal["type"], spec["Name"] or goal["name"]
    return f"urn:pulumi:{spec['Stack'] or stack}::{spec['Project'] or project}::{above}{token}::{name}"


def _values(found: Mapping[str, Any]) -> dict[str, Value]:
    return {k: _value(v) for k, v in found.items()}


def _value(found: Any) -> Value:
    match found:
        case str() if found == UNKNOWN_TEXT:
            return UNKNOWN
        case {"4dabf18193072939515e22adb298388d": mark}:  # Pulumi's mark of special values
            return _special(mark, found)
        case dict():
            return {k: _value(v) for k, v in found.items()}
        case list():
            return [_value(v) for v in found]
        case _:
            return found  # type: ignore[no-any-return]


def _special(mark: str, found: Mapping[str, Any]) -> Value:
    if mark == SECRET_MARK:
        return UNKNOWN_SECRET if UNKNOWN_TEXT in found["plaintext"] else SECRET
    if mark == REFERENCE_MARK:
        return ResourceReference(found["urn"])
    if mark in (ASSET_MARK, ARCHIVE_MARK):
        return Asset("asset" if mark == ASSET_MARK else "archive", found["hash"], found.get("path", ""))
    raise AssertionError(f"the plan holds a value with the mark {mark}, which this test does not know")


def seconds(duration: str) -> str:
    """1h5m -> 3900s, as the engine keeps it."""
    parts = re.findall(r"([\d.]+)(h|ms|us|ns|m|s)", duration)
    unit = {"h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
    return f"{sum(float(n) * unit[u] for n, u in parts):g}s"


def write_answers(file: Path, calls: Mapping[str, Any], resources: Mapping[str, Any]) -> None:
    """What both engines shall answer to look-ups."""
    file.write_text(json.dumps({"calls": calls, "resources": resources}))
