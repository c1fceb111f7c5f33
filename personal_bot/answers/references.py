"""What a question replies to, looked up when it is answered: documents may be deleted until then.

A bot's message is never taken at its word, because it may show a document that no longer exists.
What it says is read from the stored exchange or documents, and left out if there are none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from personal_bot.answers import conversations
from personal_bot.answers.conversations import Remembered
from personal_bot.storage.models import (
    CardMessage,
    Document,
    Exchange,
    ExchangeMessage,
    ExchangeStatus,
    UploadProgress,
)


class Omission(StrEnum):
    """Why a prompt does not contain what the question replies to."""

    WITHDRAWN = "withdrawn"  # it was made from a document that no longer exists
    NO_DOCUMENT = "no document"  # it is a file, but not one of the documents
    UNKNOWN = "unknown"  # it is a message of the bot, but neither an answer nor about a file


@dataclass(frozen=True)
class RepliedMessage:
    """A message that a question replies to, as it is recorded with the question.

    `quote` is the part of its text that the owner selected. `message_id` is None for a message of
    another chat. `file_name` is empty unless it is an upload, `document_id` None unless it is the
    card of a document. `captioned_id` is the upload whose caption is the question, if it is one.
    """

    message_id: int | None
    from_owner: bool
    text: str = ""
    quote: str = ""
    file_name: str = ""
    document_id: int | None = None
    captioned_id: int | None = None


@dataclass(frozen=True)
class Reference:
    """What a question replies to, as the prompts show it.

    `exchange` is an earlier answer with its question, `words` the quoted part or the text of
    another message, `documents` the names of the documents that the question is about, by version.
    """

    exchange: Remembered | None = None
    words: str = ""
    documents: Mapping[str, str] = field(default_factory=dict)
    omission: Omission | None = None


def find_reference(replied: RepliedMessage) -> Reference:
    """Look up what a message is about; a query for `Database.run`."""
    if replied.message_id is None:
        return Reference(words=replied.quote)
    document_id = replied.document_id or _find_card(replied.message_id)
    if documents := _find_documents(replied, document_id):
        return Reference(words=replied.quote if replied.from_owner else "", documents=documents)
    if replied.file_name or document_id is not None:
        return Reference(omission=Omission.NO_DOCUMENT)
    exchange = conversations.find_exchange(replied.message_id)
    if exchange is not None and exchange.status != ExchangeStatus.UNANSWERED:
        return _refer(exchange, replied)
    return _read(exchange, replied)


def record_card(message_id: int, document_id: int) -> None:
    """Note that a message shows the card of a document."""
    CardMessage.insert(
        message_id=message_id, document_id=document_id
    ).on_conflict_replace().execute()


def forget_card(message_id: int) -> None:
    """Note that a message shows something else now."""
    CardMessage.delete().where(CardMessage.message_id == message_id).execute()


def _find_card(message_id: int) -> int | None:
    """Return the document whose card a message shows; its buttons may be gone."""
    card = CardMessage.get_or_none(CardMessage.message_id == message_id)
    return None if card is None else int(card.document_id)


def _find_documents(replied: RepliedMessage, document_id: int | None) -> dict[str, str]:
    """Return the documents of an upload, or of a message about uploads or one document, by version.

    For an upload that was replaced since, it is what has its name now, or came from an archive of
    that name. A caption is about the files that it came with, too.
    """
    uploads = UploadProgress.select(UploadProgress.upload_id).where(
        UploadProgress.progress_id == replied.message_id
    )
    documents = Document.select().where(
        (Document.message_id == replied.message_id)
        | Document.message_id.in_(uploads)
        | (Document.document_id == document_id)
    )
    if not documents and replied.file_name:
        inside = Document.name.startswith(f"{replied.file_name}/")
        documents = Document.select().where((Document.name == replied.file_name) | inside)
    found = {str(row.sha256): str(row.name) for row in documents}
    return found and {**found, **_find_captioned(replied.captioned_id)}


def _find_captioned(upload_id: int | None) -> dict[str, str]:
    """Return the documents of an upload and of those that arrived together with it, by version."""
    together = UploadProgress.alias()
    progress = UploadProgress.select(UploadProgress.progress_id).where(
        UploadProgress.upload_id == upload_id
    )
    uploads = together.select(together.upload_id).where(together.progress_id.in_(progress))
    documents = Document.select().where(
        (Document.message_id == upload_id) | Document.message_id.in_(uploads)
    )
    return {str(row.sha256): str(row.name) for row in documents}


def _read(question: Exchange | None, replied: RepliedMessage) -> Reference:
    """Return the words of a message that is no answer; `question` is what it did not answer."""
    if replied.from_owner:
        return Reference(words=replied.quote or replied.text)
    if question is not None:
        return Reference(words=str(question.question))
    return Reference(omission=Omission.UNKNOWN)


def _refer(exchange: Exchange, replied: RepliedMessage) -> Reference:
    if not conversations.is_usable(exchange):
        return Reference(omission=Omission.WITHDRAWN)
    shows_source = ExchangeMessage.get_or_none(
        ExchangeMessage.message_id == replied.message_id, ExchangeMessage.part.is_null()
    )
    words = replied.quote or (replied.text if shows_source else "")
    return Reference(conversations.remember(exchange), words)
