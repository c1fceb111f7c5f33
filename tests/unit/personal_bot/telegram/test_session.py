"""What bots share with the fork server, or would pay for at each poll."""

import gc

from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import GetUpdates
from aiogram.methods.base import Response

from personal_bot.process.tls import client_context
from personal_bot.telegram.session import RESPONSES, Session


async def test_all_sessions_share_one_tls_context():
    server = TelegramAPIServer.from_base("http://127.0.0.1:1")
    sessions = [Session(server, 1.0) for _ in range(2)]
    assert all(session._connector_init["ssl"] is client_context() for session in sessions)
    for session in sessions:
        await session.close()


async def test_a_session_connects_with_that_context():
    session = Session(TelegramAPIServer.from_base("http://127.0.0.1:1"), 1.0)
    connector = (await session.create_session()).connector
    assert connector is not None
    assert connector._ssl is client_context()  # type: ignore[attr-defined]
    await session.close()


def test_the_class_of_an_answer_outlives_the_answer():
    gc.collect()
    assert Response[GetUpdates.__returning__] is RESPONSES[0]
