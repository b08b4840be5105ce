"""Nodes of EKS that are labelled for EFA have EFA interfaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ultrastack.model.values import Secret, Unknown

from ..launches import NODE_GROUP, launch_of
from ..rule import NotApplicable, Rule, Said, cannot_decide, fail
from ..world import Subject
from ._interfaces import wired

RULE = Rule(
    title="nodes that are labelled for EFA have EFA interfaces",
    level="mandatory",
    why="The EFA device plugin runs where the label is; on a node without EFA it crashes again and again.",
    fix="write the EFA interfaces into the node group's launch template, or remove the label",
    references=(
        "https://docs.aws.amazon.com/eks/latest/userguide/device-management-efa.html",
        "https://github.com/zalando-incubator/kubernetes-on-aws/pull/8881",
        "https://github.com/aws-samples/aws-efa-eks/pull/18",
        "https://github.com/aws/sagemaker-hyperpod-cli/issues/367",
    ),
)
LABEL = re.compile(r"(^|[^a-z])efa([^a-z]|$)")
NO = ("false", "disabled", "no", "none", "0")


@RULE.graph(NODE_GROUP)
def check(nodes: Subject) -> Iterator[Said]:
    labels = {key: value for key, value in nodes.block("labels").values.items() if LABEL.search(key)}
    if all(str(value).lower() in NO for value in labels.values()):
        raise NotApplicable
    if any(one.is_efa for one in wired(launch_of(nodes))):
        return
    for key, value in labels.items():
        if isinstance(value, (Unknown, Secret)):
            yield cannot_decide(nodes, f"the value of label {key}", at="labels")
        elif str(value).lower() not in NO:
            yield fail(nodes, f"label {key} is on nodes that get no EFA interface", at="labels")
