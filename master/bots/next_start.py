"""What an operator wants of bots while supervisord is not running: it counts at the next start."""

import asyncio

from master.accounts.registry import BotCard, Registry
from master.bots.statuses import BotStatus, read_status
from master.errors import BotNotFoundError
from master.installation.state_dir import Installation
from master.supervision.programs import Programs


class NextStart:
    """Changes rows and program files, which supervisord reads when it starts.

    The first reconciliation of the master does the rest. Every method may raise
    peewee.PeeweeException, and those with a `user_id` BotNotFoundError.
    """

    def __init__(self, installation: Installation, registry: Registry, programs: Programs) -> None:
        self._installation = installation
        self._registry = registry
        self._programs = programs

    async def set_active(self, user_id: int, *, active: bool) -> BotCard:
        """Store whether a bot will run. Raises ProgramError."""
        await self._find(user_id)
        card = await self._registry.set_active(user_id, active=active, by_operator=True)
        await asyncio.to_thread(self._programs.write, user_id, active=active)
        return card

    async def delete(self, user_id: int) -> BotCard:
        """Have a bot deleted; until then it does not run. Raises ProgramError."""
        card = await self._registry.begin_deletion(user_id, by_operator=True)
        await asyncio.to_thread(self._programs.write, user_id, active=False)
        return card

    async def status(self, user_id: int) -> BotStatus:
        """Return what is known of a bot that does not run."""
        return await asyncio.to_thread(self._read_status, await self._find(user_id))

    async def list_statuses(self) -> list[BotStatus]:
        """Return what is known of every bot, ordered by user_id."""
        cards = await self._registry.list_cards()
        return await asyncio.to_thread(lambda: [self._read_status(card) for card in cards])

    def _read_status(self, card: BotCard) -> BotStatus:
        return read_status(card, None, self._installation.bot(card.user_id))

    async def _find(self, user_id: int) -> BotCard:
        card = await self._registry.find(user_id)
        if card is None:
            raise BotNotFoundError(user_id)
        return card
