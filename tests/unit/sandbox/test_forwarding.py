import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

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


async def test_a_copy_has_no_origin_and_perhaps_another_caption_and_buttons(sandbox, met):
    await sandbox.send_files(("note.txt", b"some words"), caption="old")
    [update] = await take_updates(met)
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="b")]]
    )
    copied = await met.copy_message(
        USER, USER, update.message.message_id, caption="<b>new</b>", reply_markup=keyboard
    )
    shown = (await sandbox.read())[-1]
    assert shown["message_id"] == copied.message_id
    assert (shown["html"], shown["forwarded_from"]) == ("<b>new</b>", None)
    assert shown["document"]["file_name"] == "note.txt"
    assert shown["keyboard"][0][0]["data"] == "b"


@pytest.mark.parametrize("verb", ["copy", "forward"])
async def test_many_at_once_skip_what_is_gone_and_keep_albums_together(sandbox, met, verb):
    sent = await sandbox.send_files(("a.txt", b"a"), ("b.txt", b"b"))
    gone = await met.send_message(USER, "gone")
    await gone.delete()
    ids = [*sent["message_ids"], gone.message_id]
    many = await getattr(met, f"{verb}_messages")(USER, USER, ids)
    shown = (await sandbox.read())[-2:]
    assert [one["message_id"] for one in shown] == [one.message_id for one in many]
    assert shown[0]["media_group_id"] == shown[1]["media_group_id"] is not None
    assert [one["forwarded_from"] is None for one in shown] == [verb == "copy"] * 2


async def test_copies_can_leave_their_captions_behind(sandbox, met):
    sent = await sandbox.send_files(("a.txt", b"a"), caption="secret")
    text = await met.send_message(USER, "text")
    await met.copy_messages(USER, USER, [sent["message_id"], text.message_id], remove_caption=True)
    assert [one["text"] for one in await sandbox.read()][-2:] == ["", "text"]


@pytest.mark.parametrize(
    ("ids", "reason"),
    [
        ([], "message identifiers are not specified"),
        ([2, 1], "message identifiers must be in a strictly increasing order"),
        ([98, 99], "there are no messages to copy"),
        (list(range(1, 102)), "too many message identifiers specified"),
    ],
)
async def test_wrong_lists_of_messages_are_refused(met, ids, reason):
    with pytest.raises(TelegramBadRequest, match=reason):
        await met.copy_messages(USER, USER, ids)


async def test_what_is_not_there_cannot_be_copied(met):
    with pytest.raises(TelegramBadRequest, match="message to copy not found"):
        await met.copy_message(USER, USER, 99)
