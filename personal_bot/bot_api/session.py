"""The HTTP session for the Bot API."""

import os
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramServerError
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    GetFile,
    GetMe,
    GetUpdates,
    SendMessage,
    TelegramMethod,
)
from aiogram.methods.base import Response, TelegramType
from aiogram.types import Message, Update
from aiohttp import ClientConnectorError, TCPConnector

from personal_bot.contract.tls import client_context

CONNECTIONS = 20
DNS_TIME = 3_600  # seconds; aiogram's own value

_METHODS: tuple[type[TelegramMethod[Any]], ...] = (
    GetUpdates,
    GetMe,
    GetFile,
    SendMessage,
    EditMessageText,
    AnswerCallbackQuery,
)
for _type in (Message, Update):
    _type.model_rebuild()  # first, because the classes below then refer to them: 3 MB less
RESPONSES = [Response.__class_getitem__(method.__returning__) for method in _METHODS]
"""Response classes, kept alive here. Pydantic keeps only weak references to them, so aiogram would
recreate `Response[list[Update]]` for each poll: 5 MB of a forked bot, 20 ms of CPU.
"""


class Session(AiohttpSession):
    """aiogram's session, with the TLS context of the process instead of its own.

    `timeout` is for one request, in seconds.
    """

    def __init__(self, api_url: str, timeout: float) -> None:
        api = TelegramAPIServer.from_base(api_url)
        BaseSession.__init__(self, api=api, timeout=timeout)  # AiohttpSession's creates a context
        self._session = None
        self._connector_type = TCPConnector
        self._connector_init = {
            "ssl": client_context(),
            "limit": CONNECTIONS,
            "ttl_dns_cache": DNS_TIME,
        }
        self._should_reset_connector = True
        self._proxy = None

    async def close(self) -> None:
        """Close all connections. aiohttp waits for them; aiogram would add 250 ms."""
        if self._session is not None:
            await self._session.close()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's name
    ) -> TelegramType:
        try:
            return await super().make_request(bot, method, timeout)
        except TelegramNetworkError as error:
            if isinstance(error.__cause__, ClientConnectorError):
                error.message = _explain(error.__cause__)
            raise

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            if isinstance(error.data, dict) and error.data.get("ok"):
                raise
            # A proxy's error page counts as an outage.
            raise TelegramServerError(
                method, f"HTTP {status_code}, not a Telegram response"
            ) from None


def _explain(error: ClientConnectorError) -> str:
    """Return aiohttp's error in words; its own are `ssl:default [Connect call failed (…, 443)]`."""
    cause = error.os_error
    number = cause.errno or 0  # negative if the name cannot be resolved
    reason = os.strerror(number) if number > 0 else cause.strerror or "no connection"
    return f"cannot connect to {error.host}:{error.port}: {reason}"
