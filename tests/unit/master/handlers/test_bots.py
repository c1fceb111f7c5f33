"""A user can view, diagnose, start, stop and delete their bot."""

import pytest

from master.accounts.models import User
from master.errors import BotStartError, SupervisorUnreachableError
from master.supervision.supervisor import ProcessState
from personal_bot.contract import Condition, Problem
from tests.unit.master.conftest import Person
from tests.unit.master.fakes import make_diagnosis


@pytest.fixture
async def owner(mira):
    await mira.onboards()
    return mira


async def test_the_status_tells_state_pid_uptime_restarts_and_documents(owner):
    await owner.says("/status")
    for fact in ("🟢 running", "4242", "1 day 2 hours", "1 time", "21 documents"):
        assert fact in owner.last.text


async def test_the_status_uses_russian_plurals(oleg):
    await oleg.onboards()
    await oleg.says("/status")
    for fact in ("работает", "1 день 2 часа", "1 раз", "21 документ"):
        assert fact in oleg.last.text


async def test_the_status_tells_a_problem_and_what_to_do(owner):
    owner.harness.manager.problem = Problem(Condition.OPENAI_QUOTA_EXCEEDED, since=0.0)
    await owner.says("/status")
    assert "out of credit" in owner.last.text


async def test_the_diagnosis_tells_what_an_operator_would_ask(owner):
    owner.harness.manager.condition = Condition.TOKEN_REVOKED
    await owner.says("/debug")
    for fact in ("4242", "77", "&lt;polling&gt;", "last words", "it was revoked", "/token"):
        assert fact in owner.last.text
    assert "🎫 New token" in owner.last.buttons


async def test_a_bot_is_stopped_resumed_and_restarted(owner):
    await owner.says("/stop")
    assert not owner.harness.manager.cards[owner.user_id].active
    assert "▶️ Resume" in owner.last.buttons
    await owner.taps("Resume")
    assert owner.harness.manager.cards[owner.user_id].active
    assert "running again" in owner.last.text
    await owner.says("/restart")
    assert "has been restarted" in owner.last.text


async def test_an_owner_sees_that_an_operator_stopped_the_bot(owner):
    await owner.harness.manager.be_stopped_by_operator(owner.user_id)
    await owner.says("/status")
    assert "The operator of this server stopped it" in owner.last.text
    await owner.says("/start")
    assert "The operator of this server stopped it" in owner.last.text
    operator = Person(owner.harness, 99)
    await operator.says("/fleet")
    assert "Stopped by their owners: 0\nStopped by operators: 1" in operator.last.text


async def test_an_owner_sees_that_the_process_was_stopped_on_the_server(owner):
    owner.harness.manager.state = ProcessState.STOPPED
    await owner.says("/status")
    assert "It was stopped on the server; /restart starts it." in owner.last.text


async def test_buttons_answer_in_the_message_that_has_them(owner):
    await owner.says("/start")
    count = len(owner.replies)
    await owner.taps("Status")
    await owner.taps("Diagnose")
    assert len(owner.replies) == count


async def test_deleting_asks_and_reports_what_was_removed(owner):
    await owner.says("/delete")
    assert "21 documents" in owner.last.text
    assert owner.user_id in owner.harness.manager.cards
    await owner.taps("Yes, delete everything")
    for fact in (
        "@mira_docs_bot has been deleted",
        "running process",
        "its index with 21 documents",
        "12 files",
        "3.4",
    ):
        assert fact in owner.last.text
    assert owner.user_id not in owner.harness.manager.cards


async def test_a_bot_that_is_stopped_holds_what_it_held_when_it_was_counted_last(owner):
    await owner.says("/stop")
    for command in ("/status", "/delete"):
        await owner.says(command)
        assert "21 documents (as of 2026-05-03 14:00 UTC)" in owner.last.text


async def test_no_number_is_shown_for_a_bot_that_never_counted(owner):
    owner.harness.manager.library = None
    await owner.says("/status")
    assert "Library" not in owner.last.text
    await owner.says("/delete")
    assert "its conversation and all its documents?" in owner.last.text
    await owner.taps("Yes, delete everything")
    assert "• its index\n" in owner.last.text


async def test_a_deletion_can_be_declined(owner):
    await owner.says("/delete")
    await owner.taps("No, keep it")
    assert "What would you like to do" in owner.last.text
    assert owner.user_id in owner.harness.manager.cards


async def test_an_old_question_does_not_delete_a_newer_bot(owner):
    await owner.taps_data("erase:555")
    assert "out of date" in owner.last.text
    assert owner.user_id in owner.harness.manager.cards


async def test_a_tap_acts_on_the_bot_of_whoever_taps(owner, oleg):
    await owner.says("/delete")
    await oleg.taps_data(owner.last.buttons["🗑 Yes, delete everything"], owner.last_id)
    assert owner.user_id in owner.harness.manager.cards
    assert "/start" in oleg.last.text


@pytest.mark.parametrize("data", ["do:nonsense", "do:stop:11", "erase:x", "speak:xx", "junk", "🙂"])
async def test_a_button_that_is_unknown_is_answered_with_a_note(owner, data):
    await owner.taps_data(data)
    answer = owner.harness.telegram.answers[-1]
    assert "out of date" in answer.text
    assert answer.show_alert


async def test_every_tap_is_answered_once(owner):
    await owner.says("/start")
    before = len(owner.harness.telegram.answers)
    await owner.taps("Status")
    assert len(owner.harness.telegram.answers) == before + 1


async def test_an_old_keyboard_works_after_its_message_is_gone(owner):
    owner.harness.telegram.shown.pop(owner.last_id)
    await owner.taps_data("do:status", message_id=5)
    assert "running" in owner.last.text


@pytest.mark.parametrize(
    "command", ["/status", "/debug", "/restart", "/stop", "/resume", "/delete"]
)
async def test_who_has_no_bot_is_told_to_create_one(mira, command):
    await mira.says(command)
    assert "no bot yet" in mira.last.text


async def test_a_bot_that_does_not_restart_is_explained(owner):
    diagnosis = make_diagnosis(owner.user_id, ProcessState.FATAL, Condition.DISK_FULL)
    owner.harness.manager.start_error = BotStartError(owner.user_id, diagnosis)
    await owner.says("/restart")
    assert "This server's disk is full" in owner.last.text


async def test_a_failure_of_the_supervisor_is_explained_and_logged(owner, monkeypatch, caplog):
    async def fail(_: int) -> None:
        raise SupervisorUnreachableError("socket")

    monkeypatch.setattr(owner.harness.manager, "stop", fail)
    await owner.says("/stop")
    assert "is not responding" in owner.last.text
    assert "SupervisorUnreachableError" in caplog.text


async def test_a_defect_gets_one_polite_sentence_and_a_traceback_in_the_log(
    owner, monkeypatch, caplog
):
    async def fail(_: int) -> None:
        raise ZeroDivisionError("defect")

    monkeypatch.setattr(owner.harness.manager, "status", fail)
    await owner.says("/status")
    assert "Something went wrong on my side" in owner.last.text
    assert "ZeroDivisionError: defect" in caplog.text


async def test_the_chosen_language_stays(owner):
    await owner.says("/language")
    await owner.taps("Русский")
    assert "по-русски" in owner.last.text
    await owner.says("/status")
    assert "работает" in owner.last.text
    [user] = await owner.harness.database.run(lambda: list(User.select()))
    assert (user.language, user.telegram_language) == ("ru", "en")
    assert owner.harness.manager.languages_shared == [owner.user_id]


async def test_only_an_operator_sees_the_fleet(owner):
    await owner.says("/fleet")
    assert "do not know this command" in owner.last.text
    operator = Person(owner.harness, 99)
    await operator.says("/fleet")
    assert "<b>Bots on this server:</b> 1" in operator.last.text
    await operator.says("/help")
    assert "/fleet" in operator.last.text


async def test_talk_is_sent_to_the_bot(owner):
    await owner.says("What is our leave policy?")
    assert "@mira_docs_bot" in owner.last.text
