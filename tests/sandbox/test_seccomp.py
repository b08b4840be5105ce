"""The filter says of each call what it must, on both machines: read as the kernel reads it."""

from __future__ import annotations

import errno
import struct

import pytest

from ultrastack.sandbox import seccomp

ALLOWED, EPERM, ENOSYS, KILLED = 0x7FFF0000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS, 0x80000000
COLUMN = {"x86_64": 0, "aarch64": 1}


@pytest.fixture(params=list(COLUMN))
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(seccomp, "MACHINE", request.param)
    return str(request.param)


def answer(machine: str, number: int, *arguments: int, mounts: bool = True, architecture: int = 0) -> int:
    """Classic BPF, the part of it that is used."""
    data = struct.pack("=IIQ6Q", number, architecture or seccomp.AUDIT_ARCH[machine], 0, *(*arguments, *[0] * 6)[:6])
    code = list(struct.iter_unpack("=HBBI", seccomp._program(mounts)))
    held = at = 0
    while True:
        what, if_true, if_false, value = code[at]
        at += 1
        if what == 0x06:  # BPF_RET | BPF_K
            return int(value)
        if what == 0x20:  # BPF_LD | BPF_W | BPF_ABS
            held = struct.unpack_from("=I", data, value)[0]
            continue
        if what == 0x54:  # BPF_ALU | BPF_AND | BPF_K
            held &= value
            continue
        holds = {0x15: held == value, 0x25: held > value, 0x45: bool(held & value)}[what]  # BPF_JMP: JEQ, JGT, JSET
        at += if_true if holds else if_false


def test_what_a_program_does_is_allowed(machine: str) -> None:
    for numbers in ((0, 63), (1, 64), (257, 56), (59, 221), (202, 98), (9, 222)):  # read write openat ..
        assert answer(machine, numbers[COLUMN[machine]]) == ALLOWED


@pytest.mark.parametrize("name", sorted({**seccomp.DENIED, **seccomp.DENIED_WITHOUT_MOUNTS}))
def test_what_is_denied_is_denied(name: str, machine: str) -> None:
    number = {**seccomp.DENIED, **seccomp.DENIED_WITHOUT_MOUNTS}[name][COLUMN[machine]]
    if number >= 0:
        assert answer(machine, number, 5, 5, mounts=False) == EPERM
        assert answer(machine, number, mounts=True) == (EPERM if name in seccomp.DENIED else ALLOWED)


def test_numbers_are_not_named_twice(machine: str) -> None:
    every = [n[COLUMN[machine]] for n in {**seccomp.DENIED, **seccomp.DENIED_WITHOUT_MOUNTS}.values()]
    known = [one for one in every if one >= 0]
    assert len(known) == len(set(known))
    assert max(known) <= seccomp.NEWEST


def test_other_tables_and_newer_calls(machine: str) -> None:
    assert answer(machine, 1, architecture=0x40000003) == KILLED  # AUDIT_ARCH_I386
    assert answer(machine, 0x40000000 | 1) == ENOSYS  # x32
    assert answer(machine, 435) == ENOSYS  # clone3
    assert answer(machine, 9999) == ENOSYS


def test_threads_and_processes_but_no_namespaces(machine: str) -> None:
    clone = (56, 220)[COLUMN[machine]]
    assert answer(machine, clone, 17) == ALLOWED  # fork: SIGCHLD
    assert answer(machine, clone, 0x3D0F00) == ALLOWED  # what pthread_create asks for
    for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert answer(machine, clone, flag | 17) == EPERM


def test_terminals_and_limits_of_others(machine: str) -> None:
    ioctl, prlimit = (16, 29)[COLUMN[machine]], (302, 261)[COLUMN[machine]]
    assert answer(machine, ioctl, 0, 0x5401) == ALLOWED  # TCGETS
    assert answer(machine, ioctl, 0, 0x5412) == answer(machine, ioctl, 0, 0xFFFFFFFF00005412) == EPERM
    assert answer(machine, ioctl, 0, 0x541C) == EPERM
    assert answer(machine, prlimit, 0) == ALLOWED
    assert answer(machine, prlimit, 1234) == EPERM


def test_only_connected_pairs_of_sockets(machine: str) -> None:
    pair = (53, 199)[COLUMN[machine]]
    for kind in (1, 5, 1 | 0o2000000, 1 | 0o4000):  # stream, seqpacket; SOCK_CLOEXEC, SOCK_NONBLOCK
        assert answer(machine, pair, 1, kind) == ALLOWED
    for family, kind in ((1, 2), (1, 2 | 0o2000000), (1, 3), (30, 1), (2, 1)):  # datagrams, raw; TIPC, internet
        assert answer(machine, pair, family, kind) == EPERM
