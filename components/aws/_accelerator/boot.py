"""What does a machine of an auto scaling group do when it starts, and when it has to go? Cloud-init user data."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .. import _neuron_boot
from .._neuron_boot import USER_DATA_MAX_BYTES, Mounted

DRAIN_HOOK = "ultrastack-drain"  # names of hooks are within their group
# What both kinds of machines do alike is written once, in the script of the UltraServers' nodes
SHARED = (
    *("log", "report", "again", "metadata", "install_lustre", "check_mounts", "count_efa", "check_efa"),
    *("count_neuron", "check_neuron", "run_bootstrap", "send_log"),
)

UNIT = """\
[Unit]
Description={description}
Wants=network-online.target
After=network-online.target

[Service]
{service}
StandardOutput=journal+console
StandardError=journal+console

[Install]
WantedBy=multi-user.target
"""
BOOT = UNIT.format(
    description="Makes this machine ready for work",
    service="Type=oneshot\nRemainAfterExit=yes\nExecStart=/usr/local/bin/ultrastack-node boot\n"
    "TimeoutStartSec=infinity",
)
WATCH = UNIT.format(
    description="Gives the job time when this machine has to go",
    service="ExecStart=/usr/local/bin/ultrastack-node watch\nRestart=on-failure\nRestartSec=10",
)


class Known(NamedTuple):
    """One type of machine that the group may launch, and what it has to find in itself."""

    instance_type: str
    vendor: str
    accelerators: int
    efa_devices: int


class Duty(NamedTuple):
    """All that is written on a machine."""

    machines: Sequence[Known]
    environment: Mapping[str, str]
    mounts: Sequence[Mounted] = ()
    lustre_efa: bool = False
    bootstrap: str | None = None
    drain_seconds: int | None = None  # None: nothing waits for its end
    drain: str | None = None


def user_data(duty: Duty) -> str:
    """Base64, as a launch template takes it; raises ValueError if EC2 would refuse it."""
    text = cloud_config(duty)
    if (size := len(text.encode())) > USER_DATA_MAX_BYTES:
        over = f"{size} bytes, {size - USER_DATA_MAX_BYTES} more than the {USER_DATA_MAX_BYTES} that EC2 takes"
        raise ValueError(f"makes user data of {over}; fix: fetch the greater part of the script from S3")
    return base64.b64encode(text.encode()).decode()


def cloud_config(duty: Duty) -> str:
    """A script, its settings and the units that run it."""
    settings: dict[str, Any] = {"DEVICE_TRIES": 12}
    if duty.drain_seconds is not None:
        # two minutes are all that an interrupted spot machine has
        settings |= {"DRAIN_SECONDS": duty.drain_seconds, "DRAIN_HOOK": DRAIN_HOOK, "WATCH_PAUSE": 5}
    files = [
        _file("/usr/local/bin/ultrastack-node", script(), "0755"),
        _file("/etc/ultrastack/node.conf", "".join(f"{key}={value}\n" for key, value in settings.items())),
        _file("/etc/ultrastack/machines", "".join(" ".join(map(str, one)) + "\n" for one in duty.machines)),
        _file("/etc/ultrastack/environment", _lines(duty.environment)),
        _file("/etc/systemd/system/ultrastack-node.service", BOOT),
    ]
    # also where there are none: an image that was made of a machine brings those of its cluster along
    lines = "".join(f"{one.dns_name}@tcp:/{one.mount_name} {one.path}\n" for one in duty.mounts)
    files.append(_file("/etc/ultrastack/mounts", lines))
    if duty.lustre_efa:
        files.append(_file("/etc/ultrastack/lustre-efa", ""))
    # only root may read them: they are the user's, and may hold what others should not see
    files.append(_file("/etc/ultrastack/bootstrap", _unix(duty.bootstrap), "0700"))
    units = ["ultrastack-node.service"]
    if duty.drain_seconds is not None:
        files.append(_file("/etc/ultrastack/drain", _unix(duty.drain), "0700"))
        files.append(_file("/etc/systemd/system/ultrastack-watch.service", WATCH))
        units.append("ultrastack-watch.service")
    start = [["systemctl", "daemon-reload"], ["systemctl", "enable", "--now", "--no-block", *units]]
    body = yaml.dump(
        {"write_files": files, "runcmd": start}, Dumper=_neuron_boot._Readable, sort_keys=False, width=1000
    )
    return "#cloud-config\n" + body


@cache
def script() -> str:
    """Its head as it is, the rest without comments: each of them would take room from the user's own script."""
    shell = Path(__file__).with_suffix(".sh").read_text(encoding="utf-8")
    head, body = shell.replace("# SHARED\n", "\n".join(map(_shared, SHARED))).split("\nset -u", 1)
    return f"{head}\nset -u" + re.sub(r"(?m)^ *# .*\n", "", body)


def _shared(function: str) -> str:
    """A function of the other script, on one line or up to the bracket that closes it."""
    found = re.search(rf"(?m)^{function}\(\) \{{(?: .*\}}\n|\n(?:(?!\}}).*\n)*\}}\n)", _neuron_boot.script())
    if found is None:
        raise AssertionError(f"{function} is no function of _neuron_boot.sh")
    return found[0]


def _lines(variables: Mapping[str, str]) -> str:
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items())


def _unix(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n")  # the kernel looks for an interpreter named "bash\r"


def _file(path: str, content: str, permissions: str = "0644") -> dict[str, Any]:
    return {"path": path, "permissions": permissions, "content": content}
