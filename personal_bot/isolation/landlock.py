"""Landlock: restricts a process to the files and folders that it names.

The restriction applies to the calling thread and to threads and processes it starts afterwards.
"""

import os
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from personal_bot.isolation.kernel import drop_privileges, libc

# Landlock, include/uapi/linux/landlock.h; the numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULESET_VERSION: Final = 1
_RULE_PATH_BENEATH: Final = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = (1 << bit for bit in range(4))
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_FILE = 1 << 7, 1 << 8  # not links, pipes, sockets or devices
_REFER, _TRUNCATE = 1 << 13, 1 << 14  # since ABI 2 and 3; 1 << 15, device ioctl, since 5
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
_BIND, _CONNECT = 0b01, 0b10  # TCP, since ABI 4
_SCOPES: Final = 0b11  # abstract sockets and signals, since ABI 6


def restrict_files(
    readable: Iterable[Path],
    writable: Iterable[Path] = (),
    executable: Iterable[Path] = (),
    *,
    connecting: bool = False,
) -> int:
    """Allow access to these files and folders only, and no signals to processes outside.

    Under `writable` paths, files can be read, created, renamed and removed. `connecting` allows
    outgoing TCP connections. Returns Landlock's ABI version, or 0 without Landlock. Older versions
    restrict less: TCP is allowed before ABI 4, signals before ABI 6.
    """
    abi = int(libc.syscall(_CREATE_RULESET, None, 0, _RULESET_VERSION))
    if abi < 1 or not drop_privileges():
        return 0
    handled = (1 << (13 + (abi >= 2) + (abi >= 3) + (abi >= 5))) - 1
    network = _BIND if connecting else _BIND | _CONNECT
    attributes = [handled, *([network] if abi >= 4 else []), *([_SCOPES] if abi >= 6 else [])]
    content = struct.pack(f"={len(attributes)}Q", *attributes)
    ruleset = int(libc.syscall(_CREATE_RULESET, content, len(content), 0))
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
        return abi if libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0 else 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return  # a missing or inaccessible path needs no rule
    try:
        if not path.is_dir():
            access &= _ON_FILES
        rule = struct.pack("=Qi", access, descriptor)
        libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)
