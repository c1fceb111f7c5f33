"""Makes summaries and other answers from whole documents, in windows."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from haystack import Document as Passage

from personal_bot.answers import citations
from personal_bot.answers.answer import Answer
from personal_bot.answers.claims import check_claims, mark_unsupported
from personal_bot.answers.conversations import DocumentsChangedError
from personal_bot.answers.evidence import Evidence, Found, make_source
from personal_bot.answers.sources import Source
from personal_bot.answers.summaries.estimates import Estimate, count_merges, estimate
from personal_bot.answers.summaries.kinds import SELECTIVE
from personal_bot.answers.summaries.notes import limit_sources
from personal_bot.answers.summaries.prompts import Step
from personal_bot.answers.summaries.reading import OnProgress, Progress, Reader
from personal_bot.answers.summaries.tasks import Task
from personal_bot.answers.summaries.windows import Measured, Place, Window, cut, measure
from personal_bot.documents.records import find_versions
from personal_bot.index.engine import Engine, Index
from personal_bot.index.passages import find_page
from personal_bot.storage.database import Database

logger = logging.getLogger(__name__)

MOST_SOURCES = 30  # of an answer; the prompt asks for fewer
CANDIDATES = 200  # passages that are read if there is too much to read it all
READ_AT_ONCE = 256  # passages, while they are measured
TOKENS_PER_PASSAGE = 200  # roughly, before anything is read


@dataclass(frozen=True)
class Plan:
    """How a task is done. `passages` is the number to be read, `is_partial` if that is not all."""

    task: Task
    windows: Sequence[Window]
    passages: int
    is_partial: bool
    estimate: Estimate


class Summarizer:
    """Reads documents in windows of `window` tokens."""

    def __init__(self, database: Database, engine: Engine, window: int) -> None:
        self._database = database
        self._engine = engine
        self._window = window

    async def plan(self, task: Task) -> Plan:
        """Divide the documents into windows, and estimate what is still to be paid for.

        Raises DocumentsChangedError if a document no longer exists, OpenAIError and StoreError.
        """
        async with self._open(task, _ignore) as (index, reader):
            passages, is_partial = await self._select(index, task)
            windows = cut(passages, self._window)
            step = Step.WHOLE if len(windows) == 1 else Step.PART
            unread = [window for window in windows if not await reader.is_read(window, step)]
            expected = estimate(
                [window.tokens for window in unread],
                len(windows) if len(windows) > 1 else 0,
                self._window,
                index.connection.models,
            )
        return Plan(task, windows, len(passages), is_partial, expected)

    async def carry_out(self, plan: Plan, on_progress: OnProgress) -> Answer:
        """Read everything and return the answer, whose citations are checked.

        What a statement claims and its passages do not say is marked. The text is empty if there is
        nothing to be found. What was read before is not asked for again, even if this was cancelled
        or failed. Raises DocumentsChangedError if a document no longer exists, OpenAIError and
        StoreError.
        """
        async with self._open(plan.task, on_progress) as (_, reader):
            note = await reader.read(plan.windows, count_merges(len(plan.windows), self._window))
            found = await reader.load(note.cited)
            text = await asyncio.to_thread(_check_claims, note.text, found, plan.task.question)
            note = limit_sources(replace(note, text=text), MOST_SOURCES)
            sources = _find_sources(note.text, await reader.load(note.cited), plan.task.question)
        logger.info("Read %d windows, %d requests were new", len(plan.windows), reader.paid)
        versions = frozenset[str]().union(*(window.versions for window in plan.windows))
        return Answer(note.text, sources, bool(sources), note.is_complete, versions)

    @asynccontextmanager
    async def _open(
        self, task: Task, on_progress: OnProgress
    ) -> AsyncIterator[tuple[Index, Reader]]:
        async with self._engine.use() as index:
            reader = Reader(
                index,
                self._database,
                task.kind,
                task.question,
                self._window,
                on_progress,
                anew=task.anew,
            )
            yield index, reader

    async def _select(self, index: Index, task: Task) -> tuple[list[Measured], bool]:
        """Return the passages to be read, and whether there are others."""
        documents = await self._database.run(find_versions, task.versions)
        if len(documents) != len(set(task.versions)):
            raise DocumentsChangedError
        total = sum(documents[version].passages for version in task.versions)
        is_long = total * TOKENS_PER_PASSAGE > task.most
        if is_long and len(documents) > 1 and task.kind in SELECTIVE:
            return await _search(index, task), True
        passages: list[Measured] = []
        for version in task.versions:
            for start in range(0, documents[version].passages, READ_AT_ONCE):
                end = start + READ_AT_ONCE - 1
                passages += map(_measure, await index.store.read(version, start, end))
        return passages, False


async def _ignore(progress: Progress) -> None:
    """Do nothing: only `carry_out` makes progress."""


async def _search(index: Index, task: Task) -> list[Measured]:
    """Return the passages that a search finds, in the order of the documents."""
    found = await index.retrieve(task.question, task.versions, CANDIDATES, grouped=False)
    if task.phrase:
        found += await index.store.find_text(task.phrase, task.versions, CANDIDATES)
    order = {version: number for number, version in enumerate(task.versions)}
    measured = {passage.place: passage for passage in map(_measure, found)}
    return sorted(
        measured.values(),
        key=lambda passage: (order[passage.place.version], passage.place.position),
    )


def _measure(passage: Passage) -> Measured:
    place = Place(passage.meta["version"], int(passage.meta["index"]))
    text = f"{passage.meta['heading'] or ''}{passage.content or ''}"
    return measure(place, text, find_page(passage.meta["pages"], 0))


def _check_claims(text: str, found: Sequence[Found], question: str) -> str:
    evidence = Evidence()
    evidence.add(found)
    names = {item.document.name for item in found}
    unsupported = check_claims(text, evidence.texts, question, sorted(names))
    return mark_unsupported(text, unsupported)


def _find_sources(text: str, found: Sequence[Found], question: str) -> list[Source]:
    claims = citations.list_claims(text)
    return [
        make_source(number, item, claims.get(number, ""), question)
        for number, item in enumerate(found, 1)
    ]
