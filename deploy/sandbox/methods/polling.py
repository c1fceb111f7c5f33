"""Bot API methods for receiving updates, by polling or a webhook; and getMe."""

import re
from typing import Any
from urllib.parse import urlsplit

from aiogram.methods import DeleteWebhook, GetMe, GetUpdates, GetWebhookInfo, SetWebhook

from deploy.sandbox.bot_api import Call, Handler
from deploy.sandbox.errors import TelegramError, bad_request
from deploy.sandbox.updates import MAX_LIMIT
from deploy.sandbox.wire import describe_me

MAX_CONNECTIONS = 100
DEFAULT_CONNECTIONS = 40
MAX_SECRET_CHARACTERS = 256
_SECRET = re.compile(r"[A-Za-z0-9_-]*")


def get_me(call: Call, _request: GetMe) -> dict[str, Any]:
    return describe_me(call.bot)


async def get_updates(call: Call, request: GetUpdates) -> list[dict[str, Any]]:
    _note_allowed(call, request.allowed_updates)
    if call.bot.webhook:
        raise TelegramError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    limit = min(max(request.limit or MAX_LIMIT, 1), MAX_LIMIT)
    queue = call.world.queue(call.bot)
    return await queue.poll(request.offset or 0, limit, request.timeout or 0)


async def set_webhook(call: Call, request: SetWebhook) -> bool:
    """Send updates to a URL; as with a Bot API server of one's own, it may be http."""
    if not request.url:
        return await _change_webhook(call, {}, drop=request.drop_pending_updates)
    parts = urlsplit(request.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if request.certificate is not None:
        raise TelegramError(501, "Not Implemented: the sandbox takes no certificates")
    secret = request.secret_token or ""
    if len(secret) > MAX_SECRET_CHARACTERS:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    _note_allowed(call, request.allowed_updates)
    most = min(max(request.max_connections or DEFAULT_CONNECTIONS, 1), MAX_CONNECTIONS)
    webhook = {"url": request.url, "secret_token": secret, "max_connections": most}
    call.world.queue(call.bot).interrupt(
        TelegramError(409, "Conflict: terminated by setWebhook request")
    )
    return await _change_webhook(call, webhook, drop=request.drop_pending_updates)


async def delete_webhook(call: Call, request: DeleteWebhook) -> bool:
    return await _change_webhook(call, {}, drop=request.drop_pending_updates)


def get_webhook_info(call: Call, _request: GetWebhookInfo) -> dict[str, Any]:
    webhook = call.bot.webhook
    shown = ("max_connections", "last_error_date", "last_error_message")
    described: dict[str, Any] = {
        "url": webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(call.world.queue(call.bot)),
        **{name: webhook[name] for name in shown if name in webhook},
    }
    if call.bot.allowed_updates:
        described["allowed_updates"] = call.bot.allowed_updates
    return described


async def _change_webhook(call: Call, webhook: dict[str, Any], *, drop: bool | None) -> bool:
    await call.webhooks.stop(call.bot)
    if drop:
        call.world.queue(call.bot).drop()
    call.bot.webhook = webhook
    call.world.save(call.bot)
    if webhook:
        await call.webhooks.start(call.bot)
    return True


def _note_allowed(call: Call, allowed: list[str] | None) -> None:
    if allowed is not None and allowed != call.bot.allowed_updates:
        call.bot.allowed_updates = allowed
        call.world.save(call.bot)


HANDLERS: dict[type, Handler] = {
    GetMe: get_me,
    GetUpdates: get_updates,
    SetWebhook: set_webhook,
    DeleteWebhook: delete_webhook,
    GetWebhookInfo: get_webhook_info,
}
