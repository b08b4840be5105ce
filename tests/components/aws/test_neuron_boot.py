"""A node says that it is ready when it is, and names what is missing when it is not: its script is run for real, in a
folder of its own and with stand-ins for what only a node has."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.aws._neuron_boot import USER_DATA_MAX_BYTES, Mounted, Node, cloud_config, script, user_data

NODE = Node(
    neuron_devices=16, efa_devices=16, logical_neuron_cores=2, nodes_per_ultraserver=4, device_tries=2, rank_tries=2
)
FSX = Mounted("fs-0a1b2c3d4e5f60718.fsx.us-east-2.amazonaws.com", "abcdefgh", "/fsx")
RANKS = "".join(f"i-0a1b2c3d4e5f6071{n} 10.20.0.{10 + n}\n" for n in range(8))
ME = "i-0a1b2c3d4e5f60715"

# Stand-ins note how they were called; what they answer is in files, so that a test can change it.
CURL = """\
case "$*" in
*api/token*) echo token ;;
*instance-id*) echo i-0a1b2c3d4e5f60715 ;;
*placement/region*) echo us-east-2 ;;
*security-credentials*) late role && exit 22; echo training-role-0a1b2c3 ;;
*public-key*) echo key ;;
*) exit 22 ;;
esac
"""
AWS = """\
case "$*" in
*get-parameter*) [ -s "$ANSWERS/ranks" ] && cat "$ANSWERS/ranks" ;;
*put-log-events*) last=${!#} && cp "${last#file://}" "$ANSWERS/sent" ;;
esac
"""
# late WHAT: whether it is to fail this time, which is the first one
LATE = """\
late() { [ -e "$ANSWERS/late" ] && [ ! -e "$ANSWERS/late-$1" ] && touch "$ANSWERS/late-$1"; }
"""
STAND_INS = {
    "curl": CURL,
    "aws": AWS,
    "neuron-ls": 'late neuron || cat "$ANSWERS/neuron-ls"',
    "fi_info": 'late efa || cat "$ANSWERS/fi_info"',
    "systemctl": "true",
    "mount": '[ -e "$ANSWERS/mounts" ]',
    "mountpoint": "exit 1",
    "modprobe": '[ -e "$ANSWERS/lustre" ]',
    "mount.lustre": "true",
    "uname": "echo 6.8.0-1063-aws",
    "apt-get": '[ ! -e "$ANSWERS/no-packages" ] && touch "$ANSWERS/lustre"',
    "gpg": "cat >/dev/null",
    "dnf": 'touch "$ANSWERS/lustre"',
}


class Machine:
    """A folder that the script takes for the root of a machine. All is well on it, until a test breaks something."""

    def __init__(self, root: Path, config: str):
        self.root, self.answers, tools = root / "root", root / "answers", root / "tools"
        for folder in (self.answers, tools, self.root / "etc/apt/sources.list.d", self.root / "usr/share/keyrings"):
            folder.mkdir(parents=True)
        for name, body in STAND_INS.items():
            (tools / name).write_text(f'#!/bin/bash\necho "{name} $*" >>"$ANSWERS/calls"\n{LATE}{body}\n')
            (tools / name).chmod(0o755)
        for one in yaml.safe_load(config)["write_files"]:
            path = self.root / one["path"].lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(one["content"])
            path.chmod(int(one["permissions"], 8))
        (self.root / "etc/os-release").write_text("ID=ubuntu\nVERSION_CODENAME=noble\n")
        self.efa(16)
        self.neuron(16)
        self.answer("ranks", RANKS)
        self.answer("mounts", "")
        self.answer("lustre", "")
        self.environment = {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "ANSWERS": str(self.answers),
            "ULTRASTACK_ROOT": str(self.root),
            "ULTRASTACK_PAUSE": "0",
        }

    def answer(self, name: str, text: str | None) -> None:
        """None: it is not there."""
        if text is None:
            (self.answers / name).unlink()
        else:
            (self.answers / name).write_text(text)

    def efa(self, devices: int, usable: int | None = None) -> None:
        for n in range(devices):
            (self.root / f"sys/class/infiniband/rdmap{n}s0").mkdir(parents=True, exist_ok=True)
        # libfabric lists a device once for each of its fabrics
        entry = "provider: efa\n    fabric: {1}\n    domain: rdmap{0}s0-rdm\n    type: FI_EP_RDM\n"
        names = [(n, fabric) for n in range(devices if usable is None else usable) for fabric in ("efa", "efa-direct")]
        self.answer("fi_info", "".join(entry.format(*one) for one in names))

    def neuron(self, devices: int) -> None:
        self.answer("neuron-ls", json.dumps([{"neuron_device": n, "nc_count": 8} for n in range(devices)]))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.root / "usr/local/bin/ultrastack-node"), *(arguments or ("boot",))]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=60)

    def read(self, path: str) -> str:
        return (self.root / path.lstrip("/")).read_text()

    def calls(self, name: str) -> list[str]:
        return [one for one in (self.answers / "calls").read_text().splitlines() if one.split()[0] == name]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path, cloud_config(NODE, [FSX], "#!/bin/bash\nenv >$ANSWERS/environment\n"))


def test_the_script_is_bash() -> None:
    assert subprocess.run(["bash", "-n"], input=script(), text=True, check=False).returncode == 0


def test_a_node_on_which_all_is_well_is_ready(machine: Machine) -> None:
    done = machine.run()
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "ultrastack: ready")
    assert machine.read("/var/lib/ultrastack/ready").splitlines() == [
        "neuron=ok 16 devices",
        "efa=ok 16 devices",
        f"mount:/fsx=ok {FSX.dns_name}@tcp:/abcdefgh",
        "ranks=ok rank 5 of 8",
        "bootstrap=ok done",
    ]
    assert not (machine.root / "var/lib/ultrastack/failed").exists()
    assert machine.calls("mount") == [
        f"mount -t lustre -o relatime,flock {FSX.dns_name}@tcp:/abcdefgh {machine.root}/fsx"
    ]


ENVIRONMENT = [
    "FI_PROVIDER=efa",
    "NEURON_LOGICAL_NC_CONFIG=2",
    "ULTRASTACK_NODE_RANK=5",
    "ULTRASTACK_NODES=8",
    "ULTRASTACK_NODES_PER_ULTRASERVER=4",
    "ULTRASTACK_ULTRASERVER=1",
    "ULTRASTACK_COORDINATOR=10.20.0.10",
    "ULTRASTACK_HOSTFILE=/etc/ultrastack/hostfile",
]


def test_a_node_knows_its_rank_and_its_peers(machine: Machine) -> None:
    machine.run()
    assert machine.read("/etc/ultrastack/ranks") == RANKS
    assert machine.read("/etc/ultrastack/hostfile").splitlines() == [f"10.20.0.{10 + n}" for n in range(8)]
    assert machine.read("/etc/ultrastack/environment").splitlines() == ENVIRONMENT
    (asked, *_) = machine.calls("aws")
    assert asked == (
        "aws ssm get-parameter --region us-east-2 --name /ultrastack/training-role-0a1b2c3/ranks "
        "--query Parameter.Value --output text"
    )


def test_every_shell_and_service_sees_the_nodes_variables(machine: Machine) -> None:
    """Login shells read the profile, ssh and cron /etc/environment, services what their manager was told."""
    (machine.root / "etc/environment").write_text('LANG="C.UTF-8"\nNEURON_LOGICAL_NC_CONFIG=1')
    for _ in range(2):  # as after a reboot
        machine.run()
        assert machine.read("/etc/environment").splitlines() == ['LANG="C.UTF-8"', *ENVIRONMENT]
    assert machine.read("/etc/profile.d/ultrastack.sh").splitlines() == [
        "export PATH=/opt/aws/neuron/bin:/opt/amazon/efa/bin:$PATH",
        "set -a",
        ". /etc/ultrastack/environment",
        "set +a",
    ]
    assert machine.calls("systemctl")[-1] == " ".join(["systemctl set-environment", *ENVIRONMENT])


def test_a_node_without_a_rank_still_knows_its_logical_cores(machine: Machine) -> None:
    machine.answer("ranks", None)
    assert machine.run().returncode == 1
    assert machine.read("/etc/ultrastack/environment").splitlines() == ENVIRONMENT[:2]


def test_drivers_and_a_new_role_may_take_a_while(machine: Machine) -> None:
    machine.answer("late", "")  # the first answer of these is none
    done = machine.run()
    assert done.stdout.splitlines()[-1] == "ultrastack: ready"


@pytest.mark.parametrize(
    ("breaks", "answer"),
    [
        (lambda m: m.neuron(15), "neuron=failed 15 devices instead of 16"),
        (lambda m: m.answer("neuron-ls", "no driver"), "neuron=failed no devices instead of 16"),
        (
            lambda m: m.efa(16, usable=15),
            "efa=failed 16 devices in the kernel and 15 in libfabric instead of 16",
        ),
        (
            lambda m: (m.root / "sys/class/infiniband/rdmap3s0").rmdir(),
            "efa=failed 15 devices in the kernel and 16 in libfabric instead of 16",
        ),
        (
            lambda m: m.answer("fi_info", ""),
            "efa=failed 16 devices in the kernel and 0 in libfabric instead of 16",
        ),
        (
            lambda m: m.answer("mounts", None),
            f"mount:/fsx=failed {FSX.dns_name}@tcp:/abcdefgh; "
            "look at TCP 988 and 1018-1023 between the security groups",
        ),
        (
            lambda m: m.answer("ranks", RANKS.replace(ME, "i-0fffffffffffffff5")),
            f"ranks=failed /ultrastack/training-role-0a1b2c3/ranks does not name {ME}",
        ),
        (
            lambda m: m.answer("ranks", None),
            f"ranks=failed /ultrastack/training-role-0a1b2c3/ranks does not name {ME}",
        ),
    ],
)
def test_a_node_that_lacks_something_says_what(machine: Machine, breaks: Any, answer: str) -> None:
    breaks(machine)
    done = machine.run()
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "ultrastack: NOT READY: 1 of 4 checks failed"
    assert [one for one in machine.read("/var/lib/ultrastack/failed").splitlines() if "=failed" in one] == [answer]
    assert not (machine.root / "var/lib/ultrastack/ready").exists()
    assert not (machine.answers / "environment").exists()  # the user's script runs on sound nodes only


def test_an_image_without_the_lustre_client_gets_one(machine: Machine) -> None:
    machine.answer("lustre", None)
    assert machine.run().returncode == 0
    assert machine.calls("apt-get")[-1] == (
        "apt-get -o DPkg::Lock::Timeout=300 install -y -q lustre-client-modules-6.8.0-1063-aws"
    )
    assert "noble main" in machine.read("/etc/apt/sources.list.d/fsxlustreclientrepo.list")


def test_amazon_linux_has_a_package_of_its_own(machine: Machine) -> None:
    machine.answer("lustre", None)
    (machine.root / "etc/os-release").write_text("ID=amzn\nVERSION_ID=2023\n")
    assert machine.run().returncode == 0
    assert machine.calls("dnf") == ["dnf install -y -q lustre-client"]


def test_a_kernel_without_a_lustre_client_is_named(machine: Machine) -> None:
    machine.answer("lustre", None)
    machine.answer("no-packages", "")
    done = machine.run()
    assert done.returncode == 1
    assert (
        "lustre=failed no Lustre client for kernel 6.8.0-1063-aws; choose an image that has one"
        in machine.read("/var/lib/ultrastack/failed").splitlines()
    )
    assert machine.calls("mount") == []


def test_the_users_script_runs_once_with_the_nodes_environment(machine: Machine) -> None:
    machine.run()
    seen = (machine.answers / "environment").read_text().splitlines()
    assert {"ULTRASTACK_NODE_RANK=5", "ULTRASTACK_COORDINATOR=10.20.0.10", "FI_PROVIDER=efa"} <= set(seen)
    (machine.answers / "environment").unlink()
    assert machine.run().returncode == 0  # as after a reboot
    assert not (machine.answers / "environment").exists()


def test_an_image_made_of_a_node_brings_neither_its_mark_nor_its_files_along(tmp_path: Path) -> None:
    machine = Machine(tmp_path, cloud_config(NODE, [], "#!/bin/bash\ntouch $ANSWERS/ran\n"))
    (machine.root / "var/lib/ultrastack").mkdir(parents=True)
    (machine.root / "var/lib/ultrastack/bootstrapped").write_text("i-0123456789abcdef0\n")
    assert machine.run().returncode == 0
    assert (machine.answers / "ran").exists()
    bare = {one["path"]: one["content"] for one in yaml.safe_load(cloud_config(NODE))["write_files"]}
    assert (bare["/etc/ultrastack/mounts"], bare["/etc/ultrastack/bootstrap"]) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "#!/bin/bash\r\ntouch $ANSWERS/ran\r\n",
        "touch $ANSWERS/ran",
        "#!/bin/sh\ncat <<'END' >$ANSWERS/ran\n  END \n: | \"'\\ \u00fc\u2028\t#cloud-config\n\n---\n...\nEND\n",
    ],
)
def test_the_users_script_may_look_as_it_likes(tmp_path: Path, text: str) -> None:
    machine = Machine(tmp_path, cloud_config(NODE, [], text))
    assert machine.run().returncode == 0
    assert (machine.answers / "ran").exists()


def test_a_script_of_the_user_that_fails_leaves_the_node_unready_and_is_tried_again(tmp_path: Path) -> None:
    machine = Machine(tmp_path, cloud_config(NODE, [], "#!/bin/bash\nexit 7\n"))
    for _ in range(2):
        assert machine.run().returncode == 1
        assert machine.read("/var/lib/ultrastack/failed").splitlines()[-1] == "bootstrap=failed ended with 7"


def test_the_answers_are_sent_to_the_clusters_log(machine: Machine) -> None:
    machine.neuron(3)
    machine.run()
    sent = json.loads((machine.answers / "sent").read_text())
    assert [one["message"] for one in sent][0] == "neuron=failed 3 devices instead of 16"
    assert all(isinstance(one["timestamp"], int) for one in sent)
    assert any("--log-group-name /ultrastack/training-role-0a1b2c3" in one for one in machine.calls("aws"))


def test_ranks_can_be_read_again_without_a_new_check(machine: Machine) -> None:
    machine.neuron(3)
    machine.run()
    machine.answer("ranks", RANKS.replace("10.20.0.10", "10.20.0.99"))
    assert machine.run("ranks").returncode == 0
    assert machine.read("/etc/ultrastack/hostfile").splitlines()[0] == "10.20.0.99"
    assert "neuron=failed" in machine.read("/var/lib/ultrastack/failed")


def test_any_other_word_does_nothing(machine: Machine) -> None:
    done = machine.run("start")
    assert (done.returncode, done.stdout) == (2, "ultrastack: say boot or ranks\n")


# ---- user data ------------------------------------------------------------------------------------------------------


def test_user_data_is_cloud_config_with_the_files_as_they_are() -> None:
    text = base64.b64decode(user_data(NODE, [FSX], "echo '{{ braces }}'\t# tab\n")).decode()
    assert text.startswith("#cloud-config\n")
    config = yaml.safe_load(text)
    assert {one["path"]: one["permissions"] for one in config["write_files"]} == {
        "/usr/local/bin/ultrastack-node": "0755",
        "/etc/ultrastack/node.conf": "0644",
        "/etc/systemd/system/ultrastack-node.service": "0644",
        "/etc/ultrastack/mounts": "0644",
        "/etc/ultrastack/bootstrap": "0700",
    }
    contents = {one["path"]: one["content"] for one in config["write_files"]}
    assert contents["/usr/local/bin/ultrastack-node"] == script()
    assert contents["/etc/ultrastack/bootstrap"] == "echo '{{ braces }}'\t# tab\n"
    assert contents["/etc/ultrastack/node.conf"] == (
        "NEURON_DEVICES=16\nEFA_DEVICES=16\nLOGICAL_NEURON_CORES=2\nNODES_PER_ULTRASERVER=4\nDEVICE_TRIES=2\n"
        "RANK_TRIES=2\n"
    )
    assert config["runcmd"] == [
        ["systemctl", "daemon-reload"],
        ["systemctl", "enable", "--now", "--no-block", "ultrastack-node.service"],
    ]


def test_user_data_is_the_same_each_time() -> None:
    assert user_data(NODE, [FSX], "true") == user_data(NODE, [FSX], "true")


def test_user_data_leaves_the_user_most_of_the_room() -> None:
    assert len(cloud_config(NODE, [FSX]).encode()) < 9_500  # of 16384


def test_user_data_that_ec2_would_refuse_is_refused() -> None:
    room = USER_DATA_MAX_BYTES - len(cloud_config(NODE, [], "x").encode()) + 1
    assert user_data(NODE, [], "x" * room)
    with pytest.raises(ValueError) as refused:
        user_data(NODE, [], "x" * (room + 1))
    assert str(refused.value) == (
        "makes user data of 16385 bytes, 1 more than the 16384 that EC2 takes; "
        "fix: fetch the greater part of the script from S3"
    )
