"""The composition root of a personal bot: builds the bot and runs it until it is stopped."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from functools import cache, partial

import personal_bot.bot_api  # noqa: F401 - first, because it defers aiogram's models

# isort: split
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramUnauthorizedError,
)
from aiogram.types import Update
from aiogram.utils.token import TokenValidationError

from personal_bot.bot_api.session import Session
from personal_bot.contract import LAUNCHER_VARIABLE, BotFiles, Condition, ExitCode
from personal_bot.errors import StartError
from personal_bot.handlers.middlewares import LanguageMiddleware, OwnerMiddleware, SecretMiddleware
from personal_bot.handlers.root import create_router
from personal_bot.jobs.answering import QuestionJobHandler
from personal_bot.jobs.context import Context
from personal_bot.jobs.deleting import DeletionJobHandler
from personal_bot.jobs.queue import JobKind, JobQueue
from personal_bot.jobs.rereading import offer_reading_anew
from personal_bot.jobs.runner import JobRunner
from personal_bot.jobs.services import Services
from personal_bot.jobs.summarizing import SummaryJobHandler
from personal_bot.jobs.uploading import FileJobHandler
from personal_bot.jobs.whole_documents import QuestionSorter
from personal_bot.process.reports import Reporter, report_exit
from personal_bot.settings import Configuration
from personal_bot.storage.database import DATA_LOSS, Database
from personal_bot.storage.disk_space import is_disk_full_error
from personal_bot.storage.outage import DatabaseOutage
from personal_bot.storage.preferences import Preferences
from personal_bot.telegram.delivery import Messenger
from personal_bot.telegram.languages import Languages, load_catalogues
from personal_bot.telegram.menu import publish_menu
from personal_bot.telegram.placeholders import Placeholders
from personal_bot.telegram.polling import OrderedPoller
from personal_bot.telegram.texts import chat

logger = logging.getLogger(__name__)

REQUEST_TIME = 20.0  # seconds for a request to Telegram, except polling and downloads
STOPPING_TIME = 4.0  # seconds; supervisord kills after 5, and then no exit report is written


class Application:
    """One bot with all its parts, which `run` opens and closes."""

    def __init__(self, configuration: Configuration, on_ready: Callable[[], None]) -> None:
        files = configuration.files
        database = Database(files.database)
        preferences = Preferences(database)
        self._on_ready = on_ready
        self._bot = create_bot(configuration)
        messenger = Messenger(self._bot)
        reporter = Reporter(files, configuration.locks, configuration.restarts)
        self._traces = files.index
        self._context = Context(
            user_id=configuration.user_id,
            settings=configuration.settings,
            uploads=files.uploads,
            database=database,
            preferences=preferences,
            languages=Languages(load_catalogues(), preferences, files.language),
            messenger=messenger,
            placeholders=Placeholders(messenger, database),
            queue=JobQueue(database),
            services=Services(configuration, database),
            reporter=reporter,
            outage=DatabaseOutage(files.home, reporter, self._warn),
        )
        self._files = FileJobHandler(self._context)
        self._removals = DeletionJobHandler(self._context)
        self._questions = QuestionJobHandler(self._context)
        self._summaries = SummaryJobHandler(self._context)
        self._dispatcher = create_dispatcher()
        self._handling = asyncio.Lock()  # held while an update is handled

    async def run(self) -> None:
        """Serve until cancelled.

        Raises StartError or an unexpected exception, either of them possibly in an ExceptionGroup.
        """
        retry = self._context.outage.retry
        try:
            await retry(partial(self._context.database.open, self._traces))
            await retry(self._context.preferences.load)
            await self._context.languages.read_choice()
            async with asyncio.TaskGroup() as tasks:
                for work in (
                    self._create_poller().run(),
                    self._files.gather(),
                    self._questions.announce(),
                    JobRunner(
                        self._context.queue,
                        {JobKind.QUESTION: QuestionSorter(self._context, self._questions)},
                        retry,
                    ).run(),
                    JobRunner(self._context.queue, {JobKind.SUMMARY: self._summaries}, retry).run(),
                    JobRunner(
                        self._context.queue,
                        {
                            JobKind.FILE: self._files,
                            JobKind.DELETION: self._removals,
                            JobKind.CLEARING: self._removals,
                        },
                        retry,
                    ).run(),
                    self._context.services.run_idle_closing(self._request_fresh_fork),
                    self._publish_menu(),
                    self._report_data_loss(),
                    retry(partial(offer_reading_anew, self._context)),
                ):
                    tasks.create_task(work)
        finally:
            await self._bot.session.close()
            await self._context.services.close()
            await self._context.database.close()

    def _create_poller(self) -> OrderedPoller:
        async def feed(update: Update) -> None:
            async with self._handling:
                # Retry while the database cannot record the update
                await self._context.outage.retry(
                    lambda: self._dispatcher.feed_update(self._bot, update, context=self._context)
                )

        return OrderedPoller(
            self._bot, feed, self._context.reporter, self._warn, self._report_ready
        )

    async def _report_ready(self) -> None:
        """Count the documents, write the ready mark, then call `on_ready`."""
        await self._context.outage.retry(self._context.count_documents)
        await self._context.reporter.open()
        logger.info("Personal Bot for user %d is running...", self._context.user_id)
        self._on_ready()

    async def _request_fresh_fork(self) -> None:
        """End the process so that its launcher requests a fresh fork.

        Work unshares memory pages from the fork server; only a new fork shares them again.
        Raises StartError with `ExitCode.RENEWED`, unless jobs are queued or there is no launcher.
        """
        async with self._handling:
            if LAUNCHER_VARIABLE in os.environ and not await self._context.queue.count():
                raise StartError(Condition.STOPPED, ExitCode.RENEWED)

    async def _warn(self, condition: Condition) -> None:
        with self._context.languages.speaking():
            if condition == Condition.DISK_FULL:
                text = chat.warn_disk_full()
            else:
                text = chat.warn_token_in_use(self._context.settings.master_username)
            try:
                await self._bot.send_message(self._context.user_id, text)
            except TelegramAPIError as error:
                logger.warning("Could not warn the owner of %s: %s", condition, error)

    async def _report_data_loss(self) -> None:
        """Tell the owner once that the bot's data was lost, because nothing else shows it."""
        if self._context.preferences.get(DATA_LOSS) is None:
            return
        with self._context.languages.speaking():
            try:
                await self._context.messenger.send(self._context.user_id, chat.report_data_loss())
            except TelegramForbiddenError:
                logger.info("The owner has blocked the bot: not notified")
        await self._context.outage.retry(partial(self._context.preferences.remove, DATA_LOSS))

    async def _publish_menu(self) -> None:
        try:
            await self._context.outage.retry(
                lambda: publish_menu(
                    self._bot,
                    self._context.user_id,
                    self._context.languages,
                    self._context.preferences,
                )
            )
        except TelegramAPIError as error:
            logger.warning("Cannot publish the menu, the next start will retry: %s", error)


@cache
def create_dispatcher() -> Dispatcher:
    """Return the dispatcher of this process; `feed_update` receives the bot and its Context."""
    dispatcher = Dispatcher(disable_fsm=True)
    for middleware in (OwnerMiddleware(), LanguageMiddleware(), SecretMiddleware()):
        dispatcher.update.outer_middleware(middleware)
    dispatcher.include_router(create_router())
    return dispatcher


def create_bot(configuration: Configuration) -> Bot:
    """Create the Telegram client. Raises StartError if the token is malformed."""
    try:
        return Bot(
            configuration.credentials.bot_token,
            session=Session(configuration.settings.telegram_api_url, REQUEST_TIME),
            default=DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True),
        )
    except TokenValidationError:
        # Without the token and without the chained exception, which may contain it.
        raise StartError(
            Condition.TOKEN_REVOKED, ExitCode.REFUSED, "the bot token is malformed"
        ) from None


def run(configuration: Configuration, on_ready: Callable[[], None]) -> StartError | None:
    """Run a bot until it ends; return None after SIGTERM or SIGINT, otherwise the reason."""
    try:
        asyncio.run(_run(configuration, on_ready))
    except Exception as error:  # noqa: BLE001 - logged by `find_reason`, reported to the master
        return find_reason(error)
    return None


async def _run(configuration: Configuration, on_ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    main = asyncio.create_task(Application(configuration, on_ready).run())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, main, configuration.files)
    await asyncio.wait([main])
    if not main.cancelled():
        main.result()


def _stop(main: "asyncio.Task[None]", files: BotFiles) -> None:
    if main.cancelling():  # a signal to the group arrives twice: the launcher forwards its own
        return
    logger.info("Stopping")
    main.cancel()
    timer = threading.Timer(STOPPING_TIME, _exit_now, [files])
    timer.daemon = True
    timer.start()


def _exit_now(files: BotFiles) -> None:
    """Exit at once: Python would wait for a request in a thread, which cannot be cancelled."""
    report_exit(files, ExitCode.STOPPED, Condition.STOPPED)
    os._exit(ExitCode.STOPPED)


def find_reason(error: BaseException) -> StartError:
    """Return the StartError for the exception that ended a bot; log an unexpected exception."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, StartError):
        return error
    if isinstance(error, TelegramUnauthorizedError):
        return StartError(
            Condition.TOKEN_REVOKED, ExitCode.REFUSED, "Telegram rejects the bot token"
        )
    logger.error("Crashed with an exception", exc_info=error)
    condition = Condition.CRASHED
    if isinstance(error, MemoryError):
        condition = Condition.OUT_OF_MEMORY
    elif isinstance(error, ImportError):
        condition = Condition.IMPORT_FAILED
    elif is_disk_full_error(error):
        condition = Condition.DISK_FULL
    return StartError(condition, ExitCode.CRASHED, type(error).__name__)
