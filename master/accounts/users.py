"""The users of the master and their languages."""

from master.accounts.database import Database
from master.accounts.models import User

LANGUAGES = ("en", "ru")


class Users:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, user_id: int, telegram_language: str | None) -> str:
        """Store a user and the language of their Telegram client; return what `language` does."""
        return await self._database.run(_remember, user_id, telegram_language)

    async def language(self, user_id: int) -> str:
        """Return the chosen language, else that of the Telegram client if supported, else "en"."""
        return await self._database.run(_read_language, user_id)

    async def find_choice(self, user_id: int) -> str | None:
        """Return the language that a user chose, or None if they did not choose any."""
        return await self._database.run(_find_choice, user_id)

    async def choose_language(self, user_id: int, language: str) -> None:
        """Store the language that a user chose. Raises ValueError if it is not supported."""
        if language not in LANGUAGES:
            raise ValueError(language)
        await self._database.run(_choose_language, user_id, language)


def _remember(user_id: int, telegram_language: str | None) -> str:
    user, created = User.get_or_create(  # type: ignore[no-untyped-call]
        user_id=user_id, defaults={"telegram_language": telegram_language}
    )
    if not created and user.telegram_language != telegram_language:
        user.telegram_language = telegram_language
        user.save(only=[User.telegram_language])
    return _language_of(user)


def _read_language(user_id: int) -> str:
    return _language_of(User.get_or_none(User.user_id == user_id))


def _find_choice(user_id: int) -> str | None:
    user = User.get_or_none(User.user_id == user_id)
    return user.language if user else None


def _choose_language(user_id: int, language: str) -> None:
    user, _ = User.get_or_create(user_id=user_id)  # type: ignore[no-untyped-call]
    user.language = language
    user.save(only=[User.language])


def _language_of(user: User | None) -> str:
    if user is None:
        return LANGUAGES[0]
    # Telegram's language codes may include a region: "ru-RU".
    spoken = user.language or (user.telegram_language or "").partition("-")[0].lower()
    return spoken if spoken in LANGUAGES else LANGUAGES[0]
