"""The context of handlers and job handlers: the objects of one bot that outlive an update."""

from dataclasses import dataclass
from pathlib import Path

from personal_bot.contract import Condition
from personal_bot.errors import OpenAIError, PersonalBotError
from personal_bot.jobs.queue import JobQueue
from personal_bot.jobs.services import Services
from personal_bot.process.reports import Reporter, find_condition
from personal_bot.settings import Settings
from personal_bot.storage.database import Database
from personal_bot.storage.outage import DatabaseOutage
from personal_bot.storage.preferences import Preferences
from personal_bot.telegram.delivery import Messenger
from personal_bot.telegram.languages import Languages
from personal_bot.telegram.live_messages import EDIT_INTERVAL
from personal_bot.telegram.open_buttons import OpenButtons
from personal_bot.telegram.placeholders import Placeholders
from personal_bot.telegram.texts import explain


@dataclass(frozen=True)
class Context:
    user_id: int
    settings: Settings
    uploads: Path  # folder of downloaded files that are not indexed yet
    database: Database
    preferences: Preferences
    languages: Languages
    messenger: Messenger
    placeholders: Placeholders
    queue: JobQueue
    services: Services
    reporter: Reporter
    outage: DatabaseOutage
    edit_interval: float = EDIT_INTERVAL  # seconds

    @property
    def open_buttons(self) -> OpenButtons:
        return OpenButtons(self.messenger, self.preferences, self.user_id)

    def explain(self, error: PersonalBotError) -> str:
        return explain(error, self.settings.master_username)

    async def note_problem(self, error: PersonalBotError) -> None:
        """Report the condition behind an error, unless it concerns one question or file only."""
        condition = find_condition(error)
        if condition is not None:
            detail = ""
            if condition is Condition.MISCONFIGURED and isinstance(error, OpenAIError):
                detail = f"{error.service}, {error.model}: {error}"  # what the operator has to set
            await self.reporter.add_problem(condition, detail)

    async def count_documents(self) -> None:
        """Report the current number of documents and passages."""
        usage = await self.services.count()
        await self.reporter.count(usage.documents, usage.passages)
