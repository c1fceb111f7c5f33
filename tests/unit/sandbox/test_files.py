import io
import os

import aiohttp
import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile

from tests.unit.sandbox.conftest import USER, take_updates

MEGABYTE = 1024 * 1024


async def test_a_bot_downloads_exactly_what_the_person_sent(sandbox, bot):
    content = os.urandom(300_000)
    await sandbox.send_files(("Отчёт № 1.pdf", content), caption="Вот /отчёт")
    [update] = await take_updates(bot)
    document = update.message.document
    assert (document.file_name, document.mime_type, document.file_size) == (
        "Отчёт № 1.pdf",
        "application/pdf",
        300_000,
    )
    assert update.message.caption == "Вот /отчёт"
    into = io.BytesIO()
    await bot.download(document, into)
    assert into.getvalue() == content


async def test_the_same_bytes_have_the_same_unique_id_and_other_file_ids(sandbox, bot):
    await sandbox.send_files(("a.txt", b"same"))
    await sandbox.send_files(("b.txt", b"same"))
    first, second = [one.message.document for one in await take_updates(bot, 2)]
    assert first.file_unique_id == second.file_unique_id
    assert first.file_id != second.file_id


async def test_several_files_are_an_album_with_the_caption_first(sandbox, bot):
    sent = await sandbox.send_files(("a.txt", b"a"), ("b.txt", b"b"), caption="both")
    messages = [one.message for one in await take_updates(bot, 2)]
    assert [one.message_id for one in messages] == sent["message_ids"]
    assert sent["message_id"] == sent["message_ids"][0]
    assert messages[0].media_group_id == messages[1].media_group_id != None  # noqa: E711
    assert [one.caption for one in messages] == ["both", None]


async def test_more_than_ten_files_are_several_albums(sandbox, bot):
    await sandbox.send_files(*((f"{n}.txt", b"x") for n in range(21)))
    albums = [one.message.media_group_id for one in await take_updates(bot, 21)]
    assert [albums.count(album) for album in dict.fromkeys(albums)] == [10, 10, 1]
    assert albums[-1] is None


async def test_a_form_without_a_file_is_refused(sandbox):
    form = aiohttp.MultipartWriter("form-data")
    form.append("5", {"Content-Disposition": 'form-data; name="user_id"'})
    form.append("master_bot", {"Content-Disposition": 'form-data; name="bot"'})
    status, body = await sandbox.ask("POST", "/client/documents", data=form)
    assert (status, body["error"]) == (400, "There is no file in the form.")


async def test_a_lone_file_is_no_album(sandbox, bot):
    await sandbox.send_files(("a.txt", b"a"))
    assert (await take_updates(bot))[0].message.media_group_id is None


async def test_20_megabytes_come_down_and_one_byte_more_does_not(sandbox, bot):
    await sandbox.send_files(("fits.bin", bytes(20 * MEGABYTE)))
    await sandbox.send_files(("big.bin", bytes(20 * MEGABYTE + 1)))
    fits, big = [one.message.document for one in await take_updates(bot, 2)]
    assert (await bot.get_file(fits.file_id)).file_size == 20 * MEGABYTE
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(big.file_id)


async def test_a_bot_knows_only_its_own_files(sandbox, bot):
    other = sandbox.bot(await sandbox.make_bot())
    await sandbox.send_files(("a.txt", b"a"))
    [update] = await take_updates(bot)
    file_id = update.message.document.file_id
    with pytest.raises(TelegramBadRequest, match="invalid file_id"):
        await other.get_file(file_id)
    path = (await bot.get_file(file_id)).file_path
    async with sandbox.http.get(f"/file/bot{other.token}/{path}") as response:
        assert response.status == 404
    async with sandbox.http.get(f"/file/bot{bot.token}/../sandbox.db") as response:
        assert response.status in {400, 404}


async def test_a_file_is_not_there_before_get_file(sandbox, bot):
    await sandbox.send_files(("a.txt", b"a"))
    [update] = await take_updates(bot)
    path = f"documents/{update.message.document.file_id}.txt"
    async with sandbox.http.get(f"/file/bot{bot.token}/{path}") as response:
        assert response.status == 404


async def test_a_bots_file_reaches_the_person(sandbox, met):
    file = BufferedInputFile(b"\x00\xffbytes", "план.txt")
    sent = await met.send_document(USER, file, caption="<b>Plan</b>")
    assert (sent.document.file_name, sent.caption) == ("план.txt", "Plan")
    shown = (await sandbox.read())[-1]
    assert (shown["html"], shown["document"]["file_size"]) == ("<b>Plan</b>", 7)
    query = {"user_id": USER, "file_id": shown["document"]["file_id"]}
    async with sandbox.http.get("/client/files", params=query) as response:
        assert await response.read() == b"\x00\xffbytes"
    async with sandbox.http.get("/client/files", params={**query, "user_id": 7}) as response:
        assert response.status == 404


async def test_a_bot_sends_a_known_file_again_by_its_id(sandbox, met):
    await sandbox.send_files(("a.txt", b"a"))
    [update] = await take_updates(met)
    sent = await met.send_document(USER, update.message.document.file_id)
    assert sent.document.file_unique_id == update.message.document.file_unique_id
    with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
        await met.send_document(USER, "unknown")


async def test_an_empty_file_is_refused(met):
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await met.send_document(USER, BufferedInputFile(b"", "a.txt"))


async def test_a_caption_holds_1024_units(met):
    file = BufferedInputFile(b"a", "a.txt")
    sent = await met.send_document(USER, file, caption="x" * 1024)
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await met.send_document(USER, file, caption="x" * 1025)
    assert (await sent.edit_caption(caption="short")).caption == "short"
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await sent.edit_text("text")


async def test_more_than_50_megabytes_are_not_taken_from_a_bot(sandbox, met):
    form = aiohttp.FormData({"chat_id": str(USER)})
    form.add_field("document", io.BytesIO(bytes(50 * MEGABYTE + 1)), filename="big.bin")
    status, body = await sandbox.ask("POST", f"/bot{met.token}/sendDocument", data=form)
    assert (status, body["description"]) == (413, "Request Entity Too Large")


async def test_refused_uploads_leave_nothing_behind(sandbox, met):
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await met.send_document(999, BufferedInputFile(b"a", "a.txt"))
    assert list((sandbox.state_dir / "files").iterdir()) == []
