"""The only entry point for creating, starting, stopping, changing and deleting bots."""

import logging

from master.accounts.admission import Admission
from master.accounts.credentials import CredentialsWriter
from master.accounts.database import Database
from master.accounts.locks import UserLocks
from master.accounts.operator_actions import OperatorActions
from master.accounts.registry import BotCard, BotRecord, Registry
from master.accounts.users import Users
from master.accounts.vault import Vault
from master.bots.deletion import BotDeleter, Deletion
from master.bots.inspection import BotInspector
from master.bots.languages import LanguageFiles
from master.bots.monitoring import Monitor, name_condition
from master.bots.notice_log import NoticeLog
from master.bots.reconciliation import Reconciler, Reconciliation
from master.bots.stages import OnStage, Stage, ignore_stage
from master.bots.starting import Spawner
from master.errors import (
    BotStartError,
    MasterError,
    ProgramError,
    SupervisorError,
)
from master.services.bot_tokens import BotIdentity
from master.settings import Settings
from master.supervision.programs import Programs
from master.supervision.supervisor import Supervisor

log = logging.getLogger(__name__)


class BotManager(BotInspector):
    """Manages one bot per user. Operations on one bot run one at a time; bots run in parallel.

    Every method raises SupervisorError if supervisord fails, and peewee.PeeweeException if the
    database fails; other errors are named.

    `called_by_owners`: whether the calls come from the bots' owners, not from an operator. An owner
    sees in the reply that a start failed, so that condition is recorded as told. `monitor` finds
    all other conditions that owners must be told about, and `operator_actions` tells what an
    operator did to their bots.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        vault: Vault,
        programs: Programs,
        supervisor: Supervisor,
        *,
        called_by_owners: bool = True,
    ) -> None:
        installation = settings.installation
        registry = Registry(database, vault)
        credentials = CredentialsWriter(
            installation, vault, settings.qdrant_secret, settings.embedding_secret
        )
        spawner = Spawner(installation, credentials, programs, supervisor)
        super().__init__(installation, registry, spawner)
        self.admission = Admission(registry, settings)
        self._locks = UserLocks()
        self._deleter = BotDeleter(
            installation,
            registry,
            programs,
            spawner,
            qdrant_url=settings.qdrant_url,
            qdrant_api_key=settings.qdrant_secret,
        )
        self._reconciler = Reconciler(
            registry, programs, supervisor, spawner, self._deleter, locks=self._locks
        )
        self._by_operator = not called_by_owners
        self.operator_actions = OperatorActions(database)
        self._languages = LanguageFiles(installation, Users(database))
        self._notice_log = NoticeLog(database)
        self.monitor = Monitor(
            installation, registry, self._notice_log, spawner, self._reconciler, locks=self._locks
        )

    async def create(
        self,
        user_id: int,
        identity: BotIdentity,
        token: str,
        key: str,
        on_stage: OnStage = ignore_stage,
    ) -> BotCard:
        """Register a bot, start it and wait until it is ready.

        Calling it again for the same bot continues an interrupted creation, with the new token and
        key. A bot that dies stays registered, so that its owner can replace what is wrong; a new
        bot that could not even be configured is removed again.
        Raises TokenIsMasterError, TokenTakenError, BotExistsError, BotStartError, ProgramError,
        OSError.
        """
        async with self._locks.of(user_id):
            await self._finish_deletion(user_id)
            is_new = await self.find(user_id) is None
            await self.admission.check_token_is_free(user_id, identity.bot_id)
            card = await self._registry.save(user_id, identity, token, key)
            await on_stage(Stage.SAVED)
            reached: list[Stage] = []

            async def follow(stage: Stage) -> None:
                reached.append(stage)
                await on_stage(stage)

            try:
                await self._restart(user_id, follow)
            except (ProgramError, OSError, SupervisorError):
                if is_new and Stage.CONFIGURED not in reached:
                    await self._undo(card)
                raise
            return card

    async def start(self, user_id: int, on_stage: OnStage = ignore_stage) -> BotCard:
        """Start a bot, now and after every restart of the machine; wait until it is ready.

        Starting a running bot is not an error.
        Raises BotNotFoundError, BotStartError, ProgramError, OSError, VaultError.
        """
        async with self._locks.of(user_id):
            await self.get(user_id)
            await self._set_active(user_id, active=True)
            return await self._start(await self._registry.read(user_id), on_stage)

    async def stop(self, user_id: int) -> BotCard:
        """Stop a bot until it is started again; it stays stopped after a restart of the machine.

        Stopping a stopped bot is not an error. Raises BotNotFoundError, ProgramError, OSError,
        VaultError.
        """
        async with self._locks.of(user_id):
            await self.get(user_id)
            await self._set_active(user_id, active=False)
            bot = await self._registry.read(user_id)
            await self._spawner.configure(bot)
            await self._spawner.stop(user_id)
            return bot.card

    async def restart(self, user_id: int, on_stage: OnStage = ignore_stage) -> BotCard:
        """Stop a bot if it is running, then start it. Raises what `start` raises."""
        async with self._locks.of(user_id):
            await self.get(user_id)
            await self._set_active(user_id, active=True)
            return await self._restart(user_id, on_stage)

    async def replace_token(
        self, user_id: int, identity: BotIdentity, token: str, on_stage: OnStage = ignore_stage
    ) -> BotCard:
        """Replace the token, even by that of another bot; restart the bot unless it was stopped.

        Raises TokenIsMasterError, TokenTakenError and what `start` raises.
        """
        async with self._locks.of(user_id):
            await self.get(user_id)
            await self.admission.check_token_is_free(user_id, identity.bot_id)
            card = await self._registry.replace_token(user_id, identity, token)
            return await self._apply(card, on_stage)

    async def replace_key(
        self, user_id: int, key: str, on_stage: OnStage = ignore_stage
    ) -> BotCard:
        """Replace the OpenAI key of a bot; restart the bot unless it was stopped.

        Raises what `start` raises.
        """
        async with self._locks.of(user_id):
            await self.get(user_id)
            card = await self._registry.replace_key(user_id, key)
            return await self._apply(card, on_stage)

    async def delete(self, user_id: int) -> Deletion:
        """Delete a bot with everything that belongs to it; call it again if it fails.

        Raises BotNotFoundError, QdrantUnreachableError, ProgramError, OSError.
        """
        async with self._locks.of(user_id):
            return await self._deleter.delete(user_id, by_operator=self._by_operator)

    async def share_language(self, user_id: int) -> None:
        """Have the user's bot, if there is one, speak the language that they chose."""
        if await self.find(user_id):
            await self._languages.write(user_id)

    async def finish_deletion(self, user_id: int) -> Deletion | None:
        """Finish an interrupted deletion; return None if there is none.

        Raises what `delete` raises.
        """
        async with self._locks.of(user_id):
            return await self._finish_deletion(user_id)

    async def reconcile(self) -> Reconciliation:
        """Repair the differences between database, program files and supervisord."""
        return await self._reconciler.reconcile()

    async def run_reconciler(self) -> None:
        """Reconcile every minute until cancelled."""
        await self._reconciler.run()

    async def _set_active(self, user_id: int, *, active: bool) -> None:
        await self._registry.set_active(user_id, active=active, by_operator=self._by_operator)

    async def _restart(self, user_id: int, on_stage: OnStage) -> BotCard:
        bot = await self._registry.read(user_id)
        await self._spawner.stop(user_id)
        return await self._start(bot, on_stage)

    async def _start(self, bot: BotRecord, on_stage: OnStage) -> BotCard:
        user_id = bot.card.user_id
        await self._languages.write(user_id)
        try:
            await self._spawner.start(bot, on_stage)
        except BotStartError as error:
            if not self._by_operator:
                await self._notice_log.record(user_id, name_condition(error.diagnosis))
            raise
        await self._notice_log.forget([user_id])
        return bot.card

    async def _apply(self, card: BotCard, on_stage: OnStage) -> BotCard:
        if card.active:
            return await self._restart(card.user_id, on_stage)
        await self._spawner.configure(await self._registry.read(card.user_id))
        return card

    async def _finish_deletion(self, user_id: int) -> Deletion | None:
        for card in await self._registry.list_deleting():
            if card.user_id == user_id:
                return await self._deleter.delete(user_id)
        return None

    async def _undo(self, card: BotCard) -> None:
        """Delete a bot that could not be configured; on failure a reconciliation finishes it."""
        try:
            await self._deleter.delete(card.user_id)
        except (MasterError, OSError) as error:
            log.warning("Cannot remove the unfinished bot of user %s yet: %s", card.user_id, error)
