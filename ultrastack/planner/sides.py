"""The stacks of two folders, planned at the same time: as they are now, and as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from ultrastack.model.estate import StackPlan

from . import plan_cache
from .many import plan_many, plan_one


@dataclass(frozen=True)
class Side:
    """One folder, and the stacks of it that are asked for."""

    root: Path
    names: tuple[str, ...]
    confined: bool = False  # nobody trusts its programs
    tree: str = ""  # what git calls its content; "": it is not kept for a next time
    more: Mapping[str, str] = field(default_factory=dict)  # stack -> what else its plan is made of


def plan_sides(
    sides: Mapping[str, Side],
    overrides: Sequence[str] = (),
    *,
    jobs: int = 0,
    done: Callable[[int], None] = lambda count: None,
) -> dict[str, dict[str, StackPlan]]:
    """Side -> stack -> what came of planning it; what was planned before is not planned again."""
    found: dict[str, dict[str, StackPlan]] = {side: {} for side in sides}
    keys = {}
    for side, about in sides.items():
        for name in about.names:
            if about.tree:
                more = [about.more.get(name, ""), "confined" * about.confined]
                keys[side, name] = plan_cache.key(about.tree, name, overrides, more)
                if (kept := plan_cache.kept(keys[side, name])) is not None:
                    found[side][name] = kept
    wanted = {
        f"{side}:{name}": (side, name) for side, it in sides.items() for name in it.names if name not in found[side]
    }
    planner = partial(plan_at, sides=dict(sides))
    made = plan_many(Path(), tuple(wanted), overrides=overrides, jobs=jobs, done=done, planner=planner)
    for one in made:
        side, name = wanted[one.name]
        found[side][name] = replace(one, name=name)
        if (side, name) in keys:
            plan_cache.keep(keys[side, name], found[side][name])
    return found


def plan_at(_: Path, key: str, overrides: Sequence[str], sides: Mapping[str, Side]) -> StackPlan:
    """In a process of its own: one stack of one side."""
    side, _colon, name = key.partition(":")
    about = sides[side]
    if about.confined:
        from .confined import plan_confined

        made = plan_confined(about.root, name, overrides)
    else:
        made = plan_one(about.root, name, overrides)
    return replace(made, name=key)
