"""supervisord of one state folder and all its programs: configure, start, wait, stop."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from deploy.local_embeddings import LocalEmbeddings
from deploy.stand_in import StandIn
from master.errors import SupervisorError, SupervisorShuttingDownError, SupervisorUnreachableError
from master.installation.state_dir import SUPERVISOR_USERNAME, Installation
from master.settings import Settings
from master.settings_files import read_recorded_state_dir, write_bot_settings, write_settings
from master.supervision.configuration import (
    environment,
    quarantine_invalid_programs,
    write_supervisor_config,
)
from master.supervision.programs import Programs
from master.supervision.supervisor import Process, ProcessState, Supervisor
from personal_bot.contract import mask_secrets, read_report

READY_SECONDS = 60.0
STOP_SECONDS = 60.0
_PAUSE = 0.2  # seconds between checks
_TAIL_BYTES = 16_384


class StackError(Exception):
    """Starting or stopping failed. The message is one line: the reason, and the log to read."""


def connect(installation: Installation, timeout: float = 10.0) -> Supervisor:
    """Return a client for the supervisord of this state folder, whether or not it runs.

    `timeout` is in seconds per call. Raises SettingsError if nothing was ever started there.
    """
    password = installation.read_supervisor_password()
    return Supervisor(installation.socket, SUPERVISOR_USERNAME, password, timeout)


def find_supervisord(installation: Installation) -> int | None:
    """Return the PID of the supervisord of this state folder, even if it does not respond."""
    try:
        pid = int(installation.supervisor_pid.read_text(encoding="ascii"))
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(installation.supervisor_config) in command else None


async def is_running(installation: Installation) -> bool:
    """Tell whether the supervisord of this state folder responds. Raises SupervisorError."""
    return find_supervisord(installation) is not None and await connect(installation).is_reachable()


class Stack:
    """supervisord and its programs. `stand_in` and `embeddings` are optional ones."""

    def __init__(
        self,
        settings: Settings,
        stand_in: StandIn | None = None,
        embeddings: LocalEmbeddings | None = None,
    ) -> None:
        self.settings = settings
        self.installation = settings.installation
        self.stand_in = stand_in
        self.embeddings = embeddings
        self.quarantined: list[Path] = []
        self.moved_from: Path | None = None
        self.rewritten: list[int] = []
        self._awaited = "master"  # the program that is not ready yet
        self._supervisord: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Write the configuration and start supervisord, which outlives this process.

        Every bot's program file is written anew if it belongs to another version or another folder;
        `rewritten` lists their user_ids, and `moved_from` is the folder's path at the last start if
        it was another. Program files that would keep supervisord from starting are moved away, and
        listed in `quarantined`. Raises SettingsError, ProgramError, OSError.
        """
        installation = self.installation
        key = self.settings.secret_key
        installation.prepare(key.get_secret_value() if key else None)
        installation.renew_supervisor_password()
        former = read_recorded_state_dir(installation)
        self.moved_from = former if former != installation.root else None
        write_settings(self.settings)
        write_bot_settings(self.settings)
        optional = [self.stand_in, self.embeddings]
        write_supervisor_config(installation, [each.program for each in optional if each])
        self.rewritten = Programs(installation).update()
        self.quarantined = quarantine_invalid_programs(installation)
        config = str(installation.supervisor_config)
        with self._console.open("wb") as console:
            self._supervisord = subprocess.Popen(
                [sys.executable, "-P", "-m", "supervisor.supervisord", "-n", "-s", "-c", config],
                cwd=installation.root,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches only this process, which then stops it
            )

    async def wait_ready(
        self,
        timeout: float = READY_SECONDS,  # noqa: ASYNC109 - its own deadline, not a cancellation
        *,
        polling: bool = True,
    ) -> None:
        """Wait until the master polls Telegram, and sandbox and embeddings respond.

        `timeout` is in seconds.

        Without `polling`, the master only has to run, because Telegram may be unreachable.
        Raises StackError on a timeout, or as soon as a program has failed.
        """
        deadline = time.monotonic() + timeout
        while not await self._is_ready(polling=polling):
            if time.monotonic() > deadline:
                log = self.installation.logs / f"{self._awaited}.err.log"
                raise StackError(
                    f"Not ready after {timeout:.0f} s: {_last_line(log)}. More in {log}"
                )
            await asyncio.sleep(_PAUSE)

    async def wait(self) -> int:
        """Wait until the supervisord that `start` has started ends; return its exit code."""
        assert self._supervisord is not None  # noqa: S101 - called after `start`
        return await asyncio.to_thread(self._supervisord.wait)

    async def stop(self) -> None:
        """Stop all programs at the same time, then supervisord. Raises StackError."""
        stopped = await stop(self.installation)
        if self._supervisord is not None:
            if not stopped:  # it has not written its PID yet
                self._supervisord.terminate()
            await self.wait()

    @property
    def _console(self) -> Path:
        return self.installation.logs / "supervisord.console.log"

    async def _is_ready(self, *, polling: bool) -> bool:
        if self._supervisord is not None and self._supervisord.poll() is not None:
            raise StackError(f"supervisord did not start: {_last_line(self._console)}")
        if not await is_running(self.installation):
            return False
        supervisor = connect(self.installation)
        for optional in (self.stand_in, self.embeddings):
            if optional is not None:
                self._awaited = optional.program.name
                self._check(await supervisor.read_process(self._awaited))
                if not await asyncio.to_thread(optional.is_healthy):
                    return False
        self._awaited = "master"
        master = await supervisor.read_process(self._awaited)
        self._check(master)
        if master.state is not ProcessState.RUNNING or not polling:
            return master.state is ProcessState.RUNNING
        report = read_report(self.installation.master_report)
        return report is not None and report.pid == master.pid

    def _check(self, process: Process) -> None:
        if process.state in {ProcessState.FATAL, ProcessState.EXITED}:
            log = self.installation.logs / f"{process.name}.err.log"
            raise StackError(f"The {process.name} exited: {_last_line(log)}. More in {log}")


async def stop(installation: Installation, patience: float = STOP_SECONDS) -> bool:
    """Stop what runs in this state folder and wait for its end; return False if nothing ran.

    Raises SettingsError, StackError.
    """
    pid = find_supervisord(installation)
    if pid is None:
        return False
    try:
        async with asyncio.timeout(patience):
            is_told = False
            while find_supervisord(installation) == pid:
                try:
                    await connect(installation, patience).shut_down()
                    is_told = True
                except SupervisorShuttingDownError:
                    is_told = True  # perhaps only to reload: ask again
                except SupervisorUnreachableError:
                    if not is_told:
                        raise
                await asyncio.sleep(_PAUSE)
    except TimeoutError:
        raise StackError(f"Still stopping after {patience:.0f} s: supervisord, PID {pid}") from None
    except SupervisorError as error:
        raise StackError(f"supervisord, PID {pid}, does not stop: {error}") from error
    return True


def _last_line(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - _TAIL_BYTES))
            lines = stream.read().decode(errors="replace").split("\n")
    except OSError as error:
        return f"{path}: {error.strerror}"
    said = [line.strip() for line in lines if line.strip()]
    return mask_secrets(said[-1]) if said else "it printed nothing"
