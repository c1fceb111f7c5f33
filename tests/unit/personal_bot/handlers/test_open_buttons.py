"""Buttons that do nothing any more, or should not, are removed; pressed anyway, they say so."""

import pytest
from aiogram.methods import EditMessageReplyMarkup

from personal_bot.jobs.deleting import DeletionJobHandler
from personal_bot.jobs.rereading import offer_reading_anew
from personal_bot.telegram.keyboards import ClearButton, KeepBothButton
from personal_bot.telegram.open_buttons import OpenButtons, Place


@pytest.fixture
def list_open(telegram):
    """Return a function that lists the messages that have buttons, oldest first."""

    def run() -> list[int]:
        return sorted(number for number, shown in telegram.messages.items() if shown.buttons)

    return run


@pytest.fixture(autouse=True)
def documents(services) -> None:
    services.put("a.pdf", "b.pdf")


@pytest.mark.parametrize("command", ["/clear", "/language"])
@pytest.mark.parametrize("after", ["How long?", "/status", "/new"])
async def test_a_question_left_unanswered_loses_its_buttons(
    owner, list_open, command, after
) -> None:
    await owner.send(command)
    assert len(list_open()) == 1
    await owner.send(after)
    assert list_open() == []


async def test_a_question_asked_again_has_its_buttons_once(owner, telegram, list_open) -> None:
    for command in ("/clear", "/language", "/clear"):
        await owner.send(command)
        assert list_open() == [max(telegram.messages)]


async def test_a_deletion_left_unanswered_loses_its_buttons(owner, telegram, list_open) -> None:
    await owner.send("/docs")
    for kind in ("card", "delete"):
        await owner.tap(telegram.last.find_button(kind))
    await owner.send_file("c.pdf")
    assert list_open() == []


async def test_a_file_with_a_full_queue_is_no_reason_to_fail(owner, list_open) -> None:
    await owner.send("/clear")
    await owner.send(photo=[{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}])
    assert list_open() == []


async def test_only_the_newest_list_has_buttons(owner, telegram, list_open) -> None:
    for _ in range(3):
        await owner.send("/docs")
        await owner.send("How long?")
    assert list_open() == [max(telegram.messages)]


async def test_answered_questions_cost_no_further_request(owner, telegram, list_open) -> None:
    await owner.send("/docs")
    for kind in ("card", "delete", "docs"):  # it is kept
        await owner.tap(telegram.last.find_button(kind))
    [listed] = list_open()
    await owner.send("/clear")
    await owner.tap(ClearButton(confirmed=False).pack())
    await owner.send("How long?")
    assert list_open() == [listed]
    assert telegram.list_calls(EditMessageReplyMarkup) == []


async def test_the_buttons_are_known_after_a_restart(owner, telegram, context, list_open) -> None:
    await owner.send("/clear")
    await context.preferences.load()
    await OpenButtons(context.messenger, context.preferences, 5).close(Place.QUESTION)
    assert list_open() == []


async def test_after_clearing_neither_list_nor_offer_has_buttons(
    owner, context, add_document, list_open
) -> None:
    await add_document("a.pdf", "v")
    await offer_reading_anew(context)
    await owner.send("/docs")
    await owner.send("/clear")
    await owner.tap(ClearButton(confirmed=True).pack())
    assert len(list_open()) == 2
    await DeletionJobHandler(context).execute(await context.queue.take(["clearing"]))
    assert list_open() == []


async def test_a_chat_that_refuses_the_change_does_not_matter(owner, telegram, context) -> None:
    await owner.send("/clear")
    telegram.messages.clear()
    await owner.send("/status")
    assert "Documents" in telegram.last.text


async def test_a_tapped_button_that_does_nothing_more_is_removed(owner, telegram, context) -> None:
    keep, other = (KeepBothButton(document_id=number).pack() for number in (1, 2))
    rows = [[{"text": "Keep both", "callback_data": data}] for data in (keep, other)]
    await context.messenger.send(5, "added", {"inline_keyboard": rows})
    await owner.tap(keep)
    assert (
        owner.alert == "The earlier version is no longer known. Send it again under another name."
    )
    assert telegram.last.buttons == [other]
    await owner.tap(other)
    assert telegram.last.buttons == []


async def test_a_document_that_is_gone_is_missing_from_the_list_that_is_shown(
    owner, telegram, services
) -> None:
    await owner.send("/docs")
    del services.cards[1]
    await owner.tap(telegram.last.buttons[0])
    assert "no longer exists" in telegram.last.text
    assert "1. b.pdf" in telegram.last.text
