"""Webhooks: updates are sent to a bot's own server, in order, until it accepts them.

It follows Telegram's own server, except that an answer cannot contain a method with files:
https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/WebhookActor.cpp
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from deploy.sandbox.errors import TelegramError
from deploy.sandbox.records import Bot, PendingUpdate
from deploy.sandbox.world import World

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a name, not a secret
TIMEOUT_SECONDS = 60
MAX_DELAY_SECONDS = 60
_MAX_RETRY_AFTER_SECONDS = 3600
#: Methods that an answer to a webhook cannot contain, beside all that begin with "get".
_NOT_IN_ANSWERS = frozenset({"setwebhook", "deletewebhook", "close", "logout"})

Perform = Callable[[Bot, str, dict[str, Any]], Awaitable[Any]]


class _DeliveryError(Exception):
    def __init__(self, reason: str, retry_after: int = 0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Webhooks:
    """Delivers the updates of all bots that have a webhook, one task a bot.

    `perform` is called with the method that an answer contains.
    """

    def __init__(self, world: World, perform: Perform) -> None:
        self._world = world
        self._perform = perform
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def start(self, bot: Bot) -> None:
        await self.stop(bot)
        self._tasks[bot.bot_id] = asyncio.create_task(self._deliver_all(bot))

    async def stop(self, bot: Bot) -> None:
        task = self._tasks.pop(bot.bot_id, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._session.close()

    async def _deliver_all(self, bot: Bot) -> None:
        queue = self._world.queue(bot)
        failures = 0
        while True:
            update = await queue.wait_first()
            try:
                answer = await self._post(bot, update)
            except _DeliveryError as error:
                failures += 1
                bot.webhook["last_error_date"] = int(time.time())
                bot.webhook["last_error_message"] = str(error)
                self._world.save(bot)
                await self._world.commit()
                await asyncio.sleep(choose_delay(failures, error.retry_after))
                continue
            failures = 0
            queue.confirm(update)
            await self._obey(bot, answer)
            await self._world.commit()

    async def _post(self, bot: Bot, update: PendingUpdate) -> Any:
        """Send an update; return the JSON of the answer, if it is any. Raises _DeliveryError."""
        secret = bot.webhook["secret_token"]
        headers = {SECRET_HEADER: secret} if secret else {}
        try:
            async with self._session.post(
                bot.webhook["url"], json=update.as_update(), headers=headers, allow_redirects=False
            ) as response:
                if not 200 <= response.status <= 299:
                    wait = response.headers.get("Retry-After", "")
                    raise _DeliveryError(
                        f"Wrong response from the webhook: {response.status} {response.reason}",
                        int(wait) if wait.isdecimal() else 0,
                    )
                with contextlib.suppress(ValueError, aiohttp.ContentTypeError):
                    return await response.json()
                return None
        except aiohttp.ClientConnectorError as error:
            number = error.os_error.errno
            raise _DeliveryError(os.strerror(number) if number else str(error)) from None
        except TimeoutError:
            raise _DeliveryError("Read timeout expired") from None
        except aiohttp.ClientError:
            raise _DeliveryError("Webhook connection closed") from None

    async def _obey(self, bot: Bot, answer: Any) -> None:
        """Perform the method in the answer, if any; as with Telegram, nobody learns its result."""
        if not isinstance(answer, dict) or not isinstance(answer.get("method"), str):
            return
        name = answer.pop("method").lower()
        if name in _NOT_IN_ANSWERS or name.startswith("get"):
            return
        try:
            await self._perform(bot, name, answer)
        except TelegramError as error:
            logger.warning("@%s answered its webhook with %s: %s", bot.username, name, error)


def choose_delay(failures: int, retry_after: int = 0) -> int:
    """Return the seconds to wait after so many failures in a row: 0, 2, 4, 8 up to a minute."""
    if retry_after:
        return min(retry_after, _MAX_RETRY_AFTER_SECONDS)
    return min(MAX_DELAY_SECONDS, 2 ** (failures - 1)) if failures > 1 else 0
