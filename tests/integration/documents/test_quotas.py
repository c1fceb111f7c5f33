"""An owner's documents never exceed the operator's quotas, however they are uploaded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from personal_bot.documents.quotas import Quotas, measure_usage
from personal_bot.documents.uploads import FileStage, Upload
from personal_bot.errors import OpenAIUnreachableError, QuotaError, Resource
from tests.integration.documents.conftest import Bot, as_file, make_settings, open_bot
from tests.integration.documents.openai_standin import OpenAIStandIn

pytestmark = pytest.mark.integration

SIZE = 1_000  # bytes, of each upload in these tests
QUOTAS = Quotas(documents=3, passages=8, size=4 * SIZE)
LONG = " ".join(f"Sentence number {number} about pumps." for number in range(120))  # 5 passages


@pytest.fixture
async def bot(tmp_path: Path, openai: tuple[OpenAIStandIn, str]) -> AsyncIterator[Bot]:
    standin, url = openai
    async with AsyncExitStack() as stack:
        yield await open_bot(tmp_path, make_settings(tmp_path, url, None), standin, stack, QUOTAS)


def text(number: int) -> str:
    return f"Pump number {number} has a warranty of {number} years."


async def fill(bot: Bot) -> None:
    for number in range(QUOTAS.documents):
        await bot.add(f"{number}.pdf", text(number))


async def test_a_document_too_many_is_refused_and_leaves_nothing(bot: Bot) -> None:
    await fill(bot)

    with pytest.raises(QuotaError) as refusal:
        await bot.add("more.pdf", text(9))

    error = refusal.value
    assert (error.resource, error.used, error.added, error.limit) == (Resource.DOCUMENTS, 3, 1, 3)
    assert await bot.count_passages() == 3
    assert bot.openai.count("embeddings") == 3, "a refused file costs its owner nothing"


async def test_a_new_version_is_no_document_more(bot: Bot) -> None:
    await fill(bot)

    addition = await bot.add("1.pdf", text(9))

    assert addition.replaced == ["1.pdf"]
    assert await bot.count_passages() == 3


async def test_a_new_version_may_take_the_room_of_the_old_one_and_no_more(bot: Bot) -> None:
    await bot.add("long.pdf", LONG)
    used = await measure_usage(bot.database)
    assert QUOTAS.passages / 2 < used.passages < QUOTAS.passages

    await bot.add("long.pdf", LONG.replace("pumps", "boilers"))
    with pytest.raises(QuotaError) as refusal:
        await bot.add("long.pdf", LONG, LONG)

    assert refusal.value.resource is Resource.PASSAGES
    assert await measure_usage(bot.database) == used
    assert await bot.count_passages() == used.passages
    assert (await bot.ask("What is sentence 7 about?")).found, "the former version still answers"


async def test_what_is_deleted_makes_room(bot: Bot) -> None:
    await fill(bot)
    [first, *_] = await bot.library.list(0, 10)

    await bot.library.delete(first.document_id)

    await bot.add("more.pdf", text(9))
    assert await bot.count_passages() == 3


async def test_two_uploads_at_once_do_not_pass_the_limit_together(bot: Bot) -> None:
    await bot.add("0.pdf", text(0))
    results = await asyncio.gather(
        *(bot.add(f"{number}.pdf", text(number)) for number in range(1, 6)),
        return_exceptions=True,
    )

    assert sum(isinstance(result, QuotaError) for result in results) == 3
    assert (await measure_usage(bot.database)).documents == await bot.count_passages() == 3


async def test_of_an_archive_is_added_what_there_is_room_for(bot: Bot) -> None:
    await bot.add("0.pdf", text(0))
    names = [f"all.zip/{number}.pdf" for number in range(1, 6)]
    bot.converter.files["all.zip"] = [
        as_file(name, text(number)) for number, name in enumerate(names, 1)
    ]

    addition = await bot.upload("all.zip")

    assert [card.name for card in addition.documents] == names[:2]
    assert [(type(error), error.name) for error in addition.refused] == [
        (QuotaError, name) for name in names[2:]
    ]
    assert (await measure_usage(bot.database)).documents == await bot.count_passages() == 3


async def test_an_archive_sent_again_replaces_its_documents(bot: Bot) -> None:
    for year in (1, 2):
        bot.converter.files["all.zip"] = [
            as_file(f"all.zip/{number}.pdf", text(10 * year + number)) for number in range(3)
        ]
        addition = await bot.upload("all.zip")

        assert (len(addition.documents), addition.refused) == (3, [])
    assert (await measure_usage(bot.database)).documents == await bot.count_passages() == 3


async def test_an_archive_interrupted_half_way_and_taken_in_again_counts_once(
    bot: Bot,
) -> None:
    bot.converter.files["all.zip"] = [
        as_file(f"all.zip/{number}.pdf", text(number)) for number in range(3)
    ]

    async def die(name: str, stage: FileStage) -> None:
        if (name, stage) == ("all.zip/1.pdf", FileStage.EMBEDDED):
            raise OpenAIUnreachableError

    with pytest.raises(OpenAIUnreachableError):
        await bot.library.add(Upload("all.zip", Path("unused"), SIZE, 7, 5), die)
    assert (await measure_usage(bot.database)).documents == await bot.count_passages() == 1

    addition = await bot.upload("all.zip", message_id=5)
    again = await bot.upload("all.zip", message_id=5)

    assert [len(found.documents) for found in (addition, again)] == [3, 3]
    assert (await measure_usage(bot.database)).documents == await bot.count_passages() == 3


async def test_the_size_of_an_archive_is_shared_by_its_documents(bot: Bot) -> None:
    bot.converter.files["all.zip"] = [
        as_file("all.zip/1.pdf", text(1)),
        as_file("all.zip/2.pdf", text(2)),
    ]

    await bot.upload("all.zip")

    assert (await measure_usage(bot.database)).size == SIZE
    [first, _] = await bot.library.list(0, 10)
    await bot.library.delete(first.document_id)
    assert (await measure_usage(bot.database)).size == SIZE / 2
