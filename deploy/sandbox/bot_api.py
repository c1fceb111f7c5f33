"""The Bot API over HTTP: find the bot and the method, check the request, call the handler."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import aiogram.methods
from aiogram.methods import TelegramMethod
from aiohttp import web

from deploy.sandbox import parameters
from deploy.sandbox.errors import TelegramError, bad_request
from deploy.sandbox.keys import WEBHOOKS, WORLD
from deploy.sandbox.records import Bot, Chat
from deploy.sandbox.uploads import StoredFileResponse, Upload
from deploy.sandbox.webhooks import Webhooks
from deploy.sandbox.world import World

logger = logging.getLogger(__name__)

TOKEN_SHAPE = re.compile(r"[0-9]+:[A-Za-z0-9_-]{10,}")
_ALL_METHODS: dict[str, type[TelegramMethod[Any]]] = {
    method.__api_method__.lower(): method
    for method in vars(aiogram.methods).values()
    if isinstance(method, type)
    and issubclass(method, TelegramMethod)
    and method is not TelegramMethod
}


@dataclass(frozen=True)
class Call:
    """A call of a method: the bot that called it, and the uploaded files."""

    world: World
    bot: Bot
    files: dict[str, Upload]
    webhooks: Webhooks

    def find_chat(self, chat_id: int | str) -> Chat:
        """Return a chat of the bot, blocked or not. Raises TelegramError 400 and 403."""
        number = _as_number(chat_id)
        chat = None if number is None else self.world.find_chat(self.bot.bot_id, number)
        if chat is None:
            if number in self.world.people:
                raise TelegramError(403, "Forbidden: bot can't initiate conversation with a user")
            raise bad_request("chat not found")
        return chat

    def find_open_chat(self, chat_id: int | str) -> Chat:
        """Return a chat that the bot may write to. Raises TelegramError 400 and 403."""
        chat = self.find_chat(chat_id)
        if chat.blocked:
            raise TelegramError(403, "Forbidden: bot was blocked by the user")
        return chat


Handler = Callable[[Call, Any], Any | Awaitable[Any]]
"""Receives a call and aiogram's model of its method; returns the result as JSON values."""


class BotApi:
    """The routes of the Bot API. `handlers` maps aiogram's class of each method to its handler."""

    def __init__(self, handlers: dict[type[TelegramMethod[Any]], Handler]) -> None:
        self._handlers = handlers

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/bot{token:[^/]+}/{method:[^/]+}", self.call)
        router.add_get("/file/bot{token:[^/]+}/{path:.+}", self.download)

    async def call(self, request: web.Request) -> web.Response:
        world = request.app[WORLD]
        try:
            bot = _authorize(request, world)
            result = await self._perform(request, world, bot)
        except TelegramError as error:
            return web.json_response(error.as_body(), status=error.status)
        return web.json_response({"ok": True, "result": result})

    async def download(self, request: web.Request) -> web.StreamResponse:
        world = request.app[WORLD]
        try:
            bot = _authorize(request, world)
        except TelegramError as error:
            return web.json_response(error.as_body(), status=error.status)
        path = request.match_info["path"]
        file = world.files.get(PurePosixPath(path).stem)
        if file is None or file.bot_id != bot.bot_id or file.file_path != path:
            return web.json_response(TelegramError(404, "Not Found").as_body(), status=404)
        return StoredFileResponse(world, file, {})

    async def perform(self, call: Call, name: str, values: dict[str, Any]) -> Any:
        """Perform a method with parameters that are read already. Raises TelegramError."""
        method, handler = self._find(name)
        result = handler(call, parameters.parse(method, values))
        if asyncio.iscoroutine(result):
            result = await result
        await call.world.commit()
        return result

    def _find(self, name: str) -> tuple[type[TelegramMethod[Any]], Handler]:
        method = _ALL_METHODS.get(name.lower())
        if method is None:
            raise TelegramError(404, "Not Found: method not found")
        handler = self._handlers.get(method)
        if handler is None:
            raise TelegramError(501, f"Not Implemented: the sandbox has no {method.__api_method__}")
        return method, handler

    async def _perform(self, request: web.Request, world: World, bot: Bot) -> Any:
        name = request.match_info["method"]
        self._find(name)  # before the body is read
        received = await parameters.read(request, world)
        try:
            call = Call(world, bot, received.files, request.app[WEBHOOKS])
            return await self.perform(call, name, received.values)
        finally:
            received.discard_files()


def _authorize(request: web.Request, world: World) -> Bot:
    token = request.match_info["token"]
    if not TOKEN_SHAPE.fullmatch(token):
        raise TelegramError(404, "Not Found")
    return world.authorize(token)


def _as_number(chat_id: int | str) -> int | None:
    try:
        return int(chat_id)
    except ValueError:
        return None
