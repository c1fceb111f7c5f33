"""A question is answered from what is pinned, and from what it names; each answer says so."""

import pytest
from peewee import OperationalError

from personal_bot.documents import pins
from personal_bot.jobs.answer_messages import AnswerMessages
from personal_bot.jobs.answering import QuestionJobHandler
from personal_bot.jobs.queue import JobKind, NewJob
from personal_bot.telegram.keyboards import RatingButton
from personal_bot.telegram.pin_buttons import LetGoButton

OWNER = 5
LET_GO = LetGoButton().pack()


@pytest.fixture
async def documents(services, add_document) -> None:
    for number, name in enumerate(("pump.pdf", "lease.pdf"), 1):
        services.put(name)
        await add_document(name, f"v{number}", 39 + number)


@pytest.fixture
def handler(context, documents) -> QuestionJobHandler:
    return QuestionJobHandler(context)


@pytest.fixture
def ask(context, services):
    """Return a function that records a question and its answer, and takes its job."""
    ids = iter(range(1, 100))

    async def run(text: str = "How long?", answer: str = "It lasts 24 months [1].", **payload):
        sources = [services.Source()] if answer else []
        services.answers.append(services.Answer(answer, sources, found=bool(answer)))
        update_id = next(ids)
        payload = {"text": text, **payload}
        await context.queue.record(
            NewJob(update_id, JobKind.QUESTION, OWNER, 30 + update_id, payload)
        )
        return await context.queue.take([JobKind.QUESTION])

    return run


async def test_every_answer_says_what_is_pinned_and_offers_to_let_go(
    handler, ask, database, telegram, services
) -> None:
    await database.run(pins.pin, 1)
    for _ in range(2):
        await handler.execute(await ask("What does lease.pdf say?"))
        assert services.scopes[-1].pinned
        assert services.scopes[-1].names == ("pump.pdf",)
        assert telegram.last.text.endswith("\n\n📌 Only about pump.pdf")
        assert telegram.last.buttons[0] == LET_GO
    await database.run(pins.let_go)
    await handler.execute(await ask())
    assert services.scopes[-1] is None
    assert "📌" not in telegram.last.text
    assert LET_GO not in telegram.last.buttons


async def test_a_named_document_is_looked_into_first_without_a_word(
    handler, ask, telegram, services
) -> None:
    await handler.execute(await ask("What does the lease say about pets?"))
    assert services.scopes[-1].names == ("lease.pdf",)
    assert not services.scopes[-1].pinned
    assert "📌" not in telegram.last.text


async def test_if_nothing_is_found_in_what_is_pinned_the_answer_says_where_it_looked(
    handler, ask, database, telegram
) -> None:
    await database.run(pins.pin, 2)
    await handler.execute(await ask(answer=""))
    assert telegram.last.text.startswith("I found nothing about this in what is pinned.")
    assert telegram.last.text.endswith("📌 Only about lease.pdf")
    assert LET_GO in telegram.last.buttons


async def test_a_reply_to_a_document_comes_before_what_is_pinned(
    handler, ask, database, telegram, services
) -> None:
    await database.run(pins.pin, 1)
    replied = {"message_id": 41, "from_owner": True, "file_name": "lease.pdf"}
    await handler.execute(await ask(replied_to=replied))
    assert services.references[-1].documents == {"v2": "lease.pdf"}
    assert services.scopes[-1] is None
    assert "📌" not in telegram.last.text
    assert LET_GO not in telegram.last.buttons


async def test_after_a_kill_the_answer_still_says_what_was_pinned(
    handler, ask, context, database, services, telegram, monkeypatch
) -> None:
    await database.run(pins.pin, 1)
    job = await ask()

    async def fail(*_):
        raise OperationalError

    with monkeypatch.context() as patched:
        # Simulate a kill after the answer was stored, before it was shown.
        patched.setattr(AnswerMessages, "show", fail)
        with pytest.raises(OperationalError):
            await handler.execute(job)
    await database.run(pins.let_go)
    await QuestionJobHandler(context).execute(await context.queue.take([JobKind.QUESTION]))
    assert len(services.asked) == 1
    assert telegram.last.text.endswith("📌 Only about pump.pdf")


async def test_a_rating_leaves_the_button_to_let_go(
    handler, ask, database, telegram, owner
) -> None:
    await database.run(pins.pin, 1)
    await handler.execute(await ask())
    await owner.tap(RatingButton(rating="good").pack())
    assert telegram.last.buttons[0] == LET_GO
    assert len(telegram.last.buttons) == 5
