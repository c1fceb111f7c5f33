"""Documents that the owner pinned: further questions are about them alone.

The functions are queries, to be called through `Database.run`. A pin belongs to the document, so
it stays when a new version replaces it, and goes when the document is deleted.
"""

import time
from dataclasses import dataclass
from enum import StrEnum

from personal_bot.storage.models import Document

MOST_PINNED = 5  # documents


@dataclass(frozen=True)
class Pin:
    document_id: int
    name: str
    version: str


class Pinning(StrEnum):
    """What came of pinning a document."""

    DONE = "done"
    GONE = "gone"  # the document does not exist any more
    TOO_MANY = "too many"


def list_pins() -> list[Pin]:
    """Return the pinned documents by name."""
    pinned = Document.select().where(Document.pinned_at.is_null(False)).order_by(Document.name)
    return [Pin(row.document_id, str(row.name), str(row.sha256)) for row in pinned]


def pin(document_id: int) -> Pinning:
    """Pin a document; one that is pinned stays so."""
    pins = list_pins()
    if document_id in {found.document_id for found in pins}:
        return Pinning.DONE
    if len(pins) >= MOST_PINNED:
        is_there = Document.get_or_none(Document.document_id == document_id) is not None
        return Pinning.TOO_MANY if is_there else Pinning.GONE
    query = Document.update(pinned_at=time.time()).where(Document.document_id == document_id)
    return Pinning.DONE if query.execute() else Pinning.GONE


def let_go(document_id: int | None = None) -> bool:
    """Let go of one pinned document, or of all; return whether there was one."""
    query = Document.update(pinned_at=None).where(Document.pinned_at.is_null(False))
    if document_id is not None:
        query = query.where(Document.document_id == document_id)
    return bool(query.execute())
