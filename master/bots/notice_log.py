"""Record of what owners were told about their bots, so that they are told only once."""

from collections.abc import Collection

from master.accounts.database import Database
from master.accounts.models import Bot, Notice
from personal_bot.contract import Condition


class NoticeLog:
    """Stores each condition once per bot, until the bot runs well again or is deleted.

    Every method may raise peewee.PeeweeException.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_conditions(self) -> dict[int, set[str]]:
        """Return the conditions that owners were told, by user_id."""
        return await self._database.run(_list)

    async def record(self, user_id: int, condition: Condition) -> None:
        """Record that an owner was told; do nothing if the bot has been deleted."""
        await self._database.run(_record, user_id, condition)

    async def forget(self, user_ids: Collection[int]) -> None:
        """Remove all records of bots that run well again, so that the next incident is reported."""
        if user_ids:
            await self._database.run(_forget, user_ids)


def _list() -> dict[int, set[str]]:
    told: dict[int, set[str]] = {}
    rows: list[Notice] = list(Notice.select())
    for row in rows:
        told.setdefault(row.bot_id, set()).add(row.condition)
    return told


def _record(user_id: int, condition: Condition) -> None:
    if Bot.get_or_none(Bot.user == user_id) is not None:
        Notice.insert(bot=user_id, condition=condition).on_conflict_ignore().execute()


def _forget(user_ids: Collection[int]) -> None:
    Notice.delete().where(Notice.bot.in_(list(user_ids))).execute()
