"""Buttons below uploads and cards: details, both versions, another encoding, reading anew."""

import pytest

from personal_bot.jobs.queue import JobKind, read_payload
from personal_bot.jobs.rereading import OFFERED, offer_reading_anew
from personal_bot.storage.models import Document
from personal_bot.telegram.keyboards import (
    CardButton,
    EncodingButton,
    KeepBothButton,
    ReadAnewButton,
)
from tests.unit.personal_bot.conftest import make_card


@pytest.fixture(autouse=True)
async def shown(owner) -> None:
    """Show a message that the buttons may stand below."""
    await owner.send("/help")


@pytest.fixture
def list_names(database):
    return lambda: database.run(lambda: sorted(str(row.name) for row in Document.select()))


async def test_details_below_an_upload_come_in_a_new_message(owner, telegram, services) -> None:
    services.put("a.pdf")
    await owner.send("/docs")
    before = telegram.last.text
    await owner.tap(CardButton(document_id=1).pack())
    assert before in [shown.text for shown in telegram.messages.values()]
    assert telegram.last.text.startswith("<b>a.pdf</b>")


async def test_details_of_a_document_that_is_gone_are_said_to_be(owner, telegram) -> None:
    before = len(telegram.messages)
    await owner.tap(CardButton(document_id=1).pack())
    assert owner.alert == "This document no longer exists. Send /docs to see your documents."
    assert len(telegram.messages) == before


async def test_both_versions_are_kept_under_different_names(
    owner, telegram, add_document, list_jobs, list_names
) -> None:
    await add_document("a.pdf", "old", message_id=40)
    await add_document("a.pdf", "new", message_id=50)
    await owner.tap(KeepBothButton(document_id=1).pack())
    assert await list_names() == ["a (2).pdf"]
    [job] = await list_jobs()
    assert (job.kind, job.message_id, read_payload(job)["name"]) == (JobKind.FILE, 40, "a.pdf")
    assert "“a (2).pdf”" in telegram.last.text


async def test_a_name_that_is_taken_is_not_given_again(owner, add_document, list_names) -> None:
    await add_document("a (2).pdf", "other", message_id=30)
    await add_document("a.pdf", "old", message_id=40)
    await add_document("a.pdf", "new", message_id=50)
    await owner.tap(KeepBothButton(document_id=2).pack())
    assert await list_names() == ["a (2).pdf", "a (3).pdf"]


async def test_versions_are_separated_once(owner, add_document, list_jobs, list_names) -> None:
    await add_document("a.pdf", "old", message_id=40)
    await add_document("a.pdf", "new", message_id=50)
    for _ in range(2):
        await owner.tap(KeepBothButton(document_id=1).pack())
    assert len(await list_jobs()) == 1
    assert await list_names() == ["a (2).pdf"]


async def test_reading_the_same_upload_anew_leaves_one_version(
    owner, add_document, list_jobs
) -> None:
    await add_document("a.pdf", "old", message_id=40)
    await add_document("a.pdf", "new", message_id=40)
    await owner.tap(KeepBothButton(document_id=1).pack())
    assert await list_jobs() == []


async def test_a_text_is_read_again_in_the_chosen_encoding(owner, services, list_jobs) -> None:
    services.cards[1] = make_card(1, "a.txt", message_id=40)
    await owner.tap(EncodingButton(document_id=1, encoding="cp1253").pack())
    [job] = await list_jobs()
    payload = read_payload(job)
    assert (job.kind, job.message_id) == (JobKind.FILE, 40)
    assert (payload["name"], payload["file_id"], payload["encoding"]) == (
        "a.txt",
        "id-a.txt",
        "cp1253",
    )


async def test_what_an_earlier_version_has_read_is_offered_once(
    context, telegram, add_document
) -> None:
    await add_document("a.pdf", "v", message_id=40)
    for _ in range(2):
        await offer_reading_anew(context)
    offers = [one.text for one in telegram.messages.values() if "anew" in one.text]
    assert len(offers) == 1
    assert "your 1 document anew" in offers[0]


async def test_nothing_is_offered_to_those_without_documents(context, telegram) -> None:
    before = len(telegram.messages)
    await offer_reading_anew(context)
    assert len(telegram.messages) == before
    assert context.preferences.get(OFFERED) is not None


async def test_each_upload_is_read_anew_once_however_many_documents_it_holds(
    owner, telegram, add_document, list_jobs
) -> None:
    await add_document("a.zip/one.txt", "1", message_id=40)
    await add_document("a.zip/two.txt", "2", message_id=40)
    await add_document("b.pdf", "3", message_id=41)
    await owner.tap(ReadAnewButton(confirmed=True).pack())
    jobs = await list_jobs()
    assert [(job.message_id, read_payload(job)["name"]) for job in jobs] == [
        (40, "a.zip"),
        (41, "b.pdf"),
    ]
    assert "reading 2 files anew" in telegram.last.text


async def test_more_uploads_can_be_read_anew_than_people_may_send(
    owner, add_document, list_jobs
) -> None:
    for number in range(250):
        await add_document(f"{number}.txt", str(number), message_id=100 + number)
    await owner.tap(ReadAnewButton(confirmed=True).pack())
    assert len(await list_jobs()) == 250


async def test_documents_stay_as_they_are_if_the_owner_wants_so(
    owner, telegram, add_document, list_jobs
) -> None:
    await add_document("a.pdf", "v", message_id=40)
    await owner.tap(ReadAnewButton(confirmed=False).pack())
    assert await list_jobs() == []
    assert "stay as they are" in telegram.last.text
