"""Converts files to text in a separate process, so that a hostile file cannot harm the bot.

This is the bot's side. Parsing libraries are never imported here.
"""

import asyncio
import logging
import os
import signal
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from personal_bot.contract import mask_secrets
from personal_bot.documents.converted import Conversion, ConvertedFile, read_conversion
from personal_bot.documents.converters.protocol import DEFAULT, Hints, Limits
from personal_bot.documents.workers import WorkerLimitError, run_worker
from personal_bot.errors import (
    ConversionLimitError,
    DamagedFileError,
    DocumentError,
    EmptyFileError,
    FileTooLargeError,
)

__all__ = ["DEFAULT", "Conversion", "ConvertedFile", "Limits", "convert"]

logger = logging.getLogger(__name__)

_LIMIT_SIGNALS: Final = {
    signal.SIGXCPU: "CPU time",
    signal.SIGXFSZ: "written bytes",
    signal.SIGKILL: "memory",  # by the kernel; our own kills are handled before
}
_OUT_OF_MEMORY: Final = ("MemoryError", "memory allocation of")  # of Python, of Rust
_LOCKS: Final = 2  # Landlock and seccomp


async def convert(
    path: Path,
    name: str,
    mime_type: str = "",
    encoding: str = "",
    *,
    tables: BinaryIO | None = None,
    limits: Limits = DEFAULT,
) -> Conversion:
    """Convert the file at `path`, which the owner named `name`, to text.

    `mime_type` is what the sender said. `encoding` is the owner's choice for a text whose encoding
    is in doubt. Databases with the tables of each file are written to `tables`. Raises a subclass
    of DocumentError that tells why there is no text.
    """
    source = await asyncio.to_thread(_open, path, name, limits)
    hints = Hints(PurePosixPath(name).suffix.lower()[:20], mime_type[:200], encoding)
    request = {
        "hints": asdict(hints),
        "limits": asdict(limits),
        "tables": tables.fileno() if tables else None,
    }
    try:
        answer = await run_worker(
            "personal_bot.documents.worker",
            request,
            source=source,
            shared=[tables] if tables else [],
            seconds=limits.wall_seconds,
            most_bytes=limits.message_bytes,
        )
    except WorkerLimitError as error:
        raise ConversionLimitError(name, error.limit) from None
    finally:
        source.close()
    if answer.problem:
        logger.info("A worker reported problems: %s", mask_secrets(answer.problem))
    conversion = await asyncio.to_thread(read_conversion, answer.content, name)
    if conversion is None:
        raise _explain_death(answer.status, answer.problem, name)
    if len(conversion.locks) < _LOCKS:
        held = ", ".join(conversion.locks) or "nothing"
        logger.warning("This kernel cannot confine a worker fully; it supports only %s", held)
    return conversion


def _open(path: Path, name: str, limits: Limits) -> BinaryIO:
    source = path.open("rb")
    size = os.fstat(source.fileno()).st_size
    if 0 < size <= limits.input_bytes:
        return source
    source.close()
    if size:
        raise FileTooLargeError(name, size, limits.input_bytes)
    raise EmptyFileError(name)


def _explain_death(status: int, problem: str, name: str) -> DocumentError:
    logger.warning("The worker exited with status %s: %s", status, mask_secrets(problem))
    if status < 0 and (limit := _LIMIT_SIGNALS.get(signal.Signals(-status))):
        return ConversionLimitError(name, limit)
    if any(mark in problem for mark in _OUT_OF_MEMORY):
        return ConversionLimitError(name, "memory")
    return DamagedFileError(name, f"worker exited with status {status}")
