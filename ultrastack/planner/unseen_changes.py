"""What is different, though no input of a resource shows it? Words whose value comes later, and guards taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ultrastack.model.graph import Graph, Resource
from ultrastack.model.plan import Note
from ultrastack.model.stack_file import FileStep, StackFile

from .listed import listed

# `net.subnet_ids[0]` alone is a reference: the graph knows which resource it leads to, and diff.py compares that
REFERENCE = re.compile(r"[\w.\-]+(\[[^\]]*\][\w.\-]*)*")
WORD = re.compile(r"[A-Za-z_]\w*")
GUARDS = (("protect", "are not protected any more"), ("retain_on_delete", "are not kept on delete any more"))


def unseen_changes(
    old: StackFile | None, new: StackFile | None, graphs: tuple[Graph, Graph], moved: Mapping[str, str]
) -> Iterator[Note]:
    """`graphs` before and after; `moved` leads from a URN of the newer one to the one that it had."""
    if old is not None and new is not None:
        before = {step.name: step for step in old.steps}
        changed = {name for name, value in new.variables.items() if old.variables.get(name, value) != value}
        for step in new.steps:
            if step.name in before and not step.left_out:
                yield from _rewritten(before[step.name], step, changed)
    for option, words in GUARDS:
        names = [one.name for one in _unguarded(option, *graphs, moved)]
        if names:
            yield Note(f"{listed(names)} {words if len(names) > 1 else words.replace('are', 'is', 1)}")


def _rewritten(old: FileStep, new: FileStep, changed: set[str]) -> Iterator[Note]:
    for path, text in new.later.items():
        was = old.later.get(path, text)
        if REFERENCE.fullmatch(was) and REFERENCE.fullmatch(text):
            continue
        begins = f"step {new.name}: `{path}` is known only after `up`, so no resource shows it"
        if was != text:
            yield Note(f"{begins}; it was written {was}, and is written {text}")
        elif used := sorted(changed & set(WORD.findall(text))):
            yield Note(f"{begins}; it is made of {listed(used)}, which changed")


def _unguarded(option: str, old: Graph, new: Graph, moved: Mapping[str, str]) -> Iterator[Resource]:
    for one in new.resources:
        before = old.by_urn.get(moved.get(one.urn, one.urn))
        guarded = before is not None and bool(getattr(before.options, option))
        if guarded and one.kind == "custom" and not getattr(one.options, option):
            yield one
