"""A TPU VM starts with a runtime version that is made for its generation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ultrastack.catalog import TpuRuntime, tpu_runtime, tpu_runtimes
from ultrastack.catalog.rows import UnknownRow

from ..rule import Rule, Said, cannot_decide, each, fail
from ..world import Block, Subject
from ._slices import QUEUED, TPU_VM, generation_of, nodes

RULE = Rule(
    title="a TPU VM starts with a runtime version that is made for its generation",
    level="mandatory",
    why="With the runtime of another generation the node fails at creation, or no program finds its chips.",
    fix="use the runtime version of the generation",
    references=(
        "https://github.com/skypilot-org/skypilot/pull/5593",
        "https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/pull/4054",
    ),
)


@RULE.resource(TPU_VM, QUEUED)
def check(subject: Subject) -> Iterator[Said]:
    for node in nodes(subject):
        yield from each(_fits, node)


def _fits(node: Block) -> Iterator[Said]:
    generation, version = generation_of(node), node.text("runtimeVersion")
    rows = [row for row in tpu_runtimes().values() if _is(row, version)]
    if not version or any(generation.name in row.generations for row in rows):
        return
    try:
        right = tpu_runtime(generation.name).name
    except UnknownRow:
        return  # no runtime fits what the TPU API does not make
    if not rows:
        yield cannot_decide(node, f"which generations `{version}` is made for", at="runtimeVersion")
        return
    made_for = ", ".join(sorted({name for row in rows for name in row.generations}))
    said = f"`{version}` is made for {made_for}, not for {generation.name}"
    yield fail(node, said, at="runtimeVersion", fix=f"use {right}", remedy={"gcp.tpu_slice.runtime_version": None})


def _is(row: TpuRuntime, version: str) -> bool:
    if not row.is_pattern:
        return row.name == version
    # X.Y.Z is a version; what is in brackets may be left out, with bars between its forms
    pattern = re.escape(row.name).replace(r"X\.Y\.Z", r"\d+\.\d+(\.\d+)?")
    pattern = pattern.replace(r"\[", "(").replace(r"\]", ")?").replace(r"\|", "|")
    return re.fullmatch(pattern, version) is not None
