"""What does a hostile program try? Run inside, as a program: says of each attempt whether it got away with it.

An attempt that raises was kept back; one that returns has escaped. Only those are made that must be kept back.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)
COLUMN = 0 if platform.machine() == "x86_64" else 1
ATTEMPTS: dict[str, Callable[[dict[str, Any]], object]] = {}
SCRATCH = Path(os.environ.get("TMPDIR", "/nowhere"))


def attempt(function: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    ATTEMPTS[function.__name__] = function
    return function


def must(answer: int) -> int:
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def call(x86: int, arm: int, *arguments: Any) -> int:
    padded = [ctypes.c_long(one) if isinstance(one, int) else one for one in (*arguments, 0, 0, 0, 0, 0, 0)[:6]]
    return must(LIBC.syscall(ctypes.c_long((x86, arm)[COLUMN]), *padded))


def kept(condition: bool) -> None:
    if not condition:
        raise PermissionError("kept")


# ---- files of others


@attempt
def read_aws_credentials(world: dict[str, Any]) -> object:
    return Path(world["home"], ".aws/credentials").read_text()


@attempt
def read_ssh_key(world: dict[str, Any]) -> object:
    return Path(world["home"], ".ssh/id_ed25519").read_text()


@attempt
def read_pulumi_token(world: dict[str, Any]) -> object:
    return Path(world["home"], ".pulumi/credentials.json").read_text()


@attempt
def read_docker_login(world: dict[str, Any]) -> object:
    return Path(world["home"], ".docker/config.json").read_text()


@attempt
def read_gcloud_login(world: dict[str, Any]) -> object:
    return Path(world["home"], ".config/gcloud/application_default_credentials.json").read_text()


@attempt
def read_git_credentials(world: dict[str, Any]) -> object:
    return Path(world["home"], ".git-credentials").read_text()


@attempt
def list_home(world: dict[str, Any]) -> object:
    return list(Path(world["home"]).iterdir())


@attempt
def list_real_homes(world: dict[str, Any]) -> object:
    return [list(Path(one).iterdir()) for one in ("/home", "/root")]


@attempt
def see_that_a_file_is_there(world: dict[str, Any]) -> object:
    return Path(world["home"], ".aws/credentials").stat().st_size


@attempt
def read_token_in_git_config(world: dict[str, Any]) -> object:
    text = Path(".git/config").read_text()
    kept(bool(text))
    return text


@attempt
def list_git_folder(world: dict[str, Any]) -> object:
    kept(bool(list(Path(".git").iterdir())))
    return True


@attempt
def read_workspace_key(world: dict[str, Any]) -> object:
    text = Path("gha-creds-1234.json").read_text()
    kept(bool(text))
    return text


@attempt
def follow_link_out_of_checkout(world: dict[str, Any]) -> object:
    return Path("link-to-credentials").read_text()


@attempt
def follow_folder_link_out_of_checkout(world: dict[str, Any]) -> object:
    return Path("link-to-home/.aws/credentials").read_text()


@attempt
def follow_link_to_users(world: dict[str, Any]) -> object:
    return Path("stacks/users.yaml").read_text()


@attempt
def follow_link_to_environment(world: dict[str, Any]) -> object:
    return Path("stacks/environ.yaml").read_bytes()


@attempt
def read_temporary_file_of_another(world: dict[str, Any]) -> object:
    return Path(world["outside"], "temporary").read_text()


@attempt
def read_shadow(world: dict[str, Any]) -> object:
    return [Path(one).read_text() for one in ("/etc/passwd", "/etc/shadow")]


@attempt
def read_up_from_the_root(world: dict[str, Any]) -> object:
    return Path("/" + "../" * 20 + world["home"], ".aws/credentials").read_text()


@attempt
def read_through_proc_root(world: dict[str, Any]) -> object:
    return Path(f"/proc/{world['parent']}/root{world['home']}/.aws/credentials").read_text()


@attempt
def read_through_own_proc_root(world: dict[str, Any]) -> object:
    return Path(f"/proc/self/root{world['home']}/.aws/credentials").read_text()


# ---- other processes


@attempt
def read_callers_variable(world: dict[str, Any]) -> object:
    return os.environ["ULTRASTACK_TEST_SECRET"]


@attempt
def read_parents_environment(world: dict[str, Any]) -> object:
    return Path(f"/proc/{world['parent']}/environ").read_bytes()


@attempt
def read_first_process_environment(world: dict[str, Any]) -> object:
    return Path("/proc/1/environ").read_bytes()


@attempt
def read_direct_parents_environment(world: dict[str, Any]) -> object:
    return Path(f"/proc/{os.getppid()}/environ").read_bytes()


@attempt
def open_parents_memory(world: dict[str, Any]) -> object:
    return os.open(f"/proc/{world['parent']}/mem", os.O_RDONLY)


@attempt
def list_parents_descriptors(world: dict[str, Any]) -> object:
    return list(Path(f"/proc/{world['parent']}/fd").iterdir())


@attempt
def list_processes(world: dict[str, Any]) -> object:
    return list(Path("/proc").iterdir())


@attempt
def trace_parent(world: dict[str, Any]) -> object:
    return call(101, 117, 0x4206, world["parent"])  # PTRACE_SEIZE


@attempt
def read_parents_memory(world: dict[str, Any]) -> object:
    into = ctypes.create_string_buffer(8)
    vector = (ctypes.c_ulong * 2)(ctypes.addressof(into), 8)
    try:
        return call(310, 270, world["parent"], vector, 1, vector, 1, 0)
    except OSError as e:
        kept(e.errno != errno.EPERM)  # there is nothing at that address
        return e


@attempt
def signal_parent(world: dict[str, Any]) -> object:
    return os.kill(world["parent"], 0)


@attempt
def signal_direct_parent(world: dict[str, Any]) -> object:
    kept(os.getppid() > 2)  # 0 and the first of its own namespace are not to be reached
    return os.kill(os.getppid(), 0)


@attempt
def limit_parent(world: dict[str, Any]) -> object:
    return resource.prlimit(world["parent"], resource.RLIMIT_CORE)


@attempt
def take_parents_descriptor(world: dict[str, Any]) -> object:
    parent = os.pidfd_open(world["parent"])
    try:
        return call(438, 438, parent, 0, 0)
    finally:
        os.close(parent)


@attempt
def find_inherited_descriptors(world: dict[str, Any]) -> object:
    found = []
    for one in range(3, 1024):
        try:
            os.fstat(one)
            found.append(one)
        except OSError:
            continue
    kept(bool(found))
    return found


# ---- the network


def connect(family: int, address: Any) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.settimeout(0.5)
        one.connect(address)


@attempt
def connect_to_listener_of_parent(world: dict[str, Any]) -> object:
    return connect(socket.AF_INET, ("127.0.0.1", world["tcp"]))


@attempt
def send_datagram_to_parent(world: dict[str, Any]) -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        return one.sendto(b"secret", ("127.0.0.1", world["udp"]))


@attempt
def connect_to_abstract_socket(world: dict[str, Any]) -> object:
    return connect(socket.AF_UNIX, world["abstract"])


@attempt
def connect_to_socket_file(world: dict[str, Any]) -> object:
    return connect(socket.AF_UNIX, world["docker"])


@attempt
def send_datagram_from_a_pair(world: dict[str, Any]) -> object:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, other:
        return one.sendto(b"secret", world["log"])


@attempt
def connect_a_pair_elsewhere(world: dict[str, Any]) -> object:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with one, other:
        return one.connect(world["docker"])


@attempt
def connect_to_metadata_v4(world: dict[str, Any]) -> object:
    return connect(socket.AF_INET, ("169.254.169.254", 80))


@attempt
def connect_to_metadata_v6(world: dict[str, Any]) -> object:
    return connect(socket.AF_INET6, ("fd00:ec2::254", 80))


@attempt
def resolve_metadata_name(world: dict[str, Any]) -> object:
    return socket.getaddrinfo("metadata.google.internal", 80)


@attempt
def see_network_interfaces(world: dict[str, Any]) -> object:
    return socket.if_nameindex()


@attempt
def open_packet_socket(world: dict[str, Any]) -> object:
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)


@attempt
def open_vsock_to_hypervisor(world: dict[str, Any]) -> object:
    return socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)


@attempt
def socket_by_other_table_of_calls(world: dict[str, Any]) -> object:
    kept(COLUMN == 0)
    return call(0x40000000 | 41, -1, socket.AF_INET, socket.SOCK_STREAM, 0)


# ---- writing


@attempt
def make_file_in_checkout(world: dict[str, Any]) -> object:
    return Path("new").write_text("x")


@attempt
def overwrite_in_checkout(world: dict[str, Any]) -> object:
    return Path("main.py").write_text("x")


@attempt
def append_in_checkout(world: dict[str, Any]) -> object:
    return os.open("main.py", os.O_WRONLY | os.O_APPEND)


@attempt
def empty_in_checkout(world: dict[str, Any]) -> object:
    return os.truncate("main.py", 0)


@attempt
def make_folder_in_checkout(world: dict[str, Any]) -> object:
    return Path("folder").mkdir()


@attempt
def make_link_in_checkout(world: dict[str, Any]) -> object:
    return Path("link").symlink_to("main.py")


@attempt
def change_mode_in_checkout(world: dict[str, Any]) -> object:
    return Path("main.py").chmod(0o777)


@attempt
def change_times_in_checkout(world: dict[str, Any]) -> object:
    return os.utime("main.py")


@attempt
def change_attribute_in_checkout(world: dict[str, Any]) -> object:
    return os.setxattr("main.py", "user.x", b"x")


@attempt
def read_attributes_beside_checkout(world: dict[str, Any]) -> object:
    return os.listxattr(world["outside"])


@attempt
def hard_link_from_checkout(world: dict[str, Any]) -> object:
    return os.link("main.py", SCRATCH / "hard")


@attempt
def write_through_own_link(world: dict[str, Any]) -> object:
    (SCRATCH / "to-main").symlink_to(Path("main.py").absolute())
    return (SCRATCH / "to-main").write_text("x")


@attempt
def write_through_proc_root(world: dict[str, Any]) -> object:
    return Path(f"/proc/self/root{world['checkout']}/main.py").write_text("x")


@attempt
def write_through_proc_cwd(world: dict[str, Any]) -> object:
    return Path("/proc/self/cwd/main.py").write_text("x")


@attempt
def rename_in_checkout(world: dict[str, Any]) -> object:
    return Path("main.py").rename("other.py")


@attempt
def delete_in_checkout(world: dict[str, Any]) -> object:
    return Path("main.py").unlink()


@attempt
def write_to_packages(world: dict[str, Any]) -> object:
    return Path(os.__file__).with_name("escaped.py").write_text("x")


@attempt
def write_beside_checkout(world: dict[str, Any]) -> object:
    return Path(world["outside"], "new").write_text("x")


@attempt
def change_mode_beside_checkout(world: dict[str, Any]) -> object:
    return Path(world["outside"]).chmod(0o777)


@attempt
def write_to_machine_folders(world: dict[str, Any]) -> object:
    for folder in ("/dev/shm", "/var/tmp", "/run", "/etc", "/usr", "/", "/dev"):
        if (folder) == str(SCRATCH):
            continue
        try:
            (Path(folder) / "ultrastack-escaped").write_text("x")
        except OSError:
            continue
        (Path(folder) / "ultrastack-escaped").unlink()
        return folder
    raise PermissionError


# ---- walls


@attempt
def mount_a_filesystem(world: dict[str, Any]) -> object:
    return must(LIBC.mount(b"tmpfs", os.fsencode(SCRATCH), b"tmpfs", ctypes.c_ulong(0), None))


@attempt
def remount_checkout_writable(world: dict[str, Any]) -> object:
    return must(LIBC.mount(None, os.fsencode(world["checkout"]), None, ctypes.c_ulong(0x20 | 0x1000), None))


@attempt
def unmount_what_hides(world: dict[str, Any]) -> object:
    return must(LIBC.umount2(b".git", 2))


@attempt
def clear_read_only(world: dict[str, Any]) -> object:
    attributes = (ctypes.c_uint64 * 4)(0, 1, 0, 0)
    return call(442, 442, -100, os.fsencode(world["checkout"]), 0, attributes, 32)


@attempt
def new_user_namespace(world: dict[str, Any]) -> object:
    return call(272, 97, 0x10000000)


@attempt
def new_mount_namespace(world: dict[str, Any]) -> object:
    return call(272, 97, 0x00020000)


@attempt
def clone_into_namespace(world: dict[str, Any]) -> object:
    pid = call(56, 220, 0x10000000 | 17, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    return pid


@attempt
def clone3_into_namespace(world: dict[str, Any]) -> object:
    arguments = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, 17)
    pid = call(435, 435, arguments, 88)
    if pid == 0:
        os._exit(0)
    return pid


@attempt
def enter_parents_namespace(world: dict[str, Any]) -> object:
    descriptor = os.pidfd_open(world["parent"])
    return call(308, 268, descriptor, 0x00020000)


@attempt
def set_namespace_of_nothing(world: dict[str, Any]) -> object:
    try:
        return call(308, 268, 0, 0)
    except OSError as e:
        kept(e.errno != errno.EPERM)
        return e


@attempt
def change_root(world: dict[str, Any]) -> object:
    return os.chroot(SCRATCH)


@attempt
def make_device(world: dict[str, Any]) -> object:
    return os.mknod(SCRATCH / "disk", 0o60600, os.makedev(8, 0))


@attempt
def open_devices(world: dict[str, Any]) -> object:
    for name in ("sda", "vda", "nvme0n1", "xvda", "mem", "kmsg", "port", "fuse", "kvm", "tty", "ptmx", "loop-control"):
        try:
            return os.open(f"/dev/{name}", os.O_RDONLY)
        except OSError:
            continue
    raise PermissionError


@attempt
def open_by_handle(world: dict[str, Any]) -> object:
    try:
        return call(304, 265, -100, ctypes.create_string_buffer(64), 0)
    except OSError as e:
        kept(e.errno != errno.EPERM)  # this is no handle
        return e


# ---- powers


@attempt
def become_root(world: dict[str, Any]) -> object:
    kept(os.geteuid() != 0)
    os.setresuid(0, 0, 0)
    return os.geteuid()


@attempt
def be_root(world: dict[str, Any]) -> object:
    kept(os.geteuid() == 0 or os.getegid() == 0 or bool(set(os.getgroups()) - {os.getegid()}))
    return os.getresuid()


@attempt
def run_setuid_program(world: dict[str, Any]) -> object:
    said = subprocess.run(["./setuid-id"], capture_output=True, text=True, check=False).stdout
    kept("euid=0" in said or "uid=0" in said)
    return said


@attempt
def gain_privileges(world: dict[str, Any]) -> object:
    kept(must(LIBC.prctl(39, 0, 0, 0, 0)) == 0)  # PR_GET_NO_NEW_PRIVS
    return True


@attempt
def type_into_terminal(world: dict[str, Any]) -> object:
    for name in (0, 1, 2):
        try:
            ioctl(name, 0x5412, b"x")
            return name
        except OSError as e:
            kept(e.errno != errno.EPERM)
    return "the call is there"


@attempt
def have_a_terminal(world: dict[str, Any]) -> object:
    return os.open("/dev/tty", os.O_RDWR)


# ---- calls of the kernel


CALLS: dict[str, tuple[Any, ...]] = {
    "read_keyring": (250, 219, 0, -4, 0),
    "add_a_key": (248, 217, b"user", b"x", b"x", 1, -4),
    "bpf": (321, 280, 5, None, 0),
    "perf": (298, 241, None, 0, -1, -1, 0),
    "userfaultfd": (323, 282, 0),
    "io_uring": (425, 425, 0, None),
    "memory_without_limit": (319, 279, b"x", 0),
    "shared_memory_that_stays": (29, 194, 0, 4096, 0o1600),
    "message_queue_that_stays": (240, 180, b"ultrastack", 0o102, 0o600, None),
    "kernel_module": (313, 273, -1, b"", 0),
    "kernel_log": (103, 116, 10, None, 0),
    "personality": (135, 92, 0xFFFFFFFF),
    "watch_files": (294, 26, 0),
    "host_name": (170, 161, b"x", 1),
    "clock": (227, 112, 0, None),
    "newest_calls": (9999, 9999),
}


def must_not_know(numbers: tuple[Any, ...]) -> Callable[[dict[str, Any]], object]:
    """Refused by what filters, not for what was asked."""

    def tried(world: dict[str, Any]) -> object:
        try:
            return call(*numbers)
        except OSError as e:
            kept(e.errno not in (errno.EPERM, errno.ENOSYS))
            return e

    return tried


ATTEMPTS |= {f"call_{name}": must_not_know(numbers) for name, numbers in CALLS.items()}


def main() -> None:
    world = json.load(sys.stdin)
    found = {}
    for name, function in ATTEMPTS.items():
        if name not in world["names"]:
            continue
        try:
            found[name] = f"ESCAPED: {function(world)!r}"
        except (OSError, LookupError) as e:
            found[name] = f"kept: {e!r}"
    print(json.dumps(found))


if __name__ == "__main__":
    main()
