"""Which words can be asked about? One table of word -> sentence per kind, read only when it is wanted."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from .project import Project

Table = Mapping[str, str]


def stacks(project: Project) -> Table:
    """Each with its own description; a file that cannot be read is listed all the same."""
    return _described(project, project.stacks if project.found else ())


def examples(project: Project) -> Table:
    """Small stacks, one for each component and unusual use; planned like stacks."""
    return _described(project, project.examples if project.found else ())


def _described(project: Project, names: Iterable[str]) -> Table:
    from ultrastack.language.source import load
    from ultrastack.model.place import Refused

    found = {}
    for name in names:
        try:
            node = load(project.file_of(name), project.root).child("description")
            found[name] = str(node.data()) if node else ""
        except Refused:
            found[name] = f"cannot be read; `ultrastack plan {name}` says why"
    return found


def components(project: Project) -> Table:
    """From the files' names and first lines: importing them would bring Pulumi, a second or two."""
    from ultrastack.language.finder import find_components

    return {
        word: _first_line(entry.file.read_text(encoding="utf-8"))
        for word, entry in find_components(project.home).items()
    }


def keywords(project: Project) -> Table:
    from ultrastack.language.keywords import STEP, TOP

    words = {word: k.sentence for word, k in TOP.items()}
    return words | {
        word: k.sentence if word not in words else f"{words[word]} On a step: {k.sentence}" for word, k in STEP.items()
    }


def filters(project: Project) -> Table:
    from ultrastack.language.filters import FILTERS

    return {word: f.about for word, f in sorted(FILTERS.items())}


def functions(project: Project) -> Table:
    from ultrastack.language.functions import FUNCTIONS, HANDED

    return {word: f.about for word, f in sorted({**FUNCTIONS, **HANDED}.items())}


def machines(project: Project) -> Table:
    from ultrastack.catalog import machines, use_local_rows

    use_local_rows(project.home)
    return {
        name: f"{m.accelerators} x {m.accelerator}, {m.vcpus} vCPUs, "
        + (
            f"EFA {m.efa_gbps:,.0f} Gbps on {m.efa_interfaces} interface{'s' * (m.efa_interfaces > 1)}"
            if m.efa_interfaces
            else "no EFA"
        )
        for name, m in machines().items()
    }


def slices(project: Project) -> Table:
    """Shapes of TPU slices; of 3D tori the usual one for each number of chips."""
    from ultrastack.catalog import tpu_generations, tpu_slices, use_local_rows

    use_local_rows(project.home)
    shapes = [one for generation in tpu_generations() for one in tpu_slices(generation).values()]
    return {
        str(one.accelerator_type or one.common_name): f"{one.generation} {one.topology}, {one.chips:,} "
        f"chip{'s' * (one.chips > 1)} in {one.vms:,} machine{'s' * (one.vms > 1)}"
        for one in shapes
    }


def rules(project: Project) -> Table:
    """By id: the toolkit's and the project's own; from the files' first lines, so that none is loaded."""
    import importlib.util

    spec = importlib.util.find_spec("ultrastack.policies")
    folders = [Path(one) for one in (spec.submodule_search_locations or ())] if spec else []
    if project.found is not None and (project.found / "policies").is_dir():
        folders.append(project.found / "policies")
    return {
        f"{file.parent.name}.{file.stem}": _first_line(file.read_text(encoding="utf-8"))
        for folder in dict.fromkeys(f.resolve() for f in folders)
        for file in sorted(folder.glob("*/*.py"))
        if not file.name.startswith("_")
    }


KINDS: Mapping[str, Callable[[Project], Table]] = {
    "stacks": stacks,
    "examples": examples,
    "components": components,
    "rules": rules,
    "machines": machines,
    "slices": slices,
    "keywords": keywords,
    "filters": filters,
    "functions": functions,
}


def _first_line(source: str) -> str:
    doc = ast.get_docstring(ast.parse(source)) or ""
    return doc.partition("\n")[0]
