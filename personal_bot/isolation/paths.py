"""Where a locked-in process may still go: its code, and what names, TLS and time zones need.

A rule of Landlock is about the file that lies there now, not about its path: folders are given
where files are replaced while bots run.
"""

import mimetypes
import os
import ssl
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import personal_bot
from personal_bot.isolation.landlock import lock_files
from personal_bot.isolation.seccomp import lock_sockets

_PACKAGE: Final = Path(personal_bot.__file__).resolve().parent

_SYSTEM: Final = (
    # libc: names of hosts, encodings, time
    *("/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf"),
    *("/etc/services", "/etc/protocols", "/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo"),
    *("/usr/share/locale", "/usr/share/i18n", "/etc/ld.so.cache", "/etc/ld-musl-x86_64.path"),
    # TLS: certificates of Debian, Alpine and Red Hat, and what they are links to
    *("/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/ssl/openssl.cnf", "/etc/pki/tls"),
    *("/etc/pki/ca-trust", "/etc/crypto-policies", "/usr/share/ca-certificates"),
    "/usr/local/share/ca-certificates",
    # the kernel: what it tells a process about itself and the processors
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"),
    *("/dev/urandom", "/dev/random", "/dev/zero"),
)
_RESOLVER: Final = Path("/etc/resolv.conf")


def lock_in(home: Path) -> tuple[str, ...]:
    """Give up everything but the bot's own folder, its code, TCP and its workers, for good.

    Call it while there is one thread: the others would stay free. Temporary files go into `home`.
    Returns the locks that hold, like ``("landlock 7", "seccomp")``.
    """
    home = home.resolve()
    os.environ["TMPDIR"] = tempfile.tempdir = str(home)  # SQLite and the index read the variable
    os.environ["HOME"] = str(home)  # Haystack wants to know, and /etc/passwd is out of reach
    # The folder that a process was started in leads its path, and may hold all the others' files.
    readable, executable = find_allowed_paths()
    inside = f"{home}{os.sep}"
    within_reach = [path for path, real in readable if not inside.startswith(real)]
    abi = lock_files(within_reach, (home, Path(os.devnull)), executable, connecting=True)
    sockets = lock_sockets()
    return (*([f"landlock {abi}"] if abi else []), *(["seccomp"] if sockets else []))


@cache
def find_allowed_paths() -> tuple[list[tuple[Path, str]], list[Path]]:
    """Return what a bot may read, each with where it really lies, and what it may execute.

    The same for every bot of this process: the fork server surveys once.
    """
    readable = dict.fromkeys((*find_code(), *find_surroundings()))
    return [(path, f"{path.resolve()}{os.sep}") for path in readable], list(find_interpreter())


def find_code() -> Iterator[Path]:
    """Yield where modules and shared libraries lie; not the folder of a checkout beside them."""
    yield _PACKAGE
    for entry in map(Path, sys.path):
        if entry.resolve() != _PACKAGE.parent or entry.name in {"site-packages", "dist-packages"}:
            yield entry
    for path in ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"):
        yield Path(path)
    yield Path(sys.base_prefix) / "lib"
    yield from map(Path, mimetypes.knownfiles)  # openpyxl and httpx have them read
    for path in ("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo", "/dev/urandom"):
        yield Path(path)


def find_surroundings() -> Iterator[Path]:
    """Yield what a process that talks to servers reads outside of its code."""
    yield from map(Path, _SYSTEM)
    yield Path(sys.prefix) / "pyvenv.cfg"
    target = _RESOLVER.resolve()
    if target.parent != _RESOLVER.parent:
        yield target.parent  # of systemd-resolved and the like, which put a new file there
    verify = ssl.get_default_verify_paths()
    for found in (verify.cafile, verify.capath):
        if found:
            yield Path(found)


def find_interpreter() -> Iterator[Path]:
    """Yield the files that the kernel executes for a worker: Python and the dynamic loader."""
    yield Path(os.path.realpath(sys.executable))
    with Path("/proc/self/maps").open(encoding="utf-8", errors="replace") as maps:
        mapped = {line.split(maxsplit=5)[5].rstrip() for line in maps if line.count(" ") > 5}
    yield from (path for path in map(Path, mapped) if path.name.startswith("ld-"))
