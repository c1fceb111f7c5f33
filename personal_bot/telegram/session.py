"""The HTTP session with Telegram."""

from typing import Any

from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    GetFile,
    GetMe,
    GetUpdates,
    SendMessage,
    TelegramMethod,
)
from aiogram.methods.base import Response
from aiohttp import TCPConnector

from personal_bot.process.tls import client_context

CONNECTIONS = 20
DNS_TIME = 3_600  # seconds; as aiogram's own

_METHODS: tuple[type[TelegramMethod[Any]], ...] = (
    GetUpdates,
    GetMe,
    GetFile,
    SendMessage,
    EditMessageText,
    AnswerCallbackQuery,
)
RESPONSES = [Response.__class_getitem__(method.__returning__) for method in _METHODS]
"""What Telegram answers, as classes that live on. Pydantic keeps them by weak references, so that
aiogram would make `Response[list[Update]]` anew for each poll: 5 MB of a forked bot, 20 ms of CPU.
"""


class Session(AiohttpSession):
    """aiogram's, but with the TLS context of the process in the place of one of its own."""

    def __init__(self, api: TelegramAPIServer, timeout: float) -> None:
        BaseSession.__init__(self, api=api, timeout=timeout)  # its parent's makes a context
        self._session = None
        self._connector_type = TCPConnector
        self._connector_init = {
            "ssl": client_context(),
            "limit": CONNECTIONS,
            "ttl_dns_cache": DNS_TIME,
        }
        self._should_reset_connector = True
        self._proxy = None
