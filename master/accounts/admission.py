"""Checks of a token or key before use: format, owner, and acceptance by Telegram or OpenAI."""

from master.accounts.registry import Registry
from master.errors import TokenIsMasterError, TokenTakenError
from master.services.bot_tokens import BotIdentity, identify_bot
from master.services.openai_keys import check_key
from master.settings import Settings


class Admission:
    def __init__(self, registry: Registry, settings: Settings) -> None:
        self._registry = registry
        self._settings = settings

    async def identify(self, user_id: int, token: str) -> BotIdentity:
        """Return the bot of `token` if the user may register it. Raises TokenError, ServiceError.

        Telegram is asked first, so that a caller without a valid token cannot find out which bots
        are registered here.
        """
        identity = await identify_bot(token, self._settings.telegram_api_url)
        await self.check_token_is_free(user_id, identity.bot_id)
        return identity

    async def check_key(self, key: str) -> None:
        """Raise KeyRejectedError or ServiceError unless a bot can work with `key`."""
        await check_key(key, self._settings.openai_base_url, self._settings.embedding_model)

    async def check_token_is_free(self, user_id: int, bot_id: int) -> None:
        """Raise TokenIsMasterError or TokenTakenError unless the user may register this bot."""
        if bot_id == self._settings.master_bot_id:
            raise TokenIsMasterError
        owner = await self._registry.find_owner(bot_id)
        if owner is not None and owner.user_id != user_id:
            raise TokenTakenError(owner.username)
