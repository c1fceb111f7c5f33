"""Handler of files, which it records for `jobs.uploading`."""

import mimetypes
from dataclasses import asdict
from typing import Any

from aiogram import F, Router
from aiogram.types import Document, Message, Update

from personal_bot.documents.converters.normalization import normalize_name
from personal_bot.handlers.middlewares import QUEUED
from personal_bot.handlers.replies import read_replied
from personal_bot.jobs.context import Context
from personal_bot.jobs.queue import JobKind, NewJob


def create_router() -> Router:
    router = Router(name="uploads")
    router.message.register(take_document, F.document.as_("document"), flags=QUEUED)
    return router


async def take_document(
    message: Message, document: Document, event_update: Update, context: Context
) -> None:
    """Record a file, and its caption as a question that waits for the files of the same album."""
    group = message.media_group_id or f"message {message.message_id}"
    file = NewJob(
        update_id=event_update.update_id,
        kind=JobKind.FILE,
        chat_id=message.chat.id,
        message_id=message.message_id,
        payload={
            "name": _name(document),
            "file_id": document.file_id,
            "size": document.file_size,
            "mime_type": document.mime_type or "",
            "group": group,
        },
    )
    if not message.caption:
        await context.queue.record(file)
        return
    payload: dict[str, Any] = {"text": message.caption, "group": group}
    if (replied := read_replied(message)) is not None:
        payload["replied_to"] = asdict(replied)
    question = NewJob(
        update_id=-event_update.update_id,  # unique for the second job: Telegram's ids are positive
        kind=JobKind.QUESTION,
        chat_id=message.chat.id,
        message_id=message.message_id,
        payload=payload,
    )
    await context.queue.record(file, question)


def _name(document: Document) -> str:
    if name := normalize_name(document.file_name or ""):
        return name
    suffix = mimetypes.guess_extension(document.mime_type or "") or ""
    return f"document-{document.file_unique_id}{suffix}"
