"""The progress message of files that arrived together, with one line per file."""

from collections.abc import Mapping

from aiogram.types import InlineKeyboardMarkup

from personal_bot.telegram.delivery import Messenger
from personal_bot.telegram.live_messages import LiveMessage
from personal_bot.telegram.texts import documents as texts

_ADDED = ("✅", "⚠️")  # start the line of a file that was added, at least in part


class Progress:
    """The state of one progress message. Files are identified and sorted by their job ids."""

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
        """Set the final lines of `finished` files and the names of `waiting` ones, by job id."""
        self._finished = dict(finished)
        self._pending = {
            job_id: self._pending.get(job_id) or texts.show_queued(name)
            for job_id, name in waiting.items()
        }

    def show(self, job_id: int, line: str) -> None:
        """Change the line of one file."""
        self._pending[job_id] = line
        self._live.show(self._render())

    async def pause(self) -> None:
        """Show the current state before a pause. Raises TelegramAPIError, MessageGoneError."""
        await self._messenger.edit(self._chat_id, self.reply_id, self._render())

    async def finish(
        self, job_id: int, line: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> bool:
        """Show the final line of a file; tell whether it was the last. Raises TelegramAPIError.

        `keyboard` is shown below the last one.
        """
        self._pending.pop(job_id, None)
        self._finished[job_id] = line
        if self._pending:
            self._live.show(self._render())
            return False
        await self.close(keyboard)
        return True

    async def close(self, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Show the final state, if need be in a new message. Raises TelegramAPIError."""
        await self._messenger.edit_or_send(
            self._chat_id, self.reply_id or None, self._render(), keyboard
        )

    def _render(self) -> str:
        lines = [text for _, text in sorted({**self._finished, **self._pending}.items())]
        added = sum(line.startswith(_ADDED) for line in lines)
        known = sum(line.startswith(texts.KNOWN) for line in lines)
        return texts.show_progress(lines, len(self._finished), added, known)
