"""An upload, the stages of its processing, and the result."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from personal_bot.documents.records import DocumentCard
from personal_bot.errors import DocumentError


class FileStage(StrEnum):
    """The stages of a file's processing, in order."""

    STORED = "stored"
    READ = "read"
    SPLIT = "split"
    EMBEDDED = "embedded"
    INDEXED = "indexed"


@dataclass(frozen=True)
class Upload:
    """A file from a Telegram message, downloaded to `path`. `size` is in bytes.

    `encoding` is the owner's choice for a text whose encoding was in doubt. `file_id` is
    Telegram's, for reading the file anew; `mime_type` is what the sender's app said.
    """

    name: str
    path: Path
    size: int
    chat_id: int
    message_id: int
    file_id: str = ""
    mime_type: str = ""
    encoding: str = ""


@dataclass(frozen=True)
class Addition:
    """The result of adding an upload; `replaced` names documents that replaced an older version."""

    documents: list[DocumentCard]
    refused: list[DocumentError]
    replaced: list[str]


OnStage = Callable[[str, FileStage], Awaitable[None]]
