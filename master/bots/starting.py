"""Starting a bot, from its row to a ready process; logs the [SPAWN] lines for operators."""

import asyncio
import contextlib
import logging
import os
import shlex
from dataclasses import replace
from pathlib import Path

from master.accounts.credentials import CredentialsWriter
from master.accounts.registry import BotCard, BotRecord
from master.bots.diagnostics import Diagnosis, diagnose
from master.bots.readiness import READY_SECONDS, describe_pids, is_ready
from master.bots.stages import OnStage, Stage, ignore_stage
from master.errors import (
    BotStartError,
    ProcessNotFoundError,
    ProcessStartError,
    SupervisorConfigError,
)
from master.installation.state_dir import Installation
from master.supervision.configuration import quarantine_invalid_programs
from master.supervision.programs import START_SECONDS, Programs, parse_program_name, program_name
from master.supervision.supervisor import Process, ProcessState, Supervisor
from personal_bot.contract import Condition

log = logging.getLogger(__name__)

_DEAD = {ProcessState.BACKOFF, ProcessState.EXITED, ProcessState.FATAL, ProcessState.UNKNOWN}
# supervisord starts neither a process in BACKOFF, which waits for its retry, nor one in STOPPING.
_LOST = {ProcessState.BACKOFF, ProcessState.STOPPING}
# Seconds between two checks: the third is the first that can find a bot RUNNING.
_PAUSE = START_SECONDS / 2 + 0.02


class Spawner:
    """Makes the files, program and process of a bot match its row.

    Every step can be repeated, and the next call completes an interrupted one: a program file
    changes only while supervisord does not know the program, so the two always agree. The caller
    must not run two operations on the same bot at once.
    """

    def __init__(
        self,
        installation: Installation,
        credentials: CredentialsWriter,
        programs: Programs,
        supervisor: Supervisor,
        *,
        ready_seconds: float = READY_SECONDS,
    ) -> None:
        self._installation = installation
        self._credentials = credentials
        self._programs = programs
        self._supervisor = supervisor
        self._ready_seconds = ready_seconds

    async def read_settings_time(self) -> float:
        """Return when the common settings of the bots last changed, in Unix time; 0 if missing."""
        try:
            return (await asyncio.to_thread(self._installation.bot_settings.stat)).st_mtime
        except OSError:
            return 0.0

    async def is_configured(self, bot: BotRecord) -> bool:
        """Tell whether the credentials and the program file match the row."""
        return await asyncio.to_thread(
            lambda: (
                self._programs.is_current(bot.card.user_id, active=bot.card.active)
                and self._credentials.are_current(bot)
            )
        )

    def looks_configured(self, card: BotCard) -> bool:
        """Tell whether the program file is current and credentials exist; blocking file access."""
        return self._programs.is_current(
            card.user_id, active=card.active
        ) and self._credentials.exist(card.user_id)

    async def configure(self, bot: BotRecord) -> bool:
        """Update credentials and program; return whether the program was added or replaced.

        supervisord starts the program if it was added or replaced and the bot is active. Raises
        ProgramError, OSError, SupervisorError.
        """
        user_id, active = bot.card.user_id, bot.card.active
        name = program_name(user_id)
        await asyncio.to_thread(self._credentials.write, bot)
        known = await self.find_process(user_id) is not None
        if not await asyncio.to_thread(self._programs.is_current, user_id, active=active):
            if known:
                await self._supervisor.remove(name)
                known = False
            await asyncio.to_thread(self._programs.write, user_id, active=active)
        if not known:
            await self._add(name)
        return not known

    async def start(self, bot: BotRecord, on_stage: OnStage = ignore_stage) -> None:
        """Configure and start an active bot, and wait until it is ready.

        Raises BotStartError if it died or did not become ready in time; ProgramError, OSError,
        SupervisorError.
        """
        user_id = bot.card.user_id
        name = program_name(user_id)
        log.info("[SPAWN] Starting spawn process for user %s", user_id)
        command = self._programs.command(user_id)
        for path in _missing(command):
            log.error("[SPAWN] Script or interpreter not found: %s", path)
        is_new = await self.configure(bot)
        await on_stage(Stage.CONFIGURED)
        # supervisord starts a new program by itself, so save the call: calls take longer the more
        # programs there are.
        known = None if is_new else await self._supervisor.read_process(name)
        if known and known.state.is_alive and known.state not in _LOST:
            pids = await asyncio.to_thread(describe_pids, known, self._installation.bot(user_id))
            log.info("[SPAWN] Bot for user %s is already running (%s)", user_id, pids)
        else:
            log.info("[SPAWN] Command: %s", shlex.join(command))
            if known and known.state in _LOST:
                await self._supervisor.stop(name)
            if known:
                # A spawn error is in the process info as well, where `_wait_until_ready` finds it.
                with contextlib.suppress(ProcessStartError):
                    await self._supervisor.start(name)
        process = await self._wait_until_ready(bot, on_stage)
        pids = await asyncio.to_thread(describe_pids, process, self._installation.bot(user_id))
        log.info("[SPAWN] Process is alive and running (%s)", pids)
        await on_stage(Stage.READY)

    async def stop(self, user_id: int) -> None:
        """Stop a bot's process if there is one. Raises SupervisorError."""
        with contextlib.suppress(ProcessNotFoundError):
            await self._supervisor.stop(program_name(user_id))

    async def remove(self, user_id: int) -> tuple[bool, bool]:
        """Stop a bot and remove its program; return whether there was a process, and a program.

        Raises ProgramError, SupervisorError.
        """
        process = await self.find_process(user_id)
        known = await self._supervisor.remove(program_name(user_id))
        written = await asyncio.to_thread(self._programs.remove, user_id)
        return process is not None and process.pid != 0, known or written

    async def find_process(self, user_id: int) -> Process | None:
        """Return supervisord's info on a bot's process, or None. Raises SupervisorError."""
        try:
            return await self._supervisor.read_process(program_name(user_id))
        except ProcessNotFoundError:
            return None

    async def list_processes(self) -> dict[int, Process]:
        """Return the processes of all bots that supervisord knows, by user_id.

        Raises SupervisorError.
        """
        processes = await self._supervisor.list_processes()
        owners = ((parse_program_name(process.name), process) for process in processes)
        return {user_id: process for user_id, process in owners if user_id is not None}

    async def find_ready_process(self, user_id: int) -> Process | None:
        """Return a bot's process if it is ready, else None. Raises SupervisorError."""
        process = await self.find_process(user_id)
        if process is not None and await asyncio.to_thread(self.is_ready, user_id, process):
            return process
        return None

    def is_ready(self, user_id: int, process: Process) -> bool:
        """Tell whether a bot is ready. Reads a file, so it blocks."""
        return is_ready(process, self._installation.bot(user_id))

    async def diagnose(
        self, user_id: int, *, active: bool, died_after: int | None = None
    ) -> Diagnosis:
        """Return what is probably wrong with a bot; see `diagnostics.diagnose`.

        Raises SupervisorError, OSError.
        """
        return await asyncio.to_thread(
            diagnose,
            user_id,
            await self.find_process(user_id),
            self._installation.bot(user_id),
            self._programs.logs(user_id),
            self._installation.supervisor_log,
            active=active,
            died_after=died_after,
        )

    async def _add(self, name: str) -> None:
        try:
            await self._supervisor.add(name)
        except SupervisorConfigError:
            # An invalid file in the include folder prevents every addition until it is moved away.
            if not await self._quarantine():
                raise
            await self._supervisor.add(name)

    async def _quarantine(self) -> list[Path]:
        moved = await asyncio.to_thread(quarantine_invalid_programs, self._installation)
        for path in moved:
            log.error("Quarantined an invalid program file: %s", path)
        return moved

    async def _wait_until_ready(self, bot: BotRecord, on_stage: OnStage) -> Process:
        user_id = bot.card.user_id
        first: Process | None = None
        try:
            async with asyncio.timeout(self._ready_seconds):
                while True:
                    process = await self._supervisor.read_process(program_name(user_id))
                    if process.pid and first is None:
                        first = process
                        log.info("[SPAWN] Process started (launcher PID %s)", process.pid)
                        await on_stage(Stage.STARTED)
                    if _has_died(process, first):
                        raise await self._report_death(bot, first or process)
                    if await asyncio.to_thread(self.is_ready, user_id, process):
                        return process
                    await asyncio.sleep(_PAUSE)
        except TimeoutError:
            raise await self._report_silence(bot) from None

    async def _report_death(self, bot: BotRecord, dead: Process) -> BotStartError:
        user_id = bot.card.user_id
        diagnosis = await self.diagnose(user_id, active=True, died_after=dead.started_at)
        output = diagnosis.stderr or diagnosis.spawn_error or "it wrote nothing"
        log.error("[SPAWN] Process died immediately! (%s)\n%s", diagnosis, output)
        return BotStartError(user_id, diagnosis)

    async def _report_silence(self, bot: BotRecord) -> BotStartError:
        diagnosis = await self.diagnose(bot.card.user_id, active=True)
        if diagnosis.condition is None:
            diagnosis = replace(diagnosis, condition=Condition.NOT_RESPONDING)
        log.error(
            "[SPAWN] Process did not get ready within %s s: %s", self._ready_seconds, diagnosis
        )
        return BotStartError(bot.card.user_id, diagnosis)


def _missing(command: list[str]) -> list[str]:
    """Return which of a command's interpreter and script do not exist."""
    interpreter, *arguments = command
    missing = [] if os.access(interpreter, os.X_OK) else [interpreter]
    script = next(iter(arguments), "-")
    if not script.startswith("-") and not Path(script).exists():
        missing.append(script)
    return missing


def _has_died(process: Process, first: Process | None) -> bool:
    """Tell whether the process first seen has ended; supervisord may have started another."""
    if process.state in _DEAD:
        return True
    if first is None:
        # A program that was just added is STOPPED until supervisord's next loop; one that cannot be
        # started at all may stay STOPPED, with a spawn error.
        return bool(process.spawn_error)
    return process.state is ProcessState.STOPPED or process.pid not in {0, first.pid}
