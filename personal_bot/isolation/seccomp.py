"""seccomp: a process gives up kernel calls that open a way out of it.

It holds the calling thread and the threads and processes that it starts afterwards.
"""

import ctypes
import platform
import socket
import struct
from collections.abc import Sequence
from typing import Final

from personal_bot.isolation.kernel import drop_privileges, libc

_PR_SET_SECCOMP: Final = 22  # linux/prctl.h
_SECCOMP_MODE_FILTER: Final = 2

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


def _filter_calls(
    architecture: int,
    denied: Sequence[int],
    examined: Sequence[int] = (),
    examination: Sequence[tuple[int, int, int, int]] = (),
) -> bool:
    """Deny calls, and those `examined` unless the steps of the `examination` allow them."""
    if not architecture or not drop_privileges():
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
    status = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
    return bool(status == 0)
