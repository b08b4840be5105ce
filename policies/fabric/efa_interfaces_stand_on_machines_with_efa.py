"""EFA interfaces are asked for on machines that have EFA."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Rule, Said, fail
from ..world import Subject
from ._interfaces import EFA_GUIDE, HOLDERS, efa_of, rows_of, types_of, written

RULE = Rule(
    title="EFA interfaces are on machines that have EFA",
    level="mandatory",
    why="EC2 refuses to launch a machine with an EFA interface where its type has none.",
    fix="take a larger size that has EFA, or remove `interfaceType`",
    references=(EFA_GUIDE, "https://github.com/aws/sagemaker-hyperpod-cli/issues/367"),
)


@RULE.graph(*HOLDERS)
def check(subject: Subject) -> Iterator[Said]:
    first = efa_of(written(subject))[0]
    for row in rows_of(types_of(subject), subject):
        if not row.efa_interfaces:
            yield fail(first.where, f"{row.name} has no EFA", at="interfaceType")
