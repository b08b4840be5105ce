"""How long do all rules take over 1,000 resources, and what does the pack add to a real preview?"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.engine_scale import estate
from bench.real_preview import EACH, STACK
from bench.real_up import Watched
from tests.engine.real_cli import ROOT, Project, copy_of_repository, find_cli
from ultrastack.engine import run
from ultrastack.model.graph import Resource
from ultrastack.policies.checking import outcomes
from ultrastack.policies.finder import find_rules
from ultrastack.policies.rule import Rule
from ultrastack.policies.world import World

RESOURCES, PREVIEWED, ROUNDS, PAIRS = 1000, 300, 5, 3
MOST_MS, MOST_RATIO = 60, 1.2  # of 100 rules; the ratio is to the cheapest pack that Pulumi's SDK can make
EMPTY = """\
from pulumi_policy import PolicyPack, ResourceValidationPolicy
PolicyPack("empty", [ResourceValidationPolicy("nothing", "Says nothing.", lambda args, report: None)])
"""
MANIFEST = "version: 0.1.0\nruntime: {{name: python, options: {{toolchain: pip, virtualenv: {venv}}}}}\n"


def main() -> None:
    start = time.process_time()
    rules = find_rules()
    loaded = time.process_time() - start
    start = time.process_time()
    graph = run(lambda: estate(RESOURCES), project="p")
    made = time.process_time() - start
    graph = replace(graph, resources=tuple(_apart(one, i) for i, one in enumerate(graph.resources)))
    gc.collect()
    gc.freeze()
    levels = {rule.id: "mandatory" for rule in rules}
    whole = []
    for _ in range(ROUNDS):
        start = time.process_time()
        count = sum(1 for _ in outcomes(rules, World(graph, now=datetime.now(UTC)), levels))
        whole.append(time.process_time() - start)
    ms = 1000 * statistics.median(whole)
    print(f"{len(rules)} rules, {count} checks of {len(graph.resources)} resources: {ms:.0f} ms")
    print(f"of 100 rules {ms * 100 / len(rules):.0f} ms (at most {MOST_MS})")
    print(
        f"the graph itself {1000 * made:.0f} ms, ratio {ms / 1000 / made:.2f}; loading the rules {1000 * loaded:.0f} ms"
    )
    world = World(graph, now=datetime.now(UTC))
    slowest = sorted(((_alone(rule, world), rule.id) for rule in rules), reverse=True)[:5]
    print("slowest: " + ", ".join(f"{name} {1000 * seconds:.1f} ms" for seconds, name in slowest))
    _pack()


def _apart(one: Resource, number: int) -> Resource:
    """The engine's estate puts all subnets in one place; rules would have little but that to say."""
    if "cidrBlock" not in one.inputs or one.type != "aws:ec2/subnet:Subnet":
        return one
    return replace(one, inputs={**one.inputs, "cidrBlock": f"10.0.{number % 4096 // 16}.{number % 16 * 16}/28"})


def _alone(rule: Rule, world: World) -> float:
    assert world.by_type and world.alone_of
    start = time.process_time()
    list(outcomes([rule], world, {rule.id: "mandatory"}))
    return time.process_time() - start


def _pack() -> None:
    cli = find_cli()
    if cli is None:
        print("no pulumi on PATH and none built by `make cli`: the pack is not measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        project = copy_of_repository(cli, Path(folder), {"scale": STACK.format(rounds=PREVIEWED // EACH)})
        project.init("scale")
        empty = Path(folder) / "empty"
        empty.mkdir()
        (empty / "__main__.py").write_text(EMPTY)
        (empty / "PulumiPolicy.yaml").write_text(MANIFEST.format(venv=sys.prefix))
        packs = {"no pack": (), "the emptiest": (empty,), "ours": (ROOT / "policies",)}
        rounds = [
            {name: _preview(project, *(f"--policy-pack={one}" for one in them)) for name, them in packs.items()}
            for _ in range(PAIRS)
        ]
    for what, side in (("clock", 0), ("processor", 1)):
        each = {name: statistics.median(one[name][side] for one in rounds) for name in packs}
        print(
            f"preview of {PREVIEWED}, {what:9s}  " + "   ".join(f"{name} {s:.2f} s" for name, s in each.items())
            + f"   ours to none {each['ours'] / each['no pack']:.2f}"
            + f", to the emptiest {each['ours'] / each['the emptiest']:.2f} (at most {MOST_RATIO})"
        )  # fmt: skip


def _preview(project: Project, *words: str) -> tuple[float, float]:
    command = [str(project.cli), "--non-interactive", "--color", "never", "preview", "--stack", "scale"]
    watched = Watched([*command, *words], project.folder, project.env())
    return watched.wall, watched.cpu()


if __name__ == "__main__":
    main()
