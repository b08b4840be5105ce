"""Which findings does a change bring? The same for every format that tells new findings from old ones."""

from __future__ import annotations

from collections.abc import Sequence

from ultrastack.model.finding import Finding
from ultrastack.model.plan import Plan


def new_findings(plan: Plan) -> Sequence[Finding]:
    """Where no rule was asked of the base, nobody knows which are new: all of them."""
    if plan.comparison is not None and plan.comparison.findings is not None:
        return plan.comparison.findings.new
    return plan.judgement.findings if plan.judgement is not None else ()
