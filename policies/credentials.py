"""Does an input hold a credential in plain text? User data, variables of a container, a script."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterator

from ultrastack.model.credentials import credential_in as credential_in
from ultrastack.model.credentials import names_a_credential
from ultrastack.model.values import Secret, Unknown

from .rule import Said, cannot_decide, fail
from .world import Block


def credential_of(name: str, value: str) -> str:
    """The same of one variable, whose name tells more: DB_PASSWORD with a value is a password."""
    return credential_in(value) or (credential_in(f'{name}="{value}"') if '"' not in value else "")


def in_variables(block: Block, name: str, who: str, fix: str = "") -> Iterator[Said]:
    """Of a mapping of variables: each that holds a credential, which everybody `who` sees.

    A secret of Pulumi's stands in plain text once it is there; nobody can tell what it is but by its name. What only
    the cloud knows is an id or an address: credentials among outputs are marked as secrets by their providers.
    """
    given = block.block(name)
    for key, value in given.values.items():
        if isinstance(value, Secret) and names_a_credential(key):
            yield fail(given, f"{key} is a credential, and everybody {who} sees it", at=key, fix=fix)
        elif isinstance(value, (Secret, Unknown)):
            if names_a_credential(key) or isinstance(value, Secret):
                yield cannot_decide(given, f"what `{given.at(key)}` of {given.subject.name} holds", at=key)
        elif kind := credential_of(key, str(value)):
            yield fail(given, f"{key} holds {kind}, and everybody {who} sees it", at=key, fix=fix)


def script(text: str, *, encoded: bool = False) -> str:
    """User data as a machine reads it: Base64, or packed, where it is."""
    if not encoded and not _looks_encoded(text):
        return text
    try:
        data = base64.b64decode(text, validate=not encoded)
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except (binascii.Error, ValueError, OSError, EOFError, zlib.error):
        return text
    return data.decode("utf-8", "replace")


def _looks_encoded(text: str) -> bool:
    """Whoever hands over Base64 where a text is wanted; scripts and cloud-init have a line with a space in it."""
    return len(text) >= 16 and not any(c in text.strip() for c in " #:<")
