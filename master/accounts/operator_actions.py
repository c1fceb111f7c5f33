"""What operators did to users' bots, so that their owners hear of it, once each."""

import time
from dataclasses import dataclass
from enum import StrEnum

from peewee import JOIN

from master.accounts.database import Database
from master.accounts.models import Bot, OperatorAction


class ActionKind(StrEnum):
    STOPPED = "stopped"
    STARTED = "started"
    DELETED = "deleted"


@dataclass(frozen=True)
class Action:
    """An action to report to the bot's owner. `username` has no @; `at` is Unix time in seconds."""

    user_id: int
    username: str
    kind: ActionKind
    at: float


class OperatorActions:
    """The last action on each bot, until its owner acts on it. Methods raise PeeweeException."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_untold(self) -> list[Action]:
        """Return the actions of which owners have not been told, except unfinished deletions."""
        return await self._database.run(_list_untold)

    async def record_told(self, action: Action) -> None:
        """Record that the owner was told, or cannot be reached."""
        await self._database.run(_record_told, action)


def note(bot: Bot, kind: ActionKind) -> None:
    """Store an operator's action, instead of the one before. Runs on the database's thread."""
    forget(bot.user_id)
    OperatorAction.create(user=bot.user_id, kind=kind, username=bot.username, at=time.time())


def forget(user_id: int) -> None:
    """Forget the action, because the owner has acted since. Runs on the database's thread."""
    OperatorAction.delete().where(OperatorAction.user == user_id).execute()


def _list_untold() -> list[Action]:
    rows = (
        OperatorAction.select()
        .join(Bot, JOIN.LEFT_OUTER, on=(Bot.user == OperatorAction.user))
        .where(~OperatorAction.told, Bot.deleting.is_null() | ~Bot.deleting)
        .order_by(OperatorAction.at)
    )
    return [Action(row.user_id, row.username, ActionKind(row.kind), row.at) for row in rows]


def _record_told(action: Action) -> None:
    same = (OperatorAction.user == action.user_id) & (OperatorAction.at == action.at)
    if action.kind is ActionKind.STOPPED:  # still the answer to who stopped the bot
        OperatorAction.update(told=True).where(same).execute()
    else:
        OperatorAction.delete().where(same).execute()
