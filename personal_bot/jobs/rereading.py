"""Offers, once, to read documents anew that an earlier version has read less faithfully."""

import logging

from aiogram.exceptions import TelegramForbiddenError

from personal_bot.documents.records import StoredUpload, count_outdated_documents
from personal_bot.documents.reports import READING
from personal_bot.jobs.context import Context
from personal_bot.jobs.queue import JobKind, NewJob
from personal_bot.telegram import keyboards
from personal_bot.telegram.open_buttons import Place
from personal_bot.telegram.texts import documents as texts

logger = logging.getLogger(__name__)

OFFERED = "reading_offered"  # preference: the newest version of the converters that was offered


async def offer_reading_anew(context: Context) -> None:
    """Send the offer if there are such documents and it was not made before."""
    if context.preferences.get(OFFERED) == str(READING):
        return
    documents = await context.database.run(count_outdated_documents)
    if documents:
        with context.languages.speaking():
            try:
                offer = await context.messenger.send(
                    context.user_id,
                    texts.offer_reading_anew(documents),
                    keyboards.offer_reading_anew(),
                )
                await context.open_buttons.move(Place.OFFER, offer)
            except TelegramForbiddenError:
                logger.info("The owner has blocked the bot: reading anew was not offered")
    await context.preferences.set(OFFERED, str(READING))


def read_again(update_id: int, upload: StoredUpload, encoding: str = "") -> NewJob:
    """Return the job that reads an upload in the chat again, as text in `encoding` if given."""
    return NewJob(
        update_id=update_id,
        kind=JobKind.FILE,
        chat_id=upload.chat_id,
        message_id=upload.message_id,
        payload={
            "name": upload.name,
            "file_id": upload.file_id,
            "size": None,
            "group": f"message {upload.message_id}",
            "encoding": encoding,
        },
    )
