"""What is an encrypted number, flag or object to a program? An unknown secret, since nothing is ever decrypted.

The SDK has no place for that: its typed getters parse the text that they find, and the placeholder is no number. So
they are wrapped, once for the process; outside of a run of ours they do what they always did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from typing import Any

import pulumi
from pulumi.output import UNKNOWN

PLACEHOLDER = "secret"  # stands where an encrypted value would: nothing is ever decrypted
TYPED = ("_get_int", "_get_float", "_get_bool", "_get_object")  # of pulumi.Config, under all its typed getters
ENCRYPTED: ContextVar[frozenset[str]] = ContextVar("ultrastack_encrypted", default=frozenset())  # full keys


def cover(config: Mapping[str, str], secret_keys: Sequence[str]) -> None:
    """From here on, in this context: the placeholder of an encrypted value is no number, flag or object."""
    _wrap()
    ENCRYPTED.set(frozenset(key for key in secret_keys if config.get(key) == PLACEHOLDER))


@cache
def _wrap() -> None:
    for name in TYPED:
        setattr(pulumi.Config, name, _or_unknown(getattr(pulumi.Config, name)))


def _or_unknown(original: Callable[..., Any]) -> Callable[..., Any]:
    def get(self: pulumi.Config, key: str, use: Any = None, instead_of: Any = None) -> Any:
        secretly = use is None  # only the getters of secrets name no other getter to use instead
        if secretly and self.full_key(key) in ENCRYPTED.get():
            return UNKNOWN
        return original(self, key, use, instead_of)

    return get
