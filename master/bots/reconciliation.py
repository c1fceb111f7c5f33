"""Mending what differs between the database, the program files and supervisord.

The database is right. A bot whose files and process are as its row says is not touched. Mended are:

- a deletion that was begun: it is finished;
- credentials or a program file that are missing or say something else: written, and the program is
  replaced (its process restarts) if its file was wrong;
- a program that supervisord does not know: added;
- a program or file of nobody's bot: stopped and removed, while folders of documents are kept, so
  that a database which was lost or mistaken costs no documents;
- a process that runs although its owner stopped it: stopped;
- a process that is down although its owner wants it: started, if it was never started or ended as
  if asked to (status 0, as after a `kill`). One that refused to run (77, 78) stays down: another
  try would end the same way, unless the settings of all bots have changed since it began.

What an operator does with `supervisorctl stop` is respected as long as the same supervisord and the
same master run: a bot that is STOPPED though active, or FATAL, is started only by the first
reconciliation of a master and by the first one after supervisord itself was restarted; one that is
FATAL after a change of the settings, too.
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
CONCURRENCY = 4  # bots that are mended at once

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Reconciliation:
    """Whose bots were mended, by user_id; `failed` maps to the reason."""

    rewritten: list[int] = field(default_factory=list)
    started: list[int] = field(default_factory=list)
    stopped: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether nothing differed."""
        return not (self.rewritten or self.started or self.stopped or self.removed or self.failed)


class Reconciler:
    """Compares and mends; see the module. One reconciliation runs at a time."""

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
        """Mend every bot that differs; a bot that is being worked on is left to that work.

        Raises SupervisorError and peewee.PeeweeException if there is nothing to compare with; what
        fails for one bot is logged and told in the result, and the others are mended.
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
                work[user_id] = partial(self._mend, user_id, found, is_first)
            limit = asyncio.Semaphore(CONCURRENCY)
            await asyncio.gather(
                *(self._try(user_id, job, found, limit) for user_id, job in work.items())
            )
            self._supervisor_pid = pid
        if not found.is_clean:
            log.warning("Mended what differed: %s", found)
        return found

    async def mend(self, user_id: int) -> None:
        """Mend one bot now, unless it is being worked on; what fails is logged and done later."""
        found = Reconciliation()
        await self._try(
            user_id, partial(self._mend, user_id, found, False), found, asyncio.Semaphore()
        )

    async def run(self) -> None:
        """Reconcile every minute until cancelled; supervisord or the database may be away."""
        while True:
            await asyncio.sleep(INTERVAL)
            try:
                await self.reconcile()
            except (MasterError, PeeweeException, OSError) as error:
                log.warning("Cannot compare what runs with what should: %s", error)

    async def _try(
        self, user_id: int, job: Work, found: Reconciliation, limit: asyncio.Semaphore
    ) -> None:
        if self._locks.is_busy(user_id):
            return
        async with limit, self._locks.of(user_id):
            try:
                await job()
            except (MasterError, PeeweeException, OSError) as error:
                log.warning("Cannot mend the bot of user %s: %s", user_id, error)
                found.failed[user_id] = str(error)

    async def _find_differing(
        self, cards: list[BotCard], processes: dict[int, Process], *, is_first: bool
    ) -> set[int]:
        """Compare what is at hand; what is found differing is asked for again when it is mended.

        Credentials are decrypted by the first reconciliation alone: nobody else writes there.
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
            return False  # mending it will tell
        return await self._spawner.is_configured(bot)

    async def _mend(self, user_id: int, found: Reconciliation, is_first: bool) -> None:
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


def _is_off(card: BotCard, process: Process, settings_at: float, *, is_first: bool) -> bool:
    """Tell whether a process runs that should not, or is down that should be up.

    `settings_at`: when what all bots read at their start changed last.
    """
    if not card.active:
        return process.state.is_alive and process.state is not ProcessState.STOPPING
    # Not later than now: the clock may have been set back.
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
