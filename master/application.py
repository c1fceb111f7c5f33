"""The running master: everything it is made of, put together, served and shut down."""

import asyncio
import errno
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.utils.backoff import Backoff, BackoffConfig
from aiogram.utils.i18n import I18n
from peewee import PeeweeException

from master.accounts.users import Users
from master.control_plane import Control, open_control
from master.errors import MasterError, SettingsError, TokenRevokedError
from master.first_completed import run_until_first
from master.handlers.general import publish_commands
from master.handlers.middlewares import InFlight, install
from master.handlers.root import create_router
from master.installation.disk_space import measure_room
from master.settings import Settings
from master.settings_files import write_bot_settings
from master.supervision.event_socket import hang_doorbell
from master.telegram.delivery import LateAnswers, PatientRequests
from master.telegram.fsm_storage import DatabaseStorage, OneAtATime
from master.telegram.inbox import Inbox, KeepingDispatcher, Left, Recording
from master.telegram.notices import Notices
from master.telegram.polling import POLLING_TIMEOUT, RevocationWatch, Session
from personal_bot.contract import Report, write_report

logger = logging.getLogger(__name__)

LOCALES = Path(__file__).parent / "locales"
DRAIN = 6.0  # seconds; supervisord kills the master 10 s after SIGTERM
SETTINGS_INTERVAL = 60.0  # seconds
RECONNECT = BackoffConfig(min_delay=1.0, max_delay=30.0, factor=2.0, jitter=0.1)  # seconds


def open_i18n() -> I18n:
    """Open the catalogues. Raises SettingsError if they are not compiled."""
    try:
        return I18n(path=LOCALES, default_locale="en", domain="master")
    except RuntimeError as error:
        raise SettingsError(str(LOCALES), f"{error} Start with deploy/up, it compiles.") from error


def create_bot(settings: Settings) -> tuple[Bot, asyncio.Event]:
    """Return the bot, and the event that is set when Telegram refuses its token."""
    session = Session(settings.telegram_api_url)
    refused = asyncio.Event()
    session.middleware(LateAnswers())
    session.middleware(PatientRequests())
    session.middleware(RevocationWatch(refused))
    properties = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)
    bot = Bot(settings.master_bot_token.get_secret_value(), session=session, default=properties)
    return bot, refused


def create_dispatcher(
    control: Control, settings: Settings, i18n: I18n, in_flight: InFlight, inbox: Inbox
) -> KeepingDispatcher:
    users = Users(control.database)
    dispatcher = KeepingDispatcher(
        inbox,
        storage=DatabaseStorage(control.database, control.vault),
        events_isolation=OneAtATime(),
        disable_fsm=True,  # `install` puts it where it belongs
        i18n=i18n,
        users=users,
        manager=control.manager,
        admission=control.manager.admission,
        admin_user_ids=settings.admin_user_ids,
    )
    install(dispatcher, i18n, users, in_flight)
    dispatcher.include_router(create_router())
    return dispatcher


@dataclass(frozen=True)
class Application:
    settings: Settings
    control: Control
    bot: Bot
    dispatcher: KeepingDispatcher
    i18n: I18n
    in_flight: InFlight
    refused: asyncio.Event
    notices: Notices

    async def serve(self) -> None:
        """Look after the bots and poll until cancelled. Raises TokenRevokedError."""
        await run_until_first(self._look_after_bots(), self._poll())

    async def _look_after_bots(self) -> None:
        try:
            logger.info("Reconciled: %s", await self.control.manager.reconcile())
        except (MasterError, PeeweeException, OSError) as error:
            logger.error("Cannot reconcile yet: %s", error)  # noqa: TRY400 - a fact, not a defect
        with hang_doorbell(self.control.installation.bell) as doorbell:
            await run_until_first(self.control.manager.run_reconciler(), self.notices.run(doorbell))

    async def _poll(self) -> None:
        me = await self._reach_telegram()
        await publish_commands(self.bot, self.i18n)
        logger.info("Master @%s is running...", me)
        await self._report_ready(me)
        # Before polling, which brings new ones.
        left = await self.dispatcher.take_left(self.bot)
        await run_until_first(self._answer(left), self._keep_settings(me), self.refused.wait())
        if self.refused.is_set():
            raise TokenRevokedError

    async def _report_ready(self, username: str) -> None:
        """Write the ready mark, and tell bots to whom they can send their owners."""
        installation = self.control.installation
        ready = Report(pid=os.getpid(), started_at=time.time())
        try:
            await asyncio.to_thread(write_bot_settings, self.settings, username)
            await asyncio.to_thread(write_report, installation.master_report, ready)
        except OSError as error:  # a full disk is no reason to leave people without an answer
            logger.error("Cannot write the ready mark: %s", error)  # noqa: TRY400

    async def _keep_settings(self, username: str) -> None:
        """Mend what every bot reads at its start, should somebody spoil it."""
        while True:
            await asyncio.sleep(SETTINGS_INTERVAL)
            try:
                await asyncio.to_thread(write_bot_settings, self.settings, username)
            except OSError as error:
                logger.error("Cannot write the settings of bots: %s", error)  # noqa: TRY400

    async def _answer(self, left: list[Left]) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.dispatcher.feed_left(self.bot, left))
            tasks.create_task(self._listen())

    async def _listen(self) -> None:
        listening = asyncio.create_task(
            self.dispatcher.start_polling(
                self.bot,
                polling_timeout=POLLING_TIMEOUT,
                handle_signals=False,
                close_bot_session=False,
            )
        )
        await asyncio.sleep(0)  # `stop_polling` must find it started
        try:
            await asyncio.shield(listening)
        except asyncio.CancelledError:
            # Cancelling it instead would leave the request for updates behind.
            await self.dispatcher.stop_polling()
            await listening
            raise

    async def close(self) -> None:
        """Let running handlers finish, and tell Telegram that their updates were received."""
        late = await self.in_flight.drain(DRAIN)
        if late:
            logger.warning("%d updates were still being handled when the master stopped", late)
        if self.in_flight.last_update_id is None:
            return
        try:
            await self.bot.get_updates(
                offset=self.in_flight.last_update_id + 1, limit=1, timeout=0, request_timeout=2
            )
        except TelegramAPIError as error:
            logger.warning("The last updates may be delivered once more: %s", error)

    async def _reach_telegram(self) -> str:
        """Return the master's username, however long Telegram is away."""
        backoff = Backoff(RECONNECT)
        while True:
            try:
                me = await self.bot.me()
            except (TelegramUnauthorizedError, TelegramNotFound):
                raise TokenRevokedError from None
            except TelegramAPIError as error:
                logger.warning(
                    "Telegram is away, next try in %.0f s: %s", backoff.next_delay, error
                )
                await backoff.asleep()
            else:
                return me.username or str(me.id)


@asynccontextmanager
async def open_application(settings: Settings) -> AsyncIterator[Application]:
    """Put everything together; let running handlers finish before it is taken apart.

    Raises SettingsError, and peewee.PeeweeException if the database cannot be opened.
    """
    async with AsyncExitStack() as stack:
        control = await stack.enter_async_context(open_control(settings))
        try:
            write_bot_settings(settings)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise SettingsError("STATE_DIR", f"{error.filename}: {error.strerror}") from error
            logger.error("Bots start with the settings of before: %s", error)  # noqa: TRY400
        i18n, in_flight = open_i18n(), InFlight()
        bot, refused = create_bot(settings)
        stack.push_async_callback(bot.session.close)
        inbox = Inbox(control.database, control.vault)
        bot.session.middleware(Recording(inbox))
        dispatcher = create_dispatcher(control, settings, i18n, in_flight, inbox)
        notices = Notices(
            bot,
            i18n,
            Users(control.database),
            control.manager.watch,
            settings.admin_user_ids,
            measure_room=partial(measure_room, settings.state_dir),
        )
        application = Application(
            settings, control, bot, dispatcher, i18n, in_flight, refused, notices
        )
        stack.push_async_callback(application.close)
        yield application
