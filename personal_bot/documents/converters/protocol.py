"""What the bot and its worker say to each other: limits in; pages, or a refusal, out.

Standard library alone, because both sides import it.
"""

import json
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, BinaryIO

LINE = 100_000  # characters of text: a bot that reads a line lets no other thread run meanwhile
MIB = 1024 * 1024


class RefusalKind(StrEnum):
    """Why a file gives no text; each becomes a `DocumentError` on the bot's side."""

    UNSUPPORTED = "unsupported"
    EMPTY = "empty"
    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105 - a name, not a secret
    NO_TEXT = "no_text"
    LIMIT = "limit"
    ARCHIVE = "archive"


class RefusalError(Exception):
    """The file is refused. `detail` holds facts (a type, a limit), never its content."""

    def __init__(self, kind: RefusalKind, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail


def explain_failure(error: Exception) -> RefusalError:
    """Return the refusal that an exception means; print the traceback of an unforeseen one."""
    if isinstance(error, RefusalError):
        return error
    if isinstance(error, MemoryError):
        return RefusalError(RefusalKind.LIMIT, "memory")
    if isinstance(error, RecursionError):
        return RefusalError(RefusalKind.LIMIT, "nesting")
    traceback.print_exception(error)
    return RefusalError(RefusalKind.DAMAGED, type(error).__name__)


class MessageType(StrEnum):
    """First field of each line that a worker writes."""

    LOCKS = "locks"  # what confines the worker
    FILE = "file"  # pages of this file follow
    PAGE = "page"
    MORE = "more"  # of the text of the page before it
    REFUSED = "refused"  # one file of an archive
    REFUSAL = "refusal"  # the whole upload; nothing follows
    END = "end"  # all was read; nothing follows


@dataclass(frozen=True)
class Page:
    """A part of a document: a page, slide, sheet, chapter or section.

    `number` counts from 1 as the reader of the document counts; None where the format has none.
    """

    number: int | None
    text: str
    title: str | None = None


@dataclass(frozen=True)
class Limits:
    """Bounds of one conversion."""

    input_bytes: int = 20 * MIB
    memory_bytes: int = 1024 * MIB  # address space of the worker
    cpu_seconds: int = 120
    wall_seconds: float = 240.0
    output_chars: int = 20_000_000
    open_files: int = 64
    written_bytes: int = 0  # a worker writes no file at all
    pages: int = 5_000  # of a PDF or a presentation
    cells: int = 10_000_000  # of a workbook, empty ones between used ones included
    archive_files: int = 200
    parts: int = 20_000  # inside of one .docx, .epub, …
    unpacked_bytes: int = 100 * MIB
    unpacked_ratio: int = 200  # of a packed file above 1 MiB

    @property
    def message_bytes(self) -> int:
        """Most that a worker may write to the bot: its text in UTF-8, and what surrounds it."""
        return 4 * self.output_chars + 16 * MIB


DEFAULT = Limits()

# A page is type, number, title, text; the other messages hold strings alone.
Message = tuple[str, ...] | tuple[str, int | None, str | None, str]


def write_message(output: BinaryIO, message: Message) -> None:
    """Write a message as a line, the text of a long page as several. Raises OSError."""
    output.writelines(
        json.dumps(part, ensure_ascii=False).encode(errors="replace") + b"\n"
        for part in _part(message)
    )


def read_messages(answer: bytes) -> Iterator[list[Any]]:
    """Yield messages, as far as they are whole, with the texts of long pages put together."""
    page: list[Any] = []
    texts: list[str] = []
    for message in _read_lines(answer):
        if message[0] == MessageType.MORE:
            texts.append(message[1])
            continue
        if page:
            yield [*page, "".join(texts)]
            page = []
        if message[0] == MessageType.PAGE:
            *page, text = message
            texts = [text]
        else:
            yield message


def _part(message: Message) -> Iterator[Message]:
    if message[0] != MessageType.PAGE:
        yield message
        return
    *page, text = message
    yield (*page, text[:LINE])
    for start in range(LINE, len(text), LINE):
        yield (MessageType.MORE, text[start : start + LINE])


def _read_lines(answer: bytes) -> Iterator[list[Any]]:
    for line in answer.split(b"\n"):
        try:
            yield json.loads(line)
        except ValueError:  # the worker ended in the middle of it
            return
