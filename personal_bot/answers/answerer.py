"""Answers a question, given the conversation so far, from the owner's documents, with sources."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from haystack import Document as Passage

from personal_bot.answers import citations, prompts
from personal_bot.answers.conversations import DocumentsChangedError, Remembered, exist
from personal_bot.answers.generation import Generator, OnText, Reply
from personal_bot.answers.prompts import PromptPassage
from personal_bot.answers.references import Reference
from personal_bot.answers.sources import Source
from personal_bot.documents.records import find_versions
from personal_bot.errors import OpenAIError, OpenAITooLongError
from personal_bot.index.engine import Engine, Index
from personal_bot.index.passages import find_page
from personal_bot.storage.database import Database
from personal_bot.storage.models import Document

logger = logging.getLogger(__name__)

LONGEST_QUESTION = 2_000  # characters; a longer rewritten question is discarded


@dataclass(frozen=True)
class Answer:
    """An answer; `found` is False if the documents do not contain one.

    `text` is then the model's explanation, or empty if no passage was retrieved. `complete` is
    False if the model stopped early, e.g. at its length limit. `versions` are the document versions
    behind it: those of the passages that the model was given, and those behind earlier exchanges.
    """

    text: str
    sources: list[Source]
    found: bool
    complete: bool = True
    versions: frozenset[str] = frozenset()


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
        self,
        question: str,
        history: Sequence[Remembered],
        on_text: OnText,
        reference: Reference | None = None,
    ) -> Answer:
        """Answer a question; `history` is oldest first, `reference` what the question replies to.

        While the answer is streamed, `on_text` receives the text so far with its citations checked
        and renumbered; each text is a prefix of the next. Raises OpenAIError (a stream cut short is
        OpenAIUnreachableError), StoreError, and DocumentsChangedError if a document behind the
        earlier exchanges disappears meanwhile.
        """
        remembered = [
            (earlier.question, citations.remove_citations(earlier.answer)) for earlier in history
        ]
        reference = _without_citations(reference)
        versions = _list_versions(history, reference)
        async with self._engine.use() as index:
            generator = Generator(index.connection)
            await self._require(versions)  # opening the index may have taken long
            in_full = await _rewrite_follow_up(generator, remembered, question, reference)
            await self._require(versions)
            found = await self._find(index, in_full, reference)
            found = found[: index.connection.chat_lessons.passages]
            if not found:
                return Answer("", [], found=False, versions=versions)

            async def generate(
                passages: Sequence[PromptPassage], history: Sequence[tuple[str, str]]
            ) -> Reply:
                await self._require(versions)
                texts = [passage.text for passage in passages]

                async def show(text: str) -> None:
                    shown = citations.check_unfinished(text, len(texts), texts)
                    if shown:
                        await on_text(shown)

                return await generator.answer(
                    passages, history, question, in_full, show, reference=reference
                )

            passages = [_number(number, item) for number, item in enumerate(found, 1)]
            try:
                reply = await generate(passages, remembered)
            except OpenAITooLongError:
                # The better half of the passages, and the last exchange: follow-ups are about it.
                passages = passages[: max(1, len(passages) // 2)]
                logger.info("The prompt is too long, trying again with %d passages", len(passages))
                reply = await generate(passages, remembered[-1:])
                await index.connection.learn_about_chat(passages=len(passages))
            found = found[: len(passages)]
            texts = [passage.text for passage in passages]
        checked = citations.check_citations(reply.text, len(texts), texts)
        if not checked.text:
            raise OpenAIError(f"an empty answer, finished by {reply.finish_reason}")
        claims = citations.list_claims(checked.text)
        sources = [
            _source(number, found[passage - 1], claims.get(number, ""), in_full)
            for number, passage in enumerate(checked.numbers, 1)
        ]
        return Answer(
            checked.text,
            sources,
            found=bool(sources),
            complete=reply.finish_reason == "stop",
            versions=versions | {item.document.sha256 for item in found},
        )

    async def _require(self, versions: Collection[str]) -> None:
        """Raise DocumentsChangedError if one of these document versions no longer exists."""
        if not await self._database.run(exist, versions):
            raise DocumentsChangedError

    async def _find(self, index: Index, question: str, reference: Reference | None) -> list[_Found]:
        """Retrieve passages, without those whose document has been deleted.

        The answer to a reply to an upload is only looked for in the documents of this upload.
        """
        within = reference.documents.keys() if reference and reference.documents else None
        passages = await index.retrieve(question, within)
        versions = {passage.meta["version"] for passage in passages}
        documents = await self._database.run(find_versions, versions)
        return [
            _Found(passage, documents[passage.meta["version"]])
            for passage in passages
            if passage.meta["version"] in documents
        ]


def _without_citations(reference: Reference | None) -> Reference | None:
    """Return the reference with citations removed from the answer, whose passages are not given."""
    if reference is None or reference.exchange is None:
        return reference
    exchange = reference.exchange
    return replace(
        reference,
        exchange=replace(exchange, answer=citations.remove_citations(exchange.answer)),
        words=citations.remove_citations(reference.words),
    )


def _list_versions(history: Sequence[Remembered], reference: Reference | None) -> frozenset[str]:
    """Return the document versions behind what stands beside the question in the prompt."""
    earlier = [*history]
    named: Collection[str] = ()
    if reference is not None:
        named = reference.documents
        earlier += [reference.exchange] if reference.exchange else []
    return frozenset(named).union(*(exchange.versions for exchange in earlier))


async def _rewrite_follow_up(
    generator: Generator,
    history: Sequence[tuple[str, str]],
    question: str,
    reference: Reference | None,
) -> str:
    """Rewrite a follow-up so that it can be searched for; if that fails, return it unchanged."""
    replies = reference is not None and (reference.exchange is not None or reference.words)
    if not history and not replies:
        return question
    try:
        in_full = await generator.complete(
            prompts.instruct(prompts.REWRITE_INSTRUCTIONS, reference),
            prompts.rewrite(history, question, reference),
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
