"""Which operation of a rehearsed run shall fail?"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FailAt:
    number: int  # of the create, update or delete that fails, counted from 1
    count: Path  # one byte for each operation so far, of all provider processes of the run

    def now(self) -> bool:
        """Counts one more."""
        with self.count.open("ab", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed
            file.write(b".")
            return os.fstat(file.fileno()).st_size == self.number
