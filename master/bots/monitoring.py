"""Detection of incidents: conditions of a bot that its owner must be told about, once each.

Each check uses the current state of supervisord and the bots, never an event, so a missed event or
a master that was down makes no difference. An owner is told about a bot that

- is down for good: supervisord gave up, or the bot refused to run (exit code 77 or 78);
- crashed three times within ten minutes, whether or not it is running now;
- is running, but cannot work until its owner takes action.

An owner is not told about a bot that they or an operator stopped, or on which the master is
performing an operation, because the reply to that operation reports its result. A bot that exited
with status 0, as after a `kill`, is restarted at once instead.

A condition is reported once until the bot has recovered: it works and has not crashed for ten
minutes, or a requested start has succeeded.
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

CRASHES_THRESHOLD = 3  # within CRASH_WINDOW, ten minutes
# Seconds for which a bot must be silent before that is reported. After the machine slept or its
# clock was set, bots look silent until their next answered poll: 50 s, plus 20 s until a timeout.
CONFIRMING = 75.0

_REFUSALS = {ExitCode.REFUSED, ExitCode.MISCONFIGURED}
# Conditions of a running bot that its owner can fix and is not told about in any other way.
_DEGRADING = {
    Condition.OPENAI_KEY_INVALID,
    Condition.OPENAI_QUOTA_EXCEEDED,
    Condition.MISCONFIGURED,
    Condition.INDEX_DAMAGED,
    Condition.NOT_RESPONDING,
}


class IncidentKind(StrEnum):
    DOWN = "down"
    CRASHING = "crashing"
    DEGRADED = "ailing"


@dataclass(frozen=True)
class Incident:
    """A condition to report to an owner. `crashes` counts those of the last ten minutes."""

    card: BotCard
    kind: IncidentKind
    condition: Condition
    crashes: int = 0


class Monitor:
    """Checks all bots for incidents. Every method may raise peewee.PeeweeException."""

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
        """Yield the incidents that owners have not been told about. Raises SupervisorError.

        An error with one bot is logged; the next check tries that bot again.
        """
        # The order matters: stopping a bot updates its row before its process.
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
                log.warning("Cannot diagnose the bot of user %s: %s", card.user_id, error)
                continue
            if incident and incident.condition not in told.get(card.user_id, ()):
                yield incident

    async def record(self, incident: Incident) -> None:
        """Record that the owner was told, or cannot be reached."""
        await self._notice_log.record(incident.card.user_id, incident.condition)

    def _examine(
        self, cards: list[BotCard], processes: dict[int, Process]
    ) -> dict[int, Condition | None]:
        """Return what keeps each running bot from working, by user_id; None for one that works."""
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
        if _is_down(process) or process.crashes >= CRASHES_THRESHOLD:
            return await self._explain(card, process)
        if process.state is ProcessState.EXITED and process.exit_status == ExitCode.STOPPED:
            await self._reconciler.repair(user_id)
        elif ailment in _DEGRADING and self._is_confirmed(user_id):
            return Incident(card, IncidentKind.DEGRADED, ailment)
        return None

    def _is_confirmed(self, user_id: int) -> bool:
        now = self._clock()
        return user_id not in self._silent_since or now - self._silent_since[user_id] >= CONFIRMING

    async def _explain(self, card: BotCard, seen: Process) -> Incident | None:
        """Diagnose a bot under its lock, once for each end of its process."""
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
        if not is_down and crashes < CRASHES_THRESHOLD:
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
    """Return the condition to report for a bot that should be running but is not."""
    found = diagnosis.condition
    if found is None or found in {Condition.STOPPED, Condition.NEVER_STARTED}:
        return Condition.CRASHED
    return found


def _is_down(process: Process) -> bool:
    """Tell whether a process is down by itself and supervisord will not restart it."""
    if process.state is ProcessState.EXITED:
        return process.exit_status in _REFUSALS
    return process.state is ProcessState.FATAL
