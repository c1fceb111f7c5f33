"""Nothing that was made from a deleted or replaced document is kept."""

from functools import partial

import pytest

from personal_bot.answers import conversations
from personal_bot.answers.sources import Source
from personal_bot.jobs.outcomes import record_outcome
from personal_bot.storage.models import Exchange, Job, UploadProgress
from personal_bot.storage.withdrawal import withdraw_exchanges

PUMP = Source(1, "pump.pdf", 3, "24 months", 5, 40, version="v1")
NOTES = Source(2, "notes.md", None, "nine", 5, 41, version="v2")


@pytest.fixture
async def both(database, add_document) -> int:
    """Store two documents and the id of an exchange made from both."""
    await add_document("pump.pdf", "v1", 40)
    await add_document("notes.md", "v2", 41)
    return await database.run(
        partial(
            conversations.record_exchange, "q", "a", [PUMP, NOTES], {"v1", "v2"}, question_id=30
        )
    )


async def test_while_all_documents_exist_nothing_is_withdrawn(database, both) -> None:
    assert await database.run(withdraw_exchanges) == 0
    assert await database.run(conversations.find_answer, both) is not None


async def test_a_withdrawn_exchange_is_empty_but_known(database, both, remove_document) -> None:
    await remove_document("pump.pdf")
    assert await database.run(withdraw_exchanges) == 1
    assert await database.run(withdraw_exchanges) == 0
    [row] = await database.run(lambda: list(Exchange.select()))
    assert (row.question, row.answer, row.status) == ("", "", "withdrawn")
    assert (await database.run(conversations.find_question, 30)).text == ""


async def test_quotes_go_with_their_document_and_others_stay(
    database, both, remove_document
) -> None:
    await remove_document("pump.pdf")
    await database.run(withdraw_exchanges)
    assert await database.run(conversations.find_source, 1) is None
    assert (await database.run(conversations.find_source, 2)).quote == "nine"


async def test_a_replaced_version_is_gone_although_its_name_is_not(
    database, both, add_document
) -> None:
    await add_document("pump.pdf", "v3", 50)
    assert await database.run(conversations.find_answer, both) is None
    assert await database.run(conversations.find_source, 1) is None
    assert await database.run(withdraw_exchanges) == 0


async def test_a_withdrawn_answer_does_not_return_with_its_document(
    database, both, add_document, remove_document
) -> None:
    await remove_document("pump.pdf")
    await database.run(withdraw_exchanges)
    await add_document("pump.pdf", "v1")
    assert await database.run(conversations.read_history) == []
    assert await database.run(conversations.find_answer, both) is None


async def test_an_earlier_conversation_is_withdrawn_too(database, both, remove_document) -> None:
    await database.run(conversations.start_conversation)
    await remove_document("notes.md")
    assert await database.run(withdraw_exchanges) == 1


async def test_the_progress_of_an_upload_is_known_as_long_as_its_document(
    database, add_document, remove_document
) -> None:
    await add_document("pump.pdf", "v1", 40)
    job = Job(job_id=1, chat_id=5, message_id=40, reply_id=45)
    await database.run(record_outcome, job, "✅")
    await database.run(withdraw_exchanges)
    assert await database.run(UploadProgress.select().count) == 1
    await remove_document("pump.pdf")
    await database.run(withdraw_exchanges)
    assert await database.run(UploadProgress.select().count) == 0


async def test_an_upload_that_is_read_anew_keeps_its_answers(database, both, add_document) -> None:
    await add_document("pump.pdf", "v1 read anew", 40)
    assert await database.run(conversations.find_answer, both) is not None


async def test_an_answer_made_from_a_replaced_version_is_withdrawn(
    database, both, add_document
) -> None:
    await add_document("pump.pdf", "another version", 50)
    assert await database.run(conversations.find_answer, both) is None
