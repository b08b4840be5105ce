"""A project folder around one Python file, as the offline engine's tests need it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).parent / "programs"
TOKEN = "hunter2-the-secret"
IMAGE, IMAGE_IN_OHIO = "ami-0a1b2c3d4e5f60718", "ami-0fedcba9876543210"
FIXTURES: dict[str, list[Mapping[str, Any]]] = {
    "aws:ssm/getParameter:getParameter": [
        {"args": {"name": "/image"}, "result": {"value": IMAGE}},
        {"args": {"name": "/image", "region": "us-east-2"}, "result": {"value": IMAGE_IN_OHIO}},
    ],
    "pulumi:pulumi:StackReference": [
        {"args": {"name": "organization/foreign/base"}, "result": {"vpc": "vpc-0f0e0d0c0b0a09080"}}
    ],
}


def folder(into: Path, program: str, more: str = "") -> Path:
    """`program` is the name of a file in programs/, or a program's text; `more` are further lines of Pulumi.yaml."""
    into.mkdir(parents=True, exist_ok=True)
    if program.endswith(".py"):
        shutil.copy(PROGRAMS / program, into / "__main__.py")
    else:
        (into / "__main__.py").write_text(program)
    (into / "Pulumi.yaml").write_text(f"name: foreign\nruntime: python\n{more}")
    return into
