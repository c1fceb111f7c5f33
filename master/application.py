"""The master as a running application: composition of its parts, serving and shutdown."""

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

import personal_bot.bot_api  # noqa: F401 - first, because it defers aiogram's models

# isort: split
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
from master.control_plane import ControlPlane, open_control_plane
from master.errors import MasterError, SettingsError, TokenRevokedError
from master.first_completed import run_until_first_completed
from master.handlers.general import publish_commands
from master.handlers.middlewares import install_middlewares
from master.handlers.root import create_router
from master.installation.disk_space import measure_disk_space
from master.settings import Settings
from master.settings_files import write_bot_settings
from master.supervision.event_socket import open_event_socket
from master.telegram import texts
from master.telegram.delivery import IgnoreLateCallbackAnswers, RetryingRequests
from master.telegram.fsm_storage import DatabaseStorage, UserEventIsolation
from master.telegram.inbox import Inbox, RecordingDispatcher
from master.telegram.notices import Notices
from master.telegram.operators import Operators
from master.telegram.polling import RecordingPoller
from personal_bot.bot_api.session import Session
from personal_bot.contract import Report, call_service, write_report

logger = logging.getLogger(__name__)

LOCALES = Path(__file__).parent / "locales"
DRAIN = 6.0  # seconds; supervisord kills the master 10 s after SIGTERM
REQUEST_TIME = 20.0  # seconds; polling sets a timeout of its own
SETTINGS_INTERVAL = 60.0  # seconds
RECONNECT = BackoffConfig(min_delay=1.0, max_delay=30.0, factor=2.0, jitter=0.1)  # seconds


def open_i18n() -> I18n:
    """Load the message catalogues. Raises SettingsError if they are not compiled."""
    try:
        return I18n(path=LOCALES, default_locale="en", domain="master")
    except RuntimeError as error:
        raise SettingsError(
            str(LOCALES), f"{error} Start with deploy/up, which compiles them."
        ) from error


def create_bot(settings: Settings) -> Bot:
    session = Session(settings.telegram_api_url, REQUEST_TIME)
    session.middleware(IgnoreLateCallbackAnswers())
    session.middleware(RetryingRequests())
    properties = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)
    return Bot(settings.master_bot_token.get_secret_value(), session=session, default=properties)


def create_dispatcher(
    control: ControlPlane, settings: Settings, i18n: I18n, inbox: Inbox, bot: Bot
) -> RecordingDispatcher:
    users = Users(control.database)
    dispatcher = RecordingDispatcher(
        inbox,
        storage=DatabaseStorage(control.database, control.vault),
        events_isolation=UserEventIsolation(),
        disable_fsm=True,  # `install_middlewares` adds it in the right order
        i18n=i18n,
        users=users,
        manager=control.manager,
        admission=control.manager.admission,
        operators=Operators(bot, i18n, users, settings.admin_user_ids),
        admin_user_ids=settings.admin_user_ids,
    )
    install_middlewares(dispatcher, i18n, users)
    dispatcher.include_router(create_router())
    return dispatcher


@dataclass(frozen=True)
class Application:
    settings: Settings
    control: ControlPlane
    bot: Bot
    dispatcher: RecordingDispatcher
    poller: RecordingPoller
    i18n: I18n
    notices: Notices

    async def serve(self) -> None:
        """Supervise the bots and poll Telegram until cancelled. Raises TokenRevokedError."""
        await run_until_first_completed(self._look_after_bots(), self._poll())

    async def _look_after_bots(self) -> None:
        try:
            logger.info("Reconciled: %s", await self.control.manager.reconcile())
        except (MasterError, PeeweeException, OSError) as error:
            logger.error("Cannot reconcile yet: %s", error)  # noqa: TRY400 - expected, no traceback
        with open_event_socket(self.control.installation.event_socket) as event_socket:
            await run_until_first_completed(
                self.control.manager.run_reconciler(), self.notices.run(event_socket)
            )

    async def _poll(self) -> None:
        me = await self._reach_telegram()
        await publish_commands(self.bot, self.i18n)
        logger.info("Master @%s is running...", me)
        await self._report_ready(me)
        await self.dispatcher.start_pending(self.bot)
        await run_until_first_completed(self.poller.run(), self._keep_settings(me))

    async def _report_ready(self, username: str) -> None:
        """Write the ready report, and the master's username into the settings of the bots."""
        installation = self.control.installation
        ready = Report(pid=os.getpid(), started_at=time.time())
        try:
            await asyncio.to_thread(write_bot_settings, self.settings, username)
            await asyncio.to_thread(write_report, installation.master_report, ready)
        except OSError as error:  # keep answering users even if the disk is full
            logger.error("Cannot write the master's report: %s", error)  # noqa: TRY400

    async def _keep_settings(self, username: str) -> None:
        """Restore the bots' settings file every minute in case it was changed or damaged."""
        while True:
            await asyncio.sleep(SETTINGS_INTERVAL)
            try:
                await asyncio.to_thread(write_bot_settings, self.settings, username)
            except OSError as error:
                logger.error("Cannot write the bots' settings: %s", error)  # noqa: TRY400

    async def close(self) -> None:
        """Wait for running handlers, up to DRAIN, and acknowledge their updates to Telegram."""
        late = await self.dispatcher.drain(DRAIN)
        if late:
            logger.warning("The master stopped while %d updates were being handled", late)
        await self.poller.confirm()

    async def _reach_telegram(self) -> str:
        """Return the master's username; retry with backoff until Telegram responds.

        Raises TokenRevokedError.
        """
        backoff = Backoff(RECONNECT)
        while True:
            try:
                me = await self.bot.me()
            except (TelegramUnauthorizedError, TelegramNotFound):
                raise TokenRevokedError from None
            except TelegramAPIError as error:
                logger.warning(
                    "Cannot reach Telegram, retrying in %.0f s: %s", backoff.next_delay, error
                )
                await backoff.asleep()
            else:
                return me.username or str(me.id)


@asynccontextmanager
async def open_application(settings: Settings) -> AsyncIterator[Application]:
    """Build the application; on exit, wait for running handlers before closing its parts.

    Raises SettingsError, and peewee.PeeweeException if the database cannot be opened.
    """
    async with AsyncExitStack() as stack:
        control = await stack.enter_async_context(open_control_plane(settings))
        try:
            write_bot_settings(settings)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise SettingsError("STATE_DIR", f"{error.filename}: {error.strerror}") from error
            logger.error("Bots keep starting with the earlier settings: %s", error)  # noqa: TRY400
        i18n, bot = open_i18n(), create_bot(settings)
        call_service(settings.openai_base_url, settings.service_name)
        texts.set_services(settings.openai_base_url, settings.embedding_base_url)
        stack.push_async_callback(bot.session.close)
        inbox = Inbox(control.database, control.vault)
        dispatcher = create_dispatcher(control, settings, i18n, inbox, bot)
        poller = RecordingPoller(bot, inbox, dispatcher)
        notices = Notices(
            bot,
            i18n,
            Users(control.database),
            control.manager.monitor,
            control.manager.operator_actions,
            operators=settings.admin_user_ids,
            measure_disk_space=partial(measure_disk_space, settings.state_dir),
        )
        application = Application(settings, control, bot, dispatcher, poller, i18n, notices)
        stack.push_async_callback(application.close)
        yield application
