"""How long does the real engine's preview of a stack take, beside ours of the same stack?"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.engine.real_cli import copy_of_repository, find_cli

COMMAND = str(Path(sys.executable).with_name("ultrastack"))
SIZES = (60, 300, 1200)
EACH = 10  # resources of one round of the loop below, its component included

STACK = """\
aws: {{region: us-east-2, account_id: "111122223333"}}
steps:
  - name: net
    aws.network: {{cidr: 10.20.0.0/16, availability_zone_ids: [use2-az3], nat: none}}
    register: net
  - name: "fabric-{{{{ item }}}}"
    loop: "{{{{ range({rounds}) }}}}"
    aws.efa_placement_group: {{vpc_id: "{{{{ net.vpc_id }}}}", peers: {{other: {{security_group_id: sg-0123456789abcdef0}}}}}}
"""  # noqa: E501


def main() -> None:
    cli = find_cli()
    if cli is None:
        print("no pulumi on PATH and none built by `make cli`: nothing to compare with")
        return
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            project = copy_of_repository(cli, Path(folder), {"scale": STACK.format(rounds=size // EACH)})
            project.init("scale")
            start = time.perf_counter()
            steps = len(project.preview("scale")["steps"])
            real = time.perf_counter() - start
            start = time.perf_counter()
            subprocess.run([COMMAND, "plan", "scale"], cwd=project.folder, check=True, stdout=subprocess.DEVNULL)
            ours = time.perf_counter() - start
        print(f"{steps:5d} resources   real preview {real:6.1f} s   plan {ours:5.1f} s   ratio {ours / real:.2f}")


if __name__ == "__main__":
    main()
