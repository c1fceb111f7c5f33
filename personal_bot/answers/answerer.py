"""Answers a question, given the conversation so far, from the owner's documents, with sources."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from haystack import Document as Passage

from personal_bot.answers import citations, prompts
from personal_bot.answers.generation import Generator, OnText
from personal_bot.answers.prompts import PromptPassage
from personal_bot.answers.sources import Source
from personal_bot.documents.records import find_versions
from personal_bot.errors import OpenAIError
from personal_bot.index.engine import Engine, Index
from personal_bot.index.passages import find_page
from personal_bot.storage.database import Database
from personal_bot.storage.models import Document

logger = logging.getLogger(__name__)

MEMORY = 5  # exchanges
LONGEST_QUESTION = 2_000  # characters; a longer rewritten question is discarded


@dataclass(frozen=True)
class Answer:
    """An answer; `found` is False if the documents do not contain one.

    `text` is then the model's explanation, or empty if no passage was retrieved. `complete` is
    False if the model stopped early, e.g. at its length limit.
    """

    text: str
    sources: list[Source]
    found: bool
    complete: bool = True


@dataclass(frozen=True)
class _Found:
    passage: Passage
    document: Document


class Answerer:
    """Answers from documents only: an answer without a valid citation counts as not found."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    async def answer(
        self, question: str, history: Sequence[tuple[str, str]], on_text: OnText
    ) -> Answer:
        """Answer a question; `history` holds (question, answer) pairs, oldest first.

        While the answer is streamed, `on_text` receives the text so far with its citations checked
        and renumbered; each text is a prefix of the next. Raises OpenAIError (a stream cut short is
        OpenAIUnreachableError) and StoreError.
        """
        remembered = [
            (asked, citations.remove_citations(answered)) for asked, answered in history[-MEMORY:]
        ]
        async with self._engine.use() as index:
            generator = Generator(index.connection)
            in_full = await _rewrite_follow_up(generator, remembered, question)
            found = await self._find(index, in_full)
            if not found:
                return Answer("", [], found=False)

            async def show(text: str) -> None:
                shown = citations.check_unfinished(text, len(found))
                if shown:
                    await on_text(shown)

            reply = await generator.answer(
                [_number(number, item) for number, item in enumerate(found, 1)],
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

    async def _find(self, index: Index, question: str) -> list[_Found]:
        """Retrieve passages, without those whose document has been deleted."""
        passages = await index.retrieve(question)
        versions = {passage.meta["version"] for passage in passages}
        documents = await self._database.run(find_versions, versions)
        return [
            _Found(passage, documents[passage.meta["version"]])
            for passage in passages
            if passage.meta["version"] in documents
        ]


async def _rewrite_follow_up(
    generator: Generator, history: Sequence[tuple[str, str]], question: str
) -> str:
    """Rewrite a follow-up so that it can be searched for; if that fails, return it unchanged."""
    if not history:
        return question
    try:
        in_full = await generator.complete(
            prompts.REWRITE_INSTRUCTIONS, prompts.rewrite(history, question)
        )
    except OpenAIError as error:
        logger.warning(
            "Cannot rewrite the follow-up question, searching for it as it is: %s",
            type(error).__name__,
        )
        return question
    in_full = in_full.strip()
    return in_full if 0 < len(in_full) <= LONGEST_QUESTION else question


def _number(number: int, item: _Found) -> PromptPassage:
    text = item.passage.content or ""
    heading = item.passage.meta["heading"]
    if heading and heading not in text:
        text = f"{heading}\n{text}"
    page = find_page(item.passage.meta["pages"], 0)
    return PromptPassage(number, item.document.name, page, text)


def _source(number: int, item: _Found, claim: str, question: str) -> Source:
    quote = citations.find_quote(item.passage.content or "", claim, question)
    return Source(
        number=number,
        document_id=item.document.document_id,
        document_name=item.document.name,
        page=find_page(item.passage.meta["pages"], quote.offset),
        quote=quote.text,
        chat_id=item.document.chat_id,
        message_id=item.document.message_id,
    )
