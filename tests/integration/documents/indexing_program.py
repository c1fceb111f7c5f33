"""Index one long file until the test kills the process: `python -m … HOME OPENAI_URL`."""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from tests.integration.documents.conftest import make_settings, open_bot
from tests.integration.documents.openai_standin import OpenAIStandIn

BOOK = " ".join(f"Sentence number {number} tells of pumps." for number in range(4_000))


async def main(home: Path, openai_url: str) -> None:
    async with AsyncExitStack() as stack:
        settings = make_settings(home, openai_url, None)
        bot = await open_bot(home, settings, OpenAIStandIn(), stack)
        await bot.add("book.pdf", BOOK, message_id=5)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
