"""A hostile program gets nowhere, in each way of confinement; and where one does not hold it, it says so."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ultrastack.model.review import Confinement
from ultrastack.sandbox import Ended, Limits, NotConfined, View, complete, python_view, run_confined
from ultrastack.sandbox.ways import (
    NO_ASKING,
    NO_CALLS,
    NO_FILES,
    NO_NAMES,
    NO_NETWORK,
    NO_POWERS,
    NO_PROCESSES,
    NO_VARIABLE,
    NO_WRITING,
)

from . import attempts

SECRET = "do-not-tell-anybody"
MOST = 24  # of 16 processes: where a user has others, those that end meanwhile leave room for more

# What keeps each back. An attempt that is not named here is one of the kernel's calls.
FILES = """read_aws_credentials read_ssh_key read_pulumi_token read_docker_login read_gcloud_login read_git_credentials
list_home list_real_homes read_token_in_git_config read_workspace_key follow_link_out_of_checkout
follow_folder_link_out_of_checkout follow_link_to_users follow_link_to_environment read_temporary_file_of_another
read_shadow read_up_from_the_root read_through_proc_root read_through_own_proc_root have_a_terminal open_devices
read_attributes_beside_checkout"""
PROCESSES = """read_parents_environment read_first_process_environment read_direct_parents_environment
open_parents_memory list_parents_descriptors list_processes trace_parent read_parents_memory signal_parent
signal_direct_parent limit_parent take_parents_descriptor"""
NETWORK = """connect_to_listener_of_parent send_datagram_to_parent connect_to_abstract_socket connect_to_socket_file
send_datagram_from_a_pair connect_a_pair_elsewhere
connect_to_metadata_v4 connect_to_metadata_v6 resolve_metadata_name see_network_interfaces open_packet_socket
open_vsock_to_hypervisor socket_by_other_table_of_calls"""
WRITING = """make_file_in_checkout overwrite_in_checkout append_in_checkout empty_in_checkout delete_in_checkout
rename_in_checkout make_folder_in_checkout make_link_in_checkout change_mode_in_checkout change_times_in_checkout
change_attribute_in_checkout hard_link_from_checkout write_through_own_link write_through_proc_root
write_through_proc_cwd write_to_packages write_beside_checkout change_mode_beside_checkout write_to_machine_folders"""
CALLS = """mount_a_filesystem remount_checkout_writable unmount_what_hides clear_read_only new_user_namespace
new_mount_namespace clone_into_namespace clone3_into_namespace enter_parents_namespace set_namespace_of_nothing
change_root make_device open_by_handle type_into_terminal call_read_keyring call_add_a_key call_bpf
call_perf call_userfaultfd call_io_uring call_memory_without_limit call_shared_memory_that_stays
call_message_queue_that_stays call_kernel_module call_kernel_log call_personality call_watch_files call_host_name
call_clock call_newest_calls"""
POWERS = "become_root be_root run_setuid_program gain_privileges find_inherited_descriptors"
KEPT_BY = {
    **dict.fromkeys(FILES.split(), NO_FILES),
    **dict.fromkeys(PROCESSES.split(), NO_PROCESSES),
    **dict.fromkeys(NETWORK.split(), NO_NETWORK),
    **dict.fromkeys(WRITING.split(), NO_WRITING),
    **dict.fromkeys(CALLS.split(), NO_CALLS),
    **dict.fromkeys(POWERS.split(), NO_POWERS),
    "read_callers_variable": NO_VARIABLE,
    "see_that_a_file_is_there": NO_ASKING,
    "list_git_folder": NO_NAMES,
}


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A checkout, and beside it a home with secrets and somebody who listens."""
    root = tmp_path_factory.mktemp("world")
    home, checkout, outside = root / "home", root / "checkout", root / "outside"
    for name in (
        ".aws/credentials",
        ".ssh/id_ed25519",
        ".pulumi/credentials.json",
        ".docker/config.json",
        ".config/gcloud/application_default_credentials.json",
        ".git-credentials",
    ):
        _write(home / name)
    for name in (".git/config", ".git/refs/heads/main", "gha-creds-1234.json", "main.py", "stacks/dev.yaml"):
        _write(checkout / name)
    _write(outside / "temporary")
    for link, target in (
        ("link-to-credentials", home / ".aws/credentials"),
        ("link-to-home", home),
        ("stacks/users.yaml", Path("/etc/passwd")),
        ("stacks/environ.yaml", Path("/proc/self/environ")),
    ):
        (checkout / link).symlink_to(target)
    shutil.copy("/usr/bin/id", checkout / "setuid-id")
    (checkout / "setuid-id").chmod(0o4755)
    shutil.copy(attempts.__file__, checkout / "attempts.py")
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as abstract,
        socket.socket(socket.AF_UNIX) as docker,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log,
    ):
        udp.bind(("127.0.0.1", 0))
        abstract.bind(f"\0ultrastack-{os.getpid()}")
        docker.bind(str(outside / "docker.sock"))
        log.bind(str(outside / "log"))
        for one in (udp, log):
            one.setblocking(False)
        for one in (abstract, docker):
            one.listen()
        yield {
            "home": str(home),
            "checkout": str(checkout),
            "outside": str(outside),
            "parent": os.getpid(),
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "abstract": f"\0ultrastack-{os.getpid()}",
            "docker": str(outside / "docker.sock"),
            "log": str(outside / "log"),
            "listening": (udp, log),
        }


def _write(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(SECRET)


@pytest.fixture(scope="session")
def found(mode: Confinement, world: dict[str, Any]) -> dict[str, str]:
    """What came of all attempts that this way of confinement promises to keep back: another would succeed."""
    names = [name for name, promise in KEPT_BY.items() if promise in mode.enforced or _unsaid(promise, mode)]
    before = _everything_in(Path(world["checkout"]).parent)
    os.environ["ULTRASTACK_TEST_SECRET"] = SECRET
    leaked = os.open(Path(world["home"]) / ".aws/credentials", os.O_RDONLY)
    os.set_inheritable(leaked, True)
    try:
        told = json.dumps(
            {key: value for key, value in world.items() if key != "listening"} | {"names": names}
        ).encode()
        view = python_view(Path(world["checkout"]))
        ended = run_confined(
            [sys.executable, "-I", "attempts.py"], view, stdin=told, limits=Limits(seconds=30), mode=mode.mode
        )
    finally:
        os.close(leaked)
        del os.environ["ULTRASTACK_TEST_SECRET"]
    assert (ended.code, ended.why, ended.errors) == (0, "", "")
    assert SECRET.encode() not in ended.output
    for one in world["listening"]:
        with pytest.raises(BlockingIOError):
            one.recv(1)
    assert _everything_in(Path(world["checkout"]).parent) == before
    answers: dict[str, str] = json.loads(ended.output)
    return answers


def _everything_in(folder: Path) -> dict[str, tuple[int, int, int, str]]:
    """Names, modes, times, sizes and contents."""
    every = {}
    for one in sorted(folder.rglob("*")):
        seen = one.lstat()
        text = one.read_text(errors="replace") if stat.S_ISREG(seen.st_mode) else ""
        every[str(one)] = (seen.st_mode, seen.st_mtime_ns, seen.st_nlink, text)
    return every


def _unsaid(promise: str, mode: Confinement) -> bool:
    """What nothing is said of is kept where everything is."""
    return promise in (NO_ASKING, NO_NAMES) and complete(mode)


@pytest.mark.parametrize("name", sorted(KEPT_BY))
def test_attempts_are_kept_back_or_named(name: str, mode: Confinement, found: dict[str, str]) -> None:
    if name in found:
        assert found[name].startswith("kept: "), found[name]
    else:
        assert not complete(mode)
        assert KEPT_BY[name] in (*mode.not_enforced, NO_ASKING, NO_NAMES)


def test_every_attempt_is_looked_at(mode: Confinement, found: dict[str, str]) -> None:
    assert set(attempts.ATTEMPTS) == set(KEPT_BY)
    assert set(found) == set(KEPT_BY) if complete(mode) else found


# ---- each by itself


def run(mode: Confinement, folder: Path, code: str, stdin: bytes = b"", **limits: float) -> Ended:
    words = [os.path.realpath(sys.executable), "-I", "-S", "-c", code]
    known: dict[str, Any] = {"seconds": 20, "memory_mib": 1024, "processes": 16, "written_mib": 4} | limits
    return run_confined(words, View(folder), stdin=stdin, limits=Limits(**known), mode=mode.mode)


def left_running(mark: str) -> list[str]:
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_bytes()
            except OSError:
                continue
            if mark.encode() in words and int(process.name) != os.getpid():
                found.append(process.name)
    return found


def test_the_environment_is_empty(mode: Confinement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "LD_PRELOAD_NOT", "PYTHONPATH"):
        monkeypatch.setenv(name, SECRET)
    ended = run(mode, tmp_path, "import os; print(*sorted(os.environ), os.getcwd())")
    assert ended.output.decode().split() == ["HOME", "LANG", "PATH", "TMPDIR", str(tmp_path)]


def test_a_fork_bomb_is_small(mode: Confinement, tmp_path: Path) -> None:
    code = f"""
# {tmp_path}
import os, sys, time
made = 0
try:
    while made < 500:
        if os.fork() == 0:
            time.sleep(60)
        made += 1
except OSError:
    pass
print(made)
"""
    ended = run(mode, tmp_path, code)
    assert ended.code == 0
    assert 10 <= int(ended.output) <= MOST
    assert left_running(str(tmp_path)) == []


def test_an_exploding_fork_bomb_ends(mode: Confinement, tmp_path: Path) -> None:
    code = f"""
# {tmp_path}
import os
while True:
    try: os.fork()
    except OSError: pass
"""
    started = time.monotonic()
    ended = run(mode, tmp_path, code, seconds=0.5)
    assert (ended.code, ended.why) == (None, "time")
    assert left_running(str(tmp_path)) == []
    assert time.monotonic() - started < 15


def test_threads_are_counted(mode: Confinement, tmp_path: Path) -> None:
    code = """
import os, threading, time
made = 0
try:
    while made < 500:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        made += 1
except RuntimeError:
    pass
print(made, flush=True)
os._exit(0)
"""
    ended = run(mode, tmp_path, code)
    assert ended.code == 0
    assert 10 <= int(ended.output) <= MOST


def test_memory_of_one_process_is_limited(mode: Confinement, tmp_path: Path) -> None:
    code = "import mmap\ntry: bytearray(400 * 2**20)\nexcept MemoryError: print('no')"
    assert run(mode, tmp_path, code, memory_mib=200).output == b"no\n"


def test_shared_memory_of_one_process_is_limited(mode: Confinement, tmp_path: Path) -> None:
    code = "import mmap\ntry: mmap.mmap(-1, 2**30)\nexcept OSError: print('no')"
    assert run(mode, tmp_path, code, memory_mib=200).output == b"no\n"


def test_memory_of_all_together_is_limited(mode: Confinement, tmp_path: Path) -> None:
    code = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        held = b"x" * (80 * 2**20)
        time.sleep(60)
time.sleep(60)
"""
    ended = run(mode, tmp_path, code, memory_mib=200)
    assert (ended.code, ended.why) == (None, "memory")


def test_endless_output_ends(mode: Confinement, tmp_path: Path) -> None:
    ended = run(mode, tmp_path, "while True: print('x' * 1000)", output_bytes=10_000)
    assert (ended.code, ended.why, len(ended.output)) == (None, "output", 10_000)


def test_endless_errors_end(mode: Confinement, tmp_path: Path) -> None:
    code = "import sys\nwhile True: sys.stderr.write('\\x1b[31mx' * 1000)"
    ended = run(mode, tmp_path, code, output_bytes=10_000)
    assert (ended.code, ended.why, ended.output) == (None, "output", b"")
    assert len(ended.errors) <= 4096
    assert "\x1b" not in ended.errors


def test_endless_sleep_ends(mode: Confinement, tmp_path: Path) -> None:
    code = f"import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60) # {tmp_path}"
    ended = run(mode, tmp_path, code, seconds=0.5)
    assert (ended.code, ended.why) == (None, "time")
    assert left_running(str(tmp_path)) == []


def test_a_daemon_does_not_outlive(mode: Confinement, tmp_path: Path) -> None:
    code = f"""
# {tmp_path}
import os, signal, time
if os.fork() == 0:
    os.setsid()
    for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
time.sleep(0.1)
print("done")
"""
    started = time.monotonic()
    ended = run(mode, tmp_path, code)
    assert (ended.code, ended.output) == (0, b"done\n")
    assert left_running(str(tmp_path)) == []
    assert time.monotonic() - started < 10


def test_the_disk_is_not_filled(mode: Confinement, tmp_path: Path) -> None:
    code = """
import os, time
total = 0
try:
    for number in range(100):
        with open(os.path.join(os.environ["TMPDIR"], str(number)), "wb") as file:
            total += file.write(b"x" * 2**20)
            file.flush()
        time.sleep(0.02)
except OSError:
    print(total)
"""
    ended = run(mode, tmp_path, code, written_mib=4)
    assert ended.why == "files" or int(ended.output) <= 4 * 2**20


def test_one_file_is_limited(mode: Confinement, tmp_path: Path) -> None:
    code = """
import os
try: open(os.path.join(os.environ["TMPDIR"], "one"), "wb").write(b"x" * 9 * 2**20)
except OSError: print("no")
"""
    ended = run(mode, tmp_path, code, written_mib=4)
    assert ended.why == "files" or ended.output == b"no\n"


def test_the_private_folder_is_removed_and_nothing_else(
    mode: Confinement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    beside = tmp_path / "beside"
    beside.mkdir(mode=0o700)
    (beside / "kept").write_text("x")
    code = f"""
import os
os.chdir(os.environ["TMPDIR"])
os.makedirs("closed/in/it")
open("closed/in/it/file", "w").close()
os.symlink({str(beside)!r}, "closed/in/out")
os.symlink({str(beside)!r}, "out")
for _ in range(15):
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
os.chdir(os.environ["TMPDIR"])
for one in ("closed/in/it", "closed/in", "closed", "."):
    try: os.chmod(one, 0)
    except PermissionError: pass
print("made")
"""
    (tmp_path / "checkout").mkdir()
    ended = run(mode, tmp_path / "checkout", code)
    assert ended.output == b"made\n", ended.errors
    assert (beside / "kept").read_text() == "x"
    assert stat.S_IMODE(beside.stat().st_mode) == 0o700
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="only x86_64 has a 32-bit table of calls")
def test_calls_of_32_bit_programs_end_it(mode: Confinement, tmp_path: Path) -> None:
    code = """
import ctypes, mmap
code = mmap.mmap(-1, 4096, prot=7)
code.write(bytes.fromhex("53 b8 67010000 bb 02000000 b9 01000000 ba 00000000 cd80 5b c3"))  # socket() by int 0x80
address = ctypes.addressof(ctypes.c_char.from_buffer(code))
print(ctypes.CFUNCTYPE(ctypes.c_int)(address)() >= 0)
"""
    if NO_CALLS in mode.not_enforced:
        assert not complete(mode)
        return
    ended = run(mode, tmp_path, code)
    assert (ended.code, ended.output) == (128 + 31, b"")  # SIGSYS


# ---- the parent


def test_input_that_nobody_reads_is_no_trouble(mode: Confinement, tmp_path: Path) -> None:
    assert run(mode, tmp_path, "print('done')", stdin=b"x" * 2**23).output == b"done\n"


def test_all_input_arrives(mode: Confinement, tmp_path: Path) -> None:
    ended = run(mode, tmp_path, "import sys; print(len(sys.stdin.buffer.read()))", stdin=b"x" * 2**23)
    assert ended.output == b"8388608\n"


def test_closing_output_is_not_ending(mode: Confinement, tmp_path: Path) -> None:
    code = "import os, time; os.write(1, b'a'); os.close(1); os.close(2); time.sleep(0.3); os._exit(3)"
    ended = run(mode, tmp_path, code)
    assert (ended.code, ended.output, ended.why) == (3, b"a", "")


def test_silence_and_strange_bytes(mode: Confinement, tmp_path: Path) -> None:
    assert run(mode, tmp_path, "pass").output == b""
    ended = run(mode, tmp_path, "import os; os.write(1, b'\\xff\\x00'); os.write(2, b'\\xff\\x1b')")
    assert (ended.output, ended.errors) == (b"\xff\x00", "\N{REPLACEMENT CHARACTER}" * 2)


def test_a_signal_is_told_as_shells_do(mode: Confinement, tmp_path: Path) -> None:
    code = "import os, signal; signal.signal(11, signal.SIG_DFL); os.kill(os.getpid(), 11)"
    assert run(mode, tmp_path, code).code == 139


def test_many_at_once(mode: Confinement, tmp_path: Path) -> None:
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(run(mode, tmp_path, f"print({n})").output)) for n in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == [b"0\n", b"1\n", b"2\n", b"3\n"]


def test_a_program_that_is_not_there_is_told(mode: Confinement, tmp_path: Path) -> None:
    with pytest.raises(NotConfined, match="^FileNotFoundError: .*'/nowhere/python'$"):
        run_confined(["/nowhere/python"], View(tmp_path), mode=mode.mode)


def test_it_dies_with_its_parent(mode: Confinement, tmp_path: Path) -> None:
    inner = f"import time\nopen(__import__('os').environ['TMPDIR'] + '/x', 'w')\ntime.sleep(50) # {tmp_path}"
    code = f"""
import sys
from pathlib import Path
from ultrastack.sandbox import View, run_confined
run_confined([sys.executable, "-I", "-S", "-c", {inner!r}], View(Path({str(tmp_path)!r})), mode={mode.mode!r})
"""
    root, private = Path(__file__).parents[2], tmp_path / "tmp"
    private.mkdir()
    with subprocess.Popen([sys.executable, "-c", code], cwd=root, env={"TMPDIR": str(private)}) as parent:
        _until(lambda: "time.sleep" in "".join(_said_by(str(tmp_path), but=parent.pid)))
        parent.kill()
    _until(lambda: left_running(str(tmp_path)) == [])
    assert [one.name for one in private.iterdir()] == []


def _said_by(mark: str, but: int) -> list[str]:
    """Command lines of the program itself: not of what starts it, which are told the same."""
    found = []
    for pid in left_running(mark):
        try:
            words = Path("/proc", pid, "cmdline").read_text()
        except OSError:
            continue
        if int(pid) != but and "ultrastack.sandbox" not in words:
            found.append(words)
    return found


def _until(true: Any) -> None:
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)
