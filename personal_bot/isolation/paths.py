"""The paths that a confined process may use: its code, and files for host names, TLS, time zones.

A Landlock rule applies to the file that exists now, not to its path. Where files are replaced while
bots run, the folder is allowed instead.
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
from personal_bot.isolation.landlock import restrict_files
from personal_bot.isolation.seccomp import deny_sockets

_PACKAGE: Final = Path(personal_bot.__file__).resolve().parent

_SYSTEM: Final = (
    # libc: host names, encodings, time
    *("/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf"),
    *("/etc/services", "/etc/protocols", "/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo"),
    *("/usr/share/locale", "/usr/share/i18n", "/etc/ld.so.cache", "/etc/ld-musl-x86_64.path"),
    # TLS: certificates of Debian, Alpine and Red Hat, and the targets of their links
    *("/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/ssl/openssl.cnf", "/etc/pki/tls"),
    *("/etc/pki/ca-trust", "/etc/crypto-policies", "/usr/share/ca-certificates"),
    "/usr/local/share/ca-certificates",
    # kernel: information about the process itself and the CPUs
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"),
    *("/dev/urandom", "/dev/random", "/dev/zero"),
)
_RESOLVER: Final = Path("/etc/resolv.conf")


def confine(home: Path) -> tuple[str, ...]:
    """Restrict the process for good to the bot's folder, its code, the network and its workers.

    Call it while there is only one thread: other threads would stay unrestricted. Temporary files
    go into `home`. Returns the locks in effect, for example ``("landlock 7", "seccomp")``.
    """
    home = home.resolve()
    os.environ["TMPDIR"] = tempfile.tempdir = str(home)  # SQLite and the index read the variable
    os.environ["HOME"] = str(home)  # Haystack needs it, and cannot read /etc/passwd
    # The working directory comes first in sys.path, and may contain the files of all other bots.
    readable, executable = find_allowed_paths()
    inside = f"{home}{os.sep}"
    within_reach = [path for path, real in readable if not inside.startswith(real)]
    abi = restrict_files(within_reach, (home, Path(os.devnull)), executable, connecting=True)
    sockets = deny_sockets()
    return (*([f"landlock {abi}"] if abi else []), *(["seccomp"] if sockets else []))


@cache
def find_allowed_paths() -> tuple[list[tuple[Path, str]], list[Path]]:
    """Return the paths that a bot may read, each with its resolved path, and those it may execute.

    They are the same for every bot of this process, so the fork server determines them once.
    """
    readable = dict.fromkeys((*find_code(), *find_system_paths()))
    return [(path, f"{path.resolve()}{os.sep}") for path in readable], list(find_interpreter())


def find_code() -> Iterator[Path]:
    """Yield the paths of modules and shared libraries, without the folder of a checkout itself."""
    yield _PACKAGE
    for entry in map(Path, sys.path):
        if entry.resolve() != _PACKAGE.parent or entry.name in {"site-packages", "dist-packages"}:
            yield entry
    for path in ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"):
        yield Path(path)
    yield Path(sys.base_prefix) / "lib"
    yield from map(Path, mimetypes.knownfiles)  # read on behalf of openpyxl and httpx
    for path in ("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo", "/dev/urandom"):
        yield Path(path)


def find_system_paths() -> Iterator[Path]:
    """Yield the paths outside its code that a network client reads."""
    yield from map(Path, _SYSTEM)
    yield Path(sys.prefix) / "pyvenv.cfg"
    target = _RESOLVER.resolve()
    if target.parent != _RESOLVER.parent:
        yield target.parent  # systemd-resolved and the like replace the file
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
