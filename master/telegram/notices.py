"""Messages that nobody asked for: to owners whose bots are in trouble, and to the operator.

An owner's notice is noted when Telegram has it: the master may die in between, and a doubled notice
is better than none. One that Telegram does not take now is due again at the next look, if there is
still something to tell.
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

from master.accounts.users import Users
from master.bots.monitoring import Trouble, Watch
from master.errors import MasterError
from master.installation.disk_space import Room
from master.supervision.event_socket import Doorbell
from master.telegram import keyboards, texts

logger = logging.getLogger(__name__)

INTERVAL = 60.0  # seconds between two looks if nobody rings
PAUSE = 1.0  # seconds between two looks: a thousand bots that fall over make few
AT_ONCE = 10  # messages that wait for Telegram
RETRY = 10.0  # seconds
QUIET = 5.0  # seconds without news that end a burst, for the operator's summary
LONGEST_BURST = 30.0  # seconds


class Notices:
    """Tells owners, in their language, and sends operators one summary for each burst."""

    def __init__(
        self,
        bot: Bot,
        i18n: I18n,
        users: Users,
        watch: Watch,
        operators: frozenset[int],
        *,
        measure_room: Callable[[], Room],
        quiet: float = QUIET,
        retry: float = RETRY,
    ) -> None:
        self._bot = bot
        self._i18n = i18n
        self._users = users
        self._watch = watch
        self._operators = operators
        self._measure_room = measure_room
        self._room_was_low = False
        self._quiet = quiet
        self._retry = retry
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._in_hand: set[int] = set()
        self._told: asyncio.Queue[Trouble] = asyncio.Queue()

    async def run(self, doorbell: Doorbell) -> None:
        """Look at each ring and every minute, and tell what is found, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._summarise())
            while True:
                await self._look(tasks)
                await self._look_at_disk(tasks)
                await asyncio.sleep(PAUSE)
                await doorbell.wait(INTERVAL)

    async def _look(self, tasks: asyncio.TaskGroup) -> None:
        # Who is done with after this was noted as told before the look reads the notes.
        in_hand = frozenset(self._in_hand)
        try:
            async for trouble in self._watch.look():
                user_id = trouble.card.user_id
                if user_id not in in_hand:
                    self._in_hand.add(user_id)
                    tasks.create_task(self._tell(trouble))
        except (MasterError, PeeweeException, OSError) as error:
            logger.warning("Cannot look after the bots: %s", error)

    async def _look_at_disk(self, tasks: asyncio.TaskGroup) -> None:
        try:
            room = await asyncio.to_thread(self._measure_room)
        except OSError as error:
            logger.warning("Cannot tell how full the disk is: %s", error)
            return
        if room.is_low and not self._room_was_low:
            logger.error("The disk is nearly full: %d of %d bytes are free", room.free, room.total)
            for operator in sorted(self._operators):
                tasks.create_task(self._tell_operator(operator, partial(texts.disk_low, room)))
        self._room_was_low = room.is_low or (self._room_was_low and not room.is_ample)

    async def _tell(self, trouble: Trouble) -> None:
        user_id = trouble.card.user_id
        try:
            async with self._slots:
                is_settled = await self._tell_owner(trouble)
            if is_settled:
                logger.info("User %d was told: %s, %s", user_id, trouble.kind, trouble.condition)
                self._told.put_nowait(trouble)
                await self._note(trouble)
        except Exception:
            # One notice that fails must not end those of all others; the next look tries again.
            logger.exception("User %d could not be told: %s", user_id, trouble.condition)
        finally:
            self._in_hand.discard(user_id)

    async def _tell_owner(self, trouble: Trouble) -> bool:
        user_id = trouble.card.user_id
        language = await self._users.language(user_id)
        with self._i18n.context(), self._i18n.use_locale(language):
            text = texts.trouble(trouble)
            keyboard = keyboards.remedies(trouble.condition)
        return await self._deliver(user_id, text, keyboard)

    async def _note(self, trouble: Trouble) -> None:
        while True:
            try:
                await self._watch.note(trouble)
            except PeeweeException as error:
                logger.warning("Cannot note what an owner was told: %s", error)
                await asyncio.sleep(self._retry)
            else:
                return

    async def _summarise(self) -> None:
        while True:
            burst = await self._gather()
            for operator in sorted(self._operators):
                await self._tell_operator(operator, partial(texts.summary, burst))

    async def _gather(self) -> Sequence[Trouble]:
        """Wait for the first news and for what follows it closely."""
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
        while not await self._deliver(user_id, text):  # noqa: ASYNC110 - no event of ours
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
        """Send a message; return False if it is worth another try."""
        try:
            await self._bot.send_message(user_id, text, reply_markup=keyboard)
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            # The master was blocked, or the account is gone.
            logger.info("User %d cannot be told: %s", user_id, error)
        except AiogramError as error:
            logger.warning("User %d cannot be told yet: %s", user_id, error)
            return False
        return True
