"""The owner's questions with answers, sources and ratings, as a file."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from personal_bot.storage.models import Citation, Exchange, ExchangeStatus
from personal_bot.storage.withdrawal import is_made_from_existing_documents

_EXPORTED = (ExchangeStatus.CURRENT, ExchangeStatus.PAST, ExchangeStatus.REPLACED)

Entry = Mapping[str, Any]


def read_entries() -> list[Entry]:
    """Return all answered questions, oldest first, ready for JSON; a query for `Database.run`.

    What was made from deleted documents is left out.
    """
    exchanges = Exchange.select().where(
        Exchange.status.in_(_EXPORTED), is_made_from_existing_documents()
    )
    return [_describe(row) for row in exchanges.order_by(Exchange.exchange_id)]


def pack(entries: Sequence[Entry]) -> bytes:
    """Return a ZIP file with the entries as JSON, for programs, and as Markdown, for reading."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", json.dumps(entries, ensure_ascii=False, indent=2))
        archive.writestr("conversations.md", "\n\n".join(map(_write, entries)) + "\n")
    return packed.getvalue()


def _describe(exchange: Exchange) -> Entry:
    citations = Citation.select().where(Citation.exchange == exchange).order_by(Citation.number)
    return {
        "question": exchange.question,
        "answer": exchange.answer,
        "answered_at": _show_time(exchange.answered_at),
        "status": exchange.status,
        "rating": exchange.rating or None,
        "rated_at": _show_time(exchange.rated_at),
        "sources": [
            {
                "number": row.number,
                "document": row.document_name,
                "page": row.page,
                "quote": row.quote,
                "version": row.version,
                "passage": row.passage,
            }
            for row in citations
        ],
    }


def _write(entry: Entry) -> str:
    """Return an entry as Markdown; signs stand for words, so it needs no translation."""
    return "\n\n".join(_write_parts(entry))


def _write_parts(entry: Entry) -> Iterator[str]:
    yield f"## {' '.join(entry['question'].split())}"
    mark = {"good": " 👍", "bad": " 👎"}.get(entry["rating"], "")
    yield f"{entry['answered_at']}{mark}"
    yield entry["answer"]
    for source in entry["sources"]:
        page = "" if source["page"] is None else f", {source['page']}"
        quote = " ".join(source["quote"].split())
        yield f"[{source['number']}] {source['document']}{page}\n> {quote}"


def _show_time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
