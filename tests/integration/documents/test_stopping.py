"""An answer that is stopped in the middle ends its request, and what there is can be kept."""

import asyncio
import threading
import time

import pytest

from personal_bot.answers.drafts import Draft
from personal_bot.index.embedded_store import EmbeddedStore

pytestmark = pytest.mark.integration


async def test_a_stopped_answer_ends_its_request_within_a_second(bot):
    await bot.add("pump.pdf", "The pump lasts for 24 months. Then it needs a new seal.")
    bot.openai.finish_reason = "endless"
    bot.openai.answer = lambda _: "It lasts for 24 months [1]. After that"
    draft = Draft()
    shown = asyncio.Event()

    async def show(_text: str) -> None:
        shown.set()

    asked = "How many months does the pump last?"
    work = asyncio.create_task(bot.answerer.answer(asked, [], show, draft=draft))
    await shown.wait()
    while not (draft.conclude() and draft.conclude().text.endswith("that")):
        await asyncio.sleep(0.01)
    work.cancel()
    async with asyncio.timeout(1):
        await bot.openai.left.wait()
        await asyncio.wait([work])
    assert work.cancelled()
    answer = draft.conclude()
    assert (answer.text, answer.complete) == ("It lasts for 24 months [1]. After that", False)
    [source] = answer.sources
    assert (source.document_name, source.page) == ("pump.pdf", 1)
    assert source.version in answer.versions
    async with bot.engine.use() as index:
        [passage] = await index.store.read(source.version, source.passage, source.passage)
    assert source.quote in passage.content

    bot.openai.finish_reason = "stop"
    assert (await bot.ask(asked)).found


async def test_an_index_can_be_opened_after_a_stop_while_it_was_being_opened(
    embedded_bot, monkeypatch
):
    await embedded_bot.add("pump.pdf", "The pump lasts for 24 months.")
    await embedded_bot.engine.close()
    opened, is_open = EmbeddedStore._open_shard, threading.Event()

    def open_slowly(store):
        shard = opened(store)
        is_open.set()
        time.sleep(0.1)
        return shard

    with monkeypatch.context() as patched:
        patched.setattr(EmbeddedStore, "_open_shard", open_slowly)
        work = asyncio.create_task(embedded_bot.ask("How long does the pump last?"))
        await asyncio.to_thread(is_open.wait)
        work.cancel()
        await asyncio.wait([work])
    assert work.cancelled()
    assert (await embedded_bot.ask("How many months does the pump last?")).found
