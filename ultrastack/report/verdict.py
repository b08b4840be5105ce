"""What does the plan come to, in one line and in numbers? The same for every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ultrastack.model.plan import Action, Plan, action

DONE: Mapping[Action, str] = {"create": "created", "import": "imported", "read": "read"}
PROGRAM_ONLY = ("stack", "component", "provider")  # Pulumi counts them as resources; no cloud knows them


def counts(plan: Plan) -> dict[str, int]:
    """What is shown, by action and kind; `pulumi` is the number that `pulumi preview` prints for the whole stack."""
    actions = Counter(action(r) for r in plan.shown())
    return {
        **{a: actions[a] for a in DONE},
        "components": sum(r.kind == "component" for r in plan.shown()),
        "steps": sum(not s.left_out for s in plan.graph.steps if not plan.selected or s.name in plan.selected),
        "left_out": sum(bool(s.left_out) for s in plan.graph.steps if not plan.selected or s.name in plan.selected),
        "pulumi": sum(action(r) == "create" or r.kind in PROGRAM_ONLY for r in plan.graph.resources),
    }


def verdict(plan: Plan) -> str:
    """dev: 23 resources in 5 steps would be created (base: nothing, all new)"""
    n = counts(plan)
    made = many(n["create"], "resource")
    where = f" in {many(n['steps'], 'step')}" if plan.graph.steps else ""
    if plan.selected:
        whole = sum(action(r) == "create" for r in plan.graph.resources)
        made = f"{n['create']} of {many(whole, 'resource')}"
        where = f", those of {'steps' if len(plan.selected) > 1 else 'step'} {listing(list(plan.selected))},"
    also = "".join(f", {n[a]} {done}" for a, done in DONE.items() if a != "create" and n[a])
    return f"{plan.graph.stack}: {made}{where} would be created{also} (base: {plan.base})"


def as_pulumi_counts(plan: Plan) -> str:
    """Why `pulumi preview` prints a larger number."""
    kinds = Counter(r.kind for r in plan.graph.resources)
    cloud = sum(action(r) == "create" for r in plan.graph.resources)
    also = [many(kinds[k], k) for k in ("component", "provider") if kinds[k]] + ["the stack itself"] * kinds["stack"]
    return f"pulumi counts {counts(plan)['pulumi']}: {listing([many(cloud, 'resource'), *also])}"


def many(n: int, word: str) -> str:
    return f"{n:,} {word}" + "s" * (n != 1)


def listing(words: list[str], last: str = "and") -> str:
    """a, b and c"""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
