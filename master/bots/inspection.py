"""Read-only queries about users' bots: cards, statuses and diagnoses."""

import asyncio

from master.accounts.registry import BotCard, Registry
from master.bots.diagnostics import Diagnosis
from master.bots.starting import Spawner
from master.bots.statuses import BotStatus, ProcessInfo, describe_process, read_status
from master.errors import BotNotFoundError
from master.installation.state_dir import Installation
from master.supervision.supervisor import Process


class BotInspector:
    """Answers queries about bots.

    Every method may raise SupervisorError and peewee.PeeweeException; others are named.
    """

    def __init__(self, installation: Installation, registry: Registry, spawner: Spawner) -> None:
        self._installation = installation
        self._registry = registry
        self._spawner = spawner

    async def find(self, user_id: int) -> BotCard | None:
        return await self._registry.find(user_id)

    async def get(self, user_id: int) -> BotCard:
        """Return the user's bot. Raises BotNotFoundError."""
        card = await self.find(user_id)
        if card is None:
            raise BotNotFoundError(user_id)
        return card

    async def list_cards(self) -> list[BotCard]:
        return await self._registry.list_cards()

    async def status(self, user_id: int) -> BotStatus:
        """Return the status of a bot. Raises BotNotFoundError."""
        card = await self.get(user_id)
        process = await self._spawner.find_process(user_id)
        return await asyncio.to_thread(self._status, card, process)

    async def list_statuses(self) -> list[BotStatus]:
        """Return the status of every bot, ordered by user_id."""
        processes = await self._spawner.list_processes()
        cards = await self.list_cards()
        return await asyncio.to_thread(
            lambda: [self._status(card, processes.get(card.user_id)) for card in cards]
        )

    async def diagnose(self, user_id: int) -> Diagnosis:
        """Return what is probably wrong with a bot. Raises BotNotFoundError, OSError."""
        card = await self.get(user_id)
        return await self._spawner.diagnose(user_id, active=card.active)

    async def is_bot_running(self, user_id: int) -> bool:
        """Tell whether a bot is running and polls Telegram."""
        return await self._spawner.find_ready_process(user_id) is not None

    async def get_process_info(self, user_id: int) -> ProcessInfo:
        """Describe the process of a user's bot; NOT_FOUND if there is none. Raises OSError."""
        return describe_process(await self._spawner.diagnose(user_id, active=True))

    async def count_running(self) -> int:
        """Count the bots that are running and poll Telegram."""
        return sum(status.is_ready for status in await self.list_statuses())

    def _status(self, card: BotCard, process: Process | None) -> BotStatus:
        return read_status(card, process, self._installation.bot(card.user_id))
