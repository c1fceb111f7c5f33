"""Checks of a token or key before use: form, owner, and acceptance by its service."""

from master.accounts.registry import Registry
from master.errors import KeyMalformedError, TokenIsMasterError, TokenTakenError
from master.services.bot_tokens import BotIdentity, identify_bot
from master.services.keys import can_be_sent, is_openai_key
from master.services.model_checks import check_models, find_chat, find_embeddings
from master.settings import Settings
from personal_bot.contract import is_openai


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

    def takes(self, key: str) -> bool:
        """Tell whether the service can be asked about `key`; only OpenAI's keys have a form."""
        return is_openai_key(key) or not is_openai(self._settings.openai_base_url)

    async def check_key(self, key: str) -> None:
        """Raise KeyMalformedError or ModelRefusedError unless a bot can work with `key`.

        ModelRefusedError is also raised for embeddings that the operator chose and pays for.
        """
        if not (self.takes(key) and can_be_sent(key)):
            raise KeyMalformedError
        await check_models(find_chat(self._settings, key), find_embeddings(self._settings, key))

    async def check_token_is_free(self, user_id: int, bot_id: int) -> None:
        """Raise TokenIsMasterError or TokenTakenError unless the user may register this bot."""
        if bot_id == self._settings.master_bot_id:
            raise TokenIsMasterError
        owner = await self._registry.find_owner(bot_id)
        if owner is not None and owner.user_id != user_id:
            raise TokenTakenError(owner.username)
