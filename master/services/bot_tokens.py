"""Asks Telegram which bot a token belongs to."""

import re
from dataclasses import dataclass

from master.errors import TelegramUnreachableError, TokenMalformedError, TokenRevokedError
from master.services import http as web

# The ID of the bot, a colon, and 35 characters at present; Telegram guarantees no length.
TOKEN = re.compile(r"(?<!\d)\d{5,16}:[A-Za-z0-9_-]{30,64}(?![\w-])")
TIMEOUT = 15  # seconds


@dataclass(frozen=True)
class BotIdentity:
    """A bot as getMe describes it. `username` has no @."""

    bot_id: int
    username: str
    name: str


async def identify_bot(token: str, api_url: str) -> BotIdentity:
    """Return the bot that `token` belongs to, as getMe reports it.

    Raises TokenMalformedError, TokenRevokedError, TelegramUnreachableError.
    """
    if not TOKEN.fullmatch(token):
        raise TokenMalformedError
    try:
        reply = await web.post(f"{api_url.rstrip('/')}/bot{token}/getMe", seconds=TIMEOUT)
    except web.NoResponseError as error:
        raise TelegramUnreachableError(str(error)) from None
    if reply.status in {401, 404}:  # revoked, or never valid
        raise TokenRevokedError
    me = reply.body.get("result")
    if reply.status != 200 or not isinstance(me, dict):
        raise TelegramUnreachableError(f"getMe: HTTP {reply.status}")
    try:
        return BotIdentity(int(me["id"]), str(me["username"]), str(me["first_name"]))
    except (KeyError, ValueError) as error:
        raise TelegramUnreachableError(f"getMe: answer without {error}") from None
