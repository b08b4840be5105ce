"""A machine of a group says what is missing, and gives its job time when it has to go: its script is run for real."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.aws import _neuron_boot
from components.aws._accelerator.boot import SHARED, Duty, Known, cloud_config, script, user_data
from components.aws._neuron_boot import USER_DATA_MAX_BYTES, Mounted
from tests.components.aws.test_neuron_boot import ME, Machine

P5EN, INF2 = Known("p5en.48xlarge", "nvidia", 8, 16), Known("inf2.24xlarge", "aws-neuron", 6, 0)
FSX = Mounted("fs-0a1b2c3d4e5f60718.fsx.us-east-2.amazonaws.com", "abcdefgh", "/fsx")
CURL = """\
[[ "$*" == *api/token* ]] && { echo token; exit; }
answer=$ANSWERS/metadata-$(basename "${!#}")
[ -e "$answer" ] && cat "$answer" || exit 22
"""
AWS = """\
case "$*" in
*describe-auto-scaling-instances*) echo pool-group-1 ;;
*put-log-events*) last=${!#} && cp "${last#file://}" "$ANSWERS/sent" ;;
esac
"""
LNETCTL = """\
case "$*" in
"net show --net efa") cat "$ANSWERS/nids" 2>/dev/null ;;
"net add --net efa"*) echo "nid: 10.20.0.15@efa" >>"$ANSWERS/nids" ;;
"net del"*) exit 1 ;;
esac
"""
STAND_INS = {
    "curl": CURL,
    "aws": AWS,
    "nvidia-smi": 'cat "$ANSWERS/gpus"',
    "ip": 'echo "2: ens32    inet 10.20.0.15/20 brd"',
    "lnetctl": LNETCTL,
    "modprobe": '[ ! -e "$ANSWERS/no-$1" ]',
    "mount": "true",
}


class Node(Machine):
    def __init__(self, root: Path, duty: Duty, instance_type: str = "p5en.48xlarge"):
        super().__init__(root, cloud_config(duty))
        for name, body in STAND_INS.items():
            tool = root / "tools" / name
            tool.write_text(f'#!/bin/bash\n[ {name} = curl ] || echo "{name} $*" >>"$ANSWERS/calls"\n{body}\n')
            tool.chmod(0o755)
        for name, text in {
            "instance-id": ME,
            "instance-type": instance_type,
            "local-ipv4": "10.20.0.15",
            "region": "us-east-2",
            "security-credentials": "pool-role-1",
            "target-lifecycle-state": "InService",
        }.items():
            self.answer(f"metadata-{name}", text)
        self.answer("gpus", "".join(f"GPU {n}: NVIDIA H200 (UUID: GPU-{n})\n" for n in range(8)))
        (self.root / "etc/environment").write_text("LANG=C.UTF-8\nULTRASTACK_OLD=1\n")
        conf = self.root / "etc/ultrastack/node.conf"
        conf.write_text(conf.read_text().replace("DEVICE_TRIES=12", "DEVICE_TRIES=2").replace("PAUSE=5", "PAUSE=0"))

    def ready(self) -> list[str]:
        done = self.run()
        assert done.returncode == 0, done.stdout + done.stderr
        return self.read("/var/lib/ultrastack/ready").splitlines()

    def failed(self) -> list[str]:
        assert self.run().returncode == 1
        return [one for one in self.read("/var/lib/ultrastack/failed").splitlines() if "=failed" in one]


def test_the_script_is_one_that_bash_understands(tmp_path: Path) -> None:
    (tmp_path / "script").write_text(script())
    subprocess.run(["bash", "-n", str(tmp_path / "script")], check=True)
    assert len(script().encode()) < USER_DATA_MAX_BYTES * 0.6, "the user's own scripts need room"


@pytest.mark.parametrize("function", SHARED)
def test_what_ultraservers_do_too_is_the_same_function(function: str) -> None:
    lines = script().split(f"\n{function}() {{", 1)[1].split("\n}\n", 1)[0]
    assert lines in _neuron_boot.script()


def test_a_gpu_machine_comes_up(tmp_path: Path) -> None:
    node = Node(tmp_path, Duty([P5EN], {"FI_PROVIDER": "efa"}))
    assert node.ready() == ["gpu=ok 8 devices", "efa=ok 16 devices"]


def test_a_neuron_machine_without_efa_comes_up(tmp_path: Path) -> None:
    node = Node(tmp_path, Duty([INF2], {}), "inf2.24xlarge")
    node.neuron(6)
    assert node.ready() == ["neuron=ok 6 devices"]


def test_each_type_of_a_group_looks_for_what_it_has(tmp_path: Path) -> None:
    duty = Duty([P5EN, Known("g6e.12xlarge", "nvidia", 4, 0)], {})
    node = Node(tmp_path, duty, "g6e.12xlarge")
    assert node.failed() == ["gpu=failed 8 devices instead of 4"]


def test_missing_devices_are_named_and_the_users_script_does_not_run(tmp_path: Path) -> None:
    node = Node(tmp_path, Duty([P5EN], {}, bootstrap='#!/bin/bash\ntouch "$ANSWERS/ran"\n'))
    node.answer("gpus", "GPU 0: NVIDIA H200\n")
    node.efa(16, usable=15)
    assert node.failed() == [
        "gpu=failed 1 devices instead of 8",
        "efa=failed 16 devices in the kernel and 15 in libfabric instead of 16",
    ]
    assert not (node.answers / "ran").exists()


def test_a_machine_of_no_known_type_says_so(tmp_path: Path) -> None:
    node = Node(tmp_path, Duty([P5EN], {}), "p5.48xlarge")
    assert node.failed() == [
        "machine=failed it is of none of the types in " + str(node.root) + "/etc/ultrastack/machines"
    ]


def test_scripts_shells_and_services_have_the_variables(tmp_path: Path) -> None:
    environment = {"FI_PROVIDER": "efa", "ULTRASTACK_CHECKPOINTS": "s3://bucket/run 1"}
    duty = Duty([P5EN], environment, bootstrap='#!/bin/bash\necho "$ULTRASTACK_CHECKPOINTS" >"$ANSWERS/ran"\n')
    node = Node(tmp_path, duty)
    assert node.ready()[-1] == "bootstrap=ok done"
    assert (node.answers / "ran").read_text() == "s3://bucket/run 1\n"
    lines = "FI_PROVIDER=efa\nULTRASTACK_CHECKPOINTS='s3://bucket/run 1'\n"
    assert node.read("/etc/environment") == f"LANG=C.UTF-8\n{lines}"
    (call,) = [one for one in node.calls("systemctl") if "set-environment" in one]
    assert call == "systemctl set-environment FI_PROVIDER=efa ULTRASTACK_CHECKPOINTS=s3://bucket/run 1"


def test_the_users_script_runs_once(tmp_path: Path) -> None:
    node = Node(tmp_path, Duty([P5EN], {}, bootstrap='#!/bin/bash\necho run >>"$ANSWERS/ran"\n'))
    node.ready()
    node.ready()
    assert (node.answers / "ran").read_text() == "run\n"


@pytest.mark.parametrize(
    ("devices", "used"),
    [
        (32, [f"rdmap{n}s0" for n in range(0, 32, 4)]),
        (16, ["rdmap0s0", "rdmap15s0"]),
        (2, ["rdmap0s0", "rdmap1s0"]),
        (1, ["rdmap0s0"]),
    ],
)
def test_lustre_over_efa(tmp_path: Path, devices: int, used: list[str]) -> None:
    duty = Duty([Known("p5en.48xlarge", "nvidia", 8, devices)], {}, [FSX], lustre_efa=True)
    node = Node(tmp_path, duty)
    for folder in sorted((node.root / "sys/class/infiniband").iterdir()):
        folder.rmdir()
    node.efa(devices)
    assert node.ready() == [
        "gpu=ok 8 devices",
        f"efa=ok {devices} devices",
        f"lustre-efa=ok {len(used)} interfaces",
        f"mount:/fsx=ok {FSX.dns_name}@tcp:/abcdefgh",
    ]
    configured = [
        "lnetctl net show --net efa",
        "lnetctl lnet configure",
        "lnetctl net del --net tcp",
        "lnetctl net add --net tcp --if ens32",
        *[f"lnetctl net add --net efa --if {one} --peer-credits 32" for one in used],
        "lnetctl set discovery 1",
        "lnetctl udsp add --src efa --priority 0",
        "lnetctl net show --net efa",
    ]
    assert node.calls("lnetctl") == configured
    assert "modprobe kefalnd ipif_name=ens32" in node.calls("modprobe")
    node.ready()  # again, as after a restart of the unit, with the file system in use
    assert node.calls("lnetctl") == [*configured, *["lnetctl net show --net efa"] * 2]


def test_lustre_without_its_efa_module_is_named(tmp_path: Path) -> None:
    node = Node(tmp_path, Duty([P5EN], {}, [FSX], lustre_efa=True))
    node.answer("no-kefalnd", "")
    words = "the Lustre client has no EFA; choose an image whose client has it (kernel 6.8.0-1063-aws)"
    assert node.failed() == [f"lustre-efa=failed {words}"]


def drained(tmp_path: Path, state: dict[str, str], drain: str | None) -> Node:
    node = Node(tmp_path, Duty([P5EN], {"ULTRASTACK_CHECKPOINTS": "s3://b"}, drain_seconds=120, drain=drain))
    for name, text in state.items():
        node.answer(f"metadata-{name}", text)
    node.run("watch")
    return node


COMPLETED = (
    "aws autoscaling complete-lifecycle-action --region us-east-2 --auto-scaling-group-name pool-group-1 "
    f"--lifecycle-hook-name ultrastack-drain --instance-id {ME} --lifecycle-action-result CONTINUE"
)


def test_a_machine_that_has_to_go_runs_the_script_and_then_lets_go(tmp_path: Path) -> None:
    drain = '#!/bin/bash\necho "aws $ULTRASTACK_REASON to $ULTRASTACK_CHECKPOINTS" >>"$ANSWERS/calls"\n'
    node = drained(tmp_path, {"target-lifecycle-state": "Terminated"}, drain)
    said, _, completed = node.calls("aws")
    assert (said, completed) == ("aws terminated to s3://b", COMPLETED)


def test_a_machine_that_ec2_takes_back_hurries(tmp_path: Path) -> None:
    """Its group says Terminated only later, which the script here brings about."""
    drain = (
        '#!/bin/bash\necho "$ULTRASTACK_REASON" >"$ANSWERS/ran"\n'
        'echo Terminated >"$ANSWERS/metadata-target-lifecycle-state"\n'
    )
    node = drained(tmp_path, {"instance-action": '{"action": "terminate"}'}, drain)
    assert (node.answers / "ran").read_text() == "interrupted\n"
    assert node.calls("aws")[-1] == COMPLETED


@pytest.mark.parametrize("drain", [None, "#!/bin/bash\nexit 3\n"])
def test_a_machine_lets_go_also_without_a_script_or_with_one_that_fails(tmp_path: Path, drain: str | None) -> None:
    node = drained(tmp_path, {"target-lifecycle-state": "Terminated"}, drain)
    assert node.calls("aws")[-1] == COMPLETED


def test_nothing_waits_for_the_end_of_machines_that_have_no_time_then() -> None:
    files: Any = yaml.safe_load(cloud_config(Duty([P5EN], {})))["write_files"]
    assert not [one["path"] for one in files if "watch" in one["path"] or "drain" in one["path"]]


def test_cloud_init_starts_both_units() -> None:
    config: Any = yaml.safe_load(cloud_config(Duty([P5EN], {}, drain_seconds=120)))
    start = ["systemctl", "enable", "--now", "--no-block", "ultrastack-node.service", "ultrastack-watch.service"]
    assert config["runcmd"] == [["systemctl", "daemon-reload"], start]


def test_too_much_user_data_is_refused() -> None:
    with pytest.raises(ValueError, match="more than the 16384 that EC2 takes; fix: fetch the greater part"):
        user_data(Duty([P5EN], {}, bootstrap="x" * USER_DATA_MAX_BYTES))


def test_user_data_is_base64_of_a_cloud_config() -> None:
    assert base64.b64decode(user_data(Duty([P5EN], {}))).startswith(b"#cloud-config\n")


def test_windows_line_ends_leave_the_scripts() -> None:
    files: Any = yaml.safe_load(cloud_config(Duty([P5EN], {}, bootstrap="#!/bin/bash\r\ntrue\r\n")))["write_files"]
    (content,) = [one["content"] for one in files if one["path"].endswith("/bootstrap")]
    assert content == "#!/bin/bash\ntrue\n"
