"""The program section of each bot: rendered, checked as supervisord would, written atomically."""

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

# Seconds for which a bot must live to count as RUNNING (startsecs); onboarding waits that long. A
# forked bot starts in less, so supervisord gives up on one that fails while it starts, after a few
# retries with backoff, instead of restarting it forever.
START_SECONDS = 1
START_RETRIES = 5  # each waits one second longer than the one before
STOP_SECONDS = 5  # from SIGTERM to SIGKILL
EXPECTED_EXITS = (ExitCode.STOPPED, ExitCode.REFUSED, ExitCode.MISCONFIGURED)

Command = Callable[[Installation, int], list[str]]


def bot_command(installation: Installation, user_id: int) -> list[str]:
    """Return the command that runs a user's bot: it contains paths and an id, never a secret."""
    launcher = [sys.executable, "-I", "-S", str(ROOT / "personal_bot" / "forking" / "launcher.py")]
    return [*launcher, "--state-dir", str(installation.root), "--user-id", str(user_id)]


def program_name(user_id: int) -> str:
    """Return the name of a bot's program, group and process in supervisord."""
    return f"bot-{user_id}"


def parse_program_name(name: str) -> int | None:
    """Return the user_id of the bot that a program runs, None if the program is not a bot."""
    match = sections.BOT_FILE.fullmatch(f"{name}.conf")
    return int(match[1].removeprefix("bot-")) if match else None


@dataclass(frozen=True)
class BotLogs:
    """Log files of one bot; the names of rotated files end in a number."""

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
    """The bots' program files in supervisord's include folder."""

    def __init__(
        self,
        installation: Installation,
        command: Command = bot_command,
        start_retries: int = START_RETRIES,
    ) -> None:
        self._installation = installation
        self._command = command
        self._start_retries = start_retries

    def logs(self, user_id: int) -> BotLogs:
        folder, name = self._installation.logs, program_name(user_id)
        return BotLogs(folder / f"{name}.out.log", folder / f"{name}.err.log")

    def command(self, user_id: int) -> list[str]:
        return self._command(self._installation, user_id)

    def render(self, user_id: int, *, active: bool) -> str:
        """Return the section; `active` is its autostart."""
        logs = self.logs(user_id)
        return render(
            "program.conf.j2",
            name=program_name(user_id),
            command=format_command(self.command(user_id)),
            directory=working_directory(self._installation.root),
            active=active,
            exit_codes=",".join(str(int(code)) for code in EXPECTED_EXITS),
            start_seconds=START_SECONDS,
            start_retries=self._start_retries,
            stop_seconds=STOP_SECONDS,
            stdout=logs.stdout,
            stderr=logs.stderr,
        )

    def is_current(self, user_id: int, *, active: bool) -> bool:
        """Tell whether the file exists and has the content that `render` returns."""
        try:
            content = self._path(user_id).read_bytes()
        except OSError:
            return False
        return content == self.render(user_id, active=active).encode()

    def write(self, user_id: int, *, active: bool) -> None:
        """Check the section, then write its file atomically, mode 0600. Raises ProgramError."""
        path = self._path(user_id)
        content = self.render(user_id, active=active)
        sections.check_program_file(content, path.name, environment())
        try:
            write_private(path, content.encode())
        except OSError as error:
            raise ProgramError(str(path), error.strerror or "cannot be written") from error

    def update(self) -> list[int]:
        """Rewrite files from another version of the master, or from another location.

        Call it before supervisord starts. The autostart of each bot is kept; a file without one is
        invalid and left to the quarantine. Returns the user_ids whose files were written. Raises
        ProgramError.
        """
        updated = []
        for user_id in sorted(self.list_users()):
            content = self._path(user_id).read_text(encoding="utf-8", errors="replace")
            autostart = sections.AUTOSTART.findall(content)
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
        """Return the user_ids of all bots that have a file."""
        paths = self._installation.programs.glob("bot-*.conf")
        return {user_id for path in paths if (user_id := parse_program_name(path.stem)) is not None}

    def _path(self, user_id: int) -> Path:
        return self._installation.programs / f"{program_name(user_id)}.conf"
