import asyncio

import pytest
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError, TelegramServerError
from aiogram.methods import EditMessageText, SendMessage

from personal_bot.storage.models import Placeholder
from personal_bot.telegram.delivery import Messenger
from personal_bot.telegram.placeholders import Placeholders

OWNER = 5
LOST = TelegramNetworkError(SendMessage(chat_id=OWNER, text="x"), "the answer was lost")


@pytest.fixture
def place(context):
    async def run(newest_id: int = 99, placeholders: Placeholders = context.placeholders):
        recorded: list[int] = []
        message_id = await placeholders.place(OWNER, "…", newest_id, recorded.append)
        assert recorded == [message_id]
        return message_id

    return run


async def test_a_message_is_placed_with_one_request(place, telegram):
    assert await place() in telegram.messages
    assert len(telegram.calls) == 1


async def test_messages_whose_answer_was_lost_are_removed(place, telegram):
    error = TelegramServerError(SendMessage(chat_id=OWNER, text="x"), "502")
    telegram.lose(SendMessage, LOST, error)
    last = await place()
    assert list(telegram.messages) == [last]


async def test_a_message_that_a_killed_process_did_not_note_is_removed(
    place, context, bot, telegram, database
):
    gone = asyncio.CancelledError()
    telegram.lose(SendMessage, gone)
    with pytest.raises(asyncio.CancelledError):
        await place()
    assert len(telegram.messages) == 1
    successor = Placeholders(Messenger(bot, first_pause=0), database)
    last = await place(placeholders=successor)
    assert list(telegram.messages) == [last]


async def test_messages_that_are_known_are_not_touched(place, context, telegram):
    """Earlier placeholders and replies that were sent in between are kept."""
    first = await place()
    second = await context.messenger.send(OWNER, "Help")
    telegram.lose(SendMessage, LOST)
    third = await place()
    assert list(telegram.messages) == [first, second, third]
    assert not telegram.messages[second].edits


async def test_what_a_person_wrote_is_not_deleted(place, telegram, monkeypatch):
    """A person's message is told apart by an edit, which fails; deleting it would succeed."""
    telegram.lose(SendMessage, LOST)
    last = await place(newest_id=90)
    edited = {call.message_id for call in telegram.list_calls(EditMessageText)}
    assert 95 in edited
    assert list(telegram.messages) == [last]


async def test_a_blocked_bot_remembers_what_it_began(place, telegram, database):
    error = TelegramForbiddenError(SendMessage(chat_id=OWNER, text="x"), "blocked")
    telegram.refuse(SendMessage, error)
    with pytest.raises(TelegramForbiddenError):
        await place()
    assert (await database.run(Placeholder.get_by_id, OWNER)).after == 99
    await place()
    assert (await database.run(Placeholder.get_by_id, OWNER)).after is None
