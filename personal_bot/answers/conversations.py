"""Stored questions and answers: the history for follow-ups, and the sources of each answer.

An exchange is only read while every document behind it exists. The functions are queries, to be
called through `Database.run`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from personal_bot.answers.sources import Source
from personal_bot.documents.records import find_versions
from personal_bot.storage.models import (
    Citation,
    Exchange,
    ExchangeDocument,
    ExchangeMessage,
    ExchangeStatus,
)
from personal_bot.storage.withdrawal import is_made_from_existing_documents

REMEMBERED_EXCHANGES = 5
KEPT_EXCHANGES = 500  # older ones are deleted; their buttons report the answer as too old
KEPT_CITATIONS = 5_000  # including those of earlier conversations

_ANSWERED = (ExchangeStatus.CURRENT, ExchangeStatus.PAST)


class DocumentsChangedError(Exception):
    """A document behind the prompt was deleted or replaced meanwhile: ask without it."""


@dataclass(frozen=True)
class Remembered:
    """An earlier question with its answer; `versions` are the document versions behind them."""

    question: str
    answer: str
    versions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ShownQuestion:
    """A question whose answer, or the reason why there is none, is shown in `message_ids`.

    `text` is empty if the exchange was withdrawn. `replied_to` is JSON, as in `Exchange`.
    """

    question_id: int
    text: str
    replied_to: str
    message_ids: Sequence[int]
    is_answered: bool


def record_exchange(
    question: str,
    answer: str,
    sources: Iterable[Source],
    versions: Collection[str] = (),
    *,
    question_id: int | None = None,
    replied_to: str = "",
    status: ExchangeStatus = ExchangeStatus.CURRENT,
) -> int:
    """Store a question with its answer and sources; return the id of the exchange.

    It replaces earlier answers to the same message. `versions` are the document versions behind
    the answer. Raises DocumentsChangedError if one of them no longer exists.
    """
    if not exist(versions):
        raise DocumentsChangedError
    exchange = _create(question, answer, status, question_id, replied_to)
    for version in sorted(versions):
        ExchangeDocument.create(exchange=exchange, version=version)
    for source in sources:
        Citation.create(
            exchange=exchange,
            number=source.number,
            document_name=source.document_name,
            page=source.page,
            quote=source.quote,
            chat_id=source.chat_id,
            message_id=source.message_id,
            version=source.version,
            passage=source.passage,
        )
    _drop_old()
    return int(exchange.exchange_id)


def record_unanswered(
    question: str, question_id: int, message_id: int, replied_to: str = ""
) -> None:
    """Store a question whose message `message_id` says why there is no answer."""
    exchange = _create(question, "", ExchangeStatus.UNANSWERED, question_id, replied_to)
    record_message(int(exchange.exchange_id), message_id, 0)
    _drop_old()


def record_message(exchange_id: int, message_id: int, part: int | None) -> None:
    """Store that a message shows this part of an answer, or one of its sources if it is None.

    The exchange may have been forgotten meanwhile; then there is nothing to store.
    """
    if Exchange.get_or_none(Exchange.exchange_id == exchange_id) is not None:
        ExchangeMessage.insert(
            message_id=message_id, exchange=exchange_id, part=part
        ).on_conflict_replace().execute()


def exist(versions: Collection[str]) -> bool:
    """Tell whether documents of all these versions exist."""
    return len(find_versions(versions)) == len(set(versions))


def read_history(before: int | None = None) -> list[Remembered]:
    """Return the last exchanges of the current conversation, oldest first.

    With `before`, only those whose question stands before this message: a question that is edited
    or asked again is answered in its place.
    """
    current = Exchange.select().where(
        Exchange.status == ExchangeStatus.CURRENT, is_made_from_existing_documents()
    )
    if before is not None:
        current = current.where(Exchange.question_id.is_null() | (Exchange.question_id < before))
    newest = current.order_by(Exchange.question_id.desc(), Exchange.exchange_id.desc()).limit(
        REMEMBERED_EXCHANGES
    )
    return [remember(row) for row in reversed(newest)]


def remember(exchange: Exchange) -> Remembered:
    rows = ExchangeDocument.select().where(ExchangeDocument.exchange == exchange)
    versions = frozenset(str(row.version) for row in rows)
    return Remembered(str(exchange.question), str(exchange.answer), versions)


def is_usable(exchange: Exchange) -> bool:
    """Tell whether an exchange may still be used: it is answered, and its documents exist."""
    usable = Exchange.select().where(
        Exchange.exchange_id == exchange.exchange_id,
        Exchange.status.in_(_ANSWERED),
        is_made_from_existing_documents(),
    )
    return bool(usable.exists())


def find_exchange(message_id: int) -> Exchange | None:
    """Return the exchange whose question, answer or source this message shows."""
    shown = ExchangeMessage.get_or_none(ExchangeMessage.message_id == message_id)
    if shown is not None:
        return Exchange.get_or_none(Exchange.exchange_id == shown.exchange)
    asked = Exchange.select().where(Exchange.question_id == message_id)
    found: Exchange | None = asked.order_by(Exchange.exchange_id.desc()).first()
    return found


def find_question(message_id: int) -> ShownQuestion | None:
    """Return the question that this message asks or answers."""
    exchange = find_exchange(message_id)
    if exchange is None or exchange.question_id is None:
        return None
    parts = ExchangeMessage.select().where(
        ExchangeMessage.exchange == exchange, ExchangeMessage.part.is_null(False)
    )
    return ShownQuestion(
        int(exchange.question_id),
        str(exchange.question),
        str(exchange.replied_to),
        [int(row.message_id) for row in parts.order_by(ExchangeMessage.part)],
        is_answered=exchange.status != ExchangeStatus.UNANSWERED,
    )


def find_answer(exchange_id: int) -> tuple[str, list[Source]] | None:
    """Return an answer and its sources, or None if it may not be used any more."""
    exchange = Exchange.get_or_none(Exchange.exchange_id == exchange_id)
    if exchange is None or not is_usable(exchange):
        return None
    rows = Citation.select().where(Citation.exchange == exchange_id).order_by(Citation.number)
    return str(exchange.answer), [_read(row) for row in rows]


def find_source(citation_id: int) -> Source | None:
    row = Citation.get_or_none(Citation.citation_id == citation_id)
    return None if row is None else _read(row)


def record_source_message(citation_id: int, message_id: int) -> None:
    """Store that a message shows this source."""
    row = Citation.get_or_none(Citation.citation_id == citation_id)
    if row is not None and row.exchange is not None:
        record_message(row.exchange.exchange_id, message_id, None)


def start_conversation() -> None:
    """Start a new conversation; earlier answers keep their sources and can be replied to."""
    Exchange.update(status=ExchangeStatus.PAST).where(
        Exchange.status == ExchangeStatus.CURRENT
    ).execute()


def forget_question(question_id: int) -> None:
    """Forget the answers to a message, with their sources; keep rated ones for the export."""
    answers = Exchange.question_id == question_id
    rated = Exchange.select(Exchange.exchange_id).where(answers, Exchange.rating != "")
    ExchangeMessage.delete().where(ExchangeMessage.exchange.in_(rated)).execute()
    _delete(answers & (Exchange.rating == ""))
    Exchange.update(status=ExchangeStatus.REPLACED, question_id=None).where(answers).execute()


def forget_everything() -> None:
    Citation.delete().execute()
    Exchange.delete().execute()


def _create(
    question: str, answer: str, status: ExchangeStatus, question_id: int | None, replied_to: str
) -> Exchange:
    if question_id is not None:
        forget_question(question_id)
    created: Exchange = Exchange.create(
        question=question,
        answer=answer,
        status=status,
        question_id=question_id,
        replied_to=replied_to,
    )
    return created


def _delete(condition: Any) -> None:
    """Delete exchanges with their citations."""
    deleted = Exchange.select(Exchange.exchange_id).where(condition)
    Citation.delete().where(Citation.exchange.in_(deleted)).execute()
    Exchange.delete().where(condition).execute()


def _drop_old() -> None:
    kept = Exchange.select(Exchange.exchange_id).order_by(Exchange.exchange_id.desc())
    oldest = kept.offset(KEPT_EXCHANGES).first()
    if oldest is not None:
        _delete(Exchange.exchange_id <= oldest.exchange_id)
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
        version=row.version,
        passage=row.passage,
    )
