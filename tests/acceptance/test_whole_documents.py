"""Whole documents are summarized: asked about first if it is costly, with progress and sources."""

import pytest

from tests.acceptance.running_system import onboard

pytestmark = pytest.mark.acceptance


@pytest.mark.timeout(240)
async def test_a_long_document_is_summarized_after_a_question_about_its_cost(make_person):
    person = make_person()
    bot = "reading_bot"
    await onboard(person, bot)
    await person.ask(bot, "/start", "Hello")
    clauses = "\n\n".join(f"Clause {n} obliges the tenant to lock door {n}." for n in range(9_000))
    lease = "This is a lease of a shop. It ends on 31 May 2027.\n\nThe rent is 950 euros."
    files = [("clauses.txt", clauses.encode()), ("lease.txt", lease.encode())]
    sent = await person.upload(bot, *files)
    await person.expect(bot, "Done", after=sent - len(files), patience=90)

    asked = await person.say(bot, "Summarize the clauses")
    question = await person.expect(bot, "(?s)clauses.txt. is long.*Shall I go on", after=asked)
    await person.press(bot, question, "Go on")
    summary = await person.expect(
        bot, r"(?s)Clause 0 obliges.*I read the whole document.*Sources", after=asked, patience=90
    )
    assert summary["message_id"] == question["message_id"]
    await person.press(bot, summary, "1")
    await person.expect(bot, r"(?s)\[1\] clauses.txt.*Clause 0 obliges", summary["message_id"])

    listed = await person.ask(bot, "/docs", "lease.txt")
    await person.press(bot, listed, "2$")
    card = await person.expect(bot, "Read on", after=listed["message_id"] - 1)
    await person.press(bot, card, "Key dates")
    dates = await person.expect(bot, r"(?s)Key dates in .lease.txt.*Sources", card["message_id"])
    assert "31 May 2027" in dates["text"]

    asked = await person.say(bot, "Which of my documents mention euros?")
    everything = await person.expect(bot, r"(?s)950 euros.*Sources", after=asked, patience=60)
    assert "I searched 2 documents" in everything["text"]
