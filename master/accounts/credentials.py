"""The credentials file of each bot: what its row holds, encrypted for the bot alone to read."""

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
    """Writes what bots need to speak for their owners. Every method blocks for a moment."""

    def __init__(
        self, installation: Installation, vault: Vault, qdrant_api_key: str | None = None
    ) -> None:
        self._installation = installation
        self._vault = vault
        self._qdrant_api_key = qdrant_api_key

    def exist(self, user_id: int) -> bool:
        """Tell whether there is a file; what it holds is not looked at."""
        return self._installation.bot(user_id).credentials.exists()

    def are_current(self, bot: BotRecord) -> bool:
        """Tell whether the file says what the row says."""
        path = self._installation.bot(bot.card.user_id).credentials
        try:
            return read_credentials(path, self._vault.key) == self._make(bot)
        except CredentialsError:
            return False

    def write(self, bot: BotRecord) -> None:
        """Make the bot's folder and its file, unless they are right. Raises OSError."""
        files = self._installation.bot(bot.card.user_id)
        files.home.mkdir(mode=0o700, exist_ok=True)
        if not self.are_current(bot):
            write_credentials(files.credentials, self._make(bot), self._vault.key)

    def _make(self, bot: BotRecord) -> Credentials:
        return Credentials(bot.token, bot.openai_key, self._qdrant_api_key)
