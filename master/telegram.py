"""What the master asks Telegram beside its own chats: whose a token is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BotIdentity:
    """A bot as getMe tells it. `username` has no @."""

    bot_id: int
    username: str
    name: str
