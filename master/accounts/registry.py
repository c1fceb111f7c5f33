"""The registry of users' bots: encrypts secrets before storing them, decrypts them on reading."""

from dataclasses import dataclass, field

from peewee import JOIN, IntegrityError, ModelSelect

from master.accounts import operator_actions
from master.accounts.database import Database
from master.accounts.models import Bot, OperatorAction, User
from master.accounts.operator_actions import ActionKind
from master.accounts.vault import Vault
from master.errors import (
    BotExistsError,
    BotNotFoundError,
    TokenTakenError,
)
from master.services.bot_tokens import BotIdentity

HOST = "local"  # the only host so far; bots on other hosts belong to the masters there


@dataclass(frozen=True)
class BotCard:
    """The public facts about a bot. `username` has no @; `active` is whether it should run.

    `stopped_by_operator`: an operator stopped it, not its owner.
    """

    user_id: int
    bot_id: int
    username: str
    name: str
    active: bool
    stopped_by_operator: bool = False


@dataclass(frozen=True)
class BotRecord:
    """A bot with its secrets in plain text; `repr` does not show them."""

    card: BotCard
    deleting: bool
    token: str = field(repr=False)
    openai_key: str = field(repr=False)


class Registry:
    """Stores which user has which bot. Every method may raise peewee.PeeweeException."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def find(self, user_id: int) -> BotCard | None:
        """Return the user's bot, or None if there is none or it is being deleted."""
        row = await self._database.run(_find, user_id)
        return _card(row) if row is not None and not row.deleting else None

    async def read(self, user_id: int) -> BotRecord:
        """Return a bot with its secrets. Raises BotNotFoundError, VaultError."""
        row = await self._database.run(_find, user_id)
        if row is None:
            raise BotNotFoundError(user_id)
        return BotRecord(
            card=_card(row),
            deleting=row.deleting,
            token=self._vault.decrypt(row.token),
            openai_key=self._vault.decrypt(row.openai_key),
        )

    async def list_cards(self) -> list[BotCard]:
        """Return the bots of this host ordered by user_id, without those being deleted."""
        return [_card(row) for row in await self._database.run(_list, False)]

    async def list_deleting(self) -> list[BotCard]:
        return [_card(row) for row in await self._database.run(_list, True)]

    async def find_owner(self, bot_id: int) -> BotCard | None:
        """Return the card under which a bot is registered, or None."""
        row = await self._database.run(_find_bot, bot_id)
        return _card(row) if row is not None else None

    async def save(self, user_id: int, identity: BotIdentity, token: str, key: str) -> BotCard:
        """Register a bot as active, or replace the token and key of the user's present one.

        Raises BotExistsError if the user has a different bot, TokenTakenError if another user has
        registered this one.
        """
        secrets = {"token": self._vault.encrypt(token), "openai_key": self._vault.encrypt(key)}
        try:
            return _card(await self._database.run(_save, user_id, identity, secrets))
        except IntegrityError as error:
            raise TokenTakenError(identity.username) from error

    async def replace_token(self, user_id: int, identity: BotIdentity, token: str) -> BotCard:
        """Replace a bot's token, bot_id and names. Raises BotNotFoundError, TokenTakenError."""
        values = {
            "bot_id": identity.bot_id,
            "username": identity.username,
            "name": identity.name,
            "token": self._vault.encrypt(token),
        }
        try:
            return _card(await self._database.run(_update, user_id, values))
        except IntegrityError as error:
            raise TokenTakenError(identity.username) from error

    async def replace_key(self, user_id: int, key: str) -> BotCard:
        """Replace the OpenAI key of a bot. Raises BotNotFoundError."""
        values = {"openai_key": self._vault.encrypt(key)}
        return _card(await self._database.run(_update, user_id, values))

    async def set_active(self, user_id: int, *, active: bool, by_operator: bool = False) -> BotCard:
        """Store whether a bot should run, and whether an operator changed that.

        Raises BotNotFoundError.
        """
        return _card(await self._database.run(_set_active, user_id, active, by_operator))

    async def begin_deletion(self, user_id: int, *, by_operator: bool = False) -> BotCard:
        """Mark a bot as being deleted, so that an interrupted deletion is finished later.

        Who began it stays recorded when it is finished. Raises BotNotFoundError.
        """
        return _card(await self._database.run(_begin_deletion, user_id, by_operator))

    async def remove(self, user_id: int) -> int:
        """Remove a bot's row, not its user's; return how many rows were removed."""
        return await self._database.run(_remove, user_id)


def _select() -> "ModelSelect[Bot]":
    """Select bots, each with the operator's action on it as `operator_action`."""
    action = (OperatorAction, JOIN.LEFT_OUTER)
    matches = OperatorAction.user == Bot.user
    return Bot.select(Bot, OperatorAction).join(*action, on=matches, attr="operator_action")


def _find(user_id: int) -> Bot | None:
    row: Bot | None = _select().where(Bot.user == user_id).first()
    return row


def _find_bot(bot_id: int) -> Bot | None:
    row: Bot | None = _select().where(Bot.bot_id == bot_id).first()
    return row


def _list(deleting: bool) -> list[Bot]:
    query = _select().where(Bot.host == HOST, Bot.deleting == deleting)
    return list(query.order_by(Bot.user))


def _save(user_id: int, identity: BotIdentity, secrets: dict[str, str]) -> Bot:
    User.insert(user_id=user_id).on_conflict_ignore().execute()
    operator_actions.forget(user_id)
    row = _find(user_id)
    if row is None:
        return Bot.create(
            user=user_id,
            bot_id=identity.bot_id,
            username=identity.username,
            name=identity.name,
            host=HOST,
            **secrets,
        )
    if row.bot_id != identity.bot_id:
        raise BotExistsError(user_id)
    names = {"username": identity.username, "name": identity.name, "active": True}
    return _update(user_id, names | secrets)


def _update(user_id: int, values: dict[str, object]) -> Bot:
    Bot.update(values).where(Bot.user == user_id).execute()
    return _get(user_id)


def _get(user_id: int) -> Bot:
    row = _find(user_id)
    if row is None:
        raise BotNotFoundError(user_id)
    return row


def _set_active(user_id: int, active: bool, by_operator: bool) -> Bot:
    row = _get(user_id)
    if not by_operator:
        operator_actions.forget(user_id)
    elif row.active != active:
        operator_actions.note(row, ActionKind.STARTED if active else ActionKind.STOPPED)
    return _update(user_id, {"active": active})


def _begin_deletion(user_id: int, by_operator: bool) -> Bot:
    row = _get(user_id)
    if not row.deleting:
        if by_operator:
            operator_actions.note(row, ActionKind.DELETED)
        else:
            operator_actions.forget(user_id)
    return _update(user_id, {"active": False, "deleting": True})


def _remove(user_id: int) -> int:
    removed: int = Bot.delete().where(Bot.user == user_id).execute()
    return removed


def _card(row: Bot) -> BotCard:
    action = getattr(row, "operator_action", None)
    stopped_by_operator = not row.active and action and action.kind == ActionKind.STOPPED
    return BotCard(
        row.user_id, row.bot_id, row.username, row.name, row.active, bool(stopped_by_operator)
    )
