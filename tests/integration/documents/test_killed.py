"""The next process repairs the index after one was killed while indexing."""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.integration.documents.conftest import make_settings, open_bot
from tests.integration.documents.indexing_program import BOOK
from tests.integration.documents.openai_standin import OpenAIStandIn

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("batches", [1, 2, 3])
async def test_a_file_whose_indexing_was_killed_is_indexed_once_by_the_next_process(
    tmp_path: Path, openai: tuple[OpenAIStandIn, str], batches: int
) -> None:
    standin, url = openai
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.documents.indexing_program",
        str(tmp_path),
        url,
        cwd=ROOT,
    )
    async with asyncio.timeout(60):
        while standin.count("embeddings") <= batches:
            assert process.returncode is None, "it ended before it could be killed"
            await asyncio.sleep(0.001)
    process.kill()
    assert await process.wait() == -9

    async with AsyncExitStack() as stack:
        bot = await open_bot(tmp_path, make_settings(tmp_path, url, None), standin, stack)
        await bot.library.verify()
        assert await bot.count_passages() == 0
        (card,) = (await bot.add("book.pdf", BOOK, message_id=5)).documents
        assert await bot.count_passages() == card.passages > 100
