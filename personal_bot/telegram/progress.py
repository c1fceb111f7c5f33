"""The one message about files that came together: a line for each, edited as they advance."""

from collections.abc import Mapping

from personal_bot.telegram.delivery import Messenger
from personal_bot.telegram.live_messages import LiveMessage
from personal_bot.telegram.texts import documents as texts

_ADDED = "✅"  # a line that begins so is of a file that was added, wholly or in part


class Progress:
    """What the message says. Files are known by the ids of their jobs, and shown in that order."""

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

    def load(self, finished: Mapping[int, str], waiting: Mapping[int, str]) -> None:
        """Take over the lines of `finished` files, and the names of those still `waiting`."""
        self._finished = dict(finished)
        self._pending = {
            job_id: self._pending.get(job_id) or texts.show_queued(name)
            for job_id, name in waiting.items()
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
        await self._messenger.edit_or_send(self._chat_id, self.reply_id or None, self._render())

    def _render(self) -> str:
        lines = [text for _, text in sorted({**self._finished, **self._pending}.items())]
        added = sum(line.startswith(_ADDED) for line in lines)
        return texts.show_progress(lines, len(self._finished), added)
