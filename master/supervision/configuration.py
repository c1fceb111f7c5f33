"""The configuration and environment of supervisord, and checks of the files that it includes."""

import os
import resource
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from master.errors import ProgramError
from master.installation.state_dir import ROOT, SUPERVISOR_USERNAME, Installation, working_directory
from master.installation.templates import render
from master.supervision import sections
from personal_bot.contract import write_private

# The limit of open files that supervisord requires (minfds). Before it executes a program it closes
# that many file descriptors one by one, so it is low; `rpcinterface.py` raises the limit itself.
MINFDS = 1_024
# The only variables to keep from the shell that starts supervisord, because every program inherits
# supervisord's environment.
_KEPT = ("PATH", "HOME", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
_FIXED = {
    "LANG": "C.UTF-8",
    "PYTHONUNBUFFERED": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # One heap for all threads: otherwise a bot's short-lived threads hold 2 MB in their own.
    "MALLOC_ARENA_MAX": "1",
}


@dataclass(frozen=True)
class StaticProgram:
    """A program in supervisord.conf itself. A lower `priority` starts first and stops last."""

    name: str
    command: Sequence[str]
    priority: int


def write_supervisor_config(
    installation: Installation,
    extra_programs: Iterable[StaticProgram] = (),
    *,
    with_master: bool = True,
) -> None:
    """Write supervisord.conf: master, fork server, `extra_programs`, and the include of conf.d.

    Raises SettingsError, OSError, and ProgramError if supervisord would reject the result.
    """
    python = [sys.executable, "-m"]
    own = [
        StaticProgram("master", [*python, "master", "--settings", str(installation.settings)], 10),
        StaticProgram(
            "forkserver",
            [*python, "personal_bot.forking.forkserver", "--state-dir", str(installation.root)],
            5,
        ),
    ]
    programs = sum(1 for _ in installation.programs.glob("*.conf"))
    content = render(
        "supervisord.conf.j2",
        state=installation,
        username=SUPERVISOR_USERNAME,
        password=installation.read_supervisor_password(),
        directory=working_directory(installation.root),
        programs=[*extra_programs, *(own if with_master else ())],
        minfds=_limit(resource.RLIMIT_NOFILE, MINFDS),
        minprocs=_limit(resource.RLIMIT_NPROC, max(4_096, 60 * programs + 200)),
    )
    sections.parse(content, installation.supervisor_config.name, environment())
    write_private(installation.supervisor_config, content.encode())


def find_invalid_programs(installation: Installation) -> dict[Path, str]:
    """Return the files in conf.d that would keep supervisord from starting, with the reasons.

    One such file makes the start and every reload fail for all programs. A file is invalid if it
    cannot be read or parsed, contains anything but programs, defines a program that another file
    already defines (supervisord would merge the two), or defines a bot's program but has another
    name. Raises OSError, ProgramError.
    """
    taken = sections.names(installation.supervisor_config)
    invalid = {}
    # The bots' own files come first, so that the other definition of a program is the invalid one.
    for path in sorted(
        installation.programs.glob("*.conf"), key=lambda path: (not _is_bot(path), path)
    ):
        try:
            content = path.read_text(encoding="utf-8")
            found = sections.check_program_file(content, path.name, environment())
        except ProgramError as error:
            invalid[path] = error.reason
        except OSError as error:
            invalid[path] = error.strerror or "cannot be read"
        except UnicodeDecodeError:
            invalid[path] = "is not text in UTF-8"
        else:
            if found & taken:
                invalid[path] = "defines a program that another file defines"
            taken |= found
    return invalid


def quarantine_invalid_programs(installation: Installation) -> list[Path]:
    """Move files that would keep supervisord from starting to quarantine; return the new paths.

    Call it before every start. Raises OSError, ProgramError.
    """
    moved = []
    for path in find_invalid_programs(installation):
        installation.quarantine.mkdir(mode=0o700, exist_ok=True)
        moved.append(path.rename(installation.quarantine / f"{path.name}.{time.time_ns()}"))
    return moved


def environment() -> dict[str, str]:
    """Return the environment for supervisord: minimal, because every program inherits it.

    Settings and secrets reach the programs through files instead.
    """
    found = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # supervisord imports `rpcinterface.py`, whatever its working directory is.
    return found | _FIXED | {"PYTHONPATH": str(ROOT)}


def _limit(kind: int, wanted: int) -> int:
    """Return `wanted`, or the hard limit if it is lower: supervisord does not start above that."""
    _, hard = resource.getrlimit(kind)
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def _is_bot(path: Path) -> bool:
    return sections.BOT_FILE.fullmatch(path.name) is not None
