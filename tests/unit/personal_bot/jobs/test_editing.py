"""An edited question has one answer, that to its last text, in the messages of the first."""

from functools import partial

import pytest

from personal_bot.answers import conversations
from personal_bot.answers.sources import Source
from personal_bot.errors import QueueFullError
from personal_bot.jobs.editing import record_edit
from personal_bot.jobs.queue import MAX_WAITING, JobKind, NewJob, read_payload, save_payload
from personal_bot.storage.models import Job

OWNER = 5


@pytest.fixture
def list_jobs(database):
    async def run() -> list[Job]:
        return await database.run(lambda: list(Job.select().order_by(Job.job_id)))

    return run


@pytest.fixture
def edit(database):
    """Return a function that records an edit of message 30."""

    async def run(text: str, update_id: int = 50, **payload) -> None:
        new = NewJob(update_id, JobKind.QUESTION, OWNER, 30, {"text": text, **payload})
        await database.run(record_edit, new)

    return run


@pytest.fixture
def ask(context):
    async def run(text: str, update_id: int = 1, message_id: int = 30, **payload) -> None:
        new = NewJob(update_id, JobKind.QUESTION, OWNER, message_id, {"text": text, **payload})
        await context.queue.record(new)

    return run


@pytest.fixture
async def answered(database) -> int:
    """Message 30 is answered in the messages 31 and 32."""
    found = Source(1, "pump.pdf", 3, "24 months", OWNER, 40)
    exchange_id = await database.run(
        partial(conversations.record_exchange, "How long?", "a", [found], question_id=30)
    )
    for part in (0, 1):
        await database.run(conversations.record_message, exchange_id, 31 + part, part)
    return exchange_id


async def test_a_waiting_question_changes_and_keeps_its_place(ask, edit, list_jobs) -> None:
    await ask("How long?", group="album")
    await ask("Who?", 2, 33)
    await edit("How wide?")
    assert [read_payload(job) for job in await list_jobs()] == [
        {"text": "How wide?", "group": "album"},
        {"text": "Who?"},
    ]


async def test_a_question_being_answered_is_answered_again(ask, edit, context, list_jobs) -> None:
    await ask("How long?")
    job = await context.queue.take([JobKind.QUESTION])
    await context.queue.begin(job)
    await edit("How wide?")
    await context.database.run(lambda: save_payload(job, further_ids=[32]))
    await context.queue.finish(job)
    [again] = await list_jobs()
    assert read_payload(again) == {"text": "How wide?", "further_ids": [32]}
    assert again.attempts == 0


async def test_an_answer_being_shown_is_forgotten(
    ask, edit, context, list_jobs, database, answered
) -> None:
    await ask("How long?")
    job = await context.queue.take([JobKind.QUESTION])
    await database.run(lambda: save_payload(job, exchange_id=answered))
    await edit("How wide?")
    [again] = await list_jobs()
    assert read_payload(again) == {"text": "How wide?", "replaces": True}
    assert await database.run(conversations.find_answer, answered) is None


async def test_an_answered_question_is_answered_in_the_same_messages(
    edit, list_jobs, database, answered
) -> None:
    await edit("How wide?", replied_to={"message_id": 20, "from_owner": True})
    [job] = await list_jobs()
    assert (job.message_id, job.reply_id) == (30, 31)
    assert read_payload(job) == {
        "text": "How wide?",
        "replied_to": {"message_id": 20, "from_owner": True},
        "further_ids": [32],
        "replaces": True,
    }
    assert await database.run(conversations.read_history) == []
    assert await database.run(conversations.find_source, 1) is None


async def test_a_question_without_an_answer_is_answered_where_it_says_so(
    edit, list_jobs, database
) -> None:
    await database.run(conversations.record_unanswered, "How long?", 30, 31)
    await edit("How wide?")
    [job] = await list_jobs()
    assert (job.reply_id, read_payload(job)["replaces"]) == (31, False)


async def test_an_edit_without_a_change_does_nothing(ask, edit, list_jobs, answered) -> None:
    await edit("How long?")
    assert await list_jobs() == []
    await ask("Who?")
    await edit("Who?", 51)
    [job] = await list_jobs()
    assert read_payload(job) == {"text": "Who?"}


async def test_an_edit_delivered_again_does_nothing(ask, edit, list_jobs, context) -> None:
    await ask("How long?")
    await edit("How wide?", 50)
    await edit("How high?", 51)
    await edit("How wide?", 50)
    [job] = await list_jobs()
    assert read_payload(job)["text"] == "How high?"
    await context.queue.finish(job)
    await edit("How high?", 51)
    assert await list_jobs() == []


async def test_a_full_queue_leaves_the_earlier_answer(
    edit, list_jobs, database, answered, monkeypatch
) -> None:
    monkeypatch.setitem(MAX_WAITING, JobKind.QUESTION, 0)
    with pytest.raises(QueueFullError):
        await edit("How wide?")
    assert await database.run(conversations.find_answer, answered) is not None
