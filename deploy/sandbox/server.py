"""The web application of the sandbox: both services, the client API, faults and the page."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import personal_bot.bot_api  # noqa: F401 - first, because it defers aiogram's models

# isort: split
from aiohttp import web

from deploy.sandbox import botfather, client
from deploy.sandbox.bot_api import TOKEN_SHAPE, BotApi, Call
from deploy.sandbox.errors import ClientError
from deploy.sandbox.failing import make_middleware
from deploy.sandbox.faults import Faults
from deploy.sandbox.keys import WEBHOOKS, WORLD
from deploy.sandbox.methods import HANDLERS
from deploy.sandbox.openai_api import OpenAIApi
from deploy.sandbox.records import Bot
from deploy.sandbox.webhooks import Webhooks
from deploy.sandbox.world import World

PAGE_DIR = Path(__file__).parent / "page"
CHUNK_DELAY_SECONDS = 0.03
_MAX_JSON_BYTES = 32 * 1024 * 1024


def create_app(
    state_dir: Path,
    master_token: str | None = None,
    *,
    chunk_delay: float = CHUNK_DELAY_SECONDS,
) -> web.Application:
    """Create the application; its state is stored in `state_dir`.

    Raises ValueError if `master_token` is malformed.
    """
    if master_token is not None and not TOKEN_SHAPE.fullmatch(master_token):
        raise ValueError("the master's token is not like 123456789:letters-and-digits")
    faults = Faults()
    bot_api = BotApi(HANDLERS)
    app = web.Application(
        middlewares=[_refuse_client, make_middleware(faults)], client_max_size=_MAX_JSON_BYTES
    )

    async def live(app: web.Application) -> AsyncIterator[None]:
        world = await asyncio.to_thread(World, state_dir)
        app[WORLD] = world
        botfather.present(world)
        if master_token is not None:
            world.register_master(master_token)
        await world.commit()

        def perform(bot: Bot, name: str, values: dict[str, Any]) -> Awaitable[Any]:
            return bot_api.perform(Call(world, bot, {}, webhooks), name, values)

        webhooks = app[WEBHOOKS] = Webhooks(world, perform)
        for bot in world.bots.values():
            if bot.webhook:
                await webhooks.start(bot)
        yield
        await webhooks.close()
        await world.close()

    app.cleanup_ctx.append(live)
    app.on_shutdown.append(_wake_all)
    bot_api.add_routes(app.router)
    OpenAIApi(chunk_delay).add_routes(app.router)
    client.add_routes(app.router)
    faults.add_routes(app.router)
    app.router.add_get("/health", _tell_health)
    app.router.add_get("/", _show_page)
    app.router.add_static("/", PAGE_DIR)
    return app


@web.middleware
async def _refuse_client(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except ClientError as error:
        return web.json_response(error.as_body(), status=error.status)


async def _tell_health(request: web.Request) -> web.Response:
    return web.json_response({"ok": True, "waiting_bots": request.app[WORLD].count_waiting()})


async def _show_page(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE_DIR / "index.html", headers={"Cache-Control": "no-cache"})


async def _wake_all(app: web.Application) -> None:
    app[WORLD].wake_all()
