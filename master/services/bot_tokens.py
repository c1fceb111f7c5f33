"""What the master asks Telegram beside its own chats: whose a token is."""

import re
from dataclasses import dataclass

from master.errors import TelegramUnreachableError, TokenMalformedError, TokenRevokedError
from master.services import http as web

# The id of the bot, a colon, 35 characters today; Telegram promises no length.
TOKEN = re.compile(r"(?<!\d)\d{5,16}:[A-Za-z0-9_-]{30,64}(?![\w-])")
TIMEOUT = 15  # seconds


@dataclass(frozen=True)
class BotIdentity:
    """A bot as getMe tells it. `username` has no @."""

    bot_id: int
    username: str
    name: str


async def identify_bot(token: str, api_url: str) -> BotIdentity:
    """Ask getMe whose `token` is.

    Raises TokenMalformedError, TokenRevokedError, TelegramUnreachableError.
    """
    if not TOKEN.fullmatch(token):
        raise TokenMalformedError
    try:
        reply = await web.post(f"{api_url.rstrip('/')}/bot{token}/getMe", seconds=TIMEOUT)
    except web.NoAnswerError as error:
        raise TelegramUnreachableError(str(error)) from None
    if reply.status in {401, 404}:  # revoked, or never a token at all
        raise TokenRevokedError
    me = reply.body.get("result")
    if reply.status != 200 or not isinstance(me, dict):
        raise TelegramUnreachableError(f"getMe: HTTP {reply.status}")
    try:
        return BotIdentity(int(me["id"]), str(me["username"]), str(me["first_name"]))
    except (KeyError, ValueError) as error:
        raise TelegramUnreachableError(f"getMe: answer without {error}") from None
