"""Small values that one bot stores about its owner and itself."""

from personal_bot.storage.database import Database
from personal_bot.storage.models import Preference


class Preferences:
    """The rows of `Preference`, cached after one read; every change is written through."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._values: dict[str, str] = {}

    async def load(self) -> None:
        self._values = await self._database.run(_read)

    def get(self, name: str) -> str | None:
        return self._values.get(name)

    async def set(self, name: str, value: str) -> None:
        if self._values.get(name) != value:
            await self._database.run(_write, name, value)
            self._values[name] = value

    async def remove(self, name: str) -> None:
        await self._database.run(_remove, name)
        self._values.pop(name, None)


def _read() -> dict[str, str]:
    return {str(row.name): str(row.value) for row in Preference.select()}


def _remove(name: str) -> None:
    Preference.delete().where(Preference.name == name).execute()


def _write(name: str, value: str) -> None:
    Preference.insert(name=name, value=value).on_conflict_replace().execute()
