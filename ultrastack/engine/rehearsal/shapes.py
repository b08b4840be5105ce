"""What would the cloud have answered? Ids, ARNs and addresses in the cloud's own shape, the same in every run.

Words in a pattern: `{id}`, `{account}`, `{region}`, any input by its name (`{bucket}`); for Google also `{project}`,
`{zone}`, `{location}`; `{prefix}` is Compute Engine's address; `{hex17}` and `{HEX13}` are as many digits made from the
resource's URN, its inputs and the property; `{number10}`, `{private_ip}`, `{public_ip}` too.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf import json_format, struct_pb2

ACCOUNT = "111122223333"  # the one that AWS uses in its own examples
COMPUTE = "https://www.googleapis.com/compute/v1"
_WORD = re.compile(r"\{(\w+)\}")
_DIGITS = re.compile(r"(hex|HEX|number)(\d+)")


def fill(pattern: Any, seed: str, known: Mapping[str, Any]) -> Any:
    """The pattern with its words replaced; lists and mappings member by member, anything but text as it is."""
    if isinstance(pattern, list):
        return [fill(one, f"{seed}/{i}", known) for i, one in enumerate(pattern)]
    if isinstance(pattern, Mapping):
        return {k: fill(v, f"{seed}/{k}", known) for k, v in pattern.items()}
    if not isinstance(pattern, str):
        return pattern
    return _WORD.sub(lambda word: _replaced(word[1], seed, known), pattern)


def _replaced(word: str, seed: str, known: Mapping[str, Any]) -> str:
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    if isinstance(known.get(word), (str, int)):  # not an unknown or a secret
        return str(known[word])
    if digits := _DIGITS.fullmatch(word):
        kind, count = digits[1], int(digits[2])
        text = f"{number:d}" if kind == "number" else f"{number:064x}"
        return (text.upper() if kind == "HEX" else text)[:count]
    if word == "prefix":
        return COMPUTE
    if word == "private_ip":  # of the network that the README's stacks use
        return str(ipaddress.ip_network("10.20.0.0/16")[number % 65536])
    if word == "public_ip":  # TEST-NET-3, RFC 5737
        return str(ipaddress.ip_network("203.0.113.0/24")[number % 256])
    return f"{number:064x}"[:8]


def fill_members(values: Any, path: Sequence[str], pattern: Any, seed: str) -> None:
    """Gives each block at that path the member that the cloud fills, if the program did not set it; in place."""
    name, *deeper = path
    if name not in values.fields:
        if not deeper:
            made = json_format.ParseDict({name: fill(pattern, seed, {})}, struct_pb2.Struct())
            values.fields[name].CopyFrom(made.fields[name])
        return
    blocks = values.fields[name].list_value.values or [values.fields[name]]
    for i, block in enumerate(blocks):
        if deeper and block.HasField("struct_value"):
            fill_members(block.struct_value, deeper, pattern, f"{seed}/{name}/{i}")
