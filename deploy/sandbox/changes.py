"""Changes that a person sees: a revision that increases with each, and waiting for the next."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox.journal import Journal
from deploy.sandbox.records import Counter, Message

#: How long a chat action is shown.
TYPING_SECONDS = 5.0
#: How long a draft, the preview of a message, is shown.
DRAFT_SECONDS = 30.0
_RESERVED_AT_ONCE = 1000
_REMEMBERED_ANSWERS = 100


@dataclass
class Answer:
    """A bot's answer to a callback query."""

    revision: int
    bot_id: int
    callback_query_id: str
    text: str | None
    show_alert: bool


@dataclass
class Draft:
    bot_id: int
    draft_id: int
    text: str
    entities: list[dict[str, Any]]
    until: float


@dataclass
class View:
    """What one person sees, and the requests that wait for changes. Times are monotonic."""

    revision: int = 0
    messages: OrderedDict[str, Message] = field(default_factory=OrderedDict)
    answers: deque[Answer] = field(default_factory=lambda: deque(maxlen=_REMEMBERED_ANSWERS))
    typing: dict[int, float] = field(default_factory=dict)
    drafts: dict[int, Draft] = field(default_factory=dict)
    waiting: set[asyncio.Future[None]] = field(default_factory=set)

    def list_messages(self, since: int) -> list[Message]:
        """Return the messages changed after the revision `since`, oldest change first."""
        changed = []
        for message in reversed(self.messages.values()):
            if message.revision <= since:
                break
            changed.append(message)
        return changed[::-1]


class Changes:
    """The revisions of all persons.

    They keep increasing after a restart, because each thousand is reserved in the journal.
    """

    def __init__(self, journal: Journal, counter: Counter) -> None:
        self._journal = journal
        self._counter = counter
        self._revision = counter.reserved
        self._views: dict[int, View] = {}
        self._closed = False

    @property
    def revision(self) -> int:
        return self._revision

    def view(self, user_id: int) -> View:
        return self._views.setdefault(user_id, View())

    def restore(self, user_id: int, message: Message) -> None:
        """Restore a message from the journal; to be called in the order of revisions."""
        view = self.view(user_id)
        view.messages[message.key] = message
        view.revision = message.revision

    def next_revision(self) -> int:
        self._revision += 1
        if self._revision > self._counter.reserved:
            self._counter.reserved = self._revision + _RESERVED_AT_ONCE
            self._journal.save(self._counter)
        return self._revision

    def touch(self, user_id: int) -> int:
        """Record a change for this person and wake the waiting requests; return the revision."""
        view = self.view(user_id)
        view.revision = self.next_revision()
        for waiter in view.waiting:
            if not waiter.done():
                waiter.set_result(None)
        return view.revision

    def note_message(self, user_id: int, message: Message) -> None:
        view = self.view(user_id)
        message.revision = self.touch(user_id)
        view.messages[message.key] = message
        view.messages.move_to_end(message.key)
        if message.is_from_bot:
            view.typing.pop(message.bot_id, None)
            view.drafts.pop(message.bot_id, None)

    def note_answer(self, user_id: int, answer: Answer) -> None:
        answer.revision = self.touch(user_id)
        self.view(user_id).answers.append(answer)

    def note_typing(self, user_id: int, bot_id: int) -> None:
        self.view(user_id).typing[bot_id] = time.monotonic() + TYPING_SECONDS
        self._touch_now_and_after(user_id, TYPING_SECONDS)

    def note_draft(self, user_id: int, draft: Draft) -> None:
        self.view(user_id).drafts[draft.bot_id] = draft
        self._touch_now_and_after(user_id, DRAFT_SECONDS)

    async def wait(self, user_id: int, since: int, seconds: float) -> View:
        """Wait until the person's revision is above `since`, at most `seconds`; return the view."""
        view = self.view(user_id)
        if view.revision > since or seconds <= 0 or self._closed:
            return view
        waiter = asyncio.get_running_loop().create_future()
        view.waiting.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            pass
        finally:
            view.waiting.discard(waiter)
        return view

    def close(self) -> None:
        self._closed = True
        for user_id in self._views:
            self.touch(user_id)

    def _touch_now_and_after(self, user_id: int, seconds: float) -> None:
        self.touch(user_id)
        again: Callable[[int], object] = self.touch
        asyncio.get_running_loop().call_later(seconds + 0.05, again, user_id)
