"""Deletions are complete, replies bring back what they reply to, edits are answered anew."""

import pytest

from tests.acceptance.person import Message, Person
from tests.acceptance.running_system import onboard

pytestmark = pytest.mark.acceptance


async def teach(person: Person, bot: str, **texts: str) -> int:
    """Set up a bot and send it documents, `name="text"` each; return the last upload's id."""
    await onboard(person, bot)
    await person.ask(bot, "/start", "Hello")
    files = [(f"{name}.txt", text.encode()) for name, text in texts.items()]
    sent = await person.upload(bot, *files)
    await person.expect(bot, "Done", after=sent - len(files))
    return sent


async def read_message(person: Person, bot: str, message_id: int) -> Message:
    [message] = [m for m in await person.read(bot) if m["message_id"] == message_id]
    return message


@pytest.mark.timeout(240)
async def test_nothing_of_a_deleted_document_is_sent_again(make_person):
    person = make_person()
    bot = "forgetful_bot"
    await teach(
        person, bot, safe="The secret code of the safe is 4471.", sky="The sky of Mars is pink."
    )
    answer = await person.ask(bot, "What is the code of the safe?", r"(?s)4471.*Sources")
    listed = await person.ask(bot, "/docs", r"safe\.txt")
    await delete(person, bot, listed, "safe.txt")
    before = len(await person.list_prompts())
    await person.press(bot, answer, "1")
    await person.expect_alert(bot, "no longer exists")
    for question, reply in (
        ("Repeat the code of the safe.", {}),
        ("And what was it?", {"reply_to_message_id": answer["message_id"], "quote": "4471"}),
        ("What colour is the sky of Mars?", {}),
    ):
        asked = await person.say(bot, question, **reply)
        told = await person.expect(bot, r"(?s)found nothing|I am a stand-in|pink", after=asked)
        if reply:
            await person.expect(bot, "has been deleted or replaced", told["message_id"] - 1)
    prompts = (await person.list_prompts())[before:]
    assert len(prompts) >= 3
    assert not [prompt for prompt in prompts if "4471" in prompt]


async def delete(person: Person, bot: str, listed: Message, name: str) -> None:
    """Delete a document by the buttons of /docs; wait until it is gone with one answer."""
    line = next(line for line in listed["text"].splitlines() if name in line)
    number = line.partition(".")[0]
    shown_in = listed["message_id"]
    await person.press(bot, listed, rf"^\D*{number}$")
    card = await person.expect(bot, "Read on", after=shown_in - 1)
    await person.press(bot, card, "Delete")
    asked = await person.expect(bot, f"Delete “{name}”", after=shown_in - 1)
    await person.press(bot, asked, "Delete")
    await person.expect(bot, r"(?s)has been deleted.*removed 1 answer", after=shown_in - 1)


@pytest.mark.timeout(240)
async def test_a_reply_brings_back_what_it_replies_to(make_person):
    person = make_person()
    bot = "attentive_bot"
    upload = await teach(
        person, bot, lease="The rent of the bakery is 950 crowns, due in May.",
        crane="The crane lifts 12 tonnes. The crane was built in Oslo.",
    )  # fmt: skip
    answer = await person.ask(bot, "What is the rent of the bakery?", r"(?s)950.*Sources")
    await person.ask(bot, "/new", "new conversation")
    asked = await person.say(
        bot, "And when is it due?", reply_to_message_id=answer["message_id"], quote="950 crowns"
    )
    await person.expect(bot, r"(?s)May.*Sources.*lease\.txt", after=asked)
    last = (await person.list_prompts())[-1]
    assert "<words>\n950 crowns\n</words>" in last
    assert "What is the rent of the bakery?" in last

    asked = await person.say(bot, "What does it lift?", reply_to_message_id=upload)
    await person.expect(bot, r"(?s)12 tonnes.*Sources.*crane\.txt", after=asked)
    last = (await person.list_prompts())[-1]
    assert '<document name="crane.txt"/>' in last
    assert "bakery is 950" not in last.partition("<passages>")[2]


@pytest.mark.timeout(240)
async def test_an_edited_question_is_answered_in_the_same_message(make_person):
    person = make_person()
    bot = "patient_bot"
    await teach(person, bot, zoo="The zoo keeps eleven penguins.\n\nThe zoo opened in 1931.")
    asked = await person.say(bot, "How many penguins does the zoo keep?")
    answer = await person.expect(bot, r"(?s)eleven.*Sources", after=asked)
    await person.edit(bot, asked, "When was the zoo opened?")
    again = await person.expect(bot, r"(?s)1931.*Sources.*this replaces my earlier", after=asked)
    assert again["message_id"] == answer["message_id"]
    said = [m for m in await person.read(bot, after=asked) if m["from"] == "bot"]
    assert len(said) == 1
    follow = await person.say(bot, "And what does it keep?")
    await person.expect(bot, "Sources|found nothing", after=follow)
    assert "How many penguins" not in (await person.list_prompts())[-1]


@pytest.mark.timeout(240)
async def test_questions_are_about_what_is_pinned_until_it_is_let_go(make_person):
    person = make_person()
    bot = "focused_bot"
    await teach(
        person, bot, lease="The rent of the bakery is 950 crowns, due in May.",
        crane="The crane lifts 12 tonnes. The crane was built in Oslo.",
    )  # fmt: skip
    before = len(await person.list_prompts())
    named = await person.ask(bot, "What does lease.txt say about the rent?", r"(?s)950.*Sources")
    assert "Only about" not in named["text"]
    assert "Oslo" not in (await person.list_prompts())[before]

    card = await open_card(person, bot, "lease.txt")
    await person.press(bot, card, "Ask about this one")
    await person.expect_alert(bot, "From now on, your questions are about “lease.txt”")
    await person.expect(bot, "Pinned", after=card["message_id"] - 1)
    before = len(await person.list_prompts())
    await person.ask(bot, "What does the crane lift?", r"(?s)Only about lease\.txt")
    prompts = (await person.list_prompts())[before:]
    assert prompts
    assert not [prompt for prompt in prompts if "12 tonnes" in prompt]
    await person.ask(bot, "/status", r"Only about lease\.txt")

    sent = await person.upload(bot, ("lease.txt", b"The rent of the bakery is 990 crowns."))
    await person.expect(bot, "replaces the earlier version", after=sent)
    answer = await person.ask(
        bot, "What is the rent of the bakery?", r"(?s)990.*Sources.*Only about lease\.txt"
    )
    # A reply comes first, even to a card whose buttons are gone.
    other = await open_card(person, bot, "crane.txt")
    await person.ask(bot, "/docs", r"Only about lease\.txt")
    asked = await person.say(bot, "What does it lift?", reply_to_message_id=other["message_id"])
    told = await person.expect(bot, r"(?s)12 tonnes.*Sources.*crane\.txt", after=asked)
    assert "Only about" not in told["text"]

    await person.press(bot, answer, "Ask about all again")
    await person.expect_alert(bot, "about all your documents again")
    told = await person.ask(bot, "Where was the crane built?", r"(?s)Oslo.*Sources.*crane\.txt")
    assert "Only about" not in told["text"]


async def open_card(person: Person, bot: str, name: str) -> Message:
    """Show a document's card by the buttons of /docs."""
    listed = await person.ask(bot, "/docs", r"Tap a number")
    line = next(line for line in listed["text"].splitlines() if f"{name} —" in line)
    await person.press(bot, listed, rf"^\D*{line.partition('.')[0]}$")
    return await person.expect(bot, rf"(?s){name}.*Read on", after=listed["message_id"] - 1)
