"""Queries of the document table, to be called through `Database.run`."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple, Self

from peewee import Expression

from personal_bot.documents.reports import NO_TABLES, READING, Report
from personal_bot.storage.models import Document
from personal_bot.storage.withdrawal import (
    follow_upload,
    follow_version,
    return_upload,
    withdraw_exchanges,
)


@dataclass(frozen=True)
class FormerUpload:
    """The upload that a document of the same name replaced, so that both can be kept."""

    chat_id: int
    message_id: int
    file_id: str

    def dump(self) -> str:
        return json.dumps([self.chat_id, self.message_id, self.file_id])

    @classmethod
    def load(cls, text: str) -> Self | None:
        return cls(*json.loads(text)) if text else None


@dataclass(frozen=True)
class DocumentCard:
    """Data of a document; `pages` is 0 if it has none, `indexed_at` is Unix time in seconds.

    `former` is set while both versions can still be kept.
    """

    document_id: int
    name: str
    size: int
    pages: int
    passages: int
    chat_id: int
    message_id: int
    indexed_at: float
    report: Report
    file_id: str
    former: FormerUpload | None


def make_card(document: Document) -> DocumentCard:
    return DocumentCard(
        document.document_id,
        document.name,
        document.size,
        document.pages,
        document.passages,
        document.chat_id,
        document.message_id,
        document.indexed_at,
        Report.load(document.report),
        document.file_id,
        FormerUpload.load(document.former),
    )


def find_document(condition: Expression) -> Document | None:
    return Document.get_or_none(condition)


def list_documents(offset: int, limit: int) -> Sequence[DocumentCard]:
    documents = Document.select().order_by(Document.name).offset(offset).limit(limit)
    return [make_card(document) for document in documents]


def record_document(document: Document) -> str | None:
    """Save a document under its name; return the version that it replaces, or None.

    Answers made from the replaced version are withdrawn, unless the same upload was read anew.
    """
    former = Document.get_or_none(Document.name == document.name)
    if former is None:
        document.save(force_insert=True)
        return None
    document.document_id = former.document_id
    document.pinned_at = former.pinned_at
    if former.message_id == document.message_id:
        follow_version(former.sha256, document.sha256)
    else:
        follow_upload(former.message_id, document.message_id)
        if "/" not in former.name:
            upload = FormerUpload(former.chat_id, former.message_id, former.file_id)
            document.former = upload.dump()
    document.save()
    withdraw_exchanges()
    return str(former.sha256)


def find_card(document_id: int) -> DocumentCard | None:
    document = Document.get_or_none(Document.document_id == document_id)
    return None if document is None else make_card(document)


@dataclass(frozen=True)
class StoredUpload:
    """An upload in the chat; `name` is that of the file or archive."""

    name: str
    chat_id: int
    message_id: int
    file_id: str


class Separation(NamedTuple):
    """The earlier upload, to be read again, and the new name of the document that replaced it."""

    upload: StoredUpload
    renamed: str


def separate_versions(document_id: int) -> Separation | None:
    """Rename a document, so that the upload that it replaced can have its name again.

    Return None if the document is gone or has been separated before.
    """
    document = Document.get_or_none(Document.document_id == document_id)
    former = FormerUpload.load(document.former) if document is not None else None
    if document is None or former is None:
        return None
    name = str(document.name)
    document.name = _find_free_name(name)
    document.former = ""
    document.save()
    return_upload(document.message_id, former.message_id)
    upload = StoredUpload(name, former.chat_id, former.message_id, former.file_id)
    return Separation(upload, str(document.name))


def _find_free_name(name: str) -> str:
    path = PurePosixPath(name)
    number = 2
    while Document.get_or_none(Document.name == (free := f"{path.stem} ({number}){path.suffix}")):
        number += 1
    return free


def count_outdated_documents() -> int:
    """Return the number of documents that an earlier version of the converters has read."""
    count: int = Document.select().where(_is_outdated()).count()
    return count


def note_reading(document_id: int, report: str) -> None:
    """Note that the present converters have read a document."""
    Document.update(reading=READING, report=report).where(
        Document.document_id == document_id
    ).execute()


def _is_outdated() -> Expression:
    has_tables = Document.report.contains(NO_TABLES) == False  # noqa: E712 - an expression
    outdated: Expression = (Document.reading < 1) | ((Document.reading < READING) & has_tables)
    return outdated


def list_outdated_uploads() -> list[StoredUpload]:
    """Return the uploads that an earlier version of the converters has read, oldest first."""
    uploads: dict[int, StoredUpload] = {}
    for row in Document.select().where(_is_outdated()).order_by(Document.message_id):
        name = str(row.name).partition("/")[0]
        upload = StoredUpload(name, row.chat_id, row.message_id, row.file_id)
        uploads.setdefault(row.message_id, upload)
    return list(uploads.values())


def forget_document(document_id: int) -> Document | None:
    document = Document.get_or_none(Document.document_id == document_id)
    if document is not None:
        document.delete_instance()
    return document


def forget_documents() -> None:
    Document.delete().execute()


def has_documents() -> bool:
    found: bool = Document.select().exists()
    return found


def find_versions(versions: Collection[str]) -> dict[str, Document]:
    """Return the existing documents of these versions, by version."""
    documents = Document.select().where(Document.sha256.in_(versions))
    return {document.sha256: document for document in documents}


def list_versions() -> frozenset[str]:
    """Return the versions of all documents."""
    return frozenset(str(row.sha256) for row in Document.select(Document.sha256))
