"""Handles file jobs: downloads files, adds them to the library, updates the progress message."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import InlineKeyboardMarkup

from personal_bot.documents.uploads import FileStage, Upload
from personal_bot.errors import (
    TRANSIENT_ERRORS,
    DiskFullError,
    DocumentError,
    DownloadError,
    DuplicateDocumentError,
    OpenAIError,
    PersonalBotError,
    StoreError,
)
from personal_bot.jobs.context import Context
from personal_bot.jobs.downloads import check_size, download, find_file_id
from personal_bot.jobs.outcomes import (
    find_unclosed,
    forget_outcomes,
    list_added,
    read_progress,
    record_outcome,
)
from personal_bot.jobs.queue import assign_reply, read_payload
from personal_bot.jobs.runner import MAX_ATTEMPTS, PostponeError
from personal_bot.process.reports import WORKING
from personal_bot.storage.disk_space import is_disk_full_error, require_disk_space
from personal_bot.storage.models import Job
from personal_bot.telegram import keyboards
from personal_bot.telegram.delivery import MessageGoneError
from personal_bot.telegram.progress import Progress
from personal_bot.telegram.texts import documents as texts

logger = logging.getLogger(__name__)

QUIET_TIME = 1.0  # seconds without a new file that end a batch
BATCH_FILES = 20  # files that one progress message shows
PAUSES = (5.0, 20.0, 60.0, 180.0)  # seconds before each retry


class _Result(NamedTuple):
    """The final line of a file, and the documents made of it."""

    line: str
    document_ids: Sequence[int] = ()


class FileJobHandler:
    """Adds files to the library.

    The outcome of a file is recorded in the transaction that removes its job, so after a restart
    the remaining files are processed with the same progress message.
    """

    def __init__(
        self,
        context: Context,
        *,
        quiet_time: float = QUIET_TIME,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._context = context
        self._quiet_time = quiet_time
        self._pauses = pauses
        self._progress: Progress | None = None

    async def gather(self) -> None:
        """Give files that arrive together one progress message; run until cancelled."""
        await self._context.outage.retry(self._close_forgotten)
        while True:
            await self._context.outage.retry(self._gather_batch)

    async def _gather_batch(self) -> None:
        jobs = await self._context.queue.wait_for_new_files()
        known = 0
        while known < len(jobs) < BATCH_FILES:
            known = len(jobs)
            await asyncio.sleep(self._quiet_time)
            jobs = await self._context.queue.wait_for_new_files()
        await self._announce(jobs[:BATCH_FILES])

    async def execute(self, job: Job) -> None:
        """Add one file, or show in its line why it was refused."""
        with self._context.languages.speaking():
            progress = await self._find_progress(job)
            try:
                async with progress.live.updating():
                    result = await self._take_in(job, progress)
            except PostponeError:
                await self._pause(progress)
                raise
            await self._finish(job, progress, result)

    async def give_up(self, job: Job) -> None:
        with self._context.languages.speaking():
            progress = await self._find_progress(job)
            line = texts.show_refused(read_payload(job)["name"], texts.fail_file())
            await self._finish(job, progress, _Result(line))

    async def _take_in(self, job: Job, progress: Progress) -> _Result:
        """Add a file. Raises PostponeError."""
        name = read_payload(job)["name"]
        try:
            result = await self._add(job, progress)
        except DuplicateDocumentError as error:
            return _Result(texts.show_known(error))
        except DocumentError as error:
            return _Result(texts.show_refused(name, self._context.explain(error)))
        except (OpenAIError, StoreError, DownloadError) as error:
            logger.warning("Could not add a file: %s", type(error).__name__)
            await self._context.note_problem(error)
            if (
                isinstance(error, (*TRANSIENT_ERRORS, DownloadError))
                and job.attempts < MAX_ATTEMPTS
            ):
                progress.show(job.job_id, texts.show_waiting(name, error))
                raise PostponeError(self._choose_pause(job, error)) from error
            return _Result(texts.show_refused(name, self._context.explain(error)))
        await self._context.reporter.clear_problems(*WORKING)
        await self._context.count_documents()
        return result

    async def _add(self, job: Job, progress: Progress) -> _Result:
        payload = read_payload(job)
        name = payload["name"]
        check_size(name, payload["size"])
        await self._context.services.check_quotas(name, payload["size"] or 0)
        progress.show(job.job_id, texts.show_downloading(name))

        async def show(file_name: str, stage: FileStage) -> None:
            progress.show(job.job_id, texts.show_stage(file_name, stage))

        path = self._context.uploads / str(job.job_id)
        try:
            require_disk_space(self._context.uploads)
            bot = self._context.messenger.bot
            file_id = payload["file_id"] or await find_file_id(
                bot, name, job.chat_id, job.message_id
            )
            await download(bot, name, file_id, path)
            async with self._context.services.use_library() as library:
                upload = Upload(
                    name,
                    path,
                    path.stat().st_size,
                    job.chat_id,
                    job.message_id,
                    file_id,
                    payload.get("mime_type", ""),
                    payload.get("encoding", ""),
                )
                addition = await library.add(upload, show)
        except OSError as error:
            if is_disk_full_error(error):
                raise DiskFullError(str(error)) from error
            raise
        finally:
            path.unlink(missing_ok=True)
        cards = addition.documents
        if len(cards) == 1 and cards[0].name == name and not addition.refused:
            line = texts.show_indexed(cards[0], replaced=name in addition.replaced)
        else:
            line = texts.show_unpacked(name, cards, addition.refused)
        return _Result(line, [card.document_id for card in cards])

    async def _announce(self, jobs: list[Job]) -> None:
        with self._context.languages.speaking():
            lines = [texts.show_queued(read_payload(job)["name"]) for job in jobs]
            content = texts.show_progress(lines, 0)
            assign = partial(assign_reply, [job.job_id for job in jobs])
            newest_id = max(job.message_id for job in jobs)
            try:
                await self._context.placeholders.place(jobs[0].chat_id, content, newest_id, assign)
            except TelegramForbiddenError:
                # The owner has blocked the bot; the files are added without a message.
                await self._context.database.run(assign, 0)
        await self._context.queue.announce_change()

    async def _find_progress(self, job: Job) -> Progress:
        if self._progress is None or self._progress.reply_id != job.reply_id:
            self._progress = self._make_progress(job.chat_id, job.reply_id or 0)
        self._progress.load(*await self._context.database.run(read_progress, job.reply_id))
        return self._progress

    def _make_progress(self, chat_id: int, reply_id: int) -> Progress:
        return Progress(self._context.messenger, chat_id, reply_id, self._context.edit_interval)

    async def _finish(self, job: Job, progress: Progress, result: _Result) -> None:
        await self._context.queue.finish(job, lambda: record_outcome(job, *result))
        try:
            keyboard = await self._make_keyboard(job.reply_id)
            is_last = await progress.finish(job.job_id, result.line, keyboard)
        except TelegramForbiddenError:
            is_last = True
        if is_last:
            await self._context.database.run(forget_outcomes, job.reply_id)
            self._progress = None

    async def _make_keyboard(self, reply_id: int | None) -> InlineKeyboardMarkup | None:
        return keyboards.show_added(await self._context.database.run(list_added, reply_id))

    async def _pause(self, progress: Progress) -> None:
        """Show why the file waits; updates of the live message have stopped by now."""
        try:
            await progress.pause()
        except (TelegramForbiddenError, TelegramBadRequest, MessageGoneError) as error:
            logger.info("Cannot show a pause: %s", error)

    async def _close_forgotten(self) -> None:
        """Complete progress messages whose last file was finished just before the process ended."""
        for chat_id, reply_id in await self._context.database.run(find_unclosed):
            progress = self._make_progress(chat_id, reply_id)
            progress.load(*await self._context.database.run(read_progress, reply_id))
            with self._context.languages.speaking():
                try:
                    await progress.close(await self._make_keyboard(reply_id))
                except (TelegramForbiddenError, TelegramBadRequest) as error:
                    logger.info("Cannot show the end of an upload: %s", error)
            await self._context.database.run(forget_outcomes, reply_id)

    def _choose_pause(self, job: Job, error: PersonalBotError) -> float:
        pause = self._pauses[min(job.attempts, len(self._pauses)) - 1]
        asked = getattr(error, "retry_after", None) or 0.0
        return max(pause, float(asked))
