"""seccomp: denies a process the system calls that reach outside of it.

The restriction applies to the calling thread and to threads and processes it starts afterwards.
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

# System calls that reach outside: sockets, other processes, other namespaces.
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
# System calls that reach into other processes or bypass Landlock and seccomp; `socket` is first.
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
_FAMILIES: Final = (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)  # netlink: libc's resolver
_X32_CALLS: Final = 0x40000000  # the x32 system calls, which an x86_64 process can also make
# Classic BPF over seccomp_data: a step is a code, the jumps if true and if false, an operand.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_EXAMINED, _REFUSED, _ALLOWED = -1, -2, -3  # jump targets, resolved by `_filter_calls`
_KILL, _DENY, _ALLOW = 0x80000000, 0x00050001, 0x7FFF0000  # _DENY gives EPERM


def deny_calls() -> bool:
    """Deny sockets, new processes and signals to others; return whether the kernel enforces it."""
    architecture, *denied = _DENIED_CALLS.get(platform.machine(), (0,))
    return _filter_calls(architecture, denied)


def deny_sockets() -> bool:
    """Deny all sockets except IPv4, IPv6 and netlink, and access to other processes.

    Landlock does not prevent a connection to a unix socket whose path is known. Returns whether
    the kernel enforces the filter.
    """
    architecture, *denied = _INTRUDING_CALLS.get(platform.machine(), (0,))
    # The socket's family decides: load the lower half of the first argument.
    family = [(_LOAD, 0, 0, 16), *((_IF_EQUAL, _ALLOWED, 0, family) for family in _FAMILIES)]
    return _filter_calls(architecture, denied[1:], denied[:1], family)


def _filter_calls(
    architecture: int,
    denied: Sequence[int],
    examined: Sequence[int] = (),
    examination: Sequence[tuple[int, int, int, int]] = (),
) -> bool:
    """Deny `denied` calls, and `examined` calls unless the `examination` steps allow them."""
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
