"""A reply brings back what it replies to, unless it was made from a document that is gone."""

from functools import partial

import pytest

from personal_bot.answers import conversations, references
from personal_bot.answers.conversations import Remembered
from personal_bot.answers.references import Omission, Reference, RepliedMessage, find_reference
from personal_bot.answers.sources import Source
from personal_bot.documents import records
from personal_bot.jobs.outcomes import record_outcome
from personal_bot.storage.models import Job
from personal_bot.storage.withdrawal import withdraw_exchanges

SOURCE = Source(1, "pump.pdf", 3, "24 months", 5, 40, version="v1")
PUMP = Remembered("How long?", "24 months [1].", frozenset({"v1"}))


@pytest.fixture
async def answered(database, add_document) -> None:
    """Question 30 is answered in the messages 31 and 32, and 33 shows its source."""
    await add_document("pump.pdf", "v1", 40)
    exchange_id = await database.run(
        partial(
            conversations.record_exchange,
            PUMP.question,
            PUMP.answer,
            [SOURCE],
            PUMP.versions,
            question_id=30,
        )
    )
    for part in (0, 1):
        await database.run(conversations.record_message, exchange_id, 31 + part, part)
    await database.run(conversations.record_source_message, 1, 33)


@pytest.fixture
def look_up(database):
    async def run(message_id, *, from_owner=False, **fields) -> Reference:
        replied = RepliedMessage(message_id, from_owner, **fields)
        return await database.run(find_reference, replied)

    return run


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("message_id", [31, 32])
async def test_each_part_of_an_answer_brings_back_the_exchange(look_up, message_id) -> None:
    assert await look_up(message_id, text="24 months") == Reference(PUMP)


@pytest.mark.usefixtures("answered")
async def test_ones_own_question_brings_back_its_answer(look_up) -> None:
    assert await look_up(30, from_owner=True, text="How long?") == Reference(PUMP)


@pytest.mark.usefixtures("answered")
async def test_quoted_words_are_known_apart(look_up) -> None:
    assert await look_up(31, quote="months") == Reference(PUMP, "months")


@pytest.mark.usefixtures("answered")
async def test_a_source_brings_its_quote(look_up) -> None:
    assert await look_up(33, text="[1] pump.pdf\n24 months") == Reference(
        PUMP, "[1] pump.pdf\n24 months"
    )


@pytest.mark.usefixtures("answered")
async def test_a_new_conversation_does_not_hide_an_answer(look_up, database) -> None:
    await database.run(conversations.start_conversation)
    assert await look_up(31) == Reference(PUMP)


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("withdraw", [False, True])
@pytest.mark.parametrize("message_id", [30, 31, 32, 33])
async def test_what_was_made_from_a_deleted_document_is_left_out(
    look_up, database, remove_document, message_id, withdraw
) -> None:
    await remove_document("pump.pdf")
    if withdraw:
        await database.run(withdraw_exchanges)
    found = await look_up(message_id, from_owner=message_id == 30, text="24", quote="24")
    assert found == Reference(omission=Omission.WITHDRAWN)


@pytest.mark.usefixtures("answered")
async def test_after_clearing_nothing_of_an_answer_is_taken(look_up, database) -> None:
    await database.run(conversations.forget_everything)
    assert await look_up(31, text="24 months", quote="24") == Reference(omission=Omission.UNKNOWN)


async def test_a_message_of_the_bot_is_not_taken_at_its_word(look_up) -> None:
    """It may be an old answer from a document that no longer exists."""
    assert await look_up(99, text="24 months") == Reference(omission=Omission.UNKNOWN)


async def test_ones_own_message_brings_its_words(look_up) -> None:
    assert await look_up(99, from_owner=True, text="Note this.") == Reference(words="Note this.")
    assert await look_up(99, from_owner=True, text="Note this.", quote="this") == Reference(
        words="this"
    )


async def test_a_quote_from_another_chat_brings_its_words(look_up) -> None:
    assert await look_up(None, from_owner=True, quote="this") == Reference(words="this")


async def test_a_question_without_an_answer_brings_the_question(look_up, database) -> None:
    await database.run(conversations.record_unanswered, "How long?", 30, 31)
    assert await look_up(31, text="OpenAI is down") == Reference(words="How long?")


async def test_an_upload_is_about_its_documents(look_up, add_document) -> None:
    await add_document("a.txt", "v1", 40)
    await add_document("b.txt", "v2", 40)
    await add_document("c.txt", "v3", 41)
    found = await look_up(40, from_owner=True, text="a caption", file_name="all.zip")
    assert found == Reference(documents={"v1": "a.txt", "v2": "b.txt"})


async def test_a_progress_message_is_about_all_its_uploads(look_up, database, add_document) -> None:
    await add_document("a.txt", "v1", 40)
    await add_document("b.txt", "v2", 41)
    for job_id, message_id in enumerate((40, 41)):
        job = Job(job_id=job_id, chat_id=5, message_id=message_id, reply_id=45)
        await database.run(record_outcome, job, "✅")
    found = await look_up(45, text="✅ a.txt ✅ b.txt", quote="a.txt")
    assert found == Reference(documents={"v1": "a.txt", "v2": "b.txt"})


async def test_a_card_is_about_its_document(look_up, add_document, remove_document) -> None:
    await add_document("a.txt", "v1", 40)
    await add_document("b.txt", "v2", 41)
    assert await look_up(50, document_id=2) == Reference(documents={"v2": "b.txt"})
    await remove_document("b.txt")
    assert await look_up(50, document_id=2) == Reference(omission=Omission.NO_DOCUMENT)


async def test_a_replaced_upload_is_about_the_document_of_that_name(look_up, add_document) -> None:
    await add_document("a.txt", "v1", 40)
    await add_document("a.txt", "v2", 42)
    found = await look_up(40, from_owner=True, file_name="a.txt")
    assert found == Reference(documents={"v2": "a.txt"})


async def test_a_file_that_is_no_document_is_left_out(look_up) -> None:
    found = await look_up(40, from_owner=True, file_name="a.txt", text="a caption")
    assert found == Reference(omission=Omission.NO_DOCUMENT)


async def test_a_caption_is_about_its_own_files_and_the_one_it_replies_to(
    look_up, database, add_document
) -> None:
    for name, version, message_id in (
        ("old.pdf", "v1", 40),
        ("new.pdf", "v2", 50),
        ("together.pdf", "v3", 51),
        ("other.pdf", "v4", 60),
    ):
        await add_document(name, version, message_id)
    for job_id, message_id, reply_id in ((1, 50, 52), (2, 51, 52), (3, 60, 61)):
        job = Job(job_id=job_id, message_id=message_id, reply_id=reply_id, chat_id=5)
        await database.run(record_outcome, job, "done")
    assert await look_up(40, from_owner=True, file_name="old.pdf", captioned_id=50) == Reference(
        documents={"v1": "old.pdf", "v2": "new.pdf", "v3": "together.pdf"}
    )


async def test_a_card_without_its_buttons_is_still_about_its_document(
    look_up, database, add_document, remove_document
) -> None:
    await add_document("a.txt", "v1", 40)
    await database.run(references.record_card, 50, 1)
    assert await look_up(50, text="a.txt") == Reference(documents={"v1": "a.txt"})
    await remove_document("a.txt")
    assert await look_up(50, text="a.txt") == Reference(omission=Omission.NO_DOCUMENT)


async def test_a_message_that_shows_a_list_again_is_no_card(
    look_up, database, add_document
) -> None:
    await add_document("a.txt", "v1", 40)
    await database.run(references.record_card, 50, 1)
    await database.run(references.forget_card, 50)
    assert await look_up(50, text="1. a.txt") == Reference(omission=Omission.UNKNOWN)


async def test_a_card_is_about_the_newer_version_after_a_replacement(
    look_up, database, add_document
) -> None:
    await add_document("a.txt", "v1", 40)
    await database.run(references.record_card, 50, 1)
    await add_document("a.txt", "v2", 60)
    assert await look_up(50, text="a.txt") == Reference(documents={"v2": "a.txt"})


async def test_an_archive_that_was_replaced_is_about_what_is_in_the_newer_one(
    look_up, add_document
) -> None:
    await add_document("all.zip/a.txt", "v1", 40)
    await add_document("all.zip/a.txt", "v2", 60)
    await add_document("all.zip.txt", "v3", 61)
    found = await look_up(40, from_owner=True, file_name="all.zip")
    assert found == Reference(documents={"v2": "all.zip/a.txt"})


@pytest.fixture
def report_upload(database):
    """Return a function that lets a message of the bot show what became of an upload."""

    async def run(progress_id: int, upload_id: int) -> None:
        job = Job(job_id=upload_id, message_id=upload_id, reply_id=progress_id, chat_id=5)
        await database.run(record_outcome, job, "✅")

    return run


async def test_what_was_said_about_an_upload_is_about_the_one_that_replaced_it(
    look_up, add_document, report_upload
) -> None:
    for name, version, message_id in (("a.txt", "v1", 40), ("b.txt", "v2", 41)):
        await add_document(name, version, message_id)
        await report_upload(45, message_id)
    for version, message_id in (("v3", 50), ("v4", 60)):
        await add_document("a.txt", version, message_id)
        await report_upload(message_id + 1, message_id)
    assert await look_up(45) == Reference(documents={"v2": "b.txt", "v4": "a.txt"})
    assert await look_up(61) == Reference(documents={"v4": "a.txt"})


async def test_once_both_versions_are_kept_each_message_is_about_its_own(
    look_up, database, add_document, report_upload
) -> None:
    await add_document("a.txt", "v1", 40)
    await report_upload(41, 40)
    await add_document("a.txt", "v2", 50)
    await report_upload(51, 50)
    await database.run(records.separate_versions, 1)
    await add_document("a.txt", "v1", 40)  # read again
    assert await look_up(41) == Reference(documents={"v1": "a.txt"})
    assert await look_up(51) == Reference(documents={"v2": "a (2).txt"})
