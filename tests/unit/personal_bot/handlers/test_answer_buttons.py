"""The buttons under answers and sources: stop, again, ratings, and what stands around a passage."""

import io
import json
import zipfile
from functools import partial

import pytest
from aiogram.methods import SendDocument

from personal_bot.answers import conversations
from personal_bot.answers.sources import Source
from personal_bot.errors import QdrantUnreachableError
from personal_bot.jobs.queue import MAX_WAITING, JobKind, NewJob, read_payload
from personal_bot.storage.models import Exchange, Rating
from personal_bot.storage.withdrawal import withdraw_exchanges
from personal_bot.telegram.keyboards import (
    AgainButton,
    AroundButton,
    RatingButton,
    SourceButton,
    StopButton,
)
from tests.unit.personal_bot.conftest import OWNER

STOP, AGAIN = StopButton().pack(), AgainButton().pack()
GOOD, BAD = (RatingButton(rating=rating).pack() for rating in Rating)
FOUND = Source(1, "pump.pdf", 3, "24 months", OWNER, 40, version="v1", passage=1)
REPLIED = '{"message_id": 20, "from_owner": false}'


@pytest.fixture
async def answer(context, database, add_document) -> int:
    """Store an answer to message 30, shown in two messages; return the second one's id."""
    await add_document("pump.pdf", "v1")
    record = partial(conversations.record_exchange, question_id=30, replied_to=REPLIED)
    exchange_id = await database.run(record, "How long?", "24 [1].", [FOUND], {"v1"})
    shown = [await context.messenger.send(OWNER, "part") for _ in range(2)]
    for part, message_id in enumerate(shown):
        await database.run(conversations.record_message, exchange_id, message_id, part)
    return shown[1]


@pytest.fixture
def read_ratings(database):
    async def run() -> list[str]:
        rows = await database.run(lambda: list(Exchange.select()))
        return [row.rating for row in rows]

    return run


def labels(shown) -> list[str]:
    return [button.text for row in shown.keyboard.inline_keyboard for button in row]


async def test_an_answer_is_asked_for_again_in_its_messages_with_a_wider_search(
    owner, answer, list_jobs, database
) -> None:
    await owner.tap(AGAIN, answer)
    [job] = await list_jobs()
    assert (job.message_id, job.reply_id) == (30, answer - 1)
    assert read_payload(job) == {
        "text": "How long?",
        "replied_to": {"message_id": 20, "from_owner": False},
        "wide": True,
        "further_ids": [answer],
        "replaces": True,
    }
    assert owner.alert == "I am searching more widely."
    assert await database.run(conversations.read_history) == []


async def test_asking_again_twice_asks_once(owner, answer, list_jobs) -> None:
    for _ in range(2):
        await owner.tap(AGAIN, answer)
    assert len(await list_jobs()) == 1
    assert owner.alert == "I am about to answer this question again."


async def test_an_answer_asked_for_again_waits_for_the_question_before_it(owner, answer) -> None:
    await owner.send("Who?")
    await owner.tap(AGAIN, answer)
    assert owner.alert == "I will search more widely after the question before it."


@pytest.mark.parametrize("data", [AGAIN, GOOD])
async def test_an_answer_that_was_withdrawn_is_neither_asked_again_nor_rated(
    owner, telegram, answer, list_jobs, database, remove_document, read_ratings, data
) -> None:
    await remove_document("pump.pdf")
    await database.run(withdraw_exchanges)
    await owner.tap(data, answer)
    assert "no longer" in owner.alert
    assert (await list_jobs(), await read_ratings()) == ([], [""])


async def test_a_full_queue_leaves_the_answer_as_it_is(
    owner, answer, database, monkeypatch
) -> None:
    monkeypatch.setitem(MAX_WAITING, JobKind.QUESTION, 0)
    await owner.tap(AGAIN, answer)
    assert "I did not accept this" in owner.alert
    assert len(await database.run(conversations.read_history)) == 1


async def test_a_rating_is_kept_changed_and_taken_back(
    owner, telegram, answer, read_ratings
) -> None:
    for data, kept, shown in (
        (GOOD, "good", ["👍 ✓", "👎"]),
        (BAD, "bad", ["👍", "👎 ✓"]),
        (BAD, "", ["👍", "👎"]),
    ):
        await owner.tap(data, answer)
        assert await read_ratings() == [kept]
        assert labels(telegram.messages[answer]) == ["1 · pump.pdf, p. 3", "🔄", *shown]


async def test_a_rating_goes_with_the_document_behind_the_answer(
    owner, answer, database, remove_document, read_ratings
) -> None:
    await owner.tap(GOOD, answer)
    await remove_document("pump.pdf")
    assert await database.run(withdraw_exchanges) == 1
    assert await read_ratings() == [""]


async def test_there_is_nothing_to_stop_below_a_complete_answer(owner, telegram, answer) -> None:
    await owner.tap(GOOD, answer)
    await owner.tap(STOP, answer)
    assert owner.alert == "There is nothing to stop any more: the answer is complete."
    assert len(telegram.messages[answer].buttons) == 4


async def test_a_waiting_question_that_is_taken_back_says_so_at_once(
    owner, telegram, context, list_jobs
) -> None:
    shown = await context.messenger.send(OWNER, "⏳")
    await context.queue.record(
        NewJob(90, JobKind.QUESTION, OWNER, 30, {"text": "Who?"}, reply_id=shown)
    )
    for _ in range(2):  # the second time as after a restart, which repeats the update
        await owner.tap(STOP, shown)
        assert telegram.messages[shown].text.startswith("✖️ You took this question back")
    [job] = await list_jobs()
    assert read_payload(job)["stop"] == "waiting"


async def test_a_source_offers_what_stands_around_it(
    owner, telegram, services, answer, database
) -> None:
    services.passages = ["Before it.", "It lasts <24> months.", "After it.", "Far away."]
    await owner.tap(SourceButton(citation_id=1).pack(), answer)
    assert telegram.last.buttons == [AroundButton(citation_id=1).pack()]
    await owner.tap(telegram.last.buttons[0])
    assert telegram.last.text == (
        "[1] pump.pdf, p. 3\n\nBefore it.\n\nIt lasts <24> months.\n\nAfter it."
    )
    assert (telegram.last.buttons, telegram.last.reply_to) == ([], 40)


async def test_around_the_first_passage_is_only_the_next(owner, telegram, services, answer) -> None:
    services.passages = ["", "It lasts."]
    await owner.tap(AroundButton(citation_id=1).pack(), answer)
    assert telegram.messages[answer].text == "[1] pump.pdf, p. 3\n\nIt lasts."


async def test_long_passages_fit_into_one_message(owner, telegram, services, answer) -> None:
    services.passages = ["b" * 3000 + "end", "it" * 1500, "start" + "a" * 3000]
    await owner.tap(AroundButton(citation_id=1).pack(), answer)
    _, before, passage, after = telegram.messages[answer].text.split("\n\n")
    assert (before[0], before[-3:], after[:5], after[-1]) == ("…", "end", "start", "…")
    assert len(passage) == len(before) == len(after) == 1200


async def test_nothing_stands_around_a_passage_that_is_gone(owner, telegram, answer) -> None:
    await owner.tap(AroundButton(citation_id=1).pack(), answer)
    assert "no longer exists" in owner.alert


async def test_storage_that_is_away_is_said_so(owner, telegram, services, answer) -> None:
    services.failure = QdrantUnreachableError()
    await owner.tap(AroundButton(citation_id=1).pack(), answer)
    assert "not responding" in telegram.last.text


async def test_without_answers_there_is_nothing_to_export(owner, telegram) -> None:
    await owner.send("/export")
    assert telegram.last.text == "There are no answers to export yet."


async def test_an_export_has_answers_with_sources_and_ratings(
    owner, telegram, answer, database, list_jobs
) -> None:
    await owner.tap(BAD, answer)
    await owner.tap(AGAIN, answer)  # the rated answer makes place for another one
    record = partial(conversations.record_exchange, question_id=30)
    await database.run(record, "How long?", "25 months.", [])
    await owner.send("/export")
    [sent] = telegram.list_calls(SendDocument)
    assert "2 answers, 1 of them rated" in sent.caption
    with zipfile.ZipFile(io.BytesIO(sent.document.data)) as archive:
        first, second = json.loads(archive.read("conversations.json"))
        text = archive.read("conversations.md").decode()
    assert (first["question"], first["answer"], first["rating"]) == ("How long?", "24 [1].", "bad")
    assert first["rated_at"] >= first["answered_at"]
    assert first["sources"] == [
        {
            "number": 1,
            "document": "pump.pdf",
            "page": 3,
            "quote": "24 months",
            "version": "v1",
            "passage": 1,
        }
    ]
    assert (second["answer"], second["rating"], second["rated_at"]) == ("25 months.", None, None)
    assert "## How long?" in text
    assert "👎" in text
    assert "> 24 months" in text


async def test_an_export_has_nothing_of_a_deleted_document(
    owner, telegram, answer, remove_document
) -> None:
    await remove_document("pump.pdf")
    await owner.send("/export")
    assert telegram.last.text == "There are no answers to export yet."
