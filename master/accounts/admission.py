"""Whether a token or a key may be used here: form, owner, and what the services say of it."""

from master.bots.manager import BotManager
from master.services.bot_tokens import BotIdentity, identify_bot
from master.services.openai_keys import check_key


class Admission:
    def __init__(
        self, manager: BotManager, telegram_api_url: str, openai_base_url: str, embedding_model: str
    ) -> None:
        self._manager = manager
        self._telegram_api_url = telegram_api_url
        self._openai_base_url = openai_base_url
        self._embedding_model = embedding_model

    async def identify(self, user_id: int, token: str) -> BotIdentity:
        """Return whose `token` is, if this person may use it. Raises TokenError, ServiceError.

        Telegram is asked first: who does not hold a valid token learns nothing about who is
        registered here.
        """
        identity = await identify_bot(token, self._telegram_api_url)
        await self._manager.check_token_is_free(user_id, identity.bot_id)
        return identity

    async def check_key(self, key: str) -> None:
        """Raise KeyRejectedError or ServiceError unless `key` can do what a bot needs."""
        await check_key(key, self._openai_base_url, self._embedding_model)
