"""The language that a user chose at the master, for their bot to speak it, too."""

import asyncio
import logging

from master.accounts.users import Users
from master.installation.state_dir import Installation
from personal_bot.contract import write_private

logger = logging.getLogger(__name__)


class LanguageFiles:
    """Writes the file in a bot's folder that holds its owner's choice."""

    def __init__(self, installation: Installation, users: Users) -> None:
        self._installation = installation
        self._users = users

    async def write(self, user_id: int) -> None:
        """Write the choice, if the user made one, and create the bot's folder if need be.

        A file that cannot be written is only logged: the bot works, in another language.
        """
        language = await self._users.find_choice(user_id)
        if language is not None:
            await asyncio.to_thread(self._write, user_id, language)

    def _write(self, user_id: int, language: str) -> None:
        files = self._installation.bot(user_id)
        try:
            files.home.mkdir(mode=0o700, exist_ok=True)
            write_private(files.language, language.encode())
        except OSError as error:
            logger.warning("Cannot pass the language of user %d to their bot: %s", user_id, error)
