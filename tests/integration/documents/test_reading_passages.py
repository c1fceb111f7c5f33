"""Passages are read in their order and found by exact words, on every kind of store."""

import asyncio

import pytest

from personal_bot.index.document_stores import HybridStore
from tests.integration.documents.conftest import Bot

pytestmark = pytest.mark.integration


async def _version(store: HybridStore, name: str) -> str:
    (version,) = {
        str(passage.meta["version"])
        for passage in await store.find_text(name.partition(".")[0])
        if passage.meta["document_name"] == name
    }
    return version


async def test_passages_of_one_document_are_read_in_their_order(bot: Bot) -> None:
    pages = [f"report page {number} " + "word " * 110 for number in range(6)]
    await bot.add("report.pdf", *pages)
    await bot.add("other.pdf", "another document")
    async with bot.engine.use() as index:
        version = await _version(index.store, "report.pdf")
        passages = await index.store.read(version, 1, 3)
        last = await index.store.read(version, 5, 10**9)
        whole = await index.store.read(version, 0, 10**9)

        assert [passage.meta["index"] for passage in passages] == [1, 2, 3]
        assert {passage.meta["document_name"] for passage in whole} == {"report.pdf"}
        assert [passage.meta["index"] for passage in whole] == [*range(len(whole))]
        assert last == whole[5:]
        assert passages[0].meta["pages"]
        assert await index.store.read(version, -5, -1) == []
        assert await index.store.read(version, 3, 1) == []
        assert await index.store.read("no such version", 0, 3) == []


async def test_exact_words_are_found_whatever_stands_between_them(bot: Bot) -> None:
    await bot.add("b.pdf", "Насос AB-12/34 обслу-\nживает Иванов, цена 4 500,00 ₽.")
    await bot.add("a.pdf", "Иванову: заказать AB 1234.")
    async with bot.engine.use() as index:

        async def find(text: str, **options: object) -> list[str]:
            found = await index.store.find_text(text, **options)  # type: ignore[arg-type]
            return [passage.meta["document_name"] for passage in found]

        assert await find("ab1234") == ["a.pdf", "b.pdf"]
        assert await find("иванов") == ["b.pdf", "a.pdf"]  # the whole word first
        assert await find("иванов", limit=1) == ["b.pdf"]
        assert await find("обслуживает Иванов") == ["b.pdf"]
        assert await find("4500") == ["b.pdf"]
        assert await find("насос AB-12/3") == []


async def test_a_search_for_words_is_limited_to_some_documents(embedded_bot: Bot) -> None:
    bot = embedded_bot
    for name in ("a.pdf", "b.pdf"):
        await bot.add(name, f"invoice {name[0]} of the year")
    async with bot.engine.use() as index:
        first = (await index.store.find_text("invoice a"))[0].meta["version"]
        found = await index.store.find_text("invoice", {first})
        assert [passage.meta["document_name"] for passage in found] == ["a.pdf"]
        assert await index.store.find_text("invoice", ()) == []


async def test_every_passage_is_looked_at(
    embedded_bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("personal_bot.index.document_stores.SCROLLED", 2)
    for number in range(5):
        await embedded_bot.add(f"{number}.pdf", f"invoice {number}")
    async with embedded_bot.engine.use() as index:
        found = await index.store.find_text("invoice")
        assert [passage.meta["document_name"][0] for passage in found] == [*"01234"]
        searches = (index.store.find_text(f"invoice {number}") for number in range(5))
        assert [len(one) for one in await asyncio.gather(*searches)] == [1] * 5
