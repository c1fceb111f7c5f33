"""The messages whose buttons are current; those of earlier ones are removed.

Their ids are preferences, so a restart leaves no buttons behind.
"""

from enum import StrEnum

from personal_bot.storage.preferences import Preferences
from personal_bot.telegram.delivery import Messenger


class Place(StrEnum):
    """What a message offers with its buttons. One message at a time has the buttons of each."""

    LIST = "list_message"
    QUESTION = "question_message"
    OFFER = "offer_message"


class OpenButtons:
    """Remembers the messages with current buttons in the owner's chat."""

    def __init__(self, messenger: Messenger, preferences: Preferences, chat_id: int) -> None:
        self._messenger = messenger
        self._preferences = preferences
        self._chat_id = chat_id

    def find(self, place: Place) -> int | None:
        """Return the id of the message with these buttons, or None."""
        found = self._preferences.get(place)
        return int(found) if found else None

    async def move(self, place: Place, message_id: int) -> None:
        """Remember the message that shows these buttons now; remove them from the one before."""
        earlier = self.find(place)
        await self._preferences.set(place, str(message_id))
        if earlier is not None and earlier != message_id:
            await self._messenger.show_buttons(self._chat_id, earlier)

    async def close(self, place: Place) -> None:
        """Remove these buttons, wherever they are."""
        message_id = self.find(place)
        if message_id is not None:
            await self.forget(place, message_id)
            await self._messenger.show_buttons(self._chat_id, message_id)

    async def forget(self, place: Place, message_id: int | None) -> None:
        """Note that a message does not show these buttons any more."""
        if message_id is not None and self.find(place) == message_id:
            await self._preferences.remove(place)
