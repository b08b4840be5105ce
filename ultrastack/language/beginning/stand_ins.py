"""What in a stack file stands for something of one's own: names and ids that the examples made up?"""

from __future__ import annotations

import re
from collections.abc import Collection

from ...model.place import Place
from ..source import Node
from .offered import zone_ids_elsewhere
from .rewrite import texts

# as the examples write what they cannot know: buckets, mail addresses, ids, accounts, certificates
MADE_UP = re.compile(
    r"\bexamples?\b|0a1b2c3d|\b0{8}-0{4}-|\b(111122223333|444455556666|123456789012)\b|012345-6789AB|AbCdEf",
    re.IGNORECASE,
)
BLOCK = re.compile(r"\bcr-[0-9a-f]{17}\b")  # capacity that is paid for, and is used up by one stack
PATH = re.compile(r"projects/[^/\s]+/")  # of Google Cloud: something that has to exist


ELSEWHERE = ("aws", "gcp", "description")  # keys of the file that were asked for, or that nobody acts upon


def stand_ins(
    top: Node, region: str = "", answered: Collection[str] = (), extended: bool = False
) -> list[tuple[Place, str]]:
    """Place and text of each, in the order of the file; zone ids of another region than this one are among them.

    What was `answered` is one's own, and made up by nobody. Of a stack that is `extended`, capacity is the other's.
    """
    found = []
    for node in (node for key, inner in top.value.items() if key not in ELSEWHERE for node in texts(inner)):
        if not node.value.strip() or "\n" in node.value:
            continue
        rest = node.value
        for own in answered:
            rest = rest.replace(own, "")
        theirs = extended and BLOCK.search(rest)
        if theirs or MADE_UP.search(rest) or PATH.match(node.value) or (region and zone_ids_elsewhere(rest, region)):
            found.append((node.place, node.value))
    return found
