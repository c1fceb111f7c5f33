import pytest
from aiogram.exceptions import TelegramBadRequest

from tests.unit.sandbox.conftest import USER, take_updates


async def test_a_forwarded_upload_is_the_same_file_with_its_origin(sandbox, met):
    await sandbox.send_files(("note.txt", b"some words"))
    [update] = await take_updates(met)
    copy = await met.forward_message(USER, USER, update.message.message_id)
    assert copy.message_id > update.message.message_id
    assert copy.document.file_id == update.message.document.file_id
    assert copy.forward_origin.sender_user.id == USER
    assert (await sandbox.read())[-1]["message_id"] == copy.message_id


async def test_what_was_deleted_cannot_be_forwarded(met):
    sent = await met.send_message(USER, "Hello")
    await met.delete_message(USER, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to forward not found"):
        await met.forward_message(USER, USER, sent.message_id)
