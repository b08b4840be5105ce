"""The start-up script of a worker, run by a shell with a metadata service of our own."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from components.gcp._tpu.environment import SCRIPT, metadata

ENVIRONMENT = "MEGASCALE_SLICE_ID=1\nMEGASCALE_COORDINATOR_ADDRESS=pretrain-0-1.internal:8080\n"


class Worker:
    """A machine whose /etc is a folder."""

    def __init__(self, root: Path):
        self.root, self.etc, self.attributes = root, root / "etc", root / "attributes"
        for folder in (self.etc / "profile.d", self.attributes, root / "bin"):
            folder.mkdir(parents=True)
        curl = root / "bin" / "curl"
        curl.write_text(f'#!/bin/bash\nfor last; do :; done\nexec cat "{self.attributes}/${{last##*/}}" 2> /dev/null\n')
        curl.chmod(0o755)

    def boot(self, attributes: Mapping[str, str]) -> int:
        for old in self.attributes.iterdir():
            old.unlink()
        for name, text in attributes.items():
            (self.attributes / name).write_text(text)
        script = SCRIPT.replace("/etc", str(self.etc))
        path = f"{self.root}/bin:/usr/bin:/bin"
        return subprocess.run(["bash", "-c", script], env={"PATH": path}, check=False).returncode


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    return Worker(tmp_path)


def test_the_environment_is_where_shells_and_services_look(worker: Worker) -> None:
    worker.boot({"ultrastack-environment": ENVIRONMENT})
    assert (worker.etc / "ultrastack/environment").read_text() == ENVIRONMENT
    shell = ["bash", "-c", f". {worker.etc}/profile.d/ultrastack.sh; env"]
    assert "MEGASCALE_SLICE_ID=1\n" in subprocess.run(shell, capture_output=True, text=True, check=True).stdout
    assert (worker.etc / "environment").read_text() == f"# ultrastack\n{ENVIRONMENT}# end of ultrastack\n"


def test_a_later_boot_brings_the_newer_environment_and_leaves_other_lines_alone(worker: Worker) -> None:
    (worker.etc / "environment").write_text("PATH=/usr/bin\n")
    for number in (2, 3):
        worker.boot({"ultrastack-environment": f"MEGASCALE_NUM_SLICES={number}\n"})
    assert (worker.etc / "environment").read_text() == (
        "PATH=/usr/bin\n# ultrastack\nMEGASCALE_NUM_SLICES=3\n# end of ultrastack\n"
    )


def test_the_users_script_runs_with_the_environment_and_its_failure_is_seen(worker: Worker) -> None:
    script = f'#!/bin/bash\necho "$MEGASCALE_SLICE_ID" > {worker.root}/seen\nexit 7\n'
    assert worker.boot({"ultrastack-environment": ENVIRONMENT, "ultrastack-bootstrap": script}) == 7
    assert (worker.root / "seen").read_text() == "1\n"


def test_the_users_script_may_be_of_any_language(worker: Worker) -> None:
    script = f"#!/usr/bin/env python3\nopen('{worker.root}/seen', 'w').write('python')\n"
    assert worker.boot({"ultrastack-bootstrap": script}) == 0
    assert (worker.root / "seen").read_text() == "python"


def test_only_root_may_read_the_users_script(worker: Worker) -> None:
    worker.boot({"ultrastack-bootstrap": "#!/bin/bash\n"})
    assert (worker.etc / "ultrastack/bootstrap").stat().st_mode & 0o777 == 0o700


def test_without_metadata_nothing_is_written(worker: Worker) -> None:
    worker.boot({})
    assert not (worker.etc / "ultrastack/environment").exists()
    assert not (worker.etc / "profile.d/ultrastack.sh").exists()


def test_machines_with_nothing_to_know_have_the_users_script_alone() -> None:
    assert metadata({}, None) is None
    assert metadata({}, "#!/bin/bash\n") == {"startup-script": "#!/bin/bash\n"}
