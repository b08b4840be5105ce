"""`tags`: which cost tags does everything of a step carry, in the shape that its cloud takes?

Checked while reading: a tag that the cloud refuses would stop `up` half-way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..model.place import Place
from .problems import Problems, key_place
from .source import Node

Form = dict[str, str | None]

AUTOMATIC = ("environment", "stack", "managed-by", "component")
# EC2's limits with FSx's characters, the narrower of both (botocore 1.44.5: ec2 Tag, fsx TagKey and TagValue); of the
# 50 tags that both take, two are the components' own: Name, and on nodes `ultraserver`
AWS_KEY, AWS_VALUE, AWS_MOST = 127, 256, 48
AWS_CHARACTERS = re.compile(r"[\w\s.:/=+\-@]*", re.UNICODE)
# https://cloud.google.com/compute/docs/labeling-resources: lower case, digits, _ and -
GCP_LONGEST, GCP_MOST = 63, 64
GCP_KEY = re.compile(r"[a-z][a-z0-9_-]*")


def automatic(project: str, stack: str, word: str) -> dict[str, str]:
    """Tags that every step has; a GCP label takes neither dots nor slashes, so AWS gets none either."""
    return {
        "environment": stack,
        "stack": f"{project}-{stack}",
        "managed-by": "ultrastack",
        "component": re.sub(r"[._]", "-", word),
    }


def merged(
    low: Mapping[str, str | None],
    low_nodes: Mapping[str, Node],
    node: Node | None,
    high: Mapping[str, str | None] | None,
    problems: Problems,
) -> tuple[dict[str, str | None], dict[str, Node]]:
    """The tags of a step over those of what is around it, with the places where they were written."""
    tags, nodes = dict(low), dict(low_nodes)
    for key, value in (high or {}).items():
        place = _key_place(node, key)
        if key in AUTOMATIC:
            problems.note(place, f"the tag '{key}' is set automatically on every step", "remove it, or use another key")
            continue
        tags[key] = value
        if node is not None:
            nodes[key] = _tag_node(node, key)
    return tags, nodes


def shaped(
    cloud: str,
    tags: Mapping[str, str | None],
    nodes: Mapping[str, Node],
    own: Mapping[str, str],
    fallback: Place,
    problems: Problems,
) -> dict[str, str]:
    """Without those that null removed, as the cloud takes them, the automatic ones last."""
    check = _aws if cloud == "aws" else _gcp
    kept = {k: v for k, v in tags.items() if v is not None}
    made: dict[str, str] = {}
    source: dict[str, str] = {}
    for key, value in {**kept, **own}.items():
        node = nodes.get(key)
        place = node.place if node is not None else fallback
        shape = check(key, value, place, problems)
        if shape is None:
            continue
        if shape[0] in made and key in own:
            other = source[shape[0]]
            what = f"the tag '{other}' would be the label '{key}' on Google Cloud, which every step has automatically"
            problems.note(nodes[other].place if other in nodes else fallback, what, "remove it, or use another key")
            continue
        if shape[0] in made:
            what = f"the tags '{source[shape[0]]}' and '{key}' are the same label '{shape[0]}' on Google Cloud"
            problems.note(place, what, "rename one of them")
            continue
        made[shape[0]], source[shape[0]] = shape[1], key
    most = AWS_MOST if cloud == "aws" else GCP_MOST
    if len(made) > most:
        room = f"{_CLOUD[cloud]} has room for {most} beside the components' own"
        problems.note(fallback, f"{len(made)} tags, automatic ones included; {room}", "remove some with null")
    return made


_CLOUD = {"aws": "AWS", "gcp": "Google Cloud"}


def _aws(key: str, value: str, place: Place, problems: Problems) -> tuple[str, str] | None:
    before = len(problems.found)
    if key.lower().startswith("aws:"):
        problems.note(place, f"the tag '{key}': keys that start with 'aws:' are reserved by AWS", "use another key")
    if not 1 <= len(key) <= AWS_KEY:
        what = f"a tag's key of {len(key)} characters; AWS takes 1 to {AWS_KEY}"
        problems.note(place, what, "use a shorter key" if key else "write a key")
    if len(value) > AWS_VALUE:
        problems.note(
            place, f"the tag '{key}' has {len(value)} characters; AWS takes at most {AWS_VALUE}", "shorten it"
        )
    for what, text in (("key", key), ("value", value)):
        bad = next((c for c in text if not AWS_CHARACTERS.fullmatch(c)), "")
        if bad:
            said = f"the tag '{key}' has '{bad}' in its {what}; AWS takes letters, digits, spaces and . : / = + - @ _"
            problems.note(place, said, f"remove '{bad}'")
    return (key, value) if len(problems.found) == before else None


def _gcp(key: str, value: str, place: Place, problems: Problems) -> tuple[str, str] | None:
    label, text = _as_label(key), _as_label(value)
    before = len(problems.found)
    if not GCP_KEY.fullmatch(label):
        what = f"the tag '{key}' would be the label '{label}' on Google Cloud, and a label's key begins with a letter"
        problems.note(place, what, "begin its key with a letter")
    if label.startswith("goog-"):
        problems.note(
            place, f"the tag '{key}': labels that start with 'goog-' are reserved by Google", "use another key"
        )
    for what, one in (("key", label), ("value", text)):
        if len(one) > GCP_LONGEST:
            said = f"the tag '{key}' has a {what} of {len(one)} characters; a label on Google Cloud takes {GCP_LONGEST}"
            problems.note(place, said, "shorten it; nothing is cut in silence")
    return (label, text) if len(problems.found) == before else None


def _as_label(text: str) -> str:
    """Lower case, and - for what a label cannot hold: `R&D/ML` is r-d-ml."""
    return re.sub(r"[^a-z0-9_-]", "-", text.lower())


def _tag_node(node: Node, key: str) -> Node:
    return node.child(key) or node


def _key_place(node: Node | None, key: str) -> Place:
    assert node is not None
    return key_place(node.keys.get(key, node.place), key) if node.kind == "map" else node.place
