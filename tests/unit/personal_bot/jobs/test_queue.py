import asyncio
from contextlib import asynccontextmanager

import pytest
from peewee import OperationalError

from personal_bot.errors import QueueFullError
from personal_bot.jobs.queue import (
    MAX_WAITING,
    JobKind,
    JobQueue,
    NewJob,
    assign_reply,
    read_payload,
)
from personal_bot.jobs.runner import MAX_ATTEMPTS, JobRunner, PostponeError
from personal_bot.storage.models import Job

QUESTIONS, FILES = [JobKind.QUESTION], [JobKind.FILE]


class RecordingJobHandler:
    """Follows `script`, one entry per job.

    None succeeds at once, an event is waited for, and an exception is raised.
    """

    def __init__(self, *script) -> None:
        self._script = list(script)
        self.done: list[str] = []
        self.given_up: list[str] = []
        self.started = asyncio.Event()

    async def execute(self, job: Job) -> None:
        self.started.set()
        step = self._script.pop(0) if self._script else None
        if isinstance(step, asyncio.Event):
            await step.wait()
        elif step is not None:
            raise step
        self.done.append(read_payload(job)["text"])

    async def give_up(self, job: Job) -> None:
        self.given_up.append(read_payload(job)["text"])


def question(update_id: int, text: str = "?", **payload) -> NewJob:
    return NewJob(update_id, JobKind.QUESTION, 5, update_id, {"text": text, **payload})


def file(update_id: int, **payload) -> NewJob:
    return NewJob(update_id, JobKind.FILE, 5, update_id, {"name": "a.txt", **payload})


@pytest.fixture
def queue(database) -> JobQueue:
    return JobQueue(database)


@asynccontextmanager
async def running(context, handler: RecordingJobHandler):
    runner = JobRunner(context.queue, {JobKind.QUESTION: handler}, context.outage.retry)
    task = asyncio.create_task(runner.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def drained(queue: JobQueue) -> None:
    while await queue.count(JobKind.QUESTION):
        await asyncio.sleep(0.01)


async def test_jobs_are_done_in_order_of_arrival(context, queue) -> None:
    handler = RecordingJobHandler()
    await queue.record(question(2, "first"))
    await queue.record(question(1, "second"))
    async with running(context, handler):
        await queue.record(question(3, "third"))
        await drained(queue)
    assert handler.done == ["first", "second", "third"]


async def test_an_update_delivered_again_is_done_once(context, queue) -> None:
    handler = RecordingJobHandler()
    await queue.record(question(1))
    await queue.record(question(1))
    async with running(context, handler):
        await drained(queue)
        await queue.record(question(1))
        assert not await queue.count(JobKind.QUESTION)
    assert len(handler.done) == 1


async def test_a_question_about_files_waits_for_them(queue, database) -> None:
    await queue.record(file(1, group="album"), question(-1, "about it", group="album"))
    await queue.record(question(2, "another"))
    first = await queue.take(QUESTIONS)
    assert read_payload(first)["text"] == "another"
    await queue.finish(first)
    waiting = asyncio.create_task(queue.take(QUESTIONS))
    await database.run(assign_reply, [1], 50)
    await queue.finish(await queue.take(FILES))
    assert read_payload(await waiting)["text"] == "about it"


async def test_a_file_is_not_taken_before_a_message_speaks_of_it(queue, database) -> None:
    await queue.record(file(1), file(2))
    new = await queue.wait_for_new_files()
    await database.run(assign_reply, [new[1].job_id], 50)
    assert (await queue.take(FILES)).job_id == new[1].job_id


async def test_a_job_that_fails_is_given_up_and_removed(context, queue, caplog) -> None:
    handler = RecordingJobHandler(RuntimeError("unexpected"))
    await queue.record(question(1, "bad"), question(2, "good"))
    async with running(context, handler):
        await drained(queue)
    assert (handler.given_up, handler.done) == (["bad"], ["good"])
    assert "unexpected" in caplog.text


async def test_a_job_that_ended_the_process_too_often_is_given_up(context, queue) -> None:
    handler = RecordingJobHandler()
    await queue.record(question(1))
    for _ in range(MAX_ATTEMPTS):  # a killed process begins a job and does not finish it
        await queue.begin(await queue.take(QUESTIONS))
    async with running(context, handler):
        await drained(queue)
    assert (handler.given_up, handler.done) == (["?"], [])


async def test_a_stop_leaves_the_job_and_does_not_count(context, queue) -> None:
    handler = RecordingJobHandler(asyncio.Event())
    await queue.record(question(1))
    async with running(context, handler):
        await handler.started.wait()
    job = await queue.take(QUESTIONS)
    assert (job.attempts, handler.given_up) == (0, [])


async def test_a_postponed_job_stays_first(context, queue) -> None:
    handler = RecordingJobHandler(PostponeError(0))
    await queue.record(question(1, "first"), question(2, "second"))
    async with running(context, handler):
        await drained(queue)
    assert handler.done == ["first", "second"]


async def test_a_database_that_refuses_loses_no_job(context, queue) -> None:
    handler = RecordingJobHandler(*[OperationalError("database is locked")] * (MAX_ATTEMPTS + 1))
    await queue.record(question(1))
    async with running(context, handler):
        await drained(queue)
    assert handler.done == ["?"]


async def test_result_and_removal_are_one_transaction(queue) -> None:
    await queue.record(question(1))
    job = await queue.take(QUESTIONS)

    def fail() -> None:
        raise OperationalError("disk is full")

    with pytest.raises(OperationalError):
        await queue.finish(job, fail)
    assert await queue.count(JobKind.QUESTION) == 1


async def test_finishing_a_job_again_does_not_remove_the_one_after_it(context) -> None:
    """A job that is finished twice does not remove the next one, to which SQLite gave its id."""
    await context.queue.record(NewJob(1, JobKind.QUESTION, 5, 31, {"text": "First?"}))
    first = await context.queue.take([JobKind.QUESTION])
    await context.queue.finish(first)
    await context.queue.record(NewJob(2, JobKind.QUESTION, 5, 32, {"text": "Second?"}))
    await context.queue.finish(first)
    assert (await context.queue.take([JobKind.QUESTION])).update_id == 2


async def record_all(queue: JobQueue, make, number: int) -> None:
    await queue.record(*(make(update_id) for update_id in range(1, number + 1)))


@pytest.mark.parametrize("make", [question, file])
async def test_what_is_too_much_to_wait_is_refused_and_nothing_else_is_lost(queue, make) -> None:
    kind = make(1).kind
    await record_all(queue, make, MAX_WAITING[kind])
    with pytest.raises(QueueFullError) as refusal:
        await queue.record(make(1_000))
    assert refusal.value.waiting == await queue.count(kind) == MAX_WAITING[kind]


async def test_many_questions_keep_no_file_waiting_outside(queue) -> None:
    await record_all(queue, question, MAX_WAITING[JobKind.QUESTION])
    await queue.record(file(1_000))
    assert await queue.count(JobKind.FILE) == 1


async def test_of_a_refused_message_nothing_is_taken(queue) -> None:
    """A refused message is refused as a whole, for example a file with a question as caption."""
    await record_all(queue, question, MAX_WAITING[JobKind.QUESTION])
    with pytest.raises(QueueFullError):
        await queue.record(file(1_000), question(-1_000))
    assert await queue.count(JobKind.FILE) == 0


async def test_what_is_recorded_already_is_not_refused(queue) -> None:
    """An update that Telegram delivers again is not refused, even if the queue is full.

    Telegram does so if the acknowledgement was lost.
    """
    await record_all(queue, question, MAX_WAITING[JobKind.QUESTION])
    await queue.record(question(1))
    assert await queue.count(JobKind.QUESTION) == MAX_WAITING[JobKind.QUESTION]


async def test_messages_at_once_do_not_pass_the_limit_together(queue) -> None:
    limit = MAX_WAITING[JobKind.QUESTION]
    results = await asyncio.gather(
        *(queue.record(question(update_id)) for update_id in range(1, limit + 4)),
        return_exceptions=True,
    )
    assert [type(result) for result in results if result] == [QueueFullError] * 3
    assert await queue.count(JobKind.QUESTION) == limit


async def test_a_clock_that_was_set_back_lets_no_new_update_be_forgotten(queue, monkeypatch):
    """The updates that arrived last are remembered, whatever the clock said."""
    monkeypatch.setattr("personal_bot.jobs.queue.REMEMBERED_UPDATES", 2)
    for update_id, now in ((1, 9_000.0), (2, 9_001.0), (3, 10.0)):
        monkeypatch.setattr("personal_bot.jobs.queue.time.time", lambda now=now: now)
        await queue.record(question(update_id))
        await queue.finish(await queue.take(QUESTIONS))
    await queue.record(question(3))
    assert await queue.count(JobKind.QUESTION) == 0, "it was delivered again"
