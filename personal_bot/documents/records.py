"""Queries of the document table, to be called through `Database.run`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from peewee import Expression

from personal_bot.storage.models import Document


@dataclass(frozen=True)
class DocumentCard:
    """Data of a document; `pages` is 0 if it has none, `indexed_at` is Unix time in seconds."""

    document_id: int
    name: str
    size: int
    pages: int
    passages: int
    chat_id: int
    message_id: int
    indexed_at: float


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
    )


def find_document(condition: Expression) -> Document | None:
    return Document.get_or_none(condition)


def list_documents(offset: int, limit: int) -> Sequence[DocumentCard]:
    documents = Document.select().order_by(Document.name).offset(offset).limit(limit)
    return [make_card(document) for document in documents]


def record_document(document: Document) -> str | None:
    """Save a document under its name; return the version that it replaces, or None."""
    former = Document.get_or_none(Document.name == document.name)
    if former is None:
        document.save(force_insert=True)
        return None
    document.document_id = former.document_id
    document.save()
    return str(former.sha256)


def forget_document(document_id: int) -> Document | None:
    document = Document.get_or_none(Document.document_id == document_id)
    if document is not None:
        document.delete_instance()
    return document


def forget_documents() -> None:
    Document.delete().execute()


def find_name(document_id: int) -> str | None:
    document = Document.get_or_none(Document.document_id == document_id)
    return None if document is None else str(document.name)


def find_versions(versions: Collection[str]) -> dict[str, Document]:
    """Return the existing documents of these versions, by version."""
    documents = Document.select().where(Document.sha256.in_(versions))
    return {document.sha256: document for document in documents}
