"""What keeps polling alive, and what ends it: bad answers must not, a refused token must."""

import asyncio
import logging
from http import HTTPStatus
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramServerError, TelegramUnauthorizedError
from aiogram.methods import GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Update
from pydantic import ValidationError

logger = logging.getLogger(__name__)

POLLING_TIMEOUT = 30  # seconds that Telegram holds a getUpdates without news
REQUEST_TIMEOUT = 20.0  # seconds for any other request, and on top of the above


class Session(AiohttpSession):
    """aiogram's session, except that updates are decoded one by one where all at once fails.

    aiogram validates a batch whole: one update that this version cannot decode would be fetched
    again for ever, and nothing behind it would arrive.
    """

    def __init__(self, api_url: str) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_url), timeout=REQUEST_TIMEOUT)

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        try:
            response = super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            if status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                # A proxy's page in HTML is an outage like any other.
                raise TelegramServerError(method, f"HTTP {status_code}") from None
            if not isinstance(method, GetUpdates) or not _is_batch(error.data):
                raise
            return cast(
                "Response[TelegramType]", _decode_one_by_one(bot, method, error.data["result"])
            )
        if isinstance(method, GetUpdates) and response.result is None:
            # aiogram would iterate over it, outside of what it catches.
            raise TelegramServerError(method, "getUpdates without a result")
        return response


def _is_batch(data: Any) -> bool:
    """Tell whether every update at least has an id, so that polling can get past it."""
    return (
        isinstance(data, dict)
        and isinstance(data.get("result"), list)
        and bool(data["result"])
        and all(
            isinstance(update, dict) and isinstance(update.get("update_id"), int)
            for update in data["result"]
        )
    )


def _decode_one_by_one(
    bot: Bot, method: GetUpdates, raw_updates: list[dict[str, Any]]
) -> Response[list[Update]]:
    updates = []
    for raw in raw_updates:
        try:
            updates.append(Update.model_validate(raw, context={"bot": bot}))
        except ValidationError as error:
            # Where it failed, not what was in it: an update is somebody's message.
            places = [".".join(map(str, detail["loc"])) for detail in error.errors()]
            logger.warning("Skipped update %d: cannot decode %s", raw["update_id"], places[:5])
    # The dispatcher asks again with this same object, and sets the offset after each update that
    # it was given; so this one counts only if nothing good follows the bad.
    method.offset = max(raw["update_id"] for raw in raw_updates) + 1
    return Response[list[Update]](ok=True, result=updates)


class RevocationWatch(BaseRequestMiddleware):
    """Set `refused` when Telegram does not know the token any more: aiogram would poll for ever."""

    def __init__(self, refused: asyncio.Event) -> None:
        self._refused = refused

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        except TelegramUnauthorizedError:
            self._refused.set()
            raise
