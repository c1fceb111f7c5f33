"""What a process gives up before it touches what strangers wrote: resources, files, sockets, calls.

`limit_resources` always holds. `lock_files` (Landlock), `lock_calls` and `lock_sockets` (seccomp)
hold where the kernel has them and say whether they do: nothing here pretends. Landlock and seccomp
hold the calling thread and the threads and processes that it starts afterwards.
"""

import contextlib
import ctypes
import os
import platform
import resource
import signal
import socket
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from personal_bot.documents.converters.protocol import Limits

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_SECCOMP_MODE_FILTER: Final = 2

# Landlock, include/uapi/linux/landlock.h; the numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULESET_VERSION: Final = 1
_RULE_PATH_BENEATH: Final = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = (1 << bit for bit in range(4))
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_FILE = 1 << 7, 1 << 8  # no links, pipes, sockets, devices
_REFER, _TRUNCATE = 1 << 13, 1 << 14  # since ABI 2 and 3; 1 << 15, ioctl of devices, since 5
_ON_FILES: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_READING: Final = _READ_FILE | _READ_DIR
_WRITING: Final = (
    _READING
    | _WRITE_FILE
    | _TRUNCATE
    | _MAKE_DIR
    | _MAKE_FILE
    | _REMOVE_DIR
    | _REMOVE_FILE
    | _REFER
)
_BIND, _CONNECT = 0b01, 0b10  # of TCP, since ABI 4
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
# Calls that reach into other processes or around the two locks; the first is `socket`.
_INTRUDING_CALLS: Final = {
    "x86_64": (
        0xC000003E,
        *(41, 101, 165, 272, 308),  # socket ptrace mount unshare setns
        *(310, 311, 321, 323, 425, 438),  # process_vm_* bpf userfaultfd io_uring_setup pidfd_getfd
    ),
    "aarch64": (
        0xC00000B7,
        *(198, 117, 40, 97, 268),  # socket ptrace mount unshare setns
        *(270, 271, 280, 282, 425, 438),  # process_vm_* bpf userfaultfd io_uring_setup pidfd_getfd
    ),
}
_FAMILIES: Final = (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)  # libc's resolver needs it
_X32_CALLS: Final = 0x40000000  # the second table of calls that an x86_64 process can reach
# Classic BPF over seccomp_data: a step is a code, jumps if true and if false, and an operand.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_EXAMINED, _REFUSED, _ALLOWED = -1, -2, -3  # jumps to the parts of `_filter_calls`
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


def lock_files(
    readable: Iterable[Path],
    writable: Iterable[Path] = (),
    executable: Iterable[Path] = (),
    *,
    connecting: bool = False,
) -> int:
    """Leave these files and folders and nothing else; signal no process outside.

    What is writable can be read, created, renamed and removed in it; TCP is left if `connecting`.
    Returns Landlock's ABI, 0 without Landlock. What is older lacks some: TCP is free before ABI 4,
    signals are before 6.
    """
    abi = int(_libc.syscall(_CREATE_RULESET, None, 0, _RULESET_VERSION))
    if abi < 1 or not _give_up_privileges():
        return 0
    handled = (1 << (13 + (abi >= 2) + (abi >= 3) + (abi >= 5))) - 1
    network = _BIND if connecting else _BIND | _CONNECT
    attributes = [handled, *([network] if abi >= 4 else []), *([_SCOPES] if abi >= 6 else [])]
    content = struct.pack(f"={len(attributes)}Q", *attributes)
    ruleset = int(_libc.syscall(_CREATE_RULESET, content, len(content), 0))
    if ruleset < 0:
        return 0
    try:
        for paths, access in (
            (readable, _READING),
            (writable, _WRITING),
            (executable, _READING | _EXECUTE),
        ):
            for path in paths:
                _allow(ruleset, path, access & handled)
        return abi if _libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0 else 0
    finally:
        os.close(ruleset)


def lock_calls() -> bool:
    """Deny sockets, new processes and signals to others; return whether the kernel does it."""
    architecture, *denied = _DENIED_CALLS.get(platform.machine(), (0,))
    return _filter_calls(architecture, denied)


def lock_sockets() -> bool:
    """Deny every socket but those of TCP and UDP, and ways into other processes.

    Landlock lets whoever may know a path connect to the unix socket there. Returns whether the
    kernel does it.
    """
    architecture, *denied = _INTRUDING_CALLS.get(platform.machine(), (0,))
    # Of a socket the family decides: the first argument, whose lower half is loaded.
    family = [(_LOAD, 0, 0, 16), *((_IF_EQUAL, _ALLOWED, 0, family) for family in _FAMILIES)]
    return _filter_calls(architecture, denied[1:], denied[:1], family)


def _limit(kind: int, soft: int, hard: int | None = None) -> None:
    highest = resource.getrlimit(kind)[1]
    wanted = (soft, soft if hard is None else hard)
    if highest != resource.RLIM_INFINITY:
        wanted = (min(wanted[0], highest), min(wanted[1], highest))
    resource.setrlimit(kind, wanted)


def _filter_calls(
    architecture: int,
    denied: Sequence[int],
    examined: Sequence[int] = (),
    examination: Sequence[tuple[int, int, int, int]] = (),
) -> bool:
    """Deny calls, and those `examined` unless the steps of the `examination` allow them."""
    if not architecture or not _give_up_privileges():
        return False
    steps = [
        (_LOAD, 0, 0, 4),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_IF_AT_LEAST, 0, 1, _X32_CALLS),
        (_RETURN, 0, 0, _KILL),
        *((_IF_EQUAL, _REFUSED, 0, call) for call in denied),
        *((_IF_EQUAL, _EXAMINED, 0, call) for call in examined),
        (_RETURN, 0, 0, _ALLOW),
    ]
    targets = {_EXAMINED: len(steps)}
    steps += [*examination, (_RETURN, 0, 0, _DENY), (_RETURN, 0, 0, _ALLOW)]
    targets |= {_REFUSED: len(steps) - 2, _ALLOWED: len(steps) - 1}
    content = b"".join(
        struct.pack("=HBBI", code, targets.get(jump, index + 1 + jump) - index - 1, other, operand)
        for index, (code, jump, other, operand) in enumerate(steps)
    )
    filters = ctypes.create_string_buffer(content)
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(filters)))
    status = _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
    return bool(status == 0)


def _give_up_privileges() -> bool:
    return bool(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)


def _allow(ruleset: int, path: Path, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return  # what is not there, or not ours, needs no permission
    try:
        if not path.is_dir():
            access &= _ON_FILES
        rule = struct.pack("=Qi", access, descriptor)
        _libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)
