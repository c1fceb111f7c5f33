import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import SendMessage

from personal_bot.telegram.delivery import MessageGoneError, Messenger
from personal_bot.telegram.rich_text import RichText, Span, Style

OWNER = 5
METHOD = SendMessage(chat_id=OWNER, text="x")


@pytest.fixture
def messenger(bot: Bot) -> Messenger:
    return Messenger(bot, first_pause=0, longest_pause=0)


async def test_a_flood_or_an_outage_is_waited_out(messenger, telegram) -> None:
    telegram.refuse(
        SendMessage,
        TelegramRetryAfter(METHOD, "Too Many Requests", 0),
        TelegramNetworkError(METHOD, "gone"),
        TelegramServerError(METHOD, "Bad Gateway"),
    )
    await messenger.send(OWNER, "hello")
    assert [shown.text for shown in telegram.messages.values()] == ["hello"]


async def test_a_blocked_bot_does_not_try_again(messenger, telegram) -> None:
    telegram.refuse(SendMessage, TelegramForbiddenError(METHOD, "bot was blocked by the user"))
    with pytest.raises(TelegramForbiddenError):
        await messenger.send(OWNER, "hello")


async def test_an_edit_that_changes_nothing_is_not_an_error(messenger, telegram) -> None:
    message_id = await messenger.send(OWNER, "same")
    await messenger.edit(OWNER, message_id, "same")
    assert telegram.last.edits == []


async def test_a_message_that_is_gone_is_replaced(messenger, telegram) -> None:
    message_id = await messenger.send(OWNER, "first")
    telegram.messages.clear()
    with pytest.raises(MessageGoneError):
        await messenger.edit(OWNER, message_id, "second")
    assert await messenger.edit_or_send(OWNER, message_id, "second", reply_to=7) != message_id
    assert (telegram.last.text, telegram.last.reply_to) == ("second", 7)


async def test_offsets_are_counted_in_utf16_units(messenger, telegram) -> None:
    await messenger.send(OWNER, RichText("😀 bold", (Span(Style.BOLD, 2, 6),)))
    [entity] = telegram.list_calls(SendMessage)[0].entities
    assert (entity.type, entity.offset, entity.length) == ("bold", 3, 4)


async def test_text_of_a_model_is_never_parsed_as_html(messenger, telegram) -> None:
    await messenger.send(OWNER, RichText("<b>&"))
    call = telegram.list_calls(SendMessage)[0]
    assert (call.text, call.parse_mode) == ("<b>&", None)


async def test_refused_styles_are_left_out(messenger, telegram) -> None:
    telegram.refuse(SendMessage, TelegramBadRequest(METHOD, "Bad Request: can't parse entities"))
    await messenger.send(OWNER, RichText("bold", (Span(Style.BOLD, 0, 4),)))
    assert telegram.last.text == "bold"
