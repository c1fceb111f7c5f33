"""Reconciliation of the database, the program files and supervisord.

The database is authoritative. A bot whose files and process match its row is left alone. Otherwise:

- an unfinished deletion is finished;
- missing or outdated credentials or program files are written; if the program file was wrong, the
  program is replaced, which restarts its process;
- a program that supervisord does not know is added;
- a program or program file without a row is stopped and removed; the bot's folder is kept, so that
  a lost or wrong database costs no documents;
- a process that is running although its bot is inactive is stopped;
- a process that is down although its bot is active is started if it was never started or exited
  with status 0, as after a `kill`. One that refused to run (exit code 77 or 78) stays down, because
  a retry would end the same way, unless the common settings of the bots changed since it started.

An operator's `supervisorctl stop` is respected while the same supervisord and the same master run:
an active bot that is STOPPED or FATAL is started only by the first reconciliation of a master and
the first one after a restart of supervisord. A FATAL one is also started after the common settings
changed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from peewee import PeeweeException

from master.accounts.locks import UserLocks
from master.accounts.registry import BotCard, Registry
from master.bots.deletion import BotDeleter
from master.bots.starting import Spawner
from master.errors import BotNotFoundError, MasterError
from master.supervision.programs import Programs, program_name
from master.supervision.supervisor import Process, ProcessState, Supervisor
from personal_bot.contract import ExitCode

log = logging.getLogger(__name__)

INTERVAL = 60.0  # seconds
CONCURRENCY = 4  # bots repaired at the same time

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Reconciliation:
    """The bots that were repaired, by user_id; `failed` maps to the reason."""

    rewritten: list[int] = field(default_factory=list)
    started: list[int] = field(default_factory=list)
    stopped: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether no differences were found."""
        return not (self.rewritten or self.started or self.stopped or self.removed or self.failed)

    def __str__(self) -> str:
        done = {
            "rewritten": self.rewritten,
            "started": self.started,
            "stopped": self.stopped,
            "removed": self.removed,
        }
        said = [f"{what} {_name(users)}" for what, users in done.items() if users]
        said += [f"failed {program_name(user)}: {why}" for user, why in self.failed.items()]
        return "; ".join(said) or "no differences"


class Reconciler:
    """Finds and repairs differences; see the module. Only one reconciliation runs at a time."""

    def __init__(
        self,
        registry: Registry,
        programs: Programs,
        supervisor: Supervisor,
        spawner: Spawner,
        deleter: BotDeleter,
        *,
        locks: UserLocks,
    ) -> None:
        self._registry = registry
        self._programs = programs
        self._supervisor = supervisor
        self._spawner = spawner
        self._deleter = deleter
        self._locks = locks
        self._running = asyncio.Lock()
        self._supervisor_pid: int | None = None

    async def reconcile(self) -> Reconciliation:
        """Repair every bot that differs from its row, except bots with an operation in progress.

        Raises SupervisorError and peewee.PeeweeException if supervisord or the database cannot be
        read. An error with one bot is logged and returned in `failed`; the others are repaired.
        """
        async with self._running:
            pid = await self._supervisor.read_pid()
            is_first = pid != self._supervisor_pid
            processes = await self._spawner.list_processes()
            cards = await self._registry.list_cards()
            deleting = await self._registry.list_deleting()
            owned = {card.user_id for card in [*cards, *deleting]}
            strays = {*await asyncio.to_thread(self._programs.list_users), *processes} - owned
            found = Reconciliation()
            work: dict[int, Work] = {}
            work |= {user_id: partial(self._remove_stray, user_id, found) for user_id in strays}
            work |= {card.user_id: partial(self._finish, card, found) for card in deleting}
            for user_id in await self._find_differing(cards, processes, is_first=is_first):
                work[user_id] = partial(self._repair, user_id, found, is_first)
            limit = asyncio.Semaphore(CONCURRENCY)
            await asyncio.gather(
                *(self._try(user_id, job, found, limit) for user_id, job in work.items())
            )
            self._supervisor_pid = pid
        if not found.is_clean:
            log.warning("Reconciled: %s", found)
        return found

    async def repair(self, user_id: int) -> None:
        """Repair one bot now, unless an operation on it is in progress.

        An error is logged; the next reconciliation tries again.
        """
        found = Reconciliation()
        await self._try(
            user_id, partial(self._repair, user_id, found, False), found, asyncio.Semaphore()
        )

    async def run(self) -> None:
        """Reconcile every minute until cancelled; log errors of supervisord and the database."""
        while True:
            await asyncio.sleep(INTERVAL)
            try:
                await self.reconcile()
            except (MasterError, PeeweeException, OSError) as error:
                log.warning("Cannot reconcile: %s", error)

    async def _try(
        self, user_id: int, job: Work, found: Reconciliation, limit: asyncio.Semaphore
    ) -> None:
        if self._locks.is_busy(user_id):
            return
        async with limit, self._locks.of(user_id):
            try:
                await job()
            except (MasterError, PeeweeException, OSError) as error:
                log.warning("Cannot reconcile the bot of user %s: %s", user_id, error)
                found.failed[user_id] = str(error)

    async def _find_differing(
        self, cards: list[BotCard], processes: dict[int, Process], *, is_first: bool
    ) -> set[int]:
        """Return the user_ids of bots that seem to differ; `_repair` reads each bot again.

        Only the first reconciliation decrypts credentials, because only the master writes them.
        """
        differing = await asyncio.to_thread(
            lambda: {card.user_id for card in cards if not self._spawner.looks_configured(card)}
        )
        settings_at = await self._spawner.read_settings_time()
        for card in cards:
            process = processes.get(card.user_id)
            is_off = process is None or _is_off(card, process, settings_at, is_first=is_first)
            if is_off or (is_first and not await self._is_configured(card.user_id)):
                differing.add(card.user_id)
        return differing

    async def _is_configured(self, user_id: int) -> bool:
        try:
            bot = await self._registry.read(user_id)
        except MasterError:
            return False  # `_repair` will raise it again
        return await self._spawner.is_configured(bot)

    async def _repair(self, user_id: int, found: Reconciliation, is_first: bool) -> None:
        try:
            bot = await self._registry.read(user_id)
        except BotNotFoundError:
            return
        if bot.deleting:
            return
        known = await self._spawner.find_process(user_id) is not None
        if not (known and await self._spawner.is_configured(bot)):
            await self._spawner.configure(bot)
            found.rewritten.append(user_id)
        process = await self._supervisor.read_process(program_name(user_id))
        settings_at = await self._spawner.read_settings_time()
        if not _is_off(bot.card, process, settings_at, is_first=is_first):
            return
        if bot.card.active:
            await self._supervisor.start(process.name)
            found.started.append(user_id)
        else:
            await self._supervisor.stop(process.name)
            found.stopped.append(user_id)

    async def _finish(self, card: BotCard, found: Reconciliation) -> None:
        await self._deleter.delete(card.user_id)
        found.removed.append(card.user_id)

    async def _remove_stray(self, user_id: int, found: Reconciliation) -> None:
        if await self._registry.find(user_id) is None:
            await self._spawner.remove(user_id)
            found.removed.append(user_id)


def _name(users: list[int]) -> str:
    return ", ".join(program_name(user) for user in users)


def _is_off(card: BotCard, process: Process, settings_at: float, *, is_first: bool) -> bool:
    """Tell whether a process must be started or stopped to match its row.

    `settings_at`: when the common settings of the bots last changed, in Unix time.
    """
    if not card.active:
        return process.state.is_alive and process.state is not ProcessState.STOPPING
    # A change in the future does not count: the clock may have been set back.
    has_changed = process.started_at <= settings_at <= process.now
    match process.state:
        case ProcessState.STOPPED:
            return is_first or not process.started_at
        case ProcessState.FATAL:
            return is_first or has_changed
        case ProcessState.UNKNOWN:
            return is_first
        case ProcessState.EXITED:
            return process.exit_status == ExitCode.STOPPED or has_changed
        case _:
            return False
