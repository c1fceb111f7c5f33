"""Sessions share a TLS context and response types, and treat foreign answers as outages."""

import gc

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramServerError
from aiogram.methods import GetMe, GetUpdates
from aiogram.methods.base import Response

from personal_bot.bot_api.session import RESPONSES, Session
from personal_bot.contract.tls import client_context


async def test_all_sessions_share_one_tls_context():
    sessions = [Session("http://127.0.0.1:1", 1.0) for _ in range(2)]
    assert all(session._connector_init["ssl"] is client_context() for session in sessions)
    for session in sessions:
        await session.close()


async def test_a_session_connects_with_that_context():
    session = Session("http://127.0.0.1:1", 1.0)
    connector = (await session.create_session()).connector
    assert connector is not None
    assert connector._ssl is client_context()  # type: ignore[attr-defined]
    await session.close()


def test_the_class_of_an_answer_outlives_the_answer():
    gc.collect()
    assert Response[GetUpdates.__returning__] is RESPONSES[0]


async def test_an_answer_that_is_not_telegrams_is_an_outage():
    session = Session("http://127.0.0.1:1", 1.0)
    bot = Bot(f"123456:{'a' * 35}", session=session)
    for content in ("<html>Bad Gateway</html>", "[]", '{"error": "no upstream"}'):
        with pytest.raises(TelegramServerError, match="502"):
            session.check_response(bot, GetMe(), 502, content)
    await session.close()


async def test_an_answer_that_this_version_cannot_decode_is_no_outage():
    session = Session("http://127.0.0.1:1", 1.0)
    bot = Bot(f"123456:{'a' * 35}", session=session)
    with pytest.raises(ClientDecodeError):
        session.check_response(bot, GetMe(), 200, '{"ok": true, "result": [{"update_id": 1}]}')
    await session.close()


async def test_closing_a_session_does_not_sleep(monkeypatch):
    async def sleep(delay: float) -> None:
        raise AssertionError(f"slept for {delay} s")

    session = Session("http://127.0.0.1:1", 1.0)
    client = await session.create_session()
    monkeypatch.setattr("asyncio.sleep", sleep)
    await session.close()
    assert client.closed


async def test_a_failed_connection_is_said_in_words():
    session = Session("http://127.0.0.1:1", 1.0)
    bot = Bot("42:" + "x" * 35, session=session)
    with pytest.raises(TelegramNetworkError) as failure:
        await bot.get_me()
    await session.close()
    assert str(failure.value).endswith("cannot connect to 127.0.0.1:1: Connection refused")
