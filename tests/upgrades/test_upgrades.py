"""This version starts on the state folder of every earlier version and loses nothing."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from master.installation.state_dir import PASSWORD_LENGTH
from tests.acceptance.person import Person
from tests.acceptance.running_system import KEY, MASTER, RunningSystem, start_system
from tests.upgrades.record import ANNA, BORIS, CLARA, DAN
from tests.waiting import wait_until

pytestmark = pytest.mark.acceptance


@pytest.fixture
def system(state: Path) -> Iterator[RunningSystem]:
    with start_system(state) as system:
        yield system


async def test_everybody_goes_on_where_they_were(
    recording: Path, state: Path, system: RunningSystem
) -> None:
    assert system.stack.quarantined == []
    assert system.stack.moved_from is not None, "the recording was made elsewhere"
    assert {ANNA, BORIS} <= set(system.stack.rewritten)
    assert len(system.stack.installation.read_supervisor_password()) == PASSWORD_LENGTH
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as client:
        anna, clara, dan = (Person(client, user_id) for user_id in (ANNA, CLARA, DAN))
        boris = Person(client, BORIS, "ru")

        # Pending work is done once, each job in its own message.
        answer = await anna.expect("anna_bot", r"(?s)eleven.*Sources.*guide\.md", patience=120)
        await anna.expect("anna_bot", r"(?s)Done.*✅ late\.txt")
        replies = [m["text"] for m in await anna.read("anna_bot") if m["from"] == "bot"]
        assert sum("eleven" in text for text in replies) == 1
        assert sum("late.txt" in text for text in replies) == 1

        # Earlier documents give answers, their sources open, and follow-up questions work.
        await anna.ask("anna_bot", "/docs", r"(?s)guide\.md.*late\.txt.*tower\.txt")
        await anna.ask("anna_bot", "And how tall is the tower?", r"(?s)324.*Sources")
        await anna.press("anna_bot", answer, "1")
        await anna.expect("anna_bot", "eleven penguins", after=answer["message_id"])

        # What a version before 0.3.0 has read is read anew from the chat, if the owner wants so;
        # the copies by which the bot finds the uploads are gone again.
        if recording.name < "0.3":
            offer = await anna.expect("anna_bot", "read your 2 documents anew")
            await anna.press("anna_bot", offer, "Read anew")
            await anna.expect("anna_bot", r"(?s)Done.*✅ tower\.txt.*✅ guide\.md", patience=60)
        listed = await anna.ask("anna_bot", "/docs", r"(?s)guide\.md.*late\.txt.*tower\.txt")
        await anna.press("anna_bot", listed, "1")
        await anna.expect("anna_bot", r"guide\.md\n2 passages\nRead on", listed["message_id"] - 1)
        await anna.press("anna_bot", answer, "1")
        copies = [m for m in await anna.read("anna_bot") if m["from"] == "bot" and m["document"]]
        assert all(copy["deleted"] for copy in copies)

        # A stopped bot stays stopped, and works once it is resumed.
        assert system.process(f"bot-{BORIS}")["statename"] == "STOPPED"
        await boris.ask(MASTER, "/status", "остановлен")
        await boris.say(MASTER, "/resume")
        asked = await boris.say("boris_bot", "Сколько стоит аренда пекарни?")
        await boris.expect("boris_bot", "(?s)950.*Источники", after=asked, patience=60)

        # An interrupted deletion is finished.
        wait_until(lambda: not (state / "bots" / str(CLARA)).exists(), 60)
        assert not (state / "conf.d" / f"bot-{CLARA}.conf").exists()
        await clara.ask(MASTER, "/status", "You have no bot yet")

        # A person in the middle of onboarding can continue.
        sent = await dan.say(MASTER, KEY)
        await dan.expect(MASTER, "@dan_bot is running", after=sent, patience=120)

    assert not list(state.glob("bots/*/*.damaged"))
