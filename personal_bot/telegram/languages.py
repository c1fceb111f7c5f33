"""The language of the bot: the owner's choice, otherwise the language of their Telegram app."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from aiogram.utils.i18n import I18n

from personal_bot.storage.preferences import Preferences

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
    """The owner's language, for texts inside and outside of updates."""

    def __init__(self, i18n: I18n, preferences: Preferences) -> None:
        self._i18n = i18n
        self._preferences = preferences

    @property
    def current(self) -> str:
        chosen = self._preferences.get("language")
        return chosen or match_language(self._preferences.get("telegram_language"))

    @property
    def is_chosen(self) -> bool:
        return self._preferences.get("language") is not None

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
