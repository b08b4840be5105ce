"""A machine that uses EFA uses all its EFA devices."""

from __future__ import annotations

from collections.abc import Iterator

from ultrastack.catalog import efa_layouts

from ..rule import Rule, Said, fail
from ..world import Subject
from ._interfaces import CARDS_GUIDE, HOLDERS, efa_of, rows_of, types_of, written

RULE = Rule(
    title="a machine that uses EFA has an interface for each of its EFA devices",
    level="mandatory",
    why="Bandwidth that is paid for stays unused, and on Trainium a chip without its device cannot be reached.",
    fix="write one EFA interface for each EFA device; `efa_layout('p5.48xlarge')` of the catalogue lists them",
    references=(
        CARDS_GUIDE,
        "https://github.com/ai-dynamo/nixl/pull/1994",
        "https://github.com/modelplaneai/modelplane/issues/197",
    ),
)


@RULE.graph(*HOLDERS)
def check(subject: Subject) -> Iterator[Said]:
    used = len(efa_of(written(subject)))
    for row in rows_of(types_of(subject), subject):
        layouts = efa_layouts().get(row.name, {}).values()
        fewest = min((one.efa_devices for one in layouts), default=0)  # some cards share their bandwidth
        if used < fewest:
            yield fail(subject, f"{used} of {fewest} EFA devices of {row.name} are used", at="networkInterfaces")
