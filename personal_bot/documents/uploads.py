"""Files on their way into the library, and what became of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from personal_bot.documents.records import DocumentCard
from personal_bot.errors import DocumentError


class FileStage(StrEnum):
    """How far a file has come."""

    STORED = "stored"
    READ = "read"
    SPLIT = "split"
    EMBEDDED = "embedded"
    INDEXED = "indexed"


@dataclass(frozen=True)
class Upload:
    """A file as it came, downloaded to `path`. `size` is in bytes."""

    name: str
    path: Path
    size: int
    chat_id: int
    message_id: int


@dataclass(frozen=True)
class Addition:
    """What became of an upload; `replaced` names documents that were there in an older version."""

    documents: list[DocumentCard]
    refused: list[DocumentError]
    replaced: list[str]


OnStage = Callable[[str, FileStage], Awaitable[None]]
