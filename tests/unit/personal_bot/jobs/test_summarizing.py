"""Questions about whole documents are told from others, asked about if need be, and resumed."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from personal_bot.answers import conversations
from personal_bot.answers.answer import Answer
from personal_bot.answers.conversations import DocumentsChangedError
from personal_bot.answers.sources import Source
from personal_bot.answers.summaries.estimates import Estimate
from personal_bot.answers.summaries.kinds import Kind
from personal_bot.answers.summaries.reading import Progress
from personal_bot.answers.summaries.windows import Place, Window
from personal_bot.documents.pins import pin
from personal_bot.errors import OpenAIKeyInvalidError, OpenAIUnreachableError
from personal_bot.jobs.editing import record_edit
from personal_bot.jobs.queue import JobKind, NewJob
from personal_bot.jobs.runner import JobRunner
from personal_bot.jobs.summarizing import SummaryJobHandler
from personal_bot.jobs.whole_documents import KEPT_ASIDE, QuestionSorter
from personal_bot.storage.models import Document, Job
from personal_bot.telegram.summary_buttons import ChoiceButton, ConsentButton, WholeButton

OWNER = 5


@dataclass
class FakeSummarizer:
    """Reads in three parts; `outcomes` are what reading leads to, in order."""

    tokens: int = 10
    outcomes: list[Any] = field(default_factory=list)
    tasks: list[Any] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    reading: asyncio.Event = field(default_factory=asyncio.Event)

    async def plan(self, task):
        self.tasks.append(task)
        estimate = Estimate(13, self.tokens, 90.0, 0.25)
        return SimpleNamespace(passages=7, is_partial=False, estimate=estimate)

    async def carry_out(self, plan, on_progress):
        window = Window((Place("v", 0),), 10, (40, 80))
        await on_progress(Progress(1, 3, window, 1))
        self.reading.set()
        await self.gate.wait()
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, BaseException):
            raise outcome
        [version] = self.tasks[-1].versions
        source = Source(1, "lease.pdf", 3, "The rent is 950.", OWNER, 40, version=version)
        return Answer("The rent is 950 [1].", [source], True, True, frozenset({version}))


@pytest.fixture
def summarizer(services) -> FakeSummarizer:
    summarizer = FakeSummarizer()
    summarizer.gate.set()

    @asynccontextmanager
    async def use():
        yield summarizer

    services.use_summarizer = use
    services.put("lease.pdf")
    return summarizer


@pytest.fixture
async def lease(add_document, database, services) -> int:
    await add_document("lease.pdf", "hash of the lease")
    number = await database.run(lambda: Document.get().document_id)
    services.cards[number] = services.Card(number, "lease.pdf")
    return number


@pytest.fixture
async def running(context, summarizer):
    """Run questions and summaries as the application does."""

    async def retry(call):
        await call()

    class Asked:
        def __init__(self):
            self.asked = []

        async def execute(self, job):
            self.asked.append(job)

        async def give_up(self, job):
            raise AssertionError

    asked = Asked()
    handlers = (
        {JobKind.QUESTION: QuestionSorter(context, asked)},
        {JobKind.SUMMARY: SummaryJobHandler(context, pauses=(0.0,))},
    )
    runners = [
        asyncio.create_task(JobRunner(context.queue, kinds, retry).run()) for kinds in handlers
    ]
    yield asked.asked
    for runner in runners:
        runner.cancel()
    await asyncio.gather(*runners, return_exceptions=True)


@pytest.fixture
def ask(context):
    ids = iter(range(1000, 2000))

    async def run(text: str, **payload: Any) -> int:
        update_id = next(ids)
        job = NewJob(update_id, JobKind.QUESTION, OWNER, update_id - 950, {"text": text, **payload})
        await context.queue.record(job)
        return job.message_id

    return run


@pytest.fixture
def shows(context, telegram, database):
    """Return a function that waits until the last message matches and nothing is in work."""

    async def wait(text: str, kinds=(JobKind.QUESTION, JobKind.SUMMARY)):
        async with asyncio.timeout(10):
            while not (
                telegram.messages
                and text in telegram.last.text
                and not await context.queue.count(*kinds)
            ):
                await asyncio.sleep(0.005)
        return telegram.last

    return wait


@pytest.fixture
def press(owner):
    """Return a function that taps a button and returns the alert."""

    async def run(message_id: int, data: str) -> str | None:
        await owner.tap(data, message_id)
        return owner.alert

    return run


async def list_kinds(database) -> list[str]:
    return await database.run(lambda: [str(job.kind) for job in Job.select()])


async def test_a_summary_is_shown_like_an_answer_and_remembered(
    running, ask, shows, lease, summarizer, database
):
    asked = await ask("Summarize the lease")
    shown = await shows("The rent is 950 [1].")
    assert "I read the whole document: 7 passages." in shown.text
    assert shown.text.endswith("Sources\n[1] lease.pdf, p. 3")
    assert shown.reply_to == asked
    assert running == []
    [task] = summarizer.tasks
    assert (task.kind, task.versions) == (Kind.SUMMARY, ["hash of the lease"])
    assert task.question == "Summarize this document."
    [earlier] = await database.run(conversations.read_history)
    assert earlier.question == "Summarize the lease"
    assert earlier.versions == {"hash of the lease"}


async def test_an_ordinary_question_is_passed_by(running, ask, lease, summarizer, context):
    await ask("What is the rent in the lease?")
    await ask("Summarize the rules of termination")
    async with asyncio.timeout(10):
        while len(running) < 2:
            await asyncio.sleep(0.005)
    assert summarizer.tasks == []


async def test_the_question_decides_the_language_of_the_answer(
    running, ask, shows, lease, summarizer
):
    await ask("О чём этот документ?")
    await shows("950")
    assert summarizer.tasks[0].question == "Изложи кратко содержание этого документа."
    await ask("Summarize this in three sentences")
    await shows("950")
    assert summarizer.tasks[1].question == "Summarize this in three sentences"


async def test_progress_has_a_button_that_stops_and_keeps_what_was_read(
    running, ask, shows, lease, summarizer, press, telegram
):
    summarizer.gate.clear()
    await ask("Summarize this")
    await summarizer.reading.wait()
    shown = await shows("“lease.pdf” · 1 of 3", kinds=(JobKind.QUESTION,))
    assert shown.text.startswith("📖 Reading")
    await press(max(telegram.messages), "stop")
    shown = await shows("Stopped. What I have read so far is kept")
    assert shown.buttons == ["retry"]
    assert len(telegram.messages) == 1


async def test_what_is_costly_is_asked_about_first(
    running, ask, shows, lease, summarizer, press, telegram, database, context
):
    summarizer.tokens = 251_234
    await ask("Summarize this")
    question = await shows("Shall I go on?")
    assert "13 requests to OpenAI: about 250\xa0000 tokens and 2 minutes" in question.text
    assert "$0.25" in question.text
    assert await list_kinds(database) == ["asking"]
    assert await context.queue.count() == 0  # it keeps nobody from falling asleep
    await press(max(telegram.messages), ConsentButton(agreed=True).pack())
    await shows("The rent is 950 [1].")
    assert await list_kinds(database) == []
    assert len(telegram.messages) == 1


async def test_what_is_too_costly_is_not_read(
    running, ask, shows, lease, summarizer, press, telegram, database
):
    summarizer.tokens = 200_000
    await ask("Summarize this")
    await shows("Shall I go on?")
    await press(max(telegram.messages), ConsentButton(agreed=False).pack())
    shown = await shows("I did not read it")
    assert shown.buttons == ["retry"]
    assert await list_kinds(database) == []


async def test_which_document_is_asked_if_it_is_not_clear(
    running, ask, shows, lease, summarizer, press, telegram, add_document, services
):
    await add_document("cats.txt", "hash of the cats")
    await ask("Summarize this")
    asked = await shows("Which document do you mean?")
    assert len(asked.buttons) == 2
    await press(max(telegram.messages), ChoiceButton(document_id=lease).pack())
    await shows("The rent is 950 [1].")
    assert summarizer.tasks[-1].versions == ["hash of the lease"]


async def test_what_is_pinned_is_read_and_said_so(
    running, ask, shows, lease, summarizer, add_document, database
):
    await add_document("cats.txt", "hash of the cats")
    await database.run(pin, lease)
    await ask("List every deadline")
    shown = await shows("The rent is 950 [1].")
    assert "📌 Only about lease.pdf" in shown.text
    assert summarizer.tasks[-1].versions == ["hash of the lease"]


async def test_a_button_of_a_question_that_is_gone_says_so(
    press, telegram, database, ask, running, shows, lease, summarizer
):
    summarizer.tokens = 200_000
    for _ in range(KEPT_ASIDE + 1):
        await ask("Summarize this")
        await shows("Shall I go on?")
    assert len(await list_kinds(database)) == KEPT_ASIDE
    alert = await press(min(telegram.messages), ConsentButton(agreed=True).pack())
    assert "too old" in alert


async def test_an_edit_makes_a_question_that_waits_an_ordinary_one(
    running, ask, shows, lease, summarizer, database, context
):
    summarizer.tokens = 200_000
    asked = await ask("Summarize this")
    await shows("Shall I go on?")
    edit = NewJob(900, JobKind.QUESTION, OWNER, asked, {"text": "What is the rent?"})
    await database.run(record_edit, edit)
    await context.queue.announce_change()
    async with asyncio.timeout(10):
        while not running:
            await asyncio.sleep(0.005)


async def test_a_tap_below_a_card_makes_a_summary_with_a_title(
    running, shows, lease, summarizer, press, telegram, database, context
):
    card = await context.messenger.send(OWNER, "card")
    await press(card, WholeButton(document_id=lease, kind=Kind.DATES).pack())
    shown = await shows("The rent is 950 [1].")
    assert shown.text.startswith("Key dates in “lease.pdf”\n")
    assert summarizer.tasks[0].kind is Kind.DATES
    [earlier] = await database.run(conversations.read_history)
    assert earlier.question == "Key dates in “lease.pdf”"
    await press(card, WholeButton(document_id=lease, kind=Kind.SUMMARY).pack())
    await shows("Summary of “lease.pdf”")
    assert len(await database.run(conversations.read_history)) == 2


async def test_a_summary_that_failed_can_be_tried_again_in_its_message(
    running, shows, lease, summarizer, press, telegram, context
):
    summarizer.outcomes = [OpenAIKeyInvalidError()]
    card = await context.messenger.send(OWNER, "card")
    await press(card, WholeButton(document_id=lease, kind=Kind.SUMMARY).pack())
    failed = await shows("key")
    [again] = failed.buttons
    await press(max(telegram.messages), again)
    await shows("The rent is 950 [1].")
    assert len(telegram.messages) == 2


async def test_a_service_that_is_away_is_waited_for_and_attempts_that_read_on_do_not_count(
    running, ask, shows, lease, summarizer
):
    summarizer.outcomes = [OpenAIUnreachableError()] * 8
    await ask("Summarize this")
    await shows("The rent is 950 [1].")
    assert len(summarizer.tasks) == 9


async def test_a_document_deleted_meanwhile_is_told(
    running, ask, shows, lease, summarizer, remove_document, press, telegram, services
):
    summarizer.tokens = 200_000
    await ask("Summarize this")
    await shows("Shall I go on?")
    await remove_document("lease.pdf")
    await press(max(telegram.messages), ConsentButton(agreed=True).pack())
    async with asyncio.timeout(10):
        while not running:  # it names nothing any more: an ordinary question
            await asyncio.sleep(0.005)


async def test_a_document_replaced_meanwhile_is_read_anew(
    running, ask, shows, lease, summarizer, add_document
):
    summarizer.outcomes = [DocumentsChangedError()]
    await ask("Summarize this")
    await shows("The rent is 950 [1].")
    assert len(summarizer.tasks) == 2


async def test_the_tap_of_a_card_whose_document_is_gone_says_so(press, context, summarizer):
    card = await context.messenger.send(OWNER, "card")
    alert = await press(card, WholeButton(document_id=77, kind=Kind.SUMMARY).pack())
    assert "no longer exists" in alert
