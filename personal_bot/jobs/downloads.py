"""Downloads uploads from Telegram, including earlier ones of which only the message is known."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiohttp import ClientError

from personal_bot.documents.quotas import MAX_FILE_BYTES
from personal_bot.errors import DocumentError, DownloadError, FileTooLargeError, UploadGoneError

logger = logging.getLogger(__name__)

DOWNLOAD_TIMEOUT = 120  # seconds


async def download(bot: Bot, name: str, file_id: str, path: Path) -> None:
    """Download the file `name` to `path`.

    Raises FileTooLargeError, DocumentError if Telegram refuses the file for good, DownloadError
    if it fails for now, and OSError.
    """
    async with _translated_errors():
        try:
            file = await bot.get_file(file_id)
        except TelegramBadRequest as error:
            raise DocumentError(name, error.message) from error
        check_size(name, file.file_size)  # the message may not give the size
        if not file.file_path:
            raise DownloadError("Telegram returned no file path")
        await bot.download_file(file.file_path, path, timeout=DOWNLOAD_TIMEOUT)


async def find_file_id(bot: Bot, name: str, chat_id: int, message_id: int) -> str:
    """Return the file id of an upload whose message is still in the chat.

    The Bot API shows an earlier message only by forwarding it; the copy is deleted at once. Raises
    UploadGoneError and DownloadError.
    """
    async with _translated_errors():
        try:
            copy = await bot.forward_message(
                chat_id, chat_id, message_id, disable_notification=True
            )
        except TelegramBadRequest as error:
            raise UploadGoneError(name, error.message) from error
        try:
            await bot.delete_message(chat_id, copy.message_id)
        except TelegramBadRequest as error:
            logger.warning("Cannot delete the copy of an upload: %s", error.message)
    if copy.document is None:
        raise UploadGoneError(name, "the message has no file")
    return copy.document.file_id


def check_size(name: str, size: int | None) -> None:
    """Raise FileTooLargeError for a file that Telegram does not hand out."""
    if size is not None and size > MAX_FILE_BYTES:
        raise FileTooLargeError(name, size, MAX_FILE_BYTES)


@asynccontextmanager
async def _translated_errors() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(DOWNLOAD_TIMEOUT):
            yield
    except (
        TelegramNetworkError,
        TelegramServerError,
        TelegramRetryAfter,
        ClientError,
        TimeoutError,
    ) as error:
        raise DownloadError(type(error).__name__) from error
