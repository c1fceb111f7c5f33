"""Handles deletion jobs, which run in order with file jobs: files sent earlier are added first."""

import logging

from aiogram.exceptions import TelegramForbiddenError

from personal_bot.answers import conversations
from personal_bot.errors import DocumentNotFoundError, StoreError
from personal_bot.jobs.context import Context
from personal_bot.jobs.listing import show_list
from personal_bot.jobs.queue import JobKind, read_payload, save_payload
from personal_bot.process.reports import WORKING
from personal_bot.storage.models import Job
from personal_bot.storage.withdrawal import withdraw_exchanges
from personal_bot.telegram.open_buttons import Place
from personal_bot.telegram.texts import documents as texts

logger = logging.getLogger(__name__)


class DeletionJobHandler:
    """Deletes one document or all of them, with the answers made from them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def execute(self, job: Job) -> None:
        with self._context.languages.speaking():
            try:
                if job.kind == JobKind.CLEARING:
                    await self._clear(job)
                else:
                    await self._delete(job)
            except StoreError as error:
                logger.warning("Could not delete: %s", type(error).__name__)
                # The rows of the documents may be gone, although their passages are not.
                await self._context.database.run(withdraw_exchanges)
                await self._context.note_problem(error)
                await self._tell(job, self._context.explain(error))
        await self._context.count_documents()

    async def give_up(self, job: Job) -> None:
        with self._context.languages.speaking():
            await self._tell(job, texts.fail_deletion())

    async def _delete(self, job: Job) -> None:
        payload = read_payload(job)
        name = payload["name"]
        try:
            async with self._context.services.use_library() as library:
                await library.delete(payload["document_id"])
                await self._context.database.remove_backups()
        except DocumentNotFoundError:
            # Already deleted by an attempt that a restart interrupted, or by a second tap.
            logger.info("Document %d has already been deleted", payload["document_id"])
        withdrawn = await self._context.database.run(_withdraw, job)
        await self._tell(job, texts.confirm_deletion(name, withdrawn), payload["page"])
        await self._context.queue.finish(job)

    async def _clear(self, job: Job) -> None:
        documents = read_payload(job)["documents"]
        async with self._context.services.use_library() as library:
            await library.clear()
            await self._context.database.remove_backups()
        await self._context.reporter.clear_problems(*WORKING)
        await self._tell(job, texts.confirm_clearing(documents))
        for place in (Place.LIST, Place.OFFER):
            await self._context.open_buttons.close(place)
        await self._context.queue.finish(job, conversations.forget_everything)

    async def _tell(self, job: Job, text: str, page: int | None = None) -> None:
        """Show the result, above this page of the list of documents if there is one."""
        try:
            if page is None:
                await self._context.messenger.edit_or_send(job.chat_id, job.reply_id, text)
            else:
                await show_list(self._context, job.chat_id, job.reply_id, page, text)
        except TelegramForbiddenError:
            logger.info("The owner has blocked the bot: not notified")


def _withdraw(job: Job) -> int:
    """Withdraw exchanges; return how many, including those of an interrupted attempt."""
    withdrawn = read_payload(job).get("withdrawn", 0) + withdraw_exchanges()
    save_payload(job, withdrawn=withdrawn)
    return int(withdrawn)
