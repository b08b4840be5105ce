"""What does a Neuron node do when it starts? Cloud-init user data, the same for every node of a cluster."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

# "User data is limited to 16 KB" before base64 (botocore ec2 RequestLaunchTemplateData.UserData)
USER_DATA_MAX_BYTES = 16384

UNIT = """\
[Unit]
Description=Makes this node ready for work
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/bin/ultrastack-node boot
StandardOutput=journal+console
StandardError=journal+console
TimeoutStartSec=infinity

[Install]
WantedBy=multi-user.target
"""


class Node(NamedTuple):
    """What a node checks itself against."""

    neuron_devices: int
    efa_devices: int
    logical_neuron_cores: int
    nodes_per_ultraserver: int
    device_tries: int = 12  # of ten seconds each
    rank_tries: int = 180  # of ten seconds each: the ranks are written when the last node is there


class Mounted(NamedTuple):
    """A Lustre file system and where it is mounted."""

    dns_name: str
    mount_name: str
    path: str


def user_data(node: Node, mounts: Sequence[Mounted] = (), bootstrap: str | None = None) -> str:
    """Base64, as a launch template takes it; raises ValueError if EC2 would refuse it."""
    text = cloud_config(node, mounts, bootstrap)
    if (size := len(text.encode())) > USER_DATA_MAX_BYTES:
        over = f"{size} bytes, {size - USER_DATA_MAX_BYTES} more than the {USER_DATA_MAX_BYTES} that EC2 takes"
        raise ValueError(f"makes user data of {over}; fix: fetch the greater part of the script from S3")
    return base64.b64encode(text.encode()).decode()


def cloud_config(node: Node, mounts: Sequence[Mounted] = (), bootstrap: str | None = None) -> str:
    """A script, its settings and the unit that runs it at every boot."""
    settings = "".join(f"{key.upper()}={shlex.quote(str(value))}\n" for key, value in node._asdict().items())
    files = [
        _file("/usr/local/bin/ultrastack-node", script(), "0755"),
        _file("/etc/ultrastack/node.conf", settings),
        _file("/etc/systemd/system/ultrastack-node.service", UNIT),
    ]
    # also where there are none: an image that was made of a node brings those of its cluster along
    lines = "".join(f"{one.dns_name}@tcp:/{one.mount_name} {one.path}\n" for one in mounts)
    files.append(_file("/etc/ultrastack/mounts", lines))
    # only root may read it: it is the user's, and may hold what others should not see
    text = (bootstrap or "").replace("\r\n", "\n")  # the kernel looks for an interpreter named "bash\r"
    files.append(_file("/etc/ultrastack/bootstrap", text, "0700"))
    start = [["systemctl", "daemon-reload"], ["systemctl", "enable", "--now", "--no-block", "ultrastack-node.service"]]
    body = yaml.dump({"write_files": files, "runcmd": start}, Dumper=_Readable, sort_keys=False, width=1000)
    return "#cloud-config\n" + body


@cache
def script() -> str:
    """Its head as it is, the rest without comments: each of them would take room from the user's own script."""
    head, body = Path(__file__).with_suffix(".sh").read_text(encoding="utf-8").split("\nset -u", 1)
    return f"{head}\nset -u" + re.sub(r"(?m)^ *# .*\n", "", body)


def _file(path: str, content: str, permissions: str = "0644") -> dict[str, Any]:
    return {"path": path, "permissions": permissions, "content": content}


class _Readable(yaml.SafeDumper):
    """Writes longer texts as blocks, so that a difference of user data reads like one of files."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _text)
