"""Which words can be asked about? One table of word -> sentence per kind, read only when it is wanted."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from .project import Project

Table = Mapping[str, str]


def stacks(project: Project) -> Table:
    """Each with its own description; a file that cannot be read is listed all the same."""
    from ultrastack.language.source import load
    from ultrastack.model.place import Refused

    found = {}
    for name in project.stacks if project.found else ():
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


KINDS: Mapping[str, Callable[[Project], Table]] = {
    "stacks": stacks,
    "components": components,
    "machines": machines,
    "keywords": keywords,
    "filters": filters,
    "functions": functions,
}


def _first_line(source: str) -> str:
    doc = ast.get_docstring(ast.parse(source)) or ""
    return doc.partition("\n")[0]
