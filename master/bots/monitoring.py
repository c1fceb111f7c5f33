"""What owners should hear of their bots without asking, found out so that each hears it once.

Looked at is what supervisord and the bots say now, never an event: it does not matter which event
was missed, nor whether the master was there. An owner hears of a bot

- that is down for good: supervisord gave it up, or it refused to run (77, 78);
- that crashed three times within ten minutes, whether or not it runs at the moment;
- that runs, but cannot work until its owner does something.

They do not hear of a bot that they stopped, that an operator stopped, or that is being worked on by
the master, whose answer tells how that went. A bot that ended as if asked to (status 0, as after a
`kill`) is started again at once instead.

A condition is told once, until the bot has run well again: it works, and has not crashed for ten
minutes; or a start that somebody asked for has succeeded.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum

from master.accounts.locks import UserLocks
from master.accounts.registry import BotCard, Registry
from master.bots.diagnostics import Diagnosis, examine
from master.bots.notice_log import NoticeLog
from master.bots.reconciliation import Reconciler
from master.bots.starting import Spawner
from master.errors import MasterError
from master.installation.state_dir import Installation
from master.supervision.events import CRASH_WINDOW
from master.supervision.supervisor import Process, ProcessState
from personal_bot.contract import Condition, ExitCode

log = logging.getLogger(__name__)

CRASHES_TOLD = 3  # within the ten minutes of `ringing`
# Seconds: a machine that slept or set its clock makes bots look silent until their next answered
# poll, which takes 50 s and has 20 more.
CONFIRMING = 75.0

_REFUSALS = {ExitCode.REFUSED, ExitCode.MISCONFIGURED}
# Of what keeps a running bot from its work: what its owner can mend, and hears from nobody else.
_DEGRADING = {
    Condition.OPENAI_KEY_INVALID,
    Condition.OPENAI_QUOTA_EXCEEDED,
    Condition.INDEX_DAMAGED,
    Condition.NOT_RESPONDING,
}


class IncidentKind(StrEnum):
    DOWN = "down"
    CRASHING = "crashing"
    DEGRADED = "ailing"


@dataclass(frozen=True)
class Incident:
    """What an owner should hear. `crashes` are those of the last ten minutes."""

    card: BotCard
    kind: IncidentKind
    condition: Condition
    crashes: int = 0


class Monitor:
    """Looks after all bots. Every method raises peewee.PeeweeException where the database does."""

    def __init__(
        self,
        installation: Installation,
        registry: Registry,
        notice_log: NoticeLog,
        spawner: Spawner,
        reconciler: Reconciler,
        *,
        locks: UserLocks,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._installation = installation
        self._registry = registry
        self._notice_log = notice_log
        self._spawner = spawner
        self._reconciler = reconciler
        self._locks = locks
        self._clock = clock
        self._silent_since: dict[int, float] = {}
        self._explained: dict[int, tuple[tuple[int, bool], Incident | None]] = {}

    async def check(self) -> AsyncIterator[Incident]:
        """Yield what owners should hear and were not told. Raises SupervisorError.

        What fails for one bot is logged, and looked at again next time.
        """
        # In this order: whoever stops a bot says so in the database first.
        processes = await self._spawner.list_processes()
        cards = [card for card in await self._registry.list_cards() if card.active]
        told = await self._notice_log.list_conditions()
        impairments = await asyncio.to_thread(self._examine, cards, processes)
        recovered = [user for user in told if _is_well(processes.get(user), user, impairments)]
        await self._notice_log.forget(recovered)
        silent = [user for user, found in impairments.items() if found is Condition.NOT_RESPONDING]
        now = self._clock()
        self._silent_since = {user: self._silent_since.get(user, now) for user in silent}
        for card in cards:
            process = processes.get(card.user_id)
            if process is None or self._locks.is_busy(card.user_id):
                continue
            try:
                incident = await self._find(card, process, impairments.get(card.user_id))
            except (MasterError, OSError) as error:
                log.warning("Cannot tell what is wrong with the bot of %s: %s", card.user_id, error)
                continue
            if incident and incident.condition not in told.get(card.user_id, ()):
                yield incident

    async def record(self, incident: Incident) -> None:
        """Remember that the owner was told, or cannot be."""
        await self._notice_log.record(incident.card.user_id, incident.condition)

    def _examine(
        self, cards: list[BotCard], processes: dict[int, Process]
    ) -> dict[int, Condition | None]:
        """Return what keeps the bots that run from their work, None for those that do work."""
        found: dict[int, Condition | None] = {}
        for card in cards:
            process = processes.get(card.user_id)
            if process is None or process.state is not ProcessState.RUNNING:
                continue
            condition = examine(process, self._installation.bot(card.user_id))
            if condition is not None or self._spawner.is_ready(card.user_id, process):
                found[card.user_id] = condition
        return found

    async def _find(
        self, card: BotCard, process: Process, ailment: Condition | None
    ) -> Incident | None:
        user_id = card.user_id
        if _is_down(process) or process.crashes >= CRASHES_TOLD:
            return await self._explain(card, process)
        if process.state is ProcessState.EXITED and process.exit_status == ExitCode.STOPPED:
            await self._reconciler.mend(user_id)
        elif ailment in _DEGRADING and self._is_confirmed(user_id):
            return Incident(card, IncidentKind.DEGRADED, ailment)
        return None

    def _is_confirmed(self, user_id: int) -> bool:
        now = self._clock()
        return user_id not in self._silent_since or now - self._silent_since[user_id] >= CONFIRMING

    async def _explain(self, card: BotCard, seen: Process) -> Incident | None:
        """Look closely, at each end of a process once, and with nobody working on the bot."""
        user_id = card.user_id
        end = (seen.stopped_at, _is_down(seen))
        known = self._explained.get(user_id)
        if known is not None and known[0] == end:
            return known[1]
        async with self._locks.of(user_id):
            current = await self._registry.find(user_id)
            process = await self._spawner.find_process(user_id)
            if current is None or not current.active or process is None:
                return None
            if process.state in {ProcessState.STOPPED, ProcessState.STOPPING}:
                return None
            incident = await self._judge(current, process, seen.crashes)
        self._explained[user_id] = (end, incident)
        return incident

    async def _judge(self, card: BotCard, process: Process, crashes: int) -> Incident | None:
        is_down = _is_down(process)
        if not is_down and crashes < CRASHES_TOLD:
            return None
        since = None if is_down else process.now - int(CRASH_WINDOW)
        diagnosis = await self._spawner.diagnose(card.user_id, active=True, died_after=since)
        refused = diagnosis.exit_code in _REFUSALS
        kind = IncidentKind.DOWN if is_down or refused else IncidentKind.CRASHING
        return Incident(card, kind, name_condition(diagnosis), crashes)


def _is_well(
    process: Process | None, user_id: int, impairments: dict[int, Condition | None]
) -> bool:
    works = user_id in impairments and impairments[user_id] is None
    return process is not None and works and not process.crashes


def name_condition(diagnosis: Diagnosis) -> Condition:
    """Return the condition of a bot that should run and does not."""
    found = diagnosis.condition
    if found is None or found in {Condition.STOPPED, Condition.NEVER_STARTED}:
        return Condition.CRASHED
    return found


def _is_down(process: Process) -> bool:
    """Tell whether supervisord leaves a process down that nobody stopped."""
    if process.state is ProcessState.EXITED:
        return process.exit_status in _REFUSALS
    return process.state is ProcessState.FATAL
