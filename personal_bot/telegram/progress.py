"""The one message about files that came together: a line for each, edited as they advance."""

from personal_bot.jobs.queue import find_files, read_payload
from personal_bot.storage.models import Job, Outcome
from personal_bot.telegram.delivery import LiveMessage, Messenger
from personal_bot.telegram.texts import documents as texts

_ADDED = "✅"  # a line that begins so is of a file that was added, wholly or in part


class Progress:
    """What the message says. Lines of finished files are those of the database."""

    def __init__(
        self, messenger: Messenger, chat_id: int, reply_id: int, edit_interval: float
    ) -> None:
        self.reply_id = reply_id
        self._messenger = messenger
        self._chat_id = chat_id
        self._live = LiveMessage(messenger, chat_id, reply_id, edit_interval)
        self._finished: dict[int, str] = {}
        self._pending: dict[int, str] = {}

    @property
    def live(self) -> LiveMessage:
        return self._live

    def load(self, state: tuple[list[Outcome], list[Job]]) -> None:
        outcomes, jobs = state
        self._finished = {row.job_id: row.text for row in outcomes}
        self._pending = {
            job.job_id: self._pending.get(job.job_id)
            or texts.show_queued(read_payload(job)["name"])
            for job in jobs
        }

    def show(self, job_id: int, line: str) -> None:
        """Let the line of one file change."""
        self._pending[job_id] = line
        self._live.show(self._render())

    async def pause(self) -> None:
        """Show how it stands, as nothing changes for a while.

        Raises TelegramAPIError and MessageGoneError.
        """
        await self._messenger.edit(self._chat_id, self.reply_id, self._render())

    async def finish(self, job_id: int, line: str) -> bool:
        """Show the end of one file; return whether it was the last. Raises TelegramAPIError."""
        self._pending.pop(job_id, None)
        self._finished[job_id] = line
        if self._pending:
            self._live.show(self._render())
            return False
        await self.close()
        return True

    async def close(self) -> None:
        """Show how it ended, in a new message if the old one is gone. Raises TelegramAPIError."""
        await self._messenger.put(self._chat_id, self.reply_id or None, self._render())

    def _render(self) -> str:
        lines = [text for _, text in sorted({**self._finished, **self._pending}.items())]
        added = sum(line.startswith(_ADDED) for line in lines)
        return texts.show_progress(lines, len(self._finished), added)


def read_progress(reply_id: int) -> tuple[list[Outcome], list[Job]]:
    """Return what was finished and what was not; a query for `Database.run`."""
    outcomes = Outcome.select().where(Outcome.reply_id == reply_id).order_by(Outcome.job_id)
    return list(outcomes), find_files(reply_id)


def record_outcome(job: Job, text: str) -> None:
    Outcome.insert(
        job_id=job.job_id, reply_id=job.reply_id, chat_id=job.chat_id, text=text
    ).on_conflict_replace().execute()


def forget_outcomes(reply_id: int) -> None:
    Outcome.delete().where(Outcome.reply_id == reply_id).execute()


def find_unclosed() -> list[tuple[int, int]]:
    """Return (chat_id, reply_id) of messages whose files are all done, but that do not say so."""
    pending = Job.select(Job.reply_id).where(Job.reply_id.is_null(False))
    rows = Outcome.select().where(Outcome.reply_id.not_in(pending))
    return sorted({(row.chat_id, row.reply_id) for row in rows})
