"""The language of the bot: the owner's choice here, else at the master, else Telegram's."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from aiogram.utils.i18n import I18n

from personal_bot.storage.preferences import Preferences

logger = logging.getLogger(__name__)

LOCALES = Path(__file__).parents[1] / "locales"
DEFAULT = "en"
NAMES = {"en": "English", "ru": "Русский"}  # each in its own language


@cache
def load_catalogues() -> I18n:
    """Load the compiled catalogues. Raises RuntimeError if one is not compiled."""
    return I18n(path=LOCALES, default_locale=DEFAULT, domain="personal_bot")


def match_language(code: str | None) -> str:
    """Return the supported language for a Telegram language code, e.g. `ru` for `ru-RU`."""
    language = (code or DEFAULT).lower().replace("_", "-").partition("-")[0]
    return language if language in NAMES else DEFAULT


class Languages:
    """The owner's language, for texts inside and outside of updates.

    `file` holds the owner's choice at the master, which may change at any time; see `BotFiles`.
    """

    def __init__(self, i18n: I18n, preferences: Preferences, file: Path | None = None) -> None:
        self._i18n = i18n
        self._preferences = preferences
        self._file = file
        self._chosen_at_master: str | None = None

    @property
    def current(self) -> str:
        return self._chosen or match_language(self._preferences.get("telegram_language"))

    @property
    def is_chosen(self) -> bool:
        return self._chosen is not None

    @property
    def _chosen(self) -> str | None:
        return self._preferences.get("language") or self._chosen_at_master

    async def read_choice(self) -> bool:
        """Read the choice at the master; return whether the bot's language has changed by it."""
        before = self.current
        if self._file is not None:
            self._chosen_at_master = await asyncio.to_thread(_read_choice, self._file)
        return self.current != before

    async def choose(self, language: str) -> None:
        await self._preferences.set("language", match_language(language))

    async def notice(self, code: str | None) -> None:
        """Store the language code that the owner's Telegram app sends."""
        if code:
            await self._preferences.set("telegram_language", code)

    @contextmanager
    def speaking(self, language: str | None = None) -> Iterator[None]:
        """Make `gettext` use the owner's language, or the given one, inside the block."""
        with self._i18n.context(), self._i18n.use_locale(language or self.current):
            yield


def _read_choice(file: Path) -> str | None:
    try:
        language = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        logger.warning("Cannot read the language chosen at the master: %s", error)
        return None
    return language if language in NAMES else None
