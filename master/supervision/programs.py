"""The program section of each bot: rendered, checked as supervisord would, written whole."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from master.errors import ProgramError
from master.installation.state_dir import ROOT, Installation, working_directory
from master.installation.templates import format_command, render
from master.supervision import sections
from master.supervision.configuration import environment
from personal_bot.contract import ExitCode, write_private

# Seconds a bot must live to count as running; onboarding waits for them. A forked bot takes less
# to start, so one that fails while it starts is backed off from and given up, not restarted for
# ever.
START_SECONDS = 1
STOP_SECONDS = 5  # from SIGTERM to SIGKILL
EXPECTED_EXITS = (ExitCode.STOPPED, ExitCode.REFUSED, ExitCode.MISCONFIGURED)

_AUTOSTART = re.compile(r"^autostart=(true|false)$", re.MULTILINE)

Command = Callable[[Installation, int], list[str]]


def bot_command(installation: Installation, user_id: int) -> list[str]:
    """Return the command that runs one person's bot: an id and paths, never a secret."""
    launcher = [sys.executable, "-I", "-S", str(ROOT / "personal_bot" / "forking" / "launcher.py")]
    return [*launcher, "--state-dir", str(installation.root), "--user-id", str(user_id)]


def program_name(user_id: int) -> str:
    """Name of a bot's program, its group and its process in supervisord."""
    return f"bot-{user_id}"


def parse_program_name(name: str) -> int | None:
    """Return whose bot a program is, or None if it is no bot's."""
    match = sections.BOT_FILE.fullmatch(f"{name}.conf")
    return int(match[1].removeprefix("bot-")) if match else None


@dataclass(frozen=True)
class BotLogs:
    """Log files of one bot; rotated ones have a number behind."""

    stdout: Path
    stderr: Path

    def all(self) -> list[Path]:
        return [
            path
            for log in (self.stdout, self.stderr)
            for path in [*log.parent.glob(f"{log.name}.*"), log]
            if path.exists()
        ]


class Programs:
    """The include folder of supervisord, as far as it is the bots'."""

    def __init__(
        self,
        installation: Installation,
        command: Command = bot_command,
        start_seconds: int = START_SECONDS,
    ) -> None:
        self._installation = installation
        self._command = command
        self._start_seconds = start_seconds

    def logs(self, user_id: int) -> BotLogs:
        folder, name = self._installation.logs, program_name(user_id)
        return BotLogs(folder / f"{name}.out.log", folder / f"{name}.err.log")

    def command(self, user_id: int) -> list[str]:
        return self._command(self._installation, user_id)

    def render(self, user_id: int, *, active: bool) -> str:
        """Return the section; `active` is whether supervisord starts the bot by itself."""
        logs = self.logs(user_id)
        return render(
            "program.conf.j2",
            name=program_name(user_id),
            command=format_command(self.command(user_id)),
            directory=working_directory(self._installation.root),
            active=active,
            exit_codes=",".join(str(int(code)) for code in EXPECTED_EXITS),
            start_seconds=self._start_seconds,
            stop_seconds=STOP_SECONDS,
            stdout=logs.stdout,
            stderr=logs.stderr,
        )

    def is_current(self, user_id: int, *, active: bool) -> bool:
        """Tell whether the file is there and says what it should."""
        try:
            content = self._path(user_id).read_bytes()
        except OSError:
            return False
        return content == self.render(user_id, active=active).encode()

    def write(self, user_id: int, *, active: bool) -> None:
        """Write the file whole, mode 0600, after checking it off supervisord's sight.

        Raises ProgramError.
        """
        path = self._path(user_id)
        content = self.render(user_id, active=active)
        sections.check_program_file(content, path.name, environment())
        try:
            write_private(path, content.encode())
        except OSError as error:
            raise ProgramError(str(path), error.strerror or "cannot be written") from error

    def update(self) -> list[int]:
        """Write the files anew that another version of the program wrote, or wrote elsewhere.

        Call it before supervisord starts. Whether a bot starts by itself stays as its file says;
        a file that does not say so is left alone. Returns whose files were written. Raises
        ProgramError.
        """
        updated = []
        for user_id in sorted(self.list_users()):
            content = self._path(user_id).read_text(encoding="utf-8", errors="replace")
            autostart = _AUTOSTART.findall(content)
            if len(autostart) != 1:
                continue
            active = autostart[0] == "true"
            if not self.is_current(user_id, active=active):
                self.write(user_id, active=active)
                updated.append(user_id)
        return updated

    def remove(self, user_id: int) -> bool:
        """Remove the file; return whether there was one. Raises ProgramError."""
        path = self._path(user_id)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise ProgramError(str(path), error.strerror or "cannot be removed") from error
        return True

    def list_users(self) -> set[int]:
        """Return the ids of all whose bot has a file."""
        paths = self._installation.programs.glob("bot-*.conf")
        return {user_id for path in paths if (user_id := parse_program_name(path.stem)) is not None}

    def _path(self, user_id: int) -> Path:
        return self._installation.programs / f"{program_name(user_id)}.conf"
