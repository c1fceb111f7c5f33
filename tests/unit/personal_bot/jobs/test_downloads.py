import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError
from aiogram.methods import DeleteMessage, ForwardMessage, GetFile

from personal_bot.errors import DownloadError, UploadGoneError
from personal_bot.jobs.downloads import download, find_file_id

OWNER = 5


async def test_an_earlier_upload_is_found_by_forwarding_it_and_the_copy_is_deleted(
    bot, telegram
) -> None:
    telegram.uploads[40] = "id-a.pdf"
    assert await find_file_id(bot, "a.pdf", OWNER, 40) == "id-a.pdf"
    [forward] = telegram.list_calls(ForwardMessage)
    [deleted] = telegram.list_calls(DeleteMessage)
    assert forward.disable_notification
    assert deleted.message_id not in telegram.messages


async def test_an_upload_that_was_deleted_from_the_chat_is_gone(bot) -> None:
    with pytest.raises(UploadGoneError):
        await find_file_id(bot, "a.pdf", OWNER, 41)


async def test_a_copy_that_cannot_be_deleted_does_not_stop_the_reading(bot, telegram) -> None:
    telegram.uploads[40] = "id-a.pdf"
    telegram.refuse(DeleteMessage, TelegramBadRequest(DeleteMessage, "message can't be deleted"))
    assert await find_file_id(bot, "a.pdf", OWNER, 40) == "id-a.pdf"


async def test_an_outage_is_worth_another_try(bot, telegram, tmp_path) -> None:
    telegram.refuse(GetFile, TelegramNetworkError(GetFile, "no network"))
    with pytest.raises(DownloadError):
        await download(bot, "a.pdf", "id-a.pdf", tmp_path / "a")
