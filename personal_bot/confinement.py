"""What a process gives up before it touches a stranger's file: resources, files, sockets, children.

`limit_resources` always holds. `lock_files` (Landlock) and `lock_calls` (seccomp) hold where the
kernel has them and say whether they do: nothing here pretends.
"""

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from personal_bot.converters.protocol import Limits

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_SECCOMP_MODE_FILTER: Final = 2

# Landlock, include/uapi/linux/landlock.h; the numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULESET_VERSION: Final = 1
_RULE_PATH_BENEATH: Final = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_NETWORK: Final = 0b11  # bind and connect TCP, since ABI 4
_SCOPES: Final = 0b11  # abstract sockets and signals, since ABI 6

# Calls that open a way out: sockets, other processes, other namespaces.
_DENIED_CALLS: Final = {
    "x86_64": (
        0xC000003E,  # AUDIT_ARCH_X86_64
        *(41, 53, 56, 57, 58, 59, 62),  # socket socketpair clone fork vfork execve kill
        *(101, 165, 200, 234, 272, 308),  # ptrace mount tkill tgkill unshare setns
        *(310, 311, 321, 322, 323),  # process_vm_readv, _writev, bpf execveat userfaultfd
        *(424, 425, 434, 435),  # pidfd_send_signal io_uring_setup pidfd_open clone3
    ),
    "aarch64": (
        0xC00000B7,  # AUDIT_ARCH_AARCH64
        *(198, 199, 220, 221, 129),  # socket socketpair clone execve kill
        *(117, 40, 130, 131, 97, 268),  # ptrace mount tkill tgkill unshare setns
        *(270, 271, 280, 281, 282),  # process_vm_readv, _writev, bpf execveat userfaultfd
        *(424, 425, 434, 435),  # pidfd_send_signal io_uring_setup pidfd_open clone3
    ),
}
_X32_CALLS: Final = 0x40000000  # the second table of calls that an x86_64 process can reach
_KILL, _DENY, _ALLOW = 0x80000000, 0x00050001, 0x7FFF0000  # _DENY gives EPERM


def end_with_parent(parent_pid: int) -> None:
    """Be killed when the parent ends, also by SIGKILL."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # it ended before the call
        raise SystemExit(1)


def limit_resources(limits: Limits) -> None:
    """Bound memory, CPU time, open files, written bytes; give way to everyone else."""
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    # The kernel signals at the first and kills at the second; at once, if they are the same.
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1)
    _limit(resource.RLIMIT_NOFILE, limits.open_files)
    _limit(resource.RLIMIT_FSIZE, limits.written_bytes)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_CORE, 0)
    os.nice(10)
    with contextlib.suppress(OSError):  # a wish, not a bound: whoever starts us may be locked in
        Path("/proc/self/oom_score_adj").write_text("1000")


def lock_files(readable: Iterable[Path]) -> int:
    """Leave these folders readable and nothing else; return Landlock's ABI, 0 without Landlock."""
    abi = int(_libc.syscall(_CREATE_RULESET, None, 0, _RULESET_VERSION))
    if abi < 1 or not _give_up_privileges():
        return 0
    handled = (1 << (13 + (abi >= 2) + (abi >= 3) + (abi >= 5))) - 1
    attributes = [handled, *([_NETWORK] if abi >= 4 else []), *([_SCOPES] if abi >= 6 else [])]
    content = struct.pack(f"={len(attributes)}Q", *attributes)
    ruleset = int(_libc.syscall(_CREATE_RULESET, content, len(content), 0))
    if ruleset < 0:
        return 0
    try:
        for path in readable:
            _allow_reading(ruleset, path)
        return abi if _libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0 else 0
    finally:
        os.close(ruleset)


def lock_calls() -> bool:
    """Deny sockets, new processes and signals to others; return whether the kernel does it."""
    machine = platform.machine()
    if machine not in _DENIED_CALLS or not _give_up_privileges():
        return False
    architecture, *denied = _DENIED_CALLS[machine]
    # Classic BPF: (code, jump if true, jump if false, operand). 0x20 loads a word of seccomp_data,
    # 0x15 and 0x35 jump if equal and if greater or equal, 0x06 returns.
    steps = [
        (0x20, 0, 0, 4),
        (0x15, 1, 0, architecture),
        (0x06, 0, 0, _KILL),
        (0x20, 0, 0, 0),
        (0x35, 0, 1, _X32_CALLS),
        (0x06, 0, 0, _KILL),
    ]
    steps += [(0x15, len(denied) - index, 0, call) for index, call in enumerate(denied)]
    steps += [(0x06, 0, 0, _ALLOW), (0x06, 0, 0, _DENY)]
    filters = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(filters)))
    status = _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
    return bool(status == 0)


def _limit(kind: int, soft: int, hard: int | None = None) -> None:
    highest = resource.getrlimit(kind)[1]
    wanted = (soft, soft if hard is None else hard)
    if highest != resource.RLIM_INFINITY:
        wanted = (min(wanted[0], highest), min(wanted[1], highest))
    resource.setrlimit(kind, wanted)


def _give_up_privileges() -> bool:
    return bool(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)


def _allow_reading(ruleset: int, path: Path) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return  # what is not there, or not ours, needs no permission
    try:
        access = _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE
        rule = struct.pack("=Qi", access, folder)
        _libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(folder)
