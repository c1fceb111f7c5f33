"""Notices about incidents: one to the owner of each bot, and a summary to operators.

Owners are also told what an operator did to their bot.

A notice to an owner is recorded after Telegram has accepted it. If the master dies in between, the
notice is sent twice, which is better than not at all. A notice that Telegram does not accept is
retried at the next check if the incident persists.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import partial

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
)
from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.i18n import I18n
from peewee import PeeweeException

from master.accounts.operator_actions import Action, ActionKind, OperatorActions
from master.accounts.users import Users
from master.bots.monitoring import Incident, Monitor
from master.errors import MasterError
from master.installation.disk_space import DiskSpace
from master.supervision.event_socket import EventSocket
from master.telegram import keyboards, texts

logger = logging.getLogger(__name__)

INTERVAL = 60.0  # seconds between two checks without an event
PAUSE = 1.0  # minimum seconds between two checks, so a thousand crashing bots cause few
AT_ONCE = 10  # notices to owners being sent at the same time
RETRY = 10.0  # seconds before a retry
QUIET = 5.0  # seconds without a notice that end a burst; operators get a summary of each burst
LONGEST_BURST = 30.0  # seconds


class Notices:
    """Sends notices to owners and one summary per burst to operators, each in their language."""

    def __init__(
        self,
        bot: Bot,
        i18n: I18n,
        users: Users,
        monitor: Monitor,
        operator_actions: OperatorActions,
        *,
        operators: frozenset[int],
        measure_disk_space: Callable[[], DiskSpace],
        quiet: float = QUIET,
        retry: float = RETRY,
    ) -> None:
        self._bot = bot
        self._i18n = i18n
        self._users = users
        self._monitor = monitor
        self._operator_actions = operator_actions
        self._operators = operators
        self._measure_disk_space = measure_disk_space
        self._disk_was_low = False
        self._quiet = quiet
        self._retry = retry
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._in_hand: set[int] = set()
        self._told: asyncio.Queue[Incident] = asyncio.Queue()

    async def run(self, event_socket: EventSocket) -> None:
        """Check after each event of supervisord and every minute, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._summarise())
            telling: asyncio.Task[None] | None = None
            while True:
                await self._check(tasks)
                if telling is None or telling.done():
                    telling = tasks.create_task(self._tell_of_operators())
                await self._check_disk(tasks)
                await asyncio.sleep(PAUSE)
                await event_socket.wait(INTERVAL)

    async def _check(self, tasks: asyncio.TaskGroup) -> None:
        # Copied before the check reads the notice log: a notice that is recorded later is still
        # in this copy, so its owner is not told twice.
        in_hand = frozenset(self._in_hand)
        try:
            async for incident in self._monitor.check():
                user_id = incident.card.user_id
                if user_id not in in_hand:
                    self._in_hand.add(user_id)
                    tasks.create_task(self._tell(incident))
        except (MasterError, PeeweeException, OSError) as error:
            logger.warning("Cannot check the bots: %s", error)

    async def _check_disk(self, tasks: asyncio.TaskGroup) -> None:
        try:
            disk_space = await asyncio.to_thread(self._measure_disk_space)
        except OSError as error:
            logger.warning("Cannot measure the free disk space: %s", error)
            return
        if disk_space.is_low and not self._disk_was_low:
            logger.error(
                "The disk is nearly full: %d of %d bytes free",
                disk_space.free,
                disk_space.total,
            )
            for operator in sorted(self._operators):
                tasks.create_task(
                    self._tell_operator(operator, partial(texts.disk_low, disk_space))
                )
        self._disk_was_low = disk_space.is_low or (self._disk_was_low and not disk_space.is_ample)

    async def _tell(self, incident: Incident) -> None:
        user_id = incident.card.user_id
        try:
            async with self._slots:
                is_settled = await self._tell_owner(incident)
            if is_settled:
                logger.info("Notified user %d: %s, %s", user_id, incident.kind, incident.condition)
                self._told.put_nowait(incident)
                await self._note(incident)
        except Exception:
            # One failed notice must not cancel the others; the next check retries it.
            logger.exception("Could not notify user %d: %s", user_id, incident.condition)
        finally:
            self._in_hand.discard(user_id)

    async def _tell_owner(self, incident: Incident) -> bool:
        user_id = incident.card.user_id
        language = await self._users.language(user_id)
        with self._i18n.context(), self._i18n.use_locale(language):
            text = texts.incident(incident)
            keyboard = keyboards.remedies(incident.condition)
        return await self._deliver(user_id, text, keyboard)

    async def _tell_of_operators(self) -> None:
        """Tell owners what an operator did to their bots; the next check retries what fails."""
        try:
            for action in await self._operator_actions.list_untold():
                if await self._tell_of_operator(action):
                    logger.info(
                        "Notified user %d: an operator %s the bot", action.user_id, action.kind
                    )
                    await self._operator_actions.record_told(action)
        except PeeweeException as error:
            logger.warning("Cannot tell owners what an operator did: %s", error)

    async def _tell_of_operator(self, action: Action) -> bool:
        language = await self._users.language(action.user_id)
        with self._i18n.context(), self._i18n.use_locale(language):
            text = texts.operator_action(action)
            keyboard = keyboards.resume() if action.kind is ActionKind.STOPPED else None
        return await self._deliver(action.user_id, text, keyboard)

    async def _note(self, incident: Incident) -> None:
        while True:
            try:
                await self._monitor.record(incident)
            except PeeweeException as error:
                logger.warning("Cannot record a notice: %s", error)
                await asyncio.sleep(self._retry)
            else:
                return

    async def _summarise(self) -> None:
        while True:
            burst = await self._gather()
            for operator in sorted(self._operators):
                await self._tell_operator(operator, partial(texts.summary, burst))

    async def _gather(self) -> Sequence[Incident]:
        """Wait for an incident, and collect those that follow it closely."""
        now = asyncio.get_running_loop().time
        burst = [await self._told.get()]
        latest = now() + LONGEST_BURST
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._quiet) as patience:
                while True:
                    burst.append(await self._told.get())
                    patience.reschedule(min(latest, now() + self._quiet))
        return burst

    async def _tell_operator(self, user_id: int, say: Callable[[], str]) -> None:
        language = await self._operators_language(user_id)
        with self._i18n.context(), self._i18n.use_locale(language):
            text = say()
        while not await self._deliver(user_id, text):  # noqa: ASYNC110 - no event to wait for
            await asyncio.sleep(self._retry)

    async def _operators_language(self, user_id: int) -> str:
        try:
            return await self._users.language(user_id)
        except PeeweeException as error:
            logger.warning("Cannot look up a language: %s", error)
            return self._i18n.default_locale

    async def _deliver(
        self, user_id: int, text: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> bool:
        """Send a message; return False if a retry could succeed."""
        try:
            await self._bot.send_message(user_id, text, reply_markup=keyboard)
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            # The user has blocked the master, or the account no longer exists.
            logger.info("Cannot notify user %d: %s", user_id, error)
        except AiogramError as error:
            logger.warning("Cannot notify user %d yet: %s", user_id, error)
            return False
        return True
