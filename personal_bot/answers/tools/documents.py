"""Finds the document that a model names, and describes documents to it."""

import time
from collections.abc import Collection, Sequence
from difflib import get_close_matches

from peewee import fn

from personal_bot.answers.prompts import neutralize
from personal_bot.storage.models import Document

NAMED = 5  # documents that are suggested for a wrong name
LISTED = 100


class UnknownDocumentError(Exception):
    """No document has this name. `near` are names that a model may have meant."""

    def __init__(self, near: Sequence[str]) -> None:
        super().__init__(f"{len(near)} names are near")
        self.near = near


def find_named(name: str, versions: Collection[str] | None) -> Document:
    """Return the document of a name; capitals, the suffix and the folder may be left out.

    With `versions`, only these documents exist. A query. Raises UnknownDocumentError.
    """
    documents = _select(versions)
    wanted = _simplify(name)
    for simplify in (_simplify, _without_suffix, lambda text: _without_suffix(_base(text))):
        matching = [document for document in documents if simplify(document.name) == wanted]
        if len(matching) == 1:
            return matching[0]
        if matching:
            raise UnknownDocumentError([document.name for document in matching[:NAMED]])
    containing = [
        document for document in documents if wanted and wanted in _simplify(document.name)
    ]
    if len(containing) == 1:
        return containing[0]
    names = [document.name for document in containing]
    names += get_close_matches(name, [document.name for document in documents], NAMED, 0.4)
    raise UnknownDocumentError([*dict.fromkeys(names)][:NAMED])


def describe_documents(versions: Collection[str] | None, part: str) -> str:
    """Return a line for each document whose name contains `part`. A query."""
    documents = [
        document
        for document in _select(versions)
        if not part or _simplify(part) in _simplify(document.name)
    ]
    lines = [_describe(document) for document in documents[:LISTED]]
    if len(documents) > LISTED:
        lines.append(f"… and {len(documents) - LISTED} more; give a part of the name.")
    return "\n".join(lines) or "There are no such documents."


def _select(versions: Collection[str] | None) -> list[Document]:
    query = Document.select().order_by(fn.LOWER(Document.name))
    return [document for document in query if versions is None or document.sha256 in versions]


def _describe(document: Document) -> str:
    pages = f"{document.pages} pages, " if document.pages else ""
    date = time.strftime("%Y-%m-%d", time.gmtime(document.indexed_at))
    return f"{quote_name(document.name)}: {pages}{document.passages} passages, received {date}"


def quote_name(name: str) -> str:
    """Return a file name as one line of data."""
    return neutralize(" ".join(name.split()))


def _simplify(name: str) -> str:
    return " ".join(name.casefold().split()).strip("\"'“”«»")


def _without_suffix(name: str) -> str:
    stem, dot, suffix = _simplify(name).rpartition(".")
    return stem if dot and stem and len(suffix) <= 5 else _simplify(name)


def _base(name: str) -> str:
    return name.rpartition("/")[2]
