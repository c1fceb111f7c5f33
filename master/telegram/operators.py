"""Tells operators at once what keeps users from going on and only a setting can change."""

import logging
import time
from collections.abc import Callable

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.utils.i18n import I18n
from peewee import PeeweeException

from master.accounts.users import Users
from master.errors import ModelRefusedError
from master.telegram import texts

logger = logging.getLogger(__name__)

QUIET = 3_600.0  # seconds in which the same refusal is not told again


class Operators:
    """The people in ADMIN_USER_IDS, each told in their language."""

    def __init__(
        self,
        bot: Bot,
        i18n: I18n,
        users: Users,
        operators: frozenset[int],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._i18n = i18n
        self._users = users
        self._operators = operators
        self._clock = clock
        self._told: dict[str, float] = {}

    async def tell(self, refusal: ModelRefusedError) -> None:
        """Tell all operators, unless they were told of the same refusal within the last hour."""
        now, what = self._clock(), str(refusal)
        self._told = {told: when for told, when in self._told.items() if now - when < QUIET}
        if what in self._told:
            return
        self._told[what] = now
        for operator in sorted(self._operators):
            try:
                language = await self._users.language(operator)
                with self._i18n.context(), self._i18n.use_locale(language):
                    text = texts.refusal_for_operators(refusal)
                await self._bot.send_message(operator, text)
            except (AiogramError, PeeweeException) as error:
                logger.warning("Cannot tell operator %d about a refusal: %s", operator, error)
