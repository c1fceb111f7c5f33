"""The data model of the sandbox: dataclasses, each stored as one row of the journal."""

from dataclasses import asdict, dataclass, field
from typing import Any

BOTFATHER_ID = 93_372_553
BOTFATHER_NAME = "BotFather"
#: The kinds of files that may have a caption.
CAPTIONED = frozenset({"document", "photo", "video", "animation", "audio", "voice"})


@dataclass
class Person:
    user_id: int
    first_name: str
    language_code: str | None = None
    #: The state of the conversation with BotFather.
    botfather_step: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return str(self.user_id)


@dataclass
class Bot:
    """A bot. `commands` has keys "scope/language", `texts` has keys "kind/language"."""

    bot_id: int
    username: str
    name: str
    token: str
    owner_id: int | None
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    menu_button: dict[str, Any] = field(default_factory=lambda: {"type": "commands"})
    allowed_updates: list[str] = field(default_factory=list)
    #: What setWebhook was given, and the last error of a delivery; empty without a webhook.
    webhook: dict[str, Any] = field(default_factory=dict)
    next_update_id: int = 1
    next_message_id: int = 1

    @property
    def key(self) -> str:
        return str(self.bot_id)


@dataclass
class Chat:
    """A chat of one bot with a person or a group. A private chat has the id of its person."""

    bot_id: int
    chat_id: int
    type: str = "private"
    title: str | None = None
    members: list[int] = field(default_factory=list)
    blocked: bool = False
    #: The last message that the person has read.
    read_message_id: int = 0

    @property
    def key(self) -> str:
        return f"{self.bot_id}/{self.chat_id}"


@dataclass
class StoredFile:
    """A file in the folder `files`, named by its `file_unique_id`; the size is in bytes.

    `kind` is the field of a message that describes such a file, e.g. "voice".
    """

    file_id: str
    file_unique_id: str
    bot_id: int
    file_name: str
    mime_type: str
    file_size: int
    #: The path for downloads, set by getFile.
    file_path: str | None = None
    kind: str = "document"
    #: What the Bot API describes besides, e.g. the duration.
    details: dict[str, Any] = field(default_factory=dict)
    #: The file ids of all sizes of a photo, smallest first.
    sizes: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.file_id


@dataclass
class Message:
    """A message. Dates are Unix seconds.

    `content` holds what the Bot API describes besides the text, e.g. "photo" or "location"; the
    text of a message with a file is its caption.
    """

    bot_id: int
    chat_id: int
    message_id: int
    sender_id: int
    date: int
    text: str
    entities: list[dict[str, Any]] = field(default_factory=list)
    content: dict[str, Any] = field(default_factory=dict)
    media_group_id: str | None = None
    keyboard: list[list[dict[str, Any]]] | None = None
    reply_to_message_id: int | None = None
    quote: dict[str, Any] | None = None
    forward_origin: dict[str, Any] | None = None
    reaction: str | None = None
    edit_date: int | None = None
    deleted: bool = False
    #: The revision of its last change, so that a page can request what is new.
    revision: int = 0

    @property
    def key(self) -> str:
        return f"{self.bot_id}/{self.chat_id}/{self.message_id}"

    @property
    def is_from_bot(self) -> bool:
        return self.sender_id == self.bot_id

    @property
    def takes_caption(self) -> bool:
        return not CAPTIONED.isdisjoint(self.content)


@dataclass
class CallbackQuery:
    callback_query_id: str
    bot_id: int
    user_id: int
    date: int
    answered: bool = False

    @property
    def key(self) -> str:
        return self.callback_query_id


@dataclass
class PendingUpdate:
    """An update that its bot has not confirmed yet; `body` is the update without `update_id`."""

    bot_id: int
    update_id: int
    body: dict[str, Any]

    @property
    def key(self) -> str:
        return f"{self.bot_id}/{self.update_id}"

    def as_update(self) -> dict[str, Any]:
        return {"update_id": self.update_id, **self.body}


@dataclass
class Counter:
    """A counter. Numbers up to `reserved` may have been used before a restart."""

    name: str
    reserved: int = 0

    @property
    def key(self) -> str:
        return self.name


Record = Person | Bot | Chat | StoredFile | Message | CallbackQuery | PendingUpdate | Counter
KINDS: dict[str, type[Record]] = {
    kind.__name__: kind
    for kind in (Person, Bot, Chat, StoredFile, Message, CallbackQuery, PendingUpdate, Counter)
}


def dump(record: Record) -> tuple[str, str, dict[str, Any]]:
    """Convert a record to (kind, key, value)."""
    return type(record).__name__, record.key, asdict(record)


def restore(kind: str, value: dict[str, Any]) -> Record:
    if kind == "Message" and "document" in value:  # written before messages held other files
        document = value.pop("document")
        value["content"] = {"document": document} if document else {}
    return KINDS[kind](**value)
