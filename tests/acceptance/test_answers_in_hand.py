"""An answer is in its owner's hand: stopped, asked for again, looked up, rated and exported."""

import io
import json
import zipfile

import pytest

from tests.acceptance.person import Person
from tests.acceptance.running_system import KEY
from tests.acceptance.test_conversations import teach

pytestmark = pytest.mark.acceptance

WATER = "The dam holds nine million tonnes of water, which is enough for the city and the valley"
DAM = f"{WATER}.\n\n# History\n\nThe dam was built in 1962."


async def stall(person: Person) -> None:
    """Let the next answer come to a halt in its middle."""
    fault = {"method": "chat/completions", "token": KEY, "after_bytes": 1_100, "stall": 60}
    (await person.client.post("/faults", json=fault)).raise_for_status()


@pytest.mark.timeout(240)
async def test_an_answer_is_stopped_asked_for_again_rated_and_exported(make_person):
    person = make_person()
    bot = "obedient_bot"
    await teach(person, bot, dam=DAM)
    await stall(person)
    asked = await person.say(bot, "How much water does the dam hold?")
    growing = await person.expect(bot, r"The dam holds(?s:.*) …$", after=asked)
    later = await person.say(bot, "When was the dam built?")
    waiting = await person.expect(bot, "⏳", after=later)
    await person.press(bot, waiting, "Take back")
    await person.expect(bot, "took this question back", after=later)
    await person.press(bot, growing, "Stop")
    stopped = await person.expect(bot, "(?s)The dam holds.*You stopped the answer", after=asked)
    assert stopped["message_id"] == growing["message_id"]

    await person.press(bot, stopped, "🔄")
    again = await person.expect(bot, "(?s)the valley.*Sources.*searched more widely", after=asked)
    assert again["message_id"] == growing["message_id"]
    assert len([m for m in await person.read(bot, after=asked) if m["from"] == "bot"]) == 2

    await person.press(bot, again, "1")
    source = await person.expect(bot, r"^\[1\] dam\.txt", after=later)
    await person.press(bot, source, "Around it")
    await person.expect(bot, "(?s)the valley.*1962", after=source["message_id"] - 1)

    await person.press(bot, again, "👎")
    await person.expect_alert(bot, "Noted")
    sent = await person.ask(bot, "/export", "1 answer, 1 of them rated")
    query = {"user_id": person.user_id, "file_id": sent["document"]["file_id"]}
    answer = await person.client.get("/client/files", params=query)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        [exported] = json.loads(archive.read("conversations.json"))
    assert (exported["question"], exported["rating"]) == (
        "How much water does the dam hold?",
        "bad",
    )
    assert exported["sources"][0]["quote"].startswith(WATER)
