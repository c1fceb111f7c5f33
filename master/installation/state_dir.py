"""STATE_DIR: where things lie, and the files that an installation needs before it can start."""

import os
import re
import resource
import secrets
import site
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from master.accounts.vault import create_key
from master.errors import ProgramError, SettingsError
from master.supervision import sections
from master.supervision.rendering import render
from personal_bot.contract import StateFiles, write_private

if TYPE_CHECKING:
    from master.settings import Settings

# The folder that holds the packages: a checkout, or site-packages.
ROOT = Path(__file__).resolve().parents[2]

SUPERVISOR_USERNAME = "master"
# Bytes: sun_path of Linux, less its closing NUL and the `.<pid>` that supervisord binds at first.
SOCKET_PATH_LIMIT = 107 - len(".4194304")
# What supervisord demands of the limit of open files. It closes as many numbers, one by one, before
# it executes a program; our extension lifts the limit itself.
MINFDS = 1_024
# In supervisord's files `;` and `#` begin comments, `%` expansions, and `*?[` are the include's.
_UNSAFE = re.compile(r"[^\w .:/+@,=~-]")
_PASSWORD = re.compile(r"[0-9a-f]{64}")

# What a process of ours needs from the shell that started supervisord, and nothing else of it:
# every program inherits supervisord's environment.
_KEPT = ("PATH", "HOME", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
_FIXED = {
    "LANG": "C.UTF-8",
    "PYTHONUNBUFFERED": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # One heap for all threads: with one for each, a bot's short-lived threads hold 2 MB apart.
    "MALLOC_ARENA_MAX": "1",
}


@dataclass(frozen=True)
class StaticProgram:
    """A program of supervisord.conf itself. Lower `priority` starts first and stops last."""

    name: str
    command: Sequence[str]
    priority: int


class Installation(StateFiles):
    """Everything under STATE_DIR; `root` must be absolute."""

    @property
    def settings(self) -> Path:
        return self.root / "master.env"

    @property
    def database(self) -> Path:
        return self.root / "master.db"

    @property
    def supervisor_config(self) -> Path:
        return self.root / "supervisord.conf"

    @property
    def programs(self) -> Path:
        return self.root / "conf.d"

    @property
    def quarantine(self) -> Path:
        return self.programs / "quarantine"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def socket(self) -> Path:
        return self.run / "supervisor.sock"

    @property
    def bell(self) -> Path:
        """The socket at which supervisord tells the master that a process has ended."""
        return self.run / "bell.sock"

    @property
    def supervisor_pid(self) -> Path:
        return self.run / "supervisord.pid"

    @property
    def supervisor_log(self) -> Path:
        return self.logs / "supervisord.log"

    @property
    def supervisor_password(self) -> Path:
        return self.root / "supervisor.password"

    def check(self) -> None:
        """Raise SettingsError where STATE_DIR cannot work, before anything is written there."""
        if unsafe := _UNSAFE.search(str(self.root)):
            raise SettingsError("STATE_DIR", f"{self.root}: {unsafe[0]!r} cannot be in its name")
        length = len(os.fsencode(self.socket))
        if length > SOCKET_PATH_LIMIT:
            reason = f"{self.root} is too long by {length - SOCKET_PATH_LIMIT} bytes for a socket"
            raise SettingsError("STATE_DIR", reason)

    def prepare(self, secret_key: str | None = None) -> None:
        """Make the folders (mode 0700), the key and supervisord's password. Repeatable.

        Raises SettingsError.
        """
        self.check()
        try:
            for folder in (self.root, self.programs, self.run, self.logs, self.bots):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.chmod(0o700)
            create_key(self.key, secret_key)
            if not self.supervisor_password.exists():
                write_private(self.supervisor_password, secrets.token_hex(32).encode("ascii"))
        except OSError as error:
            reason = f"{error.filename or self.root}: {error.strerror}"
            raise SettingsError("STATE_DIR", reason) from error

    def mend_modes(self) -> list[Path]:
        """Take away what others may do with secrets and folders; return what was open to them.

        Raises SettingsError where something belongs to another user, who could change it.
        """
        homes = list(self.bots.glob("*"))
        credentials = [home / "credentials" for home in homes]
        database = [Path(f"{self.database}{suffix}") for suffix in ("", "-wal", "-shm")]
        own = [self.key, self.settings, self.bot_settings, self.supervisor_config]
        files = [*own, self.supervisor_password, *database, *credentials]
        folders = [self.root, self.programs, self.run, self.logs, self.bots, *homes]
        mended = []
        for path, mode in [
            *((path, 0o700) for path in folders),
            *((path, 0o600) for path in files),
        ]:
            try:
                found = path.stat()
                if found.st_uid != os.geteuid():
                    raise SettingsError("STATE_DIR", f"{path} belongs to another user: chown it")
                if found.st_mode & 0o077:
                    path.chmod(mode)
                    mended.append(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise SettingsError("STATE_DIR", f"{path}: {error.strerror}") from error
        return mended

    def read_supervisor_password(self) -> str:
        """Return the password of the socket. Raises SettingsError."""
        path = self.supervisor_password
        try:
            password = path.read_text(encoding="ascii", errors="replace").strip()
        except OSError as error:
            reason = f"{path}: {error.strerror}; start it with deploy/up first"
            raise SettingsError("STATE_DIR", reason) from error
        if not _PASSWORD.fullmatch(password):
            reason = f"{path} is damaged; {self.supervisor_config} has the same password"
            raise SettingsError("STATE_DIR", reason)
        return password

    def write_settings(self, settings: "Settings") -> None:
        """Write what the supervised master reads: supervisord hands no environment on. Mode 0600.

        Raises OSError.
        """
        values = settings.to_environment() | {"STATE_DIR": str(self.root)}
        title = "Settings of this installation, secrets included; written again at every start."
        content = render("settings.env.j2", title=title, settings=values)
        write_private(self.settings, content.encode())

    def write_bot_settings(self, settings: "Settings", master_username: str | None = None) -> None:
        """Write what every personal bot reads at start; no secrets. Raises OSError.

        `master_username` is where bots send their owners; once it was told it is kept.
        """
        title = "Settings of every personal bot; written again at every start. No secrets."
        # Damaged or not, Latin-1 reads it
        known = dotenv_values(self.bot_settings, encoding="latin-1").get("MASTER_USERNAME")
        username = master_username or known
        values = settings.to_bot_environment()
        values |= {"MASTER_USERNAME": username} if username else {}
        content = render("settings.env.j2", title=title, settings=values).encode()
        if not (self.bot_settings.exists() and self.bot_settings.read_bytes() == content):
            write_private(self.bot_settings, content)

    def write_supervisor_config(
        self, extra_programs: Iterable[StaticProgram] = (), *, with_master: bool = True
    ) -> None:
        """Write supervisord.conf: master, fork server, `extra_programs`, and what lies in conf.d.

        Raises SettingsError, OSError, and ProgramError where supervisord would not take the result.
        """
        python = [sys.executable, "-m"]
        own = [
            StaticProgram("master", [*python, "master", "--settings", str(self.settings)], 10),
            StaticProgram(
                "forkserver",
                [*python, "personal_bot.forking.forkserver", "--state-dir", str(self.root)],
                5,
            ),
        ]
        programs = sum(1 for _ in self.programs.glob("*.conf"))
        content = render(
            "supervisord.conf.j2",
            state=self,
            username=SUPERVISOR_USERNAME,
            password=self.read_supervisor_password(),
            directory=working_directory(self.root),
            programs=[*extra_programs, *(own if with_master else ())],
            minfds=_limit(resource.RLIMIT_NOFILE, MINFDS),
            minprocs=_limit(resource.RLIMIT_NPROC, max(4_096, 60 * programs + 200)),
        )
        sections.parse(content, self.supervisor_config.name, environment())
        write_private(self.supervisor_config, content.encode())

    def find_invalid_programs(self) -> dict[Path, str]:
        """Return the files in conf.d that would keep supervisord from starting, and why.

        One such file fails the start and every reload, for all programs. Refused are files that
        cannot be read or parsed, that hold anything but programs, that define a program which
        another file defines already (supervisord would merge the two), or a bot's program under
        another file's name. Raises OSError, ProgramError.
        """
        taken = sections.names(self.supervisor_config)
        invalid = {}
        # A bot's own file has the first claim on its program.
        for path in sorted(
            self.programs.glob("*.conf"), key=lambda path: (not _is_bot(path), path)
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

    def quarantine_invalid_programs(self) -> list[Path]:
        """Move files that would keep supervisord from starting out of its sight; return them.

        Call it before every start. Raises OSError, ProgramError.
        """
        moved = []
        for path in self.find_invalid_programs():
            self.quarantine.mkdir(mode=0o700, exist_ok=True)
            moved.append(path.rename(self.quarantine / f"{path.name}.{time.time_ns()}"))
        return moved


def environment() -> dict[str, str]:
    """Return the environment to start supervisord with: scrubbed, since every program inherits it.

    Settings and secrets reach the programs through files instead.
    """
    found = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # supervisord itself imports our extension, wherever it is started from.
    return found | _FIXED | {"PYTHONPATH": str(ROOT)}


def working_directory(otherwise: Path) -> Path:
    """Return where `python -m master` finds the packages: the checkout, unless it is installed."""
    installed = ROOT in {Path(folder).resolve() for folder in _site_folders()}
    return otherwise if installed else ROOT


def default_state_dir() -> Path:
    """Return `var` of the checkout; of the working directory where the packages are installed."""
    return working_directory(Path.cwd()) / "var"


def _site_folders() -> list[str]:
    return [*site.getsitepackages(), site.getusersitepackages()]


def _limit(kind: int, wanted: int) -> int:
    """Return `wanted`, or the hard limit if that is lower: above it supervisord does not start."""
    _, hard = resource.getrlimit(kind)
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def _is_bot(path: Path) -> bool:
    return sections.BOT_FILE.fullmatch(path.name) is not None
