from functools import partial

import pytest

from personal_bot.answers import conversations
from personal_bot.answers.conversations import DocumentsChangedError, Remembered
from personal_bot.answers.sources import Source

FOUND = Source(1, "pump.pdf", 3, "24 months", 5, 40)


@pytest.fixture
def record(database):
    async def run(question="q", answer="a", sources=(), versions=(), **more) -> int:
        return await database.run(
            partial(conversations.record_exchange, question, answer, sources, set(versions), **more)
        )

    return run


async def test_history_is_the_last_five_exchanges_oldest_first(database, record) -> None:
    for number in range(7):
        await record(f"q{number}", f"a{number}")
    assert await database.run(conversations.read_history) == [
        Remembered(f"q{number}", f"a{number}") for number in range(2, 7)
    ]


async def test_history_is_what_stands_before_a_question(database, record) -> None:
    for question_id in (32, 30, 34):  # the question 30 was edited and answered anew
        await record(f"q{question_id}", question_id=question_id)
    before = await database.run(conversations.read_history, 34)
    assert [exchange.question for exchange in before] == ["q30", "q32"]


async def test_history_knows_the_documents_behind_it(database, record, add_document) -> None:
    await add_document("pump.pdf", "v1")
    await record(versions=["v1"])
    [exchange] = await database.run(conversations.read_history)
    assert exchange.versions == {"v1"}


async def test_an_answer_keeps_its_quotations_in_order(database, record) -> None:
    second = Source(2, "notes.md", None, "nine", 5, 41)
    exchange_id = await record("q", "a [1][2]", [FOUND, second])
    text, [first, other] = await database.run(conversations.find_answer, exchange_id)
    assert (text, first.page, other.document_name) == ("a [1][2]", 3, "notes.md")
    assert await database.run(conversations.find_source, first.citation_id) == first


async def test_buttons_go_on_working_in_a_new_conversation(database, record) -> None:
    exchange_id = await record(sources=[FOUND])
    _, [found] = await database.run(conversations.find_answer, exchange_id)
    await database.run(conversations.start_conversation)
    assert await database.run(conversations.read_history) == []
    assert (await database.run(conversations.find_source, found.citation_id)).page == 3


async def test_an_answer_without_one_of_its_documents_is_not_recorded(
    database, record, add_document, remove_document
) -> None:
    await add_document("pump.pdf", "v1")
    await remove_document("pump.pdf")
    with pytest.raises(DocumentsChangedError):
        await record(versions=["v1"])
    assert await database.run(conversations.read_history) == []


async def test_an_answer_is_not_used_once_a_document_behind_it_is_gone(
    database, record, add_document, remove_document
) -> None:
    """This holds even before the exchange is withdrawn."""
    await add_document("pump.pdf", "v1")
    await add_document("notes.md", "v2")
    exchange_id = await record(versions=["v1", "v2"])
    other = await record("other", versions=["v2"])
    await remove_document("pump.pdf")
    assert [one.question for one in await database.run(conversations.read_history)] == ["other"]
    assert await database.run(conversations.find_answer, exchange_id) is None
    assert await database.run(conversations.find_answer, other) is not None


async def test_a_message_has_only_its_last_answer(database, record) -> None:
    await record("old", sources=[FOUND], question_id=30)
    await record("new", question_id=30)
    assert [one.question for one in await database.run(conversations.read_history)] == ["new"]
    assert await database.run(conversations.find_source, 1) is None


async def test_a_question_is_found_by_every_message_that_shows_its_answer(database, record) -> None:
    exchange_id = await record("How long?", sources=[FOUND], question_id=30)
    for message_id, part in ((32, 1), (31, 0)):
        await database.run(conversations.record_message, exchange_id, message_id, part)
    await database.run(conversations.record_source_message, 1, 33)
    for message_id in (30, 31, 32, 33):
        shown = await database.run(conversations.find_question, message_id)
        assert (shown.text, shown.message_ids) == ("How long?", [31, 32])
    assert await database.run(conversations.find_question, 34) is None


async def test_a_question_without_an_answer_is_not_part_of_the_history(database) -> None:
    await database.run(conversations.record_unanswered, "How long?", 30, 31)
    shown = await database.run(conversations.find_question, 30)
    assert (shown.message_ids, shown.is_answered) == ([31], False)
    assert await database.run(conversations.read_history) == []


async def test_clearing_forgets_quotes_and_exchanges(database, record) -> None:
    await record(sources=[FOUND], question_id=30)
    await database.run(conversations.forget_everything)
    assert await database.run(conversations.find_source, 1) is None
    assert await database.run(conversations.find_question, 30) is None


async def test_what_is_kept_is_bounded(database, record, monkeypatch) -> None:
    monkeypatch.setattr(conversations, "KEPT_EXCHANGES", 3)
    for number in range(5):
        exchange_id = await record(f"q{number}", "a", [FOUND])
    assert await database.run(conversations.find_answer, exchange_id - 2) is not None
    assert await database.run(conversations.find_answer, exchange_id - 3) is None
    assert await database.run(conversations.find_source, 1) is None


async def test_what_is_kept_of_forgotten_conversations_is_bounded_too(
    database, record, monkeypatch
) -> None:
    monkeypatch.setattr(conversations, "KEPT_CITATIONS", 3)
    for number in range(5):
        await record(f"q{number}", "a", [FOUND])
        await database.run(conversations.start_conversation)
    assert await database.run(conversations.find_source, 3) is not None
    assert await database.run(conversations.find_source, 2) is None
