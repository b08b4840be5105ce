"""What of a graph is drawn, and what is only counted in words?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from ultrastack.model.graph import Graph, Resource
from ultrastack.model.stack_file import StackFile
from ultrastack.policies.world import World

from . import picture_aws, picture_gcp, picture_links
from .picture_parts import Drawing

VAGUE = ("account", "attachment", "connection", "group", "instance", "policy", "resource", "rule", "schedule", "target")
KINDS_TOLD = 5  # of what is not drawn; the rest is one number
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def drawn(graph: Graph, file: StackFile | None = None, later: Mapping[str, str] | None = None) -> Drawing:
    """All parts of a graph; `later` leads from a URN to the one in the newer graph."""
    exact = any(one.references for one in graph.resources)  # a state or a preview tells of none
    drawing = Drawing(World(graph, exact=exact, file=file), later or {})
    picture_aws.draw(drawing)
    picture_gcp.draw(drawing)
    drawing.join()
    picture_links.draw(drawing)
    return drawing


def left(drawing: Drawing) -> list[Resource]:
    """Resources of a cloud that no node stands for or tells of."""
    return [
        one
        for one in drawing.graph.resources
        if one.kind in ("custom", "read") and one.urn not in drawing.at and one.urn not in drawing.inside
    ]


def in_words(resources: Iterable[Resource]) -> str:
    """27 security group rules, 10 roles and 34 others"""
    counts = Counter(kind_word(one.type) for one in resources)
    order = sorted(counts, key=lambda kind: (-counts[kind], kind))
    told = order if len(order) <= KINDS_TOLD + 1 else order[:KINDS_TOLD]
    words = [f"{counts[kind]:,} {kind if counts[kind] == 1 else several(kind)}" for kind in told]
    if others := sum(counts[kind] for kind in order[len(told) :]):
        words.append(f"{others:,} others")
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def kind_word(type: str) -> str:
    """aws:ec2/securityGroup:SecurityGroup -> security group; of a word that says little, with its service."""
    words = _WORDS.sub(" ", type.rpartition(":")[2]).split()
    service = type.partition(":")[2].partition("/")[0]
    if len(words) == 1 and words[0].lower() in VAGUE and not service.lower().endswith(words[0].lower()):
        words.insert(0, service)
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)


def several(kind: str) -> str:
    if kind.endswith("y") and kind[-2:-1] not in "aeiou":
        return f"{kind[:-1]}ies"
    if kind.endswith("s") and not kind.endswith("ss"):
        return kind  # bucket ownership controls
    return f"{kind}es" if kind.endswith(("ss", "x", "ch")) else f"{kind}s"
