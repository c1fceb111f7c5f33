"""The state of the sandbox: people, bots, chats, messages, files and updates."""

import secrets
import string
import time
from pathlib import Path
from typing import Any, TypeVar

from deploy.sandbox.changes import Changes
from deploy.sandbox.errors import TelegramError
from deploy.sandbox.journal import Journal
from deploy.sandbox.records import (
    BOTFATHER_ID,
    BOTFATHER_NAME,
    Bot,
    CallbackQuery,
    Chat,
    Counter,
    Message,
    PendingUpdate,
    Person,
    Record,
    StoredFile,
)
from deploy.sandbox.updates import UpdateQueue

MASTER_USERNAME = "master_bot"
MASTER_NAME = "TG_BOT_RAG"
_TOKEN_ALPHABET = string.ascii_letters + string.digits + "_-"
_TOKEN_LENGTH = 35
_Kind = TypeVar("_Kind")
_FIRST_BOT_ID = 7_000_000_000


def unauthorized() -> TelegramError:
    return TelegramError(401, "Unauthorized")


class World:
    """Holds all records. Every change is saved to the journal; `commit` writes it to disk."""

    def __init__(self, state_dir: Path) -> None:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.files_dir = state_dir / "files"
        self.files_dir.mkdir(mode=0o700, exist_ok=True)
        self.journal = Journal(state_dir / "sandbox.db")
        self.people: dict[int, Person] = {}
        self.bots: dict[int, Bot] = {}
        self.files: dict[str, StoredFile] = {}
        self.callback_queries: dict[str, CallbackQuery] = {}
        self._chats: dict[int, dict[int, Chat]] = {}
        self._messages: dict[tuple[int, int], dict[int, Message]] = {}
        self._tokens: dict[str, Bot] = {}
        self._usernames: dict[str, Bot] = {}
        self._queues: dict[int, UpdateQueue] = {}
        self.changes = self._load()
        if BOTFATHER_ID not in self.bots:
            self._add_bot(BOTFATHER_ID, BOTFATHER_NAME, BOTFATHER_NAME, owner_id=None)

    # Bots

    def find_bot(self, username: str) -> Bot | None:
        return self._usernames.get(username.removeprefix("@").lower())

    def authorize(self, token: str) -> Bot:
        """Return the bot with this token. Raises TelegramError 401."""
        bot = self._tokens.get(token)
        if bot is None:
            raise unauthorized()
        return bot

    def create_bot(self, owner_id: int, username: str, name: str) -> Bot:
        bot_id = max(_FIRST_BOT_ID, *self.bots) + secrets.randbelow(1000) + 1
        bot = self._add_bot(bot_id, username, name, owner_id)
        self.changes.touch(owner_id)
        return bot

    def register_master(self, token: str) -> Bot:
        """Set the token of the master's bot.

        A token with another bot id creates a new master bot; the previous one is renamed.
        """
        bot_id = int(token.partition(":")[0])
        bot = self.find_bot(MASTER_USERNAME)
        if bot is not None and bot.bot_id == bot_id:
            self._replace_token(bot, token)
            return bot
        if bot is not None:
            self._replace_token(bot, _make_token(bot.bot_id))
            bot.username = f"former_{bot.bot_id}_bot"
            self._index_bot(bot)
        return self._add_bot(bot_id, MASTER_USERNAME, MASTER_NAME, None, token)

    def revoke_token(self, bot: Bot) -> str:
        """Give a bot a new token; its long poll and later calls with the old token get 401."""
        self._replace_token(bot, _make_token(bot.bot_id))
        self.queue(bot).interrupt(unauthorized())
        return bot.token

    def list_bots(self, owner_id: int) -> list[Bot]:
        return [bot for bot in self.bots.values() if bot.owner_id == owner_id]

    def queue(self, bot: Bot) -> UpdateQueue:
        queue = self._queues.get(bot.bot_id)
        if queue is None:
            queue = self._queues[bot.bot_id] = UpdateQueue(bot, self.journal)
        return queue

    def count_waiting(self) -> int:
        """Return the number of bots in a long poll."""
        return sum(queue.is_polled for queue in self._queues.values())

    # People and chats

    def greet(self, user_id: int, first_name: str | None, language_code: str | None) -> Person:
        """Return the person with this id, created if needed; update name and language if given."""
        person = self.people.get(user_id)
        if person is None:
            person = self.people[user_id] = Person(user_id, first_name or f"User {user_id}")
        person.first_name = first_name or person.first_name
        person.language_code = language_code or person.language_code
        self.journal.save(person)
        return person

    def open_chat(self, bot: Bot, user_id: int, group: Chat | None = None) -> Chat:
        """Return the private chat of person and bot, or the group; add the person to it if new."""
        wanted = group or Chat(bot.bot_id, user_id)
        chat = self._chats.setdefault(bot.bot_id, {}).setdefault(wanted.chat_id, wanted)
        if user_id not in chat.members:
            chat.members.append(user_id)
            self.journal.save(chat)
        return chat

    def find_chat(self, bot_id: int, chat_id: int) -> Chat | None:
        return self._chats.get(bot_id, {}).get(chat_id)

    def get_chat(self, message: Message) -> Chat:
        """Return the chat of a message."""
        return self._chats[message.bot_id][message.chat_id]

    def list_chats(self, bot: Bot) -> list[Chat]:
        return list(self._chats.get(bot.bot_id, {}).values())

    def save(self, record: Record) -> None:
        self.journal.save(record)

    # Messages

    def add_message(self, chat: Chat, sender_id: int, text: str, **details: Any) -> Message:
        """Add a message to a chat; a bot's message ids are unique across all its chats."""
        bot = self.bots[chat.bot_id]
        message = Message(
            bot.bot_id, chat.chat_id, bot.next_message_id, sender_id, _now(), text, **details
        )
        bot.next_message_id += 1
        self.save(bot)
        self._messages.setdefault((chat.bot_id, chat.chat_id), {})[message.message_id] = message
        self.note_change(message)
        return message

    def note_change(self, message: Message) -> None:
        """Save a changed message and record the change for the members of its chat."""
        for user_id in self.get_chat(message).members:
            self.changes.note_message(user_id, message)
        self.save(message)

    def find_message(self, chat: Chat, message_id: int) -> Message | None:
        """Return a message, or None if it does not exist or is deleted."""
        message = self._messages.get((chat.bot_id, chat.chat_id), {}).get(message_id)
        return None if message is None or message.deleted else message

    def list_messages(self, chat: Chat, after: int = 0) -> list[Message]:
        """Return the messages of a chat after an id, in order and including deleted ones."""
        messages = self._messages.get((chat.bot_id, chat.chat_id), {})
        return [message for message in messages.values() if message.message_id > after]

    # Lifecycle

    async def commit(self) -> None:
        await self.journal.commit()

    def wake_all(self) -> None:
        """Let all waiting requests return at once, because the server is stopping."""
        for queue in self._queues.values():
            queue.close()
        self.changes.close()

    async def close(self) -> None:
        await self.journal.close()

    def _load(self) -> Changes:
        """Load all records of the journal; those that refer to others come last."""
        records = list(self.journal.load())
        for record in records:
            self._take_up(record)
        for update in sorted(_of(PendingUpdate, records), key=lambda one: one.update_id):
            self.queue(self.bots[update.bot_id]).restore(update)
        messages = _of(Message, records)
        for message in sorted(messages, key=lambda one: one.message_id):
            chat = self._messages.setdefault((message.bot_id, message.chat_id), {})
            chat[message.message_id] = message
        counters = _of(Counter, records) or [Counter("revision")]
        changes = Changes(self.journal, counters[0])
        for message in sorted(messages, key=lambda one: one.revision):
            for user_id in self.get_chat(message).members:
                changes.restore(user_id, message)
        return changes

    def _take_up(self, record: Record) -> None:
        match record:
            case Person():
                self.people[record.user_id] = record
            case Bot():
                self._index_bot(record)
            case Chat():
                self._chats.setdefault(record.bot_id, {})[record.chat_id] = record
            case StoredFile():
                self.files[record.file_id] = record
            case CallbackQuery():
                self.callback_queries[record.callback_query_id] = record

    def _add_bot(
        self, bot_id: int, username: str, name: str, owner_id: int | None, token: str | None = None
    ) -> Bot:
        bot = Bot(bot_id, username, name, token or _make_token(bot_id), owner_id)
        bot.next_update_id = secrets.randbelow(900_000_000) + 1
        self._index_bot(bot)
        self.save(bot)
        return bot

    def _index_bot(self, bot: Bot) -> None:
        self.bots[bot.bot_id] = bot
        self._tokens[bot.token] = bot
        self._usernames[bot.username.lower()] = bot

    def _replace_token(self, bot: Bot, token: str) -> None:
        del self._tokens[bot.token]
        bot.token = token
        self._tokens[token] = bot
        self.save(bot)


def _of(kind: type[_Kind], records: list[Record]) -> list[_Kind]:
    return [record for record in records if isinstance(record, kind)]


def _make_token(bot_id: int) -> str:
    return f"{bot_id}:" + "".join(secrets.choice(_TOKEN_ALPHABET) for _ in range(_TOKEN_LENGTH))


def _now() -> int:
    return int(time.time())
