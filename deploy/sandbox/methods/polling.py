"""Bot API methods for receiving updates, and getMe."""

from typing import Any

from aiogram.methods import DeleteWebhook, GetMe, GetUpdates, GetWebhookInfo

from deploy.sandbox.bot_api import Call, Handler
from deploy.sandbox.updates import MAX_LIMIT
from deploy.sandbox.wire import describe_me


def get_me(call: Call, _request: GetMe) -> dict[str, Any]:
    return describe_me(call.bot)


async def get_updates(call: Call, request: GetUpdates) -> list[dict[str, Any]]:
    if request.allowed_updates is not None and request.allowed_updates != call.bot.allowed_updates:
        call.bot.allowed_updates = request.allowed_updates
        call.world.save(call.bot)
    limit = min(max(request.limit or MAX_LIMIT, 1), MAX_LIMIT)
    queue = call.world.queue(call.bot)
    return await queue.poll(request.offset or 0, limit, request.timeout or 0)


def delete_webhook(call: Call, request: DeleteWebhook) -> bool:
    if request.drop_pending_updates:
        call.world.queue(call.bot).drop()
    return True


def get_webhook_info(call: Call, _request: GetWebhookInfo) -> dict[str, Any]:
    return {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(call.world.queue(call.bot)),
    }


HANDLERS: dict[type, Handler] = {
    GetMe: get_me,
    GetUpdates: get_updates,
    DeleteWebhook: delete_webhook,
    GetWebhookInfo: get_webhook_info,
}
