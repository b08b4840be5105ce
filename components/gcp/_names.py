"""Does a component's name leave room for its children's? Google Cloud takes 63 characters for most of them."""

from __future__ import annotations

from collections.abc import Iterable

from ..component import AUTONAME

LONGEST = 63  # compute v1 discovery: the pattern of every `name`


def too_long(name: str, roles: Iterable[str], longest: int = LONGEST) -> str:
    """Of children whose roles depend on the arguments; as Component.too_long says it of the others."""
    role = max(roles, key=len, default="")
    room = longest - AUTONAME - len(f"-{role}")
    if not role or len(name) <= room:
        return ""
    made = f"is too long for its {role}, whose name in the cloud has at most {longest} characters"
    if room < 1:
        return f"{made}; fix: shorten what the role is named after"
    return f"{made}; fix: use at most {room} characters"
