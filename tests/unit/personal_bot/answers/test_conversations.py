import pytest

from personal_bot.answers import conversations
from personal_bot.answers.sources import Source

FOUND = Source(1, "pump.pdf", 3, "24 months", 5, 40)


async def test_history_is_the_last_five_exchanges_oldest_first(database) -> None:
    for number in range(7):
        await database.run(conversations.record_exchange, f"q{number}", f"a{number}", [])
    assert await database.run(conversations.read_history) == [
        (f"q{number}", f"a{number}") for number in range(2, 7)
    ]


async def test_an_answer_keeps_its_quotations_in_order(database) -> None:
    second = Source(2, "notes.md", None, "nine", 5, 41)
    exchange_id = await database.run(
        conversations.record_exchange, "q", "a [1][2]", [FOUND, second]
    )
    text, [first, other] = await database.run(conversations.find_answer, exchange_id)
    assert (text, first.page, other.document_name) == ("a [1][2]", 3, "notes.md")
    assert await database.run(conversations.find_source, first.citation_id) == first


async def test_buttons_go_on_working_in_a_new_conversation(database) -> None:
    exchange_id = await database.run(conversations.record_exchange, "q", "a", [FOUND])
    _, [found] = await database.run(conversations.find_answer, exchange_id)
    await database.run(conversations.forget_exchanges)
    assert await database.run(conversations.read_history) == []
    assert (await database.run(conversations.find_source, found.citation_id)).page == 3


@pytest.mark.parametrize(
    ("forget", "arguments"),
    [(conversations.forget_document, ["pump.pdf"]), (conversations.forget_everything, [])],
)
async def test_quotes_go_with_their_document(database, forget, arguments) -> None:
    exchange_id = await database.run(conversations.record_exchange, "q", "a", [FOUND])
    _, [found] = await database.run(conversations.find_answer, exchange_id)
    await database.run(forget, *arguments)
    assert await database.run(conversations.find_source, found.citation_id) is None


async def test_what_is_kept_is_bounded(database, monkeypatch) -> None:
    monkeypatch.setattr(conversations, "KEPT_EXCHANGES", 3)
    for number in range(5):
        exchange_id = await database.run(conversations.record_exchange, f"q{number}", "a", [FOUND])
    assert await database.run(conversations.find_answer, exchange_id - 2) is not None
    assert await database.run(conversations.find_answer, exchange_id - 3) is None
    assert await database.run(conversations.find_source, 1) is None


async def test_what_is_kept_of_forgotten_conversations_is_bounded_too(
    database, monkeypatch
) -> None:
    monkeypatch.setattr(conversations, "KEPT_CITATIONS", 3)
    for number in range(5):
        await database.run(conversations.record_exchange, f"q{number}", "a", [FOUND])
        await database.run(conversations.forget_exchanges)
    assert await database.run(conversations.find_source, 3) is not None
    assert await database.run(conversations.find_source, 2) is None
