"""What does `--set` say, for a program that runs in this process?"""

from __future__ import annotations

from contextvars import ContextVar

# As written, `nodes=4`, in order. Set by whoever runs the program; read by the language; foreign programs do not ask.
OVERRIDES: ContextVar[tuple[str, ...]] = ContextVar("ultrastack_overrides", default=())
