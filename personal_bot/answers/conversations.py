"""Stored questions and answers: the history for follow-ups, and the sources of each answer.

The functions are queries, to be called through `Database.run`.
"""

from collections.abc import Iterable

from personal_bot.answers.sources import Source
from personal_bot.storage.models import Citation, Exchange

REMEMBERED_EXCHANGES = 5
KEPT_EXCHANGES = 500  # older ones are deleted; their buttons report the answer as too old
KEPT_CITATIONS = 5_000  # including those of earlier conversations


def record_exchange(question: str, answer: str, sources: Iterable[Source]) -> int:
    """Store a question with its answer and sources; return the id of the exchange."""
    exchange = Exchange.create(question=question, answer=answer)
    for source in sources:
        Citation.create(
            exchange=exchange,
            number=source.number,
            document_name=source.document_name,
            page=source.page,
            quote=source.quote,
            chat_id=source.chat_id,
            message_id=source.message_id,
        )
    _drop_old()
    return int(exchange.exchange_id)


def read_history() -> list[tuple[str, str]]:
    """Return the last exchanges as (question, answer) pairs, oldest first."""
    newest = Exchange.select().order_by(Exchange.exchange_id.desc()).limit(REMEMBERED_EXCHANGES)
    return [(str(row.question), str(row.answer)) for row in reversed(newest)]


def find_answer(exchange_id: int) -> tuple[str, list[Source]] | None:
    """Return an answer and its sources, or None if it has been deleted."""
    exchange = Exchange.get_or_none(Exchange.exchange_id == exchange_id)
    if exchange is None:
        return None
    rows = Citation.select().where(Citation.exchange == exchange_id).order_by(Citation.number)
    return str(exchange.answer), [_read(row) for row in rows]


def find_source(citation_id: int) -> Source | None:
    row = Citation.get_or_none(Citation.citation_id == citation_id)
    return None if row is None else _read(row)


def forget_exchanges() -> None:
    """Start a new conversation; the source buttons under earlier answers keep working."""
    Exchange.delete().execute()


def forget_document(name: str) -> None:
    """Remove the stored quotes of a deleted document."""
    Citation.delete().where(Citation.document_name == name).execute()


def forget_everything() -> None:
    Citation.delete().execute()
    Exchange.delete().execute()


def _drop_old() -> None:
    kept = Exchange.select(Exchange.exchange_id).order_by(Exchange.exchange_id.desc())
    oldest = kept.offset(KEPT_EXCHANGES).first()
    if oldest is not None:
        Citation.delete().where(Citation.exchange <= oldest.exchange_id).execute()
        Exchange.delete().where(Exchange.exchange_id <= oldest.exchange_id).execute()
    cited = Citation.select(Citation.citation_id).order_by(Citation.citation_id.desc())
    last = cited.offset(KEPT_CITATIONS).first()
    if last is not None:
        Citation.delete().where(Citation.citation_id <= last.citation_id).execute()


def _read(row: Citation) -> Source:
    return Source(
        number=row.number,
        document_name=row.document_name,
        page=row.page,
        quote=row.quote,
        chat_id=row.chat_id,
        message_id=row.message_id,
        citation_id=row.citation_id,
    )
