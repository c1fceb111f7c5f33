import asyncio
import itertools

import pytest
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import SendMessage
from peewee import OperationalError

from personal_bot.answers import conversations
from personal_bot.contract import Condition
from personal_bot.errors import OpenAIKeyInvalidError, OpenAIRateLimitError
from personal_bot.jobs.answering import PAUSES, QuestionJobHandler
from personal_bot.jobs.editing import record_edit, record_repetition
from personal_bot.jobs.queue import JobKind, NewJob, assign_reply, set_reply
from personal_bot.jobs.runner import PostponeError
from personal_bot.telegram.markup import MESSAGE_LIMIT, count_utf16_units

OWNER = 5


@pytest.fixture
def handler(context) -> QuestionJobHandler:
    return QuestionJobHandler(context)


@pytest.fixture
def ask(context):
    """Return a function that records a question and takes its job."""
    ids = iter(range(1, 100))

    async def run(text: str = "How long?", **payload):
        update_id = next(ids)
        await context.queue.record(
            NewJob(update_id, JobKind.QUESTION, OWNER, 30 + update_id, {"text": text, **payload})
        )
        return await context.queue.take([JobKind.QUESTION])

    return run


@pytest.fixture
def cited(services):
    """Add a document, and return an answer that cites it."""
    services.put("pump.pdf")
    return services.Answer("It lasts **24** months [1].", [services.Source()])


async def test_one_message_grows_into_an_answer_with_sources(
    handler, ask, telegram, services, cited
) -> None:
    services.answers = [cited]
    await handler.execute(await ask())
    [shown] = telegram.messages.values()
    assert shown.text == "It lasts 24 months [1].\n\nSources\n[1] pump.pdf, p. 3"
    assert shown.reply_to == 31
    assert shown.buttons == ["source:1", "again", "rate:good", "rate:bad"]


async def test_the_first_thing_shown_is_that_the_question_arrived(
    handler, ask, telegram, services, cited
) -> None:
    services.gate.clear()
    services.answers = [cited]
    work = asyncio.create_task(handler.execute(await ask()))
    while not telegram.messages or not telegram.last.edits:
        await asyncio.sleep(0.01)
    assert telegram.last.edits[0].endswith(" …")
    services.gate.set()
    await work


async def test_an_answered_question_is_remembered_and_removed(
    handler, ask, context, database, services, cited
) -> None:
    services.answers = [cited, cited]
    await handler.execute(await ask("First?"))
    await handler.execute(await ask("Second?"))
    assert services.asked[1] == ("Second?", [("First?", cited.text)])
    assert await context.queue.count(JobKind.QUESTION) == 0


async def test_after_a_kill_a_stored_answer_is_shown_without_asking_again(
    handler, ask, context, telegram, services, cited, monkeypatch
) -> None:
    services.answers = [cited]
    job = await ask()
    with monkeypatch.context() as patched:
        # Simulate a kill after the answer was stored, before it was shown.
        patched.setattr(QuestionJobHandler, "_show", _fail)
        with pytest.raises(OperationalError):
            await handler.execute(job)
    resumed = await context.queue.take([JobKind.QUESTION])
    await QuestionJobHandler(context).execute(resumed)
    assert len(services.asked) == 1
    assert len(telegram.messages) == 1
    assert telegram.last.text.startswith("It lasts 24 months [1].")


async def test_after_a_kill_in_the_middle_the_answer_comes_in_the_same_message(
    handler, ask, context, telegram, services, cited
) -> None:
    services.answers = [asyncio.CancelledError(), cited]
    with pytest.raises(asyncio.CancelledError):
        await handler.execute(await ask())
    await handler.execute(await context.queue.take([JobKind.QUESTION]))
    assert len(telegram.messages) == 1
    assert telegram.last.text.startswith("It lasts 24 months [1].")


async def test_a_long_answer_is_split_and_its_buttons_are_under_the_last(
    handler, ask, telegram, services, cited
) -> None:
    cited.text = "\n\n".join(f"Paragraph {number}. " + "word " * 150 for number in range(12))
    services.answers = [cited]
    await handler.execute(await ask())
    parts = list(telegram.messages.values())
    assert len(parts) == 3
    assert all(count_utf16_units(part.text) <= MESSAGE_LIMIT for part in parts)
    assert [len(part.buttons) for part in parts] == [0, 0, 4]
    assert parts[-1].text.endswith("[1] pump.pdf, p. 3")


async def test_parts_of_a_long_answer_are_not_doubled_after_a_kill(
    handler, ask, context, telegram, services, cited, monkeypatch
) -> None:
    cited.text = "\n\n".join("word " * 150 for _ in range(12))
    services.answers = [cited]
    job = await ask()
    with monkeypatch.context() as patched:
        patched.setattr(context.queue.__class__, "finish", _fail)
        with pytest.raises(OperationalError):
            await handler.execute(job)
    before = dict(telegram.messages)
    await handler.execute(await context.queue.take([JobKind.QUESTION]))
    assert list(telegram.messages) == list(before)


async def test_without_documents_the_owner_is_asked_for_one(
    handler, ask, telegram, services
) -> None:
    await handler.execute(await ask())
    assert "I have no documents yet" in telegram.last.text
    assert services.asked == []


async def test_the_first_question_waits_for_the_first_file(
    handler, ask, context, telegram, services, cited, database
) -> None:
    services.cards.clear()
    services.answers = [cited]
    await context.queue.record(NewJob(90, JobKind.FILE, OWNER, 9, {"name": "pump.pdf"}))
    work = asyncio.create_task(handler.execute(await ask()))
    while not telegram.messages or "still reading 1 file" not in telegram.last.text:
        await asyncio.sleep(0.01)
    services.put("pump.pdf")
    await database.run(assign_reply, [1], 50)
    await context.queue.finish(await context.queue.take([JobKind.FILE]))
    await work
    assert telegram.last.text.startswith("It lasts 24 months")


async def test_an_answer_says_which_files_it_does_without(
    handler, ask, context, telegram, services, cited
) -> None:
    services.answers = [cited]
    await context.queue.record(NewJob(90, JobKind.FILE, OWNER, 9, {"name": "new.pdf"}))
    await handler.execute(await ask())
    assert telegram.last.text.endswith("Answered without 1 file that I am still reading.")


async def test_nothing_found_is_said_so(handler, ask, telegram, services) -> None:
    services.put("pump.pdf")
    services.answers = [services.Answer("", found=False)]
    await handler.execute(await ask())
    assert telegram.last.text.startswith("I found nothing about this")
    assert telegram.last.buttons == ["again", "rate:good", "rate:bad"]


async def test_an_answer_cut_at_its_limit_ends_in_an_ellipsis(
    handler, ask, telegram, services
) -> None:
    services.put("pump.pdf")
    services.answers = [services.Answer("It lasts", [services.Source()], complete=False)]
    await handler.execute(await ask())
    assert telegram.last.text.startswith("It lasts…\n\nSources")


async def test_a_refused_key_is_explained_reported_and_can_be_tried_again(
    handler, ask, context, telegram, services, cited
) -> None:
    services.answers = [OpenAIKeyInvalidError(), cited]
    await handler.execute(await ask())
    assert "/key" in telegram.last.text
    assert telegram.last.buttons == ["retry"]
    assert context.reporter.problem.condition == Condition.OPENAI_KEY_INVALID
    await handler.execute(await ask())
    assert context.reporter.problem is None


async def test_a_passing_refusal_is_tried_again_and_then_told(
    handler, ask, context, telegram, services
) -> None:
    services.put("pump.pdf")
    services.answers = [OpenAIRateLimitError(7)] * (len(PAUSES) + 1)
    job = await ask()
    for _ in PAUSES:
        await context.queue.begin(job)
        with pytest.raises(PostponeError) as postponed:
            await handler.execute(job)
        assert postponed.value.delay >= 7
        assert telegram.last.text.startswith("⏸ OpenAI is not responding")
    await context.queue.begin(job)
    await handler.execute(job)
    assert "Try again in 7 seconds" in telegram.last.text
    assert len(telegram.messages) == 1
    assert context.reporter.problem is None


async def test_a_long_refusal_is_told_at_once(handler, ask, context, telegram, services) -> None:
    services.put("pump.pdf")
    services.answers = [OpenAIRateLimitError(300)]
    job = await ask()
    await context.queue.begin(job)
    await handler.execute(job)
    assert telegram.last.buttons == ["retry"]


async def test_a_placeholder_that_nobody_knows_of_is_removed(
    handler, ask, context, telegram, services, cited
) -> None:
    """A placeholder is removed even if its id is unknown because the response was lost."""
    services.answers = [cited]
    job = await ask()
    lost = TelegramNetworkError(SendMessage(chat_id=OWNER, text="x"), "the answer was lost")
    telegram.lose(SendMessage, lost)
    await handler.execute(job)
    [shown] = telegram.messages.values()
    assert shown.text.startswith("It lasts 24 months")


async def test_a_message_that_the_owner_deleted_is_sent_anew(
    handler, ask, context, telegram, services, cited
) -> None:
    services.answers = [cited]
    job = await ask()
    await context.database.run(set_reply, job, 77)
    await handler.execute(job)
    assert telegram.last.text.startswith("It lasts 24 months")


async def test_an_answer_forgotten_before_it_was_shown_is_made_again(
    handler, ask, context, database, telegram, services, cited, monkeypatch
) -> None:
    services.answers = [cited, services.Answer("Nine [1].", [services.Source()])]
    job = await ask()
    with monkeypatch.context() as patched:
        # Simulate a kill after the answer was stored, before it was shown.
        patched.setattr(conversations, "record_message", _fail_at_once)
        with pytest.raises(OperationalError):
            await handler.execute(job)
    await database.run(conversations.forget_everything)
    await handler.execute(await context.queue.take([JobKind.QUESTION]))
    assert telegram.last.text.startswith("Nine [1].")


async def test_an_answer_from_a_document_deleted_meanwhile_is_made_again(
    handler, ask, context, database, telegram, services, cited, add_document, remove_document
) -> None:
    """It is neither shown nor remembered."""
    await add_document("pump.pdf", "v1")
    cited.versions = frozenset({"v1"})
    services.answers = [cited, services.Answer("Nine [1].", [services.Source()])]
    services.gate.clear()
    work = asyncio.create_task(handler.execute(await ask()))
    while not services.asked:
        await asyncio.sleep(0.01)
    await remove_document("pump.pdf")
    services.gate.set()
    with pytest.raises(PostponeError):
        await work
    assert await database.run(conversations.read_history) == []
    await handler.execute(await context.queue.take([JobKind.QUESTION]))
    assert telegram.last.text.startswith("Nine [1].")
    assert len(telegram.messages) == 1


async def test_the_model_is_not_given_what_was_made_from_a_deleted_document(
    handler, ask, services, cited, add_document, remove_document
) -> None:
    await add_document("pump.pdf", "v1")
    cited.versions = frozenset({"v1"})
    services.answers = [cited, services.Answer("No.")]
    await handler.execute(await ask())
    await remove_document("pump.pdf")
    await handler.execute(await ask("Repeat it."))
    assert services.asked[1] == ("Repeat it.", [])


async def test_a_reply_brings_back_an_answer_of_an_earlier_conversation(
    handler, ask, database, telegram, services, cited
) -> None:
    services.answers = [cited, services.Answer("Yes.")]
    await handler.execute(await ask())
    await database.run(conversations.start_conversation)
    await handler.execute(await ask("Sure?", replied_to=_reply(max(telegram.messages))))
    assert services.asked[1] == ("Sure?", [])
    assert services.references[1].exchange.answer == cited.text


async def test_every_part_of_a_long_answer_can_be_replied_to(
    handler, ask, telegram, services, cited
) -> None:
    cited.text = "\n\n".join("word " * 150 for _ in range(12))
    services.answers = [cited, *(services.Answer("Yes.") for _ in range(3))]
    await handler.execute(await ask())
    for message_id in list(telegram.messages):
        await handler.execute(await ask("Sure?", replied_to=_reply(message_id)))
        assert services.references[-1].exchange.answer == cited.text


async def test_an_answer_says_what_it_leaves_out(
    handler, ask, telegram, services, cited, add_document, remove_document
) -> None:
    await add_document("pump.pdf", "v1")
    cited.versions = frozenset({"v1"})
    services.answers = [cited, services.Answer("Yes.")]
    await handler.execute(await ask())
    await remove_document("pump.pdf")
    await handler.execute(await ask("Sure?", replied_to=_reply(max(telegram.messages))))
    assert services.references[1].exchange is None
    assert "made from a document that has been deleted or replaced" in telegram.last.text


async def test_an_edited_question_is_answered_in_place(
    handler, ask, context, database, telegram, services, cited
) -> None:
    cited.text = "\n\n".join("word " * 150 for _ in range(12))
    services.answers = [cited, services.Answer("Nine [1].", [services.Source()])]
    job = await ask()
    await handler.execute(job)
    first = min(telegram.messages)
    edit = NewJob(90, JobKind.QUESTION, OWNER, job.message_id, {"text": "How wide?"})
    await database.run(record_edit, edit)
    await handler.execute(await context.queue.take([JobKind.QUESTION]))
    assert list(telegram.messages) == [first]
    assert "…" in telegram.last.edits
    assert telegram.last.text == (
        "Nine [1].\n\nSources\n[1] pump.pdf, p. 3\n\n"
        "You edited the question: this replaces my earlier answer."
    )
    history = await database.run(conversations.read_history)
    assert [exchange.question for exchange in history] == ["How wide?"]


async def test_an_edit_while_the_answer_is_generated_counts(
    handler, ask, context, database, telegram, services, cited
) -> None:
    services.answers = [cited, services.Answer("Nine [1].", [services.Source()])]
    services.gate.clear()
    job = await ask()
    work = asyncio.create_task(handler.execute(job))
    while not services.asked:
        await asyncio.sleep(0.01)
    edit = NewJob(90, JobKind.QUESTION, OWNER, job.message_id, {"text": "How wide?"})
    await database.run(record_edit, edit)
    services.gate.set()
    with pytest.raises(PostponeError):
        await work
    await handler.execute(await context.queue.take([JobKind.QUESTION]))
    assert [question for question, _ in services.asked] == ["How long?", "How wide?"]
    assert telegram.last.text == "Nine [1].\n\nSources\n[1] pump.pdf, p. 3"
    assert len(telegram.messages) == 1
    assert await context.queue.count(JobKind.QUESTION) == 0


@pytest.mark.parametrize("edited", [1, 2, 3])
async def test_an_edit_while_the_answer_is_shown_counts(
    handler, ask, context, database, telegram, services, cited, monkeypatch, edited
) -> None:
    """The edit comes just before one of the three parts is shown."""
    cited.text = "\n\n".join("word " * 150 for _ in range(12))
    services.answers = [cited, services.Answer("Nine [1].", [services.Source()])]
    job = await ask()
    edit = NewJob(90, JobKind.QUESTION, OWNER, job.message_id, {"text": "How wide?"})
    shown = context.messenger.edit
    calls = itertools.count(1)

    async def interfere(*arguments) -> None:
        if services.asked and next(calls) == edited:
            await database.run(record_edit, edit)
        await shown(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(context.messenger, "edit", interfere)
        await handler.execute(job)
    await handler.execute(await context.queue.take([JobKind.QUESTION]))
    assert telegram.last.text.startswith("Nine [1].")
    assert len(telegram.messages) == 1
    history = await database.run(conversations.read_history)
    assert [exchange.question for exchange in history] == ["How wide?"]


async def test_an_answer_asked_for_again_comes_from_a_wider_search_in_its_place(
    handler, ask, context, database, telegram, services, cited
) -> None:
    services.answers = [cited, services.Answer("Nine [1].", [services.Source()])]
    await handler.execute(await ask())
    first = max(telegram.messages)
    await database.run(record_repetition, 90, OWNER, first)
    await handler.execute(await context.queue.take([JobKind.QUESTION]))
    assert services.wide == [False, True]
    assert list(telegram.messages) == [first]
    assert telegram.last.text == (
        "Nine [1].\n\nSources\n[1] pump.pdf, p. 3\n\n"
        "I searched more widely: this replaces my earlier answer."
    )
    # Telegram repeats an update whose confirmation was lost.
    await database.run(record_repetition, 90, OWNER, first)
    assert await context.queue.count(JobKind.QUESTION) == 0
    history = await database.run(conversations.read_history)
    assert [exchange.answer for exchange in history] == ["Nine [1]."]


async def test_an_edited_question_that_was_refused_is_answered_where_that_is_said(
    handler, ask, context, database, telegram, services, cited
) -> None:
    services.answers = [OpenAIKeyInvalidError(), cited]
    job = await ask()
    await handler.execute(job)
    edit = NewJob(90, JobKind.QUESTION, OWNER, job.message_id, {"text": "How wide?"})
    await database.run(record_edit, edit)
    await handler.execute(await context.queue.take([JobKind.QUESTION]))
    assert len(telegram.messages) == 1
    assert telegram.last.text.endswith("[1] pump.pdf, p. 3")


async def test_a_blocked_bot_drops_the_question(handler, ask, context, telegram, services) -> None:
    error = TelegramForbiddenError(SendMessage(chat_id=OWNER, text="x"), "blocked")
    telegram.refuse(SendMessage, error, error)
    job = await ask()
    await handler.execute(job)
    await handler.give_up(job)
    assert await context.queue.count(JobKind.QUESTION) == 0


async def test_a_question_given_up_gets_an_apology(handler, ask, telegram) -> None:
    await handler.give_up(await ask())
    assert telegram.last.text.startswith("Sorry, I could not answer this")


def _reply(message_id: int) -> dict[str, object]:
    return {"message_id": message_id, "from_owner": False}


async def _fail(*_: object) -> None:
    raise OperationalError("killed here")


def _fail_at_once(*_: object) -> None:
    raise OperationalError("killed here")
