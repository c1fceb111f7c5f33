"""The sandbox's OpenAI understands our prompts, and the bot understands its answers."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from deploy.sandbox.server import create_app
from personal_bot.errors import OpenAIQuotaError
from tests.integration.documents.conftest import Bot, make_settings, open_bot
from tests.integration.documents.corpus import PASSAGES
from tests.integration.documents.openai_standin import OpenAIStandIn

pytestmark = pytest.mark.integration


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[str]:
    async with TestServer(create_app(tmp_path / "sandbox", chunk_delay=0)) as server:
        yield str(server.make_url("/v1"))


async def _open(home: Path, url: str, key: str, stack: AsyncExitStack) -> Bot:
    settings = make_settings(home, url, None)
    models = replace(settings.models, openai_key=key, embedding_key=key)
    return await open_bot(home, replace(settings, models=models), OpenAIStandIn(), stack)


async def test_questions_and_follow_ups_are_answered_with_sources(
    tmp_path: Path, sandbox: str
) -> None:
    async with AsyncExitStack() as stack:
        bot = await _open(tmp_path, sandbox, "sk-sandbox-1", stack)
        for name, text in PASSAGES.items():
            await bot.add(name, text)

        first = await bot.ask("Какая гарантия на котёл?")
        second = await bot.ask("А на насос?", ("Какая гарантия на котёл?", first.text))
        nothing = await bot.ask("Who composed Khovanshchina?")

    assert first.sources[0].document_name == "boiler.pdf"
    assert first.sources[0].quote == "Гарантия на котёл — десять лет."
    assert second.sources[0].document_name == "pump.pdf"
    assert "три года" in second.text
    assert nothing.text
    assert not nothing.found


async def test_a_key_without_quota_is_told_from_others(tmp_path: Path, sandbox: str) -> None:
    async with AsyncExitStack() as stack:
        bot = await _open(tmp_path, sandbox, "sk-sandbox-no-quota", stack)

        with pytest.raises(OpenAIQuotaError):
            await bot.add("pump.pdf", PASSAGES["pump.pdf"])
