"""Documents are pinned in their cards, and let go by /all, below an answer or in the list."""

import pytest
from pydantic import ValidationError

from personal_bot.documents import pins
from personal_bot.telegram.keyboards import CardButton
from personal_bot.telegram.pin_buttons import LetGoButton, PinButton

NAMES = ("lease.pdf", "offer.pdf")


@pytest.fixture(autouse=True)
async def documents(services, add_document) -> None:
    services.put(*NAMES)
    for name in NAMES:
        await add_document(name, f"v-{name}")


@pytest.fixture
def list_pinned(database):
    async def run() -> list[str]:
        return [pin.name for pin in await database.run(pins.list_pins)]

    return run


def pin(document_id: int, *, pinned: bool = True) -> str:
    return PinButton(document_id=document_id, page=0, pinned=pinned).pack()


async def open_card(owner, document_id: int) -> None:
    await owner.send("/docs")
    await owner.tap(CardButton(document_id=document_id, in_list=True).pack())


async def test_a_card_offers_to_pin_its_document_and_to_let_go(
    owner, telegram, list_pinned
) -> None:
    await open_card(owner, 1)
    assert pin(1) in telegram.last.buttons
    await owner.tap(pin(1))
    assert await list_pinned() == ["lease.pdf"]
    assert owner.alert == ("📌 From now on, your questions are about “lease.pdf”. /all ends it.")
    assert "Pinned" in telegram.last.text
    assert pin(1) not in telegram.last.buttons
    await owner.tap(pin(1, pinned=False))
    assert await list_pinned() == []
    assert "Pinned" not in telegram.last.text
    assert pin(1) in telegram.last.buttons


async def test_the_list_and_the_status_show_what_is_pinned(owner, telegram) -> None:
    await open_card(owner, 2)
    await owner.tap(pin(2))
    await owner.send("/docs")
    assert telegram.last.text.startswith("<b>📌 Only about offer.pdf</b>\n\n")
    assert "2. 📌 offer.pdf" in telegram.last.text
    assert "1. lease.pdf" in telegram.last.text
    await owner.send("/status")
    assert "📌 Only about offer.pdf" in telegram.last.text


async def test_several_documents_are_pinned_and_all_let_go(owner, telegram, list_pinned) -> None:
    for document_id in (1, 2):
        await open_card(owner, document_id)
        await owner.tap(pin(document_id))
    assert await list_pinned() == [*NAMES]
    await owner.send("/all")
    assert telegram.last.text == "Your questions are about all your documents again."
    assert await list_pinned() == []
    await owner.send("/all")
    assert telegram.last.text == "No document is pinned: your questions are about all of them."


async def test_pins_are_told_in_the_owners_language(owner, telegram, database) -> None:
    await owner.send("/all", language="ru")
    assert telegram.last.text == "Ничего не закреплено: я ищу ответы во всех документах."
    await database.run(pins.pin, 1)
    await owner.send("/docs", language="ru")
    assert telegram.last.text.startswith("<b>📌 Только: lease.pdf</b>")
    labels = [row[0].text for row in telegram.last.keyboard.inline_keyboard]
    assert labels[0] == "✖️ Спрашивать обо всех"
    await owner.send("/all", language="ru")
    assert telegram.last.text == "Снова ищу ответы во всех ваших документах."


async def test_the_list_lets_go_and_is_shown_anew(owner, telegram, list_pinned) -> None:
    await open_card(owner, 1)
    await owner.tap(pin(1))
    await owner.send("/docs")
    await owner.tap(LetGoButton(page=0, in_list=True).pack())
    assert await list_pinned() == []
    assert "📌" not in telegram.last.text
    assert LetGoButton(page=0, in_list=True).pack() not in telegram.last.buttons


async def test_a_button_below_an_answer_lets_go_once(owner, telegram, context, list_pinned) -> None:
    await open_card(owner, 1)
    await owner.tap(pin(1))
    let_go, other = LetGoButton().pack(), "rate:good"
    rows = [[{"text": "x", "callback_data": data}] for data in (let_go, other)]
    answer = await context.messenger.send(5, "answer", {"inline_keyboard": rows})
    await owner.tap(let_go, answer)
    assert await list_pinned() == []
    assert owner.alert == "Your questions are about all your documents again."
    assert telegram.messages[answer].buttons == [other]
    await owner.tap(let_go, answer)
    assert owner.alert == "No document is pinned: your questions are about all of them."


async def test_a_sixth_document_is_refused(owner, services, add_document, list_pinned) -> None:
    for number in range(3, 8):
        services.put(f"{number}.pdf")
        await add_document(f"{number}.pdf", f"v{number}")
    await owner.send("/docs")
    for document_id in range(1, 7):
        await owner.tap(pin(document_id))
    assert owner.alert == (
        "5 documents are pinned, more cannot be. Let go of one first; /docs shows them."
    )
    assert len(await list_pinned()) == 5


@pytest.mark.parametrize("pinned", [True, False])
async def test_a_button_of_a_document_that_is_gone_says_so(
    owner, services, remove_document, list_pinned, pinned
) -> None:
    await open_card(owner, 1)
    services.cards.pop(1)
    await remove_document("lease.pdf")
    await owner.tap(pin(1, pinned=pinned))
    assert owner.alert == "This document no longer exists. Send /docs to see your documents."
    assert await list_pinned() == []


@pytest.mark.parametrize("data", ["pin:-1:0:1", "pin:9" * 12, "pin:1:-1:1", "pin:1:0", "pin:1:0:x"])
async def test_a_forged_button_pins_nothing(owner, list_pinned, data) -> None:
    with pytest.raises((ValidationError, TypeError, ValueError)):
        PinButton.unpack(data)
    await owner.send("/docs")
    await owner.tap(data)
    assert await list_pinned() == []


async def test_strangers_cannot_pin(owner, list_pinned) -> None:
    await owner.send("/docs")
    await owner.send("/all", user_id=9)
    callback = {
        "id": "1",
        "chat_instance": "1",
        "data": pin(1),
        "from": {"id": 9, "is_bot": False, "first_name": "S"},
        "message": {"message_id": 100, "date": 1, "chat": {"id": 5, "type": "private"}},
    }
    await owner.feed({"callback_query": callback})
    assert await list_pinned() == []


def test_the_data_of_each_button_fits() -> None:
    for button in (
        PinButton(document_id=2**63 - 1, page=2**31 - 1, pinned=True),
        LetGoButton(page=2**31 - 1, in_list=True),
    ):
        assert len(button.pack().encode()) <= 64
        assert type(button).unpack(button.pack()) == button
