"""How does the engine find our provider instead of the clouds' own? Executables with the real providers' names."""

from __future__ import annotations

import shlex
import sys
from importlib.metadata import version
from pathlib import Path

PACKAGES = {"aws": "pulumi-aws", "gcp": "pulumi-gcp"}  # provider -> the distribution whose version it must have


def install(folder: Path) -> None:
    """Writes pulumi-resource-aws and -gcp into a folder; the engine takes them when it is on PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, distribution in PACKAGES.items():
        launcher = folder / f"pulumi-resource-{name}"
        python = shlex.quote(sys.executable)
        launcher.write_text(
            "#!/bin/sh\n"
            f"ULTRASTACK_REHEARSAL_VERSION={version(distribution)}; export ULTRASTACK_REHEARSAL_VERSION\n"
            f'exec {python} -m ultrastack.engine.rehearsal "$@"\n'
        )
        launcher.chmod(0o755)
