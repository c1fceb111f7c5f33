"""⏹ ends an answer at once; what there is of it stays. A waiting question can be taken back."""

import asyncio

import pytest
from peewee import OperationalError

from personal_bot.answers import conversations
from personal_bot.errors import OpenAIRateLimitError
from personal_bot.jobs import exchanges
from personal_bot.jobs.answering import QuestionJobHandler
from personal_bot.jobs.editing import record_edit
from personal_bot.jobs.queue import JobKind, NewJob, assign_reply
from personal_bot.jobs.runner import JobRunner, PostponeError
from personal_bot.jobs.stopping import (
    ChangedError,
    Stop,
    accept_stop,
    record_stop,
    run_unless_changed,
)
from personal_bot.telegram.keyboards import StopButton
from tests.unit.personal_bot.conftest import OWNER

STOP = StopButton().pack()
AFTER = ["source:1", "again", "rate:good", "rate:bad"]


@pytest.fixture
def handler(context) -> QuestionJobHandler:
    return QuestionJobHandler(context, pauses=(25.0,))


@pytest.fixture
def ask(context):
    """Return a function that records a question, whose message is the number of its update."""

    async def run(number: int, text: str = "How long?") -> None:
        await context.queue.record(NewJob(number, JobKind.QUESTION, OWNER, number, {"text": text}))

    return run


@pytest.fixture
def take(context):
    async def run():
        job = await context.queue.take([JobKind.QUESTION])
        await context.queue.begin(job)
        return job

    return run


@pytest.fixture
def answer(services):
    """Add a document, and let the answerer hang after most of an answer."""
    services.put("pump.pdf")
    services.gate.clear()
    services.answers = [services.Answer("It lasts 24 mths [1]. More.", [services.Source()])]
    return services.answers[0]


@pytest.fixture
async def stop(context):
    async def run(message_id: int) -> Stop | None:
        found = await context.database.run(record_stop, message_id)
        await context.queue.announce_change()
        return found

    return run


@pytest.fixture
async def background(context, handler):
    """Return a function that starts the handler's tasks."""
    tasks = []

    def run() -> None:
        runner = JobRunner(context.queue, {JobKind.QUESTION: handler}, context.outage.retry)
        tasks.extend(map(asyncio.create_task, (runner.run(), handler.announce())))

    yield run
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(condition) -> None:
    while not condition():
        await asyncio.sleep(0.005)


async def test_a_stopped_answer_keeps_what_there_is_and_says_so(
    handler, ask, take, stop, telegram, answer, database
) -> None:
    await ask(1)
    work = asyncio.create_task(handler.execute(await take()))
    await until(lambda: telegram.messages and "[1]" in telegram.last.text)
    assert telegram.last.buttons == [STOP]
    assert await stop(max(telegram.messages)) is Stop.ANSWER
    await work
    assert telegram.last.text == (
        "It lasts 24 mths [1]…\n\n⏹ You stopped the answer here.\n\nSources\n[1] pump.pdf, p. 3"
    )
    assert telegram.last.buttons == AFTER
    [exchange] = await database.run(conversations.read_history)
    assert exchange.answer == "It lasts 24 mths [1]…"


async def test_what_was_stopped_before_it_cited_anything_does_not_belong_to_the_conversation(
    handler, ask, take, stop, telegram, answer, database
) -> None:
    answer.sources = []
    await ask(1)
    work = asyncio.create_task(handler.execute(await take()))
    await until(lambda: telegram.messages and "[1]" in telegram.last.text)
    await stop(max(telegram.messages))
    await work
    assert "You stopped the answer here" in telegram.last.text
    assert await database.run(conversations.read_history) == []


async def test_an_answer_stopped_before_its_first_word_can_be_asked_for_again(
    handler, ask, take, stop, context, telegram, answer
) -> None:
    answer.text = ""
    await ask(1)
    work = asyncio.create_task(handler.execute(await take()))
    await until(lambda: telegram.messages)
    await stop(max(telegram.messages))
    with pytest.raises(PostponeError):
        await work
    await handler.execute(await take())
    assert telegram.last.text == "⏹ Stopped before the answer began."
    assert telegram.last.buttons == ["retry"]
    assert await context.queue.count() == 0


async def test_a_stop_during_a_pause_ends_it(
    ask, stop, context, telegram, services, answer, background
) -> None:
    services.answers = [OpenAIRateLimitError(20)]
    await ask(1)
    background()
    await until(lambda: telegram.messages and "is not responding" in telegram.last.text)
    assert telegram.last.buttons == [STOP]
    await stop(max(telegram.messages))
    await until(lambda: telegram.last.buttons == ["retry"])
    assert telegram.last.text.startswith("⏹ Stopped")
    assert len(services.asked) == 1


async def test_a_stop_while_files_are_being_read_ends_the_wait(
    ask, stop, context, telegram, services, background
) -> None:
    await context.queue.record(NewJob(90, JobKind.FILE, OWNER, 9, {"name": "pump.pdf"}))
    await context.database.run(assign_reply, [1], 50)
    await ask(1)
    background()
    await until(lambda: telegram.messages and "still reading" in telegram.last.text)
    await stop(max(telegram.messages))
    await until(lambda: telegram.last.buttons == ["retry"])


async def test_a_stop_that_comes_too_late_changes_nothing(
    handler, ask, take, stop, telegram, services, answer, context, monkeypatch
) -> None:
    """It was pressed after the last word, but before the answer was stored."""
    await ask(1)

    def interfere(job) -> None:
        assert record_stop(max(telegram.messages)) is Stop.ANSWER
        accept_stop(job)

    services.gate.set()
    monkeypatch.setattr(exchanges, "accept_stop", interfere)
    await handler.execute(await take())
    assert telegram.last.text == "It lasts 24 mths [1]. More.\n\nSources\n[1] pump.pdf, p. 3"
    assert await context.queue.count() == 0
    assert await stop(max(telegram.messages)) is None


async def test_a_process_that_ends_after_a_stop_does_not_ask_again(
    handler, ask, take, context, telegram, services, answer
) -> None:
    await ask(1)
    work = asyncio.create_task(handler.execute(await take()))
    await until(lambda: telegram.messages and "[1]" in telegram.last.text)
    await context.database.run(record_stop, max(telegram.messages))  # nobody notices
    work.cancel()
    await asyncio.wait([work])
    await QuestionJobHandler(context).execute(await take())
    assert telegram.last.text.startswith("⏹ Stopped")
    assert (len(services.asked), len(telegram.messages)) == (1, 1)


async def test_an_edit_ends_an_answer_at_once_and_counts_more_than_a_stop(
    handler, ask, take, stop, context, telegram, services, answer
) -> None:
    services.answers.append(services.Answer("Nine [1].", [services.Source()]))
    await ask(1)
    work = asyncio.create_task(handler.execute(await take()))
    await until(lambda: telegram.messages and "[1]" in telegram.last.text)
    await context.database.run(record_stop, max(telegram.messages))
    edit = NewJob(50, JobKind.QUESTION, OWNER, 1, {"text": "How wide?"})
    await context.database.run(record_edit, edit)
    await context.queue.announce_change()
    with pytest.raises(PostponeError):
        await work
    services.gate.set()
    await handler.execute(await take())
    assert telegram.last.text == "Nine [1].\n\nSources\n[1] pump.pdf, p. 3"


async def test_a_second_question_waits_visibly_and_is_answered_in_the_same_message(
    ask, telegram, services, answer, background
) -> None:
    services.answers.append(services.Answer("Nine [1].", [services.Source()]))
    background()
    await ask(1)
    await until(lambda: telegram.messages)
    await ask(2, "How wide?")
    await until(lambda: len(telegram.messages) == 2)
    waiting = telegram.last
    assert waiting.text == "⏳ Waiting: I will answer this after the question before it."
    assert (waiting.reply_to, waiting.buttons) == (2, [STOP])
    services.gate.set()
    await until(lambda: waiting.buttons == ["source:2", *AFTER[1:]])
    assert waiting.text.startswith("Nine [1].")
    assert len(telegram.messages) == 2


async def test_a_question_taken_back_is_not_answered_and_leaves_no_trace(
    ask, stop, context, database, telegram, services, answer, background
) -> None:
    background()
    await ask(1)
    await ask(2, "How wide?")
    await until(lambda: len(telegram.messages) == 2)
    waiting = max(telegram.messages, key=lambda number: telegram.messages[number].reply_to)
    assert await stop(waiting) is Stop.WAITING
    services.gate.set()
    await until(lambda: telegram.messages[waiting].buttons == [])
    while await context.queue.count():
        await asyncio.sleep(0.005)
    assert telegram.messages[waiting].text.startswith("✖️ You took this question back")
    assert [question for question, _ in services.asked] == ["How long?"]
    assert [item.question for item in await database.run(conversations.read_history)] == [
        "How long?"
    ]
    assert await database.run(conversations.find_question, 2) is None


async def test_a_question_that_is_taken_while_it_is_announced_has_one_message(
    handler, ask, take, context, telegram, services, answer
) -> None:
    services.gate.set()
    await ask(1)
    job = await take()
    with context.languages.speaking():
        await asyncio.gather(handler._messages.announce(job), handler.execute(job))
    assert len(telegram.messages) == 1
    assert telegram.last.text.startswith("It lasts 24 mths")


async def test_work_that_fails_or_ends_is_not_disturbed(context, ask, take) -> None:
    async def work(outcome):
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    await ask(1)
    job = await take()
    assert await run_unless_changed(context.queue, job, work(7)) == 7
    with pytest.raises(OperationalError):
        await run_unless_changed(context.queue, job, work(OperationalError("full")))


async def test_work_is_over_when_the_change_is_reported(context, ask, take, stop) -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    await ask(1)
    job = await take()
    job.reply_id = 40
    await context.database.run(assign_reply, [job.job_id], 40)
    running = asyncio.create_task(run_unless_changed(context.queue, job, work()))
    await asyncio.sleep(0)
    await stop(40)
    with pytest.raises(ChangedError):
        await running
    assert ended.is_set()
