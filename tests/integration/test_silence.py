"""A service that takes a request and never answers it holds nobody up and loses nothing."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer

from personal_bot.contract import Condition, read_report
from tests.integration.bot_harness import PUMP, Street
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


async def test_a_silent_openai_is_told_and_its_question_answered_once(street: Street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.upload(("pump.txt", PUMP))
        await street.said("Done.")
        await street.hang("chat/completions")
        await street.say("How long is the warranty of the pump?")
        await street.said("OpenAI does not answer yet")
        problem = read_report(street.files.report).problem
        assert problem.condition == Condition.OPENAI_UNREACHABLE
        await street.say("/help")
        await street.said("Questions.")
        await street.said("24 months")
        assert read_report(street.files.report).problem is None
    assert len(await street.read()) == 3


async def test_a_silent_openai_delays_a_file_and_leaves_nothing_of_it(street: Street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.hang("embeddings")
        await street.upload(("pump.txt", PUMP))
        await street.said("OpenAI does not answer yet")
        await street.said("✅ pump.txt")
        assert read_report(street.files.report).documents == 1
    assert len(await street.read()) == 1


async def test_a_silent_qdrant_delays_files_and_questions(
    street: Street, qdrant: tuple[QdrantStandIn, str]
) -> None:
    standin, url = qdrant
    standin.speaking.clear()
    async with street.running(QDRANT_URL=url) as process:
        await street.ready(process)
        await street.upload(("pump.txt", PUMP))
        await street.said("the storage does not answer yet")
        problem = read_report(street.files.report).problem
        assert problem.condition == Condition.QDRANT_UNREACHABLE
        await street.say("/help")
        await street.said("Questions.")
        standin.speaking.set()
        await street.said("✅ pump.txt")
        standin.speaking.clear()
        await street.say("How long is the warranty of the pump?")
        await street.said("the storage does not answer yet")
        standin.speaking.set()
        await street.said("24 months")
        assert read_report(street.files.report).problem is None
    assert len(await street.read()) == 3
