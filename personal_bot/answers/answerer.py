"""A question, with what was said before → an answer from the owner's documents, with sources."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from haystack import Document as Chunk

from personal_bot.answers import citations, prompts
from personal_bot.answers.prompts import Passage
from personal_bot.errors import OpenAIError
from personal_bot.index.engine import Knowledge
from personal_bot.index.passages import find_page
from personal_bot.index.pipelines import Engine
from personal_bot.storage.models import Database, Document

logger = logging.getLogger(__name__)

MEMORY = 5  # exchanges
LONGEST_QUESTION = 2_000  # characters that a question put in full may take

OnText = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Source:
    """What stands behind `[number]`. `page` is that of the quote; None where there are none."""

    number: int
    document_id: int
    document_name: str
    page: int | None
    quote: str
    chat_id: int
    message_id: int


@dataclass(frozen=True)
class Answer:
    """`found` is False when the documents do not hold the answer.

    `text` is then what the model says about it, or empty where no passage came near the question.
    `complete` is False when the model stopped before its end, at its limit of length.
    """

    text: str
    sources: list[Source]
    found: bool
    complete: bool = True


@dataclass(frozen=True)
class _Found:
    chunk: Chunk
    document: Document


class Answerer:
    """Answers from documents alone: what no passage supports is not found."""

    def __init__(self, database: Database, knowledge: Knowledge) -> None:
        self._database = database
        self._knowledge = knowledge

    async def answer(
        self, question: str, history: Sequence[tuple[str, str]], on_text: OnText
    ) -> Answer:
        """Answer a question; `history` is (question, answer), oldest first.

        `on_text` gets the text so far as it is streamed, its citations checked and renumbered; each
        is the beginning of the next. Raises OpenAIError (a stream cut short is
        OpenAIUnreachableError) and StoreError.
        """
        remembered = [
            (asked, citations.remove_citations(answered)) for asked, answered in history[-MEMORY:]
        ]
        async with self._knowledge.use() as engine:
            in_full = await _put_in_full(engine, remembered, question)
            found = await self._find(engine, in_full)
            if not found:
                return Answer("", [], found=False)

            async def show(text: str) -> None:
                shown = citations.check_unfinished(text, len(found))
                if shown:
                    await on_text(shown)

            reply = await engine.answer(
                [_passage(number, item) for number, item in enumerate(found, 1)],
                remembered,
                question,
                in_full,
                show,
            )
        checked = citations.check_citations(reply.text, len(found))
        if not checked.text:
            raise OpenAIError(f"an empty answer, finished by {reply.finish_reason}")
        claims = citations.list_claims(checked.text)
        sources = [
            _source(number, found[passage - 1], claims.get(number, ""), in_full)
            for number, passage in enumerate(checked.numbers, 1)
        ]
        return Answer(
            checked.text, sources, found=bool(sources), complete=reply.finish_reason == "stop"
        )

    async def _find(self, engine: Engine, question: str) -> list[_Found]:
        """Return passages of documents that are there: a deleted one never answers again."""
        chunks = await engine.retrieve(question)
        versions = {chunk.meta["version"] for chunk in chunks}
        documents = await self._database.run(_find_documents, versions)
        return [
            _Found(chunk, documents[chunk.meta["version"]])
            for chunk in chunks
            if chunk.meta["version"] in documents
        ]


async def _put_in_full(engine: Engine, history: Sequence[tuple[str, str]], question: str) -> str:
    """Rewrite a follow-up so that it can be searched for; where that fails, leave it as it is."""
    if not history:
        return question
    try:
        in_full = await engine.complete(
            prompts.REWRITE_INSTRUCTIONS, prompts.rewrite(history, question)
        )
    except OpenAIError as error:
        logger.warning("The follow-up is searched for as it was asked: %s", type(error).__name__)
        return question
    in_full = in_full.strip()
    return in_full if 0 < len(in_full) <= LONGEST_QUESTION else question


def _passage(number: int, item: _Found) -> Passage:
    text = item.chunk.content or ""
    heading = item.chunk.meta["heading"]
    if heading and heading not in text:
        text = f"{heading}\n{text}"
    page = find_page(item.chunk.meta["pages"], 0)
    return Passage(number, item.document.name, page, text)


def _source(number: int, item: _Found, claim: str, question: str) -> Source:
    quote = citations.find_quote(item.chunk.content or "", claim, question)
    return Source(
        number=number,
        document_id=item.document.document_id,
        document_name=item.document.name,
        page=find_page(item.chunk.meta["pages"], quote.offset),
        quote=quote.text,
        chat_id=item.document.chat_id,
        message_id=item.document.message_id,
    )


def _find_documents(versions: set[str]) -> dict[str, Document]:
    documents = Document.select().where(Document.sha256.in_(versions))
    return {document.sha256: document for document in documents}
