"""The command `ultrastack`: one command, one file; each only parses and calls."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Entry point of the console script; returns the exit code."""
    # here, since click takes 0.1 s: not for those who only import the package
    from .group import cli
    from .outcome import run

    return run(cli, sys.argv[1:] if arguments is None else arguments)
