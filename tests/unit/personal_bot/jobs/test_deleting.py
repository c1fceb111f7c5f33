import pytest
from peewee import OperationalError

from personal_bot.answers import conversations
from personal_bot.answers.sources import Source
from personal_bot.errors import DocumentNotFoundError, QdrantUnreachableError
from personal_bot.jobs.deleting import DeletionJobHandler
from personal_bot.jobs.queue import JobKind, NewJob

OWNER = 5


@pytest.fixture
def handler(context) -> DeletionJobHandler:
    return DeletionJobHandler(context)


@pytest.fixture
def order(context, telegram):
    """Return a function that records a deletion with a progress message and takes its job."""

    async def run(kind: JobKind, **payload):
        reply_id = await context.messenger.send(OWNER, "Deleting…")
        await context.queue.record(NewJob(1, kind, OWNER, reply_id, payload, reply_id))
        return await context.queue.take([kind])

    return run


@pytest.fixture
async def answered(database, services, add_document, remove_document, monkeypatch) -> None:
    """Two answers were made from the document a.pdf, which the library deletes for real."""
    await add_document("a.pdf", "v1")
    services.put("a.pdf")
    found = Source(1, "a.pdf", None, "quote", OWNER, 40, version="v1")
    for sources in ([found], []):
        await database.run(conversations.record_exchange, "q", "a", sources, {"v1"})
    delete = services.delete

    async def delete_document(document_id: int) -> None:
        await delete(document_id)
        await remove_document("a.pdf")

    monkeypatch.setattr(services, "delete", delete_document)


@pytest.mark.usefixtures("answered")
async def test_a_document_goes_with_what_was_made_from_it(
    handler, order, context, database, telegram, services
) -> None:
    await handler.execute(await order(JobKind.DELETION, document_id=1, name="a.pdf", page=0))
    assert services.cards == {}
    assert telegram.last.text == (
        "“a.pdf” has been deleted. I have also removed 2 answers made with it from our "
        "conversation and will not use them again. What you see in this chat stays until you "
        "delete it.\n\nYou have no documents here. Send me a file."
    )
    assert await database.run(conversations.find_source, 1) is None
    assert await database.run(conversations.read_history) == []
    assert await context.queue.count(JobKind.DELETION) == 0


async def test_after_a_deletion_the_list_is_shown_at_the_same_page(
    handler, order, telegram, services
) -> None:
    services.put(*(f"{number}.pdf" for number in range(1, 11)))
    await handler.execute(await order(JobKind.DELETION, document_id=10, name="10.pdf", page=1))
    assert telegram.last.text == (
        "“10.pdf” has been deleted.\n\n"
        "<b>9 documents</b>\n\n9. 9.pdf — 3 pages · 7 passages\n\n"
        "Tap a number to see what I read of a document, to ask about it alone, or to delete it."
    )
    assert telegram.last.buttons == ["card:9:1:1", "docs:0", "docs:1", "docs:0"]


@pytest.mark.usefixtures("answered")
async def test_an_interrupted_deletion_counts_what_it_removed_before(
    handler, order, context, telegram, services, monkeypatch
) -> None:
    job = await order(JobKind.DELETION, document_id=1, name="a.pdf", page=0)
    with monkeypatch.context() as patched:
        patched.setattr(DeletionJobHandler, "_tell", _raise(OperationalError("killed here")))
        with pytest.raises(OperationalError):
            await handler.execute(job)
    services.delete = _raise(DocumentNotFoundError("1"))
    await handler.execute(await context.queue.take([JobKind.DELETION]))
    assert "removed 2 answers" in telegram.last.text


@pytest.mark.usefixtures("answered")
async def test_answers_go_although_the_storage_fails_after_the_document_is_gone(
    handler, order, database, services, remove_document
) -> None:
    async def delete(_document_id: int) -> None:
        await remove_document("a.pdf")
        raise QdrantUnreachableError

    services.delete = delete
    await handler.execute(await order(JobKind.DELETION, document_id=1, name="a.pdf", page=0))
    assert await database.run(conversations.find_source, 1) is None


async def test_a_document_deleted_before_a_restart_is_deleted(
    handler, order, telegram, services
) -> None:
    services.delete = _raise(DocumentNotFoundError("1"))
    await handler.execute(await order(JobKind.DELETION, document_id=1, name="a.pdf", page=0))
    assert telegram.last.text.startswith("“a.pdf” has been deleted.\n\n")


async def test_clearing_leaves_nothing(handler, order, database, telegram, services) -> None:
    services.put("a.pdf", "b.pdf")
    await database.run(conversations.record_exchange, "q", "a", [])
    await handler.execute(await order(JobKind.CLEARING, documents=2))
    assert services.cards == {}
    assert telegram.last.text.startswith("Deleted: 2 documents and our conversation.")
    assert await database.run(conversations.read_history) == []


async def test_a_storage_that_is_away_is_told(handler, order, context, telegram, services) -> None:
    services.put("a.pdf")
    services.delete = _raise(QdrantUnreachableError())
    await handler.execute(await order(JobKind.DELETION, document_id=1, name="a.pdf", page=0))
    assert "is not responding right now" in telegram.last.text
    assert context.reporter.problem.condition == "qdrant_unreachable"


async def test_a_removal_given_up_is_told(handler, order, telegram) -> None:
    await handler.give_up(await order(JobKind.CLEARING, documents=2))
    assert telegram.last.text.startswith("Sorry, I could not delete it.")


def _raise(error: Exception):
    async def run(*_: object) -> None:
        raise error

    return run
