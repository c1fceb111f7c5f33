"""The credentials file of each bot: the secrets of its database row, encrypted."""

from master.accounts.registry import BotRecord
from master.accounts.vault import Vault
from master.installation.state_dir import Installation
from personal_bot.contract import (
    Credentials,
    CredentialsError,
    read_credentials,
    write_credentials,
)


class CredentialsWriter:
    """Writes the tokens and keys that bots work with. Every method does blocking file access."""

    def __init__(
        self,
        installation: Installation,
        vault: Vault,
        qdrant_api_key: str | None = None,
        embedding_api_key: str | None = None,
    ) -> None:
        self._installation = installation
        self._vault = vault
        self._qdrant_api_key = qdrant_api_key
        self._embedding_api_key = embedding_api_key

    def exist(self, user_id: int) -> bool:
        """Tell whether the file exists, without reading it."""
        return self._installation.bot(user_id).credentials.exists()

    def are_current(self, bot: BotRecord) -> bool:
        """Tell whether the file holds the same secrets as the row."""
        path = self._installation.bot(bot.card.user_id).credentials
        try:
            return read_credentials(path, self._vault.key) == self._make(bot)
        except CredentialsError:
            return False

    def write(self, bot: BotRecord) -> None:
        """Create the bot's folder, and write the file unless it is current. Raises OSError."""
        files = self._installation.bot(bot.card.user_id)
        files.home.mkdir(mode=0o700, exist_ok=True)
        if not self.are_current(bot):
            write_credentials(files.credentials, self._make(bot), self._vault.key)

    def _make(self, bot: BotRecord) -> Credentials:
        return Credentials(bot.token, bot.openai_key, self._qdrant_api_key, self._embedding_api_key)
