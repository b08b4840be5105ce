"""Rooms import downwards only, and only some of them may know Pulumi (the map is in the README)."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "model": set(),
    "catalog": {"model"},
    "report": {"model"},
    "sandbox": {"model"},
    "components": {"catalog", "model"},
    "language": {"catalog", "model"},
    "engine": {"catalog", "model"},
    "policies": {"catalog", "model"},
    "planner": {"policies", "engine", "language", "sandbox", "catalog", "model"},
    "cli": {"planner", "policies", "report", "sandbox", "engine", "language", "catalog", "model"},
}
MAY_IMPORT_PULUMI = {"components", "language", "engine"}
# The pack is run by Pulumi: it speaks to the engine, and reads the project's stack files to know how strict to be.
DOORS = {"policies.__main__", "policies.pack", "policies.pack_profile"}


def modules() -> dict[str, Path]:
    """Dotted name -> file of all our code but tests, benches and tools."""
    files = [f for room in ("ultrastack", "components", "policies") for f in ROOT.glob(f"{room}/**/*.py")]
    return {".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): f for f in files}


def room(module: str) -> str:
    parts = module.removeprefix("ultrastack.").split(".")
    return parts[0]


def imports(module: str, file: Path) -> set[str]:
    """What a file imports, also inside functions, as dotted names of modules or of things in them."""
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*up, *([node.module] if node.module else [])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


ALL = modules()


def ours(name: str) -> str | None:
    """The module of ours that a dotted name stands for, or stands in."""
    name = (
        name.removeprefix("ultrastack.") if name.startswith(("ultrastack.components", "ultrastack.policies")) else name
    )
    while name:
        if name in ALL:
            return name
        name = name.rpartition(".")[0]
    return None


@pytest.mark.parametrize("module", sorted(ALL))
def test_a_room_imports_only_the_rooms_below_it(module: str) -> None:
    allowed = MAY_IMPORT.get(room(module), set()) | {room(module), "ultrastack"}
    allowed |= {"engine", "language"} if module in DOORS else set()
    reached = {name: room(found) for name in imports(module, ALL[module]) if (found := ours(name))}
    assert {name: r for name, r in reached.items() if r not in allowed} == {}


@pytest.mark.parametrize("module", sorted(m for m in ALL if room(m) not in MAY_IMPORT_PULUMI and m not in DOORS))
def test_only_some_rooms_know_pulumi(module: str) -> None:
    assert {n for n in imports(module, ALL[module]) if n.split(".")[0].startswith("pulumi")} == set()


def test_no_two_modules_import_each_other() -> None:
    graph = {}
    for module, file in ALL.items():
        below = {found for name in imports(module, file) if (found := ours(name)) and found != module}
        # a package is not waiting for itself when one of its modules names a sibling
        graph[module] = {b for b in below if not module.startswith(b + ".")}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as e:
        pytest.fail("modules import each other: " + " -> ".join(e.args[1]))


def test_every_room_says_what_it_is_for() -> None:
    rooms = [ROOT / r for r in ("components", "policies", "stacks", "tests", "bench", "tools/pulumi-cli")]
    rooms += [f.parent for f in ROOT.glob("ultrastack/*/__init__.py")]
    assert [str(r.relative_to(ROOT)) for r in rooms if not (r / "README.md").is_file()] == []


@pytest.mark.parametrize("room_name", sorted(set(MAY_IMPORT) - MAY_IMPORT_PULUMI - {"planner", "cli"}))
def test_plain_rooms_load_without_pulumi(room_name: str) -> None:
    code = f"import sys, ultrastack.{room_name}; sys.exit('pulumi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
