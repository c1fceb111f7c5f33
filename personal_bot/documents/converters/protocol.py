"""The protocol between bot and worker: limits in, pages or a refusal out.

Imports only the standard library, because both sides import this module.
"""

import json
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, BinaryIO

REQUEST = "TGRAG_REQUEST"
"""The environment variable that holds the request to a worker, in JSON."""

LINE = 100_000  # characters of text: parsing a line blocks all other threads of the bot
MIB = 1024 * 1024


class RefusalKind(StrEnum):
    """The reason for a refusal; the bot raises a subclass of `DocumentError` for each."""

    UNSUPPORTED = "unsupported"
    EMPTY = "empty"
    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105 - a name, not a secret
    NO_TEXT = "no_text"
    LIMIT = "limit"
    ARCHIVE = "archive"


class RefusalError(Exception):
    """A file is refused. `detail` is a fact such as a type or a limit, never file content."""

    def __init__(self, kind: RefusalKind, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail


def explain_failure(error: Exception) -> RefusalError:
    """Return the refusal for an exception; print the traceback of an unexpected one."""
    if isinstance(error, RefusalError):
        return error
    if isinstance(error, MemoryError):
        return RefusalError(RefusalKind.LIMIT, "memory")
    if isinstance(error, RecursionError):
        return RefusalError(RefusalKind.LIMIT, "nesting")
    traceback.print_exception(error)
    return RefusalError(RefusalKind.DAMAGED, type(error).__name__)


class MessageType(StrEnum):
    """The first field of each line that a worker writes."""

    LOCKS = "locks"  # the restrictions of the worker
    FILE = "file"  # pages of this file follow
    PAGE = "page"  # blocks and remarks of this page follow
    BLOCK = "block"
    MORE = "more"  # text of the preceding block
    REMARK = "remark"
    TABLES = "tables"  # where the database with the tables of the preceding file is, and its size
    REFUSED = "refused"  # one file of an archive
    REFUSAL = "refusal"  # the whole upload; nothing follows
    END = "end"  # everything was read; nothing follows


@dataclass(frozen=True)
class Hints:
    """What is known about a file beside its content; each may be empty."""

    suffix: str = ""  # of the file name, in lower case with the dot
    mime_type: str = ""  # according to the sender
    encoding: str = ""  # chosen by the owner, for a text whose encoding was in doubt


@dataclass(frozen=True)
class Limits:
    """The limits of one conversion."""

    input_bytes: int = 20 * MIB
    memory_bytes: int = 1024 * MIB  # address space of the worker
    cpu_seconds: int = 120
    wall_seconds: float = 240.0
    output_chars: int = 20_000_000
    open_files: int = 64
    table_cells: int = 2_000_000  # of an upload, that can be calculated with
    table_bytes: int = 64 * MIB  # of the databases that hold them, the only file that is written
    pages: int = 5_000  # of a PDF or a presentation
    cells: int = 10_000_000  # of a workbook, empty ones between used ones included
    archive_files: int = 200
    parts: int = 20_000  # in one .docx, .epub, …
    unpacked_bytes: int = 100 * MIB
    unpacked_ratio: int = 200  # per entry above 1 MiB unpacked

    @property
    def message_bytes(self) -> int:
        """The most bytes that a worker may write to the bot: the text in UTF-8, and a margin."""
        return 4 * self.output_chars + 16 * MIB


DEFAULT = Limits()

# (PAGE, number, title), (BLOCK, kind, level, lead, text), (REMARK, kind, count, detail), (TABLES,
# offset, size); all other messages consist of strings.
Message = tuple[str | int | None, ...]


def write_message(output: BinaryIO, message: Message) -> None:
    """Write a message as one line, or a block with a long text as several. Raises OSError."""
    output.writelines(
        json.dumps(part, ensure_ascii=False).encode(errors="replace") + b"\n"
        for part in _part(message)
    )


def read_messages(answer: bytes) -> Iterator[list[Any]]:
    """Yield the complete messages, with the texts of long blocks joined."""
    block: list[Any] = []
    texts: list[str] = []
    for message in _read_lines(answer):
        if message[0] == MessageType.MORE:
            texts.append(message[1])
            continue
        if block:
            yield [*block, "".join(texts)]
            block = []
        if message[0] == MessageType.BLOCK:
            *block, text = message
            texts = [text]
        else:
            yield message


def _part(message: Message) -> Iterator[Message]:
    *block, text = message
    if message[0] != MessageType.BLOCK or not isinstance(text, str):
        yield message
        return
    yield (*block, text[:LINE])
    for start in range(LINE, len(text), LINE):
        yield (MessageType.MORE, text[start : start + LINE])


def _read_lines(answer: bytes) -> Iterator[list[Any]]:
    for line in answer.split(b"\n"):
        try:
            yield json.loads(line)
        except ValueError:  # the worker ended within the line
            return
