"""Reads the windows of one plan, a few at once, and merges what was noted."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from personal_bot.answers.conversations import DocumentsChangedError, exist
from personal_bot.answers.evidence import Evidence, Found
from personal_bot.answers.generation import Generator
from personal_bot.answers.streams import Reply
from personal_bot.answers.summaries import kept_notes, prompts
from personal_bot.answers.summaries.estimates import PARALLEL
from personal_bot.answers.summaries.kinds import Kind
from personal_bot.answers.summaries.notes import (
    MOST_CITED,
    MOST_NUMBERS,
    Note,
    gather,
    list_places,
    read_note,
    renumber,
)
from personal_bot.answers.summaries.prompts import Step
from personal_bot.answers.summaries.windows import Place, Window, join
from personal_bot.documents.records import find_versions
from personal_bot.errors import OpenAITooLongError
from personal_bot.index.engine import Index
from personal_bot.openai.client import RetryPolicy
from personal_bot.storage.database import Database

logger = logging.getLogger(__name__)

# A document may be deleted meanwhile, so nothing is sent again without a look.
READING = RetryPolicy(180.0, 0)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Progress:
    """`done` of `total` requests; `window` is the one that is read now, None while merging.

    `paid` is the number of replies that were not kept from an earlier run.
    """

    done: int
    total: int
    window: Window | None
    paid: int


OnProgress = Callable[[Progress], Awaitable[None]]


@dataclass
class Reader:
    """Asks the model about windows and notes. All methods may raise OpenAIError and StoreError.

    They raise DocumentsChangedError if a document that would be sent no longer exists. Each reply
    is kept as soon as it is there, and is not asked for again. `budget` is in tokens. `paid` counts
    the replies that were not kept before. With `anew`, the last reply is never a kept one.
    """

    index: Index
    database: Database
    kind: Kind
    question: str
    budget: int
    on_progress: OnProgress
    anew: bool = False
    paid: int = 0
    _done: int = 0
    _total: int = 0

    async def read(self, windows: Sequence[Window], merges: int) -> Note:
        """Return one note about all windows; `merges` is the expected number of merges."""
        self._total = len(windows) + merges
        step = Step.WHOLE if len(windows) == 1 else Step.PART
        reading = [partial(self._read, window, step) for window in windows]
        notes = [note for read in await run_all(reading) for note in read if note.text]
        while len(notes) > 1:
            groups = gather(notes, self.budget)
            merging = Step.FINISH if len(groups) == 1 else Step.COMBINE
            self._total = self._done + sum(len(group) > 1 for group in groups)
            self._total += merging is Step.COMBINE
            calls = [partial(self._merge, group, merging) for group in groups]
            notes = [note for note in await run_all(calls) if note.text]
        return notes[0] if notes else Note("")

    async def load(self, places: Sequence[Place]) -> list[Found]:
        """Return the passages at these places. Raises DocumentsChangedError if one is gone."""
        versions = {place.version for place in places}
        documents = await self.database.run(find_versions, versions)
        passages = [
            passage
            for span in join(places)
            for passage in await self.index.store.read(span.version, span.first, span.last)
        ]
        if len(passages) != len(places) or len(documents) != len(versions):
            raise DocumentsChangedError
        return [Found(passage, documents[passage.meta["version"]]) for passage in passages]

    def make_request(self, found: Sequence[Found], step: Step) -> tuple[str, str]:
        """Return the instructions and the message that ask about passages."""
        message = prompts.show_window(Evidence().add(found), self.question)
        return prompts.instruct(self.kind, step), message

    async def is_read(self, window: Window, step: Step) -> bool:
        """Tell whether the reply about a window is kept."""
        request = self.make_request(await self.load(window.places), step)
        return await self.database.run(kept_notes.is_kept, self._fingerprint(*request))

    async def _read(self, window: Window, step: Step) -> list[Note]:
        await self._report(window)
        found = await self.load(window.places)
        try:
            reply = await self._ask(step, self.make_request(found, step)[1], window.versions)
        except OpenAITooLongError:
            if len(window.places) == 1:
                raise
            logger.info("A window of %d tokens is too long, halving it", window.tokens)
            self._total += 1
            halves = window.halve()
            return [note for half in halves for note in await self._read(half, Step.PART)]
        self._done += 1
        texts = Evidence()
        texts.add(found)
        most = MOST_NUMBERS if step is Step.WHOLE else MOST_CITED
        return [read_note(reply, window.places, texts.texts, window.versions, most)]

    async def _merge(self, notes: Sequence[Note], step: Step) -> Note:
        if len(notes) == 1:
            return notes[0]
        await self._report(None)
        places = list_places(notes)
        numbers = {place: number for number, place in enumerate(places, 1)}
        shown = [renumber(note, numbers) for note in notes]
        versions = frozenset[str]().union(*(note.versions for note in notes))
        message = prompts.show_notes(shown, self.question)
        try:
            reply = await self._ask(step, message, versions)
        except OpenAITooLongError:
            if len(notes) == 2:
                raise
            half = len(notes) // 2
            halves = [
                await self._merge(part, Step.COMBINE) for part in (notes[:half], notes[half:])
            ]
            return await self._merge([note for note in halves if note.text], step)
        self._done += 1
        texts = [item.passage.content or "" for item in await self.load(places)]
        most = MOST_NUMBERS if step is Step.FINISH else MOST_CITED
        return read_note(reply, places, texts, versions, most)

    async def _ask(self, step: Step, message: str, versions: frozenset[str]) -> Reply:
        instructions = prompts.instruct(self.kind, step)
        fingerprint = self._fingerprint(instructions, message)
        known = await self.database.run(kept_notes.find_reply, fingerprint)
        if known is not None and not (self.anew and step in {Step.WHOLE, Step.FINISH}):
            return known
        if not await self.database.run(exist, versions):
            raise DocumentsChangedError
        reply = await Generator(self.index.connection).complete(instructions, message, READING)
        await self.database.run(kept_notes.keep_reply, fingerprint, reply, versions)
        self.paid += 1
        return reply

    async def _report(self, window: Window | None) -> None:
        await self.on_progress(Progress(self._done, self._total, window, self.paid))

    def _fingerprint(self, instructions: str, message: str) -> str:
        return kept_notes.fingerprint(
            self.index.connection.models.chat_model, instructions, message
        )


async def run_all(
    calls: Sequence[Callable[[], Awaitable[Result]]], parallel: int = PARALLEL
) -> list[Result]:
    """Return the results of calls, a few of which run at the same time.

    After an error no further call is begun; those that are under way are waited for, because they
    are paid for, before it is raised.
    """
    results: dict[int, Result] = {}
    errors: list[Exception] = []
    waiting = iter(enumerate(calls))

    async def work() -> None:
        for number, call in waiting:
            try:
                results[number] = await call()
            except Exception as error:  # noqa: BLE001 - raised below
                errors.append(error)
            if errors:
                return

    async with asyncio.TaskGroup() as group:
        for _ in range(min(parallel, len(calls))):
            group.create_task(work())
    if errors:
        raise errors[0]
    return [results[number] for number in range(len(calls))]
