"""Messages are delivered despite Telegram's rate limits, outages and refusals."""

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import AnswerCallbackQuery, EditMessageText, GetUpdates, SendMessage

from master.telegram.delivery import (
    PAUSES,
    IgnoreLateCallbackAnswers,
    ReplyMessage,
    RetryingRequests,
)
from tests.unit.master.fakes import Telegram

METHOD = SendMessage(chat_id=1, text="hi")


class Line:
    """A request that raises `errors` first; records its calls and the pauses between them."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0
        self.pauses: list[float] = []

    async def __call__(self, bot, method):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "sent"

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def send(line, method=METHOD):
    return await RetryingRequests(line.pause)(line, None, method)


async def test_a_request_waits_as_long_as_telegram_asks():
    line = Line(TelegramRetryAfter(METHOD, "slow down", 7), TelegramRetryAfter(METHOD, "more", 2))
    assert await send(line) == "sent"
    assert line.pauses == [7.0, 2.0]


async def test_outages_are_tried_again_with_growing_pauses():
    line = Line(TelegramNetworkError(METHOD, "gone"), TelegramServerError(METHOD, "502"))
    assert await send(line) == "sent"
    assert line.pauses == [0.5, 1.0]


async def test_an_outage_that_lasts_is_an_error():
    line = Line(*[TelegramServerError(METHOD, "502")] * 10)
    with pytest.raises(TelegramServerError):
        await send(line)
    assert line.calls == len(PAUSES) + 1


@pytest.mark.parametrize(
    "error",
    [
        TelegramBadRequest(METHOD, "chat not found"),
        TelegramEntityTooLarge(METHOD, "too large"),
        TelegramRetryAfter(METHOD, "flood", 3_600),
    ],
)
async def test_what_waiting_does_not_cure_is_an_error_at_once(error):
    line = Line(error)
    with pytest.raises(type(error)):
        await send(line)
    assert line.calls == 1


async def test_polling_has_its_own_patience():
    line = Line(TelegramNetworkError(METHOD, "gone"))
    with pytest.raises(TelegramNetworkError):
        await send(line, GetUpdates())
    assert line.calls == 1


async def test_a_button_that_is_answered_too_late_is_no_error():
    answer = AnswerCallbackQuery(callback_query_id="1")
    line = Line(TelegramBadRequest(answer, "Bad Request: query is too old and response timeout"))
    assert await IgnoreLateCallbackAnswers()(line, None, answer) is True


async def test_other_refusals_stay_errors():
    line = Line(TelegramBadRequest(METHOD, "query is too old"))
    with pytest.raises(TelegramBadRequest):
        await IgnoreLateCallbackAnswers()(line, None, METHOD)


@pytest.fixture
def telegram():
    return Telegram()


@pytest.fixture
def reply(telegram):
    return ReplyMessage(Bot(f"123456:{'a' * 35}", session=telegram), 11)


async def test_a_screen_is_sent_once_and_edited_from_then_on(telegram, reply):
    for text in ("one", "two", "two", "three"):
        await reply.show(text)
    [shown] = telegram.shown.values()
    assert [*shown.history, shown.text] == ["one", "two", "three"]


async def test_a_screen_whose_message_is_gone_is_sent_anew(telegram, reply):
    await reply.show("one")
    telegram.shown.clear()
    await reply.show("two")
    assert [shown.text for shown in telegram.shown.values()] == ["two"]


async def test_progress_that_cannot_be_shown_stops_nothing(telegram, reply, caplog):
    await reply.show("one")
    telegram.fail[EditMessageText] = [TelegramBadRequest]
    await reply.refresh("two")
    assert "Cannot show progress" in caplog.text
