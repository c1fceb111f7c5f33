"""Pinned documents stay pinned when they are replaced, and are let go when they are deleted."""

import pytest

from personal_bot.documents import pins
from personal_bot.documents.pins import MOST_PINNED, Pin, Pinning
from personal_bot.storage.database import Database


@pytest.fixture
def list_pins(database):
    return lambda: database.run(pins.list_pins)


async def test_documents_are_pinned_and_let_go(database, add_document, list_pins) -> None:
    for number, name in enumerate(("b.pdf", "a.pdf"), 1):
        await add_document(name, f"v{number}")
        assert await database.run(pins.pin, number) is Pinning.DONE
    assert await list_pins() == [Pin(2, "a.pdf", "v2"), Pin(1, "b.pdf", "v1")]
    assert await database.run(pins.let_go, 1)
    assert not await database.run(pins.let_go, 1)
    assert await list_pins() == [Pin(2, "a.pdf", "v2")]
    assert await database.run(pins.let_go)
    assert await list_pins() == []


async def test_pins_survive_a_restart(database, add_document, files) -> None:
    await add_document("a.pdf", "v1")
    await database.run(pins.pin, 1)
    reopened = Database(files.database)
    await reopened.open(files.index)
    assert await reopened.run(pins.list_pins) == [Pin(1, "a.pdf", "v1")]
    await reopened.close()


@pytest.mark.parametrize("message_id", [40, 41], ids=["read anew", "replaced"])
async def test_a_pin_follows_to_a_new_version(
    database, add_document, list_pins, message_id
) -> None:
    await add_document("a.pdf", "v1", 40)
    await database.run(pins.pin, 1)
    await add_document("a.pdf", "v2", message_id)
    assert await list_pins() == [Pin(1, "a.pdf", "v2")]


async def test_a_deleted_document_is_let_go(
    database, add_document, remove_document, list_pins
) -> None:
    await add_document("a.pdf", "v1")
    await database.run(pins.pin, 1)
    await remove_document("a.pdf")
    assert await list_pins() == []
    await add_document("a.pdf", "v1")
    assert await list_pins() == []


async def test_no_more_than_five_are_pinned(database, add_document, list_pins) -> None:
    for number in range(1, MOST_PINNED + 2):
        await add_document(f"{number}.pdf", f"v{number}")
        expected = Pinning.DONE if number <= MOST_PINNED else Pinning.TOO_MANY
        assert await database.run(pins.pin, number) is expected
    assert await database.run(pins.pin, 1) is Pinning.DONE  # it is pinned already
    assert len(await list_pins()) == MOST_PINNED


@pytest.mark.parametrize("document_id", [2, 2**63 - 1])
async def test_a_document_that_is_gone_cannot_be_pinned(
    database, add_document, list_pins, document_id
) -> None:
    await add_document("a.pdf", "v1")
    assert await database.run(pins.pin, document_id) is Pinning.GONE
    assert await list_pins() == []
