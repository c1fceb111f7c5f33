"""Withdraws what was made from documents that have been deleted or replaced.

The functions are queries, to be called through `Database.run`.
"""

from typing import Any

from peewee import Value

from personal_bot.storage.models import (
    Calculation,
    Citation,
    Document,
    Exchange,
    ExchangeDocument,
    ExchangeStatus,
    Note,
    NoteDocument,
    UploadProgress,
)


def withdraw_exchanges() -> int:
    """Empty the exchanges made from documents that no longer exist; remove their quotes and notes.

    Ratings of such answers are withdrawn with them. Returns the number of answers withdrawn now. To
    be called whenever documents were deleted or replaced, in the same transaction if possible:
    `is_made_from_existing_documents` keeps such exchanges out of every prompt in the meantime, too.
    """
    Citation.delete().where(Citation.version.not_in(_existing())).execute()
    orphaned = NoteDocument.select(NoteDocument.note).where(
        NoteDocument.version.not_in(_existing())
    )
    Note.delete().where(Note.note_id.in_(orphaned)).execute()
    UploadProgress.delete().where(
        UploadProgress.upload_id.not_in(Document.select(Document.message_id))
    ).execute()
    emptied = {
        "question": "",
        "answer": "",
        "replied_to": "",
        "rating": "",
        "rated_at": None,
        "status": ExchangeStatus.WITHDRAWN,
    }
    withdrawn: int = (
        Exchange.update(emptied)
        .where(Exchange.status != ExchangeStatus.WITHDRAWN, ~is_made_from_existing_documents())
        .execute()
    )
    gone = Exchange.select(Exchange.exchange_id).where(Exchange.status == ExchangeStatus.WITHDRAWN)
    Calculation.delete().where(Calculation.exchange.in_(gone)).execute()
    return withdrawn


def follow_version(old: str, new: str) -> None:
    """Keep what was made from a document whose upload was read anew, in another version.

    Its passages may be other ones now, so citations forget their positions.
    """
    ExchangeDocument.update(version=new).where(ExchangeDocument.version == old).execute()
    Citation.update(version=new, passage=None).where(Citation.version == old).execute()


def follow_upload(old: int, new: int) -> None:
    """Let what was said about an upload be about the one that replaced it; both are message ids."""
    followed = UploadProgress.select(UploadProgress.progress_id, Value(new)).where(
        UploadProgress.upload_id == old
    )
    UploadProgress.insert_from(
        followed, [UploadProgress.progress_id, UploadProgress.upload_id]
    ).on_conflict_ignore().execute()


def return_upload(new: int, old: int) -> None:
    """Undo `follow_upload` for what was said before the newer upload arrived."""
    UploadProgress.update(upload_id=old).where(
        UploadProgress.upload_id == new, UploadProgress.progress_id < new
    ).execute()


def is_made_from_existing_documents() -> Any:
    """Return the condition on `Exchange` that every document version behind it still exists."""
    orphaned = ExchangeDocument.select(ExchangeDocument.exchange).where(
        ExchangeDocument.version.not_in(_existing())
    )
    return Exchange.exchange_id.not_in(orphaned)


def _existing() -> Any:
    return Document.select(Document.sha256)
