"""A service that accepts requests but never answers blocks no other work and loses nothing."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer

from personal_bot.contract import Condition, read_report
from tests.integration.bot_harness import PUMP, BotHarness
from tests.integration.documents.qdrant_standin import QdrantStandIn

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def fork_server_program() -> tuple[str, ...]:
    return ("-m", "tests.integration.impatient_program")


@pytest.fixture
async def qdrant() -> AsyncIterator[tuple[QdrantStandIn, str]]:
    standin = QdrantStandIn()
    async with TestServer(standin.app()) as server:
        yield standin, str(server.make_url(""))
    await standin.close()


async def test_a_silent_openai_is_told_and_its_question_answered_once(bot: BotHarness) -> None:
    async with bot.running() as process:
        await bot.ready(process)
        await bot.upload(("pump.txt", PUMP))
        await bot.said("Done.")
        await bot.hang("chat/completions", times=100)
        await bot.say("How long is the warranty of the pump?")
        await bot.said("is not responding; I will retry automatically")
        problem = read_report(bot.files.report).problem
        assert problem.condition == Condition.OPENAI_UNREACHABLE
        await bot.say("/help")
        await bot.said("Questions.")
        await bot.recover()
        await bot.said("24 months")
        assert read_report(bot.files.report).problem is None
    assert len(await bot.read()) == 3


async def test_a_silent_openai_delays_a_file_and_leaves_nothing_of_it(bot: BotHarness) -> None:
    async with bot.running() as process:
        await bot.ready(process)
        await bot.hang("embeddings", times=100)
        await bot.upload(("pump.txt", PUMP))
        await bot.said("is not responding; I will retry automatically")
        await bot.recover()
        await bot.said("✅ pump.txt")
        assert read_report(bot.files.report).documents == 1
    assert len(await bot.read()) == 1


async def test_a_silent_qdrant_delays_files_and_questions(
    bot: BotHarness, qdrant: tuple[QdrantStandIn, str]
) -> None:
    standin, url = qdrant
    standin.speaking.clear()
    async with bot.running(QDRANT_URL=url) as process:
        await bot.ready(process)
        await bot.upload(("pump.txt", PUMP))
        await bot.said("document storage is not responding")
        problem = read_report(bot.files.report).problem
        assert problem.condition == Condition.QDRANT_UNREACHABLE
        await bot.say("/help")
        await bot.said("Questions.")
        standin.speaking.set()
        await bot.said("✅ pump.txt")
        standin.speaking.clear()
        await bot.say("How long is the warranty of the pump?")
        await bot.said("document storage is not responding")
        standin.speaking.set()
        await bot.said("24 months")
        assert read_report(bot.files.report).problem is None
    assert len(await bot.read()) == 3
