"""STATE_DIR: its paths, and the folders and files that must exist before supervisord starts."""

import os
import re
import secrets
import site
from pathlib import Path
from typing import TYPE_CHECKING

from master.errors import SettingsError
from master.installation.key_file import create_key
from personal_bot.contract import StateFiles, write_private

if TYPE_CHECKING:
    pass

# The folder that holds the packages: a checkout, or site-packages.
ROOT = Path(__file__).resolve().parents[2]

SUPERVISOR_USERNAME = "master"
# Bytes: Linux's sun_path, less the terminating NUL and the `.<pid>` with which supervisord first
# binds the socket.
SOCKET_PATH_LIMIT = 107 - len(".4194304")
# In supervisord's configuration, `;` and `#` start comments, `%` an expansion, and `*?[` are glob
# characters of the include.
_UNSAFE = re.compile(r"[^\w .:/+@,=~-]")
# supervisorctl's `tail -f` and `fg` break the header with name and password after 57 bytes
# (supervisor 4.3, `http_client`), where base64 continues on a second line.
PASSWORD_LENGTH = 40
_PASSWORD = re.compile(rf"[0-9a-f]{{{PASSWORD_LENGTH}}}")
_PASSWORD_BEFORE_0_4 = re.compile(r"[0-9a-f]{64}")


class Installation(StateFiles):
    """The paths under STATE_DIR that the master uses. `root` must be absolute."""

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
    def event_socket(self) -> Path:
        """The socket by which supervisord notifies the master, e.g. when a process has ended."""
        return self.run / "events.sock"

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
        """Raise SettingsError if the path of STATE_DIR is unusable; nothing is written."""
        if unsafe := _UNSAFE.search(str(self.root)):
            raise SettingsError(
                "STATE_DIR", f"{self.root}: {unsafe[0]!r} must not occur in its name"
            )
        length = len(os.fsencode(self.socket))
        if length > SOCKET_PATH_LIMIT:
            reason = f"{self.root} is too long by {length - SOCKET_PATH_LIMIT} bytes for a socket"
            raise SettingsError("STATE_DIR", reason)

    def prepare(self, secret_key: str | None = None) -> None:
        """Create what is missing: folders (mode 0700), key file and supervisord's password.

        The keys in `secret_key` come first in the key file.
        Raises SettingsError.
        """
        self.check()
        try:
            for folder in (self.root, self.programs, self.run, self.logs, self.bots):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.chmod(0o700)
            create_key(self.key, secret_key)
            if not self.supervisor_password.exists():
                self._write_supervisor_password()
        except OSError as error:
            reason = f"{error.filename or self.root}: {error.strerror}"
            raise SettingsError("STATE_DIR", reason) from error

    def restrict_permissions(self) -> list[Path]:
        """Remove access of group and others to folders and secrets; return the paths changed.

        Raises SettingsError if a path belongs to another user, who could change it.
        """
        homes = list(self.bots.glob("*"))
        credentials = [home / "credentials" for home in homes]
        database = [Path(f"{self.database}{suffix}") for suffix in ("", "-wal", "-shm")]
        database += self.database.parent.glob(f"{self.database.name}.v*")  # from before a migration
        own = [self.key, self.settings, self.bot_settings, self.supervisor_config]
        files = [*own, self.supervisor_password, *database, *credentials]
        folders = [self.root, self.programs, self.run, self.logs, self.bots, *homes]
        restricted = []
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
                    restricted.append(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise SettingsError("STATE_DIR", f"{path}: {error.strerror}") from error
        return restricted

    def read_supervisor_password(self) -> str:
        """Return the password of supervisord's socket. Raises SettingsError."""
        path = self.supervisor_password
        try:
            password = path.read_text(encoding="ascii", errors="replace").strip()
        except OSError as error:
            reason = f"{path}: {error.strerror}; start it with deploy/up first"
            raise SettingsError("STATE_DIR", reason) from error
        if not (_PASSWORD.fullmatch(password) or _PASSWORD_BEFORE_0_4.fullmatch(password)):
            reason = f"{path} is damaged; {self.supervisor_config} has the same password"
            raise SettingsError("STATE_DIR", reason)
        return password

    def renew_supervisor_password(self) -> None:
        """Replace a password of an earlier version or a damaged one.

        Call it only while no supervisord runs, which would keep the old one. Raises OSError.
        """
        password = self.supervisor_password.read_text(encoding="ascii", errors="replace")
        if not _PASSWORD.fullmatch(password):
            self._write_supervisor_password()

    def _write_supervisor_password(self) -> None:
        password = secrets.token_hex(PASSWORD_LENGTH // 2)
        write_private(self.supervisor_password, password.encode("ascii"))


def working_directory(otherwise: Path) -> Path:
    """Return the folder in which to run `python -m master`, so that it finds the packages.

    That is the checkout, or `otherwise` if the packages are installed.
    """
    installed = ROOT in {Path(folder).resolve() for folder in _site_folders()}
    return otherwise if installed else ROOT


def default_state_dir() -> Path:
    """Return `var` in the checkout, or in the working directory if the packages are installed."""
    return working_directory(Path.cwd()) / "var"


def _site_folders() -> list[str]:
    return [*site.getsitepackages(), site.getusersitepackages()]
